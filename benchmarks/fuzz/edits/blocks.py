"""Where the statements and expressions of a text stand, as far as text can be moved there."""

import ast
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class Statement:
    """The lines of a statement, `first:last`, counted from 0, and its indentation."""

    first: int
    last: int
    indent: str


def parsed(text: str) -> ast.Module | None:
    """The tree of a text; None if it does not parse."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return ast.parse(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None


def blocks(text: str, tree: ast.Module) -> list[list[Statement]]:
    """The blocks of a text, of which each statement has lines of its own."""
    lines = text.split("\n")
    found: list[list[Statement]] = []
    for node in ast.walk(tree):
        for name in ("body", "orelse", "finalbody"):
            body = getattr(node, name, None)
            if isinstance(body, list) and body:
                block = [_statement(lines, one) for one in body]
                whole = [one for one in block if one is not None]
                if len(whole) == len(block) and _are_apart(whole):
                    found.append(whole)
    return found


def _are_apart(block: list[Statement]) -> bool:
    return all(one.last <= other.first for one, other in pairwise(block))


def _statement(lines: list[str], node: ast.stmt) -> Statement | None:
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    first = min([node.lineno, *(one.lineno for one in decorators)]) - 1
    indent = lines[first][: len(lines[first]) - len(lines[first].lstrip())]
    if not decorators and len(indent.encode()) != node.col_offset:
        return None
    return Statement(first, node.end_lineno or node.lineno, indent)


@dataclass(frozen=True, slots=True)
class Expression:
    """Where an expression stands, in characters."""

    start: int
    end: int
    node: ast.expr


def expressions(text: str, tree: ast.Module) -> list[Expression]:
    """The expressions that are read, but for those in formatted strings, whose places older Pythons do not know."""
    starts = [0]
    for line in text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    lines = text.split("\n")

    def offset(line: int, column: int) -> int:
        return starts[line - 1] + len(lines[line - 1].encode()[:column].decode(errors="ignore"))

    return [
        Expression(
            offset(node.lineno, node.col_offset),
            offset(node.end_lineno or node.lineno, node.end_col_offset or 0),
            node,
        )
        for node in _read(tree)
    ]


def _read(node: ast.AST) -> Iterator[ast.expr]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.JoinedStr | ast.Slice | ast.Starred | ast.pattern):
            if not isinstance(child, ast.JoinedStr):
                yield from _read(child)
            continue
        is_read = isinstance(getattr(child, "ctx", ast.Load()), ast.Load)
        if isinstance(child, ast.expr) and is_read:
            yield child
        yield from _read(child)


def reindented(lines: list[str], old: str, new: str) -> list[str]:
    """Lines of a block with indentation `old`, for one with indentation `new`."""
    return [new + line.removeprefix(old) if line.strip() else line for line in lines]
