"""What a run found and did, as the reports are given it."""

from collections.abc import Sequence
from dataclasses import dataclass

from jaxslice_lint.facts.site import Site
from jaxslice_lint.facts.spent import Spent
from jaxslice_lint.rules.finding import Finding
from jaxslice_lint.source.text import Source


@dataclass(frozen=True, slots=True)
class Rewrite:
    """A fix that was applied. Line and column are those before it was.

    `verified`: what ran it first, if it was run; `unverified`: what of it could not be run, and why; `generated`: what
    was called in it, and got a generated value in place of being run.
    """

    code: str
    name: str
    line: int
    column: int
    message: str
    verified: str = ""
    unverified: tuple[str, ...] = ()
    generated: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FileOutcome:
    """One file: as it was read, as it is after the fixes, and what is found in it then."""

    original: Source
    source: Source
    findings: tuple[Finding, ...]
    sites: tuple[Site, ...] = ()
    rewrites: tuple[Rewrite, ...] = ()

    @property
    def changed(self) -> bool:
        """Whether the fixes left another text than was read."""
        return self.source.text != self.original.text


@dataclass(frozen=True, slots=True)
class Outcome:
    """A whole run. `failures` say in one line each what the tool could not do, `given_up` where it went no further,
    `read_in_part` which files it read without their newer syntax, `spent` is how long tracing took, if anything
    was traced."""

    files: tuple[FileOutcome, ...]
    failures: tuple[str, ...] = ()
    given_up: tuple[str, ...] = ()
    read_in_part: tuple[str, ...] = ()
    spent: tuple[Spent, ...] = ()

    @property
    def findings(self) -> Sequence[Finding]:
        """Findings that remain, by path, line, column and code."""
        return [finding for file in self.files for finding in file.findings]

    @property
    def rewrites(self) -> Sequence[Rewrite]:
        """The fixes that were applied, file by file."""
        return [rewrite for file in self.files for rewrite in file.rewrites]


def is_applicable(finding: Finding, unsafe: bool) -> bool:
    """Whether `--fix` applies the finding's fix, `unsafe` telling whether unsafe fixes are asked for."""
    return finding.fix is not None and (finding.fix.safe or unsafe)
