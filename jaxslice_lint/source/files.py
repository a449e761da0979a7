"""Which files a run reads: the paths it is given, the folders below them, and what is left out.

Follows ruff: folders are searched for `*.py`, `.gitignore` files and exclusions apply to what is found there, and a
path that is named on the command line is read whatever they say, unless exclusions are forced.
"""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from jaxslice_lint.source.disk import FileError, read_setting
from jaxslice_lint.source.paths import absolute, exists, is_folder, shown
from jaxslice_lint.source.patterns import Patterns

DEFAULT_EXCLUDE = (
    ".bzr",
    ".direnv",
    ".eggs",
    ".git",
    ".git-rewrite",
    ".hg",
    ".ipynb_checkpoints",
    ".jaxslice_cache",
    ".mypy_cache",
    ".nox",
    ".pants.d",
    ".pyenv",
    ".pytest_cache",
    ".pytype",
    ".ruff_cache",
    ".svn",
    ".tox",
    ".venv",
    ".vscode",
    "__pypackages__",
    "_build",
    "buck-out",
    "build",
    "dist",
    "node_modules",
    "site-packages",
    "venv",
)


@dataclass(frozen=True)
class Globs:
    """Patterns in `.gitignore` syntax, relative to the folder `root`."""

    patterns: tuple[str, ...]
    root: Path

    def match(self, path: Path) -> bool:
        """Whether a pattern matches `path` or a folder above it."""
        return self._compiled.match_below(self._relative(path), is_folder(path))

    def match_entry(self, path: Path, is_dir: bool) -> bool:
        """Whether a pattern matches this very file or folder."""
        return bool(self._compiled.verdict(self._relative(path), is_dir))

    def _relative(self, path: Path) -> str:
        full = absolute(path)
        if full.is_relative_to(self.root):
            full = full.relative_to(self.root)
        return full.as_posix().lstrip("/")

    @cached_property
    def _compiled(self) -> Patterns:
        return Patterns(self.patterns)


@dataclass(frozen=True, slots=True)
class Filter:
    """What is left out. `force`: also when it is named on the command line."""

    exclude: Globs
    gitignore: bool = True
    force: bool = False


@dataclass(frozen=True, slots=True)
class Discovered:
    """The files to read, in order, and a line for each path that cannot be searched or read."""

    files: tuple[Path, ...]
    problems: tuple[str, ...]


def discover(paths: Sequence[Path], leave_out: Filter) -> Discovered:
    """The Python files at and below `paths`; those below the working directory relative to it. Each file comes once."""
    search = _Search(leave_out)
    for path in map(shown, paths):
        search.at(path)
    return Discovered(tuple(sorted(search.found, key=str)), tuple(dict.fromkeys(search.problems)))


class _Search:
    """What was `found`, and a line for each of the `problems` on the way: none of them ends the search."""

    def __init__(self, leave_out: Filter) -> None:
        self.leave_out = leave_out
        self.found: dict[Path, None] = {}
        self.problems: list[str] = []

    def at(self, path: Path) -> None:
        """Look at a path that was named."""
        try:
            path.stat()
        except OSError as error:
            self.problems.append(f"{path}: {_reason(error)}")
            return
        if self.leave_out.force and self.leave_out.exclude.match(path):
            return
        if path.is_dir():
            self._below(path, self._inherited_ignores(path) if self.leave_out.gitignore else ())
        elif path.suffix == ".ipynb":
            self.problems.append(f"{path}: notebooks are not supported")
        else:
            self.found[path] = None

    def _below(self, root: Path, inherited: tuple["_Ignore", ...]) -> None:
        folders = [(root, inherited)]
        while folders:  # they may be nested deeper than Python calls functions
            folder, ignores = folders.pop()
            if self.leave_out.gitignore:
                ignores = (*ignores, *self._ignore_file(folder))
            for name, is_dir in self._entries(folder):
                path = folder / name
                if self.leave_out.exclude.match_entry(path, is_dir):
                    continue
                if _is_ignored(path, is_dir, ignores):
                    continue
                if is_dir:
                    folders.append((path, ignores))
                else:
                    self.found[path] = None

    def _entries(self, folder: Path) -> Iterator[tuple[str, bool]]:
        """The names of the folders and Python files in a folder, and whether they are folders."""
        try:
            with os.scandir(folder) as entries:
                for entry in sorted(entries, key=lambda one: one.name):
                    try:
                        if entry.is_dir(follow_symlinks=False):
                            yield entry.name, True
                        elif entry.name.endswith(".py") and entry.is_file():
                            yield entry.name, False
                    except OSError as error:  # a link to itself, or to where nobody may look
                        self.problems.append(
                            f"{folder / entry.name}: cannot be read: {error.strerror}"
                        )
        except OSError as error:
            self.problems.append(f"{folder}: cannot be searched: {error.strerror}")

    def _inherited_ignores(self, root: Path) -> tuple["_Ignore", ...]:
        """The `.gitignore` files above `root` in its repository, outermost first; none if they ignore `root` itself."""
        above: list[Path] = []
        for folder in (absolute(root), *absolute(root).parents):
            above.append(folder)
            if exists(folder / ".git"):
                break
        else:
            return ()
        ignores = tuple(
            ignore for folder in reversed(above[1:]) for ignore in self._ignore_file(folder)
        )
        return () if _is_ignored(root, True, ignores) else ignores

    def _ignore_file(self, folder: Path) -> tuple["_Ignore", ...]:
        try:
            data = read_setting(shown(folder / ".gitignore"))
        except FileError as error:
            self.problems.append(str(error))
            return ()
        return (_Ignore(absolute(folder), Patterns(os.fsdecode(data).split("\n"))),) if data else ()


def _reason(error: OSError) -> str:
    """In lower case, as ruff says it, where a path leads to nothing."""
    return "no such file or directory" if isinstance(error, _NOTHING) else f"{error.strerror}"


@dataclass(frozen=True, slots=True)
class _Ignore:
    """One `.gitignore`: its folder and its patterns."""

    folder: Path
    patterns: Patterns

    def verdict(self, path: Path, is_dir: bool) -> bool | None:
        """True to ignore, False to keep, None if no pattern matches."""
        return self.patterns.verdict(absolute(path).relative_to(self.folder).as_posix(), is_dir)


def _is_ignored(path: Path, is_dir: bool, ignores: tuple[_Ignore, ...]) -> bool:
    for ignore in reversed(ignores):  # the nearest file has the last word
        verdict = ignore.verdict(path, is_dir)
        if verdict is not None:
            return verdict
    return False


_NOTHING = (FileNotFoundError, NotADirectoryError)
