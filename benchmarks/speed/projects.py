"""Projects to measure: copies of the pinned releases, one by one or side by side until they are large enough."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from real_code.fetch import Package, fetch, packages

from jaxslice_lint.source.files import DEFAULT_EXCLUDE
from speed.imports import Chosen, chosen

#: Makes one project of a folder, without settings for any tool.
_PYPROJECT = '[project]\nname = "measured"\nversion = "0"\n'


@dataclass(frozen=True, slots=True)
class Project:
    """A copy that may be changed, and which of its files are."""

    name: str
    folder: Path
    files: tuple[Path, ...]
    lines: int
    chosen: Chosen


def release(package: Package, cache: Path, folder: Path) -> Project:
    """A copy of a release in `folder`."""
    _copy(fetch(package, cache), folder)
    return _project(package.name, folder)


def of_size(lines: int, cache: Path, folder: Path) -> Project:
    """Releases side by side in one project of at least so many lines, or all of them: the small ones first."""
    sources = (fetch(package, cache) for package in packages())
    count = 0
    for size, source in sorted((_lines(source), source) for source in sources):
        if count >= lines:
            break
        _copy(source, folder / source.name)
        count += size
    return _project(f"{lines:,} lines", folder)


def change(file: Path) -> None:
    """Add a function that nobody calls, of another name each time."""
    number = file.stat().st_size
    with file.open("a", encoding="utf-8") as text:
        text.write(f"\n\ndef measured_{number}():\n    return {number}\n")


def _project(name: str, folder: Path) -> Project:
    (folder / "pyproject.toml").write_text(_PYPROJECT)
    files = tuple(sorted(folder.rglob("*.py")))
    return Project(name, folder, files, _lines(folder), chosen(files, folder))


def _copy(source: Path, folder: Path) -> None:
    for file in _sources(source):
        target = folder / file.relative_to(source)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, target)


def _lines(folder: Path) -> int:
    return sum(file.read_bytes().count(b"\n") for file in _sources(folder))


def _sources(folder: Path) -> Iterator[Path]:
    """The Python files of a release that the tool looks at when it is given the folder."""
    for file in folder.rglob("*.py"):
        if file.is_file() and not {*file.relative_to(folder).parts} & {*DEFAULT_EXCLUDE}:
            yield file
