"""One subscript in one state: its operand, the elements of its index, and the windows of its slices."""

import ast
from dataclasses import dataclass, field
from types import EllipsisType

from jaxslice_lint.jax_model.functions import NARROW_DTYPES
from jaxslice_lint.jax_model.lookup import returns_arrays, runs_on_host
from jaxslice_lint.tracing.frames import Frame
from jaxslice_lint.tracing.jax_calls import is_integer
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
from jaxslice_lint.tracing.spelling import Spelling, Variables, segment, span_of
from jaxslice_lint.tracing.symbolic import Poly, add, integer, subtract
from jaxslice_lint.tracing.values import (
    At,
    Data,
    External,
    Flavor,
    Many,
    Sequence,
    Shape,
    Slice,
    Transform,
    Value,
    is_none,
    known,
)

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
            return Operand(OperandKind.ARRAY, inner.ndim, inner.dtype)
        case Data(flavor=flavor, ndim=ndim, dtype=dtype):
            return Operand(_KINDS[flavor], ndim, dtype)
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
    values = (item.start, item.stop, item.step)
    start, stop, step = (_bound(seen, v, n) for v, n in zip(values, nodes, strict=True))
    size = _size(seen, item, start, stop)
    element = Element(ElementKind.SLICE, seen.text(node), start, stop, step, size)
    if not element.is_traced:
        return element
    window = _WindowMaker(seen, item, nodes).make(element)
    if isinstance(window, Window):
        return Element(ElementKind.SLICE, element.text, start, stop, step, size, window)
    return Element(ElementKind.SLICE, element.text, start, stop, step, size, no_window=window)


def _bound(seen: Seen, value: Value, node: ast.expr | None) -> Bound:
    if is_none(value):
        return Bound(Status.ABSENT)
    status = status_of(value)
    data = next((one for one in alternatives(value) if isinstance(one, Data)), None)
    why = "" if data is None else data.why
    if status is Status.UNKNOWN and len(alternatives(value)) > 1:
        why = "it is traced on some paths only" if _is_partly_traced(value) else why
    span = None if node is None else span_of(seen.frame.source, node)
    return Bound(status, why, seen.text(node), span, None if data is None else data.origin)


def _is_partly_traced(value: Value) -> bool:
    return any(status_of(one) is Status.TRACED for one in alternatives(value))


def _poly(value: Value) -> Poly | None:
    return value.poly if isinstance(value, Data) else None


def _size(seen: Seen, item: Slice, start: Bound, stop: Bound) -> Bound:
    """The status of `stop - start`. An absent bound is the length of the axis or 0, which are static."""
    if start.status is not Status.TRACED and stop.status is not Status.TRACED:
        unknown = Status.UNKNOWN in (start.status, stop.status)
        return Bound(Status.UNKNOWN if unknown else Status.STATIC)
    if Status.ABSENT in (start.status, stop.status):
        return Bound(Status.TRACED, "one bound is traced and the other is not")
    low, high = _poly(item.start), _poly(item.stop)
    difference = None if low is None or high is None else subtract(high, low)
    if difference is None:
        return Bound(Status.TRACED, "the difference of its bounds is not known to be static")
    if seen.tracer.atoms.status(difference) is Status.TRACED:
        return Bound(Status.TRACED, "the difference of its bounds is traced")
    return Bound(Status.STATIC)


_NO_TEXT = "its size is static, but no variable in reach of the slice holds it"


