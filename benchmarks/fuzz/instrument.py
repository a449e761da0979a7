"""Rewrites a program so that each subscript that is read goes through the watch.

It works on the syntax tree and keeps all positions, so that a subscript has the same span as in the tool's findings,
whatever is sliced: JAX arrays, NumPy arrays, tuples, objects with a `__getitem__` of their own.
"""

import ast
from typing import TypeVar

READ, AT, SLICE, GUARD = "__fuzz_read__", "__fuzz_at__", "__fuzz_slice__", "__fuzz_guard__"
_Node = TypeVar("_Node", bound=ast.expr)


def watched(tree: ast.Module, file: str) -> ast.Module:
    """The tree with calls of the watch in place of its subscripts and around what catches exceptions."""
    new = _Watched(file).visit(tree)
    assert isinstance(new, ast.Module)
    return ast.fix_missing_locations(new)


class _Watched(ast.NodeTransformer):
    def __init__(self, file: str) -> None:
        self._file = file

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        site = (
            self._file,
            node.lineno,
            node.col_offset + 1,
            node.end_lineno or node.lineno,
            (node.end_col_offset or 0) + 1,
        )
        is_at = isinstance(node.value, ast.Attribute) and node.value.attr == "at"
        self.generic_visit(node)
        if not isinstance(node.ctx, ast.Load):
            return node
        return _at_same_place(
            ast.Call(
                ast.Name(AT if is_at else READ, ast.Load()),
                [
                    ast.Tuple([ast.Constant(part) for part in site], ast.Load()),
                    node.value,
                    _index(node.slice),
                ],
                [],
            ),
            node,
        )

    def visit_Try(self, node: ast.Try) -> ast.Try:
        self.generic_visit(node)
        caught = [
            handler.type or ast.Name("BaseException", ast.Load()) for handler in node.handlers
        ]
        if caught:
            node.body = [ast.With([ast.withitem(_guard(caught))], node.body)]
        return node

    def visit_With(self, node: ast.With) -> ast.With:
        self.generic_visit(node)
        for item in list(node.items):
            call = item.context_expr
            if isinstance(call, ast.Call) and ast.unparse(call.func).endswith("suppress"):
                node.items.append(ast.withitem(_guard(call.args)))
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AnnAssign:
        if node.value:
            node.value = self.visit(node.value)
        return node

    def visit_arg(self, node: ast.arg) -> ast.arg:
        return node  # an annotation such as `Float[Array, "n"]` is no subscript of interest


def _index(node: ast.expr) -> ast.expr:
    """The index as an expression: `a:b` is none."""
    if isinstance(node, ast.Slice):
        parts = [part or ast.Constant(None) for part in (node.lower, node.upper, node.step)]
        return ast.Call(ast.Name(SLICE, ast.Load()), parts, [])
    if isinstance(node, ast.Tuple):
        return ast.Tuple([_index(element) for element in node.elts], ast.Load())
    return node


def _guard(caught: list[ast.expr]) -> ast.expr:
    return ast.Call(ast.Name(GUARD, ast.Load()), caught, [])


def _at_same_place(new: _Node, old: ast.expr) -> _Node:
    return ast.copy_location(new, old)
