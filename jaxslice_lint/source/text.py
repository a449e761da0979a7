"""A source file as text: positions and what must survive a rewrite (encoding, BOM, line endings).

Lines end where Python's tokenizer ends them (`\\n`, `\\r\\n`, `\\r`); `str.splitlines` would also split at form feeds.
"""

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

_LINE_END = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A range of a file. Lines and columns count from 1, columns in characters; the end is exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int

    @property
    def start(self) -> tuple[int, int]:
        """Line and column of the first character."""
        return self.line, self.column

    @property
    def end(self) -> tuple[int, int]:
        """Line and column behind the last character."""
        return self.end_line, self.end_column


@dataclass(frozen=True)
class Source:
    """The decoded text of one file. `text` keeps its line endings and has no BOM.

    `is_exact`: encoded again, it is the bytes of the file. Some encodings have several spellings of a character.
    """

    path: Path
    text: str
    encoding: str = "utf-8"
    bom: bool = False
    is_exact: bool = True

    @cached_property
    def line_starts(self) -> list[int]:
        """Offset of the first character of each line."""
        return [0, *(match.end() for match in _LINE_END.finditer(self.text))]

    def newline(self, offset: int) -> str:
        """How the line at an offset ends; if it is the last one and has no end, the line above it."""
        line, _ = self.location(offset)
        for number in (line, line - 1):
            if 0 < number < len(self.line_starts):
                end = self.line_starts[number]
                return self.text[self.line_starts[number - 1] + len(self.line(number)) : end]
        return "\n"

    def line(self, number: int) -> str:
        """Line `number` (from 1) without its line ending."""
        start = self.line_starts[number - 1]
        end = self.line_starts[number] if number < len(self.line_starts) else len(self.text)
        return self.text[start:end].rstrip("\r\n")

    def offset(self, line: int, column: int) -> int:
        """Offset in `text` of a line and a column, both from 1."""
        return self.line_starts[line - 1] + column - 1

    def location(self, offset: int) -> tuple[int, int]:
        """Line and column, both from 1, of an offset."""
        line = bisect_right(self.line_starts, offset)
        return line, offset - self.line_starts[line - 1] + 1

    def segment(self, span: Span) -> str:
        """The text inside `span`."""
        start = self.offset(span.line, span.column)
        return self.text[start : self.offset(span.end_line, span.end_column)]

    def span(self, line: int, byte_column: int, end_line: int, end_byte_column: int) -> Span:
        """The span of an `ast` node: its lines count from 1, its columns are UTF-8 bytes from 0."""
        return Span(
            line,
            self._characters(line, byte_column) + 1,
            end_line,
            self._characters(end_line, end_byte_column) + 1,
        )

    def _characters(self, line: int, byte_column: int) -> int:
        if self._is_ascii:
            return byte_column
        return len(self.line(line).encode()[:byte_column].decode(errors="ignore"))

    @cached_property
    def _is_ascii(self) -> bool:
        return self.text.isascii()
