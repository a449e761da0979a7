"""The rules: what each is about as data, and the findings of a file."""

from collections.abc import Sequence
from dataclasses import replace

from jaxslice_lint.facts.misuse import Misuse
from jaxslice_lint.facts.site import Site
from jaxslice_lint.rules import (
    jsl101,
    jsl102,
    jsl103,
    jsl104,
    jsl105,
    jsl201,
    jsl202,
    jsl301,
    jsl302,
    jsl303,
    jsl901,
    jsl902,
)
from jaxslice_lint.rules.finding import Finding
from jaxslice_lint.rules.rule import Example, Rule
from jaxslice_lint.source.line_length import LINE_LENGTH
from jaxslice_lint.source.text import Source

__all__ = ["RULES", "Example", "Finding", "Rule", "check", "rule"]

RULES: tuple[Rule, ...] = (
    jsl101.RULE,
    jsl102.RULE,
    jsl103.RULE,
    jsl104.RULE,
    jsl105.RULE,
    jsl201.RULE,
    jsl202.RULE,
    jsl301.RULE,
    jsl302.RULE,
    jsl303.RULE,
    jsl901.RULE,
    jsl902.RULE,
)


def rule(code: str) -> Rule:
    """The rule with this code. Raises `KeyError` if there is none."""
    for candidate in RULES:
        if candidate.code == code:
            return candidate
    raise KeyError(code)


def check(
    source: Source,
    sites: Sequence[Site],
    style: str,
    misuses: Sequence[Misuse] = (),
    line_length: int = LINE_LENGTH,
) -> list[Finding]:
    """The findings of one file, in the order of `sites` and `misuses`; `style` ("lax" or "ds") is the form of the
    rewrites, whose lines are at most `line_length` long where that can be."""
    suspects = [
        site
        for site in sites
        if not site.guarded and any(element.is_traced for element in site.elements)
    ]
    if not suspects and not misuses:
        return []
    # LibCST takes longer to import than most files take to check.
    from jaxslice_lint.rewrite.text.fit import fitted
    from jaxslice_lint.rules.judge import findings
    from jaxslice_lint.rules.misuses import findings_of_misuses

    found = findings(source, suspects, style) if suspects else []
    found += findings_of_misuses(source, misuses, suspects, style)
    fixes = fitted(source, [finding.fix for finding in found], line_length)
    return [replace(finding, fix=fix) for finding, fix in zip(found, fixes, strict=True)]
