"""Mutated programs, strange texts and random syntax; and their judge, which must see what a wrong tool does."""

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from command_line import BAD, FIXED

sys.path.insert(0, str(Path(__file__).parents[1] / "benchmarks"))

import fuzz.edits.judge
import fuzz.edits.outputs
import fuzz.edits.run
from fuzz.edits.judge import (
    BROKEN,
    COMMAND,
    CRASH,
    LEFT,
    OUTPUT,
    SLOW,
    SYNTAX,
    TOUCHED,
    UNBOUND,
    UNSTABLE,
    judge,
)
from fuzz.edits.limits import TooSlow, limited
from fuzz.edits.programs import KINDS, MUTATED, RANDOM, STRANGE, generated_all
from fuzz.edits.tool import Options, jaxslice_lint

from jaxslice_lint.report.formats import FORMATS
from jaxslice_lint.report.outcome import Outcome

CHUNKS, SEEDS = 2, 50
HEAD = "# A licence.\n\n"
DATA = f"{HEAD}{BAD}# The end.\n".encode()


@pytest.mark.parametrize("chunk", range(CHUNKS))
@pytest.mark.parametrize("kind", KINDS)
def test_edits_are_right_whatever_the_file_says(kind: str, chunk: int) -> None:
    if kind == RANDOM:
        pytest.importorskip("hypothesmith")
    failures = [
        (program.kind, program.seed, failure)
        for program in generated_all(range(chunk * SEEDS, (chunk + 1) * SEEDS), [kind])
        for failure in judge(program.data, program.options, jaxslice_lint).failures
    ]
    assert failures == []


def test_programs_follow_from_their_seeds() -> None:
    one, other = (list(generated_all(range(5), [MUTATED, STRANGE])) for _ in range(2))
    assert one == other
    assert len({program.data for program in one}) > 5


def test_the_command_line_does_the_same() -> None:
    verdict = judge(DATA, Options(style="ds", line_length=60), jaxslice_lint, command=True)
    assert not verdict.failures
    assert verdict.counts["files rewritten"] == 1


def kinds(
    change: Callable[[bytes, bool, Outcome], Outcome], data: bytes = DATA, *, command: bool = False
) -> set[str]:
    """What is wrong with a tool whose outcome was changed."""

    def tool(data: bytes, options: Options, fix: bool) -> Outcome:
        return change(data, fix, jaxslice_lint(data, options, fix))

    return {one.kind for one in judge(data, Options(), tool, command=command).failures}


def with_text(outcome: Outcome, old: str, new: str) -> Outcome:
    """An outcome whose file has another text after the fix."""
    [file] = outcome.files
    text = file.source.text
    assert old in text
    changed = replace(file, source=replace(file.source, text=text.replace(old, new)))
    return replace(outcome, files=(changed,))


def rewritten(old: str, new: str) -> Callable[[bytes, bool, Outcome], Outcome]:
    """A tool that also replaces text where it fixes something."""

    def change(_data: bytes, _fix: bool, outcome: Outcome) -> Outcome:
        return with_text(outcome, old, new) if outcome.files[0].changed else outcome

    return change


def test_a_right_tool_has_no_failures() -> None:
    assert kinds(lambda _data, _fix, outcome: outcome) == set()


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        ("lax.dynamic_slice_in_dim(x, i, 3)", "lax.dynamic_slice_in_dim(x, i, 3", BROKEN),
        ("dynamic_slice_in_dim(x, i, 3)", "dynamic_slice_in_dim(x, i, 3)\n    +x", BROKEN),
        ("import jax\n", "from __future__ import annotations\nimport jax\n", ""),
        ("from jax import lax\n", "from jax import lax\nfrom __future__ import annotations\n", BROKEN),
        ("# The end.\n", "", TOUCHED),
        ("# A licence.\n\n", "# A licence.\n\n\n", TOUCHED),
        ("def window(x, i):\n", "def window(x, i):\r\n", TOUCHED),
        ("# The end.\n", "# The end.", TOUCHED),
        ("import jax\n", "import jax \n", TOUCHED),
    ],
)  # fmt: skip
def test_a_fixed_file_that_is_wrong_is_seen(old: str, new: str, kind: str) -> None:
    found = kinds(rewritten(old, new))
    assert kind in found if kind else not found


