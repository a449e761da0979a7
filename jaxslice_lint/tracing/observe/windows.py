"""Windows: slices with a traced start in the form that `lax.dynamic_slice` wants, a start and a static size."""

import ast
from collections.abc import Callable
from dataclasses import replace

from jaxslice_lint.facts.site import FOREIGN_SIZE, Bound, Element, Window
from jaxslice_lint.facts.status import Sign, Status
from jaxslice_lint.source.nodes import segment
from jaxslice_lint.tracing.domain.data import Data
from jaxslice_lint.tracing.domain.dtypes import told
from jaxslice_lint.tracing.domain.joins import status_of
from jaxslice_lint.tracing.domain.points import Point
from jaxslice_lint.tracing.domain.polynomials import Poly, add, integer, subtract
from jaxslice_lint.tracing.domain.signs import sign_of
from jaxslice_lint.tracing.domain.values import Slice, Value, known
from jaxslice_lint.tracing.domain.variables import content
from jaxslice_lint.tracing.observe.purity import is_effectless
from jaxslice_lint.tracing.observe.spelling import Spelling, Variables

_NO_TEXT = "its size is static, but no variable in reach of the slice holds it"


def _poly(value: Value) -> Poly | None:
    return value.poly if isinstance(value, Data) else None


#: Tells the difference of two bounds, each a node, if it is written, and a value: its value if that is a known number,
#: and its text.
_Bound = tuple[ast.expr | None, Value]
_Tell = Callable[[_Bound, _Bound], tuple[int | None, str] | None]


