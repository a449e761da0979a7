"""Findings as JSON and back. What is read may be anything: whatever is not what was written is a `ValueError`."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

from jaxslice_lint.facts.status import Step
from jaxslice_lint.rewrite.text.edit import Edit, Fix
from jaxslice_lint.rules.finding import Finding
from jaxslice_lint.source.text import Span

T = TypeVar("T")
#: What JSON holds.
Plain = Any


def written(finding: Finding) -> Plain:
    """A finding as JSON."""
    fix = finding.fix
    return [
        *(finding.code, finding.name, finding.message, str(finding.path), _span(finding.span)),
        [_span(mark) for mark in finding.marks],
        [_step(step) for step in finding.trace_path],
        *(finding.help, None if fix is None else _fix(fix), finding.no_fix),
    ]


def read_back(plain: Plain) -> Finding:
    """The finding that was written. Raises `ValueError`."""
    code, name, message, path, span, marks, steps, more, fix, no_fix = items(plain, 10)
    return Finding(
        *(text(code), text(name), text(message), Path(text(path)), _span_of(span)),
        tuple_of(marks, _span_of),
        tuple_of(steps, _step_of),
        *(text(more), None if fix is None else _fix_of(fix), text(no_fix)),
    )


def _span(span: Span) -> Plain:
    return [span.line, span.column, span.end_line, span.end_column]


def _span_of(plain: Plain) -> Span:
    span = Span(*map(integer, items(plain, 4)))
    if span.line < 1 or span.column < 1:
        raise ValueError("no place in a file")
    return span


def _step(step: Step) -> Plain:
    place = [str(step.path), _span(step.span)]
    return [*place, step.note, step.argument, step.advice, step.error]


def _step_of(plain: Plain) -> Step:
    path, span, *words = items(plain, 6)
    return Step(Path(text(path)), _span_of(span), *map(text, words))


def _fix(fix: Fix) -> Plain:
    edits = [[one.start, one.end, one.content, one.rank, one.unbroken] for one in fix.edits]
    return [fix.message, edits, fix.safe, fix.caution, fix.is_around, fix.note]


def _fix_of(plain: Plain) -> Fix:
    message, edits, safe, caution, is_around, note = items(plain, 6)
    return Fix(
        *(text(message), tuple_of(edits, _edit_of), boolean(safe)),
        *(text(caution), boolean(is_around), text(note)),
    )


def _edit_of(plain: Plain) -> Edit:
    start, end, content, rank, unbroken = items(plain, 5)
    return Edit(integer(start), integer(end), text(content), integer(rank), text(unbroken))


def items(plain: Plain, count: int) -> list[Plain]:
    """A list of that many things. Raises `ValueError`."""
    if isinstance(plain, list) and len(plain) == count:
        return plain
    raise ValueError(f"not {count} things")


def tuple_of(plain: Plain, read: Callable[[Plain], T]) -> tuple[T, ...]:
    """What `read` makes of each of a list. Raises `ValueError`."""
    return tuple(map(read, _checked(plain, list)))


def mapping_of(plain: Plain, read: Callable[[Plain], T]) -> dict[str, T]:
    """What `read` makes of each value of an object. Raises `ValueError`."""
    pairs: Iterable[tuple[str, Plain]] = _checked(plain, dict).items()
    return {key: read(value) for key, value in pairs}


def text(plain: Plain) -> str:
    """A string. Raises `ValueError`."""
    return _checked(plain, str)


def integer(plain: Plain) -> int:
    """An integer. Raises `ValueError`."""
    return _checked(plain, int)


def boolean(plain: Plain) -> bool:
    """A truth value. Raises `ValueError`."""
    return _checked(plain, bool)


def _checked(plain: Plain, kind: type[T]) -> T:
    if type(plain) is not kind:
        raise ValueError(f"no {kind.__name__}")
    return plain
