"""One line a finding, for editors and grep."""

from jaxslice_lint.report.outcome import Outcome, is_applicable
from jaxslice_lint.report.visible import as_lines
from jaxslice_lint.rules.finding import Finding


def concise(outcome: Outcome, unsafe: bool) -> str:
    """`path:row:col: CODE [*] message` for each finding; `[*]` where `--fix` under these flags has a fix to apply."""
    return as_lines(
        f"{finding.path}:{finding.span.line}:{finding.span.column}: {headline(finding, unsafe)}"
        for finding in outcome.findings
    )


def headline(finding: Finding, unsafe: bool) -> str:
    """`CODE [*] message`."""
    star = " [*]" if is_applicable(finding, unsafe) else ""
    return f"{finding.code}{star} {finding.message}"
