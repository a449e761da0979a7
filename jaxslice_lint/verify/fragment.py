"""The smallest piece of code around the edits of a fix: one expression, or a run of statements of one block."""

import ast
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeGuard, TypeVar

from jaxslice_lint.rewrite.text.edit import Edit, Fix
from jaxslice_lint.source.text import Source, Span
from jaxslice_lint.verify.verdict import NotRunnableError

#: Where something starts and ends in the text.
Place = tuple[int, int]
_Node = TypeVar("_Node")
#: What holds statements, and statements themselves.
_HOLDERS = (ast.stmt, ast.Module, ast.ExceptHandler, ast.match_case)
_IMPORTS = (ast.Import, ast.ImportFrom)
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
    """The same piece of code before and after a fix. `outputs`: names that it assigns and the code behind it reads.

    `function`: how the function is called of which it is the whole body, in words; empty if it is a part of one.
    `parameters` are those of that function.
    """

    before: Side
    after: Side
    outputs: frozenset[str]
    function: str = ""
    parameters: frozenset[str] = frozenset()


def fragment(source: Source, fix: Fix, *, widely: bool) -> Fragment | None:
    """What has to be run for `fix`; None if it changes no code. Raises `NotRunnableError`.

    `widely`: the largest expression around the edits instead of the smallest, since what consumes the changed values,
    and not they, is meant to stay the same: so it is with masks.
    """
    tree = ast.parse(source.text)
    changed = Source(source.path, edited(source.text, fix.edits))
    new_tree = ast.parse(changed.text)
    if ast.dump(tree) == ast.dump(new_tree):
        return None
    if not any(edit.start < edit.end for edit in fix.edits):
        raise NotRunnableError("it adds code and replaces none")
    olds, news = _expressions(tree, new_tree, widely) or _statements(tree, new_tree)
    before, after = (
        side(file, module, nodes)
        for file, module, nodes in ((source, tree, olds), (changed, new_tree, news))
    )
    return Fragment(before, after, _live_after(tree, source, olds, place_of(source, olds)))


def edited(text: str, edits: Iterable[Edit]) -> str:
    """The text after some edits."""
    for edit in sorted(edits, reverse=True):
        text = text[: edit.start] + edit.content + text[edit.end :]
    return text


def _expressions(
    old: ast.Module, new: ast.Module, widely: bool
) -> tuple[tuple[ast.expr], tuple[ast.expr]] | None:
    """The smallest or the largest expression in which all changes are, before and after."""
    found: tuple[tuple[ast.expr], tuple[ast.expr]] | None = None
    chain = _changed(old, new)
    for (outer, _), (one, other) in reversed([*pairwise(chain)]):
        if isinstance(one, ast.stmt):
            break
        is_callee = isinstance(outer, ast.Call) and outer.func is one
        if is_callee or not _is_value(one) or not _is_value(other):
            continue
        if found is not None and (not widely or isinstance(one, _REPEATING)):
            break
        found = (one,), (other,)
    return found


def _is_value(node: ast.AST) -> TypeGuard[ast.expr]:
    """Whether a node has a value that a function can return: an index and `x.at[…]` have none."""
    match node:
        case ast.Slice() | ast.Starred() | ast.Subscript(value=ast.Attribute(attr="at")):
            return False
        case ast.Tuple(elts=elements) if any(isinstance(one, ast.Slice) for one in elements):
            return False
        case ast.expr():
            return isinstance(getattr(node, "ctx", ast.Load()), ast.Load)
    return False


def _statements(
    old: ast.Module, new: ast.Module
) -> tuple[tuple[ast.stmt, ...], tuple[ast.stmt, ...]]:
    """The statements of one block from the first change to the last, before and after."""
    chain = _changed(old, new)
    one, other = next(pair for pair in reversed(chain) if isinstance(pair[0], _HOLDERS))
    count = sum(_differ(*pair) for pair in _children(one, other) or [])
    for block, new_block in zip(_blocks_of(one), _blocks_of(other), strict=False):
        pairs = _paired(block, new_block) or []
        changed = [at for at, pair in enumerate(pairs) if _differ(*pair)]
        if changed and len(changed) == count:
            olds, news = zip(*pairs[changed[0] : changed[-1] + 1], strict=True)
            return olds, news
    is_definition = isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    if isinstance(one, ast.stmt) and isinstance(other, ast.stmt) and not is_definition:
        return (one,), (other,)
    raise NotRunnableError("its edits do not stand in one block of code")


