"""The format for people: code frame, traced bounds underlined, the steps of the trace path, and the rewrite."""

import textwrap
from collections.abc import Iterator
from io import StringIO

from rich.console import Console
from rich.text import Text

from jaxslice_lint.report.frame import Row, code_rows, diff_rows
from jaxslice_lint.report.outcome import FileOutcome, Outcome, is_applicable
from jaxslice_lint.report.summary import reason, same_fix
from jaxslice_lint.report.visible import visible
from jaxslice_lint.rules.finding import Finding
from jaxslice_lint.source.text import Source

_NARROWEST = 20
_LONGEST_LINE = 200


def full(outcome: Outcome, *, unsafe: bool, verbose: bool, color: bool, width: int | None) -> str:
    """All findings as text, with ANSI colours if `color`.

    Words are wrapped to `width` if there is one, and lines of code cut; a line beyond all measure is always cut.
    """
    buffer = StringIO()
    console = Console(
        file=buffer,
        force_terminal=color,
        color_system="standard" if color else None,
        no_color=not color,
        highlight=False,
        legacy_windows=False,
    )
    for file in outcome.files:
        for finding in file.findings:
            for line in _Block(finding, file, width).lines(unsafe, verbose):
                console.print(_visible(line), soft_wrap=True)
            console.print()
    return buffer.getvalue()


class _Block:
    """One finding, laid out."""

    def __init__(self, finding: Finding, file: FileOutcome, width: int | None) -> None:
        self.finding = finding
        self.source: Source = file.source
        self.width = None if width is None else max(width, _NARROWEST)
        marks = [mark for mark in finding.marks if mark.line <= len(file.source.line_starts)]
        room = _LONGEST_LINE if self.width is None else self.width - 7
        self.code = list(code_rows(self.source, marks or [finding.span], room))
        self.first = finding.cured_with(file.findings)
        edits = finding.fix.edits if finding.fix and not self.first else ()
        self.diff = list(diff_rows(self.source, edits, room)) if edits else []
        self.gutter = max(len(str(row.number or 0)) for row in [*self.code, *self.diff])

    def lines(self, unsafe: bool, verbose: bool) -> Iterator[Text]:
        """The block from its headline to its notes."""
        finding = self.finding
        yield from self._headline(unsafe)
        place = f"{finding.path}:{finding.span.line}:{finding.span.column}"
        yield Text(" " * self.gutter).append("--> ", "blue").append(place)
        yield from self._framed(self.code)
        if finding.trace_path:
            yield from self._trace_path()
        if finding.fix and self.first:
            text = finding.help.replace(finding.fix.message, f"The {same_fix(self.first)}")
            yield from self._labelled("help", text, "cyan")
            return
        if finding.help:
            yield from self._labelled("help", finding.help, "cyan")
        if finding.fix:
            yield from self._framed(self.diff)
            if finding.fix.note:
                yield from self._labelled("note", finding.fix.note, "yellow")
            if not finding.fix.safe:
                caution = f": {finding.fix.caution}" * bool(finding.fix.caution)
                note = f"This is an unsafe fix and may change runtime behavior{caution}"
                yield from self._labelled("note", note, "yellow")
        elif verbose:
            yield from self._labelled("note", f"no rewrite: {reason(finding)}", "yellow")

    def _headline(self, unsafe: bool) -> Iterator[Text]:
        finding = self.finding
        star = " [*]" if is_applicable(finding, unsafe) else ""
        for line in self._wrapped(f"{finding.code}{star} {finding.message}", ""):
            text = Text(line)
            if line.startswith(finding.code):
                text.stylize("bold red", 0, len(finding.code))
                text.stylize("cyan", len(finding.code), len(finding.code + star))
            yield text

    def _trace_path(self) -> Iterator[Text]:
        indent = " " * (self.gutter + 1)
        yield Text(indent).append("= ", "blue").append("traced because:", "bold")
        for number, step in enumerate(self.finding.trace_path, 1):
            place = f"{step.path}:{step.span.line}:{step.span.column}"
            lead = f"{indent}  {number}. "
            lines = self._wrapped(f"{lead}{place} {step.note}", " " * len(lead))
            yield from map(Text, lines)

    def _framed(self, rows: list[Row]) -> Iterator[Text]:
        bar = " " * self.gutter + " |"
        yield Text(bar, "blue")
        for row in rows:
            number = "" if row.number is None else str(row.number)
            if row.sign == " ":
                line = Text(f"{number:>{self.gutter}} |", "blue")
            else:
                style = "red" if row.sign == "-" else "green"
                line = Text(f"{number:>{self.gutter}} ", "blue").append(row.sign, style)
            yield _stripped(Text.assemble(line, " ", row.text))
        yield Text(bar, "blue")

    def _labelled(self, label: str, text: str, style: str) -> Iterator[Text]:
        for line in self._wrapped(f"{label}: {text}", " " * (len(label) + 2)):
            styled = Text(line)
            if line.startswith(label):
                styled.stylize(f"bold {style}", 0, len(label))
            yield styled

    def _wrapped(self, text: str, indent: str) -> list[str]:
        if self.width is None:
            return [text]
        return textwrap.wrap(
            text,
            self.width,
            subsequent_indent=indent,
            break_long_words=False,
            break_on_hyphens=False,
        )


def _stripped(line: Text) -> Text:
    line.rstrip()
    return line


def _visible(line: Text) -> Text:
    return line if line.plain.isprintable() else Text(visible(line.plain))
