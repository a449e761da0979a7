"""Takes out the findings that a comment silences, and reports the comments that silence nothing (JSL901)."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from jaxslice_lint.rewrite.text.edit import Edit, Fix
from jaxslice_lint.rules import RULES
from jaxslice_lint.rules.finding import Finding
from jaxslice_lint.source.noqa import Suppression, Suppressions
from jaxslice_lint.source.text import Source, Span

UNUSED = "JSL901"
_PREFIX = "JSL"
#: What a comment has in it that speaks of our rules alone.
_OF_OURS = re.compile(rf"jaxslice:|{_PREFIX}", re.I)
#: No comment can silence these: a file with a syntax error has no reliable comments, and JSL901 is about comments.
_LOUD = {UNUSED, "JSL902"}


@dataclass(frozen=True, slots=True)
class _Use:
    """A suppression and the codes that it silenced."""

    suppression: Suppression
    silenced: frozenset[str]


def suppress(
    source: Source, findings: Sequence[Finding], enabled: Collection[str]
) -> tuple[list[Finding], list[Finding]]:
    """The findings that remain, and a JSL901 for each comment that silences none of the `enabled` rules."""
    if not findings and not _OF_OURS.search(source.text):
        return [], []  # a `noqa` for other tools needs no look at the tokens of the file
    suppressions = Suppressions(source)
    if not suppressions.all:
        return list(findings), []
    silencers = {finding: _silencers(finding, suppressions) for finding in findings}
    uses = [
        _Use(one, frozenset(f.code for f, silent in silencers.items() if one in silent))
        for one in suppressions.all
    ]
    remaining = [finding for finding in findings if not silencers[finding]]
    unused = (_unused(source, use, enabled) for use in uses) if UNUSED in enabled else ()
    return remaining, [finding for finding in unused if finding]


def _silencers(finding: Finding, suppressions: Suppressions) -> list[Suppression]:
    if finding.code in _LOUD:
        return []
    rows = suppressions.rows(finding.span)
    return [
        one
        for one in suppressions.all
        if one.silences(finding.code) and (one.kind == "file-ignore" or rows & set(one.lines))
    ]


def _unused(source: Source, use: _Use, enabled: Collection[str]) -> Finding | None:
    one = use.suppression
    if UNUSED in one.codes:
        return None
    idle = tuple(
        code
        for code in one.codes
        if code.startswith(_PREFIX)
        and not any(silenced.startswith(code) for silenced in use.silenced)
        # A code that this run does not look for may well be found by another run.
        and any(rule.startswith(code) for rule in enabled)
    )
    if not idle and (one.codes or use.silenced or not _is_blanket_idle(one, enabled)):
        return None
    named = " or ".join(f"`{code}`" for code in idle) or "finding"
    where = "in this file" if one.kind == "file-ignore" else "here"
    return Finding(
        UNUSED,
        "unused-suppression",
        f"Unused suppression: no {named} {where}",
        source.path,
        one.span,
        fix=Fix("Remove unused suppression", (_removal(source, one, idle),), safe=True),
    )


def _is_blanket_idle(one: Suppression, enabled: Collection[str]) -> bool:
    """A blanket `noqa` is for other tools too, and ours for rules that this run does not look for."""
    return one.kind != "noqa" and all(rule.code in enabled for rule in RULES)


def _removal(source: Source, one: Suppression, idle: tuple[str, ...]) -> Edit:
    """Takes out the idle codes; if none is left, the directive; if nothing else is in the comment, the comment."""
    start, end = _offsets(source, one.span)
    comment_start, comment_end = _offsets(source, one.comment)
    before, after = source.text[comment_start:start], source.text[end:comment_end]
    if set(one.codes) - set(idle):
        return _fewer_codes(source, one, idle)
    if after.strip() and not after.lstrip().startswith("#"):
        return Edit(start, end, "#")  # words of the user's own follow: they stay a comment
    if before.strip():
        return Edit(comment_start + len(before.rstrip()), end, "")
    if after.strip():
        return Edit(start, comment_end - len(after.lstrip()), "")
    return _whole_comment(source, one)


def _fewer_codes(source: Source, one: Suppression, idle: tuple[str, ...]) -> Edit:
    assert one.code_list is not None
    start, end = _offsets(source, one.code_list)
    kept: list[str] = []
    for match in re.finditer(r"([\s,]*)(\w+)", source.text[start:end]):
        if match[2].upper() not in idle:
            kept += [match[1] if kept else "", match[2]]
    return Edit(start, end, "".join(kept))


def _whole_comment(source: Source, one: Suppression) -> Edit:
    start, end = _offsets(source, one.comment)
    code = source.line(one.comment.line)[: one.comment.column - 1]
    if code.strip():
        return Edit(start - len(code) + len(code.rstrip()), end, "")
    following = source.line_starts[one.comment.line : one.comment.line + 1]
    return Edit(start - len(code), following[0] if following else end, "")


def _offsets(source: Source, span: Span) -> tuple[int, int]:
    return source.offset(span.line, span.column), source.offset(span.end_line, span.end_column)
