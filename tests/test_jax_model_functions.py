"""What comes out of the functions of the table inside and outside a trace: arrays, lists, static values, numbers."""

import importlib
import inspect
import operator
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jax
import jax.experimental.checkify
import jax.experimental.compute_on
import jax.experimental.custom_partitioning
import jax.numpy as jnp
import numpy as np
import pytest
from function_probes import (
    FLOATS,
    INTEGERS,
    KEY,
    NO_ARRAYS,
    ROWS,
    SHARDING,
    SQUARE,
    attempts,
    callable_at,
    of_jax,
    paths_where,
)
from jax import lax
from jax.experimental import pallas as pl
from jax.sharding import NamedSharding
from jax.sharding import PartitionSpec as P
from jax_probes import EXPLICIT_MESH, NOT_MODELLED, X, in_trace, is_tracer, resolve

from jaxslice_lint.jax_model.arrays import INDEX_BUILDERS
from jaxslice_lint.jax_model.contexts import EAGER_CONTEXTS
from jaxslice_lint.jax_model.control_flow import CALLERS
from jaxslice_lint.jax_model.functions.schema import Gives
from jaxslice_lint.jax_model.lookup import function, is_pure
from jaxslice_lint.jax_model.transforms import WRAPPERS


def _results_in_a_trace(called: Any) -> list[bool]:
    """For the first arguments that fit: whether the result contains a tracer."""
    results: list[bool] = []

    def run(i: Any, x: Any, m: Any) -> int:
        for arguments in attempts(i, x, m, KEY):
            try:
                result = called(*arguments)
            except Exception:
                continue
            results.append(is_tracer(result))
            return 0
        return 0

    jax.eval_shape(run, INTEGERS, FLOATS, SQUARE)
    return results


@pytest.mark.parametrize(
    "name", ["jax.numpy", "jax.lax", "jax.random", "jax.nn", "jax.numpy.linalg", "jax.numpy.fft"]
)
def test_what_is_not_static_in_an_array_package_returns_tracers(name: str) -> None:
    rows = {row.path for row in (*WRAPPERS, *CALLERS)} | NOT_MODELLED.keys()
    wrong = []
    for attribute, value in vars(importlib.import_module(name)).items():
        path = f"{name}.{attribute}"
        if attribute.startswith("_") or not callable(value) or path in rows | NO_ARRAYS:
            continue
        if function(path).is_operation and _results_in_a_trace(value) == [False]:
            wrong.append(path)
    assert wrong == []


#: Static functions that no generic arguments fit.
NEEDS_OWN_ARGUMENTS = {
    *("axis_size", "num_programs", "padtype_to_pads", "conv_dimension_numbers", "make_mesh"),
    *("conv_general_permutations", "conv_general_shape_tuple", "conv_shape_tuple"),
    *("conv_transpose_shape_tuple", "reduce_window_shape_tuple", "ConvDimensionNumbers"),
    *("ConvGeneralDilatedDimensionNumbers", "GatherDimensionNumbers", "ScatterDimensionNumbers"),
    *("RaggedDotDimensionNumbers", "RandomAlgorithm", "RoundingMethod", "DotAlgorithm"),
    *("AccuracyMode", "Precision", "Tolerance", "ShapedArray", "ShapeDtypeStruct"),
    *("treedef_children", "treedef_is_leaf", "treedef_tuple"),
    *("Mesh", "AbstractMesh", "NamedSharding", "SingleDeviceSharding", "PartitionSpec"),
    *("BlockSpec", "GridSpec", "ds", "dslice"),
    "get_tpu_info",  # asks the device, which must be a TPU; JAX's source makes a dataclass of Python values
}


@pytest.mark.parametrize(
    "path",
    [
        path
        for path in of_jax(paths_where(lambda row: row.is_static or row.gives is Gives.STRUCTURE))
        if path.rpartition(".")[2] not in NEEDS_OWN_ARGUMENTS
    ],
)
def test_a_static_function_returns_no_tracer_inside_a_trace(path: str) -> None:
    assert _results_in_a_trace(resolve(path)) == [False]


def test_an_attribute_is_the_one_of_the_array() -> None:
    for path in paths_where(lambda row: row.gives is Gives.ATTRIBUTE):
        name = path.rpartition(".")[2]
        assert in_trace(lambda x, path=path, name=name: resolve(path)(x) == getattr(x, name))


