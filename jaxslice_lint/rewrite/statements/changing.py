"""Arguments that are other numbers at each call, by the text of the file: positions, and what loops count.

As static arguments they would cost a compilation at each call.
"""

import ast
from collections.abc import Iterator

from jaxslice_lint.facts.what_if import WhatIf
from jaxslice_lint.jax_model.arrays import UPDATE_METHODS
from jaxslice_lint.jax_model.lookup import WINDOW_UPDATES
from jaxslice_lint.source.nodes import is_at, last_name, span_of, written_elements
from jaxslice_lint.source.text import Source, Span

Definition = ast.FunctionDef | ast.AsyncFunctionDef
_Loop = ast.For | ast.AsyncFor | ast.While


def changing_arguments(what_if: WhatIf, source: Source) -> list[str]:
    """The parameters among those that would have to be static which are passed another number at each call."""
    tree = ast.parse(source.text)
    return sorted(
        name
        for step, parameters in what_if.items()
        if step.path == source.path
        for function in taken_functions(tree, source, step.span)
        for name in parameters
        if _is_position(function, name) or _is_counted(tree, function, name)
    )


def taken_functions(tree: ast.Module, source: Source, span: Span) -> list[Definition]:
    """The functions that a decorator or a call at `span` takes."""
    functions = [node for node in ast.walk(tree) if isinstance(node, Definition)]
    decorated = [
        node
        for node in functions
        if any(span_of(source, decorator) == span for decorator in node.decorator_list)
    ]
    if decorated:
        return decorated
    names = {
        node.args[0].id
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and span_of(source, node) == span
        and node.args
        and isinstance(node.args[0], ast.Name)
    }
    return [node for node in functions if node.name in names]


def _is_position(function: Definition, name: str) -> bool:
    """Whether something is written at the position `name`, or the next one is returned."""
    for node in ast.walk(function):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Subscript() as at, attr=method)):
                is_update = is_at(at) and method in UPDATE_METHODS
                if is_update and any(_starts_at(one, name) for one in written_elements(at)):
                    return True
            case ast.Call(args=arguments) if last_name(node.func) in WINDOW_UPDATES:
                if any(_mentions(one, name) for one in arguments[2:]):
                    return True
            case ast.Return(value=ast.expr() as value):
                if any(_is_next(part, name) for part in ast.walk(value)):
                    return True
    return False


def _starts_at(element: ast.expr, name: str) -> bool:
    start = element.lower if isinstance(element, ast.Slice) and element.upper else element
    return isinstance(start, ast.Name) and start.id == name


def _is_next(node: ast.AST, name: str) -> bool:
    match node:
        case ast.BinOp(left=ast.Name(id=left), op=ast.Add(), right=ast.Constant()):
            return left == name
    return False


def _is_counted(tree: ast.Module, function: Definition, name: str) -> bool:
    """Whether a loop calls the function with something that each of its rounds changes."""
    spec = function.args
    names = [one.arg for one in (*spec.posonlyargs, *spec.args)]
    for loop in (node for node in ast.walk(tree) if isinstance(node, _Loop)):
        changed = {*_changed(loop)}
        for node in ast.walk(loop):
            if isinstance(node, ast.Call) and last_name(node.func) == function.name:
                given = {one.arg: one.value for one in node.keywords}
                given |= dict(zip(names, node.args, strict=False))
                if name in given and any(_mentions(given[name], one) for one in changed):
                    return True
    return False


def _changed(loop: _Loop) -> Iterator[str]:
    """The variables that a loop binds to other values."""
    for node in ast.walk(loop):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id


def _mentions(node: ast.AST, name: str) -> bool:
    return any(isinstance(part, ast.Name) and part.id == name for part in ast.walk(node))
