"""What a person at the command line sees: output, exit status, and what happens to the files."""

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

BAD = """\
import jax
from jax import lax


@jax.jit
def window(x, i):
    return x[i : i + 3].sum()
"""
FIXED = BAD.replace("x[i : i + 3]", "lax.dynamic_slice_in_dim(x, i, 3)")
UNFIXABLE = """\
import jax


@jax.jit
def head(x, n):
    return x[:n]
"""
CLEAN = """\
import jax


@jax.jit
def head(x):
    return x[:4]
"""


def lint(
    folder: Path, *arguments: str, stdin: str | bytes = b"", **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run the command in `folder`, away from the terminal and the colours of whoever runs the tests."""
    inherited = {
        k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "FORCE_COLOR", "COLUMNS")
    }
    done = subprocess.run(
        [sys.executable, "-m", "jaxslice_lint", *arguments],
        cwd=folder,
        input=stdin.encode() if isinstance(stdin, str) else stdin,
        capture_output=True,
        env={**inherited, **environment},
        check=False,
    )
    out, err = done.stdout.decode(), done.stderr.decode()
    assert "Traceback" not in err
    return subprocess.CompletedProcess(done.args, done.returncode, out, err)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "bad.py").write_text(BAD)
    (tmp_path / "clean.py").write_text(CLEAN)
    return tmp_path


def test_a_clean_file_passes_with_status_0(project: Path) -> None:
    done = lint(project, "clean.py")
    assert (done.returncode, done.stdout, done.stderr) == (0, "All checks passed!\n", "")


def test_a_finding_is_reported_with_status_1(project: Path) -> None:
    done = lint(project, "--output-format", "concise")
    lines = done.stdout.splitlines()
    assert done.returncode == 1
    assert lines[0].startswith("bad.py:7:12: JSL101 [*] ")
    assert lines[1:] == ["Found 1 error.", "[*] 1 fixable with `--fix`."]
    assert (project / "bad.py").read_text() == BAD


def test_exit_zero_reports_and_passes(project: Path) -> None:
    done = lint(project, "--exit-zero", "--output-format", "concise")
    assert done.returncode == 0
    assert "JSL101" in done.stdout


def test_quiet_prints_findings_only(project: Path) -> None:
    assert lint(project, "-q", "clean.py").stdout == ""
    assert "Found" not in lint(project, "-q", "bad.py").stdout


def test_fix_rewrites_the_file_and_says_what_it_did(project: Path) -> None:
    done = lint(project, "--fix")
    assert (project / "bad.py").read_text() == FIXED
    assert done.returncode == 0
    assert "- bad.py:\n    7:12: JSL101 (traced-slice): " in done.stdout
    assert done.stdout.endswith("Found 1 error (1 fixed, 0 remaining).\n")


def test_fix_a_second_time_changes_nothing(project: Path) -> None:
    lint(project, "--fix")
    done = lint(project, "--fix")
    assert (done.returncode, done.stdout) == (0, "All checks passed!\n")
    assert (project / "bad.py").read_text() == FIXED


def test_fix_says_what_is_left_for_a_person_and_why(project: Path) -> None:
    (project / "left.py").write_text(UNFIXABLE)
    done = lint(project, "--fix")
    assert done.returncode == 1
    (line,) = [line for line in done.stdout.splitlines() if line.startswith("- left.py:6:12: ")]
    assert line.removeprefix("- left.py:6:12: JSL103 (traced-slice-size): ")
    assert "Found 2 errors (1 fixed, 1 remaining)." in done.stdout


def test_exit_non_zero_on_fix_fails_a_run_that_fixed_everything(project: Path) -> None:
    assert lint(project, "--fix", "--exit-non-zero-on-fix").returncode == 1
    assert lint(project, "--fix", "--exit-non-zero-on-fix").returncode == 0


def test_fix_with_json_applies_and_reports_what_remains(project: Path) -> None:
    (project / "left.py").write_text(UNFIXABLE)
    done = lint(project, "--fix", "--output-format", "json")
    assert [finding["code"] for finding in json.loads(done.stdout)] == ["JSL103"]
    assert (project / "bad.py").read_text() == FIXED


def test_diff_writes_nothing_and_can_be_applied_with_patch(project: Path) -> None:
    done = lint(project, "--diff")
    assert done.returncode == 1
    assert (project / "bad.py").read_text() == BAD
    assert done.stderr == "Would fix 1 error.\n"
    subprocess.run(
        ["patch", "-p0"], cwd=project, input=done.stdout, text=True, check=True, stdout=-3
    )
    assert (project / "bad.py").read_text() == FIXED


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.rstrip("\n"),
        lambda text: "\N{BYTE ORDER MARK}" + text,
        lambda text: text.replace("import jax\n", "import jax  # \N{SNOWMAN}\n\f\n", 1),
    ],
    ids=["crlf", "no final newline", "byte order mark", "form feed and unicode"],
)
def test_diff_of_an_unusual_file_can_be_applied_with_patch(tmp_path: Path, change) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "bad.py").write_bytes(change(BAD).encode())
    done = subprocess.run(
        [sys.executable, "-m", "jaxslice_lint", "--diff", "."],
        cwd=tmp_path,
        capture_output=True,
        check=False,
    )
    command = ["patch", "-p0", "--binary"]
    subprocess.run(command, cwd=tmp_path, input=done.stdout, check=True, stdout=subprocess.DEVNULL)
    assert (tmp_path / "bad.py").read_bytes() == change(FIXED).encode()


def test_diff_of_a_clean_tree_passes(project: Path) -> None:
    done = lint(project, "--diff", "clean.py")
    assert (done.returncode, done.stdout) == (0, "")


def test_fix_keeps_permissions_and_symlinks(project: Path) -> None:
    (project / "bad.py").chmod(0o750)
    (project / "link.py").symlink_to("bad.py")
    assert lint(project, "--fix", "link.py").returncode == 0
    assert (project / "link.py").is_symlink()
    assert (project / "bad.py").read_text() == FIXED
    assert stat.S_IMODE((project / "bad.py").stat().st_mode) == 0o750
    assert sorted(path.name for path in project.iterdir()) == ["bad.py", "clean.py", "link.py"]


def test_unsafe_fixes_are_left_alone_without_their_flag(tmp_path: Path) -> None:
    commented = BAD.replace("x[i : i + 3]", "x[\n        i : i + 3  # three\n    ]")
    (tmp_path / "bad.py").write_text(commented)
    done = lint(tmp_path, "--fix")
    assert done.returncode == 1
    assert (tmp_path / "bad.py").read_text() == commented
    assert "unsafe fix (`--unsafe-fixes`): " in done.stdout
    assert lint(tmp_path, "--fix", "--unsafe-fixes").returncode == 0
    assert (tmp_path / "bad.py").read_text() == FIXED


def test_exclude_leaves_out_more_than_the_configuration(project: Path) -> None:
    (project / "pyproject.toml").write_text('[tool.jaxslice-lint]\nexclude = ["clean.py"]\n')
    done = lint(project, "--exclude", "b*.py")
    assert done.stderr == "warning: No Python files found under the given path(s)\n"


def test_standard_input_is_checked_under_the_name_it_is_given(tmp_path: Path) -> None:
    done = lint(
        tmp_path, "-", "--stdin-filename", "pkg/mod.py", "--output-format", "concise", stdin=BAD
    )
    assert done.returncode == 1
    assert done.stdout.startswith("pkg/mod.py:7:12: JSL101 [*] ")


def test_standard_input_with_fix_gives_the_source_on_stdout_and_words_on_stderr(
    tmp_path: Path,
) -> None:
    done = lint(tmp_path, "-", "--fix", stdin=BAD)
    assert (done.returncode, done.stdout) == (0, FIXED)
    assert "Found 1 error (1 fixed, 0 remaining)." in done.stderr


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


def test_statistics_count_by_rule(project: Path) -> None:
    (project / "left.py").write_text(UNFIXABLE)
    (project / "more.py").write_text(BAD)
    assert lint(project, "--statistics").stdout.splitlines() == [
        "2\tJSL101\t[*]\ttraced-slice",
        "1\tJSL103\t[ ]\ttraced-slice-size",
        "Found 3 errors.",
        "[*] 2 fixable with `--fix`.",
    ]


def test_select_and_ignore_choose_rules(project: Path) -> None:
    assert lint(project, "--ignore", "JSL101").returncode == 0
    assert lint(project, "--select", "JSL102,JSL103").returncode == 0
    assert lint(project, "--select", "JSL1").returncode == 1


def test_every_rule_is_listed_and_explained(tmp_path: Path) -> None:
    rows = lint(tmp_path, "--list-rules").stdout.splitlines()
    codes = [row.split()[0] for row in rows]
    assert codes[:2] == ["JSL101", "JSL102"]
    for code in codes:
        page = lint(tmp_path, "--explain", code)
        assert page.returncode == 0
        assert code in page.stdout.splitlines()[0]


def test_verbose_says_how_each_bound_was_judged(project: Path) -> None:
    (project / "left.py").write_text(UNFIXABLE)
    lines = lint(project, "-v", "--output-format", "concise").stderr.splitlines()
    assert any(line.startswith("bad.py:7:14: bound `i` is traced: ") for line in lines)
    assert any(line.startswith("left.py:6:12: JSL103 has no rewrite: ") for line in lines)


def test_a_crash_in_one_file_is_reported_and_costs_the_others_nothing(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from jaxslice_lint import run
    from jaxslice_lint.rules import RULES
    from jaxslice_lint.settings import load

    (project / "boom.py").write_text(CLEAN)
    trace = run.trace_files

    def fragile(sources):  # type: ignore[no-untyped-def]
        if any(source.path.name == "boom.py" for source in sources):
            raise RecursionError("too deep")
        return trace(sources)

    monkeypatch.setattr(run, "trace_files", fragile)
    monkeypatch.chdir(project)
    settings = load(project, {}, [rule.code for rule in RULES])
    outcome = run.run_paths([Path()], settings, fix=False)
    assert [finding.path.name for finding in outcome.findings] == ["bad.py"]
    (failure,) = outcome.failures
    assert failure.startswith("internal error in boom.py: RecursionError: too deep; please report")


def test_a_crash_in_one_function_names_it_and_keeps_the_other_findings(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dataclasses import replace

    from jaxslice_lint import run
    from jaxslice_lint.rules import RULES
    from jaxslice_lint.settings import load
    from jaxslice_lint.tracing import Crash

    trace = run.trace_files

    def limping(sources):  # type: ignore[no-untyped-def]
        crash = Crash("inner", "Traceback (most recent call last):\n  File\nKeyError: 'k'\n")
        return {path: replace(found, crashes=(crash,)) for path, found in trace(sources).items()}

    monkeypatch.setattr(run, "trace_files", limping)
    settings = load(project, {}, [rule.code for rule in RULES])
    outcome = run.run_paths([project / "bad.py"], settings, fix=False)
    assert [finding.code for finding in outcome.findings] == ["JSL101"]
    (failure,) = outcome.failures
    assert "bad.py, function inner: KeyError: 'k'; please report" in failure


def test_fixes_that_never_end_leave_the_file_alone(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dataclasses import replace

    from jaxslice_lint import run
    from jaxslice_lint.rewrite import Edit, Fix
    from jaxslice_lint.rules import RULES
    from jaxslice_lint.settings import load

    honest = run.check

    def restless(source, sites, style):  # type: ignore[no-untyped-def]
        growing = Fix("Grow", (Edit(0, 0, "\n"),), safe=True)
        return [replace(finding, fix=growing) for finding in honest(source, sites, style)]

    monkeypatch.setattr(run, "check", restless)
    settings = load(project, {}, [rule.code for rule in RULES])
    outcome = run.run_paths([project / "bad.py"], settings, fix=True)
    assert "failed to converge" in outcome.failures[0]
    assert not outcome.files[0].changed
    assert outcome.rewrites == []
    assert len(outcome.findings) == 1


@pytest.mark.parametrize(
    ("environment", "coloured"),
    [({}, False), ({"FORCE_COLOR": "1"}, True), ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False)],
)
def test_colour_follows_the_environment(
    project: Path, environment: dict[str, str], coloured: bool
) -> None:
    assert ("\x1b[" in lint(project, **environment).stdout) == coloured


def test_a_closed_pipe_is_no_error(project: Path) -> None:
    (project / "many.py").write_text(BAD + BAD.partition("lax\n")[2] * 400)
    command = f"{sys.executable} -m jaxslice_lint many.py | head -n 1"
    done = subprocess.run(
        command, shell=True, cwd=project, capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
    assert done.stdout.startswith("JSL101")


def test_linting_imports_neither_jax_nor_libcst_for_a_clean_file(project: Path) -> None:
    program = (
        "import sys\nsys.argv = ['jaxslice-lint', 'clean.py']\n"
        "from jaxslice_lint.cli import main\n"
        "try:\n    main()\nfinally:\n    print({'jax', 'libcst', 'rich'} & set(sys.modules))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=project, capture_output=True, text=True, check=False
    )
    assert done.stdout == "All checks passed!\nset()\n"
