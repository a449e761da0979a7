"""The function around a rewrite: all of its body, before and after the fixes of a file."""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import replace

from jaxslice_lint.rewrite.text.edit import Edit, Fix
from jaxslice_lint.source.nodes import FunctionNode
from jaxslice_lint.source.text import Source
from jaxslice_lint.verify.fragment import Fragment, Place, edited, is_inside, place_of, side
from jaxslice_lint.verify.integers import integers
from jaxslice_lint.verify.verdict import NotRunnableError


def around(
    source: Source, fix: Fix, before: Sequence[Fix], after: Sequence[Fix], outward: int = 0
) -> Fragment | None:
    """The function around `fix`, with some fixes of its file applied before and others after; None if there is none.

    `outward`: how many functions further out. Raises `NotRunnableError`.
    """
    functions = [*_functions(ast.parse(source.text))]
    numbers = _around(source, fix, functions)
    if len(numbers) <= outward:
        return None
    number = numbers[-1 - outward]
    sides = []
    for fixes in (before, after):
        changed = replace(source, text=edited(source.text, edits_of(fixes)))
        tree = ast.parse(changed.text)
        found = [*_functions(tree)]
        if len(found) != len(functions):
            raise NotRunnableError("functions are added to it or removed")
        sides.append(side(changed, tree, _nodes(found[number])))
    function = functions[number]
    return Fragment(sides[0], sides[1], frozenset(), _words(function), _parameters(function))


def outer_integers(source: Source, fix: Fix) -> int:
    """How far out the function is that computes a bound for the one around `fix`; 0 if that does so itself."""
    functions = [*_functions(ast.parse(source.text))]
    around = [functions[number] for number in reversed(_around(source, fix, functions))]
    if not around:
        return 0
    known = _parameters(around[0]) | _stored(around[0])
    wanted = integers(_nodes(around[0])) - known
    for outward, function in enumerate(around[1:], start=1):
        if not wanted.isdisjoint(_stored(function)):
            return outward
    return 0


def variables(source: Source, fix: Fix) -> frozenset[str]:
    """The names to which the function around `fix` assigns."""
    functions = [*_functions(ast.parse(source.text))]
    numbers = _around(source, fix, functions)
    return _stored(functions[numbers[-1]]) if numbers else frozenset()


def _around(source: Source, fix: Fix, functions: Sequence[FunctionNode]) -> list[int]:
    """Which of all functions hold all that a fix replaces, from the outermost to the innermost."""
    replaced = [(edit.start, edit.end) for edit in fix.edits if edit.start < edit.end]
    return [
        number
        for number, one in enumerate(functions)
        if all(is_inside(place, _body(source, one)) for place in replaced)
    ]


def _parameters(function: FunctionNode) -> frozenset[str]:
    return frozenset(n.arg for n in ast.walk(function.args) if isinstance(n, ast.arg))


def _stored(function: FunctionNode) -> frozenset[str]:
    names = (node for node in ast.walk(function) if isinstance(node, ast.Name))
    return frozenset(node.id for node in names if isinstance(node.ctx, ast.Store))


def edits_of(fixes: Sequence[Fix]) -> set[Edit]:
    """All edits of some fixes; imports that they share are added once."""
    return {edit for fix in fixes for edit in fix.edits}


def moved(place: Place, fixes: Sequence[Fix]) -> Place:
    """Where `place` is after some fixes."""
    changes = [(edit.end, len(edit.content) - edit.end + edit.start) for edit in edits_of(fixes)]
    start, end = (at + sum(by for last, by in changes if last <= at) for at in place)
    return start, end


def _functions(tree: ast.AST) -> Iterator[FunctionNode]:
    """All functions in a tree, in the order of the text."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, FunctionNode):
            yield node
        yield from _functions(node)


def _nodes(function: FunctionNode) -> tuple[ast.expr] | tuple[ast.stmt, ...]:
    return (function.body,) if isinstance(function, ast.Lambda) else tuple(function.body)


def _body(source: Source, function: FunctionNode) -> Place:
    return place_of(source, _nodes(function))


def _words(function: FunctionNode) -> str:
    return "the lambda" if isinstance(function, ast.Lambda) else f"the function `{function.name}`"
