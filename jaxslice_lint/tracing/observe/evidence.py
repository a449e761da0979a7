"""What the text of a function says of a traced argument: that it is an array, and no list, dict or Ref."""

import ast
from collections.abc import Iterator

from jaxslice_lint.facts.misuse import Evidence
from jaxslice_lint.jax_model.arrays import ARRAY_ATTRIBUTES, STATIC_ATTRIBUTES
from jaxslice_lint.jax_model.functions.methods import METHOD_NAMES
from jaxslice_lint.source.nodes import walk
from jaxslice_lint.tracing.domain.annotations import TypeKind, type_of
from jaxslice_lint.tracing.domain.points import PointOf

#: What arrays have and lists, dicts and their like do not.
_OF_ARRAYS = (STATIC_ATTRIBUTES | ARRAY_ATTRIBUTES | METHOD_NAMES) - {"copy", "sort", "get"}
#: What Refs have, too.
_OF_REFS = STATIC_ATTRIBUTES | {"at"}
_OF_ARRAYS_ALONE = (ast.Sub, ast.Div, ast.Pow, ast.MatMult, ast.FloorDiv)
_ARRAYS = {TypeKind.ARRAY, TypeKind.HOST_ARRAY}
_Function = ast.FunctionDef | ast.AsyncFunctionDef


def evidence_of_type(point: PointOf[ast.Subscript]) -> Evidence:
    """What the annotation of a parameter says of it, to an element of which is assigned at `point`; None is no array,
    but has no elements either."""
    function, name = point.frame.activation.callee, point.node.value
    if function is None or not isinstance(name, ast.Name):
        return Evidence.NONE
    spec = function.node.args
    for argument in (*spec.posonlyargs, *spec.args, *spec.kwonlyargs):
        if argument.arg == name.id:
            kind = type_of(point.tracer, argument.annotation, function.frame)
            kinds = {one.kind for one in kind.members} - {TypeKind.NONE}
            return Evidence.ALL if kinds and kinds <= _ARRAYS else Evidence.NONE
    return Evidence.NONE


def evidence(tree: ast.Module, target: ast.expr, wanted: Evidence) -> Evidence:
    """What the function around the assignment to `target`, a subscript, says of the name that it changes."""
    if not wanted or not isinstance(target, ast.Subscript):
        return Evidence.NONE
    name = target.value
    function = _function_around(tree, target)
    if function is None or not isinstance(name, ast.Name):
        return Evidence.NONE
    found = Evidence.NONE
    for node in ast.walk(function):
        found |= _of_node(node, name.id)
    return found


def _function_around(tree: ast.Module, target: ast.expr) -> _Function | None:
    around = [
        node
        for node in walk(tree)
        if isinstance(node, _Function)
        and node.lineno <= target.lineno <= (node.end_lineno or node.lineno)
    ]
    return around[-1] if around else None


def _of_node(node: ast.AST, name: str) -> Evidence:
    match node:
        case ast.Attribute(value=ast.Name(id=owner), attr=attr) if owner == name:
            if attr in _OF_REFS:
                return Evidence.NO_CONTAINER
            return Evidence.ALL if attr in _OF_ARRAYS else Evidence.NONE
        case ast.BinOp(left=left, right=right, op=op) if isinstance(op, _OF_ARRAYS_ALONE):
            operands = (left, right)
            is_operand = any(isinstance(one, ast.Name) and one.id == name for one in operands)
            return Evidence.ALL if is_operand else Evidence.NONE
        case ast.Return(value=ast.expr() as value):
            # JAX refuses to return a Ref that it was passed.
            return Evidence.NO_REF if name in _handed_on(value) else Evidence.NONE
    return Evidence.NONE


def _handed_on(node: ast.expr) -> Iterator[str]:
    """The names whose values an expression holds as they are."""
    match node:
        case ast.Name(id=name):
            yield name
        case ast.Tuple(elts=parts) | ast.List(elts=parts) | ast.Dict(values=parts):
            for part in parts:
                yield from _handed_on(part)
