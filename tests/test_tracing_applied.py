"""Models whose `apply` or `init` is what a transform is given: what they call is traced, whoever calls the result."""

import pytest
from flow_programs import check

LINEN = "import flax.linen as nn\n"
HAIKU = "import haiku as hk\n"

WINDOW = (
    LINEN
    + """
class Window(nn.Module):
    width: int = 2
    @nn.compact
    def __call__(self, x, t, n: int = 3):
        x[:n]  # static
        y = x[:self.width]  # static
        return nn.Dense(3)(x[t:t + 1]) + y  # traced
    def encode(self, x, start):
        return x[start:]  # traced
    def unused(self, x, start):
        return x[start:]
model = Window()
"""
)


@pytest.mark.parametrize(
    "calls",
    [
        "apply = jax.jit(model.apply)\nencode = jax.jit(functools.partial(model.apply, method='encode'))",
        "apply = jax.jit(Window(width=4).apply)\nencode = jax.jit(functools.partial(model.apply, method=model.encode))",
        "apply = jax.vmap(model.apply, in_axes=(None, 0, 0))\n"
        "encode = jax.jit(functools.partial(model.apply, method=Window.encode))",
        "start = jax.jit(model.init)\nencode = jax.jit(functools.partial(model.init, method='encode'))",
        "start = jax.jit(model.init_with_output)\n"
        "encode = jax.jit(functools.partial(model.apply, {}, method='encode'))",
        "class Agent:\n    def __init__(self, model: Window):\n        self.step = jax.jit(model.apply)\n"
        "        self.code = jax.jit(functools.partial(model.apply, method='encode'))\n",
        "def compiled(model: nn.Module):\n"
        "    return jax.jit(model.apply), jax.jit(functools.partial(model.apply, method='encode'))\n"
        "compiled(Window())",
    ],
)
def test_a_module_is_traced_through_its_apply_that_nobody_is_seen_to_call(calls: str) -> None:
    check(WINDOW + calls)


def test_arguments_of_apply_are_static_by_their_number_and_by_name_where_they_are_named() -> None:
    check(
        LINEN
        + """
class Ring(nn.Module):
    @nn.compact
    def __call__(self, x, t, n):
        x[:n]  # static
        return x[t:t + 1]  # traced
ring = jax.jit(Ring().apply, static_argnums=(3,))

class Named(nn.Module):
    def __call__(self, x, n):
        return x[:n]  # static
def use(params, x):
    return jax.jit(Named().apply, static_argnames="n")(params, x, n=3)

class Passed(nn.Module):
    def __call__(self, x, n):
        return x[:n]  # traced
def wrong(params, x):  # `apply(variables, *args)` has no parameter `n`: by position it is traced
    return jax.jit(Passed().apply, static_argnames="n")(params, x, 3)

class Closed(nn.Module):
    def __call__(self, x, n):
        return x[:n]  # static
closed = jax.jit(lambda params, x: Closed().apply(params, x, 3))

class Eager(nn.Module):
    def __call__(self, x, n):
        return x[:n]  # static
out = Eager().apply({}, x=jnp.ones(4), n=2)
"""
    )


def test_haiku_functions_under_a_transform_are_traced_though_nobody_calls_them() -> None:
    check(
        HAIKU
        + """
def forward(x, t):
    return hk.Linear(3)(x[t:t + 2])  # traced
net = hk.without_apply_rng(hk.transform(forward))
apply = jax.jit(net.apply)

def stateful(x, t, n):
    x[:n]  # static
    return x[t:t + 2]  # traced
run = jax.jit(hk.transform_with_state(stateful).apply, static_argnums=5)

class Core(hk.Module):
    def __call__(self, x, t):
        return x[t:]  # traced
init = jax.vmap(hk.transform(lambda x, t: Core()(x, t)).init, in_axes=(0, None, 0))

def plain(x, t):
    return x[t:t + 2]  # silent
functions = hk.transform(plain)
"""
    )
