"""Fixes whose lines are broken where they would become too long.

In here, a line of new code ends with `\\n`; what comes out has the line ends of the place where it is put.
"""

import ast
import io
import re
import tokenize
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import pairwise
from operator import attrgetter

from jaxslice_lint.rewrite.text.edit import Edit, Fix
from jaxslice_lint.rewrite.text.layout import Lines
from jaxslice_lint.source.narrowed import narrowed
from jaxslice_lint.source.parse import parse
from jaxslice_lint.source.text import Source, Span

_INDENT = re.compile(r"[ \t\f]*")
_NO_CODE = (tokenize.DEDENT, tokenize.INDENT, tokenize.NL)
#: A line that is longer than this is written by no person, and stays as it is.
_LONGEST = 2_000
_START = attrgetter("start")
_LINE_END = re.compile(r"\r\n|\r|\n")
#: Comments that do not count for the length of their line.
_PRAGMA = re.compile(
    r"\s*#\s*(?:noqa|type:|pyright:|pylint:|flake8:|ruff:|isort:|nosec).*", re.IGNORECASE
)


def fitted(source: Source, fixes: Sequence[Fix | None], limit: int) -> list[Fix | None]:
    """The fixes, with new code broken as if all that do not overlap were applied.

    A line that is too long already may stay as long as it is.
    """
    fixes = _with_whole_lines(source, _each(fixes, _with_plain_ends))
    added = {edit for fix in fixes if fix for edit in fix.edits if edit.start == edit.end}
    edits = [edit for fix in fixes if fix for edit in fix.edits if edit.start < edit.end]
    if not edits:
        return _each(fixes, lambda edit: _with_own_ends(source, edit))
    lines = Lines(limit, _unit(source))
    depths, chosen, company = _depths(source, edits), _apart(edits), _by_line(source, edits)
    done = {edit: _added(edit, lines) for edit in added}
    for edit in sorted(edits):
        first, last = _first_and_last(source, edit)
        is_alone = all(company[number] <= {edit} for number in range(first, last + 1))
        near = chosen[
            bisect_left(chosen, source.line_starts[first - 1], key=_START) : bisect_right(
                chosen, edit.end + len(source.line(last)), key=_START
            )
        ]
        others = [one for one in near if one.end <= edit.start or edit.end <= one.start]
        others = [done.get(one, one) for one in others]
        done[edit] = _fitted(source, edit, others, lines, depths.get(first) if is_alone else None)
    return _each(fixes, lambda edit: _with_own_ends(source, done.get(edit, edit)))


def _each(fixes: Sequence[Fix | None], change: Callable[[Edit], Edit]) -> list[Fix | None]:
    """The fixes with each of their edits changed."""
    return [fix and replace(fix, edits=tuple(map(change, fix.edits))) for fix in fixes]


def _with_plain_ends(edit: Edit) -> Edit:
    content, unbroken = (_LINE_END.sub("\n", text) for text in (edit.content, edit.unbroken))
    return replace(edit, content=content, unbroken=unbroken)


def _with_own_ends(source: Source, edit: Edit) -> Edit:
    if "\n" not in edit.content:
        return edit
    return replace(edit, content=edit.content.replace("\n", source.newline(edit.start)))


def _with_whole_lines(source: Source, fixes: Sequence[Fix | None]) -> list[Fix | None]:
    """The fixes, with one edit for all those on a line that stand or fall together."""
    owners: dict[Edit, list[int]] = {}
    for number, fix in enumerate(fixes):
        for edit in fix.edits if fix else ():
            owners.setdefault(edit, []).append(number)
    groups: dict[tuple[int, ...], list[Edit]] = {}
    for edit in sorted(owners):
        first, last = (source.location(at)[0] for at in (edit.start, edit.end))
        if first == last and edit.start < edit.end:
            groups.setdefault((first, *owners[edit]), []).append(edit)
    joined: dict[Edit, Edit] = {}
    for group in groups.values():
        if all(one.end <= other.start for one, other in pairwise(group)):
            start, end = group[0].start, group[-1].end
            parts = [replace(one, content=one.code) for one in group]
            whole = Edit(start, end, _edited(source.text, start, end, parts))
            joined.update(dict.fromkeys(group, whole))
    return [
        fix and replace(fix, edits=tuple(dict.fromkeys(joined.get(e, e) for e in fix.edits)))
        for fix in fixes
    ]


def laid_out(source: Source, edits: Iterable[Edit], limit: int) -> tuple[Edit, ...]:
    """Edits that are all made at once: those on a line as one, broken with the line."""
    [fix] = fitted(source, [Fix("", tuple(sorted(edits)), safe=True)], limit)
    return fix.edits if fix else ()


def _apart(edits: Sequence[Edit]) -> list[Edit]:
    """The shortest edits of those that overlap, in order."""
    chosen: list[Edit] = []
    for edit in sorted(edits, key=lambda edit: edit.end - edit.start):
        place = bisect_right(chosen, edit.start, key=_START)
        before, behind = chosen[max(place - 1, 0) : place], chosen[place : place + 1]
        if all(one.end <= edit.start for one in before) and all(
            edit.end <= one.start for one in behind
        ):
            chosen.insert(place, edit)
    return chosen


