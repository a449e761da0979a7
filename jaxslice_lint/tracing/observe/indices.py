"""One subscript in one state: its operand, and the elements of its index."""

import ast
from dataclasses import dataclass, field, replace
from types import EllipsisType

from jaxslice_lint.facts.site import Bound, Element, ElementKind, Operand, OperandKind, Window
from jaxslice_lint.facts.status import Sign, Status
from jaxslice_lint.source.nodes import segment, span_of
from jaxslice_lint.source.slice_calls import SliceCall
from jaxslice_lint.tracing.domain.data import Data, Kind
from jaxslice_lint.tracing.domain.dtypes import is_integer, told
from jaxslice_lint.tracing.domain.joins import alternatives, status_of
from jaxslice_lint.tracing.domain.points import Point, PointOf
from jaxslice_lint.tracing.domain.signs import sign_of
from jaxslice_lint.tracing.domain.values import (
    At,
    Instance,
    Many,
    Sequence,
    Shape,
    Slice,
    Value,
    is_none,
    known,
)
from jaxslice_lint.tracing.domain.variables import content
from jaxslice_lint.tracing.observe.windows import WindowMaker

_KINDS = {
    Kind.JAX: OperandKind.ARRAY,
    Kind.PYTREE: OperandKind.ARRAY,
    Kind.NUMPY: OperandKind.NUMPY,
    Kind.REF: OperandKind.REF,
    Kind.PYTHON: OperandKind.SEQUENCE,
    Kind.ANY: OperandKind.UNKNOWN,
}


def operand_of(value: Value) -> Operand:
    """What is sliced."""
    operands = {_operand_of_one(one) for one in alternatives(value)}
    return operands.pop() if len(operands) == 1 else Operand(OperandKind.UNKNOWN)


def _operand_of_one(value: Value) -> Operand:
    match value:
        case At(operand=operand):
            inner = operand_of(operand)
            is_variable = inner.kind is OperandKind.VARIABLE
            kind = OperandKind.VARIABLE if is_variable else OperandKind.ARRAY
            return Operand(kind, inner.ndim, inner.dtype)
        case Data(kind=kind, ndim=ndim, dtype=dtype):
            return Operand(_KINDS[kind], ndim, told(dtype))
        case Instance(cls=cls) if cls.is_variable:
            held = operand_of(content(value))
            return Operand(OperandKind.VARIABLE, held.ndim, held.dtype)
        case Sequence() | Many() | Shape():
            return Operand(OperandKind.SEQUENCE)
    return Operand(OperandKind.UNKNOWN)


@dataclass(slots=True)
class Seen:
    """A subscript while its elements are looked at."""

    point: PointOf[ast.Subscript]
    operand: Value
    items: tuple[Value, ...]
    nodes: list[ast.expr | None] = field(default_factory=list)
    written: bool = False

    def __post_init__(self) -> None:
        index = self.point.node.slice
        elements = index.elts if isinstance(index, ast.Tuple) else [index]
        same = len(elements) == len(self.items)
        self.written = same and all(
            isinstance(node, ast.Slice) or not isinstance(item, Slice)
            for node, item in zip(elements, self.items, strict=False)
        )
        self.nodes = list(elements) if same else [None] * len(self.items)

    def text(self, node: ast.expr | None) -> str | None:
        if node is None:
            return None
        # The slices of a call stand nowhere in the file.
        return ast.unparse(node) if self.is_call else segment(self.point.frame.source, node)

    @property
    def is_call(self) -> bool:
        """Whether it is a call that slices, and no subscript."""
        return isinstance(self.point.node, SliceCall)

    @property
    def cuts_off(self) -> bool:
        """Whether what lies beyond the end of an axis is cut off."""
        node = self.point.node
        return not isinstance(node, SliceCall) or node.cuts_off

    def parts(self) -> tuple[tuple[ast.expr, Value], ...]:
        """What is sliced, the index and the bounds of its slices, each as it is written."""
        sliced, operand = self.point.node.value, self.operand
        if isinstance(operand, At) and isinstance(sliced, ast.Attribute):
            sliced, operand = sliced.value, operand.operand
        found: list[tuple[ast.expr, Value]] = [(sliced, operand)]
        for node, item in zip(self.nodes, self.items, strict=True):
            match node, item:
                case ast.Slice(lower=lower, upper=upper), Slice(start=start, stop=stop):
                    bounds = ((lower, start), (upper, stop))
                    found += [(bound, value) for bound, value in bounds if bound is not None]
                case ast.expr(), _ if not self.is_call:
                    found.append((node, item))
        return tuple(found)


def see_elements(seen: Seen) -> tuple[Element, ...]:
    """The index as a tuple."""
    found: list[Element] = []
    axis: int | None = 0
    for item, node in zip(seen.items, seen.nodes, strict=True):
        if isinstance(item, Slice):
            found.append(_slice(seen, item, node, axis))
        else:
            found.append(_other(seen, item, node))
        kind = found[-1].kind
        if axis is not None and kind in (ElementKind.SLICE, ElementKind.INTEGER):
            axis += 1
        elif kind is not ElementKind.NEWAXIS:
            axis = None
    return tuple(found)


