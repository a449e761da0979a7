"""Modules of nnx: their Python attributes are static, their variables are traced, and an annotation says their class.

Each program was run: the lines marked `# traced` raise JAX's error for a traced bound, the others run.
"""

import pytest
from flow_programs import check

NNX = "from flax import nnx\n"


def test_an_nnx_module_keeps_its_python_attributes_under_transforms() -> None:
    check(
        NNX
        + """
class Count(nnx.Variable):
    pass
class Block(nnx.Module):
    def __init__(self, size, rngs):
        self.size = size
        self.linear = nnx.Linear(4, 4, rngs=rngs)
        self.offsets = jnp.arange(3)
        self.at = Count(jnp.array(0))
    def __call__(self, x, n):
        x[:self.size]  # static
        j = jnp.argmax(self.linear(x))
        x[j:j + 1]  # traced
        x[self.offsets[1]:]  # traced
        return x[self.at[...]:], x[self.at.value:], x[self.at + 1:], x[:n]  # traced
block = Block(2, nnx.Rngs(0))
jnp.ones(4)[block.at.value:]  # static
nnx.jit(lambda block, x, n: block(x, n))(block, jnp.ones(4), 3)
nnx.jit(lambda block, x, n: x[:n], static_argnums=2)(block, jnp.ones(4), 3)  # static
"""
    )


def test_transforms_of_nnx_pass_what_those_of_jax_do() -> None:
    check(
        NNX
        + """
x = jnp.ones((3, 4))
@nnx.scan(in_axes=(nnx.Carry, 0), out_axes=(nnx.Carry, 0))
def f(carry, row):
    return carry, row[carry:carry + 1]  # traced
f(0, x)
@nnx.vmap(in_axes=(0, None, 0))
def g(row, n, i):
    row[:n]  # static
    return row[i:i + 1]  # traced
g(x, 2, jnp.arange(3))
nnx.fori_loop(0, 3, lambda i, total: total + x[i:i + 1].sum(), 0.0)  # traced
nnx.while_loop(lambda i: i < 3, lambda i: i + x[i:i + 1].shape[0], 0)  # traced
nnx.cond(True, lambda n: x[:n], lambda n: x[:n], 2)  # traced
nnx.remat(lambda x, n: x[:n])(x, 2)  # traced
nnx.grad(lambda x, n: x[:n].sum())(x, 2)  # static
"""
    )


def test_a_nnx_call_that_nobody_makes_is_made_with_traced_variables() -> None:
    check(
        NNX
        + """
class Block(nnx.Module):
    def __init__(self, size: int):
        self.size, self.three = size, 3
        self.at = nnx.Cache(jnp.array(0))
    def __call__(self, x: jax.Array, start: int):
        x[:self.size]  # static
        x[:self.three]  # static
        x[start:start + 1]  # static
        return x[self.at[...]:]  # traced
    def helper(self, x, i: jax.Array):
        return x[i:i + 1]  # static
"""
    )


def test_what_a_variable_held_before_stays_known_when_it_is_changed() -> None:
    check(
        NNX
        + """
class Block(nnx.Module):
    def __init__(self):
        self.at = nnx.Cache(jnp.array(0))
    def __call__(self, x):
        before, box = self.at[...], self.at
        self.at[...] += 4
        return x[before:self.at[...]], x[before:box.value]  # traced
nnx.jit(lambda block, x: block(x))(Block(), jnp.ones(9))
"""
    )


def test_a_variable_that_keeps_its_array_elsewhere_is_unknown() -> None:
    check(
        NNX
        + """
class Weight(nnx.Variable):
    def __init__(self, array):
        self.held = array

weight = Weight(jnp.ones(5))

@nnx.jit
def f(x, i):
    weight[...] = x
    y = x[:weight.value]  # static
    return x[i:i + 2]  # traced
"""
    )


