"""Methods of arrays, and of `x.at[…]`."""

import ast

from jaxslice_lint.facts.status import Status
from jaxslice_lint.jax_model.arrays import AT_METHODS, MEANT_AT_METHODS, UPDATE_METHODS
from jaxslice_lint.jax_model.functions.schema import Function, Gives
from jaxslice_lint.jax_model.lookup import method
from jaxslice_lint.tracing.domain.arguments import Arguments
from jaxslice_lint.tracing.domain.data import UNKNOWN, Data, Kind, static, unknown
from jaxslice_lint.tracing.domain.dtypes import dtype_name, symbol_after
from jaxslice_lint.tracing.domain.frames import Frame, need_value
from jaxslice_lint.tracing.domain.joins import is_static, is_traced
from jaxslice_lint.tracing.domain.points import Point
from jaxslice_lint.tracing.domain.signs import result_sign
from jaxslice_lint.tracing.domain.values import At, Many, Sequence, Value
from jaxslice_lint.tracing.domain.variables import content
from jaxslice_lint.tracing.observe.misuses import look_at_method
from jaxslice_lint.tracing.observe.new_values import look_at_new_value
from jaxslice_lint.tracing.operations.array_facts import array_facts
from jaxslice_lint.tracing.operations.asked import asked, asked_by_format, needs_value
from jaxslice_lint.tracing.operations.demands import FOR_NUMBER, demand_all, demanded
from jaxslice_lint.tracing.operations.iteration import element_of
from jaxslice_lint.tracing.operations.results import array

#: A method that arrays do not have.
_OTHER = Function(())


def call_array_method(point: Point, owner: Data, name: str, arguments: Arguments) -> Value:
    """The result of `owner.name(*arguments)`; `owner` may be something else than an array, if that is not known."""
    if isinstance(owner.const, str) and name == "format":
        demand_all(asked_by_format(owner.const, arguments), point.frame)
    row, given = method(name), arguments.prepend(owner)
    if owner.status is Status.TRACED and row is not None:
        demand_all(asked(point.tracer, row, given), point.frame)
        if needs_value(row, given):
            need_value(point.frame)
    if owner.kind is Kind.PYTREE or owner.status is Status.UNKNOWN:
        tree = _of_tree(point, owner, name, arguments)
        if tree is not None:
            return tree
    if row is not None and row.gives is Gives.PYTHON:
        return _concrete(owner, name, point.frame, point.node)
    if name == "astype":
        return _astype(point, owner, arguments)
    if row is not None or owner.status is Status.TRACED:
        return _array_method(point, owner, name, arguments)
    status = owner.status
    if not all(is_static(value) for value in arguments.all()):
        status = Status.UNKNOWN
    poly = point.fresh(status)
    return Data(status, poly=poly, why=f"`.{name}()` of {owner.why or 'an object'}")


def _of_tree(point: Point, owner: Data, name: str, arguments: Arguments) -> Value | None:
    """Methods that dicts, NamedTuples and dataclasses have: an argument may be any of these."""
    inner = Data(owner.status, owner.kind, why=owner.why, origin=owner.origin)
    key = static("a key is static", Kind.PYTHON)
    match name:
        case "items":
            return Many(Sequence((key, inner)))
        case "keys":
            return Many(key)
        case "values":
            return Many(inner)
        case "get" | "pop":
            return element_of(point, Many(inner))
        case "_replace" | "replace" | "copy":
            if all(is_traced(value) for value in arguments.all()):
                return owner
            return unknown("a changed copy, in which something may be static")
    return None


def _concrete(owner: Data, name: str, frame: Frame, node: ast.AST) -> Value:
    """`.item()` and `.tolist()`: of a tracer they raise, so the code behind never runs with anything else."""
    if owner.status is Status.TRACED:
        return demanded(owner, frame, node, f"`.{name}()`", FOR_NUMBER)
    if name == "tolist" and owner.ndim != 0:
        return Many(Data(owner.status, Kind.PYTHON, why=owner.why))
    return Data(
        owner.status,
        Kind.PYTHON,
        const=owner.const,
        poly=owner.poly,
        ndim=0,
        dtype=owner.dtype,
        shape_of=None,
        why=owner.why,
    )


