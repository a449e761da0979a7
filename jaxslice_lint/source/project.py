"""The modules of the analysed code: which file a name in an `import` statement means.

Names are looked up as Python would with the folder of the importing script, the roots of the packages and the project's
own folders on its path. What is not found there comes from outside: nothing is imported, and no installed package is
read. The name of a library means the library, unless a package of that name with an `__init__.py` is here.
"""

import ast
import copy
import sys
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TypeVar, cast

from jaxslice_lint.source.disk import FileError, read
from jaxslice_lint.source.glance import Glance, glance
from jaxslice_lint.source.newer import readable
from jaxslice_lint.source.parse import ParseError, parse
from jaxslice_lint.source.paths import absolute, exists, working_folder
from jaxslice_lint.source.text import Source

T = TypeVar("T")

_INIT = "__init__.py"
#: A folder that holds one of these is a project.
_MARKERS = ("pyproject.toml", "setup.cfg", "setup.py", ".git")


@dataclass(frozen=True, slots=True)
class Module:
    """A module or package. `folder` holds its submodules; `path` is None for a package without `__init__.py`."""

    name: str
    folder: Path
    path: Path | None

    @property
    def package(self) -> Path:
        """The folder that `from . import x` in this module looks into."""
        is_package = self.path is None or self.path.name == _INIT
        return self.folder if is_package else self.folder.parent


@dataclass(frozen=True, slots=True)
class ReadInPart:
    """A file without the syntax that the running Python does not know, and what that says of it."""

    source: Source
    error: ParseError


