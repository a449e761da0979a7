"""The rules: what each is about as data, and the findings of a file."""

from collections.abc import Sequence

from jaxslice_lint.rules import jsl101, jsl102, jsl103, jsl104, jsl105, jsl901, jsl902
from jaxslice_lint.rules.finding import Finding
from jaxslice_lint.rules.rule import Example, Rule
from jaxslice_lint.source.line_length import LINE_LENGTH
from jaxslice_lint.source.text import Source
from jaxslice_lint.tracing.site import Site

__all__ = ["RULES", "Example", "Finding", "Rule", "check", "rule"]

RULES: tuple[Rule, ...] = (
    jsl101.RULE,
    jsl102.RULE,
    jsl103.RULE,
    jsl104.RULE,
    jsl105.RULE,
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
    source: Source, sites: Sequence[Site], style: str, line_length: int = LINE_LENGTH
) -> list[Finding]:
    """The findings of one file, in the order of `sites`; `style` ("lax" or "ds") is the form of the
    rewrites, whose lines are at most `line_length` long where that can be."""
    suspects = [
        site
        for site in sites
        if not site.guarded and any(element.is_traced for element in site.elements)
    ]
    if not suspects:
        return []
    # LibCST takes longer to import than most files take to check.
    from jaxslice_lint.rules.judge import findings

    return findings(source, suspects, style, line_length)
