"""The folder of the cache may hold anything, or be read-only: that is a warning, and never another answer."""

import json
import os
import pickle
import random
import subprocess
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from command_line import BAD, lint

from jaxslice_lint.cache import CacheError, Folder, folder
from jaxslice_lint.cache.entries import Answer, Entry, Input, dump, load

_NAME = ".jaxslice_cache"
#: A run of fewer files is not worth keeping.
_FILES = 25


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for number in range(_FILES):
        (tmp_path / f"program{number}.py").write_text(BAD)
    (tmp_path / "pyproject.toml").write_text("")
    return tmp_path


def _entries(project: Path) -> list[Path]:
    return sorted((project / _NAME).glob("*.json"))


def test_the_folder_is_tagged_and_ignored_by_git(project: Path) -> None:
    first = lint(project)
    assert (
        (project / _NAME / "CACHEDIR.TAG")
        .read_text()
        .startswith("Signature: 8a477f597d28d172789f06886806bc55")
    )
    subprocess.run(["git", "init", "-q"], cwd=project, check=True)
    status = subprocess.run(
        ["git", "status", "--short"], cwd=project, check=True, capture_output=True, text=True
    )
    assert _NAME not in status.stdout
    assert lint(project).stdout == first.stdout
    assert len(_entries(project)) == 1


def test_options_choose_the_folder_or_none(project: Path) -> None:
    first = lint(project, "--no-cache")
    assert not (project / _NAME).exists()
    assert lint(project, "--cache-dir", "kept/here").stdout == first.stdout
    assert len([*(project / "kept" / "here").glob("*.json")]) == 1
    assert lint(project, JAXSLICE_LINT_NO_CACHE="1").stdout == first.stdout
    assert not (project / _NAME).exists()


def test_timing_says_that_nothing_was_traced(project: Path) -> None:
    assert "of 25 files" in lint(project, "--timing").stderr
    assert "Nothing was traced" in lint(project, "--timing").stderr


def test_verbose_output_is_that_of_a_run(project: Path) -> None:
    lint(project)
    assert "bound `i` is traced" in lint(project, "-v").stderr


def test_clean_removes_the_folder_and_nothing_else(project: Path) -> None:
    lint(project)
    mine = project / _NAME / "mine.json"
    mine.write_text("mine")
    done = lint(project, "clean")
    assert done.returncode == 2 and "cannot be removed: it holds `mine.json`" in done.stderr
    assert mine.read_text() == "mine"
    # It is a cache as before.
    assert "warning" not in lint(project).stderr and len(_entries(project)) == 2
    mine.unlink()
    done = lint(project, "clean")
    assert done.returncode == 0 and "Removed .jaxslice_cache" in done.stderr
    assert not (project / _NAME).exists()
    done = lint(project, "clean")
    assert done.returncode == 0 and "There is no cache at .jaxslice_cache" in done.stderr
    assert lint(project, "clean", "-q").stderr == ""


def test_a_folder_that_is_called_clean_is_checked(project: Path) -> None:
    lint(project)
    for more in ("program0.py", "--fix", "--diff"):
        done = lint(project, "clean", more)
        assert done.returncode == 2 and '"clean" goes with no other path' in done.stderr
    (project / "clean").mkdir()
    (project / "clean" / "bad.py").write_text(BAD)
    done = lint(project, "clean")
    assert done.returncode == 1 and "clean/bad.py" in done.stdout
    assert _entries(project)


def test_a_damaged_entry_is_told_and_replaced(project: Path) -> None:
    first = lint(project)
    [entry] = _entries(project)
    whole = entry.read_bytes()
    entry.write_bytes(whole[:-9])
    second = lint(project)
    assert second.stdout == first.stdout and second.returncode == first.returncode
    assert "warning: .jaxslice_cache: removed a damaged entry" in second.stderr
    assert entry.read_bytes() == whole
    assert lint(project).stderr == first.stderr


def test_an_entry_with_any_byte_changed_is_none() -> None:
    entry = Entry(
        {"a.py": Input("1", "2")}, ("window",), {"a.py": Answer(88, ())}, ("gave up",), ()
    )
    data = dump(entry)
    assert load(data) == entry
    dice = random.Random(7)
    for _ in range(500):
        place = dice.randrange(len(data))
        changed = data[:place] + bytes([data[place] ^ dice.randrange(1, 256)]) + data[place + 1 :]
        with pytest.raises(ValueError, match=r"."):
            load(changed)