@pytest.mark.parametrize(
    "function",
    [
        "    if i is None:\n        from jax import lax\n    return x[i : i + 3].sum()\n",
        "    y = x[i : i + 3].sum()\n    for lax in ():\n        pass\n    return y\n",
    ],
)
def test_a_name_that_is_not_bound_is_seen(function: str) -> None:
    data = f"{BAD.partition('    return')[0]}{function}".replace("from jax import lax\n\n", "\n")
    right = "jax.lax.dynamic"
    assert kinds(rewritten(right, right), data.encode()) == set()
    assert UNBOUND in kinds(rewritten(right, "lax.dynamic"), data.encode())
    assert UNBOUND in kinds(rewritten(right, "jax_lax.dynamic"), data.encode())


def test_a_second_fix_that_changes_something_is_seen() -> None:
    def change(_data: bytes, fix: bool, outcome: Outcome) -> Outcome:
        return (
            with_text(outcome, "x, i, ", "x, i,  ") if fix and "x, i, " in str(outcome) else outcome
        )

    assert UNSTABLE in kinds(change)


def test_a_finding_that_is_left_is_seen() -> None:
    fixable = jaxslice_lint(DATA, Options(), False).findings

    def change(_data: bytes, fix: bool, outcome: Outcome) -> Outcome:
        [file] = outcome.files
        return replace(outcome, files=(replace(file, findings=tuple(fixable)),)) if fix else outcome

    assert LEFT in kinds(change)


@pytest.mark.parametrize("failure", ["internal error in a: b", "p: failed to converge", "odd"])
def test_a_failure_is_seen(failure: str) -> None:
    assert CRASH in kinds(lambda _data, _fix, outcome: replace(outcome, failures=(failure,)))


def test_an_exception_is_a_crash() -> None:
    def change(_data: bytes, fix: bool, _outcome: Outcome) -> Outcome:
        raise RecursionError(fix)

    assert kinds(change) == {CRASH}


def test_a_tool_that_does_not_end_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fuzz.edits.judge, "_SECONDS", 0.1)

    def change(_data: bytes, _fix: bool, outcome: Outcome) -> Outcome:
        while True:
            try:
                len(outcome.files)
            except Exception:
                continue

    assert kinds(change) == {SLOW}
    with pytest.raises(TooSlow), limited(0.05):
        while True:
            pass


def test_a_syntax_error_must_be_told_and_the_file_left_alone() -> None:
    broken = DATA + b"def (:\n"
    assert kinds(lambda _data, _fix, outcome: outcome, broken) == set()
    silent = replace(jaxslice_lint(b"", Options(), False))
    assert kinds(lambda _data, _fix, _outcome: silent, broken) == {SYNTAX}
    told = jaxslice_lint(broken, Options(), False)
    assert SYNTAX in kinds(lambda _data, _fix, _outcome: told)


@pytest.mark.parametrize(
    ("name", "text"), [("json", "{"), ("concise", "two\nlines\n"), ("full", "\ud800")]
)
def test_an_output_that_is_wrong_is_seen(
    monkeypatch: pytest.MonkeyPatch, name: str, text: str
) -> None:
    wrong = replace(FORMATS[name], findings=lambda _outcome, _view: text)
    monkeypatch.setattr(fuzz.edits.outputs, "FORMATS", {**FORMATS, name: wrong})
    assert kinds(lambda _data, _fix, outcome: outcome) == {OUTPUT}


def test_a_diff_that_does_not_apply_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fuzz.edits.outputs, "patch", lambda _file: b"")
    assert kinds(lambda _data, _fix, outcome: outcome) == {OUTPUT}


def test_a_command_line_that_does_something_else_is_seen() -> None:
    assert COMMAND in kinds(rewritten("# The end.", "# An end."), command=True)


def test_the_run_prints_failures_and_keeps_their_programs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def tool(data: bytes, options: Options, fix: bool) -> Outcome:
        outcome = jaxslice_lint(data, options, fix)
        return replace(outcome, failures=("internal error",))

    monkeypatch.setattr(fuzz.edits.run, "jaxslice_lint", tool)
    arguments = ["--programs", "1", "--kind", MUTATED, "--seed", "7", "--keep", str(tmp_path)]
    monkeypatch.setattr(sys, "argv", ["run.py", *arguments])
    with pytest.raises(SystemExit) as ended:
        fuzz.edits.run.main()
    shown = capsys.readouterr().out
    assert ended.value.code == 1
    assert "| crash | 1 | 0 | 0 |" in shown
    assert "## mutated, seed 7: crash" in shown
    assert "crash_mutated_7" in [path.name for path in tmp_path.iterdir()]


def test_the_fixed_program_is_what_a_user_gets() -> None:
    [file] = jaxslice_lint(BAD.encode(), Options(), True).files
    assert file.source.text == FIXED
