"""Look-ups by dotted path in the tables that nobody extends; `model.py` has the others."""

from functools import cache

from jaxslice_lint.jax_model.classes import PYTREE_CLASSES
from jaxslice_lint.jax_model.flax import FLAX_MODULES
from jaxslice_lint.jax_model.functions import (
    ALIASES,
    ARRAY_FUNCTIONS,
    ARRAY_MODULES,
    HOST_FUNCTIONS,
    HOST_MODULES,
    IMPURE,
    IMPURE_MODULES,
    TREE_FUNCTIONS,
    TREE_MODULES,
    USUAL_NAMES,
)
from jaxslice_lint.jax_model.haiku import HAIKU_MODULES
from jaxslice_lint.jax_model.names import HOST
from jaxslice_lint.jax_model.schema import ModuleClass, PytreeClass

_PYTREES = {row.path: row for row in PYTREE_CLASSES}
_MODULES = {row.path: row for row in (*FLAX_MODULES, *HAIKU_MODULES)}


@cache
def canonical(path: str) -> str:
    """The public path of an API that is also reachable as `path`."""
    parts = path.split(".")
    for count in range(len(parts), 0, -1):
        alias = ALIASES.get(".".join(parts[:count]))
        if alias is not None:
            return ".".join([alias, *parts[count:]])
    return path


def pytree_class(path: str) -> PytreeClass | None:
    """The row of a decorator or base class that makes pytrees; None if `path` is none."""
    return _PYTREES.get(path)


def module_class(path: str) -> ModuleClass | None:
    """The row of a framework's base class of modules; None if `path` is none."""
    return _MODULES.get(path)


def _is_within(path: str, packages: tuple[str, ...]) -> bool:
    """Whether `path` lies in one of `packages`."""
    return any(path == package or path.startswith(package + ".") for package in packages)


@cache
def returns_arrays(path: str) -> bool:
    """Whether calling `path` runs a JAX operation."""
    if path in HOST_FUNCTIONS:
        return False
    return path in ARRAY_FUNCTIONS or _is_within(path, ARRAY_MODULES)


@cache
def returns_trees(path: str) -> bool:
    """Whether a function that runs a JAX operation may return something else than one array."""
    return path in TREE_FUNCTIONS or _is_within(path, TREE_MODULES)


@cache
def is_pure(path: str) -> bool:
    """Whether calling `path` does nothing but compute, the same each time."""
    if returns_arrays(path):
        return True
    return runs_on_host(path) and path not in IMPURE and not _is_within(path, IMPURE_MODULES)


@cache
def runs_on_host(path: str) -> bool:
    """Whether `path` is a function of NumPy or of the standard library, static on static arguments."""
    return "." not in path or path in HOST_FUNCTIONS or _is_within(path, HOST_MODULES)


def is_of_numpy(path: str) -> bool:
    """Whether `path` is a function of NumPy itself."""
    return path.startswith(f"{HOST}.")


def short(path: str) -> str:
    """The name by which people call an API: `jax.jit`, `lax.scan`, `jnp.arange`, `pl.program_id`."""
    for prefix, alias in USUAL_NAMES.items():
        if path.startswith(prefix):
            return alias + path.removeprefix(prefix)
    return path
