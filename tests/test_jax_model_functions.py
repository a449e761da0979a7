"""What the functions of the tables return inside and outside a trace."""

import functools
import importlib
from collections.abc import Callable
from typing import Any

import jax
import jax.experimental.checkify
import jax.experimental.compute_on
import jax.experimental.custom_partitioning
import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax
from jax.sharding import PartitionSpec as P
from jax_probes import (
    EXPLICIT_MESH,
    MATRIX,
    MESH,
    NOT_MODELLED,
    X,
    in_trace,
    is_tracer,
    public,
    resolve,
)

from jaxslice_lint.facts.status import Status
from jaxslice_lint.jax_model import functions as model
from jaxslice_lint.jax_model.control_flow import CALLERS
from jaxslice_lint.jax_model.lookup import returns_arrays, runs_on_host
from jaxslice_lint.jax_model.transforms import WRAPPERS
from jaxslice_lint.tracing.domain.data import Data, Kind
from jaxslice_lint.tracing.operations.arithmetic import promoted

INTEGERS, FLOATS, SQUARE = np.arange(4), np.arange(4.0) + 1, np.eye(4)
KEY = jax.random.key(0)


def _attempts(i: Any, x: Any, m: Any, key: Any) -> list[tuple[Any, ...]]:
    """Arguments of which some fit almost every function."""
    arrays = [(x,), (i,), (m,), (x, x), (m, m), (i, i), (key,), (x, 0), (m, 0, 1), (x, x, x)]
    shapes = [(key, (2,)), ((2, 3),), (3,), (3, 4), (1.0, 2.0), ((2, 3), 0)]
    dtypes = [(jnp.float32,), (jnp.float32, jnp.int32), ("i->i", x), (x, "float32")]
    several = [(jnp.float32, (3,)), ((1, 2), (3,)), ([m, m],), (), (m, [0]), (x, (0,), (2,))]
    mixed = [(x, (4,)), (2, (3, 2)), (key, x), (x, 0, 2), (i, x), (0, x)]
    windows = [((2,), (2,), (2,)), ((1, 4), (1, 1), "SAME"), ("cpu",)]
    return [*arrays, *shapes, *dtypes, *several, *mixed, *windows]


def _results_in_a_trace(function: Any) -> list[bool]:
    """For the first arguments that fit: whether the result contains a tracer."""
    results: list[bool] = []

    def run(i: Any, x: Any, m: Any) -> int:
        for arguments in _attempts(i, x, m, KEY):
            try:
                result = function(*arguments)
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
        if (
            attribute.startswith("_")
            or not callable(value)
            or path in rows | NO_ARRAYS | model.STATIC_FUNCTIONS
        ):
            continue
        if _results_in_a_trace(value) == [False] and returns_arrays(path):
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
    sorted(
        path
        for path in model.STATIC_FUNCTIONS
        if public(path) and path.rpartition(".")[2] not in NEEDS_OWN_ARGUMENTS
    ),
)
def test_a_static_function_returns_no_tracer_inside_a_trace(path: str) -> None:
    assert _results_in_a_trace(resolve(path)) == [False]


def test_axis_size_and_collectives_of_constants_are_python_values() -> None:
    seen: dict[str, object] = {}

    def f(x: Any) -> Any:
        seen.update({path: resolve(path)(1, "i") for path in model.COLLECTIVES_OF_CONSTANTS})
        seen["size"], seen["index"] = lax.axis_size("i"), lax.axis_index("i")
        return x

    jax.jit(jax.vmap(f, axis_name="i"))(X)
    assert is_tracer(seen.pop("index"))
    assert {type(value) for value in seen.values()} <= {int, float}


@pytest.mark.parametrize(
    "path", sorted(path for path in model.CASTS - {"jax.lax.pcast"} if public(path))
)
def test_a_cast_keeps_the_value_and_is_traced_where_it_is_an_operation(path: str) -> None:
    more = {
        "jax.lax.convert_element_type": (jnp.int32,),
        "jax.ad_checkpoint.checkpoint_name": ("n",),
        "jax.lax.with_sharding_constraint": (jax.sharding.NamedSharding(MESH, P()),),
        "jax.reshard": (jax.sharding.NamedSharding(EXPLICIT_MESH, P()),),
    }
    cast = resolve(path)
    arguments = more.get(path, ())
    traced: list[bool] = []
    jax.eval_shape(lambda: traced.append(is_tracer(cast(3, *arguments))))
    assert traced == [returns_arrays(path)]
    assert int(cast(3, *arguments)) == 3


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


@pytest.mark.parametrize("path", sorted(model.CONCRETIZING_CASTS))
def test_a_cast_of_the_host_raises_for_a_tracer(path: str) -> None:
    function = resolve(path if "." in path else f"builtins.{path}")
    with pytest.raises(TypeError):
        jax.jit(lambda one: function(one))(2)


