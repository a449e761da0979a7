"""What comes out of the functions of the table inside and outside a trace: arrays, lists, static values, numbers."""

import importlib
import inspect
from collections.abc import Callable
from typing import Any

import jax
import jax.experimental.checkify
import jax.experimental.compute_on
import jax.experimental.custom_partitioning
import jax.numpy as jnp
import numpy as np
import pytest
from function_probes import KEY, ROWS, SHARDING, callable_at, of_jax, paths_where
from jax import lax
from jax.experimental import pallas as pl
from jax.sharding import NamedSharding
from jax.sharding import PartitionSpec as P
from jax_probes import EXPLICIT_MESH, NOT_MODELLED, X, in_trace, is_tracer, resolve

from jaxslice_lint.jax_model.arrays import INDEX_BUILDERS
from jaxslice_lint.jax_model.contexts import EAGER_CONTEXTS
from jaxslice_lint.jax_model.control_flow import CALLERS
from jaxslice_lint.jax_model.functions.schema import Gives
from jaxslice_lint.jax_model.lookup import function
from jaxslice_lint.jax_model.transforms import WRAPPERS

INTEGERS, FLOATS, SQUARE = np.arange(4), np.arange(4.0) + 1, np.eye(4)


def _attempts(i: Any, x: Any, m: Any, key: Any) -> list[tuple[Any, ...]]:
    """Arguments of which some fit almost every function."""
    arrays = [(x,), (i,), (m,), (x, x), (m, m), (i, i), (key,), (x, 0), (m, 0, 1), (x, x, x)]
    shapes = [(key, (2,)), ((2, 3),), (3,), (3, 4), (1.0, 2.0), ((2, 3), 0)]
    dtypes = [(jnp.float32,), (jnp.float32, jnp.int32), ("i->i", x), (x, "float32")]
    several = [(jnp.float32, (3,)), ((1, 2), (3,)), ([m, m],), (), (m, [0]), (x, (0,), (2,))]
    mixed = [(x, (4,)), (2, (3, 2)), (key, x), (x, 0, 2), (i, x), (0, x)]
    windows = [((2,), (2,), (2,)), ((1, 4), (1, 1), "SAME"), ("cpu",)]
    return [*arrays, *shapes, *dtypes, *several, *mixed, *windows]


def _results_in_a_trace(called: Any) -> list[bool]:
    """For the first arguments that fit: whether the result contains a tracer."""
    results: list[bool] = []

    def run(i: Any, x: Any, m: Any) -> int:
        for arguments in _attempts(i, x, m, KEY):
            try:
                result = called(*arguments)
            except Exception:
                continue
            results.append(is_tracer(result))
            return 0
        return 0

    jax.eval_shape(run, INTEGERS, FLOATS, SQUARE)
    return results


#: Functions of array packages that return no array and are no transforms.
NO_ARRAYS = {
    *("jax.numpy.ndarray", "jax.numpy.ComplexWarning", "jax.numpy.trim_zeros"),
    *("jax.lax.dce_sink", "jax.lax.DotDimensionNumbers", "jax.lax.PrecisionLike"),
    *("jax.numpy.set_printoptions", "jax.numpy.printoptions", "jax.numpy.save", "jax.numpy.savez"),
    *("jax.numpy.object_", "jax.lax.shape_as_value", "jax.numpy.load", "jax.numpy.fromfile"),
}


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


_TREE = {"a": X, "b": [X]}


def _sum_both(x: Any, y: Any) -> Any:
    return x[0] + y[0], x[1] + y[1]


