"""Who imports whom: the modules of a project from which the code of some of its files can be reached."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from jaxslice_lint.source.glance import Import
from jaxslice_lint.source.project import Module, Project


@dataclass
class ImportGraph:
    """The imports of a project's files, read when they are asked for."""

    project: Project

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
        seen, module = self.project.glance(path), self.project.module(path)
        for one in seen.imports:
            if one.name and one.alias in seen.bases:
                yield from self._targets(module, one, frozenset())
            elif not one.name and one.source.partition(".")[0] in seen.bases:
                yield from self._packages(module, one)

    @cached_property
    def _importers(self) -> dict[Path, list[Path]]:
        importers: dict[Path, list[Path]] = defaultdict(list)
        for path in self.project.paths:
            for imported in self._edges(path):
                importers[imported].append(path)
        return importers

    def _edges(self, path: Path) -> Iterator[Path]:
        seen, module = self.project.glance(path), self.project.module(path)
        for one in seen.imports:
            if one.name:
                yield from self._targets(module, one, frozenset())
            else:
                yield from self._packages(module, one)
        if seen.is_lazy:
            yield from (part.path for part in self.project.children(module) if part.path)

    def _packages(self, importer: Module, one: Import) -> Iterator[Path]:
        """`import a.b.c` makes all three reachable."""
        parts = one.source.split(".")
        for count in range(1, len(parts) + 1):
            found = self.project.find(".".join(parts[:count]), importer, one.level)
            if found is not None and found.path is not None:
                yield found.path

    def _targets(self, importer: Module, one: Import, seen: frozenset[Import]) -> Iterator[Path]:
        """Where the imported name is defined, through packages that hand it on."""
        module = self.project.find(one.source, importer, one.level)
        if module is None or one in seen:
            return
        child = self.project.child(module, one.name)
        if child is not None and child.path is not None:
            yield child.path
        if module.path is None:
            return
        imports = self.project.glance(module.path).imports
        handed_on = [other for other in imports if one.name == other.alias]
        for other in handed_on:
            yield from self._targets(module, other, seen | {one})
        if not handed_on:
            yield module.path
