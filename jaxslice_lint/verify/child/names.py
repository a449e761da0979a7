"""What the names of JAX, NumPy and Python in a piece of code stand for: functions and constants, never a module."""

import importlib
from collections.abc import Iterable, Mapping
from types import ModuleType, SimpleNamespace
from typing import Any

from jaxslice_lint.jax_model.allowed import is_allowed
from jaxslice_lint.jax_model.runnable import ASKED_ABOUT

#: Where all is defined that may be run.
_MAKERS = frozenset(
    {"jax", "jaxlib", "math", "ml_dtypes", "numpy", "operator", "_operator", "builtins"}
)
#: What NumPy imports while it computes; it asks the code that calls it for `__import__`.
_IMPORTED = _MAKERS | {"warnings"}


def named(modules: Mapping[str, str], paths: Iterable[str]) -> dict[str, Any]:
    """What `modules`, names with the paths of what they stand for, are in code that uses nothing but `paths` of it.

    Raises `ImportError` for a path that leads to something else than what JAX, NumPy and Python define.
    """
    found = {path: _harmless(path, resolved(path)) for path in paths}
    return {name: _below(path, found) for name, path in modules.items()}


def _below(path: str, found: Mapping[str, Any]) -> Any:
    """What stands at `path`, or of a module what is used of it."""
    if path in found:
        return found[path]
    inner = {one.removeprefix(f"{path}.").partition(".")[0] for one in found if _is_in(one, path)}
    return SimpleNamespace(**{name: _below(f"{path}.{name}", found) for name in inner})


def _is_in(path: str, holder: str) -> bool:
    return path.startswith(f"{holder}.")


def _harmless(path: str, found: Any) -> Any:
    """What is found at `path`; of a class that may only be asked about, what cannot be called."""
    return found | _Nothing if path in ASKED_ABOUT else found


class _Nothing:
    """What no value is."""


def resolved(path: str) -> Any:
    """The function, dtype or constant at `path`. Raises `ImportError` if it is not listed, or another's."""
    package, *names = path.split(".")
    refusal = f"`{path}` is nothing that may be run"
    if not is_allowed(path):
        raise ImportError(refusal)
    found = importlib.import_module(package)
    for count, name in enumerate(names, start=1):
        if isinstance(found, ModuleType) and not hasattr(found, name):
            importlib.import_module(".".join([package, *names[:count]]))
        found = getattr(found, name)
    maker = getattr(found, "__module__", None) or type(found).__module__
    if isinstance(found, ModuleType | dict | list) or maker.partition(".")[0] not in _MAKERS:
        raise ImportError(refusal)
    return found


def importing(name: str, *rest: Any) -> Any:
    """What stands in place of `__import__`: it imports what NumPy itself asks for."""
    if name.partition(".")[0] not in _IMPORTED:
        raise ImportError(f"{name} is not imported")
    return __import__(name, *rest)
