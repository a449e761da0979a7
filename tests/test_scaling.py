"""Strange code, as attackers and code generators write it: the work for it grows with its size, and nothing is lost."""

import ast
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "benchmarks"))

from programs import NAME
from scaled import CASES, WITNESS, Case

from jaxslice_lint import remedies, run
from jaxslice_lint.report.outcome import Outcome
from jaxslice_lint.report.summary import not_followed, summary
from jaxslice_lint.rewrite.text import moving
from jaxslice_lint.rewrite.text.names import Names
from jaxslice_lint.rewrite.windows import codemod
from jaxslice_lint.rules import RULES, engine
from jaxslice_lint.settings import Settings
from jaxslice_lint.source.text import Span
from jaxslice_lint.tracing.domain.values import Value
from jaxslice_lint.tracing.masks import flow
from jaxslice_lint.tracing.syntax import expressions

SETTINGS = Settings(frozenset(rule.code for rule in RULES))
BY_NAME = {case.name: case for case in CASES}


def outcome_of(program: str) -> Outcome:
    return run.run_text(program.encode(), NAME, SETTINGS, fix=False)


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


@pytest.mark.parametrize(
    ("owner", "name", "calls"),
    [
        (flow, "traced_slices", 2),  # each slice for any number of axes, and for those of calls
        (moving, "_comments", 0),
    ],
)
def test_slices_that_do_not_meet_are_not_looked_at_for_each_other(
    owner: object, name: str, calls: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[object] = []
    original = getattr(owner, name)

    def counting(*given: object, **options: object) -> object:
        seen.append(given)
        return original(*given, **options)

    monkeypatch.setattr(owner, name, counting)
    lines = "".join(f"    a = x[: i + {n}].sum()\n" for n in range(30))
    outcome = outcome_of(f"import jax\n\n\n@jax.jit\ndef f(x, i):\n{lines}    return a\n")
    assert len([finding for finding in outcome.findings if finding.fix]) == 30
    assert len(seen) <= calls * 30


def test_the_names_of_a_function_are_collected_once(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[object] = []
    original = Names._found_in

    def counting(names: Names, function: Span) -> frozenset[str]:
        seen.append(function)
        return original(names, function)

    monkeypatch.setattr(Names, "_found_in", counting)
    lines = "".join(f"    a = x[: i + {n}].sum()\n" for n in range(30))
    outcome_of(f"import jax\n\n\n@jax.jit\ndef f(x, i):\n{lines}    return a\n")
    assert len(seen) == 1


@pytest.mark.parametrize(
    ("name", "size"),
    [
        # Each part is looked at again for each part before.
        ("chained updates", 6),
        ("updates in a row", 8),
        ("`x[i:j][i:j]`", 6),
        ("`x[x[x[i:j]:j]:j]`", 6),
        # What is in each other adds up, and does not multiply.
        ("nested `for`", 7),
        ("nested `for` over literals", 5),
        ("nested `while`", 7),
        ("nested comprehensions", 7),
        ("nested `try`", 7),
        ("functions that call another one twice", 10),
    ],
)
def test_twice_the_size_is_four_times_the_work_at_most(
    name: str, size: int, evaluated: list[object]
) -> None:
    small, large = (work(BY_NAME[name], times * size, evaluated) for times in (1, 2))
    assert large <= 4 * small


@pytest.mark.parametrize(
    ("name", "size"),
    [
        ("`k = k * k`", 20),
        ("powers of a number", 40),
        ("`t = (t, t)`", 40),
        ("`v = v + v`, a list", 40),
        ("`s = f'{s}{s}'`", 40),
        ("`h = partial(h, h, i)`", 40),
        ("`jit`s of `jit`s", 120),
        ("a long sum", 900),
        ("many `elif`s", 400),
        ("nested parentheses", 150),
        ("slices in a function", 30),
    ],
)
def test_nothing_is_lost_behind_it(name: str, size: int) -> None:
    program = BY_NAME[name].program(size)
    outcome = outcome_of(program)
    assert finds_witness(outcome, program)
    assert not outcome.failures


def test_what_is_too_deep_is_given_up_alone_and_told() -> None:
    program = BY_NAME["a very long sum"].program(2_500)
    outcome = outcome_of(program)
    assert finds_witness(outcome, program)
    assert not outcome.failures
    assert outcome.given_up == (f"{NAME}:8: gave up in f: its calls go too deep",)
    told = summary(outcome, fixed=False, unsafe=False)
    assert "Not followed to the end: 1 function (`-v` says why).\n" in told
    assert not_followed(outcome) in told


def test_a_program_that_needs_too_much_memory_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    handlers = expressions._HANDLERS

    def full(_: object) -> Value:
        raise MemoryError

    monkeypatch.setitem(handlers, ast.Set, full)
    program = f"import jax\n\n\n@jax.jit\ndef f(x, i):\n    return x[i : i + 4], {{x, i}}{WITNESS}"
    outcome = outcome_of(program)
    assert finds_witness(outcome, program)
    assert not outcome.failures
    assert f"{NAME}:5: gave up in f: it takes too much memory" in outcome.given_up


@pytest.mark.parametrize("error", [RecursionError, MemoryError])
def test_a_fix_that_goes_too_deep_costs_itself_alone(
    error: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    def deep(*_: object) -> object:
        raise error

    monkeypatch.setattr(codemod, "rewrite", deep)
    monkeypatch.setattr(engine, "fitted", deep)
    program = f"import jax\n{WITNESS}"
    (finding,) = outcome_of(program).findings
    assert finding.no_fix == "the code around it is nested too deeply"


def test_a_failed_question_about_remedies_costs_no_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> object:
        raise KeyError(_Endless())

    monkeypatch.setattr(remedies, "with_static_remedies", broken)
    outcome = outcome_of(f"import jax\n{WITNESS}")
    assert [finding.code for finding in outcome.findings] == ["JSL101"]
    (failure,) = outcome.failures
    assert f"internal error in {NAME}: KeyError; please report" in failure


class _Endless:
    def __repr__(self) -> str:
        return repr(self)
