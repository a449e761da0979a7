"""What is seen of a file without parsing it: what it imports, and what its classes derive from.

Read off the text with a pattern, not off the syntax tree: most files of a project are never parsed. What looks like an
import and is none, in a string, costs some needless work and nothing else.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

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
class Import:
    """`from source import name as alias`, or with an empty name `import source`; `level` counts the dots."""

    level: int
    source: str
    name: str = ""
    alias: str = ""


@dataclass(frozen=True, slots=True)
class Glance:
    """The imports of a file, the names in the bases of its classes, and whether it is a package that loads its modules
    when they are asked for."""

    imports: tuple[Import, ...] = ()
    bases: tuple[str, ...] = ()
    is_lazy: bool = False


def glance(text: str) -> Glance:
    """What is seen of a source."""
    bases = {name for found in _BASES.findall(text) for name in _NAME.findall(found)}
    return Glance(tuple(_imports(text)), tuple(sorted(bases)), _is_lazy(text))


def _is_lazy(text: str) -> bool:
    # The pattern is tried at each character, and few files have in them what it looks for.
    return any(mark in text for mark in _MARKS_OF_LAZY) and _LAZY.search(text) is not None


def _imports(text: str) -> Iterator[Import]:
    for found in _IMPORT.finditer(text.replace("\r", "\n")):
        if found["modules"] is not None:
            for name, _ in _names(found["modules"]):
                yield Import(0, name)
        elif found["dots"] or found["source"]:
            for name, alias in _names(found["names"]):
                yield Import(len(found["dots"]), found["source"], name, alias)
    for found in _IMPORTED_BY_CALL.finditer(text):
        yield Import(len(found["dots"]), found["source"])


def _names(text: str) -> Iterator[tuple[str, str]]:
    """Names and aliases in a list of imported ones."""
    for part in _COMMENT.sub("", text).strip("( )").replace("\\", " ").split(";")[0].split(","):
        words = part.replace(")", " ").replace("(", " ").split()
        if words:
            yield words[0], words[2] if len(words) > 2 else words[0]
