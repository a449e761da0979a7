"""Look-ups by dotted path in the tables that nobody extends; `model.py` has the others."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache

from jaxslice_lint.jax_model.aliases import ALIASES, USUAL_NAMES
from jaxslice_lint.jax_model.bases import BASE_CLASSES
from jaxslice_lint.jax_model.classes import PYTREE_CLASSES
from jaxslice_lint.jax_model.flax import FLAX_MODULES
from jaxslice_lint.jax_model.functions.methods import ARRAY, LIKE_FUNCTIONS, METHOD_NAMES
from jaxslice_lint.jax_model.functions.schema import Asked, Function, Gives, Package
from jaxslice_lint.jax_model.functions.table import FUNCTIONS, PACKAGES
from jaxslice_lint.jax_model.haiku import HAIKU_MODULES
from jaxslice_lint.jax_model.library_classes import LIBRARY_CLASSES
from jaxslice_lint.jax_model.names import HOST, NUMPY
from jaxslice_lint.jax_model.schema import LibraryClass, ModuleClass, PytreeClass

_FUNCTIONS = {path: row for row in FUNCTIONS for path in row.paths}
_PACKAGES = {row.path: row for row in PACKAGES}
_UNKNOWN_PACKAGE = Package("", Gives.UNKNOWN, pure=False)
_PYTREES = {row.path: row for row in PYTREE_CLASSES}
_LIBRARY = {row.path: row for row in LIBRARY_CLASSES}
_MODULES = {row.path: row for row in (*FLAX_MODULES, *HAIKU_MODULES, *BASE_CLASSES)}

#: The functions whose calls are watched, since a rule is about them.
WATCHED: Mapping[str, Function] = {path: row for path, row in _FUNCTIONS.items() if row.parameters}

#: The names of the functions that write a window into an array, behind which its position is given.
WINDOW_UPDATES = frozenset(
    path.rpartition(".")[2] for path, row in WATCHED.items() if "update" in row.parameters
)


@cache
def canonical(path: str) -> str:
    """The public path of an API that is also reachable as `path`."""
    parts = path.split(".")
    for count in range(len(parts), 0, -1):
        alias = ALIASES.get(".".join(parts[:count]))
        if alias is not None:
            return ".".join([alias, *parts[count:]])
    return path


@cache
def function(path: str) -> Function:
    """The row of the function at `path`, with what its package says where it says nothing, and its axis in `asked`."""
    row, package = _FUNCTIONS.get(path, Function((path,))), _package(path)
    return replace(
        row,
        gives=package.gives if row.gives is None else row.gives,
        pure=package.pure if row.pure is None else row.pure,
        asked=row.asked if row.axis is None else (*row.asked, Asked(row.axis, "axis")),
    )


def _package(path: str) -> Package:
    """What holds where `path` lies; no module is that of Python's own functions."""
    if "." not in path:
        return _PACKAGES["builtins"]
    parts = path.split(".")
    if parts[-1].startswith("_") and not parts[-1].startswith("__"):
        return _UNKNOWN_PACKAGE  # nobody says what a private function does
    prefixes = (".".join(parts[:count]) for count in range(len(parts), 0, -1))
    found = (_PACKAGES[prefix] for prefix in prefixes if prefix in _PACKAGES)
    return next(found, _UNKNOWN_PACKAGE)


@cache
def method(name: str) -> Function | None:
    """The row of a method of arrays, for the array and the arguments of the method; None if arrays have none."""
    path = f"{NUMPY}.{name}" if name in LIKE_FUNCTIONS else f"{ARRAY}.{name}"
    return function(path) if name in METHOD_NAMES else None


def is_pure(path: str) -> bool:
    """Whether calling `path` does nothing but compute, the same each time."""
    return bool(function(path).pure)


def pytree_class(path: str) -> PytreeClass | None:
    """The row of a decorator or base class that makes pytrees; None if `path` is none."""
    return _PYTREES.get(path)


def module_class(path: str) -> ModuleClass | None:
    """The row of a framework's base class of modules; None if `path` is none."""
    return _MODULES.get(path)


def library_class(path: str) -> LibraryClass | None:
    """The row of a class of a library that programs make objects of; None if `path` is none."""
    return _LIBRARY.get(path)


def is_of_numpy(path: str) -> bool:
    """Whether `path` is a function of NumPy itself."""
    return path.startswith(f"{HOST}.")


@cache
def short(path: str) -> str:
    """The name by which people call an API: `jax.jit`, `lax.scan`, `jnp.arange`, `pl.program_id`."""
    for prefix, alias in USUAL_NAMES.items():
        if path.startswith(prefix):
            return alias + path.removeprefix(prefix)
    return path
