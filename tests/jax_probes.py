"""What holds the tables of `jax_model` to the installed JAX: probes, and the names that JAX does not have any more."""

import importlib
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax.sharding import AxisType

#: Names that JAX had once, with the version that removed or deprecated them.
HISTORICAL = {
    "jax.soft_pmap": "0.3.18",
    "jax.experimental.maps.xmap": "0.4.31",
    "jax.experimental.host_callback.call": "0.7.1",
    "jax.experimental.host_callback.id_tap": "0.7.1",
    "jax.xla_computation": "0.4.34",
    "jax.tree_map": "0.6.0",
    "jax.tree_flatten": "deprecated in 0.3.15",
    "jax.tree_leaves": "deprecated in 0.3.15",
    "jax.tree_structure": "deprecated in 0.3.15",
    "jax.tree_unflatten": "deprecated in 0.3.15",
    "jax.tree_multimap": "0.3.16",
    "jax.tree_util.tree_multimap": "0.3.16",
    "jax.lax.pvary": "deprecated in 0.8.2",
    "jax.experimental.pallas.load": "deprecated in 0.7.1",
    "jax.experimental.pallas.swap": "deprecated in 0.8.1",
    **{
        f"jax.experimental.pallas.atomic_{name}": "deprecated in 0.7.1"
        for name in ("add", "and", "cas", "max", "min", "or", "xchg", "xor")
    },
    "jax.experimental.enable_x64": "deprecated in 0.8.0",
    "jax.experimental.disable_x64": "deprecated in 0.8.0",
}
#: Public functions that take a function and have no row, and why.
NOT_MODELLED = {
    "jax.fwd_and_bwd": "returns two functions",
    "jax.experimental.pallas.with_scoped": "returns a decorator that returns a function",
    "jax.lax.composite": "its positional arguments are traced, its keywords are static",
    "jax.numpy.pad": "`mode` is hardly ever a function, and the result would be less well known",
    "jax.numpy.ufunc": "made by `frompyfunc`",
    "jax.tree_util.Partial": "evaluated as `functools.partial`",
    "jax.experimental.buffer_callback.buffer_callback": "its function gets buffers, not arrays",
    "jax.sharding.auto_axes": "traces its function only inside another trace",
    "jax.sharding.explicit_axes": "traces its function only inside another trace",
}

X = np.arange(4.0, dtype=np.float32)
MATRIX = np.ones((3, 4), np.float32)
MESH = jax.make_mesh((1,), ("i",), axis_types=(AxisType.Auto,))
EXPLICIT_MESH = jax.make_mesh((1,), ("i",), axis_types=(AxisType.Explicit,))
SCALAR = jax.ShapeDtypeStruct((), jnp.float32)


def resolve(path: str) -> Any:
    """The object at a dotted path."""
    first, *parts = path.split(".")
    found, name = importlib.import_module(first), first
    for part in parts:
        name = f"{name}.{part}"
        if not hasattr(found, part):
            importlib.import_module(name)
        found = getattr(found, part)
    return found


def is_tracer(value: object) -> bool:
    """Whether a tracer is among the leaves of `value`."""
    return any(isinstance(leaf, jax.core.Tracer) for leaf in jax.tree.leaves(value))


class Probe:
    """A function that notes what it is called with, and whether a JAX operation on constants is traced in it."""

    def __init__(self, result: Callable[..., Any] = lambda *args: args[0]) -> None:
        self._result = result
        self.calls: list[tuple[tuple[bool, ...], bool]] = []

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        kinds = tuple(is_tracer(a) for a in (*args, *kwargs.values()))
        self.calls.append((kinds, is_tracer(jnp.arange(4))))
        return self._result(*args)


def public(path: str) -> bool:
    """Whether the installed JAX has `path`, if the tables are right."""
    return path.startswith("jax.") and path not in HISTORICAL


def rows_of(*tables: tuple[Any, ...]) -> list[Any]:
    """The rows that the installed JAX can be asked about, as parameters of a test."""
    return [pytest.param(row, id=row.path) for table in tables for row in table if public(row.path)]


def in_trace(run: Callable[[Any], Any], x: Any = MATRIX) -> Any:
    """What `run` returns for a traced array."""
    results: list[Any] = []
    jax.eval_shape(lambda x: results.append(run(x)), x)
    return results[0]
