"""Finding, reading and writing files, and saying why one does not parse."""

import ast
import os
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from jaxslice_lint.source.disk import FileError, decode, encode, read
from jaxslice_lint.source.files import DEFAULT_EXCLUDE, Filter, Globs, discover
from jaxslice_lint.source.parse import ParseError, parse
from jaxslice_lint.source.text import Source
from jaxslice_lint.source.writing import write


def tree(root: Path, *names: str) -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


def found(root: Path, *paths: str, exclude: tuple[str, ...] = (), force: bool = False) -> list[str]:
    leave_out = Filter(Globs(DEFAULT_EXCLUDE + exclude, root), force=force)
    discovered = discover([root / path for path in paths or (".",)], leave_out)
    return [path.relative_to(root).as_posix() for path in discovered.files]


def test_folders_are_searched_for_python_files_in_order(tmp_path: Path) -> None:
    tree(tmp_path, "b.py", "a/z.py", "a/b/c.py", "a/notes.txt", "a/stub.pyi", "nb.ipynb")
    assert found(tmp_path) == ["a/b/c.py", "a/z.py", "b.py"]


def test_folders_that_hold_no_sources_of_the_project_are_left_out(tmp_path: Path) -> None:
    tree(tmp_path, ".venv/a.py", "pkg/node_modules/b.py", "build/c.py", "pkg/builder/d.py")
    assert found(tmp_path) == ["pkg/builder/d.py"]


def test_a_path_that_is_named_is_read_although_it_is_excluded(tmp_path: Path) -> None:
    tree(tmp_path, "build/c.py", "build/d.py")
    assert found(tmp_path, "build/c.py") == ["build/c.py"]
    assert found(tmp_path, "build") == ["build/c.py", "build/d.py"]


def test_forced_exclusions_hold_for_named_paths(tmp_path: Path) -> None:
    tree(tmp_path, "build/c.py", "a.py")
    assert found(tmp_path, "build/c.py", "a.py", force=True) == ["a.py"]


@pytest.mark.parametrize(
    ("pattern", "left"),
    [
        ("gen.py", ["pkg/a.py", "pkg/sub/b.py"]),
        ("pkg/sub", ["gen.py", "pkg/a.py"]),
        ("pkg/*.py", ["gen.py", "pkg/sub/b.py"]),
        ("**/b.py", ["gen.py", "pkg/a.py"]),
        ("sub/", ["gen.py", "pkg/a.py"]),
        ("/a.py", ["gen.py", "pkg/a.py", "pkg/sub/b.py"]),
    ],
)
def test_patterns_are_those_of_gitignore(tmp_path: Path, pattern: str, left: list[str]) -> None:
    tree(tmp_path, "gen.py", "pkg/a.py", "pkg/sub/b.py")
    assert found(tmp_path, exclude=(pattern,)) == left


def test_a_named_folder_is_searched_although_a_pattern_excludes_it(tmp_path: Path) -> None:
    tree(tmp_path, "pkg/sub/a.py", "pkg/sub/deep/b.py", "pkg/sub/gen.py")
    left = found(tmp_path, "pkg/sub", exclude=("pkg/sub", "gen.py"))
    assert left == ["pkg/sub/a.py", "pkg/sub/deep/b.py"]


def test_gitignore_files_apply_and_the_nearest_has_the_last_word(tmp_path: Path) -> None:
    tree(
        tmp_path, ".git/HEAD", "a_gen.py", "pkg/b_gen.py", "pkg/keep_gen.py", "pkg/c.py", "out/d.py"
    )
    (tmp_path / ".gitignore").write_text("*_gen.py\nout/\n")
    (tmp_path / "pkg" / ".gitignore").write_text("!keep_gen.py\n")
    assert found(tmp_path) == ["pkg/c.py", "pkg/keep_gen.py"]
    assert found(tmp_path, "pkg") == ["pkg/c.py", "pkg/keep_gen.py"]


def test_a_named_folder_is_searched_although_git_ignores_it(tmp_path: Path) -> None:
    tree(tmp_path, ".git/HEAD", "out/d.py")
    (tmp_path / ".gitignore").write_text("out/\n")
    assert found(tmp_path, "out") == ["out/d.py"]


def test_linked_folders_are_not_followed_and_linked_files_are_read(tmp_path: Path) -> None:
    tree(tmp_path, "a.py", "pkg/b.py")
    (tmp_path / "loop").symlink_to(tmp_path)
    (tmp_path / "c.py").symlink_to("a.py")
    (tmp_path / "gone.py").symlink_to("nothing.py")
    assert found(tmp_path) == ["a.py", "c.py", "pkg/b.py"]


def test_a_file_that_is_reached_twice_comes_once(tmp_path: Path) -> None:
    tree(tmp_path, "pkg/a.py")
    assert found(tmp_path, ".", "pkg", "pkg/../pkg/a.py") == ["pkg/a.py"]


def test_paths_that_do_not_exist_and_notebooks_are_problems(tmp_path: Path) -> None:
    tree(tmp_path, "nb.ipynb")
    leave_out = Filter(Globs((), tmp_path))
    discovered = discover([tmp_path / "nowhere", tmp_path / "nb.ipynb"], leave_out)
    assert discovered.files == ()
    assert [problem.partition(": ")[2] for problem in discovered.problems] == [
        "no such file or directory",
        "notebooks are not supported",
    ]