def _changed(old: ast.AST, new: ast.AST) -> list[tuple[ast.AST, ast.AST]]:
    """The nodes in which all changes are, before and after, from the outermost to the innermost."""
    chain = [(old, new)]
    while True:
        pairs = _children(*chain[-1])
        changed = [pair for pair in pairs or [] if _differ(*pair)]
        if len(changed) != 1:
            return chain
        chain.append(changed[0])


def _children(old: ast.AST, new: ast.AST) -> list[tuple[ast.AST, ast.AST]] | None:
    """The nodes right below two nodes, if that is all in which these can differ."""
    if type(old) is not type(new):
        return None
    pairs: list[tuple[ast.AST, ast.AST]] = []
    for name in old._fields:
        one, other = getattr(old, name, None), getattr(new, name, None)
        if isinstance(one, list) and isinstance(other, list):
            paired = _paired(one, other)
            if paired is None:
                return None
            nodes = [pair for pair in paired if all(isinstance(part, ast.AST) for part in pair)]
            if any(a != b for a, b in paired if (a, b) not in nodes):
                return None
            pairs += nodes
        elif isinstance(one, ast.AST) and isinstance(other, ast.AST):
            pairs.append((one, other))
        elif one != other:
            return None
    return pairs


def _paired(old: list[_Node], new: list[_Node]) -> list[tuple[_Node, _Node]] | None:
    """The elements of two lists in pairs, but for imports that were added or changed; None if others were added."""
    old, new = _without_other_imports(old, new), _without_other_imports(new, old)
    return list(zip(old, new, strict=True)) if len(old) == len(new) else None


def _without_other_imports(nodes: list[_Node], others: list[_Node]) -> list[_Node]:
    """Nodes without the imports that are not among `others`."""
    if not any(isinstance(one, _IMPORTS) for one in (*nodes, *others)):
        return nodes
    known = {ast.dump(one) for one in others if isinstance(one, _IMPORTS)}
    return [one for one in nodes if not isinstance(one, _IMPORTS) or ast.dump(one) in known]


def _differ(old: ast.AST, new: ast.AST) -> bool:
    return ast.dump(old) != ast.dump(new)


def _blocks_of(node: ast.AST) -> list[list[ast.stmt]]:
    values = [value for _, value in ast.iter_fields(node) if isinstance(value, list)]
    return [value for value in values if value and isinstance(value[0], ast.stmt)]


def place_of(source: Source, nodes: Sequence[ast.expr] | Sequence[ast.stmt]) -> Place:
    """Where some neighbouring nodes start and end in the text."""
    return offsets(source, nodes[0])[0], offsets(source, nodes[-1])[1]


def is_inside(inner: Place, outer: Place) -> bool:
    """Whether one place lies in another."""
    return outer[0] <= inner[0] and inner[1] <= outer[1]


def offsets(source: Source, node: ast.expr | ast.stmt) -> Place:
    """Where a node starts and ends in the text."""
    end_line, end_column = node.end_lineno or node.lineno, node.end_col_offset or 0
    span = source.span(node.lineno, node.col_offset, end_line, end_column)
    return source.offset(*span.start), source.offset(*span.end)


def side(source: Source, tree: ast.Module, nodes: tuple[ast.expr] | tuple[ast.stmt, ...]) -> Side:
    """Some nodes of a file as a side of a rewrite."""
    start, end = place_of(source, nodes)
    return Side(source, tree, nodes, Span(*source.location(start), *source.location(end)))


def _live_after(
    tree: ast.Module, source: Source, nodes: Sequence[ast.AST], place: Place
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
        and is_inside(place, offsets(source, node))
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
