"""The rules: one file each, and the table of them all."""

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

__all__ = ["RULES", "Example", "Finding", "Rule", "rule"]

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
