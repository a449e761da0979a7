"""From the facts about one file to its findings: each fact is shown to each rule."""

import ast
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

from jaxslice_lint.facts.misuse import Misuse
from jaxslice_lint.facts.site import Site
from jaxslice_lint.facts.status import Status
from jaxslice_lint.rewrite.text.fit import fitted
from jaxslice_lint.rules import RULES
from jaxslice_lint.rules.file import File
from jaxslice_lint.rules.finding import Finding
from jaxslice_lint.rules.rule import Fact, Rule, Violation
from jaxslice_lint.rules.wording import special_remedy
from jaxslice_lint.source.line_length import LINE_LENGTH
from jaxslice_lint.source.text import Source, Span


def check(
    source: Source,
    sites: Sequence[Site],
    style: str,
    misuses: Sequence[Misuse] = (),
    line_length: int = LINE_LENGTH,
    tree: ast.Module | None = None,
) -> list[Finding]:
    """The findings of one file, in the order of `sites` and `misuses`; `style` ("lax" or "ds") is the form of the
    rewrites, whose lines are at most `line_length` long where that can be; `tree`: that of the file, if there is one.
    """
    traced = [site for site in sites if site.is_traced and not site.guarded]
    facts: list[Fact] = [*traced, *misuses]
    file = File(source, {site.span: site for site in traced}, style, line_length, tree)
    found = [
        _finding(rule, fact, file, violation)
        for fact in facts
        for rule in RULES
        if rule.check and (violation := rule.check.violation(fact, file))
    ]
    if not found:
        return []
    fixes = [finding.fix for finding in found]
    with suppress(RecursionError, MemoryError):  # long lines are no reason to lose what is found
        fixes = fitted(source, fixes, line_length)
    return [replace(finding, fix=fix) for finding, fix in zip(found, fixes, strict=True)]


def _finding(rule: Rule, fact: Fact, file: File, violation: Violation) -> Finding:
    fix = violation.fix
    return Finding(
        code=rule.code,
        name=rule.name,
        message=violation.message,
        path=fact.path,
        span=fact.span,
        marks=_marks(fact),
        trace_path=fact.trace_path,
        help=fix.message if fix else special_remedy(fact, file) or rule.remedy,
        fix=fix,
        no_fix=violation.no_fix,
    )


def _marks(fact: Fact) -> tuple[Span, ...]:
    """Where the traced bounds and sizes are written; all of the fact where they are not."""
    match fact:
        case Site():
            bounds = [b for e in fact.elements for b in e.bounds if b.status is Status.TRACED]
        case Misuse():
            bounds = [*fact.sizes]
    return tuple(bound.span for bound in bounds if bound.span) or (fact.span,)