def _other(seen: Seen, item: Value, node: ast.expr | None) -> Element:
    text = seen.text(node)
    match item:
        case Data(const=None):
            return Element(ElementKind.NEWAXIS, text or "None")
        case Data(const=EllipsisType()):
            return Element(ElementKind.ELLIPSIS, text or "...")
        case Data(const=bool()):
            return Element(ElementKind.MASK, text, ndim=0)
        case Data(dtype="bool", ndim=ndim):
            return Element(ElementKind.MASK, text, ndim=ndim)
        case Data(status=Status.TRACED):
            # A traced boolean mask is no index at all: JAX raises NonConcreteBooleanIndexError.
            return Element(ElementKind.INTEGER, text, ndim=item.ndim)
        case Data(const=int() as const):
            return Element(ElementKind.INTEGER, text or str(const), ndim=0, const=const)
        case Data(dtype=dtype, ndim=ndim) if is_integer(dtype):
            return Element(ElementKind.INTEGER, text, ndim=ndim)
        case Data(of_tree=True):
            # A mask is no field either: it is an array, and those are traced.
            return Element(ElementKind.INTEGER, text)
        case Sequence(mutable=True, items=items) if all(_is_integer(one) for one in items):
            return Element(ElementKind.INTEGER, text)
    return Element(ElementKind.UNKNOWN, text)


def _is_integer(value: Value) -> bool:
    return isinstance(value, Data) and is_integer(value.dtype) and value.dtype != "bool"


def _slice(seen: Seen, item: Slice, node: ast.expr | None, axis: int | None) -> Element:
    written = node if isinstance(node, ast.Slice) else None
    nodes = (None, None, None) if written is None else (written.lower, written.upper, written.step)
    values = (content(item.start), content(item.stop), content(item.step))
    start, stop, step = (bound_of(seen.point, v, n) for v, n in zip(values, nodes, strict=True))
    maker = WindowMaker(seen.point, item, nodes)
    size = maker.size(start, stop)
    text = _literal_text(values) if node is None else seen.text(node)
    # JAX raises where a call of `lax` would go beyond the end of the axis: it cuts nothing off.
    in_range = not seen.cuts_off or _is_in_range(seen, item, axis)
    element = Element(ElementKind.SLICE, text, start, stop, step, size, in_range=in_range)
    if not element.is_traced:
        windows = maker.windows(element)
        if isinstance(windows, str):
            return replace(element, no_window=windows)
        return replace(element, windows=windows)
    window = maker.window(element)
    if isinstance(window, Window):
        return replace(element, windows=(window,))
    return replace(element, no_window=window)


def _is_in_range(seen: Seen, item: Slice, axis: int | None) -> bool:
    """Whether a slice is known to lie within its axis, so that nothing is cut off."""
    atoms, operand = seen.point.tracer.atoms, content(seen.operand)
    if isinstance(operand, At):
        operand = content(operand.operand)
    match operand, item:
        case Data(shape_of=int() as shape_of), Slice(start=Data() as start, stop=Data() as stop):
            if axis is None or stop.poly is None or sign_of(atoms, start) is Sign.ANY:
                return False
            rest = atoms.difference(atoms.extent(shape_of, axis), stop.poly)
            return rest is not None and atoms.sign(rest) is not Sign.ANY
    return False


def _literal_text(values: tuple[Value, ...]) -> str | None:
    """A slice with literal bounds, built elsewhere, as it would be written here."""
    constants = [known(value) for value in values]
    if not all(constant is None or isinstance(constant, int) for constant in constants):
        return None
    start, stop, step = ("" if constant is None else str(constant) for constant in constants)
    return f"{start}:{stop}:{step}" if step else f"{start}:{stop}"


def bound_of(point: Point, value: Value, written: ast.expr | None) -> Bound:
    """What is known of a number that JAX needs; `written` is where it stands, if it does."""
    text = None if written is None else segment(point.frame.source, written)
    if is_none(value):
        return Bound(Status.ABSENT, text=text)
    status = status_of(value)
    data = next((one for one in alternatives(value) if isinstance(one, Data)), None)
    why = "" if data is None else data.why
    if status is Status.UNKNOWN and len(alternatives(value)) > 1:
        why = "it is traced on some paths only" if _is_partly_traced(value) else why
    span = None if written is None else span_of(point.frame.source, written)
    origin = None if data is None else data.origin
    sign = sign_of(point.tracer.atoms, value)
    return Bound(status, why, text, span, origin, sign, any(map(is_none, alternatives(value))))


def _is_partly_traced(value: Value) -> bool:
    return any(status_of(one) is Status.TRACED for one in alternatives(value))