def test_modules_that_hold_each_other_are_traced() -> None:
    check(
        NNX
        + """
class Layer(nnx.Module):
    def __init__(self, parent):
        self.parent = parent
        self.at = nnx.Cache(jnp.array(0))
    def __call__(self, x: jax.Array):
        return x[self.at[...]:]  # traced
class Model(nnx.Module):
    def __init__(self, size: int):
        self.size = size
        self.layer = Layer(self)
    def __call__(self, x: jax.Array):
        x[:self.layer.parent.size]  # static
        return self.layer(x)
"""
    )


@pytest.mark.parametrize(
    "call",
    [
        "nnx.List([Layer() for _ in range(12)])[0]",
        "nnx.Dict(first=Layer())['first']",
        "nnx.data([Layer()])[0]",
    ],
)
def test_layers_in_containers_of_nnx_are_called(call: str) -> None:
    check(
        NNX
        + f"""
class Layer(nnx.Module):
    def __call__(self, x, size, start):
        x[:size]  # static
        return x[start:]  # traced
class Model(nnx.Module):
    def __call__(self, x: jax.Array, start: jax.Array):
        return {call}(x, 1, start)
"""
    )


def test_a_transform_may_return_a_module_that_holds_itself() -> None:
    check(
        NNX
        + """
class Layer(nnx.Module):
    def __init__(self, parent):
        self.parent = parent
        self.at = nnx.Cache(jnp.array(0))
class Model(nnx.Module):
    def __init__(self):
        self.size = 2
        self.layer = Layer(self)
@nnx.jit
def create():
    return Model()
@nnx.jit
def run(model, x):
    x[:model.size]  # static
    return x[model.layer.at[...]:]  # traced
run(create(), jnp.ones(4))
"""
    )


@pytest.mark.parametrize(
    "layers",
    [
        "self.layers = [Layer() for _ in range(size)]",
        "self.layers = list(Layer() for _ in range(size))",
        "self.layers = tuple([Layer()] * size)",
        "self.layers = Stack(*[Layer() for _ in range(size)]).items",
        "self.layers = []\n        for _ in range(size):\n            self.layers.append(Layer())",
        "self.layers = [First()]\n        self.layers.extend([Layer() for _ in range(size)])",
        "self.layers = {name: Layer() for name in range(size)}.values()",
    ],
)
@pytest.mark.parametrize("base", ["", "(nnx.Module)"])
def test_layers_that_a_constructor_makes_are_called_though_nobody_makes_the_model(
    layers: str, base: str
) -> None:
    options = "" if base else "@partial(jax.jit, static_argnums=0)"
    check(
        NNX
        + f"""
from functools import partial
class Stack:
    def __init__(self, *items):
        self.items = list(items)
class First{base}:
    def __call__(self, x, start):
        return x
class Layer{base}:
    def __call__(self, x, start):
        return x[start:start + 1]  # traced
class Model{base}:
    def __init__(self, size):
        {layers}
    {options or "@nnx.jit"}
    def run(self, x, start):
        for layer in self.layers:
            x = layer(x, start)
        return x
"""
    )


@pytest.mark.parametrize(
    ("transform", "base", "fields"),
    [
        ("nnx.jit", "nnx.Module", ""),
        ("eqx.filter_jit", "eqx.Module", "layers: list\n    size: int = eqx.field(static=True)"),
        ("jax.jit", "eqx.Module", "layers: list\n    size: int = eqx.field(static=True)"),
    ],
)
def test_an_annotation_says_which_model_is_passed(transform: str, base: str, fields: str) -> None:
    check(
        NNX
        + f"""
import equinox as eqx
class Layer({base}):
    def __call__(self, x, start, size):
        x[:size]  # static
        return x[start:start + 1]  # traced
class Model({base}):
    {fields}
    def __init__(self, count: int):
        self.layers = [Layer() for _ in range(count)]
        self.size = 2
@{transform}
def run(model: Model, x: jax.Array):
    for layer in model.layers:
        x = layer(x, jnp.argmax(x), model.size)
    return x
"""
    )
