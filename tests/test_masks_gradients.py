"""Gradients after a mask was told: those of the slice, as long as what is left out is finite, or the fix is unsafe."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from masked import IMPORTS, fixed, function

HEAD = f"{IMPORTS}from jaxtyping import Array, Float32\n\n\n@jax.jit\n"
X = jnp.array([3.0, 1.0, 2.0, 0.0, 0.0])
W = jnp.array([2.0, -1.0, 4.0, 1.0, 9.0])


@pytest.mark.parametrize(
    "body",
    [
        "(jnp.sort(x[:n]) * w[:n]).sum()",
        "(w[0] * -jnp.sort(x[:n])).sum()",
        "jnp.abs(jnp.sort(x[:n]) - w[1] * jnp.sort(w[:n])).mean()",
        "jnp.sort(x[:n]) @ w[:n]",
        "jnp.where(w[:n] > 0, jnp.sort(x[:n])[::-1], w[:n]).sum()",
        "jnp.outer(jnp.sort(x[:n]), w).sum(axis=0)[1]",
        "(-jnp.sort(x[:n]) / w[0]).max()",
    ],
)
def test_what_is_sorted_and_left_out_makes_no_gradient_nan(body: str) -> None:
    f = function(
        f'{HEAD}def f(w: Float32[Array, "t"], x: Float32[Array, "t"], n):\n    return {body}\n'
    )
    sliced = eval(f"lambda w, x, n: {body}", {"jnp": jnp})
    for n in (1, 3, 5):
        for number in (0, 1):
            taken = jax.grad(f, number)(W, X, n)
            expected = jax.grad(sliced, number)(W, X, n)
            np.testing.assert_allclose(taken, expected, rtol=1e-5, err_msg=f"{n}, {number}")


@pytest.mark.parametrize(
    "body",
    [
        "jnp.linalg.norm(x[:n], axis=-1).mean()",
        "jnp.linalg.norm(x[:n].T, ord=3, axis=0).sum()",
        "x[:n].std(axis=1).sum()",
        "jnp.nanstd(x[:n], axis=-1).max()",
        "x.at[:n].power(0.5).sum()",
        "x.at[:n].divide(x[:n]).sum()",
        "x.at[:n].apply(jnp.sqrt).sum()",
    ],
)
def test_a_function_with_an_infinite_derivative_makes_the_fix_unsafe(body: str) -> None:
    file = fixed(f'{HEAD}def f(x: Float32[Array, "t d"], n):\n    return {body}\n')
    for finding in file.findings:
        assert finding.fix is None or "a gradient is NaN" in finding.fix.caution
    assert file.findings


def test_the_masked_axis_itself_may_be_reduced_by_such_a_function() -> None:
    program = f'{HEAD}def f(x: Float32[Array, "t d"], n):\n    return x[:n].std(axis=0).sum()\n'
    rows = jnp.stack([X, W]).T
    for n in (2, 4):
        expected = jax.grad(lambda x, n=n: x[:n].std(axis=0).sum())(rows)
        np.testing.assert_allclose(jax.grad(function(program))(rows, n), expected, rtol=1e-5)
