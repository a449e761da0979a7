"""The smallest piece of code around the edits of a fix: one expression, or a run of statements of one block."""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from jaxslice_lint.rewrite.edit import Edit, Fix
from jaxslice_lint.source.text import Source, Span
from jaxslice_lint.verify.verdict import NotRunnableError

_Range = tuple[int, int]
#: What is in them has names of its own.
_REPEATING = (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


@dataclass(frozen=True)
class Side:
    """One side of a rewrite: a file, and the nodes of the fragment in it."""

    source: Source
    tree: ast.Module
    nodes: tuple[ast.expr] | tuple[ast.stmt, ...]
    span: Span


@dataclass(frozen=True)
class Fragment:
    """The same piece of code before and after a fix. `outputs`: names that it assigns and the code behind it reads."""

    before: Side
    after: Side
    outputs: frozenset[str]


def fragment(source: Source, fix: Fix, *, widely: bool) -> Fragment | None:
    """What has to be run for `fix`; None if it changes no code. Raises `NotRunnableError`.

    `widely`: the largest expression around the edits instead of the smallest, since what consumes the changed values,
    and not they, is meant to stay the same: so it is with masks.
    """
    tree = ast.parse(source.text)
    changed = Source(source.path, _edited(source.text, fix.edits))
    new_tree = ast.parse(changed.text)
    if ast.dump(tree) == ast.dump(new_tree):
        return None
    # An import is added between two lines, and what replaces code replaces something.
    edits = [edit for edit in fix.edits if edit.start < edit.end]
    if not edits:
        raise NotRunnableError("it adds code and replaces none")
    start, end = min(e.start for e in edits), max(e.end for e in edits)
    nodes, place = _around(tree, source, (start, end), widely)
    shift = sum(len(e.content) for e in fix.edits if e.end <= place[0])
    shift -= sum(e.end - e.start for e in fix.edits if e.end <= place[0])
    growth = sum(len(e.content) - (e.end - e.start) for e in edits)
    new_place = (place[0] + shift, place[1] + shift + growth)
    new_nodes = _within(new_tree, changed, new_place, isinstance(nodes[0], ast.stmt))
    return Fragment(
        Side(source, tree, nodes, _span(source, place)),
        Side(changed, new_tree, new_nodes, _span(changed, new_place)),
        _live_after(tree, source, nodes, place),
    )


def _edited(text: str, edits: Sequence[Edit]) -> str:
    for edit in sorted(edits, reverse=True):
        text = text[: edit.start] + edit.content + text[edit.end :]
    return text


def _around(
    tree: ast.Module, source: Source, wanted: _Range, widely: bool
) -> tuple[tuple[ast.expr] | tuple[ast.stmt, ...], _Range]:
    """The smallest or the largest expression that holds `wanted`, else the statements of one block that do."""
    expressions: list[tuple[ast.expr, _Range]] = []
    line, end_line = source.location(wanted[0])[0], source.location(wanted[1])[0]
    for node in ast.walk(tree):
        if (
            not isinstance(node, ast.expr)
            or (node.end_lineno or 0) < end_line
            or node.lineno > line
        ):
            continue
        if isinstance(getattr(node, "ctx", ast.Load()), ast.Load):
            place = offsets(source, node)
            if place[0] <= wanted[0] and wanted[1] <= place[1]:
                expressions.append((node, place))
    if expressions:
        expressions.sort(key=lambda item: item[1][1] - item[1][0])
        node, place = expressions[0]
        for outer, outer_place in expressions[1:] if widely else []:
            if isinstance(outer, _REPEATING):
                break
            node, place = outer, outer_place
        return (node,), place
    runs = [run for block in _blocks(tree) if (run := _run(block, source, wanted))]
    if not runs:
        raise NotRunnableError("its edits do not stand in one block of code")
    return min(runs, key=lambda item: item[1][1] - item[1][0])


def _blocks(tree: ast.AST) -> Iterator[list[ast.stmt]]:
    for node in ast.walk(tree):
        for _, value in ast.iter_fields(node):
            if isinstance(value, list) and value and isinstance(value[0], ast.stmt):
                yield value


def _run(
    block: list[ast.stmt], source: Source, wanted: _Range
) -> tuple[tuple[ast.stmt, ...], _Range] | None:
    places = [offsets(source, statement) for statement in block]
    if not (places[0][0] <= wanted[0] and wanted[1] <= places[-1][1]):
        return None
    first = max(n for n, place in enumerate(places) if place[0] <= wanted[0])
    last = min(n for n, place in enumerate(places) if wanted[1] <= place[1])
    return tuple(block[first : last + 1]), (places[first][0], places[last][1])


def _within(
    tree: ast.Module, source: Source, place: _Range, statements: bool
) -> tuple[ast.expr] | tuple[ast.stmt, ...]:
    """The outermost nodes that stand inside of `place`."""
    if statements:
        for block in _blocks(tree):
            inside = [s for s in block if _is_inside(offsets(source, s), place)]
            if inside and offsets(source, inside[0])[0] == place[0]:
                return tuple(inside)
    else:
        found = [
            (node, offsets(source, node)) for node in ast.walk(tree) if isinstance(node, ast.expr)
        ]
        inner = [(node, where) for node, where in found if _is_inside(where, place)]
        if inner:
            return (max(inner, key=lambda item: item[1][1] - item[1][0])[0],)
    raise NotRunnableError("the rewritten code is not found again")


def _is_inside(inner: _Range, outer: _Range) -> bool:
    return outer[0] <= inner[0] and inner[1] <= outer[1]


def offsets(source: Source, node: ast.expr | ast.stmt) -> _Range:
    """Where a node starts and ends in the text."""
    end_line, end_column = node.end_lineno or node.lineno, node.end_col_offset or 0
    span = source.span(node.lineno, node.col_offset, end_line, end_column)
    return source.offset(*span.start), source.offset(*span.end)


def _span(source: Source, place: _Range) -> Span:
    return Span(*source.location(place[0]), *source.location(place[1]))


def _live_after(
    tree: ast.Module, source: Source, nodes: Sequence[ast.AST], place: _Range
) -> frozenset[str]:
    """The names that the fragment binds and that are read behind it, or anywhere else in a loop around it."""
    bound = {
        node.id
        for top in nodes
        for node in ast.walk(top)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    if not bound:
        return frozenset()
    around = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.For | ast.While)
        and _is_inside(place, offsets(source, node))
    ]
    functions = [
        node for node in around if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    inner = functions[-1] if functions else tree
    loops = around[around.index(inner) + 1 :] if inner in around else around
    read: set[str] = set()
    for node in ast.walk(inner):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in bound:
            where = offsets(source, node)
            if where[0] >= place[1] or (loops and where[1] <= place[0]):
                read.add(node.id)
    return frozenset(read)
