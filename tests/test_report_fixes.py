"""What reports say of fixes: one that cures several findings is told once, and what one does out of range."""

import json
from dataclasses import replace
from pathlib import Path
from textwrap import dedent

import pytest
from mask_programs import options

from jaxslice_lint.report.full import full
from jaxslice_lint.report.json import as_json
from jaxslice_lint.report.outcome import Outcome
from jaxslice_lint.report.summary import summary
from jaxslice_lint.run import run_text

_HEAD = """\
import jax
import jax.numpy as jnp


"""


def _run(program: str, *, fix: bool = False, unsafe: bool = False) -> Outcome:
    text = _HEAD + dedent(program).lstrip("\n")
    return run_text(text.encode(), Path("/nowhere/program.py"), options(unsafe=unsafe), fix=fix)


def _blocks(outcome: Outcome) -> list[str]:
    """What the full report says of each finding."""
    text = full(outcome, unsafe=False, verbose=True, color=False, width=None)
    return text.rstrip().split("\n\n")


_TWO_FOR_ONE = {
    "slices of one product": """
    @jax.jit
    def dot(x, y, n):
        return jnp.dot(x[:n], y[:n])
    """,
    "variables that meet": """
    @jax.jit
    def total(signal, weights, count):
        part = signal[:count]
        scale = weights[:count]
        return jnp.sum(part * scale)
    """,
    "sizes that one argument makes": """
    @jax.jit
    def split(tokens, middle):
        return tokens[:middle], tokens[middle:]
    """,
    "two functions below one transform": """
    def head(x, n):
        return x[:n]


    def tail(x, n):
        return x[n:]


    @jax.jit
    def ends(x, n):
        return head(x, n), tail(x, n)
    """,
}


@pytest.mark.parametrize("program", _TWO_FOR_ONE.values(), ids=_TWO_FOR_ONE.keys())
def test_a_fix_of_two_findings_is_shown_once(program: str) -> None:
    outcome = _run(program)
    first, _ = outcome.findings
    shown, referred = _blocks(outcome)
    assert first.fix is not None
    assert f"help: {first.fix.message}" in shown
    place = f"{first.span.line}:{first.span.column}"
    assert referred.endswith(f"\nhelp: The fix of {place} cures this, too")


def test_fixes_that_differ_are_both_shown() -> None:
    program = """
    @jax.jit
    def windows(x, y, i):
        return x[i:i + 2] + y[i:i + 2]
    """
    blocks = _blocks(_run(program))
    assert [block.count("+     return") for block in blocks] == [1, 1]
    assert not any("cures this" in block for block in blocks)


def test_after_fix_one_rewrite_is_told_once() -> None:
    outcome = _run(_TWO_FOR_ONE["variables that meet"], fix=True, unsafe=True)
    assert [done.message for done in outcome.rewrites] == [
        "Keep all of `signal` and mask what does not count",
        "The fix of 7:12 cures this, too",
    ]


def test_the_reason_why_a_fix_was_not_applied_is_told_once() -> None:
    outcome = _run(_TWO_FOR_ONE["variables that meet"], fix=True)
    left = summary(outcome, fixed=True, unsafe=False).split("\n")[1:3]
    assert "unsafe fix (`--unsafe-fixes`): `signal` and `weights` are taken" in left[0]
    assert left[1].endswith("(traced-slice-size): the fix of 7:12 cures this, too")


def test_json_has_the_fix_with_each_finding() -> None:
    first, second = json.loads(as_json(_run(_TWO_FOR_ONE["slices of one product"])))
    assert first["fix"]["edits"] == second["fix"]["edits"] != []


_MOVED = "Out of range, the window is moved into the array, where the slice would be cut off"


@pytest.mark.parametrize("code", ["x[i:i + 3]", "x.at[i:i + 3].add(2)", "x[0, i:i + 6:2]"])
def test_a_rewrite_that_moves_a_window_says_so_in_one_note(code: str) -> None:
    program = f"""
    @jax.jit
    def f(x, i):
        return {code}
    """
    outcome = _run(program)
    [block], [told] = _blocks(outcome), json.loads(as_json(outcome))
    assert block.endswith(f"\nnote: {_MOVED}")
    assert block.count("note:") == 1
    assert told["fix"]["note"] == _MOVED
    assert told["fix"]["applicability"] == "safe"
    assert "range" not in told["message"]


@pytest.mark.parametrize(
    "code", ["x[i:i + 1][0]", "jax.lax.slice_in_dim(x, i, i + 3)", "x[:i].sum()"]
)
def test_what_moves_no_window_has_no_note(code: str) -> None:
    program = f"""
    @jax.jit
    def f(x, i):
        i = jnp.asarray(i)
        return {code}
    """
    outcome = _run(program)
    assert json.loads(as_json(outcome))[0]["fix"]["note"] is None
    assert "Out of range" not in _blocks(outcome)[0]


def test_a_slice_that_is_cut_off_today_says_so_as_the_reason_of_an_unsafe_fix_alone() -> None:
    program = """
    def part(x, i):
        return x[i:i + 3]


    print(part(jnp.ones(4), 2), jax.jit(part)(jnp.ones(4), 1))
    """
    [block] = _blocks(_run(program))
    assert block.count("note:") == 1
    assert "where it is cut off at the end of the axis" in block
    assert "Out of range" not in block


def test_an_update_of_style_ds_is_dropped() -> None:
    program = """
    @jax.jit
    def f(x, i):
        return x.at[jnp.abs(i):jnp.abs(i) + 3].set(2)
    """
    text = _HEAD + dedent(program)
    settings = replace(options(unsafe=False), fix_style="ds")
    outcome = run_text(text.encode(), Path("/nowhere/program.py"), settings, fix=False)
    [finding] = outcome.findings
    assert finding.fix is not None
    assert finding.fix.note == "Out of range, nothing is updated, where the slice would be cut off"
