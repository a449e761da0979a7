"""Bad input, bad options and crashes: a clear message, the right status, and the other files are checked."""

import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from command_line import BAD, CLEAN, UNFIXABLE, lint

from jaxslice_lint import run, tracing
from jaxslice_lint.facts.crash import Crash
from jaxslice_lint.report.explain import explanations
from jaxslice_lint.report.summary import summary
from jaxslice_lint.rewrite import Edit, Fix
from jaxslice_lint.rules import RULES
from jaxslice_lint.settings import load
from jaxslice_lint.source.disk import FileError
from jaxslice_lint.source.text import Source
from jaxslice_lint.tracing.driver import tracer


@pytest.mark.parametrize("text", [b"def f(:\n", b"x = '\xff'\n", b""])
def test_standard_input_with_fix_gives_back_what_it_cannot_read(
    tmp_path: Path, text: bytes
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "jaxslice_lint", "-", "--fix"],
        cwd=tmp_path,
        input=text,
        capture_output=True,
        check=False,
    )
    assert done.stdout == text


def test_standard_input_and_paths_do_not_mix(project: Path) -> None:
    assert lint(project, "-", "bad.py").returncode == 2


def test_a_missing_path_fails_and_the_others_are_checked(project: Path) -> None:
    done = lint(project, "nowhere.py", "bad.py", "--output-format", "concise")
    assert done.returncode == 2
    assert done.stderr == "error: nowhere.py: no such file or directory\n"
    assert "bad.py:7:12: JSL101" in done.stdout


def test_a_file_in_a_wrong_encoding_fails_and_the_others_are_checked(project: Path) -> None:
    (project / "latin.py").write_bytes(b"x = 1\ny = '\xe9'\n")
    done = lint(project, "--output-format", "concise")
    assert done.returncode == 2
    assert done.stderr.startswith("error: latin.py:2: not valid utf-8")
    assert "bad.py:7:12: JSL101" in done.stdout


def test_a_syntax_error_is_a_finding_and_the_others_are_checked(project: Path) -> None:
    (project / "broken.py").write_text("x = 1\ndef f(:\n")
    done = lint(project, "--output-format", "concise")
    assert done.returncode == 1
    assert "broken.py:2:7: JSL902 Syntax error: " in done.stdout
    assert "bad.py:7:12: JSL101" in done.stdout


@pytest.mark.parametrize(
    "text",
    [
        "(" * 5000 + ")" * 5000,
        "-" * 100_000 + "1",
        "x = " + "1+" * 50_000 + "1",
        "x = 1" + "0" * 9999,
    ],
    ids=["parentheses", "unary operators", "binary operators", "digits"],
)
def test_code_that_strains_the_parser_does_not_stop_the_run(project: Path, text: str) -> None:
    (project / "strain.py").write_text(text + "\n")
    done = lint(project, "--output-format", "concise")
    assert done.returncode in (1, 2)
    assert "bad.py:7:12: JSL101" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--select", "JSL999"], "unknown rule selector `JSL999`"),
        (["--select", ""], "unknown rule selector ``"),
        (["--quiet", "--verbose"], "--quiet cannot be combined with --verbose"),
        (["--exit-zero", "--exit-non-zero-on-fix"], "--exit-zero cannot be combined with"),
        (["--no-such-option"], "No such option"),
        (["--output-format", "xml"], "xml"),
        (["--fix-style", "np"], "np"),
        (["--config", "nowhere.toml"], "nowhere.toml: cannot be read"),
        (["--config", "fix = 3"], "`fix` must be true or false"),
        (["--config", "fixx = true"], "unknown key `fixx` (did you mean `fix`?)"),
        (["--config", "fix = "], "not valid TOML"),
        (["--explain", "JSL999"], "unknown rule `JSL999`"),
    ],
)
def test_a_bad_option_fails_with_a_clear_message(
    project: Path, arguments: list[str], message: str
) -> None:
    done = lint(project, *arguments)
    assert done.returncode == 2
    assert message in done.stderr
    assert done.stdout == ""


