"""Tables of numbers in a syntax tree: of a long one, the first numbers tell as much as all of them."""

import ast
from collections.abc import Iterable
from types import UnionType

from jaxslice_lint.source.nodes import children

_NUMBER = int | float | complex
#: Nobody looks at the items of longer ones.
_LONGEST = 1_000


def shorten_tables(tree: ast.AST) -> None:
    """Take from each literal that is a table of numbers, or of rows of them, what is beyond a length."""
    pending = [tree]
    while pending:
        node = pending.pop()
        if _is_short(node):
            continue
        if isinstance(node, ast.Dict) and _is_long(node.values) and _has_constant_keys(node):
            del node.keys[_LONGEST:], node.values[_LONGEST:]
        elif isinstance(node, ast.List | ast.Tuple | ast.Set) and _is_long(node.elts):
            del node.elts[_LONGEST:]
        else:
            pending += children(node)


def _is_short(node: ast.AST) -> bool:
    """Whether a node stands on a line that has no room for a long table in it: that goes for nearly all."""
    if not isinstance(node, ast.expr | ast.stmt) or node.end_col_offset is None:
        return False
    return node.lineno == node.end_lineno and node.end_col_offset - node.col_offset < _LONGEST


def are_constants(nodes: Iterable[ast.expr]) -> bool:
    """Whether nothing in a literal has to be run: texts and numbers, and literals of them."""
    return all(_is_data(node, object) for node in nodes)


def _is_long(items: list[ast.expr]) -> bool:
    return len(items) > _LONGEST and all(_is_data(item, _NUMBER) for item in items)


def _has_constant_keys(node: ast.Dict) -> bool:
    return all(key is not None and _is_data(key, object) for key in node.keys)


def _is_data(node: ast.expr, kind: type | UnionType) -> bool:
    """Whether an expression is a constant of a kind, or a literal that holds nothing else."""
    match node:
        case ast.Constant(value=value):
            return isinstance(value, kind) or value is None
        case ast.UnaryOp(operand=ast.Constant(value=int() | float() | complex())):
            return True
        case ast.Dict(values=items):
            return _has_constant_keys(node) and all(_is_data(item, kind) for item in items)
        case ast.List(elts=items) | ast.Tuple(elts=items) | ast.Set(elts=items):
            return all(_is_data(item, kind) for item in items)
    return False