class _WindowMaker:
    """Puts a slice into the form that `lax.dynamic_slice` wants, or says why it can't be."""

    def __init__(self, seen: Seen, item: Slice, nodes: tuple[ast.expr | None, ...]) -> None:
        self._seen = seen
        self._item = item
        self._start, self._stop, _ = nodes
        self._spelling = Spelling(seen.frame.source)
        self._variables: Variables | None = None

    def make(self, element: Element) -> Window | str:
        step = 1 if element.step.status is Status.ABSENT else known(self._item.step)
        if element.step.status is Status.TRACED:
            return "its step is traced"
        if not isinstance(step, int) or isinstance(step, bool) or step == 0:
            return "its step is not a known number"
        if element.size.status is not Status.STATIC:
            return "its size is traced"
        if Status.ABSENT in (element.start.status, element.stop.status):
            return "its size is traced"
        for node in (self._start, self._stop):
            if node is not None and not self._is_pure(node):
                return "evaluating its bounds once instead of twice may change the program"
        return self._forward(step) if step > 0 else self._backward(-step)

    def _forward(self, step: int) -> Window | str:
        span = self._difference()
        start = self._text_of_start(0)
        if span is None or start is None:
            return _NO_TEXT
        count, text = span
        if count is not None:
            if count < 0:
                return "it is empty: its stop lies before its start"
            size = (count - 1) // step * step + 1 if count else 0
            return self._window(start, str(size), step)
        return self._window(
            start, text if step == 1 else f"({text} - 1) // {step} * {step} + 1", step
        )

    def _backward(self, step: int) -> Window | str:
        """`x[i:i - k:-1]` covers the `k` positions that end at `i`."""
        span = self._difference()
        if span is None:
            return _NO_TEXT
        count, _ = span
        if count is None:
            return self._backward_symbolic(step)
        if count >= 0:
            return "it is empty: its step is negative and its stop does not lie before its start"
        covered = (-count - 1) // step * step + 1
        start = self._text_of_start(1 - covered)
        return _NO_TEXT if start is None else self._window(start, str(covered), -step)

    def _backward_symbolic(self, step: int) -> Window | str:
        if step != 1:
            return "its size is not a known number"
        size = self._text(self._start, self._stop, self._item.start, self._item.stop)
        start = self._sum_text(self._stop, self._item.stop, 1)
        if size is None or start is None:
            return _NO_TEXT
        return self._window(start, size[1], -1)

    def _window(self, start: str, size: str, step: int) -> Window:
        value = self._item.start
        narrow = isinstance(value, Data) and value.dtype in NARROW_DTYPES
        return Window(start, size, step, True, narrow)

    def _difference(self) -> tuple[int | None, str] | None:
        """`stop - start`: its value if that is a known number, and its text."""
        return self._text(self._stop, self._start, self._item.stop, self._item.start)

    def _text(
        self, left: ast.expr | None, right: ast.expr | None, left_value: Value, right_value: Value
    ) -> tuple[int | None, str] | None:
        """`left - right`, from the text if that shows it to be static, else from the symbols."""
        if left is not None and right is not None:
            a, b = self._spelling.poly(left), self._spelling.poly(right)
            written = None if a is None or b is None else subtract(a, b)
            if written is not None and not self._has_traced_part(written):
                text = self._spelling.text(written)
                if text is not None:
                    return written.constant, text
        a, b = _poly(left_value), _poly(right_value)
        difference = None if a is None or b is None else subtract(a, b)
        if difference is None:
            return None
        value = difference.constant
        text = str(value) if value is not None else self._held().text(difference)
        return None if text is None else (value, text)

    def _has_traced_part(self, written: Poly) -> bool:
        return any(
            status_of(self._seen.tracer.evaluate(part, self._seen.frame)) is Status.TRACED
            for part in self._spelling.parts(written)
        )

    def _text_of_start(self, offset: int) -> str | None:
        """The start, `offset` added to it."""
        return self._sum_text(self._start, self._item.start, offset)

    def _sum_text(self, node: ast.expr | None, value: Value, offset: int) -> str | None:
        if node is not None:
            if offset == 0:
                return self._seen.text(node)
            written = self._spelling.poly(node)
            total = None if written is None else add(written, integer(offset))
            return None if total is None else self._spelling.text(total)
        poly = _poly(value)
        total = None if poly is None else add(poly, integer(offset))
        return None if total is None else self._held().text(total)

    def _held(self) -> Variables:
        if self._variables is None:
            self._variables = Variables(self._seen.tracer.atoms, self._seen.frame, frozenset())
        return self._variables

    def _is_pure(self, node: ast.expr) -> bool:
        return all(self._is_pure_part(part) for part in ast.walk(node))

    def _is_pure_part(self, node: ast.AST) -> bool:
        match node:
            case ast.Call(func=func):
                callee = self._seen.tracer.evaluate(func, self._seen.frame)
                if isinstance(callee, External):
                    return returns_arrays(callee.path) or runs_on_host(callee.path)
                return not isinstance(callee, Transform) and self._is_array_method(func)
            case ast.NamedExpr() | ast.Await() | ast.Yield() | ast.YieldFrom() | ast.Lambda():
                return False
            case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
                return False
        return True

    def _is_array_method(self, func: ast.expr) -> bool:
        if not isinstance(func, ast.Attribute):
            return False
        owner = self._seen.tracer.evaluate(func.value, self._seen.frame)
        return isinstance(owner, Data) and owner.status is Status.TRACED