def test_a_bad_configuration_file_fails_with_file_and_line(project: Path) -> None:
    (project / "pyproject.toml").write_text("[tool.jaxslice-lint]\nfix = false\nselct = []\n")
    done = lint(project)
    assert done.returncode == 2
    assert done.stderr == "error: pyproject.toml:3: unknown key `selct` (did you mean `select`?)\n"


def test_a_folder_without_python_is_a_warning(tmp_path: Path) -> None:
    done = lint(tmp_path)
    assert done.returncode == 0
    assert done.stderr == "warning: No Python files found under the given path(s)\n"


def test_a_crash_in_one_file_is_reported_and_costs_the_others_nothing(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "boom.py").write_text(CLEAN)
    trace = tracing.trace_project

    def fragile(project, model):  # type: ignore[no-untyped-def]
        if any(path.name == "boom.py" for path in project.given):
            raise RecursionError("too deep")
        return trace(project, model)

    monkeypatch.setattr(tracing, "trace_project", fragile)
    monkeypatch.chdir(project)
    settings = load(project, {}, [rule.code for rule in RULES])
    outcome = run.run_paths([Path()], settings, fix=False)
    assert [finding.path.name for finding in outcome.findings] == ["bad.py"]
    (failure,) = outcome.failures
    assert failure.startswith("internal error in boom.py: RecursionError: too deep; please report")