@pytest.mark.parametrize(
    "plain",
    [
        None,
        [],
        [1, 2, 3, 4, 5],
        [{}, [], {"a": [1, [[1]]]}, [], []],
        [{"a": [1, 2]}, [], {}, [], []],
    ],
)
def test_an_entry_of_another_form_is_none(plain: object) -> None:
    from jaxslice_lint.cache import entries

    body = json.dumps(plain).encode()
    with pytest.raises(ValueError, match=r"."):
        load(entries._seal(body) + body)


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="needs links")
def test_links_are_not_followed(project: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = tmp_path_factory.mktemp("outside")
    (project / _NAME).symlink_to(outside)
    done = lint(project)
    assert "warning: .jaxslice_cache: not used as cache: it is no folder" in done.stderr
    assert done.returncode == 1
    assert [*outside.iterdir()] == []


def test_a_folder_of_somebody_else_is_left_alone(project: Path) -> None:
    (project / _NAME).mkdir()
    (project / _NAME / "data.json").write_text("{}")
    done = lint(project)
    assert "jaxslice-lint did not make it" in done.stderr
    assert [one.name for one in (project / _NAME).iterdir()] == ["data.json"]
    assert lint(project, "clean").returncode == 2
    assert (project / _NAME / "data.json").read_text() == "{}"


def test_a_folder_of_another_user_is_not_used(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lint(project)
    monkeypatch.setattr(os, "getuid", lambda: 12345, raising=False)
    with pytest.raises(CacheError, match="belongs to another user"):
        assert not Folder(project / _NAME).is_empty


@pytest.mark.skipif(os.environ.get("USER") == "root" or os.name == "nt", reason="root may write")
def test_a_folder_that_cannot_be_written_is_a_warning(project: Path) -> None:
    project.chmod(0o555)
    try:
        if os.access(project, os.W_OK):
            pytest.skip("this user may write everywhere")
        done = lint(project)
    finally:
        project.chmod(0o755)
    assert "warning: .jaxslice_cache: cannot be written" in done.stderr
    assert done.returncode == 1


def test_a_cache_that_is_a_file_is_a_warning(project: Path) -> None:
    (project / _NAME).write_text("mine")
    done = lint(project)
    assert "warning: .jaxslice_cache: not used as cache: it is no folder" in done.stderr
    assert done.returncode == 1 and (project / _NAME).read_text() == "mine"


def test_the_folder_is_bounded_and_keeps_what_was_used_last(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folder, "_MOST_ENTRIES", 3)
    store, names = Folder(tmp_path / "cache"), [f"{number:032x}" for number in range(6)]

    def kept() -> list[str]:
        return [name for name in names if store.read(name) == b"text"]

    for number in range(5):
        store.write(names[number], b"text")
        os.utime(tmp_path / "cache" / f"{names[number]}.json", (number, number))
    assert kept() == names[2:5]
    store.touch(names[2])
    monkeypatch.setattr(folder, "_MOST_BYTES", 8)
    store.write(names[5], b"text")
    assert kept() == [names[2], names[5]]


def test_runs_at_the_same_time_share_the_folder(project: Path) -> None:
    alone = lint(project, "--no-cache")

    def run(_: int) -> "subprocess.CompletedProcess[str]":
        return lint(project)

    with ThreadPoolExecutor(4) as pool:
        for done in pool.map(run, range(8)):
            assert done.stdout == alone.stdout and "warning" not in done.stderr
    assert len(_entries(project)) == 1


class _Hostile:
    """An object that runs a command where somebody unpickles it."""

    def __init__(self, trap: Path) -> None:
        self.trap = trap

    def __reduce__(self) -> tuple[Callable[[str], int], tuple[str]]:
        return os.system, (f"touch {self.trap}",)


def test_nothing_is_run_that_a_cache_holds(project: Path) -> None:
    first = lint(project)
    [entry] = _entries(project)
    for data in (pickle.dumps(_Hostile(project / "trap")), b"__import__('os').mkdir('trap')"):
        entry.write_bytes(data)
        done = lint(project)
        assert done.stdout == first.stdout and "removed a damaged entry" in done.stderr
    assert not (project / "trap").exists()


def test_what_a_killed_run_has_left_is_removed_after_a_while(project: Path) -> None:
    lint(project)
    old, new = (project / _NAME / f"unfinished-{letter * 8}" for letter in "ab")
    for file in (old, new):
        file.write_text("half")
    os.utime(old, (1, 1))
    (project / "program0.py").write_text(f"{BAD}\n")
    assert "warning" not in lint(project).stderr
    assert new.exists() and not old.exists()


def test_a_folder_that_another_run_is_making_is_no_trouble(project: Path) -> None:
    (project / _NAME).mkdir()
    (project / _NAME / f"unfinished-{'a' * 8}").write_text("")
    assert "warning" not in lint(project).stderr
    assert len(_entries(project)) == 1


def test_what_is_no_file_is_no_entry(project: Path) -> None:
    first = lint(project)
    [entry] = _entries(project)
    entry.unlink()
    entry.mkdir()
    done = lint(project)
    assert done.stdout == first.stdout and done.stderr.count("warning") == 1


def test_the_folder_is_not_searched_for_sources(project: Path) -> None:
    lint(project)
    (project / _NAME / ".gitignore").unlink()
    (project / _NAME / "z.py").write_text(BAD)
    assert "z.py" not in lint(project, "--no-cache").stdout


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="needs modes")
def test_a_folder_that_cannot_be_read_costs_nothing(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lint(project)

    def refuse(_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "scandir", refuse)
    monkeypatch.setattr(Path, "lstat", refuse)
    with pytest.raises(CacheError, match="cannot be read: Permission denied"):
        assert not Folder(project / _NAME).is_empty
