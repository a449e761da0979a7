"""Products of slices of traced size sum over the sliced axis only where the arrays have the axes for that."""

from collections.abc import Callable

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from masked import JIT, fixed, function


@pytest.mark.parametrize("call", ["A[:, :n] @ x[:n]", "A[:, :n] @ A[:n]", "jnp.dot(x[:n], A[:n])"])
@pytest.mark.parametrize("dtype", ["float32", "int32", "bool"])
def test_slices_that_a_product_sums_over_keep_the_dtype(call: str, dtype: str) -> None:
    f = function(f"{JIT}def f(A, x, n):\n    return {call}\n", unsafe=True)
    table, row = jnp.arange(16).reshape(4, 4) % 7, jnp.arange(4) - 2
    arrays = {"A": table.astype(dtype), "x": row.astype(dtype)}
    for n in range(-5, 6):
        expected = eval(call, {"jnp": jnp, "n": n, **arrays})
        assert f(*arrays.values(), n).dtype == expected.dtype
        np.testing.assert_allclose(f(*arrays.values(), n), expected)


@pytest.mark.parametrize(
    ("call", "taken"),
    [
        ("jnp.dot(x[:n], y[:n])", "`x[:n]` is taken to have one axis; `y[:n]` is taken to have"),
        ("x[:n] @ x[:n]", "`x[:n]` is taken to have one axis; `x[:n]` is taken to have at most"),
        ("A[:, :n] @ x[:n]", "`A[:, :n]` is taken to have two axes; `x[:n]` is taken to have"),
        ("A[..., :n] @ x[:n]", "`x[:n]` is taken to have at most two axes"),
        ("jnp.matmul(A[:, :n], A[:n])", "axes 1 and 0 of `A` are taken to be equally long"),
        ("jnp.vdot(x[:n], y[:n])", "`x` and `y` are taken to be equally long along the slice"),
    ],
)
def test_a_product_of_slices_says_what_it_assumes_of_them(call: str, taken: str) -> None:
    # Of more axes, the first ones are those of a batch: its result has a traced size itself.
    findings = fixed(f"{JIT}def f(A, x, y, n):\n    return {call}\n").findings
    assert len(findings) == 2
    for finding in findings:
        assert finding.fix is not None and taken in finding.fix.caution


@pytest.mark.parametrize(
    ("known", "call"),
    [
        ("pass", "jnp.vdot(x[:n], x[:n])"),
        ("pass", "jnp.inner(x[..., :n], y[..., :n])"),
        ("x, y = x.reshape(-1), y.reshape(-1)", "x[:n] @ y[:n]"),
        ("x, y = x.reshape(2, 4), y.reshape(4, 2)", "x[:, :n] @ y[:n]"),
    ],
)
def test_a_product_of_slices_whose_axes_are_known_assumes_nothing(known: str, call: str) -> None:
    text = f"{JIT}def f(x, y, n):\n    {known}\n    return {call}\n"
    f = function(text)
    arrays = jnp.arange(8.0).reshape(4, 2), jnp.arange(8.0, 0, -1).reshape(4, 2)
    scope: dict[str, Callable[..., jax.Array]] = {}
    exec(text.replace("@jax.jit", ""), scope)
    for n in range(5):
        np.testing.assert_allclose(f(*arrays, n), scope["f"](*arrays, n))
