"""How functions take a mask: JAX gives for an array and a mask what it gives for the slice that the mask stands for."""

from collections.abc import Callable

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from function_probes import ROWS, callable_at, is_like_function, name_of, of_jax, paths_where

from jaxslice_lint.jax_model.functions.schema import (
    Along,
    Arranges,
    Elementwise,
    Sums,
    Takes,
)
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


@pytest.mark.parametrize("path", of_jax(paths_where(lambda row: row.along is Along.NORMALISED)))
def test_a_normaliser_takes_a_mask_and_returns_zeros(path: str) -> None:
    found = callable_at(path)(X, where=MASK)
    np.testing.assert_allclose(found[:COUNT], callable_at(path)(X[:COUNT]), rtol=1e-6)
    assert (found[COUNT:] == 0).all()


@pytest.mark.parametrize("path", paths_where(lambda row: row.sums in (Sums.MATRICES, Sums.VECTORS)))
def test_a_product_sums_over_the_axes_that_its_row_says(path: str) -> None:
    product, x, y = callable_at(path), np.arange(6.0).reshape(2, 3), np.arange(12.0).reshape(3, 4)
    is_inner = ROWS[path].sums is Sums.VECTORS
    np.testing.assert_allclose(product(x, y.T if is_inner else y), np.einsum("ij,jk->ik", x, y))


@pytest.mark.parametrize(
    ("sums", "call", "meant"),
    [
        (Sums.ALL, (X.reshape(2, 3), X.reshape(2, 3)), "ij,ij->"),
        (Sums.NONE, (X, X[:2]), "i,j->ij"),
        (Sums.NAMED, (X.reshape(2, 3), X.reshape(3, 2), 1), "ij,jk->ik"),
        (Sums.NAMED, (X.reshape(2, 3), X.reshape(2, 3), ((0,), (0,))), "ij,ik->jk"),
        (Sums.LABELLED, ("ij,kj", X.reshape(2, 3), X.reshape(2, 3)), "ij,kj->ik"),
    ],
)
def test_a_product_of_another_kind_sums_over_the_axes_that_its_row_says(
    sums: Sums, call: tuple[object, ...], meant: str
) -> None:
    arrays = [np.asarray(one) for one in call if isinstance(one, jax.Array)]
    paths = paths_where(lambda row: row.sums is sums)
    assert paths
    for path in paths:
        np.testing.assert_allclose(callable_at(path)(*call), np.einsum(meant, *arrays), rtol=1e-6)


@pytest.mark.parametrize("path", of_jax(paths_where(lambda row: row.along is Along.LOGARITHMS)))
def test_a_normaliser_of_logarithms_takes_no_notice_of_minus_infinity(path: str) -> None:
    found = callable_at(path)(jnp.where(MASK, X, -jnp.inf))
    np.testing.assert_allclose(found[:COUNT], callable_at(path)(X[:COUNT]), rtol=1e-6)


@pytest.mark.parametrize("path", of_jax(paths_where(lambda row: row.along is Along.RUNNING)))
def test_a_running_result_does_not_depend_on_what_is_behind(path: str) -> None:
    run = callable_at(path)
    np.testing.assert_allclose(run(X.at[COUNT:].set(jnp.nan))[:COUNT], run(X[:COUNT]))
    assert run(X.reshape(2, 3)).shape in [(6,), (2, 3)]


@pytest.mark.parametrize("path", of_jax(paths_where(lambda row: row.along is Along.SORTED)))
def test_the_greatest_elements_are_sorted_behind_all_others(path: str) -> None:
    order = callable_at(path)
    for fill in (jnp.nan, jnp.iinfo(jnp.int32).max, True):
        like = {float: jnp.float32, int: jnp.int32, bool: bool}[type(fill)]
        whole = (X > 0) if like is bool else X.astype(like)
        whole = whole.at[1].set(fill)
        found = order(jnp.where(MASK, whole, fill))[:COUNT]
        np.testing.assert_array_equal(found, order(whole[:COUNT]))


#: What functions do with the axes of an array, or of several, and how NumPy says it.
ARRANGED = [
    (Arranges.PERMUTED, (), lambda x: x.T),
    (Arranges.PERMUTED, ((1, 2, 0),), lambda x: np.moveaxis(x, 0, 2)),
    (Arranges.SWAPPED, (0, 2), lambda x: x.T),
    (Arranges.REVERSED, (1,), lambda x: x[:, ::-1]),
    (Arranges.REVERSED, (), lambda x: x[::-1, ::-1, ::-1]),
    (Arranges.ADDED, (1,), lambda x: x[:, None]),
    (Arranges.JOINED, (), lambda x: x.reshape(-1, 4)),
    (Arranges.JOINED, (1,), lambda x: np.hstack([*x])),
    (Arranges.STACKED, (), lambda x: x),
    (Arranges.STACKED, (1,), lambda x: np.swapaxes(x, 0, 1)),
]


@pytest.mark.parametrize(("row", "arguments", "meant"), ARRANGED)
def test_axes_are_arranged_as_the_row_says(
    row: Arranges, arguments: tuple[object, ...], meant: Callable[[np.ndarray], np.ndarray]
) -> None:
    x = np.arange(24.0).reshape(2, 3, 4)
    paths = paths_where(lambda function: function.arranges is row)
    assert paths
    for path in paths:
        given = [*x] if row in (Arranges.JOINED, Arranges.STACKED) else x
        np.testing.assert_array_equal(callable_at(path)(given, *arguments), meant(x))


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