def test_a_crash_in_one_function_names_it_and_keeps_the_other_findings(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trace = tracing.trace_project

    def limping(project, model):  # type: ignore[no-untyped-def]
        detail = "Traceback (most recent call last):\n  File\nKeyError: 'k'\n"
        crashes = tuple(Crash(path, "inner", 1, detail) for path in project.given)
        return replace(trace(project, model), crashes=crashes)

    monkeypatch.setattr(tracing, "trace_project", limping)
    settings = load(project, {}, [rule.code for rule in RULES])
    outcome = run.run_paths([project / "bad.py"], settings, fix=False)
    assert [finding.code for finding in outcome.findings] == ["JSL101"]
    (failure,) = outcome.failures
    assert "bad.py, function inner: KeyError: 'k'; please report" in failure
    (project / "bad.py").write_text(f"{BAD}size = 3  # noqa: JSL103\n")
    outcome = run.run_paths([project / "bad.py"], settings, fix=False)
    assert [finding.code for finding in outcome.findings] == ["JSL101"]  # it may be of use there


def test_what_is_given_up_is_told_under_verbose(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tracer, "FUEL_OF_MODULE", 3)
    settings = load(project, {}, [rule.code for rule in RULES])
    outcome = run.run_paths([project / "bad.py"], settings, fix=False)
    assert not outcome.failures
    (file,) = {line.partition(":")[0] for line in outcome.given_up}
    assert file == str(project / "bad.py")
    assert all(re.search(r":\d+: gave up in \w+: ", line) for line in outcome.given_up)
    assert "it takes too long\n" in explanations(outcome)
    assert "Not followed to the end: " in summary(outcome, fixed=False, unsafe=False)


LIMITS = {
    "calls": "".join(f"def f{n}(x, i):\n    return f{n - 1}(x, i)\n" for n in range(1, 30))
    + "cut = jax.jit(f29)\n",
    "classes": "class C0:\n    def f1(self, x, i):\n        return f0(x, i)\n"
    + "".join(
        f"class C{n}(C{n - 1}):\n    def f1(self, x, i):\n        return super().f1(x, i)\n"
        for n in range(1, 45)
    )
    + "cut = jax.jit(C44().f1)\n",
}


@pytest.mark.parametrize("program", LIMITS.values(), ids=LIMITS.keys())
def test_a_finding_beyond_a_limit_is_not_lost_silently(tmp_path: Path, program: str) -> None:
    text = f"import jax\ndef f0(x, i):\n    return x[i:i + 2]\n{program}"
    (tmp_path / "deep.py").write_text(text, "utf-8")
    done = lint(tmp_path, "-v")
    assert "Not followed to the end: 1 function" in done.stdout
    (number,) = re.findall(r"deep.py:(\d+): gave up in f\d+: ", done.stderr)
    assert text.splitlines()[int(number) - 1].lstrip().startswith("def f")
    assert "it is called more than 24 calls deep" in done.stderr


FOLLOWED = {
    "wrappers": "def wrap(f):\n    def inner(*args):\n        return f(*args)\n    return inner\n\n"
    + "@jax.jit\n"
    + "@wrap\n" * 12
    + "def cut(x, i):\n    return f0(x, i)\ncut(jax.numpy.ones(9), 1)\n",
    "functions passed": "def run(f, x):\n    return jax.jit(f)(x, 1)\n"
    + "".join(f"def g{n}(x, i):\n    return x\nrun(g{n}, 1)\n" for n in range(30))
    + "run(f0, 1)\n",
    "decorated functions": "def wrap(f):\n    def inner(*args):\n        return f(*args)\n    return inner\n\n"
    + "".join(f"@wrap\ndef g{n}(x, i):\n    return x\n" for n in range(30))
    + "@jax.jit\n@wrap\ndef cut(x, i):\n    return f0(x, i)\ncut(jax.numpy.ones(9), 1)\n",
}


@pytest.mark.parametrize("program", FOLLOWED.values(), ids=FOLLOWED.keys())
def test_many_functions_in_one_place_are_each_followed(tmp_path: Path, program: str) -> None:
    text = f"import jax\ndef f0(x, i):\n    return x[i:i + 2]\n{program}"
    (tmp_path / "many.py").write_text(text, "utf-8")
    done = lint(tmp_path, "-v", "--output-format", "concise")
    assert "many.py:3:12: JSL101" in done.stdout
    assert "gave up" not in done.stderr


def test_a_file_that_cannot_be_written_is_reported_as_it_still_is(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_old: Source, new: Source, _given: object) -> None:
        raise FileError(f"{new.path.name}: not rewritten: No space left on device")

    monkeypatch.setattr(run, "write", full)
    (project / "bad.py").write_text(BAD + UNFIXABLE.partition("\n")[2])
    settings = load(project, {}, [rule.code for rule in RULES])
    fixed = run.run_paths([project / "bad.py"], settings, fix=True)
    outcome = run.write_changes(fixed, settings, [project])
    assert [finding.code for finding in fixed.findings] == ["JSL103"]
    assert [finding.code for finding in outcome.findings] == ["JSL101", "JSL103"]
    assert outcome.failures == ("bad.py: not rewritten: No space left on device",)
    assert outcome.rewrites == []


def test_fixes_that_never_end_leave_the_file_alone(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = run.check

    def restless(*arguments):  # type: ignore[no-untyped-def]
        growing = Fix("Grow", (Edit(0, 0, "\n"),), safe=True)
        return [replace(finding, fix=growing) for finding in honest(*arguments)]

    monkeypatch.setattr(run, "check", restless)
    settings = load(project, {}, [rule.code for rule in RULES])
    outcome = run.run_paths([project / "bad.py"], settings, fix=True)
    assert "failed to converge" in outcome.failures[0]
    assert not outcome.files[0].changed
    assert outcome.rewrites == []
    assert len(outcome.findings) == 1


def test_a_closed_pipe_is_no_error(project: Path) -> None:
    (project / "many.py").write_text(BAD + BAD.partition("lax\n")[2] * 400)
    command = f"{sys.executable} -m jaxslice_lint many.py | head -n 1"
    done = subprocess.run(
        command, shell=True, cwd=project, capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
    assert done.stdout.startswith("JSL101")
