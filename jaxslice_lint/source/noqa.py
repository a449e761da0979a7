"""Comments that silence findings: `# noqa`, `# noqa: JSL101`, `# jaxslice: ignore[JSL101]`, `# jaxslice: file-ignore`.

A comment at the end of a line speaks for what begins or ends on that line. Where a line has no place for a comment
(inside a multi-line string, before a backslash), the comment stands at the next line that has one, as in ruff.
An `ignore` on a line of its own speaks for the next line of code.
"""

import re
import tokenize
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from jaxslice_lint.source.text import Source, Span

_NOQA = re.compile(
    r"#\s*noqa\b(?P<colon>\s*:\s*(?P<codes>[A-Z]+[0-9]+(?:[\s,]+[A-Z]+[0-9]+)*)?)?", re.I
)
_OURS = re.compile(
    r"#\s*jaxslice:\s*(?P<kind>file-ignore|ignore)"
    r"(?:(?P<bracket>\s*\[(?P<codes>[A-Za-z0-9,\s]*)\])|(?![\w-]|\s*\[))"
)
_CODE = re.compile(r"[A-Z]+[0-9]*", re.I)
_INVISIBLE = {tokenize.NL, tokenize.COMMENT, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}
_STRING_STARTS = {getattr(tokenize, name, -1) for name in ("FSTRING_START", "TSTRING_START")}
_STRING_ENDS = {getattr(tokenize, name, -1) for name in ("FSTRING_END", "TSTRING_END")}


@dataclass(frozen=True, slots=True)
class Suppression:
    """One directive. `codes` is empty for a blanket one; `lines` is empty for a whole file.

    `span` is the directive inside its comment, `comment` all of the comment, `code_list` the codes
    inside the directive.
    """

    kind: str
    codes: tuple[str, ...]
    lines: tuple[int, ...]
    span: Span
    comment: Span
    code_list: Span | None = None

    def silences(self, code: str) -> bool:
        """Whether it speaks of `code`, wherever that is."""
        return not self.codes or any(code.startswith(named) for named in self.codes)


@dataclass(frozen=True)
class Suppressions:
    """The suppressions of one file."""

    source: Source

    @cached_property
    def all(self) -> tuple[Suppression, ...]:
        """In the order of the file."""
        text = self.source.text
        if "jaxslice:" not in text and not re.search("noqa", text, re.I):
            return ()
        found = (self._in_comment(comment) for comment in self._tokens.comments)
        return tuple(one for several in found for one in several)

    def rows(self, span: Span) -> set[int]:
        """The lines where a comment at the end speaks for `span`."""
        return {self.comment_row(span.line), self.comment_row(span.end_line)}

    def comment_row(self, line: int) -> int:
        """The line where a comment that speaks for `line` is written."""
        for first, last in self._tokens.closed:
            if first <= line < last:
                line = last
        return line

    @cached_property
    def _tokens(self) -> "_Tokens":
        return _tokens(self.source)

    def _in_comment(self, comment: Span) -> Iterator[Suppression]:
        text = self.source.segment(comment)
        for match in _NOQA.finditer(text):
            if match["codes"] or not match["colon"]:
                yield self._suppression("noqa", match, comment, (comment.line,))
        for match in _OURS.finditer(text):
            codes = _CODE.findall(match["codes"] or "")
            if match["bracket"] and not codes:
                continue
            lines = () if match["kind"] == "file-ignore" else self._spoken_for(comment)
            yield self._suppression(match["kind"], match, comment, lines)

    def _suppression(
        self, kind: str, match: re.Match[str], comment: Span, lines: tuple[int, ...]
    ) -> Suppression:
        def span(group: str | int) -> Span:
            start, end = match.span(group)
            line, column = comment.line, comment.column
            return Span(line, column + start, line, column + end)

        codes = tuple(code.upper() for code in _CODE.findall(match["codes"] or ""))
        return Suppression(kind, codes, lines, span(0), comment, span("codes") if codes else None)

    def _spoken_for(self, comment: Span) -> tuple[int, ...]:
        if self.source.line(comment.line)[: comment.column - 1].strip():
            return (comment.line,)
        code = self._tokens.code_lines
        following = bisect_left(code, comment.line)
        return (
            (comment.line, self.comment_row(code[following]))
            if following < len(code)
            else (comment.line,)
        )


@dataclass(frozen=True, slots=True)
class _Tokens:
    """`closed` are ranges of lines of which only the last has room for a comment; `code_lines` hold code."""

    comments: tuple[Span, ...]
    closed: tuple[tuple[int, int], ...]
    code_lines: tuple[int, ...]


def _tokens(source: Source) -> _Tokens:
    comments: list[Span] = []
    closed: list[tuple[int, int]] = []
    code_lines: set[int] = set()
    openings: list[int] = []
    previous = 1
    fresh = True  # nothing of a logical or continued line has been read
    for token in _read(source):
        (line, column), (end_line, end_column) = token.start, token.end
        if token.type == tokenize.COMMENT:
            comments.append(Span(line, column + 1, end_line, end_column + 1))
        if token.type in _STRING_STARTS:
            openings.append(line)
        elif token.type in _STRING_ENDS and openings:
            line = openings.pop()
        if end_line > line and token.type not in (tokenize.NEWLINE, tokenize.NL):
            closed.append((line, end_line))
        if line > previous and not fresh:
            closed.append((previous, line))  # a backslash joins the lines
        if token.type not in _INVISIBLE and token.type != tokenize.NEWLINE:
            code_lines.add(line)
        fresh = token.type in (tokenize.NEWLINE, tokenize.NL)
        previous = end_line
    return _Tokens(tuple(comments), tuple(sorted(closed)), tuple(sorted(code_lines)))


def _read(source: Source) -> Iterator[tokenize.TokenInfo]:
    # Columns do not depend on how lines end, and the tokenizer before Python 3.12 does not know a lone "\r".
    lines = (source.line(number) + "\n" for number in range(1, len(source.line_starts) + 1))
    try:
        yield from tokenize.generate_tokens(lambda: next(lines, ""))
    except (tokenize.TokenError, SyntaxError):
        return
