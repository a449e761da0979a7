"""What a person at the command line sees: output, exit status, and what happens to the files."""

import json
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from command_line import BAD, FIXED, UNFIXABLE, lint


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


TAUGHT = """\
[tool.jaxslice-lint]
assume-traced = ["ops.window(start)"]

[tool.jaxslice-lint.transforms]
"mylib.compiled" = {function = 1, static = ["size"]}
"""


def test_what_a_project_teaches_is_followed(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(TAUGHT)
    (tmp_path / "ops.py").write_text(
        "def window(x, start: int, size: int):\n    return x[start : start + size]\n"
    )
    (tmp_path / "train.py").write_text(
        "import mylib\n\n\n"
        '@mylib.compiled("step")\ndef step(x, i, size):\n    return x[i : i + size] + x[:size]\n'
    )
    done = lint(tmp_path, "--output-format", "concise")
    assert done.returncode == 1
    assert [line.split(" ")[:2] for line in done.stdout.splitlines()[:2]] == [
        ["ops.py:2:12:", "JSL101"],
        ["train.py:6:12:", "JSL101"],
    ]
    assert done.stdout.splitlines()[2] == "Found 2 errors."
    assert lint(tmp_path, "--isolated").stdout == "All checks passed!\n"


def test_a_row_that_cannot_be_read_is_refused_with_status_2(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(TAUGHT.replace("function = 1", "fun = 1"))
    done = lint(tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith("error: pyproject.toml:5: `transforms`: `mylib.compiled`: ")


def test_exit_zero_reports_and_passes(project: Path) -> None:
    done = lint(project, "--exit-zero", "--output-format", "concise")
    assert done.returncode == 0
    assert "JSL101" in done.stdout
    assert lint(project, "--exit-zero", "--diff").returncode == 0


def test_quiet_says_nothing_of_a_folder_without_python(tmp_path: Path) -> None:
    done = lint(tmp_path, "--quiet")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


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


def test_diff_of_a_file_in_another_encoding_can_be_applied_with_patch(tmp_path: Path) -> None:
    def encoded(text: str) -> bytes:
        commented = text.replace(":\n", ":  # \N{LATIN SMALL LETTER E WITH ACUTE}\n", 1)
        return f"# coding: latin-1\n{commented}".encode("latin-1")

    (tmp_path / "bad.py").write_bytes(encoded(BAD))
    diff = subprocess.run(
        [sys.executable, "-m", "jaxslice_lint", "--diff", "."],
        cwd=tmp_path,
        capture_output=True,
        check=False,
    ).stdout
    subprocess.run(["patch", "-p0"], cwd=tmp_path, input=diff, check=True, stdout=-3)
    assert (tmp_path / "bad.py").read_bytes() == encoded(FIXED)


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


def test_fix_rewrites_a_file_once_that_is_reached_by_a_link_too(project: Path) -> None:
    (project / "link.py").symlink_to("bad.py")
    assert lint(project, "--fix").returncode == 0
    assert (project / "bad.py").read_text() == FIXED


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


def test_standard_input_under_an_excluded_name_is_checked_unless_exclusions_are_forced(
    tmp_path: Path,
) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.jaxslice-lint]\nexclude = ["pkg"]\n')
    arguments = ("-", "--stdin-filename", "pkg/mod.py")
    assert lint(tmp_path, *arguments, stdin=BAD).returncode == 1
    assert lint(tmp_path, *arguments, "--force-exclude", stdin=BAD).returncode == 0


def test_standard_input_with_fix_gives_the_source_on_stdout_and_words_on_stderr(
    tmp_path: Path,
) -> None:
    done = lint(tmp_path, "-", "--fix", stdin=BAD)
    assert (done.returncode, done.stdout) == (0, FIXED)
    assert "Found 1 error (1 fixed, 0 remaining)." in done.stderr


def test_statistics_count_by_rule(project: Path) -> None:
    (project / "left.py").write_text(UNFIXABLE)
    (project / "more.py").write_text(BAD)
    assert lint(project, "--statistics").stdout.splitlines() == [
        "2\tJSL101\t[*] traced-slice",
        "1\tJSL103\t[ ] traced-slice-size",
        "Found 3 errors.",
        "[*] 2 fixable with `--fix`.",
    ]


def test_statistics_come_as_json_too(project: Path) -> None:
    done = lint(project, "--statistics", "--output-format", "json")
    assert json.loads(done.stdout) == [
        {
            "code": "JSL101",
            "name": "traced-slice",
            "count": 1,
            "fixable": True,
            "fixable_count": 1,
        }
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


@pytest.mark.parametrize(
    ("environment", "coloured"),
    [({}, False), ({"FORCE_COLOR": "1"}, True), ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False)],
)
def test_colour_follows_the_environment(
    project: Path, environment: dict[str, str], coloured: bool
) -> None:
    assert ("\x1b[" in lint(project, **environment).stdout) == coloured


SLOW_TO_IMPORT = {"jax", "libcst", "rich", "tomllib", "tomli"}


@pytest.mark.parametrize("argument", ["clean.py", "--help", "--list-rules"])
def test_what_needs_no_slow_library_imports_none(project: Path, argument: str) -> None:
    program = (
        f"import sys\nsys.argv = ['jaxslice-lint', '{argument}']\n"
        "from jaxslice_lint.cli import main\n"
        f"try:\n    main()\nfinally:\n    print({SLOW_TO_IMPORT} & set(sys.modules))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=project, capture_output=True, text=True, check=True
    )
    assert done.stdout.endswith("\nset()\n")


def package(folder: Path) -> None:
    """A project of which one module is traced only from another."""
    (folder / "pyproject.toml").write_text("[project]\nname = 'cut'\n")
    (folder / "cut").mkdir()
    (folder / "cut" / "__init__.py").write_text("")
    (folder / "cut" / "ops.py").write_text(
        "def window(x, start):\n    return x[start : start + 3]\n"
    )
    (folder / "cut" / "train.py").write_text(
        "import jax\nfrom cut.ops import window\n\nstep = jax.jit(lambda x, i: window(x, i).sum())\n"
    )


def test_a_helper_given_alone_is_found_to_be_traced_from_the_rest_of_its_project(
    tmp_path: Path,
) -> None:
    package(tmp_path)
    done = lint(tmp_path, "--output-format", "json", "cut/ops.py")
    [finding] = json.loads(done.stdout)
    assert (finding["code"], finding["location"]) == ("JSL101", {"row": 2, "column": 12})
    files = [Path(step["filename"]).name for step in finding["trace_path"]]
    assert files == ["train.py", "train.py"]
    assert lint(tmp_path, "cut/train.py").stdout == "All checks passed!\n"


def test_fix_writes_the_given_file_alone(tmp_path: Path) -> None:
    package(tmp_path)
    before = (tmp_path / "cut" / "train.py").read_bytes()
    assert lint(tmp_path, "--fix", "cut/ops.py").returncode == 0
    assert "dynamic_slice_in_dim(x, start, 3)" in (tmp_path / "cut" / "ops.py").read_text()
    assert (tmp_path / "cut" / "train.py").read_bytes() == before
