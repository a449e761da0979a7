"""Which files of a project are changed or given alone: by the text of its import statements and its slices."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

_IMPORT = re.compile(
    r"^[ \t]*(?:from[ \t]+(?P<dots>\.*)(?P<source>[\w.]*)[ \t]+import[ \t]*"
    r"(?P<names>\([^)]*\)|[^\n]*)|import[ \t]+(?P<modules>[^\n]+))",
    re.MULTILINE,
)
_SLICE = re.compile(r"\[[^\[\]\n]*:[^\[\]\n]*\]")
_COMMENT = re.compile(r"#[^\n]*")
_INIT = "__init__.py"


@dataclass(frozen=True, slots=True)
class Chosen:
    """Files of a project; modules that are no package, if there are any, since those are what people edit.

    The fewest others import `leaf`, as a rule none; it is of middle size among those. Most others import `core`.
    `sliced` has the most slices, so that there is something to look at when it is given alone.
    """

    leaf: Path
    core: Path
    sliced: Path


def chosen(files: Sequence[Path], folder: Path) -> Chosen:
    """Choose among the files of a project that lies in `folder`."""
    counts = _importers(files, folder)
    modules = [file for file in files if file.name != _INIT] or list(files)
    fewest = min(counts[file] for file in modules)
    leaves = [file for file in modules if counts[file] == fewest]
    leaves.sort(key=lambda file: (file.stat().st_size, file))
    core = max(modules, key=lambda file: counts[file])
    sliced = max(modules, key=lambda file: len(_SLICE.findall(_text(file))))
    return Chosen(leaves[len(leaves) // 2], core, sliced)


def _importers(files: Sequence[Path], folder: Path) -> Counter[Path]:
    """By how many others each file is imported."""
    known = frozenset(files)
    modules = {name: file for file in files for name in _module_names(file, folder, known)}
    counts: Counter[Path] = Counter()
    for file in files:
        counts.update({found for found in _imported(file, modules, known) if found != file})
    return counts


def _module_names(file: Path, folder: Path, known: frozenset[Path]) -> Iterator[str]:
    """The dotted names of a module: from the folder that holds its outermost package, and from each above that one, of
    which some may be packages without `__init__.py`."""
    start = file.parent
    while start / _INIT in known:
        start = start.parent
    place = file.parent if file.name == _INIT else file.with_suffix("")
    for base in (start, *start.parents):
        if base.is_relative_to(folder):
            yield ".".join(place.relative_to(base).parts)


def _imported(file: Path, modules: dict[str, Path], known: frozenset[Path]) -> Iterator[Path]:
    for found in _IMPORT.finditer(_text(file)):
        if found["modules"] is not None:
            targets = [modules.get(name) for name in _names(found["modules"])]
        elif found["dots"]:
            folder = file.parents[min(len(found["dots"]), len(file.parents)) - 1]
            package = folder.joinpath(*found["source"].split("."))
            inside = (_file(package / name, known) for name in _names(found["names"]))
            targets = [path or _file(package, known) for path in inside]
        else:
            source = found["source"]
            inside = (modules.get(f"{source}.{name}") for name in _names(found["names"]))
            targets = [path or modules.get(source) for path in inside]
        yield from filter(None, targets)


def _text(file: Path) -> str:
    return file.read_text(encoding="utf-8", errors="replace")


def _file(place: Path, known: frozenset[Path]) -> Path | None:
    """The file of the module or package at a place."""
    both = (place / _INIT, place.parent / f"{place.name}.py")
    return next((file for file in both if file in known), None)


def _names(text: str) -> Iterator[str]:
    """The names in a list of imported ones, without their aliases."""
    for part in _COMMENT.sub("", text).strip("() \\").split(","):
        if words := part.split():
            yield words[0]
