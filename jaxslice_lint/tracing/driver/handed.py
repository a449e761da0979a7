"""What an expression hands on, and the names under which others find it."""

import ast
from collections.abc import Iterator

from jaxslice_lint.source.nodes import last_name

#: Methods with which a container gives what it holds, and those with which it is given that.
GIVING = frozenset({"get", "pop", "setdefault"})
HOLDING = frozenset({"append", "extend", "insert", "setdefault", "update", "add"})


def parts_in(value: ast.expr) -> Iterator[ast.expr]:
    """What an expression gives: itself, one of several, or what a container that it makes holds."""
    match value:
        case ast.Tuple(elts=parts) | ast.List(elts=parts) | ast.Dict(values=parts):
            pass
        case ast.ListComp(elt=part) | ast.GeneratorExp(elt=part) | ast.DictComp(value=part):
            parts = [part]
        case ast.Starred(value=part) | ast.Subscript(value=part):
            parts = [part]
        case ast.BinOp(left=left, right=right) | ast.IfExp(body=left, orelse=right):
            parts = [left, right]
        case ast.BoolOp(values=parts):
            pass
        case _:
            yield value
            return
    for part in parts:
        yield from parts_in(part)


def is_constructed(node: ast.expr) -> bool:
    """Whether an expression makes an object of a class, by its name."""
    return isinstance(node, ast.Call) and last_name(node.func)[:1].isupper()


def found_by(target: ast.expr, local: bool) -> Iterator[str]:
    """The names by which other functions may find what is assigned to `target`."""
    match target:
        case ast.Name(id=name) if not local:
            yield name
        case ast.Attribute(attr=name):
            yield name
        case ast.Subscript(value=value):
            yield last_name(value)
        case ast.Tuple(elts=elements) | ast.List(elts=elements):
            for element in elements:
                yield from found_by(element, local)
