"""Who imports whom: the modules of a project from which the code of some of its files can be reached.

Read off the text with a pattern, not off the syntax tree: most files of a project are never parsed. What looks like an
import and is none, in a string, costs some needless work and nothing else.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from jaxslice_lint.source.project import Module, Project

_IMPORT = re.compile(
    r"^[ \t]*(?:(?:if|try|else)\b[^\n:]*:[ \t]*)?"
    r"(?:from[ \t]+(?P<dots>\.*)[ \t]*(?P<source>[\w.]*)[ \t]+import[ \t]*"
    r"(?P<names>\([^)]*\)|(?:[^\n\\]|\\\n+)*)"
    r"|import[ \t]+(?P<modules>(?:[^\n\\]|\\\n+)*))",
    re.MULTILINE,
)
_COMMENT = re.compile(r"#[^\n]*")
#: A package that loads its modules when they are asked for names them in no import.
_LAZY = re.compile(r"^def __getattr__\b|\blazy_loader\b", re.MULTILINE)
_MARKS_OF_LAZY = ("def __getattr__", "lazy_loader")
_IMPORTED_BY_CALL = re.compile(r"\bimport_module\(\s*[\"'](?P<dots>\.*)(?P<source>[\w.]+)[\"']")
_BASES = re.compile(r"^[ \t]*class\s+\w+\s*\(([^)]*)\)", re.MULTILINE)
_NAME = re.compile(r"(?<![\w.\[=])[A-Za-z_]\w*")


@dataclass(frozen=True, slots=True)
class _Import:
    """`from source import name as alias`, or with an empty name `import source`; `level` counts the dots."""

    level: int
    source: str
    name: str = ""
    alias: str = ""


@dataclass
class ImportGraph:
    """The imports of a project's files, read when they are asked for."""

    project: Project
    _imports: dict[Path, tuple[_Import, ...]] = field(default_factory=dict)

    def reaching(self, targets: Collection[Path]) -> set[Path]:
        """The files from which code of `targets` can be reached through imports, those among them."""
        found = set(targets)
        pending = list(targets)
        while pending:
            for path in self._importers.get(pending.pop(), ()):
                if path not in found:
                    found.add(path)
                    pending.append(path)
        return found

    def bases(self, paths: Collection[Path]) -> set[Path]:
        """The files that define what classes in `paths` derive from: their methods reach those of the derived ones."""
        found: set[Path] = set()
        pending = list(paths)
        while pending:
            for path in self._bases_of(pending.pop()):
                if path not in found:
                    found.add(path)
                    pending.append(path)
        return found

    def _bases_of(self, path: Path) -> Iterator[Path]:
        source = self.project.source(path)
        text = "" if source is None else source.text
        names = {name for bases in _BASES.findall(text) for name in _NAME.findall(bases)}
        module = self.project.module(path)
        for one in self._imports_of(path):
            if one.name and one.alias in names:
                yield from self._targets(module, one, frozenset())
            elif not one.name and one.source.partition(".")[0] in names:
                yield from self._packages(module, one)

    @cached_property
    def _importers(self) -> dict[Path, list[Path]]:
        importers: dict[Path, list[Path]] = defaultdict(list)
        for path in self.project.paths:
            for imported in self._edges(path):
                importers[imported].append(path)
        return importers

    def _edges(self, path: Path) -> Iterator[Path]:
        module = self.project.module(path)
        for one in self._imports_of(path):
            if one.name:
                yield from self._targets(module, one, frozenset())
            else:
                yield from self._packages(module, one)
        source = self.project.source(path)
        if source is not None and _is_lazy(source.text):
            yield from (part.path for part in self.project.children(module) if part.path)

    def _packages(self, importer: Module, one: _Import) -> Iterator[Path]:
        """`import a.b.c` makes all three reachable."""
        parts = one.source.split(".")
        for count in range(1, len(parts) + 1):
            found = self.project.find(".".join(parts[:count]), importer, one.level)
            if found is not None and found.path is not None:
                yield found.path

    def _targets(self, importer: Module, one: _Import, seen: frozenset[_Import]) -> Iterator[Path]:
        """Where the imported name is defined, through packages that hand it on."""
        module = self.project.find(one.source, importer, one.level)
        if module is None or one in seen:
            return
        child = self.project.child(module, one.name)
        if child is not None and child.path is not None:
            yield child.path
        if module.path is None:
            return
        handed_on = [other for other in self._imports_of(module.path) if one.name == other.alias]
        for other in handed_on:
            yield from self._targets(module, other, seen | {one})
        if not handed_on:
            yield module.path

    def _imports_of(self, path: Path) -> tuple[_Import, ...]:
        if path not in self._imports:
            source = self.project.source(path)
            self._imports[path] = () if source is None else tuple(_imports(source.text))
        return self._imports[path]


def _is_lazy(text: str) -> bool:
    # The pattern is tried at each character, and few files have in them what it looks for.
    return any(mark in text for mark in _MARKS_OF_LAZY) and _LAZY.search(text) is not None


def _imports(text: str) -> Iterator[_Import]:
    for found in _IMPORT.finditer(text.replace("\r", "\n")):
        if found["modules"] is not None:
            for name, _ in _names(found["modules"]):
                yield _Import(0, name)
        elif found["dots"] or found["source"]:
            for name, alias in _names(found["names"]):
                yield _Import(len(found["dots"]), found["source"], name, alias)
    for found in _IMPORTED_BY_CALL.finditer(text):
        yield _Import(len(found["dots"]), found["source"])


def _names(text: str) -> Iterator[tuple[str, str]]:
    """Names and aliases in a list of imported ones."""
    for part in _COMMENT.sub("", text).strip("( )").replace("\\", " ").split(";")[0].split(","):
        words = part.replace(")", " ").replace("(", " ").split()
        if words:
            yield words[0], words[2] if len(words) > 2 else words[0]
