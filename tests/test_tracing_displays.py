"""Long lists, tuples, sets and dicts that are written out: all in them is run, but in tables of constants nothing."""

import ast
from pathlib import Path

import pytest
from flow_programs import HEADER, IMPORTS, check

from jaxslice_lint import run
from jaxslice_lint.report.outcome import Outcome
from jaxslice_lint.rules import RULES
from jaxslice_lint.settings import Settings
from jaxslice_lint.source.tables import shorten_tables
from jaxslice_lint.tracing.syntax import displays, expressions

#: More constants than are looked at.
LONG = 80


@pytest.fixture(params=[False, True], ids=["long", "too long"])
def is_too_long(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Whether a display has more parts than are followed."""
    if request.param:
        monkeypatch.setattr(displays, "HEAVIEST", LONG // 2)
    return bool(request.param)


def outcome_of(body: str) -> Outcome:
    settings = Settings(frozenset(rule.code for rule in RULES))
    return run.run_text((HEADER + IMPORTS + body).encode(), Path("program.py"), settings, fix=False)


def functions(count: int) -> str:
    return "".join(f"def g{n}(y, i):\n    return y[i:i + {n + 2}]\n" for n in range(count))


def names(count: int, form: str = "g{}") -> str:
    return ", ".join(form.format(n) for n in range(count))


@pytest.mark.parametrize("display", ["[{}]", "({})", "{{{}}}"])
@pytest.mark.usefixtures("is_too_long")
def test_slices_in_a_long_display_are_found(display: str) -> None:
    items = display.format(", ".join(["x[i:i + 2]"] * LONG))
    assert len(outcome_of(f"@jax.jit\ndef f(i):\n    return {items}\n").findings) == LONG


@pytest.mark.usefixtures("is_too_long")
def test_slices_in_a_long_dict_are_found() -> None:
    items = names(LONG, "'k{}': x[i:i + 2]")
    assert len(outcome_of(f"@jax.jit\ndef f(i):\n    return {{{items}}}\n").findings) == LONG


@pytest.mark.parametrize("item", ["x[i:i + 2]", "(0, x[i:i + 2])", "{'a': [x[i:i + 2]]}"])
def test_one_slice_among_constants_is_found(item: str) -> None:
    items = f"{names(LONG, '{}')}, {item}, {names(LONG, '{}')}"
    assert len(outcome_of(f"@jax.jit\ndef f(i):\n    return [{items}]\n").findings) == 1


def test_functions_of_a_long_list_are_branches_or_told(is_too_long: bool) -> None:
    body = f"TABLE = [{names(LONG)}]\n@jax.jit\ndef f(i):\n    return lax.switch(i, TABLE, x, i)\n"
    outcome = outcome_of(functions(LONG) + body)
    assert len(outcome.findings) == LONG * (not is_too_long)
    assert len(outcome.given_up) == LONG * is_too_long
    assert all("it stands in a literal of more than" in told for told in outcome.given_up)


def test_lambdas_of_a_long_list_are_branches() -> None:
    lambdas = ", ".join(["lambda y, i: y[i:i + 2]"] * LONG)
    body = f"@jax.jit\ndef f(i):\n    return lax.switch(i, [{lambdas}], x, i)\n"
    assert len(outcome_of(body).findings) == LONG


def test_a_function_is_taken_from_a_long_dict_by_its_key() -> None:
    items = names(LONG, "'k{0}': g{0}")
    check(
        IMPORTS
        + functions(LONG).replace("i + 9]", "i + 9]  # traced")
        + f"TABLE = {{{items}, **{{'more': 3}}}}\n"
        + "@jax.jit\ndef f(i):\n    return TABLE['k7'](x, i), x[:TABLE['more']]  # static\nf(2)\n"
    )


@pytest.mark.parametrize("row", ["-1.5", "('a', -2)", "{'a': [None, -2]}"])
@pytest.mark.parametrize("display", ["[{}]", "{{0: {}}}"])
def test_a_long_table_of_constants_is_not_walked(
    row: str, display: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = display.format(", 1: ".join([row] * LONG) if ":" in display else f"{row}, " * LONG)
    negated: list[object] = []
    monkeypatch.setitem(expressions._HANDLERS, ast.UnaryOp, negated.append)
    check(f"TABLE = {rows}\n@jax.jit\ndef f(i, x):\n    return x[i:]  # traced\n")
    assert not negated


def test_keys_that_have_to_be_run_are_not_cut_off() -> None:
    tree = ast.parse(f"d = {{{names(1_500, 'g({}): 1')}}}")
    shorten_tables(tree)
    assert sum(isinstance(node, ast.Call) for node in ast.walk(tree)) == 1_500


def test_a_dict_of_numbers_is_cut_off() -> None:
    tree = ast.parse(f"d = {{{names(1_500, '{}: 1')}}}")
    shorten_tables(tree)
    assert sum(isinstance(node, ast.Constant) for node in ast.walk(tree)) == 2_000
