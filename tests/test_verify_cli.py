"""`--verify` on the command line: what is written, what is said, and what happens where nothing can be run."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from command_line import BAD, FIXED, lint

from jaxslice_lint.verify.process import Child, interpreter
from jaxslice_lint.verify.verdict import VerifyError

HELLO = '{"jax": "0.0.1"}'


def stand_in(folder: Path, program: str) -> str:
    """A Python of the user that runs `program` in place of the child's; as a setting."""
    (folder / "stand_in.py").write_text(program)
    script = folder / "python"
    script.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{folder}/stand_in.py" "$@"\n')
    script.chmod(0o755)
    return f'verify-python = "{script}"'


def answering(folder: Path, answer: str) -> str:
    """A child that finds `answer` for each rewrite."""
    return stand_in(
        folder,
        f"import sys\nprint({HELLO!r}, flush=True)\n"
        f"for _ in sys.stdin:\n    print({answer!r}, flush=True)\n",
    )


@pytest.fixture
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("python")


def test_a_verified_rewrite_is_written_and_says_so(project: Path) -> None:
    done = lint(project, "--fix", "--verify")
    assert (done.returncode, done.stderr) == (0, "")
    assert (project / "bad.py").read_text() == FIXED
    assert "Use `lax.dynamic_slice_in_dim` (verified with JAX " in done.stdout


def test_diff_counts_what_was_verified(project: Path, elsewhere: Path) -> None:
    done = lint(project, "--diff", "--verify", "--config", answering(elsewhere, "{}"))
    assert done.returncode == 1
    assert done.stderr == "Would fix 1 error, 1 verified.\n"


def test_a_different_rewrite_is_not_written_and_its_inputs_are_shown(
    project: Path, elsewhere: Path
) -> None:
    answer = '{"differs": "x: float32[5], i = 2: 1.0 before and 2.0 after at [0]"}'
    done = lint(project, "--fix", "--verify", "--config", answering(elsewhere, answer))
    assert done.returncode == 1
    assert (project / "bad.py").read_text() == BAD
    assert (
        "- bad.py:7:12: JSL101 (traced-slice): the rewrite is not the same with JAX 0.0.1"
        " for x: float32[5], i = 2: 1.0 before and 2.0 after at [0]\n"
    ) in done.stdout
    assert "Found 1 error.\n" in done.stdout


def test_what_cannot_be_verified_is_not_written(project: Path, elsewhere: Path) -> None:
    answer = '{"failed": "no inputs were found"}'
    done = lint(project, "--fix", "--verify", "--config", answering(elsewhere, answer))
    assert done.returncode == 1
    assert (project / "bad.py").read_text() == BAD
    assert "the rewrite could not be verified: no inputs were found\n" in done.stdout


def test_one_refused_rewrite_leaves_the_others(project: Path, elsewhere: Path) -> None:
    (project / "bad.py").write_text(BAD + BAD.replace("3", "4").replace("window", "other"))
    program = (
        f"import sys\nprint({HELLO!r}, flush=True)\n"
        'for line in sys.stdin:\n    wrong = "4" in line.partition(\'"before"\')[0]\n'
        '    print(\'{"differs": "i = 0"}\' if wrong else "{}", flush=True)\n'
    )
    done = lint(project, "--fix", "--verify", "--config", stand_in(elsewhere, program))
    assert done.returncode == 1
    text = (project / "bad.py").read_text()
    assert "dynamic_slice_in_dim(x, i, 3)" in text
    assert "x[i : i + 4]" in text


@pytest.mark.parametrize(
    ("program", "message"),
    [
        ("import runpy, sys\nsys.path = [p for p in sys.path if 'site-packages' not in p]\n"
         "sys.argv = sys.argv[1:]\nrunpy.run_path(sys.argv[0], run_name='__main__')\n",
         "has no JAX (ModuleNotFoundError: No module named 'jax')"),
        ("import os, sys\nprint('out of memory', file=sys.stderr, flush=True)\nos._exit(3)\n",
         "ended with status 3: out of memory; nothing is rewritten"),
        (f"import os, sys\nprint({HELLO!r}, flush=True)\nsys.stdin.readline()\nos._exit(4)\n",
         "ended with status 4; nothing is rewritten"),
    ],
    ids=["no JAX", "crash at the start", "crash on a rewrite"],
)  # fmt: skip
def test_a_child_that_cannot_tell_leaves_everything_alone(
    project: Path, elsewhere: Path, program: str, message: str
) -> None:
    done = lint(project, "--fix", "--verify", "--config", stand_in(elsewhere, program))
    assert done.returncode == 2
    assert done.stderr.startswith("error: ")
    assert message in done.stderr
    assert (project / "bad.py").read_text() == BAD