#: Calls of which one fits each operation that may give lists or trees.
CALLS_GIVING_LISTS: tuple[Callable[[Any], Any], ...] = (
    lambda called: called(X),
    lambda called: called(X, X),
    lambda called: called(np.eye(2)),
    lambda called: called(np.eye(4), 2),
    lambda called: called(np.ones((2, 2, 2)), 2),
    lambda called: called(X, [2, 2]),
    lambda called: called([X, X]),
    lambda called: called([X, X], 4),
    lambda called: called(_TREE),
    lambda called: called(_TREE, "i"),
    lambda called: called(_TREE, "i", [0]),
    lambda called: called({"a": np.ones((1, 1))}, "i", 0),
    lambda called: called({"a": np.ones((1, 1))}, "i", 0, 0),
    lambda called: called(_TREE, "i", perm=[(0, 0)]),
    lambda called: called(_TREE, ("i",), to="varying"),
    lambda called: called(_TREE, SHARDING),
    lambda called: called(_TREE, NamedSharding(EXPLICIT_MESH, P())),
    lambda called: called(_TREE, "name"),
    lambda called: called((X, X), (0.0, 0.0), _sum_both, (0,)),
    lambda called: called((X, X), (0.0, 0.0), _sum_both, (2,), (1,), "VALID"),
    lambda called: called(_TREE, default=lambda tree: tree),
    lambda called: called(lambda x: x, _TREE, lambda _, x: x, lambda _, y: y),
    lambda called: called(lambda tree: tree, name="own")(_TREE),
    lambda called: called(jnp.add, 2, 1),
)
#: It gives a tree inside of a mapped function that declares what varies, and nothing else does.
GIVES_LISTS_ELSEWHERE = {"jax.lax.pcast"}


@pytest.mark.parametrize(
    "path",
    [
        path
        for path in paths_where(lambda row: row.gives in (Gives.TREE, Gives.COLLECTIVE))
        if path not in GIVES_LISTS_ELSEWHERE
    ],
)
def test_an_operation_that_may_give_lists_or_trees_does(path: str) -> None:
    results: list[Any] = []

    def f(_x: Any) -> int:
        for run in CALLS_GIVING_LISTS:
            try:
                results.append(run(resolve(path)))
            except Exception:
                continue
        return 0

    f(0)
    jax.vmap(f, axis_name="i")(np.ones(1))
    assert not all(hasattr(result, "shape") for result in results)


@pytest.mark.parametrize("name", ["jax.numpy", "jax.lax", "jax.nn", "jax.random"])
def test_an_operation_that_gives_a_list_has_a_row_that_says_so(name: str) -> None:
    giving: list[str] = []

    def run(i: Any, x: Any, m: Any) -> int:
        for attribute, value in vars(importlib.import_module(name)).items():
            path = f"{name}.{attribute}"
            if attribute.startswith("_") or not callable(value) or path in NO_ARRAYS:
                continue
            for arguments in _attempts(i, x, m, KEY):
                try:
                    result = value(*arguments)
                except Exception:
                    continue
                if isinstance(result, list):
                    giving.append(path)
        return 0

    jax.eval_shape(run, INTEGERS, FLOATS, SQUARE)
    rows = [function(path) for path in giving]
    assert [row.paths for row in rows if row.is_operation and not row.may_give_trees] == []


def test_pytrees_are_taken_apart_and_put_together() -> None:
    tree = {"b": [1, 2], "a": 3}
    leaves, structure = jax.tree.flatten(tree)
    for path in of_jax(sorted(ROWS)):
        match ROWS[path].gives:
            case Gives.LEAVES:
                assert resolve(path)(tree) == leaves
            case Gives.STRUCTURE:
                assert resolve(path)(tree) == structure
            case Gives.LEAVES_AND_STRUCTURE:
                assert resolve(path)(tree) == (leaves, structure)
            case Gives.TREE_OF_LEAVES:
                assert resolve(path)(structure, leaves) == tree


def test_a_part_of_a_pytree_is_replaced() -> None:
    equinox = pytest.importorskip("equinox")
    assert function("equinox.tree_at").gives is Gives.CHANGED_TREE
    assert equinox.tree_at(lambda tree: tree["a"][1], {"a": [1, 2]}, 3) == {"a": [1, 3]}


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


def test_index_builders_return_the_index() -> None:
    for path in INDEX_BUILDERS:
        assert resolve(path)[1:2, 0] == (slice(1, 2), 0)


def test_operations_are_concrete_in_an_eager_context_inside_a_trace() -> None:
    for path in EAGER_CONTEXTS:

        def run(_x: Any, path: str = path) -> bool:
            with resolve(path)():
                return is_tracer(jnp.arange(4))

        assert in_trace(run) is False
