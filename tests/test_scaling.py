"""Strange code, as attackers and code generators write it: the work for it grows with its size, and nothing is lost."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "benchmarks"))

from scaled_programs import Case, cases

from jaxslice_lint.report.outcome import Outcome
from jaxslice_lint.rules import RULES
from jaxslice_lint.run import run_text
from jaxslice_lint.settings import Settings
from jaxslice_lint.tracing.syntax import expressions

SETTINGS = Settings(frozenset(rule.code for rule in RULES))
CASES = {case.name: case for case in cases()}


def outcome_of(program: str) -> Outcome:
    return run_text(program.encode(), Path("program.py"), SETTINGS, fix=False)


def finds_witness(outcome: Outcome, program: str) -> bool:
    """Whether the slice at the end of each of these programs is found."""
    last = program.count("\n")
    return any(finding.span.line == last for finding in outcome.findings)


@pytest.fixture
def evaluated(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What is evaluated from now on."""
    nodes: list[object] = []
    evaluate = expressions.evaluate

    def counting(tracer: object, node: object, frame: object) -> object:
        nodes.append(node)
        return evaluate(tracer, node, frame)  # type: ignore[arg-type]

    monkeypatch.setattr(expressions, "evaluate", counting)
    return nodes


def work(case: Case, size: int, evaluated: list[object]) -> int:
    """How many expressions are evaluated for a program of this size."""
    before, program = len(evaluated), case.program(size)
    outcome = outcome_of(program)
    assert finds_witness(outcome, program)
    assert not outcome.failures
    assert not outcome.given_up
    return len(evaluated) - before


#: What is looked at again in each part is looked at once for each part before: as many times as there are pairs.
@pytest.mark.parametrize(
    ("name", "size"),
    [
        ("chained updates", 8),
        ("updates in a row", 20),
        ("`x[i:j][i:j]`", 10),
        ("`x[x[x[i:j]:j]:j]`", 8),
    ],
)
def test_each_part_is_looked_at_again_once_for_each_part_before(
    name: str, size: int, evaluated: list[object]
) -> None:
    small, large = (work(CASES[name], times * size, evaluated) for times in (1, 2))
    assert large <= 4 * small