@pytest.mark.parametrize(
    ("path", "name"),
    [
        (path, name)
        for path, names in sorted(model.CONCRETE_PARAMETERS.items())
        for name in names
        if name
    ],
)
def test_what_decides_a_shape_raises_for_a_tracer(path: str, name: str) -> None:
    function = resolve(path)
    others = {
        "jax.numpy.full": {"fill_value": 0},
        "jax.numpy.repeat": {"a": X},
        "jax.numpy.extract": {"arr": X},
        "jax.numpy.delete": {"arr": X},
    }.get(path, {})
    values = {"shape": 2, "start": 0, "stop": 3, "step": 1, "repeats": 2}
    given = others | {
        one: values.get(one, INTEGERS) for one in model.CONCRETE_PARAMETERS[path] if one
    }
    traced = given.pop(name)
    function(**given, **{name: traced})
    with pytest.raises(TypeError):
        jax.jit(lambda one: function(**given, **{name: one}))(traced)


@pytest.mark.parametrize(
    "path", ["jax.numpy.nonzero", "jax.numpy.flatnonzero", "jax.numpy.argwhere", "jax.numpy.unique"]
)
def test_an_option_decides_the_size_instead(path: str) -> None:
    jax.jit(functools.partial(resolve(path), size=2))(INTEGERS)
    jax.jit(functools.partial(jnp.repeat, total_repeat_length=4))(X, INTEGERS)


@pytest.mark.parametrize("path", sorted(model.OPERATORS))
def test_a_named_operator_computes_what_its_symbol_does(path: str) -> None:
    function = resolve(path if "." in path else f"builtins.{path}")
    for a, b in ((7, 3), (-7, 3), (7, -3), (0, 5)):
        assert int(function(a, b)) == SYMBOLS[model.OPERATORS[path]](a, b)


@pytest.mark.parametrize("path", sorted(model.HOST_FUNCTIONS))
def test_a_host_function_computes_with_python_numbers(path: str) -> None:
    arguments = {"next_power_of_2": (5,), "strides_from_shape": ((2, 3),)}.get(
        path.rpartition(".")[2], (5, 2)
    )
    results: list[object] = []
    jax.eval_shape(lambda: results.append(resolve(path)(*arguments)))
    assert runs_on_host(path)
    assert not is_tracer(results)


@pytest.mark.parametrize("path", sorted(model.ELEMENTWISE))
def test_an_elementwise_function_keeps_the_shape(path: str) -> None:
    x = MATRIX * 0.5 if path.startswith("numpy") else jnp.asarray(MATRIX) * 0.5
    assert resolve(path)(x).shape == (3, 4)


@pytest.mark.parametrize("path", sorted(model.ELEMENTWISE))
def test_the_dtype_of_the_result_of_an_elementwise_function(path: str) -> None:
    names = ["float32", "float16", *(["int32", "int8"] if path in model.KEEPING_INTEGERS else [])]
    for name in names:
        x = MATRIX.astype(name) if path.startswith("numpy") else jnp.asarray(MATRIX, name)
        dtype = resolve(path)(x).dtype
        if path in model.OTHER_DTYPES:
            assert dtype.kind == "i"
        else:
            assert dtype == ("bool" if path in model.PREDICATES else name)


@pytest.mark.parametrize("path", sorted(model.CHOOSING))
def test_a_choice_has_the_shape_and_dtype_of_what_it_chooses_from(path: str) -> None:
    x = MATRIX if path.startswith("numpy") else jnp.asarray(MATRIX)
    chosen = resolve(path)(x > 0, x, -x)
    assert (chosen.shape, chosen.dtype) == (x.shape, x.dtype)


@pytest.mark.parametrize("integer", ["bool", "int8", "int32", "uint32"])
@pytest.mark.parametrize("floating", ["bfloat16", "float16", "float32"])
def test_an_integer_meets_a_float_in_the_dtype_of_the_float(integer: str, floating: str) -> None:
    x, y = (Data(Status.TRACED, Kind.JAX, dtype=name) for name in (integer, floating))
    result = jnp.ones(2, integer) + jnp.ones(2, floating)
    assert promoted(x, y) == promoted(y, x) == result.dtype == floating


def test_constructors_have_the_shape_they_are_given() -> None:
    for path in model.SHAPED:
        assert resolve(path)((3, 4), *([1] if path.endswith("full") else [])).shape == (3, 4)
    for path in model.SHAPED_LIKE:
        assert resolve(path)(MATRIX, *([1] if path.endswith("full_like") else [])).shape == (3, 4)
    for path in model.VECTORS:
        assert (
            resolve(path)(
                *{"linspace": (0, 1), "kaiser": (5, 1.0)}.get(path.rpartition(".")[2], (5,))
            ).ndim
            == 1
        )


def test_index_builders_return_the_index() -> None:
    for path in model.INDEX_BUILDERS:
        assert resolve(path)[1:2, 0] == (slice(1, 2), 0)


def test_operations_are_concrete_in_an_eager_context_inside_a_trace() -> None:
    for path in model.EAGER_CONTEXTS:

        def run(_x: Any, path: str = path) -> bool:
            with resolve(path)():
                return is_tracer(jnp.arange(4))

        assert in_trace(run) is False
