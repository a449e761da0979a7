"""What attributes, methods and types of an array are to a tracer, and which fields of a pytree are static."""

import dataclasses
from typing import NamedTuple

import jax
import jax.experimental.checkify
import jax.experimental.compute_on
import jax.experimental.custom_partitioning
import jax.numpy as jnp
import numpy as np
import pytest
from jax_probes import in_trace, is_tracer, resolve

from jaxslice_lint.jax_model.arrays import ARRAY_ATTRIBUTES, STATIC_ATTRIBUTES, UPDATE_METHODS
from jaxslice_lint.jax_model.contexts import ALL_ERRORS, INDEX_ERRORS
from jaxslice_lint.jax_model.functions.methods import METHOD_NAMES
from jaxslice_lint.jax_model.functions.schema import Gives, ShapeRule
from jaxslice_lint.jax_model.instances import NOT_TRACER_TYPES, PYTHON_TYPES, TRACER_TYPES
from jaxslice_lint.jax_model.lookup import method


def test_static_attributes_of_a_tracer_are_no_tracers() -> None:
    for name in STATIC_ATTRIBUTES:
        assert not in_trace(
            lambda x, name=name: is_tracer(getattr(x, name, None)) if name not in _RAISE else False
        )
    for name in ARRAY_ATTRIBUTES - {"flat", "at"}:
        assert in_trace(lambda x, name=name: is_tracer(getattr(x, name)))


_RAISE = {"committed", "is_fully_addressable", "is_fully_replicated"}
NO_ARRAY_METHODS = {
    *("addressable_data", "addressable_shards", "global_shards", "delete", "devices", "is_deleted"),
    *("on_device_size_in_bytes", "unsafe_buffer_pointer", "traceback", "parent", "val"),
    *("aval_mutable_qdd", "cur_qdd", "mutable_qdd", "dimension_as_value", "full_lower"),
    *("get_const", "get_referent", "to_concrete_value"),
}


def test_every_attribute_of_a_tracer_is_in_a_table() -> None:
    names = in_trace(lambda x: [name for name in dir(x) if not name.startswith("_")])
    tables = STATIC_ATTRIBUTES | ARRAY_ATTRIBUTES | METHOD_NAMES
    assert set(names) - tables - NO_ARRAY_METHODS == set()


def test_methods_of_an_array_exist_and_keep_the_shape_where_the_table_says_so() -> None:
    arguments = {"astype": (int,)}
    for name in METHOD_NAMES - {"block_until_ready"}:
        row = method(name)
        assert row is not None
        if row.shape is ShapeRule.SAME:
            assert in_trace(
                lambda x, name=name: getattr(x, name)(*arguments.get(name, ())).shape
            ) == (3, 4)
        if row.gives is Gives.PYTHON:
            with pytest.raises((TypeError, ValueError)):
                in_trace(lambda x, name=name: getattr(x, name)(), np.float32(1))
    names = METHOD_NAMES - {"get", "block_until_ready"}
    assert in_trace(lambda x: [name for name in names if not hasattr(x, name)]) == []


def test_update_methods_return_an_array_of_the_same_shape() -> None:
    for name in UPDATE_METHODS:
        argument = jnp.sin if name == "apply" else 1.0
        assert in_trace(lambda x, name=name, v=argument: getattr(x.at[0], name)(v).shape) == (3, 4)
    here = in_trace(lambda x: {name for name in dir(x.at[0]) if not name.startswith("_")})
    assert here - UPDATE_METHODS == {"array", "index", "get"}


def test_isinstance_of_a_tracer_is_what_the_tables_say() -> None:
    for path in TRACER_TYPES:
        assert in_trace(lambda x, path=path: isinstance(x, resolve(path)))
    for path in NOT_TRACER_TYPES:
        kind = resolve(path if "." in path else f"builtins.{path}")
        assert not in_trace(lambda x, kind=kind: isinstance(x, kind))


def test_isinstance_of_python_numbers_is_what_the_table_says() -> None:
    for name, types in PYTHON_TYPES.items():
        value = resolve(f"builtins.{name}")(1)
        for path in NOT_TRACER_TYPES:
            kind = resolve(path if "." in path else f"builtins.{path}")
            assert isinstance(value, kind) is (path in types)


def test_a_guard_catches_an_error_that_a_traced_bound_raises() -> None:
    raised = (
        IndexError,
        jax.errors.TracerIntegerConversionError,
        jax.errors.TracerBoolConversionError,
        jax.errors.TracerArrayConversionError,
        jax.errors.ConcretizationTypeError,
    )
    for path in ALL_ERRORS | INDEX_ERRORS:
        guard = resolve(path if "." in path else f"builtins.{path}")
        assert any(issubclass(error, guard) for error in raised)


@dataclasses.dataclass
class _Fields:
    x: int
    n: int = dataclasses.field(default=2, metadata={"static": True})


@dataclasses.dataclass
class _Names:
    x: int
    n: int = 2


class _Pair(NamedTuple):
    x: int
    n: int = 2


def test_static_fields_of_a_registered_dataclass_stay_static() -> None:
    jax.tree_util.register_dataclass(_Fields)
    jax.tree_util.register_dataclass(_Names, data_fields=["x"], meta_fields=["n"])
    for instance in (_Fields(1), _Names(1)):
        assert in_trace(lambda v: (is_tracer(v.x), is_tracer(v.n)), instance) == (True, False)
    assert in_trace(lambda v: (is_tracer(v.x), is_tracer(v.n)), _Pair(1)) == (True, True)