class Project:
    """The files that are analysed, `sources`, and others that they may import or be imported by.

    `discover` finds the others; it is called when somebody asks for them. `roots` are the folders of the projects that
    the files belong to, `libraries` the top-level names of packages that are installed beside them.
    """

    def __init__(
        self,
        sources: Iterable[Source],
        discover: Callable[[], Iterable[Path]] = tuple,
        roots: Iterable[Path] = (),
        libraries: Collection[str] = (),
    ) -> None:
        self._sources: dict[Path, Source | None] = {source.path: source for source in sources}
        self._given = tuple(self._sources)
        self._trees: dict[Path, ast.Module | ParseError] = {}
        self._read_in_part: dict[Path, ReadInPart] = {}
        self._glances: dict[Path, tuple[Source | None, Glance]] = {}
        self._parsed: set[Path] = set()
        self._names: set[str] = set()
        self._kept: dict[Path, tuple[ast.Module, object]] = {}
        self._discover = discover
        self._start = tuple(map(absolute, roots))
        self._libraries = frozenset(libraries)
        self._modules: dict[Path, Module] = {}
        self._places: dict[Path, Module | None] = {}
        self._children: dict[tuple[Path, str], Module | None] = {}
        self._found: dict[tuple[Module, str, int], Module | None] = {}
        self._searched: dict[tuple[Path, str], Module | None] = {}

    @property
    def given(self) -> tuple[Path, ...]:
        """The files on which findings are reported."""
        return self._given

    @property
    def sources(self) -> list[Source]:
        """The sources of the given files."""
        return [source for path in self._given if (source := self._sources[path]) is not None]

    def updated(self, sources: Iterable[Source]) -> "Project":
        """The same project after `sources` have changed, which are now the given ones."""
        new = copy.copy(self)
        changed = {source.path: source for source in sources}
        new._given = tuple(changed)
        new._sources = {**self._sources, **changed}
        same = {path for path in self._trees if new._sources[path] is self._sources[path]}
        new._trees = {path: self._trees[path] for path in same}
        new._read_in_part = {
            path: part for path, part in self._read_in_part.items() if path in same
        }
        return new

    @cached_property
    def _files(self) -> dict[Path, Path]:
        return {absolute(path): path for path in (*self._discover(), *self._sources)}

    @cached_property
    def _folders(self) -> set[Path]:
        return {folder for file in self._files for folder in file.parents}

    @cached_property
    def _packages(self) -> set[Path]:
        """The folders that are packages with an `__init__.py`."""
        return {file.parent for file in self._files if file.name == _INIT}

    @cached_property
    def _inside(self) -> dict[Path, set[str]]:
        """The names of the modules and packages in each folder: most names that are looked up stand for neither."""
        found: dict[Path, set[str]] = defaultdict(set)
        for place in (*self._files, *self._folders):
            found[place.parent].add(place.name.removesuffix(".py"))
        return found

    @cached_property
    def _roots(self) -> list[Path]:
        both = (folder for root in self._start for folder in (root, root / "src"))
        return [folder for folder in both if folder in self._folders]

    @cached_property
    def _bases(self) -> list[Path]:
        """The folders that absolute imports start from, in an order that does not depend on the given files."""
        starts = sorted({self._import_root(file) for file in self._files})
        return list(dict.fromkeys([*self._roots, *starts]))

    @property
    def roots(self) -> tuple[Path, ...]:
        """The folders that its packages may lie in."""
        return self._start

    @property
    def paths(self) -> tuple[Path, ...]:
        """All files of the project."""
        return tuple(self._files.values())

    def has(self, path: Path) -> bool:
        """Whether a file belongs to the project."""
        return absolute(path) in self._files

    def source(self, path: Path) -> Source | None:
        """The source of a file of the project; None if it cannot be read."""
        if path not in self._sources:
            try:
                self._sources[path] = read(path)
            except FileError:
                self._sources[path] = None
        return self._sources[path]

    def glance(self, path: Path) -> Glance:
        """What is seen of a file of the project without parsing it; nothing of one that cannot be read."""
        source = self.source(path)
        before, found = self._glances.get(path, (None, None))
        if found is None or before is not source:
            found = Glance() if source is None else glance(source.text)
            self._glances[path] = source, found
        return found

    def tree(self, path: Path) -> ast.Module | ParseError:
        """The syntax tree of a file of the project, or why there is none, for who follows the program into it."""
        self._parsed.add(path)
        return self.syntax(path)

    def syntax(self, path: Path) -> ast.Module | ParseError:
        """The same, for who looks at this file alone."""
        if path not in self._trees:
            self._trees[path] = self._parse(path)
        return self._trees[path]

    def mentioning(self, name: str) -> list[Path]:
        """The files of the project with this text in them."""
        self._names.add(name)
        sources = ((path, self.source(path)) for path in self.paths)
        return [path for path, source in sources if source is not None and name in source.text]

    @property
    def names(self) -> Collection[str]:
        """The names that somebody looked for in all files, before the project was updated as well."""
        return self._names

    def kept(self, path: Path, make: Callable[[ast.Module], T]) -> T | None:
        """What `make` says of the tree of a file, which is asked once for each tree; None if it does not parse."""
        tree = self.tree(path)
        if isinstance(tree, ParseError):
            return None
        before, found = self._kept.get(path, (None, None))
        if before is not tree:
            found = make(tree)
            self._kept[path] = tree, found
        return cast("T", found)

    @property
    def parsed(self) -> Collection[Path]:
        """The files that somebody followed the program into, before the project was updated as well."""
        return self._parsed

    def _parse(self, path: Path) -> ast.Module | ParseError:
        source = self.source(path)
        if source is None:
            return ParseError(1, 1, "the file cannot be read")
        tree = parse(source)
        if not isinstance(tree, ParseError) or not tree.is_newer:
            return tree
        left = readable(source)
        if left is None:
            return tree
        self._read_in_part[path] = ReadInPart(left, tree)
        return parse(left)

    @property
    def read_in_part(self) -> Mapping[Path, "ReadInPart"]:
        """The files that were read without their newer syntax, of those whose tree somebody wanted."""
        return self._read_in_part

    def module(self, path: Path) -> Module:
        """The module that a file of the project is."""
        if path not in self._modules:
            self._modules[path] = self._module(path)
        return self._modules[path]

    def _module(self, path: Path) -> Module:
        file = absolute(path)
        folder = file.parent if path.name == _INIT else file.with_suffix("")
        return Module(self._name(folder, file), folder, path)

    def find(self, name: str, importer: Module, level: int = 0) -> Module | None:
        """The module that `import name` in `importer` means; None if it comes from outside.

        `level` is the number of dots before the name in `from ..name import x`.
        """
        key = (importer, name, level)
        if key not in self._found:
            self._found[key] = self._find(name, importer.package, level)
        return self._found[key]

    def _find(self, name: str, here: Path, level: int) -> Module | None:
        parts = name.split(".") if name else []
        if level:
            above = (here, *here.parents)
            return self._at(above[level - 1].joinpath(*parts)) if level <= len(above) else None
        if (here, name) not in self._searched:
            self._searched[here, name] = self._search(parts, here)
        return self._searched[here, name]

    def child(self, module: Module, name: str) -> Module | None:
        """The submodule `name` of a package."""
        if name not in self._inside.get(module.folder, ()):
            return None
        key = (module.folder, name)
        if key not in self._children:
            self._children[key] = self._at(module.folder / name)
        return self._children[key]

    def children(self, module: Module) -> list[Module]:
        """The submodules of a package that are files of their own."""
        beside = [file for file in self._files if file.parent == module.folder]
        return [self.module(self._files[file]) for file in beside if file.name != _INIT]

    def _search(self, parts: list[str], here: Path) -> Module | None:
        if not parts or parts[0] in sys.stdlib_module_names:
            return None
        bases = self._bases if here in self._packages else [here, *self._bases]
        bases = [base for base in bases if parts[0] in self._inside.get(base, ())]
        if parts[0] in self._libraries:
            bases = [base for base in bases if base / parts[0] in self._packages]
        found = [module for base in bases if (module := self._at(base.joinpath(*parts)))]
        regular = (module for module in found if module.path is not None)
        return next(regular, found[0] if found else None)

    def _at(self, folder: Path) -> Module | None:
        """The package in `folder`, or the module beside it of that name."""
        if folder not in self._places:
            self._places[folder] = self._look_at(folder)
        return self._places[folder]

    def _look_at(self, folder: Path) -> Module | None:
        for file in (folder / _INIT, folder.parent / f"{folder.name}.py"):
            if file in self._files:
                return Module(self._name(folder, file), folder, self._files[file])
        return Module(self._name(folder, folder), folder, None) if folder in self._folders else None

    def _name(self, folder: Path, file: Path) -> str:
        """The dotted name of a module, as the other modules of its project import it."""
        start = self._import_root(file)
        if start == file.parent:  # its folders may be packages without `__init__.py`
            above = [root for root in self._roots if file.is_relative_to(root)]
            start = max(above, key=lambda root: len(root.parts), default=start)
            while start.name and self._belies(start, folder):
                start = start.parent
        return ".".join(folder.relative_to(start).parts)

    def _belies(self, start: Path, folder: Path) -> bool:
        """Whether `folder`, seen from `start`, has the name of a library that it is no part of."""
        top = next(iter(folder.relative_to(start).parts), "")
        return top in self._libraries and start / top not in self._packages

    def _import_root(self, file: Path) -> Path:
        """The folder that holds the outermost package of a file."""
        folder = file.parent
        while folder in self._packages:
            folder = folder.parent
        return folder


def project_root(path: Path) -> Path | None:
    """The nearest folder above the file `path` that is the root of a project."""
    folders = absolute(path).parents
    return next((one for one in folders if any(exists(one / name) for name in _MARKERS)), None)


def outermost_root(folder: Path) -> Path:
    """The outermost folder at or above `folder` that is the root of a project; at least the working directory, if it is
    in there."""
    full, here = absolute(folder), working_folder()
    around = [one for one in (full, *full.parents) if any(exists(one / name) for name in _MARKERS)]
    if here is not None and full.is_relative_to(here):
        around.append(here)
    return min(around, key=lambda one: len(one.parts), default=full)


def neighbours(path: Path) -> list[Path]:
    """The files and folders that go with a file outside any project: its package, or what it can import as a script."""
    folder = absolute(path).parent
    if exists(folder / _INIT):
        return [next(one for one in (folder, *folder.parents) if not exists(one.parent / _INIT))]
    try:
        entries = sorted(folder.iterdir())
    except OSError:
        return []
    return [one for one in entries if one.suffix == ".py" or exists(one / _INIT)]
