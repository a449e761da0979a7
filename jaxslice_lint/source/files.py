"""Which files a run reads: the paths it is given, the folders below them, and what is left out.

Follows ruff: folders are searched for `*.py`, `.gitignore` files and exclusions apply to what is found there, and a
path that is named on the command line is read whatever they say, unless exclusions are forced.
"""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

DEFAULT_EXCLUDE = (
    ".bzr",
    ".direnv",
    ".eggs",
    ".git",
    ".git-rewrite",
    ".hg",
    ".ipynb_checkpoints",
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
        parts = self._relative(path).split("/")
        folders = ("/".join(parts[:end]) for end in range(1, len(parts)))
        return any(self._match(folder, True) for folder in folders) or self.match_entry(
            path, path.is_dir()
        )

    def match_entry(self, path: Path, is_dir: bool) -> bool:
        """Whether a pattern matches this very file or folder."""
        if self._spec is None or path.name in self._names:
            return path.name in self._names
        relative = self._relative(path)
        # A pattern also matches what lies below a folder that it matches: that folder was named by the user.
        return self._match(relative, is_dir) and not self._match(relative.rpartition("/")[0], True)

    def _match(self, relative: str, is_dir: bool) -> bool:
        if relative.rpartition("/")[2] in self._names:
            return True
        return self._spec is not None and self._spec.match_file(relative + "/" * is_dir)

    def _relative(self, path: Path) -> str:
        absolute = _absolute(path)
        if absolute.is_relative_to(self.root):
            absolute = absolute.relative_to(self.root)
        return absolute.as_posix().lstrip("/")

    @cached_property
    def _names(self) -> frozenset[str]:
        """The patterns that are just a name: no need of pathspec, which takes long to import."""
        return frozenset(
            pattern for pattern in self.patterns if not set(pattern) & set("*?[]!/\\# ")
        )

    @cached_property
    def _spec(self) -> "GitIgnoreSpec | None":
        patterns = [pattern for pattern in self.patterns if pattern not in self._names]
        return _spec(patterns) if patterns else None


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
    found: dict[Path, None] = {}
    problems: list[str] = []
    for path in map(shown, paths):
        if not path.exists():
            problems.append(f"{path}: no such file or directory")
        elif leave_out.force and leave_out.exclude.match(path):
            continue
        elif path.is_dir():
            ignores = _inherited_ignores(path) if leave_out.gitignore else ()
            found.update(dict.fromkeys(_below(path, leave_out, ignores, problems)))
        elif path.suffix == ".ipynb":
            problems.append(f"{path}: notebooks are not supported")
        else:
            found[path] = None
    return Discovered(tuple(sorted(found, key=str)), tuple(problems))


def shown(path: Path) -> Path:
    """The path as messages show it: relative to the working directory if it is below it, else absolute."""
    absolute, here = _absolute(path), Path.cwd()
    return absolute.relative_to(here) if absolute.is_relative_to(here) else absolute


def _absolute(path: Path) -> Path:
    return Path(os.path.abspath(path))  # noqa: PTH100  resolve() would follow symlinks


def _below(
    folder: Path, leave_out: Filter, ignores: tuple["_Ignore", ...], problems: list[str]
) -> Iterator[Path]:
    if leave_out.gitignore:
        ignores = (*ignores, *_ignore_file(folder))
    try:
        with os.scandir(folder) as entries:
            ordered = sorted(entries, key=lambda entry: entry.name)
    except OSError as error:
        problems.append(f"{folder}: cannot be searched: {error.strerror}")
        return
    for entry in ordered:
        path = folder / entry.name
        is_dir = entry.is_dir(follow_symlinks=False)
        if not is_dir and not (entry.name.endswith(".py") and entry.is_file()):
            continue
        if leave_out.exclude.match_entry(path, is_dir) or _is_ignored(path, is_dir, ignores):
            continue
        if is_dir:
            yield from _below(path, leave_out, ignores, problems)
        else:
            yield path


@dataclass(frozen=True, slots=True)
class _Ignore:
    """One `.gitignore`: its folder and its patterns."""

    folder: Path
    spec: "GitIgnoreSpec"

    def verdict(self, path: Path, is_dir: bool) -> bool | None:
        """True to ignore, False to keep, None if no pattern matches."""
        relative = path.absolute().relative_to(self.folder).as_posix()
        return self.spec.check_file(relative + "/" * is_dir).include


def _is_ignored(path: Path, is_dir: bool, ignores: tuple[_Ignore, ...]) -> bool:
    for ignore in reversed(ignores):  # the nearest file has the last word
        verdict = ignore.verdict(path, is_dir)
        if verdict is not None:
            return verdict
    return False


def _inherited_ignores(root: Path) -> tuple[_Ignore, ...]:
    """The `.gitignore` files above `root` in its repository, outermost first; none if they ignore `root` itself."""
    above: list[Path] = []
    for folder in (root.absolute(), *root.absolute().parents):
        above.append(folder)
        if (folder / ".git").exists():
            break
    else:
        return ()
    ignores = tuple(ignore for folder in reversed(above[1:]) for ignore in _ignore_file(folder))
    return () if _is_ignored(root, True, ignores) else ignores


def _ignore_file(folder: Path) -> tuple[_Ignore, ...]:
    try:
        lines = (folder / ".gitignore").read_text(errors="replace").splitlines()
    except OSError:
        return ()
    return (_Ignore(folder.absolute(), _spec(lines)),) if lines else ()


def _spec(patterns: Sequence[str]) -> "GitIgnoreSpec":
    from pathspec import GitIgnoreSpec

    return GitIgnoreSpec.from_lines(patterns)
