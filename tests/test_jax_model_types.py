"""The types in the tables exist under the paths that they have there, and are of the kind that the tables say."""

import typing

import jax
import numpy as np
import pytest
from jax_probes import resolve

from jaxslice_lint.jax_model import types

#: Names that JAX had once, with the version that removed them.
HISTORICAL = {"jax.random.KeyArray": "0.4.24", "jax.random.PRNGKeyArray": "0.4.16"}
PATHS = sorted(
    path
    for table in (
        *(types.ARRAYS, types.HOST_ARRAYS, types.SHAPED_ARRAYS, types.TREES, types.STATIC),
        *(types.TUPLES, types.SEQUENCES, types.MAPPINGS, types.UNIONS, types.ANNOTATED),
    )
    for path in table
    if "." in path and path not in HISTORICAL
)


def found(path: str) -> object:
    pytest.importorskip(path.partition(".")[0])
    return resolve(path)


@pytest.mark.parametrize("path", PATHS)
def test_every_type_exists(path: str) -> None:
    assert found(path) is not None


@pytest.mark.parametrize("path", sorted(types.ARRAYS - HISTORICAL.keys()))
def test_an_array_type_is_jax_s_and_no_python_number_is_of_it(path: str) -> None:
    kind = found(path)
    members = {getattr(one, "array_type", one) for one in typing.get_args(kind) or (kind,)}
    assert members & {jax.Array, jax.core.Tracer}
    assert not members & {int, float, complex, bool}


@pytest.mark.parametrize("path", sorted(types.HOST_ARRAYS))
def test_a_host_array_type_is_numpy_s(path: str) -> None:
    kind = found(path)
    assert isinstance(kind, type)
    assert issubclass(kind, (np.ndarray, np.generic))
