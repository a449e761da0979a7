"""A fixed file is written in one step, in its project only, and nothing else about it changes."""

import os
import shutil
import signal
import stat
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from command_line import BAD, COMMAND, FIXED, lint

from jaxslice_lint.source import writing
from jaxslice_lint.source.disk import FileError, read
from jaxslice_lint.source.writing import write


def change(path: Path, *given: Path) -> None:
    """Write another text to a file, as a run does that was given these paths."""
    old = read(path)
    write(old, replace(old, text="x = 2\n"), given or [path])


def fix(folder: Path, *options: str) -> "subprocess.CompletedProcess[str]":
    return lint(folder, "--fix", *options)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with something outside of it."""
    (tmp_path / "outside.py").write_text(BAD)
    project = tmp_path / "project"
    project.mkdir()
    (project / "pyproject.toml").touch()
    return project


@pytest.mark.parametrize("named", [".", "link.py"])
def test_a_link_that_leaves_the_project_is_reported_and_not_followed(
    project: Path, named: str
) -> None:
    (project / "link.py").symlink_to("../outside.py")
    (project / "bad.py").write_text(BAD)
    done = fix(project, named, "bad.py")
    assert done.returncode == 2
    assert done.stderr == (
        "error: link.py: not rewritten: a symbolic link leads out of the project, to"
        f" {project.parent / 'outside.py'}\n"
    )
    assert "link.py:7:12: JSL101" in done.stdout
    assert (project.parent / "outside.py").read_text() == BAD
    assert "dynamic_slice" in (project / "bad.py").read_text()


def test_a_folder_that_is_a_link_leads_out_as_well(project: Path) -> None:
    (project.parent / "other").mkdir()
    (project.parent / "other" / "bad.py").write_text(BAD)
    (project / "linked").symlink_to("../other")
    done = fix(project, "linked/bad.py")
    assert done.returncode == 2
    assert "leads out of the project" in done.stderr
    assert (project.parent / "other" / "bad.py").read_text() == BAD


def test_a_link_to_elsewhere_in_the_project_is_followed_if_it_is_named(project: Path) -> None:
    for name in ("src", "lib"):
        (project / name).mkdir()
    (project / "lib" / "real.py").write_text(BAD)
    (project / "src" / "link.py").symlink_to("../lib/real.py")
    done = fix(project, "src")
    assert done.returncode == 2
    assert "leads out of the given paths" in done.stderr
    assert (project / "lib" / "real.py").read_text() == BAD
    assert fix(project, "src/link.py").returncode == 0
    assert (project / "src" / "link.py").is_symlink()
    assert "dynamic_slice" in (project / "lib" / "real.py").read_text()


def test_a_project_that_is_reached_by_a_link_is_written(project: Path) -> None:
    (project / "bad.py").write_text(BAD)
    (project.parent / "short").symlink_to("project")
    assert fix(project.parent, "short").returncode == 0
    assert "dynamic_slice" in (project / "bad.py").read_text()


def test_a_file_with_another_name_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("x = 1\n")
    os.link(tmp_path / "a.py", tmp_path / "b.py")
    with pytest.raises(FileError, match="hard links"):
        change(tmp_path / "a.py")
    assert (tmp_path / "a.py").read_text() == (tmp_path / "b.py").read_text() == "x = 1\n"


def test_mode_and_attributes_stay(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_text("x = 1\n")
    path.chmod(0o754)
    try:
        os.setxattr(path, "user.origin", b"here")  # type: ignore[attr-defined,unused-ignore]
    except (AttributeError, OSError):
        pytest.skip("the file system has no attributes")
    before = path.stat().st_mtime_ns
    change(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o754
    assert os.getxattr(path, "user.origin") == b"here"  # type: ignore[attr-defined,unused-ignore]
    assert path.stat().st_mtime_ns >= before


def test_privileges_stay(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_text("x = 1\n")
    path.chmod(0o6755)
    if stat.S_IMODE(path.stat().st_mode) != 0o6755:
        pytest.skip("the file system has no such modes")
    change(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o6755


def test_a_file_whose_attributes_cannot_be_kept_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.py"
    path.write_text("x = 1\n")
    path.chmod(0o755)
    monkeypatch.setattr(shutil, "copystat", lambda *_: None)
    with pytest.raises(FileError, match="its mode or attributes cannot be kept"):
        change(path)
    assert [(one.name, one.read_text()) for one in tmp_path.iterdir()] == [("a.py", "x = 1\n")]


def test_a_file_whose_owner_cannot_be_kept_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.py"
    path.write_text("x = 1\n")
    real = Path.stat

    def owned(self: Path, **options: bool) -> os.stat_result:
        status = real(self, **options)
        return os.stat_result([*status[:4], 12345, *status[5:]]) if self.name == "a.py" else status

    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "stat", owned)
    monkeypatch.setattr(os, "chown", refuse)
    with pytest.raises(FileError, match="owner or group cannot be kept: Operation not permitted"):
        change(path)
    monkeypatch.undo()
    assert [(one.name, one.read_text()) for one in tmp_path.iterdir()] == [("a.py", "x = 1\n")]


def test_the_owner_is_kept_where_that_may_be(tmp_path: Path) -> None:
    if not hasattr(os, "geteuid") or os.geteuid():
        pytest.skip("only root gives files away")
    path = tmp_path / "a.py"
    path.write_text("x = 1\n")
    os.chown(path, 1, 2)
    change(path)
    assert (path.stat().st_uid, path.stat().st_gid) == (1, 2)


def test_content_is_on_the_disk_before_it_has_the_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.py"
    path.write_text("x = 1\n")
    order: list[str] = []
    sync, rename = os.fsync, Path.replace

    def synced(handle: int) -> None:
        order.append("folder" if stat.S_ISDIR(os.fstat(handle).st_mode) else "file")
        sync(handle)

    def renamed(self: Path, target: Path) -> Path:
        order.append("name")
        return rename(self, target)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(Path, "replace", renamed)
    change(path)
    assert order == ["file", "name", "folder"]


def test_what_an_editor_saves_while_the_new_file_is_prepared_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.py"
    path.write_text("x = 1\n")
    sync = os.fsync

    def slow(handle: int) -> None:
        path.write_text("x = 'saved'\n")
        sync(handle)

    monkeypatch.setattr(os, "fsync", slow)
    with pytest.raises(FileError, match="has changed since it was read"):
        change(path)
    assert [(one.name, one.read_text()) for one in tmp_path.iterdir()] == [
        ("a.py", "x = 'saved'\n")
    ]


def test_a_file_that_a_checkout_removed_does_not_come_back(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_text("x = 1\n")
    old = read(path)
    path.unlink()
    with pytest.raises(FileError, match="No such file"):
        write(old, replace(old, text="x = 2\n"), [path])
    assert [*tmp_path.iterdir()] == []


def test_what_a_killed_run_left_is_removed_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_text("x = 1\n")
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    left = tmp_path / f".jaxslice-lint-{gone.pid}-abcd_123"
    in_work = tmp_path / f".jaxslice-lint-{os.getppid()}-abcd_123"
    old = tmp_path / f".jaxslice-lint-{os.getppid()}-old_1234"
    mine = tmp_path / f".jaxslice-lint-{gone.pid}-notes"
    for one in (left, in_work, old, mine):
        one.touch()
    os.utime(old, (time.time() - 2 * writing._ABANDONED,) * 2)
    change(path)
    assert {one.name for one in tmp_path.iterdir()} == {"a.py", in_work.name, mine.name}


def test_a_run_that_is_killed_leaves_each_file_whole(tmp_path: Path) -> None:
    names = [f"{number}.py" for number in range(12)]
    for name in names:
        (tmp_path / name).write_text(BAD)
        moments = 0
    while {(tmp_path / name).read_text() for name in names} != {FIXED}:
        moments += 1
        _run_until(tmp_path, moments)
        assert {(tmp_path / name).read_text() for name in names} <= {BAD, FIXED}
    assert sorted(one.name for one in tmp_path.iterdir()) == sorted(names)
    assert moments > 3


def _run_until(folder: Path, moment: int) -> None:
    """Run `--fix` in a process that is killed at a step of writing; each run gets a bit further."""
    script = f"""
