"""Sizes of `lax.dynamic_slice` in a tuple or list that is built of others."""

from collections.abc import Callable

import jax.numpy as jnp
import numpy as np
import pytest
from misused import HEADER, codes, found

TRACED = [
    "lax.dynamic_slice(x, (i, 0), (n,) + x.shape[1:])",
    "lax.dynamic_slice(x, (i, 0), (n, *x.shape[1:]))",
    "lax.dynamic_slice(x, (0, i), x.shape[:-1] + (n,))",
    "lax.dynamic_slice(x, (i,) + (0,) * (x.ndim - 1), [n] + list(x.shape[1:]))",
    "lax.dynamic_slice(x, jnp.zeros(x.ndim, int), tuple([*x.shape[1:], n]))",
    "lax.dynamic_slice(x, (i, i), (n,) * x.ndim)",
]
STATIC = [
    "lax.dynamic_slice(x, (i, 0), (k,) + x.shape[1:])",
    "lax.dynamic_slice(x, (i, 0), (k, *x.shape[1:]))",
    "lax.dynamic_slice(x, (i,) + (0,) * (x.ndim - 1), x.shape)",
    "lax.dynamic_slice(x, (n, 0), (2,) + x.shape[1:])",
]


@pytest.mark.parametrize("call", TRACED)
def test_a_traced_size_beside_the_rest_of_a_shape_is_found(call: str) -> None:
    assert codes(program(f"return {call}")) == ["JSL201"]
    with pytest.raises(TypeError):
        run(f"return {call}")


@pytest.mark.parametrize("call", STATIC)
def test_static_sizes_beside_the_rest_of_a_shape_are_right(call: str) -> None:
    assert codes(program(f"return {call}")) == []
    run(f"return {call}")


@pytest.mark.parametrize(
    "build",
    [
        "sizes = [1] * x.ndim\nsizes[0] = n",
        "sizes = list(x.shape)\nsizes[-1] = n",
        "sizes = list(x.shape)\naxis = x.ndim - 2\nsizes[axis] = n",
        "sizes = [*x.shape[1:]]\nsizes.append(n)",
        "sizes = list(x.shape[1:])\nsizes.insert(0, n)",
        "sizes = [4, 4]\nsizes[k - 2] = n",
        "sizes = (*x.shape[:1], n)",
    ],
)
def test_sizes_may_be_put_together_before(build: str) -> None:
    body = f"{build}\nreturn lax.dynamic_slice(x, (i, 0), tuple(sizes))"
    assert codes(program(body)) == ["JSL201"]
    with pytest.raises(TypeError):
        run(body)


@pytest.mark.parametrize(
    "build",
    [
        "sizes = [n] * x.ndim\nsizes[0] = k\nsizes[1] = k",
        "sizes = [n, *x.shape[1:]]\nsizes[0] = k",
        "sizes = [*x.shape[:1], n]\nsizes.pop()\nsizes.append(k)",
        "sizes = [*x.shape, n]\nsizes = sizes[:2]",
        "sizes = [n, *x.shape[1:]]\nsizes[:1] = [k]",
    ],
)
def test_a_size_that_was_taken_out_again_is_none(build: str) -> None:
    body = f"{build}\nreturn lax.dynamic_slice(x, (i, 0), tuple(sizes))"
    assert codes(program(body)) == []
    run(body)


def test_a_helper_may_be_passed_the_sizes() -> None:
    helper = "def cut(x, i, sizes):\n    return lax.dynamic_slice(x, (i, 0), sizes)\n"
    assert codes(helper + program("return cut(x, i, (n, *x.shape[1:]))")) == ["JSL201"]
    assert codes(helper + program("return cut(x, i, (k, *x.shape[1:]))")) == []


def test_the_size_is_named_where_it_is_written() -> None:
    [finding] = found(program("return lax.dynamic_slice(x, (i, 0), (n + 1,) + x.shape[1:])"))
    assert "traced size `n + 1`" in finding.message
    [finding] = found(
        program("sizes = (n, *x.shape[1:])\nreturn lax.dynamic_slice(x, (i, 0), sizes)")
    )
    assert "a traced size (`n` is an argument of `f`" in finding.message


def test_a_jitted_function_can_have_the_size_static() -> None:
    [finding] = found(program("return lax.dynamic_slice(x, (i, 0), (n, *x.shape[1:]))"))
    assert finding.fix is not None and not finding.fix.safe
    assert "`n`" in finding.fix.message


def program(body: str) -> str:
    lines = "".join(f"    {line}\n" for line in body.split("\n"))
    return f"@partial(jax.jit, static_argnames='k')\ndef f(x, i, n, k):\n{lines}"


def run(body: str) -> object:
    names: dict[str, Callable[..., object]] = {}
    exec(HEADER + program(body), names)
    return names["f"](jnp.ones((4, 4)), np.int32(0), 2, 2)
