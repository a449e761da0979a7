"""Windows: slices with a traced start in the form that `lax.dynamic_slice` wants, a start and a static size."""

import ast
from dataclasses import replace

from jaxslice_lint.jax_model.functions import NARROW_DTYPES
from jaxslice_lint.tracing.frames import Frame
from jaxslice_lint.tracing.joins import status_of
from jaxslice_lint.tracing.protocol import Tracer
from jaxslice_lint.tracing.purity import is_pure_expression
from jaxslice_lint.tracing.site import Bound, Element, Status, Window
from jaxslice_lint.tracing.spelling import Spelling, Variables, segment
from jaxslice_lint.tracing.symbolic import Poly, add, integer, subtract
from jaxslice_lint.tracing.values import Data, Slice, Value, known
from jaxslice_lint.tracing.variables import content

_NO_TEXT = "its size is static, but no variable in reach of the slice holds it"


def _poly(value: Value) -> Poly | None:
    return value.poly if isinstance(value, Data) else None


def _difference(left: Value, right: Value) -> Poly | None:
    """`left - right` by the symbols of the values."""
    a, b = _poly(left), _poly(right)
    return None if a is None or b is None else subtract(a, b)


class WindowMaker:
    """Puts a slice into the form that `lax.dynamic_slice` wants, or says why it can't be."""

    def __init__(
        self, tracer: Tracer, frame: Frame, item: Slice, nodes: tuple[ast.expr | None, ...]
    ) -> None:
        self._tracer = tracer
        self._frame = frame
        self._item = item
        self._start, self._stop, _ = nodes
        self._spelling = Spelling(frame.source)
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
        difference = _difference(self._item.stop, self._item.start)
        if difference is None:
            return Bound(Status.TRACED, "the difference of its bounds is not known to be static")
        if self._tracer.atoms.status(difference) is Status.TRACED:
            return Bound(Status.TRACED, "the difference of its bounds is traced")
        return Bound(Status.STATIC)

    def window(self, element: Element) -> Window | str:
        """The window of a slice with a traced bound, or why it has none."""
        step = 1 if element.step.status is Status.ABSENT else known(self._item.step)
        if element.step.status is Status.TRACED:
            return "its step is traced"
        if not isinstance(step, int) or isinstance(step, bool) or step == 0:
            return "its step is not a known number"
        if element.size.status is not Status.STATIC:
            return "its size is traced"
        if any(content(bound) is not bound for bound in (self._item.start, self._item.stop)):
            return "`lax` takes arrays, and a bound is a variable that holds one: write `[...]`"
        if not self._is_pure():
            return "evaluating its bounds once instead of twice may change the program"
        return self._forward(step) if step > 0 else self._backward(-step)

    def possible_window(self, element: Element) -> Window | None:
        """The window that a slice with a bound of unknown status has if that is traced."""
        if all(bound.status is not Status.UNKNOWN for bound in element.bounds):
            return None
        window = self.window(replace(element, size=Bound(Status.STATIC)))
        return window if isinstance(window, Window) else None

    def _forward(self, step: int) -> Window | str:
        span = self._difference()
        start = self._text_of_start(0)
        if span is None or start is None:
            return _NO_TEXT
        count, text = span
        if step > 1 and count is None:
            # A step that is a known number mixes badly with the name of one.
            difference = _difference(self._item.stop, self._item.start)
            count = None if difference is None else difference.constant
        if text.startswith("-") or (count is not None and count < 0):
            return "it is empty: its stop lies before its start"
        if count is not None:
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
        if size[1].startswith("-"):
            return "it is empty: its step is negative and its stop does not lie before its start"
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
        written = self._written_difference(left, right)
        if written is not None:
            text = self._spelling.text(written)
            if text is not None:
                return written.constant, text
        difference = _difference(left_value, right_value)
        if difference is None:
            return None
        value = difference.constant
        text = str(value) if value is not None else self._held().text(difference)
        return None if text is None else (value, text)

    def _written_difference(self, left: ast.expr | None, right: ast.expr | None) -> Poly | None:
        """`left - right` over what is written, if that alone shows it to be static."""
        if left is None or right is None:
            return None
        a, b = self._spelling.poly(left), self._spelling.poly(right)
        written = None if a is None or b is None else subtract(a, b)
        return None if written is None or self._has_traced_part(written) else written

    def _has_traced_part(self, written: Poly) -> bool:
        return any(
            status_of(self._tracer.evaluate(part, self._frame)) is Status.TRACED
            for part in self._spelling.parts(written)
        )

    def _text_of_start(self, offset: int) -> str | None:
        """The start, `offset` added to it."""
        return self._sum_text(self._start, self._item.start, offset)

    def _sum_text(self, node: ast.expr | None, value: Value, offset: int) -> str | None:
        if node is not None:
            if offset == 0:
                return segment(self._frame.source, node)
            written = self._spelling.poly(node)
            total = None if written is None else add(written, integer(offset))
            return None if total is None else self._spelling.text(total)
        poly = _poly(value)
        total = None if poly is None else add(poly, integer(offset))
        return None if total is None else self._held().text(total)

    def _held(self) -> Variables:
        if self._variables is None:
            self._variables = Variables(self._tracer.atoms, self._frame, frozenset())
        return self._variables

    def _is_pure(self) -> bool:
        """Whether the bounds may be evaluated once instead of twice."""
        bounds = [bound for bound in (self._start, self._stop) if bound is not None]
        return all(is_pure_expression(self._tracer, bound, self._frame) for bound in bounds)
