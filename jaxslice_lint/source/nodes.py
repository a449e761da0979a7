"""Questions about nodes of the syntax tree that several rooms ask."""

import ast
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from typing import TypeAlias

from jaxslice_lint.source.text import Source, Span

FunctionNode: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda

#: Fields in which no statement or expression stands: texts, numbers, and signs, which say of a node what it does.
_PLAIN_FIELDS = frozenset(
    {
        "attr",
        "ctx",
        "id",
        "is_async",
        "kind",
        "level",
        "module",
        "op",
        "ops",
        "simple",
        "type_comment",
    }
)


class _Fields(dict[type[ast.AST], tuple[str, ...]]):
    """The fields in which other nodes may stand, by the kind of node."""

    def __missing__(self, kind: type[ast.AST]) -> tuple[str, ...]:
        is_plain = kind is ast.Constant
        names = () if is_plain else tuple(one for one in kind._fields if one not in _PLAIN_FIELDS)
        self[kind] = names
        return names


_FIELDS = _Fields()


def children(node: ast.AST) -> list[ast.AST]:
    """What stands directly in a node, but for operators and the like."""
    found: list[ast.AST] = []
    for name in _FIELDS[type(node)]:
        part = getattr(node, name)
        if isinstance(part, list):
            found += [one for one in part if isinstance(one, ast.AST)]
        elif isinstance(part, ast.AST):
            found.append(part)
    return found


def walk(node: ast.AST) -> list[ast.AST]:
    """A node and all that stands in it but for operators and the like, in the order of `ast.walk`; that takes twice
    the time, which is much for whole files.
    """
    found = [node]
    for one in found:
        if _FIELDS[type(one)]:
            found += children(one)
    return found


@lru_cache(maxsize=4096)  # asked of a test each time that the program comes to it
def names_in(node: ast.expr) -> frozenset[str]:
    """The variables in an expression."""
    return frozenset(one.id for one in walk(node) if isinstance(one, ast.Name))


@lru_cache(maxsize=4096)
def dumped(node: ast.expr) -> str:
    """An expression without its place: equal for what says the same."""
    return ast.dump(node)


def all_parameters(arguments: ast.arguments) -> list[ast.arg]:
    """Every parameter in order, the starred ones too."""
    starred = [one for one in (arguments.vararg, arguments.kwarg) if one is not None]
    return [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, *starred]


def span_of(source: Source, node: ast.expr | ast.stmt) -> Span:
    """Where an expression or a statement stands."""
    assert node.end_lineno is not None
    assert node.end_col_offset is not None
    return source.span(node.lineno, node.col_offset, node.end_lineno, node.end_col_offset)


def segment(source: Source, node: ast.expr) -> str:
    """The text of an expression."""
    return source.segment(span_of(source, node))


def last_name(node: ast.expr) -> str:
    """`f` of `f` and of `a.b.f`; empty for what has no name."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def root_name(node: ast.expr) -> str:
    """The name that a chain of attributes begins with."""
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def unquoted(annotation: ast.expr) -> ast.expr:
    """An annotation, read if it is a string."""
    match annotation:
        case ast.Constant(value=str() as text) if not text.isidentifier():
            with suppress(SyntaxError, ValueError):
                return ast.parse(text, mode="eval").body
    return annotation


def dotted_name(node: ast.expr) -> str:
    """`a.b.f` as it is written; empty for what is no such chain of names."""
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=value, attr=name):
            owner = dotted_name(value)
            return f"{owner}.{name}" if owner else ""
    return ""


def is_candidate_slice(node: ast.AST) -> bool:
    """Whether a node is a slice with a bound that is not a literal; only these are worth a question."""
    match node:
        case ast.Slice(lower=lower, upper=upper, step=step):
            bounds = [bound for bound in (lower, upper, step) if bound is not None]
            return not all(_is_number(bound) for bound in bounds)
        case ast.Call(func=ast.Name(id="slice")):
            return True
    return False


def _is_number(node: ast.expr) -> bool:
    if isinstance(node, ast.UnaryOp):
        return _is_number(node.operand)
    return isinstance(node, ast.Constant)


def is_plain(node: ast.expr, more: Callable[[ast.expr], bool]) -> bool:
    """Whether an expression may be written once more, by its looks: names, attributes, elements and arithmetic cost
    nothing, and nothing happens. `more` tells what else may be in it.
    """
    match node:
        case ast.Name():
            return True
        case ast.Constant(value=value) if value is not ...:
            return True
        case ast.Attribute(value=value):
            return is_plain(value, more)
        case ast.UnaryOp(operand=operand):
            return is_plain(operand, more)
        case ast.BinOp(left=left, right=right) | ast.Subscript(value=left, slice=right):
            return is_plain(left, more) and is_plain(right, more)
    return more(node)


def written_elements(node: ast.Subscript) -> list[ast.expr]:
    """The elements of an index as they stand in the source."""
    return node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]


def is_at(node: ast.AST) -> bool:
    """Whether `node` is `x.at[…]`."""
    return isinstance(node, ast.Subscript) and (
        isinstance(node.value, ast.Attribute) and node.value.attr == "at"
    )


def updated(node: ast.expr) -> ast.expr:
    """The array that a chain of updates begins with: `x` of `x.at[i].set(v).at[j].set(w)`."""
    match node:
        case ast.Call(
            func=ast.Attribute(value=ast.Subscript(value=ast.Attribute(attr="at") as at))
        ):
            return updated(at.value)
    return node


def is_decorated(node: FunctionNode) -> bool:
    """Whether a function has decorators."""
    return not isinstance(node, ast.Lambda) and bool(node.decorator_list)
