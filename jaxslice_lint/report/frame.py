"""Code frames and inline diffs: a gutter with line numbers, marks under the code, cut to the width of the terminal."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from rich.cells import cell_len
from rich.text import Text

from jaxslice_lint.report.visible import visible
from jaxslice_lint.rewrite.text.edit import Edit
from jaxslice_lint.source.text import Source, Span

_CONTEXT = 2
_LONGEST = 12
_TAB = 4


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a frame: its number if it has one, the sign of a diff, and its text."""

    number: int | None
    text: Text
    sign: str = " "


def code_rows(source: Source, marks: Sequence[Span], width: int) -> Iterator[Row]:
    """The lines of `marks` with some before and after, and `^^^` under each marked part."""
    first, last = _surroundings(source, marks)
    elided = range(first + _LONGEST, last - _CONTEXT) if last - first > 2 * _LONGEST else range(0)
    for number in range(first, last + 1):
        if number in elided:
            if number == elided.start:
                yield Row(None, Text("…"))
            continue
        line = source.line(number)
        parts = [part for mark in marks if (part := _part(mark, number, line))]
        cut = _Cut.around(line, parts, width)
        yield Row(number, Text(cut.shown))
        if parts:
            yield Row(None, Text(cut.underline(parts), style="bold red"))


def diff_rows(source: Source, edits: Sequence[Edit], width: int) -> Iterator[Row]:
    """The lines that `edits` remove and add, with a line of context; line numbers are those of the new text."""
    shift = 0
    for position, (first, last, new) in enumerate(_hunks(source, edits)):
        if position:
            yield Row(None, Text("…"))
        old = [source.line(number) for number in range(first, last + 1)]
        number = first + shift
        for tag, start, stop, new_start, new_stop in SequenceMatcher(None, old, new).get_opcodes():
            for line in old[start:stop] if tag != "equal" else ():
                yield Row(None, Text(_Cut.around(line, (), width).shown, style="red"), "-")
            for line in new[new_start:new_stop]:
                sign, style = (" ", "") if tag == "equal" else ("+", "green")
                yield Row(number, Text(_Cut.around(line, (), width).shown, style=style), sign)
                number += 1
        shift += len(new) - len(old)


def _hunks(source: Source, edits: Sequence[Edit]) -> Iterator[tuple[int, int, list[str]]]:
    """Lines that are shown together, first to last, and the lines that they become."""
    groups: list[tuple[int, int, list[Edit]]] = []
    for edit in sorted(edits):
        first = max(source.location(edit.start)[0] - 1, 1)
        end_line, end_column = source.location(edit.end)
        last = min(end_line + (end_column > 1), _last_line(source))
        if groups and first <= groups[-1][1] + 1:
            first, _, together = groups.pop()
            groups.append((first, last, [*together, edit]))
        else:
            groups.append((first, last, [edit]))
    for first, last, together in groups:
        end = source.offset(first, 1)
        pieces: list[str] = []
        for edit in together:
            pieces += [source.text[end : edit.start], edit.content]
            end = edit.end
        stop = source.offset(last, len(source.line(last)) + 1)
        new = Source(source.path, "".join([*pieces, source.text[end:stop]]))
        yield first, last, [new.line(number) for number in range(1, len(new.line_starts) + 1)]


def _surroundings(source: Source, marks: Sequence[Span]) -> tuple[int, int]:
    """First and last line of the marks and their context, without blank lines at the edges."""
    inner, outer = min(mark.line for mark in marks), max(mark.end_line for mark in marks)
    first, last = max(inner - _CONTEXT, 1), min(outer + _CONTEXT, _last_line(source))
    while first < inner and not source.line(first).strip():
        first += 1
    while last > outer and not source.line(last).strip():
        last -= 1
    return first, last


def _last_line(source: Source) -> int:
    lines = len(source.line_starts)
    return lines - (lines > 1 and source.line_starts[-1] == len(source.text))


def _part(mark: Span, number: int, line: str) -> tuple[int, int] | None:
    """The part of a line that is marked, as offsets into it; at least one character, and no indentation."""
    if not mark.line <= number <= mark.end_line:
        return None
    start = mark.column - 1 if number == mark.line else len(line) - len(line.lstrip())
    end = mark.end_column - 1 if number == mark.end_line else len(line.rstrip())
    return (start, max(end, start + 1)) if end > start or mark.line == mark.end_line else None


@dataclass(frozen=True, slots=True)
class _Cut:
    """A line cut to a width: the offsets that are shown, with tabs as spaces and `…` where something is missing."""

    line: str
    start: int
    end: int

    @classmethod
    def around(cls, line: str, parts: Sequence[tuple[int, int]], width: int) -> "_Cut":
        """Shows the beginning of the line, or if the first marked part would not be seen, that part."""
        if _cells(line) <= width:
            return cls(line, 0, len(line))
        start = 0
        if parts and _cells(line[: parts[0][1]]) >= width:
            start = max(min(parts[0][0] - width // 4, len(line) - 1), 0)
        end = start
        while end < len(line) and _cells(line[start : end + 1]) <= width - 2:
            end += 1
        return cls(line, start, end)

    @property
    def shown(self) -> str:
        head = "…" * (self.start > 0)
        return head + _shown(self.line[self.start : self.end]) + "…" * (self.end < len(self.line))

    def underline(self, parts: Sequence[tuple[int, int]]) -> str:
        """`^^^` below the parts."""
        marked: set[int] = set()
        for start, end in parts:
            first = max(start, self.start)
            offset = (self.start > 0) + _cells(self.line[self.start : first])
            marked.update(
                range(offset, offset + max(_cells(self.line[first : min(end, self.end)]), 1))
            )
        return "".join("^" if cell in marked else " " for cell in range(max(marked) + 1))


def _cells(text: str) -> int:
    return cell_len(_shown(text))


def _shown(text: str) -> str:
    return visible(text.replace("\t", " " * _TAB))
