"""What is printed of names and sources that somebody else made acts on no terminal and forges no line."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from command_line import BAD, concise

from jaxslice_lint.report.visible import visible

FOUND = "bad.py:7:12: JSL101"
KILLER = "*a" * 40 + "b"


@pytest.fixture
def project(project: Path) -> Path:
    """A repository with one finding."""
    (project / ".git").mkdir()
    return project


@pytest.mark.parametrize(
    ("closed", "status", "said"),
    [
        ("<&-", 1, ""),
        (">&-", 2, f"error: standard output: {os.strerror(9)}\n"),
        (">/dev/full", 2, f"error: standard output: {os.strerror(28)}\n"),
    ],
)
def test_a_stream_that_is_closed_or_full_costs_no_fix(
    project: Path, closed: str, status: int, said: str
) -> None:
    command = f'"$0" -P -m jaxslice_lint --fix --exit-non-zero-on-fix . {closed}'
    done = subprocess.run(
        ["/bin/sh", "-c", command, sys.executable],
        cwd=project,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (status, said)
    assert "dynamic_slice" in (project / "bad.py").read_text()


@pytest.mark.parametrize(
    ("command", "status"),
    [("- <&-", 2), (". nowhere.py 2>&-", 2), ("nowhere.py 2>/dev/full", 2), (". 2>&-", 1)],
)
def test_no_closed_stream_is_an_internal_error(project: Path, command: str, status: int) -> None:
    done = subprocess.run(
        ["/bin/sh", "-c", f'"$0" -P -m jaxslice_lint {command}', sys.executable],
        cwd=project,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == status
    assert "internal" not in done.stderr
    assert "Traceback" not in done.stderr


NAME = "a\x1b[31m\n\u202eb\u2028\x85c.py"
SHOWN = r"a\x1b[31m\n\u202eb\u2028\x85c.py"


@pytest.mark.parametrize("options", [(), ("--output-format", "concise"), ("-v",), ("--fix",)])
def test_no_name_or_source_acts_on_a_terminal(project: Path, options: tuple[str, ...]) -> None:
    source = BAD.replace("x[i : i + 3]", "x[i : i + 3]  # \x1b]0;mine\x07 \u202e")
    (project / NAME).write_text(source)
    (project / "sub").mkdir()
    (project / "sub" / "b\x1b[2J.py").write_text("def f(:\n")
    done = concise(project, "--output-format", "full", *options, ".", "nowhere\x1b[31m.py")
    said = done.stdout + done.stderr
    assert f"{SHOWN}:" in said
    assert r"b\x1b[2J.py" in said
    assert r"nowhere\x1b[31m.py" in said
    assert all(one == "\n" or visible(one) == one for one in said)


def test_messages_about_options_and_keys_act_on_no_terminal(project: Path) -> None:
    (project / "pyproject.toml").write_text('[tool.jaxslice-lint]\n"\\u001b[31m" = 1\n')
    for options in ((), ("--\x1b[31m",), ("--config", "\x1b[31m = "), ("--explain", "\x1b[31m")):
        done = concise(project, *options)
        assert done.returncode == 2
        assert r"\x1b[31m" in done.stderr
        assert "\x1b" not in done.stdout + done.stderr


def test_no_name_forges_a_header_of_a_diff(project: Path) -> None:
    forged = "x.py\n--- other.py\n+++ other.py\n@@ -1 +1 @@\n-a\n+b"
    for name in (f'{forged}".py', "with space.py", "b\u00e4r.py", "tab\there.py", "back\\slash.py"):
        (project / name.replace("/", "")).write_text(BAD)
    (project / "other.py").write_text("a\n")
    done = concise(project, "--diff", ".")
    headers = [line for line in done.stdout.splitlines() if line.startswith("--- ")]
    assert headers == [
        '--- "back\\\\slash.py"',
        "--- bad.py",
        '--- "b\\303\\244r.py"',
        '--- "tab\\there.py"',
        "--- with space.py\t",
        '--- "x.py\\n--- other.py\\n+++ other.py\\n@@ -1 +1 @@\\n-a\\n+b\\".py"',
    ]
    if shutil.which("git"):
        subprocess.run(["git", "init", "-q", "."], cwd=project, check=True)
        subprocess.run(
            ["git", "apply", "-p0"], cwd=project, input=done.stdout, text=True, check=True
        )
        assert (project / "other.py").read_text() == "a\n"
        assert concise(project, ".").stdout == "All checks passed!\n"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain `x[i]` \N{GREEK SMALL LETTER ALPHA}\N{IDEOGRAPHIC SPACE}", None),
        ("\x1b[31m", r"\x1b[31m"),
        ("\N{RIGHT-TO-LEFT OVERRIDE}", r"\u202e"),
        ("\N{LINE SEPARATOR}\r\n\t\x7f", r"\u2028\r\n\t\x7f"),
        ("\N{ZERO WIDTH SPACE}\N{TAG LATIN SMALL LETTER A}\udc80", r"\u200b\U000e0061\udc80"),
    ],
)
def test_what_is_invisible_is_made_visible(text: str, shown: str | None) -> None:
    assert visible(text) == (text if shown is None else shown)


@pytest.mark.parametrize("closed", ["<&- >&- 2>&-", "2>&-", "<&-"])
def test_no_file_gets_the_number_of_a_closed_stream(project: Path, closed: str) -> None:
    """What a library writes to its standard error must not go into a file that is being written."""
    script = (
        "import os, sys; from jaxslice_lint import streams; streams.prepare();"
        "sys.exit(os.open('bad.py', os.O_RDONLY))"
    )
    done = subprocess.run(
        ["/bin/sh", "-c", f'"$0" -c "{script}" {closed}', sys.executable], cwd=project, check=False
    )
    assert done.returncode > 2
