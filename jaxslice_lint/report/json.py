"""Findings as JSON: the fields of ruff's output, and `trace_path`. Every fix is there, whatever its safety."""

import json
from pathlib import Path

from jaxslice_lint.report.outcome import FileOutcome, Outcome
from jaxslice_lint.rewrite.text.edit import Edit, Fix
from jaxslice_lint.rules.finding import Finding
from jaxslice_lint.source.noqa import Suppressions
from jaxslice_lint.source.text import Source


def as_json(outcome: Outcome) -> str:
    """One array with an object for each finding that remains."""
    objects = [
        _finding(finding, file, suppressions)
        for file in outcome.files
        for suppressions in (Suppressions(file.source),)
        for finding in file.findings
    ]
    return json.dumps(objects, indent=2) + "\n"


def _finding(finding: Finding, file: FileOutcome, suppressions: Suppressions) -> dict[str, object]:
    span = finding.span
    return {
        "cell": None,
        "code": finding.code,
        "end_location": _location(span.end_line, span.end_column),
        "filename": _absolute(finding.path),
        "fix": _fix(finding.fix, file.source) if finding.fix else None,
        "location": _location(span.line, span.column),
        "message": finding.message,
        "name": finding.name,
        "no_fix": finding.no_fix or None,
        "noqa_row": suppressions.comment_row(span.line),
        "severity": "error",
        "trace_path": [
            {
                "filename": _absolute(step.path),
                "location": _location(step.span.line, step.span.column),
                "note": step.note,
            }
            for step in finding.trace_path
        ],
        "url": None,
    }


def _fix(fix: Fix, source: Source) -> dict[str, object]:
    return {
        "applicability": "safe" if fix.safe else "unsafe",
        "caution": fix.caution or None,
        "edits": [_edit(edit, source) for edit in sorted(fix.edits)],
        "message": fix.message,
        "note": fix.note or None,
    }


def _edit(edit: Edit, source: Source) -> dict[str, object]:
    return {
        "content": edit.content,
        "end_location": _location(*source.location(edit.end)),
        "location": _location(*source.location(edit.start)),
    }


def _location(row: int, column: int) -> dict[str, int]:
    return {"column": column, "row": row}


def _absolute(path: Path) -> str:
    return str(path if path.name == "-" else path.absolute())
