"""Takes out the findings that a comment silences, and reports the comments that silence nothing (JSL901)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from jaxslice_lint.rules import RULES, jsl901, jsl902
from jaxslice_lint.rules.finding import Finding
from jaxslice_lint.source.noqa import Suppression, Suppressions
from jaxslice_lint.source.text import Source

_PREFIX = "JSL"
#: What a comment has in it that speaks of our rules alone, in small or capital letters.
_OF_OURS = ("jaxslice:", _PREFIX.casefold())
#: No comment can silence these: a file with a syntax error has no reliable comments, and JSL901 is about comments.
_LOUD = {jsl901.RULE.code, jsl902.RULE.code}


@dataclass(frozen=True, slots=True)
class _Use:
    """A suppression and the codes that it silenced."""

    suppression: Suppression
    silenced: frozenset[str]


def suppress(
    source: Source, findings: Sequence[Finding], enabled: Collection[str]
) -> tuple[list[Finding], list[Finding]]:
    """The findings that remain, and a JSL901 for each comment that silences none of the `enabled` rules."""
    if not findings and not _speaks_of_ours(source.text.casefold()):
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
    if jsl901.RULE.code not in enabled:
        return remaining, []
    unused = (_unused(source, use, enabled) for use in uses)
    return remaining, [finding for finding in unused if finding]


def _speaks_of_ours(text: str) -> bool:
    return any(mark in text for mark in _OF_OURS)


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
    if jsl901.RULE.code in one.codes:
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
    return jsl901.finding(source, one, idle)


def _is_blanket_idle(one: Suppression, enabled: Collection[str]) -> bool:
    """A blanket `noqa` is for other tools too, and ours for rules that this run does not look for."""
    return one.kind != "noqa" and all(rule.code in enabled for rule in RULES)