def test_a_tracer_has_another_answer_than_a_number() -> None:
    for path in paths_where(lambda row: row.gives is Gives.IS_CONCRETE):
        assert resolve(path)(2)
        assert not in_trace(lambda x, path=path: resolve(path)(x), 2)
    for path in paths_where(lambda row: row.gives is Gives.IS_SCALAR):
        assert resolve(path)(2)


def test_axis_size_and_collectives_of_constants_are_python_values() -> None:
    seen: dict[str, object] = {}
    collectives = paths_where(lambda row: row.gives is Gives.COLLECTIVE)

    def f(x: Any) -> Any:
        seen.update({path: resolve(path)(1, "i") for path in collectives})
        seen["size"], seen["index"] = lax.axis_size("i"), lax.axis_index("i")
        return x

    jax.jit(jax.vmap(f, axis_name="i"))(X)
    assert is_tracer(seen.pop("index"))
    assert {type(value) for value in seen.values()} <= {int, float}
    assert function("jax.lax.axis_index").gives is Gives.POSITION


def test_the_position_on_a_grid_is_a_tracer_and_its_size_is_static() -> None:
    seen: dict[str, bool] = {}

    def kernel(out: Any) -> None:
        seen.update({path: is_tracer(resolve(path)(0)) for path in ROWS if "pallas.p" in path})
        seen["size"] = is_tracer(pl.num_programs(0))
        out[0] = 0

    shape = jax.ShapeDtypeStruct((4,), jnp.int32)
    pl.pallas_call(kernel, out_shape=shape, grid=(4,), interpret=True)()
    assert seen == {"jax.experimental.pallas.program_id": True, "size": False}
    assert function("jax.experimental.pallas.program_id").gives is Gives.POSITION


#: What reads a Ref on devices that are not here.
READS_ELSEWHERE = {
    *("jax.experimental.pallas.semaphore_read", "jax.experimental.pallas.tpu.semaphore_read"),
    *("jax.experimental.pallas.tpu.load", "jax.experimental.pallas.mosaic_gpu.load"),
    "jax.experimental.pallas.mosaic_gpu.async_load_tmem",
    "jax.experimental.pallas.mosaic_gpu.multimem_load_reduce",
}


@pytest.mark.parametrize(
    "path",
    [
        path
        for path in paths_where(lambda row: row.gives is Gives.ELEMENT)
        if path not in READS_ELSEWHERE
    ],
)
def test_what_a_ref_holds_is_no_ref_and_is_left_as_it_is_where_that_is_pure(path: str) -> None:
    read, seen = resolve(path), []

    def kernel(ref: Any, scalar: Any) -> None:
        for arguments in ((ref, 1, 7), (ref, (1,), 7), (ref.at[1],), (scalar, 1, 7)):
            try:
                seen.append(read(*arguments))
            except Exception:
                continue

    shapes = [jax.ShapeDtypeStruct(shape, jnp.int32) for shape in ((4,), ())]
    (call,) = jax.make_jaxpr(pl.pallas_call(kernel, out_shape=shapes))().eqns
    assert seen
    assert all(isinstance(one.aval, jax.core.ShapedArray) for one in seen)
    effects = {type(effect).__name__ for effect in call.params["jaxpr"].effects}
    assert (effects <= {"ReadEffect"}) is ROWS[path].pure


@pytest.mark.parametrize(
    "path", [path for path in paths_where(lambda row: row.cast) if path != "jax.lax.pcast"]
)
def test_a_cast_keeps_the_value_and_is_traced_where_it_is_an_operation(path: str) -> None:
    more = {
        "jax.lax.convert_element_type": (jnp.int32,),
        "jax.numpy.astype": (jnp.int32,),
        "jax.ad_checkpoint.checkpoint_name": ("n",),
        "jax.lax.with_sharding_constraint": (SHARDING,),
        "jax.reshard": (NamedSharding(EXPLICIT_MESH, P()),),
    }
    cast = callable_at(path)
    arguments = more.get(path, ())
    number: Any = np.int8(3) if path == "jax.numpy.astype" else 3
    traced: list[bool] = []
    jax.eval_shape(lambda: traced.append(is_tracer(cast(number, *arguments))))
    assert traced == [function(path).is_operation]
    assert int(cast(number, *arguments)) == 3


def test_with_a_base_an_int_is_no_cast() -> None:
    for path in paths_where(lambda row: row.most is not None):
        assert function(path).most == 1
        assert callable_at(path)("11", 2) == 3


