"""Calls of JAX's and NumPy's functions, by the tables of `jax_model`."""

from dataclasses import replace

from jaxslice_lint.facts.status import Status
from jaxslice_lint.jax_model.flax import VARIABLES
from jaxslice_lint.jax_model.functions.schema import Cast, Function, Gives
from jaxslice_lint.jax_model.lookup import function, is_of_numpy, short
from jaxslice_lint.jax_model.names import LAX, NUMPY
from jaxslice_lint.tracing.domain.advice import kept_static
from jaxslice_lint.tracing.domain.arguments import Arguments
from jaxslice_lint.tracing.domain.context import Mode
from jaxslice_lint.tracing.domain.data import NO_CONSTANT, Data, Kind, static, traced, unknown
from jaxslice_lint.tracing.domain.dtypes import may_wrap, symbol_after
from jaxslice_lint.tracing.domain.joins import alternatives, is_static, is_traced, join_all
from jaxslice_lint.tracing.domain.points import Point
from jaxslice_lint.tracing.domain.signs import result_sign
from jaxslice_lint.tracing.domain.values import Sequence, Value, known
from jaxslice_lint.tracing.domain.variables import variable
from jaxslice_lint.tracing.operations.arithmetic import apply
from jaxslice_lint.tracing.operations.array_facts import array_facts, dtype_of
from jaxslice_lint.tracing.operations.demands import FOR_INDEX, FOR_NUMBER, demanded
from jaxslice_lint.tracing.operations.results import array
from jaxslice_lint.tracing.operations.trees import TREE_FUNCTIONS, call_tree_function

#: What JAX raises for a conversion that asks a tracer for its value.
_ERRORS: dict[Cast | None, str] = {Cast.NUMBER: FOR_NUMBER, Cast.INDEX: FOR_INDEX}


def call_by_tables(point: Point, path: str, arguments: Arguments) -> Value:
    """The result of the function at a dotted path; unknown if no table knows it."""
    first = arguments.at(0)
    row = function(path)
    if path in VARIABLES and first is not None:
        return variable(point.tracer, first, point.frame)
    if row.gives in TREE_FUNCTIONS:
        return call_tree_function(point, row.gives, arguments)
    if row.gives is Gives.ATTRIBUTE and isinstance(first, Data):
        return point.attribute(first, path.rpartition(".")[2])
    if point.tracer.model.is_static(path):
        poly = point.fresh(Status.STATIC, sign=result_sign(point.tracer.atoms, row.sign, arguments))
        return static(f"`{path}` is known while tracing", poly=poly)
    if row.gives is Gives.COLLECTIVE and first is not None and _is_number(first):
        return _python_integer(point, "the size of an axis is static")
    if row.gives is Gives.POSITION:
        return _position(point, path, row, arguments)
    if row.cast is not None and first is not None and _is_cast(row, arguments):
        rest = arguments.positional[1:]
        ways = [replace(arguments, positional=(one, *rest)) for one in alternatives(first)]
        results = [_cast(point, path, row, way) for way in ways]
        return join_all(results, point.fresh(Status.UNKNOWN, "paths"))
    if row.symbol and len(arguments.positional) == 2:
        left, right = arguments.positional
        return apply(point, row.symbol, left, right, by_jax=row.is_operation)
    if row.several:
        return _several(point, path, row, arguments)
    if row.is_operation:
        return _array(point, path, row, arguments)
    if row.gives is Gives.HOST:
        return _on_host(point, path, row, arguments)
    poly = point.fresh(Status.UNKNOWN)
    return unknown(f"the result of `{path}` is not known", poly)


def _is_number(value: Value) -> bool:
    return isinstance(known(value), (int, float))


def _python_integer(point: Point, why: str) -> Data:
    poly = point.fresh(Status.STATIC)
    return static(why, Kind.PYTHON, poly=poly, ndim=0, dtype="int")


def _position(point: Point, path: str, row: Function, arguments: Arguments) -> Data:
    why = f"`{short(path)}` gives a tracer"
    context, summaries = point.frame.context, point.tracer.summaries
    if row.mapped and context.mode is Mode.OPEN and not context.in_trace:
        step = point.step(f"`{short(path)}` works inside a trace alone")
        summaries.inside = summaries.inside or step
    sign = result_sign(point.tracer.atoms, row.sign, arguments)
    poly = point.fresh(Status.TRACED, sign=sign)
    return traced(why, point.step(why), poly=poly, ndim=0, dtype="int32")


