"""Fixes whose lines are broken where they would become too long."""

import ast
import io
import re
import tokenize
from collections.abc import Sequence
from dataclasses import replace

from jaxslice_lint.rewrite.edit import Edit, Fix
from jaxslice_lint.rewrite.layout import Lines
from jaxslice_lint.source.text import Source

_INDENT = re.compile(r"[ \t\f]*")
_LINE_END = re.compile(r"\r\n|\r|\n")
#: Comments that do not count for the length of their line.
_PRAGMA = re.compile(
    r"\s*#\s*(?:noqa|type:|pyright:|pylint:|flake8:|ruff:|isort:|nosec).*", re.IGNORECASE
)


def fitted(source: Source, fixes: Sequence[Fix | None], limit: int) -> list[Fix | None]:
    """The fixes, with new code broken as if all that do not overlap were applied.

    A line that is too long already may stay as long as it is.
    """
    chosen: list[Edit] = []
    edits = [edit for fix in fixes if fix for edit in fix.edits if edit.start < edit.end]
    if not edits:
        return [*fixes]
    for edit in sorted(edits, key=lambda edit: edit.end - edit.start):
        if all(edit.end <= other.start or other.end <= edit.start for other in chosen):
            chosen.append(edit)
    lines = Lines(limit, _unit(source))
    done: dict[Edit, Edit] = {}
    for edit in sorted(edits):
        others = [one for one in chosen if one.end <= edit.start or edit.end <= one.start]
        done[edit] = _fitted(source, edit, [done.get(one, one) for one in others], lines)
    return [
        fix and replace(fix, edits=tuple(done.get(edit, edit) for edit in fix.edits))
        for fix in fixes
    ]


def _fitted(source: Source, edit: Edit, others: Sequence[Edit], lines: Lines) -> Edit:
    """One edit, among those on its lines."""
    number, _ = source.location(edit.start)
    last, _ = source.location(edit.end)
    start, end = source.line_starts[number - 1], source.line_starts[last - 1]
    end += len(source.line(last))
    code = edit.content.lstrip(" ")
    space = edit.content[: -len(code)]
    before = _LINE_END.split(_edited(source.text, start, edit.start, others))[-1] + space
    behind = _LINE_END.split(_edited(source.text, edit.end, end, others))[0]
    behind = _PRAGMA.sub("", behind)
    old = len(_PRAGMA.sub("", source.line(number))) if number == last else 0
    has_lines = _LINE_END.search(code) is not None
    if has_lines and not _can_be_joined(code):
        return edit
    if not has_lines and len(f"{before}{code}{behind}") <= max(old, lines.limit):
        return edit
    indent = _INDENT.match(source.line(number))
    broken = lines.broken(code, before, indent[0] if indent else "", behind)
    return replace(edit, content=space + broken.replace("\n", source.newline))


def _edited(text: str, start: int, end: int, edits: Sequence[Edit]) -> str:
    """A part of the text with the edits in it applied."""
    pieces: list[str] = []
    for edit in sorted(edits):
        if start <= edit.start and edit.end <= end:
            pieces += [text[start : edit.start], edit.content]
            start = edit.end
    return "".join([*pieces, text[start:end]])


def _can_be_joined(code: str) -> bool:
    """Whether line breaks in `code` mean nothing: those of an expression or an assignment."""
    for text in (f"({code}\n)", code):
        try:
            match ast.parse(text).body:
                case [ast.Expr() | ast.Assign()]:
                    return True
        except SyntaxError:
            continue
    return False


def _unit(source: Source) -> str:
    """The indentation of the first block."""
    try:
        for token in tokenize.generate_tokens(io.StringIO(source.text).readline):
            if token.type == tokenize.INDENT:
                return token.string
    except (tokenize.TokenError, SyntaxError):
        pass
    return "    "