SYMBOLS: dict[str, Callable[[int, int], int]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "**": lambda a, b: int(a**b),
    "//": lambda a, b: a // b,
    "%": lambda a, b: a % b,
    "max": max,
    "min": min,
}


@pytest.mark.parametrize("path", paths_where(lambda row: row.symbol))
def test_a_named_operator_computes_what_its_symbol_does(path: str) -> None:
    for a, b in ((7, 3), (-7, 3), (7, -3), (0, 5)):
        assert int(callable_at(path)(a, b)) == SYMBOLS[ROWS[path].symbol](a, b)


@pytest.mark.parametrize(
    "path", of_jax(paths_where(lambda row: row.gives is Gives.HOST and row.cast is None))
)
def test_a_host_function_computes_with_python_numbers(path: str) -> None:
    arguments = {"next_power_of_2": (5,), "strides_from_shape": ((2, 3),)}.get(
        path.rpartition(".")[2], (5, 2)
    )
    results: list[object] = []
    jax.eval_shape(lambda: results.append(resolve(path)(*arguments)))
    assert not is_tracer(results)


@pytest.mark.parametrize("path", paths_where(lambda row: row.parameters))
def test_the_parameters_of_a_window_function_are_in_the_order_of_its_signature(path: str) -> None:
    names = list(inspect.signature(resolve(path)).parameters)
    assert tuple(names[: len(ROWS[path].parameters)]) == ROWS[path].parameters
    assert set(ROWS[path].sizes) <= {*ROWS[path].parameters}


def test_with_fewer_arguments_a_choice_is_none() -> None:
    for path in of_jax(paths_where(lambda row: row.least == 3)):
        with pytest.raises((TypeError, ValueError)):
            resolve(path)(X > 1, X)
    assert isinstance(jnp.where(X > 1), tuple)


#: Calls after which an array is another one, or a setting, or there is a file.
EFFECTS: dict[str, Callable[[Any, Path], object]] = {
    "numpy.copyto": lambda x, _: np.copyto(x, 7),
    "numpy.fill_diagonal": lambda x, _: np.fill_diagonal(x, 7),
    "numpy.place": lambda x, _: np.place(x, x == 0, 7),
    "numpy.put": lambda x, _: np.put(x, 0, 7),
    "numpy.putmask": lambda x, _: np.putmask(x, x == 0, 7),
    "numpy.seterr": lambda *_: np.seterr(all="raise"),
    "numpy.seterrcall": lambda *_: np.seterrcall(print),
    "numpy.setbufsize": lambda *_: np.setbufsize(4096),
    "numpy.set_printoptions": lambda *_: np.set_printoptions(precision=3),
    "jax.numpy.set_printoptions": lambda *_: jnp.set_printoptions(precision=3),
    "numpy.save": lambda x, path: np.save(path, x),
    "jax.numpy.save": lambda x, path: jnp.save(path, x),
    "numpy.savez": lambda x, path: np.savez(path, x),
    "jax.numpy.savez": lambda x, path: jnp.savez(path, x),
    "numpy.savez_compressed": lambda x, path: np.savez_compressed(path, x),
    "numpy.savetxt": lambda x, path: np.savetxt(path, x),
    "operator.setitem": lambda x, _: operator.setitem(x, 0, 7),
}


@pytest.mark.parametrize("path", sorted(EFFECTS))
def test_what_has_an_effect_is_not_pure(path: str, tmp_path: Path) -> None:
    def state() -> object:
        files = sorted(one.name for one in tmp_path.iterdir())
        settings = np.geterr(), np.geterrcall(), np.getbufsize(), str(np.get_printoptions())
        return x.tolist(), settings, files

    x = np.zeros((2, 2))
    with np.errstate(), np.printoptions():
        before = state()
        EFFECTS[path](x, tmp_path / "file.npy")
        assert state() != before
    assert not is_pure(path)
    assert is_pure("numpy.zeros")


def test_index_builders_return_the_index() -> None:
    for path in INDEX_BUILDERS:
        assert resolve(path)[1:2, 0] == (slice(1, 2), 0)


def test_operations_are_concrete_in_an_eager_context_inside_a_trace() -> None:
    for path in EAGER_CONTEXTS:

        def run(_x: Any, path: str = path) -> bool:
            with resolve(path)():
                return is_tracer(jnp.arange(4))

        assert in_trace(run) is False