def test_a_python_that_is_not_there_is_named(project: Path) -> None:
    done = lint(project, "--fix", "--verify", "--config", 'verify-python = "nowhere/python"')
    assert done.returncode == 2
    assert "nowhere/python` to verify rewrites: No such file or directory" in done.stderr
    assert (project / "bad.py").read_text() == BAD


@pytest.mark.parametrize("said", ["", HELLO])
def test_a_child_that_hangs_is_given_up(elsewhere: Path, said: str) -> None:
    stand_in(elsewhere, f"import time\nprint({said!r}, flush=True)\ntime.sleep(60)\n")
    if not said:
        stand_in(elsewhere, "import time\ntime.sleep(60)\n")
    with (
        Child(str(elsewhere / "python"), starting=5.0 if said else 0.2, each=0.2) as child,
        pytest.raises(VerifyError, match=r"took longer than 0\.2 seconds; nothing is rewritten"),
    ):
        child.ask([{}])


def test_a_child_ends_by_itself_when_nobody_is_there_to_end_it() -> None:
    hanging = (
        "from jaxslice_lint.verify.child.__main__ import end_after\n"
        "end_after(-4.5)\nwhile True:\n    pass\n"
    )
    done = subprocess.run([sys.executable, "-c", hanging], timeout=60, check=False)
    assert done.returncode == -signal.SIGALRM


def test_the_python_is_that_of_the_setting_then_of_the_environment_then_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)
    assert interpreter("") == sys.executable
    python = tmp_path / "bin" / "python"
    python.parent.mkdir()
    python.touch()
    monkeypatch.setenv("VIRTUAL_ENV", str(tmp_path))
    assert interpreter("") == str(python)
    monkeypatch.chdir(tmp_path)
    assert interpreter(".venv/bin/python") == str(tmp_path / ".venv/bin/python")
    assert interpreter("python3.11") == "python3.11"


@pytest.mark.parametrize("more", [(), ("--no-fix",), ("--output-format", "json")])
def test_it_needs_a_fix_to_write_or_to_show(project: Path, more: tuple[str, ...]) -> None:
    done = lint(project, "--verify", *more)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.endswith("Error: --verify needs --fix or --diff\n")


def test_a_configuration_that_verifies_runs_nothing_without_a_fix(project: Path) -> None:
    (project / "pyproject.toml").write_text("[tool.jaxslice-lint]\nverify = true\n")
    done = lint(project, "--verify-python", "nowhere/python")
    assert (done.returncode, done.stderr) == (1, "")
    assert lint(project, "--verify-python", "nowhere/python", "--fix").returncode == 2


@pytest.mark.parametrize("folder", ["", "sub"])
def test_a_project_does_not_say_which_program_is_run(
    project: Path, elsewhere: Path, folder: str
) -> None:
    table = f"[tool.jaxslice-lint]\nfix = true\nverify = true\n{answering(elsewhere, '{}')}\n"
    (project / folder).mkdir(exist_ok=True)
    (project / folder / "pyproject.toml").write_text(table)
    (project / folder / "bad.py").write_text(BAD)
    done = lint(project, f"{folder or '.'}/bad.py")
    assert done.returncode == 2
    where = Path(folder, "pyproject.toml")
    assert done.stderr == (
        f"error: {where}:4: `verify-python` is taken from the command line"
        " and `JAXSLICE_LINT_VERIFY_PYTHON` alone\n"
    )
    assert (project / folder / "bad.py").read_text() == BAD
    chosen = lint(project, "--config", str(where), f"{folder or '.'}/bad.py")
    assert chosen.returncode == 0


@pytest.mark.parametrize("folder", [".", "sub"])
@pytest.mark.parametrize("where", [".venv", "../linked", "sub/../.venv"])
def test_a_project_that_asks_to_verify_starts_no_program_of_its_own(
    project: Path, monkeypatch: pytest.MonkeyPatch, where: str, folder: str
) -> None:
    """`verify` of a project file is no reason to run what lies in the project; the user's own word is."""
    ran = project.parent / f"ran-{project.name}"
    python = project / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f"#!/bin/sh\ntouch {ran}\n")
    python.chmod(0o755)
    (project / "sub").mkdir()
    (project / "../linked").unlink(missing_ok=True)
    (project / "../linked").symlink_to(python.parent.parent)
    (project / ".git").mkdir()
    (project / folder / "pyproject.toml").write_text(
        "[tool.jaxslice-lint]\nfix = true\nverify = true\n"
    )
    (project / folder / "bad.py").write_text(BAD)
    monkeypatch.setenv("VIRTUAL_ENV", str(project / where))
    done = lint(project, folder)
    assert done.returncode == 2
    assert "is a program of the project, whose own settings ask to run it" in done.stderr
    assert "JSL101" in done.stdout
    assert not ran.exists()
    assert (project / folder / "bad.py").read_text() == BAD
    assert lint(project, folder, "--verify").returncode == 2
    assert ran.exists()


