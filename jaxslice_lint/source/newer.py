"""Syntax newer than that of the running Python, put out of its way: every other character stays where it is.

What it says is lost, but for names and values that matter here: type parameters are left out, strings that hold code
become plain ones, and `type X = …` an assignment.
"""

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from jaxslice_lint.source.text import Source

if TYPE_CHECKING:
    import libcst as cst
    from libcst.metadata import CodeRange

    _Positions = Mapping[cst.CSTNode, CodeRange]

#: What ends a string, or means another character in it.
_SPECIAL = re.compile(r"[\"'\\]")
_NO_NAME = re.compile(r"\W")
_CHARACTER = re.compile(r"[^\r\n]")
#: With the character before it, in place of which the line is continued.
_LINE_END = re.compile(r" (\r\n|\r|\n)")


def readable(source: Source) -> Source | None:
    """`source` as the running Python can read it; None if that is not the reason why it does not parse."""
    from libcst import ParserSyntaxError, parse_module
    from libcst.metadata import MetadataWrapper, PositionProvider

    try:
        wrapper = MetadataWrapper(parse_module(source.text), unsafe_skip_copy=True)
        positions = wrapper.resolve(PositionProvider)
        text = _Replaced(source, positions).all()
        ast.parse(text)
    except (ParserSyntaxError, SyntaxError, ValueError, RecursionError):
        return None
    return replace(source, text=text) if _widths(text) == _widths(source.text) else None


def _widths(text: str) -> list[int]:
    """The bytes of each line, by which Python tells columns."""
    return [len(line.encode()) for line in text.split("\n")]


@dataclass
class _Replaced:
    """A file while its newer syntax is replaced."""

    source: Source
    positions: "_Positions"
    _edits: dict[int, tuple[int, str]] = field(default_factory=dict)

    def all(self) -> str:
        """The text without newer syntax."""
        for node in self.positions:
            for start, end, text in self._of(node):
                self._edits[start] = end, text
        parts: list[str] = []
        done = 0
        for start, (end, text) in sorted(self._edits.items()):
            if start >= done:  # what stands in something that was replaced is gone
                parts += [self.source.text[done:start], text]
                done = end
        return "".join((*parts, self.source.text[done:]))

    def _of(self, node: "cst.CSTNode") -> "Iterator[tuple[int, int, str]]":
        import libcst as cst

        match node:
            case cst.TypeParameters():
                start, end, text = self._at(node)
                yield start, end, _LINE_END.sub(r"\\\1", _CHARACTER.sub(" ", text))
            case cst.TypeAlias(name=name, type_parameters=parameters):
                start, _, _ = self._at(node)
                _, end, _ = self._at(parameters or name)
                yield start, end, name.value.ljust(end - start)
            case cst.ExceptStarHandler(type=kind) | cst.ExceptHandler(type=kind) if kind:
                start, _, _ = self._at(node)
                of_kind, end, text = self._at(kind)
                left = self.source.text[start:of_kind].replace("*", " ")
                is_bare = isinstance(kind, cst.Tuple) and not kind.lpar
                yield start, end, left + (_NO_NAME.sub("_", text) if is_bare else text)
            case cst.FormattedString():
                yield from self._string(*self._at(node))
            case _ if type(node).__name__ == "TemplatedString":  # not in every release of LibCST
                yield from self._string(*self._at(node))

    def _at(self, node: "cst.CSTNode") -> tuple[int, int, str]:
        where = self.positions[node]
        start = self.source.offset(where.start.line, where.start.column + 1)
        end = self.source.offset(where.end.line, where.end.column + 1)
        return start, end, self.source.text[start:end]

    def _string(self, start: int, end: int, text: str) -> Iterator[tuple[int, int, str]]:
        """A string that holds code, as a plain one, if the running Python does not read it."""
        try:
            ast.parse(f"({text})", mode="eval")
        except SyntaxError:
            quotes = '"""' if "\n" in text else '"'
            inside = text[len(quotes) : -len(quotes)]
            yield start, end, f"{quotes}{_SPECIAL.sub(' ', inside)}{quotes}"
