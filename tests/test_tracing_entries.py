"""Which functions are entered that nobody was seen to call, with what, and how far they are followed."""

import itertools

import pytest
from flow_programs import check


def test_what_only_an_optional_argument_leads_to_is_traced_although_no_call_passes_it() -> None:
    check(
        """
from flax import linen as nn
class Block(nn.Module):
    def __call__(self, x: jax.Array, at: jax.Array | None = None):
        if at is not None:
            return x[at:]  # traced
        return x[:len(x) // 2]  # static
class Model(nn.Module):
    @nn.compact
    def __call__(self, x: jax.Array):
        return Block()(x)
"""
    )


BLOCK = """
class Block(nnx.Module):
    def __call__(self, x: jax.Array, ends: jax.Array):
        return x[: ends[1]]  # static
"""
ENCODER = """
class Encoder(nnx.Module):
    def __init__(self):
        self.block = Block()
    def __call__(self, x: jax.Array, sizes: jax.Array):
        ends = jnp.cumsum(jnp.repeat(sizes, sizes))
        return self.block(x, ends)
"""
MODEL = """
class Model(nnx.Module):
    def __init__(self):
        self.encoder = Encoder()
    def __call__(self, x: jax.Array, sizes: jax.Array):
        return self.encoder(x, sizes)
"""


@pytest.mark.parametrize("order", list(itertools.permutations([BLOCK, ENCODER, MODEL])))
def test_what_a_method_calls_that_needs_values_is_not_called_in_a_trace(
    order: tuple[str, ...],
) -> None:
    check("from flax import nnx\n" + "".join(order))


def test_an_assumed_trace_ends_where_one_that_is_certain_goes_on() -> None:
    check(
        """
from flax import linen as nn
def head(x, n):
    return x[:int(n)]  # traced
def run(x, n):
    return jax.jit(head)(x, n)
class Block(nn.Module):
    def __call__(self, x: jax.Array, n: jax.Array):
        return head(x, n)
"""
    )


def test_a_helper_of_a_module_is_reached_with_an_argument_that_its_callers_leave_out() -> None:
    check(
        """
from flax import linen as nn
class Cache(nn.Module):
    def append(self, x, at):
        assert at is not None
        return x[at:at + 2]  # traced
    @nn.compact
    def __call__(self, x: jax.Array, at: jax.Array | None = None):
        return self.append(x, at)
class Model(nn.Module):
    @nn.compact
    def __call__(self, x: jax.Array):
        return Cache()(x)
"""
    )


def test_a_method_is_not_traced_beyond_what_needs_the_value_of_a_tracer() -> None:
    check(
        """
from flax import linen as nn
class Block(nn.Module):
    def __call__(self, x: jax.Array, i: jax.Array, k: int):
        y = x[i:i + k]  # traced
        if k > 3:
            n = int(i)
            x[:n], x[i:]  # silent
        elif k > 2:
            for h in x:
                h.item()
                x[h:]  # silent
            return x[i:i + k + 1]  # traced
        elif k > 1:
            r = jnp.repeat(x, x.astype(int))
            return x[r[0]:r[0] + k]  # silent
        elif k > 0:
            for j in range(i):
                x[:j]  # silent
            return x[i:i + 3]  # silent
        r = jnp.repeat(x, x.astype(int), total_repeat_length=9)
        sizes = [(int(n), k) for n in x]
        for n, m in sizes:
            x[:n]  # static
        n = int(i) if k else 2
        x[:n]  # static
        g = lambda: float(i)
        max(2, int(i) if k > 7 else 3), k > 7 and int(i)
        y = x[r[0]:r[0] + k]  # traced
        g()
        return y, x[r[1]:]  # silent
"""
    )


def test_a_function_that_always_needs_a_value_gives_nothing_known() -> None:
    check(
        """
from flax import linen as nn
def host(i):
    return int(i)
class Block(nn.Module):
    def __call__(self, x: jax.Array, i: jax.Array):
        n = host(i)
        if n is None:
            return x
        return x[:n]  # static
"""
    )


def test_an_optional_argument_of_a_jitted_function_may_be_passed() -> None:
    check(
        """
@jax.jit
def f(x, at=None):
    if at is not None:
        return x[at:]  # traced
    return x[:2]
"""
    )


@pytest.mark.parametrize(
    ("names", "parameters", "test"),
    [
        ("'paged'", "x, i, *, paged: bool = False", "paged"),
        ("('k', 'mode')", "x, i, k=2, mode='whole'", "mode != 'whole'"),
        ("'exact'", "x, i, exact=True", "not exact"),
    ],
)
@pytest.mark.parametrize("call", ["", "step(jnp.ones(9), 2)"])
def test_a_static_choice_may_be_another_than_that_of_the_calls(
    names: str, parameters: str, test: str, call: str
) -> None:
    check(
        f"""
@functools.partial(jax.jit, static_argnames={names})
def step({parameters}):
    if {test}:
        def body(j, total):
            return total + x[j : j + 2].sum()  # traced
        return lax.fori_loop(0, 3, body, x[i : i + 1].sum())  # traced
    return x
{call}
"""
    )


def test_a_choice_that_is_no_static_argument_is_no_choice() -> None:
    check(
        """
@jax.jit
def f(x, i, flag=False, n=3):
    if flag:  # a tracer has no truth value
        return x[i : i + 2]  # silent
    return x[:n]  # static
f(jnp.ones(3), 1)

@jax.jit
def g(x, i):
    return window(x, i)
def window(x, i, wide=False):
    return x[i : i + 3] if wide else x  # silent

@functools.partial(jax.jit, static_argnums=2)
def h(x, i, wide=False):
    return window(x, 1, wide), x[i : i + 4] if wide else x  # traced
h(x, 1, True)
"""
    )


def test_others_may_pass_what_no_call_in_the_module_of_a_jitted_function_passes() -> None:
    check(
        """
@jax.jit
def head(x, n):
    if n is None:
        return x
    return x[:n]  # traced
head(jnp.ones(3), None)
"""
    )