import os, sys
from jaxslice_lint.source import writing

left = {moment} * 2

def killing(function):
    def step(*arguments, **options):
        global left
        left -= 1
        if not left:
            os.kill(os.getpid(), 9)
        return function(*arguments, **options)
    return step

os.fsync = killing(os.fsync)
writing.Path.replace = killing(writing.Path.replace)
writing.shutil.copystat = killing(writing.shutil.copystat)
sys.argv = ["jaxslice-lint", "--fix", "."]
from jaxslice_lint.cli import main
main()
"""
    subprocess.run([sys.executable, "-c", script], cwd=folder, capture_output=True, check=False)


def test_two_runs_at_once_lose_nothing(tmp_path: Path) -> None:
    for number in range(20):
        (tmp_path / f"{number}.py").write_text(BAD)
    runs = [
        subprocess.Popen(
            [*COMMAND, "--fix", "-q", "--no-cache", "."],
            cwd=tmp_path,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    said = [run.communicate()[1] for run in runs]
    texts = {path.read_text() for path in tmp_path.iterdir()}
    assert texts == {FIXED}, said
    assert len([*tmp_path.iterdir()]) == 20


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="Windows has no such signals")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_run_that_is_told_to_end_leaves_no_child_and_no_folder_behind(
    tmp_path: Path, number: signal.Signals
) -> None:
    (tmp_path / "temporary").mkdir()
    (tmp_path / "bad.py").write_text(BAD)
    python = tmp_path / "python"
    python.write_text(f"#!/bin/sh\necho $$ > {tmp_path}/pid\nexec sleep 60\n")
    python.chmod(0o755)
    run = subprocess.Popen(
        [*COMMAND, "--fix", "--verify", "bad.py", "--verify-python", str(python)],
        cwd=tmp_path,
        env={**os.environ, "TMPDIR": str(tmp_path / "temporary")},
    )
    while not (tmp_path / "pid").exists() or not (tmp_path / "pid").read_text().strip():
        time.sleep(0.05)
    run.send_signal(number)
    assert run.wait(20) == 128 + number
    assert [*(tmp_path / "temporary").iterdir()] == []
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)
    assert (tmp_path / "bad.py").read_text() == BAD


def test_what_one_project_asks_for_is_not_done_to_another(tmp_path: Path) -> None:
    for name, table in (("theirs", "fix = true\nunsafe-fixes = true\n"), ("mine", "")):
        (tmp_path / name / ".git").mkdir(parents=True)
        (tmp_path / name / "pyproject.toml").write_text(f"[tool.jaxslice-lint]\n{table}")
        (tmp_path / name / "bad.py").write_text(BAD)
        (tmp_path / name / "worse.py").write_text(BAD.replace("x[i : i + 3].sum()", "x[:i]"))
    plain = [*COMMAND, "theirs", "mine"]
    subprocess.run(plain, cwd=tmp_path, capture_output=True, check=False)
    assert "dynamic_slice" in (tmp_path / "theirs" / "bad.py").read_text()
    assert (tmp_path / "mine" / "bad.py").read_text() == BAD
    subprocess.run([*plain, "--fix"], cwd=tmp_path, capture_output=True, check=False)
    assert "dynamic_slice" in (tmp_path / "mine" / "bad.py").read_text()
    assert "static_argnames" in (tmp_path / "theirs" / "worse.py").read_text()
    assert "static_argnames" not in (tmp_path / "mine" / "worse.py").read_text()