def _by_line(source: Source, edits: Iterable[Edit]) -> dict[int, set[Edit]]:
    """The edits on each line."""
    found: dict[int, set[Edit]] = {}
    for edit in edits:
        first, last = _first_and_last(source, edit)
        for number in range(first, last + 1):
            found.setdefault(number, set()).add(edit)
    return found


def _first_and_last(source: Source, edit: Edit) -> tuple[int, int]:
    """The lines on which an edit begins and ends."""
    return source.location(edit.start)[0], source.location(edit.end)[0]


def _fitted(
    source: Source, edit: Edit, others: Sequence[Edit], lines: Lines, depth: int | None
) -> Edit:
    """One edit, among those on its lines. If these must be broken, and `depth` says in how many brackets they begin,
    all of the line is laid out."""
    number, last = _first_and_last(source, edit)
    if any(len(source.line(one)) > _LONGEST for one in (number, last)):
        return edit
    start, end = source.line_starts[number - 1], source.line_starts[last - 1]
    end += len(source.line(last))
    code = edit.code.lstrip(" ")
    space = edit.code[: -len(code)]
    before = _LINE_END.split(_edited(source.text, start, edit.start, others))[-1] + space
    behind = _LINE_END.split(_edited(source.text, edit.end, end, others))[0]
    behind = _PRAGMA.sub("", behind)
    old = len(_PRAGMA.sub("", source.line(number))) if number == last else 0
    has_lines = _LINE_END.search(code) is not None
    if not has_lines and len(f"{before}{code}{behind}") <= max(old, lines.limit):
        return edit
    matched = _INDENT.match(source.line(number))
    indent = matched[0] if matched else ""
    more = _without_comment(behind)
    whole = f"{before[len(indent) :]}{code}{more}"
    if number == last and depth is not None and (not has_lines or _can_be_joined(whole)):
        broken = lines.broken_line(whole, indent, behind[len(more) :], in_brackets=depth > 0)
        if broken is not None:
            return Edit(start + len(indent), edit.end + len(more), broken, unbroken=whole)
    if has_lines and not _can_be_joined(code):
        return edit
    content = lines.broken(code, before, indent, behind)
    return replace(edit, content=space + content, unbroken=edit.code)


def _added(edit: Edit, lines: Lines) -> Edit:
    """A whole line that is added, broken where it is too long."""
    code = edit.content.removesuffix("\n")
    matched = _INDENT.match(code)
    indent = matched[0] if matched else ""
    if len(code) <= lines.limit or _LINE_END.search(code):
        return edit
    broken = lines.broken_line(code[len(indent) :], indent, "", in_brackets=False)
    if broken is None:
        return edit
    return replace(edit, content=f"{indent}{broken}\n")


def _without_comment(text: str) -> str:
    """The end of a line of code without its comment and the space before that."""
    comment = None
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            comment = token if token.type == tokenize.COMMENT else comment
    except (tokenize.TokenError, SyntaxError):
        pass
    return text.rstrip() if comment is None else text[: comment.start[1]].rstrip()


def _edited(text: str, start: int, end: int, edits: Sequence[Edit]) -> str:
    """A part of the text with the edits in it applied."""
    pieces: list[str] = []
    for edit in sorted(edits):
        if start <= edit.start and edit.end <= end:
            pieces += [text[start : edit.start], edit.content]
            start = edit.end
    return "".join([*pieces, text[start:end]])


def _can_be_joined(code: str) -> bool:
    """Whether line breaks in `code` mean nothing: those of an expression, an assignment or a result."""
    for text in (f"({code}\n)", code):
        try:
            match ast.parse(text).body:
                case [ast.Expr() | ast.Assign() | ast.AnnAssign() | ast.AugAssign() | ast.Return()]:
                    return True
        except SyntaxError:
            continue
    return False


def _depths(source: Source, edits: Iterable[Edit]) -> dict[int, int]:
    """In how many brackets each line of code with an edit begins; lines that begin in a string are left out."""
    depths: dict[int, int] = {}
    depth, count, done = 0, len(source.line_starts), 0
    # An edit may stand in a comment behind the statement that its line begins in.
    spans = [
        Span(number, 1, number, 1) for number in {_first_and_last(source, one)[0] for one in edits}
    ]
    tree = parse(source)
    if isinstance(tree, ast.Module):
        source = narrowed(source, tree, spans)
    lines = (f"{source.line(number)}\n" for number in range(1, count + 1))
    try:
        for token in tokenize.generate_tokens(lines.__next__):
            number, column = token.start
            if number > count:
                break
            if number > done and token.type not in _NO_CODE:
                done = number
                if not source.line(number)[:column].strip():
                    depths[number] = depth
            depth += (token.string in ("(", "[", "{")) - (token.string in (")", "]", "}"))
    except (tokenize.TokenError, SyntaxError):
        pass
    return depths


def _unit(source: Source) -> str:
    """The indentation of the first block."""
    lines = (f"{source.line(number)}\n" for number in range(1, len(source.line_starts) + 1))
    try:
        for token in tokenize.generate_tokens(lines.__next__):
            if token.type == tokenize.INDENT:
                return token.string
    except (tokenize.TokenError, SyntaxError):
        pass
    return "    "