def _is_cast(row: Function, arguments: Arguments) -> bool:
    """With more arguments than it takes for a conversion, it does something else."""
    return row.most is None or len(arguments.positional) <= row.most


def _cast(point: Point, path: str, row: Function, arguments: Arguments) -> Value:
    """A conversion: the value stays, its kind and dtype change."""
    value = arguments.first
    if is_traced(value) and row.cast in _ERRORS:
        value = demanded(value, point.frame, point.node, f"`{short(path)}`", _ERRORS[row.cast])
    if not isinstance(value, Data):
        by_tables = _array if row.is_operation else _on_host
        return by_tables(point, path, row, arguments)
    dtype = dtype_of(path, row, arguments)
    const = NO_CONSTANT if may_wrap(value.dtype, dtype, value.const) else value.const
    poly = value.poly
    if row.cast is not Cast.INDEX:
        poly = symbol_after(point.tracer.atoms, value, dtype)
    if row.is_operation:
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
            _result_kind(row, value),
            const=const if result.status is Status.STATIC else NO_CONSTANT,
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
    const = const if isinstance(const, int) else NO_CONSTANT
    kind = _host_kind(path, value)
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


def _host_kind(path: str, value: Data) -> Kind:
    if is_of_numpy(path):
        return Kind.NUMPY
    return value.kind if value.status is Status.TRACED else Kind.PYTHON


def _several(point: Point, path: str, row: Function, arguments: Arguments) -> Value:
    """The results of a JAX operation that has several."""
    arrays = (
        _array(point, path, replace(row, dtype=dtype, several=()), arguments, f"result {number}")
        for number, dtype in enumerate(row.several)
    )
    return Sequence(tuple(arrays), mutable=True)


def _array(point: Point, path: str, row: Function, arguments: Arguments, part: str = "") -> Value:
    """The result of a JAX operation, or one of several."""
    facts = array_facts(point.tracer.atoms, path, row, arguments)
    return array(
        point,
        arguments.all(),
        f"`{short(path)}` gives a tracer inside a trace, also on static values",
        ndim=facts.ndim,
        dtype=facts.dtype,
        shape_of=facts.shape_of,
        kind=Kind.JAX if part else _result_kind(row, arguments.first),
        part=part,
        advice=_advice(path, arguments),
        sign=result_sign(point.tracer.atoms, row.sign, arguments),
    )


def _advice(path: str, arguments: Arguments) -> str:
    """How to have the result of a JAX operation static, if nothing but static values goes in."""
    has_other = path.startswith((f"{NUMPY}.", f"{LAX}."))
    if not has_other or arguments.open or not all(map(is_static, arguments.all())):
        return ""
    return kept_static(f"`{short(path)}`")


def _result_kind(row: Function, first: Value) -> Kind:
    """That of the result of a JAX operation, which may return a tree like its first argument."""
    kind = first.kind if isinstance(first, Data) else None
    if kind is Kind.REF and row.gives is not Gives.ELEMENT:
        return Kind.REF if row.gives is Gives.REF else Kind.JAX
    is_array = kind in (Kind.JAX, Kind.NUMPY)
    is_tree = row.may_give_trees and not (is_array and row.cast is not None)
    return Kind.PYTREE if is_tree else Kind.JAX


def _on_host(point: Point, path: str, row: Function, arguments: Arguments) -> Value:
    """The result of a function of NumPy or the standard library."""
    if any(is_traced(value) for value in arguments.all()):
        return unknown(f"`{path}` of a tracer raises or calls back")
    status = Status.STATIC
    if not all(is_static(value) for value in arguments.all()) or arguments.open:
        status = Status.UNKNOWN
    kind = Kind.NUMPY if is_of_numpy(path) else Kind.ANY
    ndim, dtype, shape_of = array_facts(point.tracer.atoms, path, row, arguments)
    poly = point.fresh(status, sign=result_sign(point.tracer.atoms, row.sign, arguments))
    why = f"`{path}` runs on the host" if status is Status.STATIC else "its arguments are not known"
    return Data(status, kind, poly=poly, ndim=ndim, dtype=dtype, shape_of=shape_of, why=why)
