"""Settings, ignore files, sources and folders that somebody else made: a message, never a crash or a wait."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest
from command_line import BAD, COMMAND, concise

FOUND = "bad.py:7:12: JSL101"
KILLER = "*a" * 40 + "b"


@pytest.fixture
def project(project: Path) -> Path:
    """A repository with one finding."""
    (project / ".git").mkdir()
    return project


def _make(path: Path, kind: str) -> None:
    match kind:
        case "pipe":
            os.mkfifo(path)
        case "device":
            path.symlink_to("/dev/zero")
        case "folder":
            path.mkdir()
        case "huge":
            path.write_bytes(b"#" * (2**20 + 1))
        case "loop":
            path.symlink_to(path.name)


KINDS = {
    "pipe": "not a regular file",
    "device": "not a regular file",
    "folder": "not a regular file",
    "huge": "larger than 1 MiB, which is not read",
    "loop": f"cannot be read: {os.strerror(40)}",
}


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no pipes among files")
@pytest.mark.parametrize("kind", KINDS)
def test_an_ignore_file_that_is_none_is_said_and_costs_nothing(project: Path, kind: str) -> None:
    _make(project / ".gitignore", kind)
    done = concise(project, ".")
    assert done.returncode == 2
    assert done.stderr == f"error: .gitignore: {KINDS[kind]}\n"
    assert done.stdout.startswith(FOUND)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no pipes among files")
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("option", [(), ("--config", "pyproject.toml")])
def test_a_configuration_that_is_none_is_said(
    project: Path, kind: str, option: tuple[str, ...]
) -> None:
    _make(project / "pyproject.toml", kind)
    done = concise(project, *option, "bad.py")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"error: pyproject.toml: {KINDS[kind]}\n"


def test_a_source_without_measure_is_said_and_costs_nothing(project: Path) -> None:
    with (project / "huge.py").open("wb") as file:
        file.truncate(2**40)  # a terabyte, of which nothing is on the disk
    done = concise(project, ".")
    assert done.returncode == 2
    assert done.stderr == "error: huge.py: larger than 10 MiB, which is not read\n"
    assert done.stdout.startswith(FOUND)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x = " + "[" * 5000 + "]" * 5000, "nested too deeply"),
        ("x = " + "{a=" * 5000 + "1" + "}" * 5000, "nested too deeply"),
        ("x = " + "9" * 5000, "a number that cannot be read"),
        (".".join("a" * 60_000) + " = 1", "a key of more than 64 parts"),
        ("['" + "'.'".join("a" * 60_000) + "']", "a key of more than 64 parts"),
        ("x = {" + " . ".join("a" * 60_000) + " = 1}", "a key of more than 64 parts"),
        ('x = "' + '\\"' * 300_000 + "." * 90, "not valid TOML"),
        ("x = \udcff", "not valid utf-8"),
        ("x = ", "not valid TOML"),
        ("[tool.jaxslice-lint]\n" * 2, "not valid TOML"),
    ],
)
def test_toml_that_cannot_be_read_is_said_with_its_file(
    project: Path, text: str, said: str
) -> None:
    (project / "pyproject.toml").write_bytes(
        f"[tool.jaxslice-lint]\n{text}\n".encode("utf-8", "surrogateescape")
    )
    done = concise(project, "bad.py")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"error: pyproject.toml: {said}")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("\n" * 900_000 + "[tool.jaxslice-lint]\nbogus = 1\n", "900002: unknown key `bogus`"),
        ("[tool.jaxslice-lint]\n" + "\n" * 900_000 + '"bog\\u0075s" = 1\n', " unknown key `bogus`"),
        (
            '[tool.jaxslice-lint.transforms]\n"my.jit" = {function = 100000000000}\n',
            "2: `transforms`: `my.jit`: `function` must be",
        ),
    ],
)
def test_a_configuration_that_is_refused_is_refused_at_once(
    project: Path, text: str, said: str
) -> None:
    (project / "pyproject.toml").write_text(text)
    done = concise(project, "bad.py")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"error: pyproject.toml:{said}")


@pytest.mark.parametrize(
    "line",
    [
        "# jaxslice: ignore[" + " " * 400_000,
        ' f"x' * 2_500 + "{" * 2_500 + "$}",
        " except a," + " " * 400_000,
        " class x[" + "a," * 100_000,
        "# noqa:" + " A1," * 100_000,
        "# type:" + " " * 400_000,
    ],
)
def test_no_line_of_a_source_makes_a_run_wait(project: Path, line: str) -> None:
    (project / "long.py").write_text(f"{line}\n")
    done = concise(project, ".")
    assert done.returncode in (1, 2)
    assert done.stdout.startswith(FOUND)


def test_an_encoding_that_takes_time_without_end_is_refused(project: Path) -> None:
    text = f"# coding: punycode\n#{'a' * 900_000}\n-{'a' * 900_000}\n"
    (project / "names.py").write_text(text)
    done = concise(project, ".")
    assert done.returncode == 2
    assert done.stderr == "error: names.py:1: punycode is an encoding of names, not of files\n"
    assert done.stdout.startswith(FOUND)


@pytest.mark.parametrize(
    "table",
    [
        "[tool.other" + ".a" * 3000 + "]\nb = 1\n",
        "[tool.other]\nx = " + "[" * 200 + "]" * 200 + "\n",
        "[tool]\nruff = 3\n",
        "tool = 3\n",
        "[tool.ruff]\nline-length = " + "9" * 400 + "\n",
        "[tool.ruff]\nline-length = 88\n" + ".".join("a" * 60_000) + " = 1\n",
        "[tool.ruff]\nx = [" + "0.5, " * 1_000 + "]\n",
        "[tool.ruff]\nline-length = " + "9" * 5000 + "\n",
    ],
)
def test_the_tables_of_other_tools_stop_nothing(project: Path, table: str) -> None:
    (project / "pyproject.toml").write_text(table)
    done = concise(project, "--diff", "bad.py")
    assert done.returncode == 1
    assert "+    return lax.dynamic_slice_in_dim(x, i, 3)" in done.stdout


@pytest.mark.parametrize("pattern", ["!", "\\", "[z-a]", "a\\", "[", "**[", KILLER])
@pytest.mark.parametrize("where", ["ignore", "exclude", "per-file-ignores"])
def test_no_pattern_ends_a_run_or_makes_it_wait(project: Path, pattern: str, where: str) -> None:
    (project / f"{'a' * 200}.py").touch()
    options: list[str] = []
    if where == "ignore":
        (project / ".gitignore").write_text(f"{pattern}\n")
    elif where == "exclude":
        options = ["--exclude", pattern]
    else:
        quoted = pattern.replace("\\", "\\\\")
        options = ["--config", f'per-file-ignores = {{"{quoted}" = ["JSL101"]}}']
    done = concise(project, *options, ".")
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.startswith(FOUND)


def test_links_that_lead_nowhere_cost_nothing(project: Path) -> None:
    (project / "loop.py").symlink_to("loop.py")
    (project / "long.py").symlink_to("x" * 3000)
    (project / ".#lock.py").symlink_to("nobody@nowhere")  # an editor's, for a file that is open
    (project / "round").symlink_to(".")
    done = concise(project, ".")
    assert done.returncode == 2
    assert done.stderr == (
        f"error: long.py: cannot be read: {os.strerror(36)}\n"
        f"error: loop.py: cannot be read: {os.strerror(40)}\n"
    )
    assert done.stdout.startswith(FOUND)


def test_named_paths_that_cannot_be_looked_at_cost_nothing(project: Path) -> None:
    (project / "loop.py").symlink_to("loop.py")
    done = concise(project, "loop.py", "x" * 3000, "bad.py/child.py", "nowhere.py", "bad.py")
    assert done.returncode == 2
    assert done.stderr == (
        f"error: loop.py: {os.strerror(40)}\n"
        f"error: {'x' * 3000}: {os.strerror(36)}\n"
        "error: bad.py/child.py: no such file or directory\n"
        "error: nowhere.py: no such file or directory\n"
    )
    assert done.stdout.startswith(FOUND)


@pytest.mark.skipif(
    shutil.which("setpriv") is None or os.geteuid() != 0, reason="nothing is unreadable for root"
)
def test_what_nobody_may_look_at_costs_nothing() -> None:
    with tempfile.TemporaryDirectory() as folder:
        project, secret = Path(folder), Path(folder, "secret")
        project.chmod(0o755)
        secret.mkdir()
        for path in (project / "bad.py", secret / "bad.py"):
            path.write_text(BAD)
        (project / "link.py").symlink_to("secret/bad.py")
        secret.chmod(0)
        done = subprocess.run(
            [
                "setpriv",
                "--reuid=65534",
                "--clear-groups",
                *COMMAND,
                "--output-format",
                "concise",
                ".",
                "secret/bad.py",
            ],
            cwd=project,
            capture_output=True,
            text=True,
            check=False,
        )
    if "No module named" in done.stderr or done.returncode > 2:
        pytest.skip("nobody else may run this Python")
    assert done.returncode == 2
    assert done.stderr == (
        "error: link.py: cannot be read: Permission denied\n"
        "error: secret: cannot be searched: Permission denied\n"
        "error: secret/bad.py: Permission denied\n"
    )
    assert done.stdout.startswith(FOUND)


def test_folders_may_be_nested_deeper_than_python_calls_functions(project: Path) -> None:
    here = Path.cwd()
    try:
        os.chdir(project)
        for _ in range(1200):
            Path("d").mkdir()
            os.chdir("d")
    finally:
        os.chdir(here)
    done = concise(project, ".")
    subprocess.run(["rm", "-rf", "d"], cwd=project, check=True)  # Python's own way calls itself
    assert "internal error" not in done.stderr
    assert done.stdout.startswith(FOUND)


@pytest.mark.parametrize("path", ["..", "../src/../.", "../lib/../lib", "../src"])
def test_two_dots_switch_off_no_pattern(project: Path, path: str) -> None:
    (project / "pyproject.toml").write_text('[tool.jaxslice-lint]\nextend-exclude = ["lib/*.py"]\n')
    for folder in ("src", "lib", "build"):
        (project / folder).mkdir()
        (project / folder / "bad.py").write_text(BAD)
    concise(project / "src", "--fix", path)
    assert (project / "lib" / "bad.py").read_text() == BAD
    assert (project / "build" / "bad.py").read_text() == BAD


def test_a_working_folder_that_was_deleted_is_not_needed(project: Path) -> None:
    gone = project / "gone"
    gone.mkdir()
    script = 'rmdir "$PWD" && exec "$@"'
    done = subprocess.run(
        [
            "/bin/sh",
            "-c",
            script,
            "sh",
            *COMMAND,
            "--output-format",
            "concise",
            str(project / "bad.py"),
        ],
        cwd=gone,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.startswith(f"{project}/{FOUND}")
