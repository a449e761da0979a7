"""Operators on abstract values: Python's, and JAX's functions of the same meaning."""

import ast
import operator
from collections.abc import Callable
from typing import Any

from jaxslice_lint.facts.status import Status
from jaxslice_lint.jax_model.dtypes import FLOATING
from jaxslice_lint.tracing.domain.advice import kept_static
from jaxslice_lint.tracing.domain.context import Mode
from jaxslice_lint.tracing.domain.data import (
    NO_CONSTANT,
    TEST,
    Data,
    Kind,
    constant,
    static,
    traced,
    unknown,
)
from jaxslice_lint.tracing.domain.dtypes import is_integer, is_unnamed, promoted
from jaxslice_lint.tracing.domain.frames import Frame
from jaxslice_lint.tracing.domain.joins import alternatives, is_traced, join_all, without_none
from jaxslice_lint.tracing.domain.points import Point
from jaxslice_lint.tracing.domain.polynomials import Poly, add, integer, multiply, subtract
from jaxslice_lint.tracing.domain.protocol import Tracer
from jaxslice_lint.tracing.domain.shapes import broadcast
from jaxslice_lint.tracing.domain.values import (
    FUNCTIONS,
    Class,
    Instance,
    Many,
    Mapping,
    Sequence,
    Shape,
    Value,
    is_none,
    known,
)
from jaxslice_lint.tracing.domain.variables import content
from jaxslice_lint.tracing.operations.containers import COMBINING
from jaxslice_lint.tracing.operations.demands import demand
from jaxslice_lint.tracing.operations.results import new_shape

_LARGEST = 10**12
_SYMBOLS: dict[type[ast.operator], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.FloorDiv: "//",
    ast.Mod: "%",
    ast.Pow: "**",
    ast.LShift: "<<",
    ast.RShift: ">>",
    ast.BitOr: "|",
    ast.BitXor: "^",
    ast.BitAnd: "&",
    ast.MatMult: "@",
}
_PYTHON: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "//": operator.floordiv,
    "%": operator.mod,
    "max": max,
    "min": min,
    "/": operator.truediv,
}
_EXACT = {"+": add, "-": subtract, "*": multiply}
_COMPARISONS: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}


def binary(point: Point, op: ast.operator, left: Value, right: Value) -> Value:
    """`left op right`."""
    return apply(point, _SYMBOLS[type(op)], left, right)


def _operands(value: Value) -> tuple[Value, ...]:
    return alternatives(content(without_none(value)))


def apply(point: Point, symbol: str, left: Value, right: Value, *, by_jax: bool = False) -> Value:
    """The operation `symbol` on two values; `by_jax`, through a JAX function such as `jnp.add`."""
    lefts, rights = _operands(left), _operands(right)
    if len(lefts) * len(rights) > 1:
        results = [apply(point, symbol, a, b, by_jax=by_jax) for a in lefts for b in rights]
        return join_all(results, point.fresh(Status.UNKNOWN, "paths"))
    return _of_one(point, symbol, lefts[0], rights[0], by_jax)


def _of_one(point: Point, symbol: str, left: Value, right: Value, by_jax: bool) -> Value:
    if isinstance(left, Data) and isinstance(right, Data):
        if symbol == "*":
            _demand_beside_sequence(left, right, point.frame)
        return _data(point, symbol, left, right, by_jax)
    if not by_jax:
        _demand_beside_sequence(left, right, point.frame)
    combine = COMBINING.get(symbol)
    combined = None if combine is None else combine(left, right)
    if combined is not None:
        return combined
    for one, other in ((left, right), (right, left)):
        is_array = isinstance(one, Data) and is_traced(one)
        if is_array and isinstance(other, (Sequence, Many, Shape, Mapping)):
            return _data(point, symbol, *_pair(one), by_jax)
    return unknown("an operation on values of unknown kind", point.fresh(Status.UNKNOWN))


def _demand_beside_sequence(left: Value, right: Value, frame: Frame) -> None:
    """A sequence asks for what is beside it: as the number of its repetitions, or whether it is a sequence, too."""
    for one, other in ((left, right), (right, left)):
        if isinstance(one, Sequence | Shape) or isinstance(known(one), str | bytes):
            demand(other, frame)


def _pair(value: Value) -> tuple[Data, Data]:
    assert isinstance(value, Data)
    return value, value


