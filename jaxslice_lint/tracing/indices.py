"""One subscript in one state: its operand, and the elements of its index."""

import ast
from dataclasses import dataclass, field, replace
from types import EllipsisType

from jaxslice_lint.tracing.array_facts import is_integer
from jaxslice_lint.tracing.frames import Frame
from jaxslice_lint.tracing.joins import alternatives, status_of
from jaxslice_lint.tracing.protocol import Tracer
from jaxslice_lint.tracing.site import (
    Bound,
    Element,
    ElementKind,
    Operand,
    OperandKind,
    Status,
    Window,
)
from jaxslice_lint.tracing.spelling import segment, span_of
from jaxslice_lint.tracing.values import (
    At,
    Data,
    Flavor,
    Instance,
    Many,
    Sequence,
    Shape,
    Slice,
    Value,
    is_none,
    known,
)
from jaxslice_lint.tracing.variables import content
from jaxslice_lint.tracing.windows import WindowMaker

_KINDS = {
    Flavor.JAX: OperandKind.ARRAY,
    Flavor.PYTREE: OperandKind.ARRAY,
    Flavor.NUMPY: OperandKind.NUMPY,
    Flavor.REF: OperandKind.REF,
    Flavor.PYTHON: OperandKind.SEQUENCE,
    Flavor.ANY: OperandKind.UNKNOWN,
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
        case Data(flavor=flavor, ndim=ndim, dtype=dtype):
            return Operand(_KINDS[flavor], ndim, dtype)
        case Instance(cls=cls) if cls.is_variable:
            held = operand_of(content(value))
            return Operand(OperandKind.VARIABLE, held.ndim, held.dtype)
        case Sequence() | Many() | Shape():
            return Operand(OperandKind.SEQUENCE)
    return Operand(OperandKind.UNKNOWN)


@dataclass(slots=True)
class Seen:
    """A subscript while its elements are looked at."""

    tracer: Tracer
    node: ast.Subscript
    operand: Value
    items: tuple[Value, ...]
    frame: Frame
    nodes: list[ast.expr | None] = field(default_factory=list)
    written: bool = False

    def __post_init__(self) -> None:
        index = self.node.slice
        elements = index.elts if isinstance(index, ast.Tuple) else [index]
        same = len(elements) == len(self.items)
        self.written = same and all(
            isinstance(node, ast.Slice) or not isinstance(item, Slice)
            for node, item in zip(elements, self.items, strict=False)
        )
        self.nodes = list(elements) if same else [None] * len(self.items)

    def text(self, node: ast.expr | None) -> str | None:
        return None if node is None else segment(self.frame.source, node)


def see_elements(seen: Seen) -> tuple[Element, ...]:
    """The index as a tuple."""
    return tuple(
        _slice(seen, item, node) if isinstance(item, Slice) else _other(seen, item, node)
        for item, node in zip(seen.items, seen.nodes, strict=True)
    )


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
            return Element(ElementKind.INTEGER, text)
        case Data(const=int() as const):
            return Element(ElementKind.INTEGER, text or str(const), const=const)
        case Data(dtype=dtype) if is_integer(dtype):
            return Element(ElementKind.INTEGER, text)
        case Sequence(mutable=True, items=items) if all(_is_integer(one) for one in items):
            return Element(ElementKind.INTEGER, text)
    return Element(ElementKind.UNKNOWN, text)


def _is_integer(value: Value) -> bool:
    return isinstance(value, Data) and is_integer(value.dtype) and value.dtype != "bool"


def _slice(seen: Seen, item: Slice, node: ast.expr | None) -> Element:
    written = node if isinstance(node, ast.Slice) else None
    nodes = (None, None, None) if written is None else (written.lower, written.upper, written.step)
    values = (content(item.start), content(item.stop), content(item.step))
    start, stop, step = (bound_of(v, n, seen.frame) for v, n in zip(values, nodes, strict=True))
    maker = WindowMaker(seen.tracer, seen.frame, item, nodes)
    size = maker.size(start, stop)
    text = _literal_text(values) if node is None else seen.text(node)
    element = Element(ElementKind.SLICE, text, start, stop, step, size)
    if not element.is_traced:
        return replace(element, window=maker.possible_window(element))
    window = maker.window(element)
    if isinstance(window, Window):
        return Element(ElementKind.SLICE, element.text, start, stop, step, size, window)
    return Element(ElementKind.SLICE, element.text, start, stop, step, size, no_window=window)


def _literal_text(values: tuple[Value, ...]) -> str | None:
    """A slice with literal bounds, built elsewhere, as it would be written here."""
    constants = [known(value) for value in values]
    if not all(constant is None or isinstance(constant, int) for constant in constants):
        return None
    start, stop, step = ("" if constant is None else str(constant) for constant in constants)
    return f"{start}:{stop}:{step}" if step else f"{start}:{stop}"


def bound_of(value: Value, node: ast.expr | None, frame: Frame) -> Bound:
    """What is known of a number that JAX needs, and where it is written."""
    if is_none(value):
        return Bound(Status.ABSENT)
    status = status_of(value)
    data = next((one for one in alternatives(value) if isinstance(one, Data)), None)
    why = "" if data is None else data.why
    if status is Status.UNKNOWN and len(alternatives(value)) > 1:
        why = "it is traced on some paths only" if _is_partly_traced(value) else why
    text = None if node is None else segment(frame.source, node)
    span = None if node is None else span_of(frame.source, node)
    return Bound(status, why, text, span, None if data is None else data.origin)


def _is_partly_traced(value: Value) -> bool:
    return any(status_of(one) is Status.TRACED for one in alternatives(value))
