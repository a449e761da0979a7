"""Precision: what the tool reports on released sources, beside what `triage.toml` says of each finding."""

from dataclasses import dataclass

import triage
from fetch import Package
from lint import Finding, Run

UNPARSED = "JSL902"


@dataclass(frozen=True, slots=True)
class Judged:
    """A finding; the verdict is "true", "false" or "not triaged"."""

    finding: Finding
    verdict: str
    why: str


@dataclass(frozen=True, slots=True)
class Precision:
    """One package. Files with syntax newer than this Python are counted, and are not findings."""

    package: Package
    findings: tuple[Judged, ...]
    unparsed: int
    failures: tuple[str, ...]


def precision(package: Package, run: Run) -> Precision:
    """Judge a run over a release as it is."""
    verdicts = triage.finding_verdicts(package)
    unknown = triage.Verdict("not triaged", "")
    judged = [
        Judged(f, verdict.verdict, verdict.why)
        for f in run.findings
        if f.code != UNPARSED
        for verdict in [verdicts.get((f.path, f.line, f.code), unknown)]
    ]
    unparsed = sum(f.code == UNPARSED for f in run.findings)
    return Precision(package, tuple(judged), unparsed, run.failures)