def _data(point: Point, symbol: str, left: Data, right: Data, by_jax: bool) -> Value:
    status = _status(left, right, point.frame, by_jax)
    poly = _poly(point.tracer, symbol, left, right)
    value = _folded(symbol, left, right) if status is Status.STATIC else NO_CONSTANT
    if isinstance(value, int) and not isinstance(value, bool) and _are_numbers(left, right):
        poly = integer(value)
    if poly is None:
        poly = point.fresh(status)
    cause = left if left.status is status else right
    why, origin = cause.why, cause.origin
    if status is Status.TRACED and cause.status is not Status.TRACED:
        why = "a JAX operation inside a trace gives a tracer, also on static values"
        is_of_static = left.status is right.status is Status.STATIC
        origin = point.step(why, kept_static("JAX") if is_of_static else "")
    return Data(
        status,
        _kind(left, right, status, by_jax),
        const=value,
        poly=poly,
        ndim=_ndim(symbol, left, right),
        dtype=_dtype(symbol, left, right),
        shape_of=new_shape(point) if symbol == "@" else _shape(point, left, right),
        why=why,
        origin=origin,
        asked=left.asked or right.asked,
        of_tree=_are_of_tree(left, right),
    )


def _status(left: Data, right: Data, frame: Frame, by_jax: bool) -> Status:
    if Status.TRACED in (left.status, right.status):
        return Status.TRACED
    if by_jax or Kind.JAX in (left.kind, right.kind):
        if frame.context.mode is Mode.STAGED:
            return Status.TRACED
        if by_jax and frame.context.mode is Mode.OPEN:
            return Status.UNKNOWN
    return Status.UNKNOWN if Status.UNKNOWN in (left.status, right.status) else Status.STATIC


def _kind(left: Data, right: Data, status: Status, by_jax: bool) -> Kind:
    kinds = {left.kind, right.kind}
    if by_jax or status is Status.TRACED or Kind.JAX in kinds:
        return Kind.JAX
    if Kind.NUMPY in kinds:
        return Kind.NUMPY
    return Kind.PYTHON if kinds == {Kind.PYTHON} else Kind.ANY


def _poly(tracer: Tracer, symbol: str, left: Data, right: Data) -> Poly | None:
    if left.poly is None or right.poly is None or symbol == "@":
        return None
    exact = _EXACT.get(symbol)
    if exact is not None:
        return exact(left.poly, right.poly)
    return tracer.atoms.operation(symbol, left.poly, right.poly)


def _are_of_tree(left: Data, right: Data) -> bool:
    """Whether what is made of two values is, like one of them, an attribute of a traced argument or an integer."""
    if not (left.of_tree or right.of_tree):
        return False
    return all(value.of_tree or is_integer(value.dtype) for value in (left, right))


def _are_numbers(*values: Data) -> bool:
    """Whether values are written as numbers, or are none of which a symbol is known."""
    return all(value.poly is None or value.poly.constant is not None for value in values)


def _folded(symbol: str, left: Data, right: Data) -> int | float | object:
    function = _PYTHON.get(symbol)
    a, b = left.const, right.const
    if function is None or not isinstance(a, (int, float)) or not isinstance(b, (int, float)):
        return NO_CONSTANT
    try:
        result = function(a, b)
    except ArithmeticError:
        return NO_CONSTANT
    return result if abs(result) < _LARGEST else NO_CONSTANT


def _ndim(symbol: str, left: Data, right: Data) -> int | None:
    if left.ndim is None or right.ndim is None:
        return None
    if symbol == "@":
        return max(left.ndim + right.ndim - 2, 0) if max(left.ndim, right.ndim) <= 2 else None
    return max(left.ndim, right.ndim)


def _dtype(symbol: str, left: Data, right: Data) -> str | None:
    """That of the result of an operator: dividing integers gives floats."""
    dtype = promoted(left, right)
    if symbol != "/":
        return dtype
    if dtype is None or is_unnamed(dtype):
        return FLOATING
    return "float" if is_integer(dtype) else dtype


def _shape(point: Point, left: Data, right: Data) -> int | None:
    if left.shape_of == right.shape_of or right.ndim == 0:
        return left.shape_of
    met = right.shape_of if left.ndim == 0 else broadcast(point.tracer.atoms, (left, right))
    return new_shape(point) if met is None and left.ndim != 0 else met


