"""Calls of JAX's and NumPy's functions, by the tables of `jax_model`."""

from jaxslice_lint.facts.status import Sign, Status
from jaxslice_lint.jax_model import functions as model
from jaxslice_lint.jax_model.flax import VARIABLES
from jaxslice_lint.jax_model.lookup import (
    is_of_numpy,
    returns_arrays,
    returns_trees,
    runs_on_host,
    short,
)
from jaxslice_lint.jax_model.names import LAX, NUMPY
from jaxslice_lint.tracing.domain.advice import kept_static
from jaxslice_lint.tracing.domain.arguments import Arguments
from jaxslice_lint.tracing.domain.data import (
    NO_CONSTANT,
    Data,
    Kind,
    constant,
    static,
    traced,
    unknown,
)
from jaxslice_lint.tracing.domain.dtypes import dtype_name, is_integer
from jaxslice_lint.tracing.domain.frames import need_value
from jaxslice_lint.tracing.domain.joins import alternatives, is_static, is_traced, join_all
from jaxslice_lint.tracing.domain.points import Point
from jaxslice_lint.tracing.domain.protocol import Tracer
from jaxslice_lint.tracing.domain.signs import result_sign
from jaxslice_lint.tracing.domain.symbolic import Poly
from jaxslice_lint.tracing.domain.values import Value, known
from jaxslice_lint.tracing.domain.variables import variable
from jaxslice_lint.tracing.operations.arithmetic import apply
from jaxslice_lint.tracing.operations.array_facts import shape_facts
from jaxslice_lint.tracing.operations.demands import FOR_INDEX, FOR_NUMBER, demanded
from jaxslice_lint.tracing.operations.results import array
from jaxslice_lint.tracing.operations.trees import TREE_FUNCTIONS, call_tree_function


def call_by_tables(point: Point, path: str, arguments: Arguments) -> Value:
    """The result of the function at a dotted path; unknown if no table knows it."""
    first = arguments.at(0)
    if path in VARIABLES and first is not None:
        return variable(point.tracer, first, point.frame)
    if path in TREE_FUNCTIONS:
        return call_tree_function(point, path, arguments)
    if point.tracer.model.is_static(path):
        return _static(point, path, first)
    if path in model.COLLECTIVES_OF_CONSTANTS and first is not None and _is_number(first):
        return _python_integer(point, "the size of an axis is static")
    if path in model.ALWAYS_TRACED:
        return _position(point, path)
    if path in model.CASTS and first is not None and _is_cast(path, arguments):
        return join_all(
            [_cast(point, path, one, arguments) for one in alternatives(first)],
            point.fresh(Status.UNKNOWN, "paths"),
        )
    if _needs_value_of_tracer(path, arguments):
        need_value(point.frame)
    symbol = model.OPERATORS.get(path)
    if symbol is not None and len(arguments.positional) == 2:
        left, right = arguments.positional
        by_jax = returns_arrays(path)
        return apply(point, symbol, left, right, by_jax=by_jax)
    if returns_arrays(path):
        return _array(point, path, arguments)
    if runs_on_host(path):
        return _on_host(point, path, arguments)
    poly = point.fresh(Status.UNKNOWN)
    return unknown(f"the result of `{path}` is not known", poly)


def _static(point: Point, path: str, first: Value | None) -> Value:
    name = path.rpartition(".")[2]
    of_arrays = returns_arrays(path) or runs_on_host(path)
    if of_arrays and name in ("shape", "ndim", "size") and isinstance(first, Data):
        return point.attribute(first, name)
    poly = point.fresh(Status.STATIC)
    return static(f"`{path}` is known while tracing", poly=poly)


def _is_number(value: Value) -> bool:
    return isinstance(known(value), (int, float))


def _python_integer(point: Point, why: str) -> Data:
    poly = point.fresh(Status.STATIC)
    return static(why, Kind.PYTHON, poly=poly, ndim=0, dtype="int")


def _position(point: Point, path: str) -> Data:
    why = f"`{short(path)}` gives a tracer"
    poly = point.fresh(Status.TRACED, sign=Sign.NON_NEGATIVE)
    return traced(why, point.step(why), poly=poly, ndim=0, dtype="int32")


def _needs_value_of_tracer(path: str, arguments: Arguments) -> bool:
    names = model.CONCRETE_PARAMETERS.get(path, ())
    if not names or any(arguments.keyword(option) is not None for option in model.SIZE_OPTIONS):
        return False
    given = arguments.bind(names)
    return any(is_traced(given[name]) for name in names if name and name in given)


def _is_cast(path: str, arguments: Arguments) -> bool:
    """`int("7", 8)`, `round(x, 2)` and the like change the value."""
    return path not in ("int", "round") or len(arguments.positional) == 1