def test_the_python_may_stand_in_an_environment_variable(
    project: Path, elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answering(elsewhere, "{}")
    monkeypatch.setenv("JAXSLICE_LINT_VERIFY_PYTHON", str(elsewhere / "python"))
    done = lint(project, "--fix", "--verify")
    assert (done.returncode, done.stderr) == (0, "")
    assert "verified with JAX 0.0.1" in done.stdout


def test_a_fix_that_the_configuration_asks_for_is_verified(project: Path, elsewhere: Path) -> None:
    done = lint(
        project, "--verify", "--config", "fix = true", "--config", answering(elsewhere, "{}")
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert (project / "bad.py").read_text() == FIXED


WHILE = BAD.replace("    return", "    with open(__file__):\n        pass\n    return")
PART = "verified with JAX 0.0.1, but not the function `window` around it: a `with` statement is not run"


def test_what_was_not_run_is_named_and_not_counted(project: Path, elsewhere: Path) -> None:
    (project / "bad.py").write_text(WHILE + BAD.replace("window", "other"))
    config = "--config", answering(elsewhere, "{}")
    done = lint(project, "--diff", "--verify", *config)
    assert done.stderr == (
        f"bad.py:9:12: JSL101 (traced-slice): {PART}\n"
        "Would fix 2 errors, 1 verified, 1 verified in part.\n"
    )
    done = lint(project, "--fix", "--verify", *config)
    assert done.returncode == 0
    assert "Rewrote 2 errors, 1 verified, 1 verified in part:\n" in done.stdout
    assert f"9:12: JSL101 (traced-slice): Use `lax.dynamic_slice_in_dim` ({PART})\n" in done.stdout
    assert "Use `lax.dynamic_slice_in_dim` (verified with JAX 0.0.1)\n" in done.stdout


def test_what_was_not_run_is_named_beside_json(project: Path, elsewhere: Path) -> None:
    (project / "bad.py").write_text(WHILE)
    config = "--config", answering(elsewhere, "{}")
    done = lint(project, "--fix", "--verify", "--output-format", "json", *config)
    assert (done.returncode, done.stdout) == (0, "[]\n")
    assert done.stderr == f"bad.py:9:12: JSL101 (traced-slice): {PART}\n"


LOADING = BAD.replace("return x", "return jax.numpy.load('weights') + x")
LOADED = "verified with JAX 0.0.1, with generated values for `jax.numpy.load`"


@pytest.mark.parametrize("form", ["full", "concise"])
def test_what_got_a_generated_value_is_named(project: Path, elsewhere: Path, form: str) -> None:
    (project / "bad.py").write_text(LOADING)
    config = "--config", answering(elsewhere, "{}")
    done = lint(project, "--fix", "--verify", "--output-format", form, *config)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Rewrote 1 error, 1 verified:\n" in done.stdout
    assert f"7:40: JSL101 (traced-slice): Use `lax.dynamic_slice_in_dim` ({LOADED})\n" in (
        done.stdout
    )


def test_what_got_a_generated_value_is_named_beside_json_and_differences(
    project: Path, elsewhere: Path
) -> None:
    (project / "bad.py").write_text(LOADING)
    config = "--config", answering(elsewhere, "{}")
    named = f"bad.py:7:40: JSL101 (traced-slice): {LOADED}\n"
    done = lint(project, "--diff", "--verify", *config)
    assert done.stderr == f"{named}Would fix 1 error, 1 verified.\n"
    done = lint(project, "--fix", "--verify", "--output-format", "json", *config)
    assert (done.returncode, done.stdout, done.stderr) == (0, "[]\n", named)


def test_of_many_generated_values_some_are_named(project: Path, elsewhere: Path) -> None:
    calls = " + ".join(f"{name}(x)" for name in "abcde")
    (project / "bad.py").write_text(BAD.replace("return x", f"return {calls} + x"))
    done = lint(project, "--diff", "--verify", "--config", answering(elsewhere, "{}"))
    assert ", with generated values for `a`, `b`, `c` and 2 others\n" in done.stderr