def unary(point: Point, op: ast.unaryop, value: Value) -> Value:
    """`op value`."""
    if isinstance(op, ast.Not):
        decided = truth(value)
        return _undecided(value) if decided is None else constant(not decided)
    results = [_unary_data(point, op, one) for one in alternatives(value)]
    return join_all(results)


def _unary_data(point: Point, op: ast.unaryop, value: Value) -> Value:
    if not isinstance(value, Data):
        return unknown("an operation on a value of unknown kind")
    if isinstance(op, ast.UAdd):
        return value
    if isinstance(op, ast.USub):
        return apply(point, "-", constant(0, integer(0)), value)
    minus_one = constant(-1, integer(-1))
    return apply(point, "^", value, minus_one)


def _undecided(*values: Value) -> Data:
    """A truth value made of `values`."""
    return TEST if any(is_test(value) for value in values) else _static_bool()


def is_test(value: Value) -> bool:
    """Whether `value` may tell tracers from other objects."""
    return any(isinstance(v, Data) and v.kind is Kind.TEST for v in alternatives(value))


def _static_bool() -> Data:
    return static("a Python truth value", Kind.PYTHON, ndim=0, dtype="bool")


def compare(op: ast.cmpop, left: Value, right: Value, frame: Frame) -> Value:
    """`left op right`."""
    if is_test(left) or is_test(right):
        return TEST
    if isinstance(op, (ast.Is, ast.IsNot)):
        same = _identical(left, right)
        return _static_bool() if same is None else constant(same is isinstance(op, ast.Is))
    if isinstance(op, (ast.In, ast.NotIn)):
        return _contained(op, left, right)
    a, b = known(left), known(right)
    if a is not NO_CONSTANT and b is not NO_CONSTANT:
        try:
            return constant(bool(_COMPARISONS[type(op)](a, b)))
        except TypeError:
            return _static_bool()
    for value in (left, right):
        if isinstance(value, Data) and value.status is not Status.STATIC:
            is_any_traced = is_traced(left) or is_traced(right)
            cause = left if is_traced(left) else right
            if is_any_traced and isinstance(cause, Data):
                return traced(cause.why, cause.origin, ndim=cause.ndim, dtype="bool")
            return unknown(value.why, kind=_compared(left, right), dtype="bool")
    staged = frame.context.mode is Mode.STAGED
    if staged and any(isinstance(v, Data) and v.kind is Kind.JAX for v in (left, right)):
        return traced("a comparison inside a trace", None, dtype="bool")
    kind = _compared(left, right)
    if kind is Kind.PYTHON:
        return _static_bool()
    return static("a comparison of static values", kind, dtype="bool")


def _compared(left: Value, right: Value) -> Kind:
    """Whose object a comparison gives that is no tracer: an array, if one is compared, and else a bool."""
    match left, right:
        case Data(), Data():
            return _kind(left, right, Status.UNKNOWN, by_jax=False)
        case (Data(kind=kind), _) | (_, Data(kind=kind)):
            return kind
    return Kind.PYTHON


def _identical(left: Value, right: Value) -> bool | None:
    if is_none(left):
        left, right = right, left
    if not is_none(right):
        a, b = known(left), known(right)
        both = a is not NO_CONSTANT and b is not NO_CONSTANT
        return None if not both else bool(a == b and type(a) is type(b))
    found = {is_none(one) for one in alternatives(left)}
    if any(isinstance(one, Data) and one.status is Status.UNKNOWN for one in alternatives(left)):
        return None
    return found.pop() if len(found) == 1 else None


def _contained(op: ast.In | ast.NotIn, left: Value, right: Value) -> Value:
    item = known(left)
    if isinstance(right, Mapping) and right.other is None and item is not NO_CONSTANT:
        return constant((item in dict(right.items)) is isinstance(op, ast.In))
    items = known(right)
    if item is not NO_CONSTANT and isinstance(items, (tuple, str)):
        try:
            return constant((item in items) is isinstance(op, ast.In))
        except TypeError:
            return _static_bool()
    return _static_bool()


def truth(value: Value) -> bool | None:
    """`bool(value)` if it is known."""
    match value:
        case Data(const=const) if const is not NO_CONSTANT:
            return bool(const)
        case Sequence(items=items):
            return bool(items) if not value.mutable or items else None
        case Class():
            return True
        case Instance(cls=cls):
            return None if {"__bool__", "__len__"} & cls.attributes.keys() else True
    return True if isinstance(value, FUNCTIONS) else None
