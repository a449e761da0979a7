"""Which calls and assignments are worth a question, by their looks: asked of every node of a file."""

import ast
from collections.abc import Container, Iterator

from jaxslice_lint.jax_model.arrays import AT_METHODS
from jaxslice_lint.jax_model.functions.schema import Function
from jaxslice_lint.jax_model.lookup import WATCHED
from jaxslice_lint.source.nodes import is_at

_WATCHED = {path.rpartition(".")[2]: row for path, row in WATCHED.items() if not row.slicing_error}
_CONTAINERS = frozenset({"dict", "list", "set", "defaultdict", "OrderedDict", "Counter", "deque"})
_DISPLAYS = (ast.Dict, ast.List, ast.Set, ast.ListComp, ast.DictComp, ast.SetComp)


def is_candidate_misuse(node: ast.AST) -> bool:
    """Whether a node is a candidate, whatever its names stand for."""
    match node:
        case ast.Call(func=ast.Name(id=name)):
            return name in _WATCHED and _is_candidate_call(node, _WATCHED[name])
        case ast.Call(func=ast.Attribute(value=inner, attr=name)):
            if name in _WATCHED:
                return _is_candidate_call(node, _WATCHED[name])
            return is_at(inner) and name not in AT_METHODS
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=inner))):
            return is_at(inner)
        case ast.Subscript(value=owner, slice=index, ctx=ast.Store()):
            # Most attributes that are assigned to by a name are dicts.
            return not isinstance(owner, ast.Name) and _has_place(index)
    return False


def _is_candidate_call(node: ast.Call, row: Function) -> bool:
    """Whether a size is, or holds, a variable; any call of a function that takes none."""
    if not row.sizes:
        return True
    given = dict(zip(row.parameters, node.args, strict=False))
    given |= {keyword.arg: keyword.value for keyword in node.keywords if keyword.arg is not None}
    return any(_has_variable(given[size]) for size in row.sizes if size in given)


def _has_variable(node: ast.expr) -> bool:
    match node:
        case ast.Name():
            return True
        case ast.Attribute():
            return False
        case ast.Call(args=arguments):
            return any(map(_has_variable, arguments))
    return any(
        _has_variable(child) for child in ast.iter_child_nodes(node) if isinstance(child, ast.expr)
    )


def _has_place(index: ast.expr) -> bool:
    """Whether an index is one of positions, and no key of a dict by all likelihood."""
    match index:
        case ast.Constant(value=value):
            return isinstance(value, int)
        case ast.Slice() | ast.BinOp() | ast.UnaryOp():
            return True
        case ast.Tuple(elts=parts):
            return any(map(_has_place, parts))
    return False


def stored_name(node: ast.AST) -> str:
    """The name whose elements `node` assigns to, if that is no key written out; else it is empty."""
    match node:
        case ast.Subscript(value=ast.Name(id=name), slice=index, ctx=ast.Store()):
            is_key = isinstance(index, ast.JoinedStr)
            if isinstance(index, ast.Constant):
                is_key = not isinstance(index.value, int)
            return "" if is_key else name
    return ""


def makes_container(node: ast.expr, numpy: Container[str]) -> bool:
    """Whether an expression makes a Python container or a NumPy array; `numpy` are the names of NumPy."""
    match node:
        case ast.BinOp(left=left):
            return makes_container(left, numpy)
        case ast.Call(func=func):
            names = [*_names(func)]
            return names[-1] in _CONTAINERS or names[0] in numpy
    return isinstance(node, _DISPLAYS)


def _names(node: ast.expr) -> Iterator[str]:
    """The parts of a dotted name."""
    match node:
        case ast.Name(id=name):
            yield name
        case ast.Attribute(value=value, attr=name):
            yield from _names(value)
            yield name
        case _:
            yield ""
