"""Programs that misuse arrays, and what is said of them."""

from pathlib import Path

from programs import HEADER, findings_of

from jaxslice_lint.rewrite import apply_fixes
from jaxslice_lint.rules import Finding
from jaxslice_lint.source.text import Source


def found(program: str) -> list[Finding]:
    return findings_of(Source(Path("program.py"), HEADER + program))


def codes(program: str) -> list[str]:
    return [finding.code for finding in found(program)]


def fixed(program: str) -> str:
    """The program with the fix of its only finding, safe or not."""
    source = Source(Path("program.py"), HEADER + program)
    [finding] = findings_of(source)
    assert finding.fix is not None, finding.no_fix
    return apply_fixes(source, [finding.fix]).text.removeprefix(HEADER)


def refusal(program: str) -> str:
    """Why the only finding of a program has no fix."""
    [finding] = found(program)
    assert finding.fix is None
    return finding.no_fix
