"""A file without the statements in which nobody is interested, for readers that are slow or go deep: what is left keeps
its place.

LibCST takes many times as long as `ast`, and a table of numbers or a chain of `elif`s may be all of a file but a line.
"""

import ast
import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import replace

from jaxslice_lint.source.text import Source, Span

_CHARACTER = re.compile(r"[^\r\n]")
#: The lists of statements, and of what holds such a list, in a statement.
_BLOCKS = ("body", "orelse", "handlers", "cases", "finalbody")
#: What stands for a statement: an expression that may go on over several lines.
_SHORTEST = len("()")


def narrowed(source: Source, tree: ast.Module, wanted: Sequence[Span]) -> Source:
    """`source` with `()` in place of each statement that holds none of the `wanted` spans, or nothing where it may."""
    starts = sorted((span.start, span.end) for span in wanted)
    pieces: list[str] = []
    done = 0
    for start, end, is_statement in sorted(_unwanted(source, tree, starts)):
        blank = _CHARACTER.sub(" ", source.text[start:end])
        if is_statement:
            blank = f"({blank[1:-1]})"
        pieces += [source.text[done:start], blank]
        done = end
    return replace(source, text="".join((*pieces, source.text[done:])))


_Place = tuple[int, int]


def _unwanted(
    source: Source, tree: ast.Module, wanted: list[tuple[_Place, _Place]]
) -> Iterator[tuple[int, int, bool]]:
    """Where statements stand in which nothing is wanted, and whether one has to be there."""
    pending: list[ast.AST] = [tree]
    while pending:
        node = pending.pop()
        for name in _BLOCKS:
            block = getattr(node, name, None)
            for inner in block if isinstance(block, list) else ():
                if not isinstance(inner, ast.stmt):  # a handler or a case
                    pending.append(inner)
                    continue
                start, end = _place(source, inner)
                is_elif = isinstance(node, ast.If) and source.text.startswith("elif", start)
                if _holds(source, start, end, wanted):
                    pending.append(inner)
                elif (is_elif and name == "orelse") or (
                    isinstance(node, ast.Module) and _is_alone(source, start, end)
                ):
                    yield start, end, False
                elif end - start >= _SHORTEST:
                    yield start, end, True


def _place(source: Source, node: ast.stmt) -> tuple[int, int]:
    """Where a statement begins and ends, its decorators included."""
    assert node.end_lineno is not None
    assert node.end_col_offset is not None
    span = source.span(node.lineno, node.col_offset, node.end_lineno, node.end_col_offset)
    start = source.offset(*span.start)
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    if decorators:
        first = source.span(decorators[0].lineno, decorators[0].col_offset, node.lineno, 0)
        start = source.text.rindex("@", 0, source.offset(*first.start))
    return start, source.offset(*span.end)


def _is_alone(source: Source, start: int, end: int) -> bool:
    """Whether nothing else stands on the lines of a statement but a comment."""
    first, _ = source.location(start)
    last, column = source.location(end)
    behind = source.line(last)[column - 1 :].lstrip()
    return source.line_starts[first - 1] == start and behind[:1] in ("", "#")


def _holds(source: Source, start: int, end: int, wanted: list[tuple[_Place, _Place]]) -> bool:
    """Whether one of the spans begins in a range of the text."""
    first = bisect_left(wanted, (source.location(start), (0, 0)))
    return first < len(wanted) and wanted[first][0] < source.location(end)