@pytest.mark.parametrize(
    "data",
    [
        b"x = 1\r\ny = 2\rz = 3\n",
        b"\xef\xbb\xbfx = 1\n",
        b"# -*- coding: latin-1 -*-\nx = '\xe9'\n",
        b"#!/usr/bin/python\n# coding: cp1252\nx = '\x80'\n",
        b"\x0cx = 1",
        b"",
        "x = '\N{SNOWMAN}\u2028'\n".encode(),
    ],
)
def test_what_is_read_can_be_written_back_byte_for_byte(data: bytes) -> None:
    assert encode(decode(Path("a.py"), data)) == data


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"x = 1\ny = '\xe9'\n", "a.py:2: not valid utf-8"),
        (b"x = 1\n" * 9 + b"'\xff'", "a.py:10: not valid utf-8"),
        (b"# coding: klingon\n", "a.py:1: unknown encoding"),
        (b"# coding: ascii\nx = '\xe9'\n", "a.py:2: not valid ascii"),
        (b"# coding: rot13\nk = 1\n", "a.py:1: "),
        ("x = 1\n".encode("utf-16"), "a.py:1: UTF-16"),
        (b"\xef\xbb\xbf# coding: latin-1\n", "a.py:1: "),
    ],
)
def test_a_wrong_encoding_is_said_with_its_line(data: bytes, message: str) -> None:
    with pytest.raises(FileError) as caught:
        decode(Path("a.py"), data)
    assert str(caught.value).startswith(message)
    assert "\n" not in str(caught.value)


def test_reading_what_is_no_file_is_an_error(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.py")
    with pytest.raises(FileError, match="not a regular file"):
        read(tmp_path / "pipe.py")


def test_writing_leaves_a_file_alone_that_changed_meanwhile(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_text("x = 1\n")
    old = read(path)
    path.write_text("x = 2\n")
    with pytest.raises(FileError, match="has changed since it was read"):
        write(old, replace(old, text="x = 3\n"), [old.path])
    assert path.read_text() == "x = 2\n"


def test_who_reads_a_file_while_it_is_written_reads_all_of_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_text("x = 1\n")
    old = read(path)
    with path.open() as reader:
        write(old, replace(old, text="x = 2\n"), [old.path])
        assert reader.read() == "x = 1\n"


def test_writing_what_the_file_already_holds_is_no_error(tmp_path: Path) -> None:
    path, link = tmp_path / "a.py", tmp_path / "link.py"
    path.write_text("x = 1\n")
    link.symlink_to(path)
    for old in (read(path), read(link)):
        new = replace(old, text="x = 2\n")
        write(old, new, [old.path])
        write(old, new, [old.path])
        assert read(old.path) == new
        path.write_text("x = 1\n")


def test_writing_what_the_encoding_lacks_leaves_the_file_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(b"# coding: ascii\n")
    old = read(path)
    with pytest.raises(FileError, match="cannot be written as ascii"):
        write(old, replace(old, text="# coding: ascii\n# \N{SNOWMAN}\n"), [old.path])
    assert path.read_bytes() == b"# coding: ascii\n"


def test_a_failed_replacement_leaves_no_trace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.py"
    path.write_text("x = 1\n")
    old = read(path)

    def fail(*_: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(FileError, match=r"a\.py: not rewritten: Permission denied"):
        write(old, replace(old, text="x = 2\n"), [old.path])
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.py"]
    assert path.read_text() == "x = 1\n"


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anything"
)
def test_a_read_only_file_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_text("x = 1\n")
    path.chmod(0o444)
    old = read(path)
    with pytest.raises(FileError, match="read-only"):
        write(old, replace(old, text="x = 2\n"), [old.path])


def test_code_that_parses_has_no_error_and_warns_of_nothing(
    recwarn: pytest.WarningsRecorder,
) -> None:
    assert isinstance(parse(Source(Path("a.py"), "x = '\\d' if 1 is 1 else 2\n")), ast.Module)
    assert list(recwarn) == []


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("x = 1\ndef f(:\n", 2, 7),
        ("x = (\n", 1, 5),
        ("if x:\npass\n", 2, 1),
        ("\u00e9 = )\n", 1, 5),
    ],
)
def test_a_syntax_error_has_line_and_column(text: str, line: int, column: int) -> None:
    error = parse(Source(Path("a.py"), text))
    assert isinstance(error, ParseError)
    assert (error.line, error.column) == (line, column)


def test_a_null_byte_is_a_parse_error() -> None:
    error = parse(Source(Path("a.py"), "x = 1\ny = '\0'\n"))
    assert isinstance(error, ParseError)
    assert "null bytes" in error.message
    assert (error.line, error.column) == (2, 6)


@pytest.mark.parametrize(
    ("version", "text"),
    [
        ((3, 11), "try:\n    pass\nexcept* ValueError:\n    pass\n"),
        ((3, 11), "y = x[*index]\n"),
        ((3, 12), "type Pair = tuple[int, int]\n"),
        ((3, 12), "def first[T](items: list[T]) -> T: ...\n"),
        ((3, 12), "class Box[T]: ...\n"),
        ((3, 12), 'y = f"{x["a"]}"\n'),
        ((3, 13), "class Box[T = int]: ...\n"),
        ((3, 14), 'y = t"{x}"\n'),
        ((3, 14), "try:\n    pass\nexcept ValueError, TypeError:\n    pass\n"),
    ],
)
def test_newer_syntax_is_told_with_the_python_that_reads_it(
    version: tuple[int, int], text: str
) -> None:
    error = parse(Source(Path("a.py"), text))
    if sys.version_info >= version:
        assert isinstance(error, ast.Module)
    else:
        assert isinstance(error, ParseError)
        assert "need Python {}.{}".format(*version) in error.message
        assert "run it with the project's own Python" in error.message
