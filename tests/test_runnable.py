"""What `--verify` may run is what JAX and NumPy have, and nothing that could do more than to compute."""

import importlib
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import jax
import numpy as np
import pytest
from refused_names import refused

from jaxslice_lint.jax_model.allowed import is_allowed
from jaxslice_lint.jax_model.functions.table import FUNCTIONS
from jaxslice_lint.jax_model.runnable import RUNNABLE
from jaxslice_lint.verify.child.names import named, resolved

_MODULES = (
    *("math", "operator", "numpy", "numpy.fft", "numpy.linalg"),
    *("jax.numpy", "jax.numpy.fft", "jax.numpy.linalg", "jax.lax", "jax.lax.linalg", "jax.nn"),
    *("jax.scipy.cluster.vq", "jax.scipy.fft", "jax.scipy.integrate", "jax.scipy.linalg"),
    *("jax.scipy.ndimage", "jax.scipy.signal", "jax.scipy.special", "jax.scipy.stats"),
)
_MAKERS = ("builtins", "jax", "jaxlib", "math", "ml_dtypes", "numpy", "operator", "_operator")
#: Classes that are no dtypes: they are asked about, or hold what a function is given.
_CLASSES = frozenset(
    {
        *("jax.Array", "jax.numpy.ndarray", "numpy.ndarray", "jax.lax.ConvDimensionNumbers"),
        *("jax.lax.GatherDimensionNumbers", "jax.lax.RaggedDotDimensionNumbers"),
        "jax.lax.ScatterDimensionNumbers",
    }
)
_ENUMERATIONS = frozenset(
    {
        *("jax.lax.FftType", "jax.lax.GatherScatterMode", "jax.lax.Precision"),
        *("jax.lax.RoundingMethod",),
    }
)
_INDEXERS = frozenset({"c_", "index_exp", "mgrid", "ogrid", "r_", "s_"})


def _public(module: str) -> Iterator[str]:
    held = importlib.import_module(module)
    for name in dir(held):
        is_primitive = module.startswith("jax.lax") and name.endswith("_p")
        is_module = isinstance(getattr(held, name), ModuleType)
        if not (name.startswith("_") or is_primitive or is_module):
            yield f"{module}.{name}"


@pytest.mark.parametrize("module", _MODULES)
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_of_each_public_name_it_is_decided_whether_it_is_run(module: str) -> None:
    undecided = {*_public(module)} - RUNNABLE - {*refused()}
    assert undecided == set()


def test_nothing_is_both_run_and_refused() -> None:
    assert RUNNABLE & {*refused()} == set()


def test_no_name_that_is_run_is_private() -> None:
    assert [path for path in RUNNABLE if any(p.startswith("_") for p in path.split("."))] == []


def test_no_table_says_that_what_is_run_has_effects() -> None:
    assert [path for row in FUNCTIONS if row.pure is False for path in row.paths] != []
    assert [p for row in FUNCTIONS if row.pure is False for p in row.paths if is_allowed(p)] == []


@pytest.mark.filterwarnings("ignore")
def test_what_is_run_is_a_function_a_dtype_or_a_constant() -> None:
    found = {path: _found(path) for path in RUNNABLE}
    there = {path: value for path, value in found.items() if value is not _NOTHING}
    assert len(there) > 0.7 * len(RUNNABLE)
    assert [path for path, value in there.items() if not _is_plain(path, value)] == []


_NOTHING = object()


def _found(path: str) -> Any:
    """What stands at `path`, if this release has it. It is an error if that is another's."""
    try:
        return resolved(path)
    except (AttributeError, ModuleNotFoundError):
        return _NOTHING


def _is_plain(path: str, value: Any) -> bool:
    maker = (getattr(value, "__module__", None) or type(value).__module__).partition(".")[0]
    if isinstance(value, ModuleType) or maker not in _MAKERS:
        return False
    if isinstance(value, type):
        is_dtype = issubclass(value, np.generic | bool | np.dtype | np.finfo | np.iinfo)
        return is_dtype or path in _CLASSES or path.startswith("jax.numpy.")
    holder, _, name = path.rpartition(".")
    is_constant = value is None or isinstance(value, int | float)
    return callable(value) or is_constant or holder in _ENUMERATIONS or name in _INDEXERS


def test_what_was_there_before_is_still_there() -> None:
    """A few of what programs use most."""
    for path in ("jax.numpy.sin", "jax.lax.scan", "jax.nn.relu", "numpy.float32", "math.pi"):
        assert is_allowed(path)


@pytest.mark.parametrize(
    "path",
    [
        *("jax.numpy", "numpy.linalg", "numpy.lib.npyio.save", "numpy.polynomial.polyutils.sys"),
        *("jax.numpy._sum", "numpy.__loader__.set_data", "numpy.__builtins__", "os.system"),
        *("numpy.ma.mrecords.openfile", "numpy.testing.runstring", "jax.config.update"),
        *("numpy.core.os", "builtins.eval", "subprocess.run", "numpy.sctypeDict", ""),
    ],
)
def test_a_name_that_leads_elsewhere_is_not_resolved(path: str) -> None:
    with pytest.raises(ImportError):
        resolved(path)
    assert not is_allowed(path)


def test_code_gets_functions_and_never_the_module_that_holds_them() -> None:
    names = named({"jnp": "jax.numpy", "add": "numpy.add"}, ["jax.numpy.linalg.norm", "numpy.add"])
    assert names["jnp"].linalg.norm is jax.numpy.linalg.norm
    assert names["add"] is np.add
    assert {*vars(names["jnp"])} == {"linalg"}
    assert {*vars(names["jnp"].linalg)} == {"norm"}


def test_what_resolves_to_something_of_another_package_is_not_run(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import subprocess

    monkeypatch.setattr(np, "sin", subprocess.check_output)
    with pytest.raises(ImportError, match=r"`numpy\.sin` is nothing that may be run"):
        named({"np": "numpy"}, ["numpy.sin"])


def test_of_the_class_of_arrays_nothing_can_be_made() -> None:
    """Else `np.ndarray((1,), "O", integers)` takes integers for addresses of objects, and an offset reads anything."""
    array = named({"np": "numpy"}, ["numpy.ndarray"])["np"].ndarray
    assert isinstance(np.zeros(3), array)
    assert isinstance(np.zeros(3), (jax.Array, array))
    assert not isinstance(3, array)
    assert not callable(array)