def _astype(point: Point, owner: Data, arguments: Arguments) -> Value:
    dtype = dtype_name(arguments.get(0, "dtype"))
    result = array(
        point,
        (owner,),
        "a converted array",
        ndim=owner.ndim,
        dtype=dtype,
        shape_of=owner.shape_of,
        kind=_jax_kind(owner),
    )
    poly = symbol_after(point.tracer.atoms, owner, dtype)
    status = owner.status if owner.kind is Kind.NUMPY else result.status
    return Data(
        status,
        result.kind,
        poly=poly or result.poly,
        ndim=owner.ndim,
        dtype=dtype,
        shape_of=owner.shape_of,
        why=result.why,
        origin=result.origin,
    )


def _jax_kind(owner: Data) -> Kind:
    """Of an array of unknown make nothing is known afterwards, unless it is a tracer."""
    if owner.kind is Kind.PYTHON:
        return Kind.ANY
    is_unclear = owner.kind in (Kind.NUMPY, Kind.ANY) and owner.status is not Status.TRACED
    return owner.kind if is_unclear else Kind.JAX


def _array_method(point: Point, owner: Data, name: str, arguments: Arguments) -> Value:
    row, given = method(name) or _OTHER, arguments.prepend(owner)
    ndim, dtype, shape_of = array_facts(point.tracer.atoms, name, row, given)
    if owner.kind is Kind.REF and name not in AT_METHODS:
        return _view(point, owner, ndim)
    inputs = given.all()
    sign = result_sign(point.tracer.atoms, row.sign, given)
    if owner.kind is Kind.NUMPY and not any(is_traced(value) for value in inputs):
        status = Status.STATIC if all(is_static(v) for v in inputs) else Status.UNKNOWN
        poly = point.fresh(status, sign=sign)
        return Data(status, Kind.NUMPY, poly=poly, ndim=ndim, shape_of=shape_of, why=owner.why)
    if owner.kind is Kind.PYTHON:
        poly = point.fresh(owner.status)
        return Data(owner.status, Kind.PYTHON, poly=poly, why=owner.why)
    if owner.kind is Kind.ANY and owner.status is not Status.TRACED:
        poly = point.fresh(Status.UNKNOWN)
        return unknown(owner.why, poly=poly, ndim=ndim)
    return array(
        point,
        inputs,
        f"`.{name}()` gives a tracer inside a trace",
        ndim=ndim,
        dtype=dtype,
        shape_of=shape_of,
        sign=sign,
    )


def _view(point: Point, owner: Data, ndim: int | None) -> Data:
    """What methods of a Ref return, `reshape` and `bitcast` among them: a Ref to the same memory."""
    poly = point.fresh(owner.status)
    return Data(owner.status, Kind.REF, poly=poly, ndim=ndim, why=owner.why, origin=owner.origin)


def call_at_method(point: Point, at: At, name: str, arguments: Arguments) -> Value:
    """`x.at[index].set(v)`: the array `x` with other values."""
    operand = content(at.operand)
    look_at_method(point, operand, name)
    look_at_new_value(point, operand, at.index, arguments)
    if not isinstance(operand, Data):
        return UNKNOWN
    inputs = (operand, *arguments.all())
    if name == "apply" and arguments.positional:
        point.call(arguments.positional[0], Arguments((operand,)))
    if name not in AT_METHODS:
        if operand.kind is Kind.REF:
            return _view(point, operand, None)
        # Arrays have no such method: what follows is read as if the method that is meant were there.
        name = MEANT_AT_METHODS.get(name, name)
    if name not in UPDATE_METHODS:
        return array(point, inputs, "an element of an array", dtype=operand.dtype)
    return array(
        point,
        inputs,
        "an updated array",
        ndim=operand.ndim,
        dtype=operand.dtype,
        shape_of=operand.shape_of,
    )
