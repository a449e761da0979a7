"""The tables of masks: JAX gives for an array and a mask what it gives for the slice that the mask stands for."""

from collections.abc import Callable

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from jaxslice_lint.jax_model import masks as model
from jaxslice_lint.jax_model.masks import Reduction, Takes

X = jnp.array([3.0, -2.0, 0.5, 4.0, 7.0, -9.0])
COUNT = 4
MASK = jnp.arange(X.size) < COUNT
#: Arguments for functions of more than one array, and those that JAX wants positive, or within bounds.
POSITIVE = jnp.array([0.3, 0.2, 0.5, 0.4, 0.7, 0.9])


def function(path: str) -> Callable[..., jax.Array]:
    module, _, name = path.removeprefix("jax.").rpartition(".")
    owner: object = jax
    for part in module.split("."):
        owner = getattr(owner, part)
    return getattr(owner, name)  # type: ignore[no-any-return]


@pytest.mark.parametrize(("path", "row"), model.REDUCTIONS.items(), ids=list(model.REDUCTIONS))
def test_a_reduction_takes_its_mask(path: str, row: Reduction) -> None:
    reduce, expected = function(path), function(path)(X[:COUNT])
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


@pytest.mark.parametrize(
    ("path", "row"), [(path, row) for path, row in model.REDUCTIONS.items() if row.is_method]
)
def test_a_reduction_is_a_method_with_its_axis_one_position_earlier(
    path: str, row: Reduction
) -> None:
    x = X.reshape(2, 3)
    options = {"where": jnp.array([True, False, True])} if row.takes is Takes.WHERE else {}
    given = [None] * (row.axis - 1)
    method = getattr(x, path.rpartition(".")[2])
    np.testing.assert_allclose(
        method(*given, 1, **options), function(path)(x, *given, 1, **options), rtol=1e-6
    )


@pytest.mark.parametrize("path", sorted(model.NORMALISERS))
def test_a_normaliser_takes_a_mask_and_may_return_zeros(path: str) -> None:
    found = function(path)(X, where=MASK)
    np.testing.assert_allclose(found[:COUNT], function(path)(X[:COUNT]), rtol=1e-6)
    assert (found[COUNT:] == 0).all() == (path in model.ZEROING)


def _is_pointwise(path: str) -> bool:
    """Whether a function of one array, of two or of three gives for a slice a slice of what it gives for the whole."""
    x = POSITIVE if path not in ("jax.numpy.arccosh",) else POSITIVE + 1
    least = model.LEAST_ARGUMENTS.get(path, 1)
    tries = ([x], [x + 1j], [x, x * 2], [x > 0.4, x, x * 2], [x, 2])
    for arguments in (one for one in tries if len(one) >= least):
        try:
            whole = function(path)(*arguments)
        except (TypeError, ValueError):
            continue
        parts = [one if isinstance(one, int) else one[:COUNT] for one in arguments]
        return whole.shape == x.shape and np.allclose(whole[:COUNT], function(path)(*parts))
    return False


@pytest.mark.parametrize("path", sorted(model.SMOOTH | model.SINGULAR))
def test_a_pointwise_function_looks_at_each_element_for_itself(path: str) -> None:
    assert _is_pointwise(path) or path.startswith("jax.numpy.logical")


@pytest.mark.parametrize("path", sorted(model.SMOOTH))
def test_the_derivative_of_a_smooth_function_is_finite(path: str) -> None:
    def scalar(x: jax.Array) -> jax.Array:
        return function(path)(x)

    for value in (-40.0, -1.0, 0.0, 1.0, 40.0):
        try:
            derivative = jax.grad(scalar)(value)
        except (TypeError, ValueError):
            return  # it takes more arrays, or returns no floats
        assert jnp.isfinite(derivative), value


@pytest.mark.parametrize("name", sorted(model.POINTWISE_METHODS))
def test_a_pointwise_method_looks_at_each_element_for_itself(name: str) -> None:
    arguments = {"astype": ["int32"], "clip": [0, 3]}.get(name, [])
    whole = getattr(X, name)(*arguments)
    np.testing.assert_array_equal(whole[:COUNT], getattr(X[:COUNT], name)(*arguments))
