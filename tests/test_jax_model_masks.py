"""How functions take a mask: JAX gives for an array and a mask what it gives for the slice that the mask stands for."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from function_probes import ROWS, callable_at, is_like_function, name_of, of_jax, paths_where

from jaxslice_lint.jax_model.functions.schema import Elementwise, ShapeRule, Sums, Takes
from jaxslice_lint.jax_model.lookup import method

X = jnp.array([3.0, -2.0, 0.5, 4.0, 7.0, -9.0])
COUNT = 4
MASK = jnp.arange(X.size) < COUNT
#: Arguments for functions of more than one array, and those that JAX wants positive, or within bounds.
POSITIVE = jnp.array([0.3, 0.2, 0.5, 0.4, 0.7, 0.9])


REDUCTIONS = of_jax(paths_where(lambda row: row.reduction))


@pytest.mark.parametrize("path", REDUCTIONS)
def test_a_reduction_takes_its_mask(path: str) -> None:
    row, reduce = ROWS[path].reduction, callable_at(path)
    assert row is not None
    expected = reduce(X[:COUNT])
    match row.takes:
        case Takes.WHERE:
            found = reduce(X, where=MASK)
        case Takes.WHERE_INITIAL:
            found = reduce(X, where=MASK, initial=-jnp.inf if row.greatest else jnp.inf)
        case Takes.ZEROS:
            found = reduce(jnp.where(MASK, X, 0))
        case Takes.POSITION:
            found = reduce(jnp.where(MASK, X, X[:1]))
    np.testing.assert_allclose(found, expected, rtol=1e-6)
    assert found.dtype == expected.dtype


@pytest.mark.parametrize("path", REDUCTIONS)
def test_zeros_change_a_limited_norm_of_other_orders(path: str) -> None:
    row, reduce = ROWS[path].reduction, callable_at(path)
    if row is not None and row.limited:
        for order in (1, 2, 3, jnp.inf):
            np.testing.assert_allclose(
                reduce(jnp.where(MASK, X, 0), order), reduce(X[:COUNT], order)
            )
        for order in (-1, -jnp.inf):
            found = reduce(jnp.where(MASK, X, 0), order)
            assert not np.allclose(found, reduce(X[:COUNT], order))


@pytest.mark.parametrize("path", [path for path in REDUCTIONS if is_like_function(path)])
def test_a_reduction_is_a_method_with_its_axis_one_position_earlier(path: str) -> None:
    row, x = ROWS[path], X.reshape(2, 3)
    assert row.reduction is not None
    assert row.axis is not None
    takes = row.reduction.takes
    options = {"where": jnp.array([True, False, True])} if takes is Takes.WHERE else {}
    given = [None] * (row.axis - 1)
    of_array = getattr(x, name_of(path))
    np.testing.assert_allclose(
        of_array(*given, 1, **options), callable_at(path)(x, *given, 1, **options), rtol=1e-6
    )


@pytest.mark.parametrize("path", of_jax(paths_where(lambda row: row.sums is Sums.NORMALISED)))
def test_a_normaliser_takes_a_mask_and_returns_zeros(path: str) -> None:
    found = callable_at(path)(X, where=MASK)
    np.testing.assert_allclose(found[:COUNT], callable_at(path)(X[:COUNT]), rtol=1e-6)
    assert (found[COUNT:] == 0).all()


@pytest.mark.parametrize("path", paths_where(lambda row: row.sums in (Sums.MATRICES, Sums.VECTORS)))
def test_a_product_sums_over_the_axes_that_its_row_says(path: str) -> None:
    product, x, y = callable_at(path), np.arange(6.0).reshape(2, 3), np.arange(12.0).reshape(3, 4)
    is_inner = ROWS[path].sums is Sums.VECTORS
    np.testing.assert_allclose(product(x, y.T if is_inner else y), np.einsum("ij,jk->ik", x, y))


@pytest.mark.parametrize("path", paths_where(lambda row: row.shape is ShapeRule.PERMUTED))
def test_what_permutes_axes_reverses_them_where_nothing_else_is_said(path: str) -> None:
    x = np.arange(24.0).reshape(2, 3, 4)
    np.testing.assert_array_equal(callable_at(path)(x), x.T)


def _is_pointwise(path: str) -> bool:
    """Whether a function of one array, of two or of three gives for a slice a slice of what it gives for the whole."""
    x = POSITIVE if name_of(path) != "arccosh" else POSITIVE + 1
    if path.startswith("numpy."):
        x = np.asarray(x)
    tries = ([x], [x + 1j], [x > 0.4], [x, x * 2], [x > 0.4, x < 0.6], [x > 0.4, x, x * 2], [x, 2])
    for arguments in (one for one in tries if len(one) >= ROWS[path].least):
        try:
            whole = callable_at(path)(*arguments)
        except (TypeError, ValueError):
            continue
        parts = [one if isinstance(one, int) else one[:COUNT] for one in arguments]
        found = callable_at(path)(*parts)
        return bool(whole.shape == x.shape and np.allclose(whole[:COUNT], found))
    return False


@pytest.mark.parametrize("path", paths_where(lambda row: row.elementwise))
def test_an_elementwise_function_looks_at_each_element_for_itself(path: str) -> None:
    assert _is_pointwise(path)


@pytest.mark.parametrize(
    "path", of_jax(paths_where(lambda row: row.elementwise is Elementwise.SMOOTH))
)
def test_the_derivative_of_a_smooth_function_is_finite(path: str) -> None:
    def scalar(x: jax.Array) -> jax.Array:
        return callable_at(path)(x)  # type: ignore[no-any-return]

    for value in (-40.0, -1.0, 0.0, 1.0, 40.0):
        try:
            derivative = jax.grad(scalar)(value)
        except (TypeError, ValueError):
            return  # it takes more arrays, or returns no floats
        assert jnp.isfinite(derivative), value


@pytest.mark.parametrize(
    "path", of_jax(paths_where(lambda row: row.elementwise is Elementwise.SMOOTH))
)
def test_the_derivatives_of_a_smooth_function_of_several_arrays_are_finite(path: str) -> None:
    values = [(x, y) for x in (-40.0, -1.0, 0.0, 1.0, 40.0) for y in (-40.0, 0.0, 1.0, 40.0)]
    of_three = ROWS[path].least == 3
    for one, two in values:
        given = (True, one, two) if of_three else (one, two)
        places = (1, 2) if of_three else (0, 1)
        try:
            derivatives = jax.grad(callable_at(path), places)(*given)
        except (TypeError, ValueError, NotImplementedError):
            return  # it takes one array, or returns no floats
        assert all(map(jnp.isfinite, derivatives)), given


@pytest.mark.parametrize("name", ["conj", "conjugate", "clip", "round", "copy", "astype"])
def test_a_method_looks_at_each_element_for_itself(name: str) -> None:
    row = method(name)
    assert row is not None
    assert row.elementwise is Elementwise.SMOOTH or row.cast is not None
    arguments = {"astype": ["int32"], "clip": [0, 3]}.get(name, [])
    whole = getattr(X, name)(*arguments)
    np.testing.assert_array_equal(whole[:COUNT], getattr(X[:COUNT], name)(*arguments))