class WindowMaker:
    """Puts a slice into the form that `lax.dynamic_slice` wants, or says why it can't be."""

    def __init__(self, point: Point, item: Slice, nodes: tuple[ast.expr | None, ...]) -> None:
        self._tell: tuple[_Tell, ...] = (self._by_text, self._by_symbols)
        self._point = point
        self._item = item
        self._start, self._stop, self._step = nodes
        self._step_text: str | None = "1"
        self._asks = True
        self._spelling = Spelling(point.frame.source)
        self._variables: Variables | None = None

    def size(self, start: Bound, stop: Bound) -> Bound:
        """The status of `stop - start`. An absent bound is 0 or the length of the axis, which are static."""
        statuses = {start.status, stop.status}
        if Status.TRACED not in statuses:
            return Bound(Status.UNKNOWN if Status.UNKNOWN in statuses else Status.STATIC)
        if Status.ABSENT in statuses:
            return Bound(Status.TRACED, "one bound is traced and the other is not")
        if self._is_pure() and self._written_difference(self._stop, self._start) is not None:
            return Bound(Status.STATIC)
        difference = self._value()
        if difference is None:
            return Bound(Status.TRACED, "the difference of its bounds is not known to be static")
        if self._point.tracer.atoms.status(difference) is Status.TRACED:
            return Bound(Status.TRACED, "the difference of its bounds is traced")
        return Bound(Status.STATIC)

    def count(self) -> int | None:
        """`stop - start`, if it is a known number, whoever knows it."""
        difference = self._value()
        return None if difference is None else difference.constant

    def _value(self) -> Poly | None:
        """`stop - start` by all that is known of it."""
        start, stop = _poly(self._item.start), _poly(self._item.stop)
        if start is None or stop is None:
            return None
        return self._point.tracer.atoms.difference(stop, start)

    def window(self, element: Element) -> Window | str:
        """The window of a slice, or why it has none."""
        step = 1 if element.step.status is Status.ABSENT else known(self._item.step)
        if element.step.status is Status.TRACED:
            return "its step is traced"
        if not isinstance(step, int) or isinstance(step, bool) or step == 0:
            return "its step is not a known number"
        self._step_text = self._text_of_step(step)
        if self._step_text is None:
            return "its step has no name in this function"
        for name, bound in (("start", element.start), ("stop", element.stop)):
            if bound.status is Status.ABSENT or bound.may_be_none:
                return f"its {name} {'may be' if bound.may_be_none else 'is'} `None`"
        if element.size.status is Status.TRACED:
            return "its size is traced"
        if any(content(bound) is not bound for bound in (self._item.start, self._item.stop)):
            return "`lax` takes arrays, and a bound is a variable that holds one: write `[...]`"
        if not self._is_pure():
            return "evaluating its bounds once instead of twice may change the program"
        return self._forward(step) if step > 0 else self._backward(-step)

    def windows(self, element: Element) -> tuple[Window, ...] | str:
        """The windows of a slice that is not traced in this way, one for each spelling of its size, or why it has none.

        Which of them is written is decided by ways in which it is traced.
        """
        self._asks = (
            False  # nothing in it is traced; what it may evaluate is decided where something is
        )
        as_static = replace(element, size=Bound(Status.STATIC))
        found: list[Window | str] = []
        for tell in (self._by_text, self._by_symbols, self._by_number):
            self._tell = (tell,)
            found.append(self.window(as_static))
        windows = [one for one in found if isinstance(one, Window)]
        return tuple(dict.fromkeys(windows)) if windows else str(found[0])

    def _forward(self, step: int) -> Window | str:
        span = self._size()
        start = self._text_of_start(0)
        if span is None or start is None:
            return self._no_text()
        count, text = span
        if self._is_negative(text, count):
            return "it is empty: its stop lies before its start"
        name = self._step_text
        if count is not None and name == str(step):
            held = (count - 1) // step * step + 1 if count else 0
            return self._window(start, str(held), step)
        size = text if name == "1" else f"({text} - 1) // {name} * {name} + 1"
        return self._window(start, size, step)

    def _text_of_step(self, step: int) -> str | None:
        """The step as the function sees it: as a number only if it is written as one."""
        poly, node = _poly(self._item.step), self._step
        if poly is None or poly.constant is not None:
            return str(step)
        is_name = isinstance(node, ast.Name | ast.Attribute) and step > 0
        return segment(self._point.frame.source, node) if node is not None and is_name else None

    def _is_negative(self, text: str, count: int | None) -> bool:
        """Whether the size is known to be negative, by its text or by what it stands for."""
        number = self.count() if count is None else count
        return text.startswith("-") if number is None else number < 0

    def _no_text(self) -> str:
        """Why a static size cannot be written here."""
        return _NO_TEXT if self._value() is None or self._own() is not None else FOREIGN_SIZE

    def _backward(self, step: int) -> Window | str:
        """`x[i:i - k:-1]` covers the `k` positions that end at `i`."""
        span = self._size()
        if span is None:
            return self._no_text()
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
        size = self._told(self._start_bound, self._stop_bound)
        start = self._sum_text(self._stop, self._item.stop, 1)
        if size is None or start is None:
            return _NO_TEXT
        if size[1].startswith("-"):
            return "it is empty: its step is negative and its stop does not lie before its start"
        return self._window(start, size[1], -1)

    def _window(self, start: str, size: str, step: int) -> Window:
        value = self._item.start
        dtype = told(value.dtype) if isinstance(value, Data) else None
        sign = sign_of(self._point.tracer.atoms, value) if step > 0 else Sign.ANY
        return Window(start, size, step, dtype, sign, self._step_text or str(step))

    @property
    def _start_bound(self) -> _Bound:
        return self._start, self._item.start

    @property
    def _stop_bound(self) -> _Bound:
        return self._stop, self._item.stop

    def _size(self) -> tuple[int | None, str] | None:
        return self._told(self._stop_bound, self._start_bound)

    def _told(self, left: _Bound, right: _Bound) -> tuple[int | None, str] | None:
        """`left - right`, from the text if that shows it to be static, else from the symbols."""
        told = (tell(left, right) for tell in self._tell)
        return next((one for one in told if one is not None), None)

    def _by_text(self, left: _Bound, right: _Bound) -> tuple[int | None, str] | None:
        written = self._written_difference(left[0], right[0])
        text = None if written is None else self._spelling.text(written)
        return None if written is None or text is None else (written.constant, text)

    def _by_symbols(self, left: _Bound, right: _Bound) -> tuple[int | None, str] | None:
        difference = self._own(left[1], right[1])
        if difference is None:
            return None
        value = difference.constant
        text = str(value) if value is not None else self._held().text(difference)
        return None if text is None else (value, text)

    def _by_number(self, left: _Bound, right: _Bound) -> tuple[int | None, str] | None:
        """The number that it is in this way, whoever knows it."""
        a, b = _poly(left[1]), _poly(right[1])
        difference = None if a is None or b is None else self._point.tracer.atoms.difference(a, b)
        value = None if difference is None else difference.constant
        return None if value is None else (value, str(value))

    def _own(self, left: Value | None = None, right: Value | None = None) -> Poly | None:
        """`left - right`, `stop - start` if nothing is said, by what the function itself sees of them; None if that
        does not tell it."""
        a, b = _poly(left or self._item.stop), _poly(right or self._item.start)
        difference = None if a is None or b is None else subtract(a, b)
        if difference is None or self._point.tracer.atoms.status(difference) is Status.TRACED:
            return None
        return difference

    def _written_difference(self, left: ast.expr | None, right: ast.expr | None) -> Poly | None:
        """`left - right` over what is written, if that alone shows it to be static."""
        if left is None or right is None:
            return None
        a, b = self._spelling.poly(left), self._spelling.poly(right)
        written = None if a is None or b is None else subtract(a, b)
        if written is None or (self._asks and self._has_traced_part(written)):
            return None
        return written

    def _has_traced_part(self, written: Poly) -> bool:
        return any(
            status_of(self._point.evaluate(part)) is Status.TRACED
            for part in self._spelling.parts(written)
        )

    def _text_of_start(self, offset: int) -> str | None:
        """The start, `offset` added to it."""
        return self._sum_text(self._start, self._item.start, offset)

    def _sum_text(self, node: ast.expr | None, value: Value, offset: int) -> str | None:
        if node is not None:
            if offset == 0:
                return segment(self._point.frame.source, node)
            written = self._spelling.poly(node)
            total = None if written is None else add(written, integer(offset))
            return None if total is None else self._spelling.text(total)
        poly = _poly(value)
        total = None if poly is None else add(poly, integer(offset))
        return None if total is None else self._held().text(total)

    def _held(self) -> Variables:
        if self._variables is None:
            self._variables = Variables(self._point.tracer.atoms, self._point.frame, frozenset())
        return self._variables

    def _is_pure(self) -> bool:
        """Whether the bounds may be evaluated once instead of twice."""
        if not self._asks:
            return True
        bounds = [bound for bound in (self._start, self._stop) if bound is not None]
        return all(is_effectless(self._point.at(bound)) for bound in bounds)
