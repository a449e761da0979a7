"""The output formats: their names, and how each words what a run found.

What words a format is imported when it is used, because rich takes long to import.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from jaxslice_lint.report.outcome import Outcome


@dataclass(frozen=True, slots=True)
class View:
    """How a report is looked at. `unsafe`: unsafe fixes count as applicable; `verbose`: with a reason where there is
    no rewrite; `width`: the columns to fit into, None where nobody looks at a terminal."""

    unsafe: bool = False
    verbose: bool = False
    color: bool = False
    width: int | None = None


_Render: TypeAlias = Callable[[Outcome, View], str]


@dataclass(frozen=True, slots=True)
class Format:
    """How the findings of a run are worded, and their `statistics`, the counts of each rule.

    `is_for_programs`: what is printed is data, so that no summary for people may follow it.
    """

    findings: _Render
    statistics: _Render
    is_for_programs: bool = False


def _full(outcome: Outcome, view: View) -> str:
    if not outcome.findings:
        return ""  # no need for rich
    from jaxslice_lint.report.full import full

    return full(
        outcome, unsafe=view.unsafe, verbose=view.verbose, color=view.color, width=view.width
    )


def _concise(outcome: Outcome, view: View) -> str:
    from jaxslice_lint.report.concise import concise

    return concise(outcome, view.unsafe)


def _json(outcome: Outcome, _view: View) -> str:
    from jaxslice_lint.report.json import as_json

    return as_json(outcome)


def _counts_table(outcome: Outcome, view: View) -> str:
    from jaxslice_lint.report.statistics import as_table, count

    return as_table(count(outcome, view.unsafe))


def _counts_json(outcome: Outcome, view: View) -> str:
    from jaxslice_lint.report.statistics import as_json, count

    return as_json(count(outcome, view.unsafe))


FORMATS: Mapping[str, Format] = {
    "full": Format(_full, _counts_table),
    "concise": Format(_concise, _counts_table),
    "json": Format(_json, _counts_json, is_for_programs=True),
}
DEFAULT_FORMAT = "full"
