"""What a condition says about the variables in it, on the branch where it holds and on the other."""

import ast

from jaxslice_lint.facts.status import Status
from jaxslice_lint.jax_model.instances import NOT_TRACER_TYPES, PYTHON_TYPES, TRACER_TYPES
from jaxslice_lint.jax_model.lookup import canonical
from jaxslice_lint.tracing.domain.data import NONE, Data, Kind, static, unknown
from jaxslice_lint.tracing.domain.frames import Frame
from jaxslice_lint.tracing.domain.joins import alternatives, join_all, without_none
from jaxslice_lint.tracing.domain.protocol import Tracer
from jaxslice_lint.tracing.domain.values import (
    External,
    Instance,
    Many,
    Mapping,
    Sequence,
    Slice,
    Union,
    Value,
    is_none,
)

_CONTAINERS = frozenset({"tuple", "list", "dict"})


def narrow(tracer: Tracer, test: ast.expr, outcome: bool, frame: Frame) -> bool:
    """Note in `frame` that `test` is `outcome`; False if it can't be."""
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return narrow(tracer, operand, not outcome, frame)
        case ast.BoolOp(op=op, values=values) if isinstance(op, ast.And) is outcome:
            return all(narrow(tracer, value, outcome, frame) for value in values)
        case ast.Compare(left=left, ops=[ast.Is() | ast.IsNot() as op], comparators=[right]):
            if is_none(tracer.evaluate(right, frame)):
                return _narrow_none(left, isinstance(op, ast.Is) is outcome, frame)
        case ast.Call(func=ast.Name(id="isinstance"), args=[subject, types]):
            return _narrow_type(tracer, subject, types, outcome, frame)
        case ast.Name() | ast.Attribute() if outcome:
            return _narrow_none(test, False, frame)
        case ast.NamedExpr(target=target):
            return narrow(tracer, target, outcome, frame)
    return True


def is_narrowed(test: ast.expr) -> bool:
    """Whether `narrow` notes all that `test` says about the type of a variable."""
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return is_narrowed(operand)
        case ast.Call(func=ast.Name(id="isinstance"), args=[ast.Name(), _]):
            return True
    return False


def _narrow_none(subject: ast.expr, should_be_none: bool, frame: Frame) -> bool:
    if not isinstance(subject, ast.Name) or subject.id not in frame.variables:
        return True
    value = frame.variables[subject.id]
    if should_be_none:
        possible = [v for v in alternatives(value) if is_none(v) or _is_unknown(v)]
        if possible:
            frame.variables[subject.id] = NONE
        return bool(possible) or not isinstance(value, (Data, Union))
    frame.variables[subject.id] = without_none(value)
    return not is_none(value)


def _is_unknown(value: Value) -> bool:
    return isinstance(value, Data) and value.status is Status.UNKNOWN


def _narrow_type(
    tracer: Tracer, subject: ast.expr, types: ast.expr, outcome: bool, frame: Frame
) -> bool:
    value = tracer.evaluate(subject, frame)
    kinds = tracer.evaluate(types, frame)
    possible = []
    for one in alternatives(value):
        verdict = is_instance(one, kinds)
        if verdict is None or verdict is outcome:
            possible.append(_as_kind(one, kinds, outcome))
    if possible and isinstance(subject, ast.Name) and subject.id in frame.variables:
        frame.variables[subject.id] = join_all(possible)
    return bool(possible)


def _as_kind(value: Value, kinds: Value, outcome: bool) -> Value:
    """An unknown value that was found to be a Python number is static."""
    names = _type_names(kinds)
    is_tree = isinstance(value, Data) and value.kind is Kind.PYTREE
    if is_tree and not outcome and names is not None and names & TRACER_TYPES:
        return unknown("an isinstance test found that it is no array")
    is_python = names is not None and names <= {"int", "bool", "float", "str"}
    if outcome and is_python and isinstance(value, Data) and value.status is Status.UNKNOWN:
        return static(
            "an isinstance test found a Python value", Kind.PYTHON, poly=value.poly, ndim=0
        )
    return value


def _type_names(kinds: Value) -> set[str] | None:
    if isinstance(kinds, External):
        return {canonical(kinds.path)}
    if isinstance(kinds, Sequence):
        names: set[str] = set()
        for item in kinds.items:
            inner = _type_names(item)
            if inner is None:
                return None
            names |= inner
        return names
    return None


def is_instance(value: Value, kinds: Value) -> bool | None:
    """`isinstance(value, kinds)` if it is known."""
    names = _type_names(kinds)
    if names is None:
        return None
    match value:
        case Data(status=Status.TRACED, kind=kind):
            if names & TRACER_TYPES:
                return True if kind is Kind.JAX else None
            if kind is Kind.JAX:
                return False if names <= NOT_TRACER_TYPES else None
            return False if names <= NOT_TRACER_TYPES - _CONTAINERS else None
        case Slice():
            return "slice" in names if names <= NOT_TRACER_TYPES else None
        case Data(status=Status.STATIC, const=const) if is_none(value) or isinstance(const, str):
            return type(const).__name__ in names if names <= NOT_TRACER_TYPES else None
        case Data(status=Status.STATIC, kind=Kind.PYTHON, dtype=str() as kind):
            if kind in PYTHON_TYPES and names <= NOT_TRACER_TYPES | TRACER_TYPES:
                return bool(PYTHON_TYPES[kind] & names)
        case Sequence(mutable=mutable):
            return ("list" if mutable else "tuple") in names if names <= NOT_TRACER_TYPES else None
        case Mapping():
            return "dict" in names if names <= NOT_TRACER_TYPES else None
        case Many() | Instance():
            return None
    return None