def _cast(point: Point, path: str, value: Value, arguments: Arguments) -> Value:
    """A conversion: the value stays, its kind and dtype change."""
    if is_traced(value) and path in model.CONCRETIZING_CASTS:
        value = demanded(value, point.frame, point.node, f"`{short(path)}`", _error_of(path))
    if not isinstance(value, Data):
        by_tables = _array if returns_arrays(path) else _on_host
        return by_tables(point, path, arguments)
    dtype = _dtype_of(path, arguments) or value.dtype
    kind = _kind_of(path, value)
    poly = _cast_poly(point.tracer, value, dtype)
    if returns_arrays(path):
        result = array(
            point,
            (value,),
            f"`{short(path)}` gives a tracer",
            ndim=value.ndim,
            dtype=dtype,
            shape_of=value.shape_of,
            advice=_advice(path, arguments),
        )
        return Data(
            result.status,
            _result_kind(path, value),
            const=value.const if result.status is Status.STATIC else NO_CONSTANT,
            poly=poly or result.poly,
            ndim=value.ndim,
            dtype=dtype,
            shape_of=result.shape_of,
            why=result.why,
            origin=result.origin,
        )
    status = value.status
    if status is Status.TRACED and is_of_numpy(path):
        return unknown("NumPy can't convert a tracer")
    const = value.const if isinstance(value.const, int) else NO_CONSTANT
    return Data(
        status,
        kind,
        const=const,
        poly=poly,
        ndim=value.ndim,
        dtype=dtype,
        shape_of=value.shape_of,
        why=value.why,
        origin=value.origin,
    )


def _error_of(path: str) -> str:
    return FOR_INDEX if path == "operator.index" else FOR_NUMBER


def _cast_poly(tracer: Tracer, value: Data, dtype: str | None) -> Poly | None:
    """The symbol after a conversion: the same, unless a fraction may have been cut off."""
    if value.poly is None or dtype is None or dtype == value.dtype:
        return value.poly
    if is_integer(dtype) and not is_integer(value.dtype):
        return tracer.atoms.operation("cast", value.poly)
    return value.poly


def _kind_of(path: str, value: Data) -> Kind:
    if returns_arrays(path):
        return Kind.JAX
    if is_of_numpy(path):
        return Kind.NUMPY
    return value.kind if value.status is Status.TRACED else Kind.PYTHON


def _dtype_of(path: str, arguments: Arguments) -> str | None:
    name = path.rpartition(".")[2]
    if name in ("asarray", "array", "convert_element_type"):
        return dtype_name(arguments.get(1, "dtype"))
    return name if name.startswith(("int", "uint", "float")) else None


def _array(point: Point, path: str, arguments: Arguments) -> Value:
    """The result of a JAX operation."""
    why = f"`{short(path)}` gives a tracer inside a trace, also on static values"
    if path in model.SCALAR_INTEGERS:
        return array(point, arguments.all(), why, ndim=0, dtype="int32")
    first = arguments.first
    ndim, dtype, shape_of = shape_facts(path, first, arguments)
    return array(
        point,
        arguments.all(),
        why,
        ndim=ndim,
        dtype=dtype,
        shape_of=shape_of,
        kind=_result_kind(path, first),
        advice=_advice(path, arguments),
        sign=result_sign(point.tracer.atoms, path, arguments),
    )


def _advice(path: str, arguments: Arguments) -> str:
    """How to have the result of a JAX operation static, if nothing but static values goes in."""
    has_other = path.startswith((f"{NUMPY}.", f"{LAX}."))
    if not has_other or arguments.open or not all(map(is_static, arguments.all())):
        return ""
    return kept_static(f"`{short(path)}`")


def _result_kind(path: str, first: Value) -> Kind:
    """That of the result of a JAX operation, which may return a tree like its first argument."""
    kind = first.kind if isinstance(first, Data) else None
    if kind is Kind.REF and path.rpartition(".")[2] not in model.READS_OF_REFS:
        return Kind.REF if path.startswith(model.PALLAS) else Kind.JAX
    is_array = kind in (Kind.JAX, Kind.NUMPY)
    is_tree = returns_trees(path) and not (is_array and path in model.CASTS)
    return Kind.PYTREE if is_tree else Kind.JAX


def _on_host(point: Point, path: str, arguments: Arguments) -> Value:
    """The result of a function of NumPy or the standard library."""
    if any(is_traced(value) for value in arguments.all()):
        return unknown(f"`{path}` of a tracer raises or calls back")
    status = Status.STATIC
    if not all(is_static(value) for value in arguments.all()) or arguments.open:
        status = Status.UNKNOWN
    kind = Kind.NUMPY if is_of_numpy(path) else Kind.ANY
    first = arguments.at(0) or constant(None)
    ndim, dtype, shape_of = shape_facts(path, first, arguments)
    sign = result_sign(point.tracer.atoms, path, arguments)
    poly = point.fresh(status, sign=sign)
    why = f"`{path}` runs on the host" if status is Status.STATIC else "its arguments are not known"
    return Data(status, kind, poly=poly, ndim=ndim, dtype=dtype, shape_of=shape_of, why=why)
