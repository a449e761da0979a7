"""Where the sites of a file stand in its LibCST tree, and what the code around each does with
it."""

import ast
import re
from bisect import bisect_left
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

import libcst as cst
from libcst.metadata import CodeRange, MetadataWrapper, PositionProvider

from jaxslice_lint.source.depth import deep_recursion
from jaxslice_lint.source.narrowed import narrowed
from jaxslice_lint.source.text import Source, Span

#: The updating methods of `x.at[…]`, by their names in `jax.numpy.ndarray.at`.
UPDATES = frozenset(
    ("set", "add", "subtract", "multiply", "mul", "divide", "power", "min", "max", "apply")
)
_LINE_END = re.compile(r"\r\n|\r|\n")


class Role(Enum):
    """What the program does with a subscript."""

    READ = "x[i:j]"
    GET = "x.at[i:j].get()"
    UPDATE = "x.at[i:j].set(v)"
    BARE_AT = "x.at[i:j] without one of its methods"
    STORE = "x[i:j] = v"
    DELETE = "del x[i:j]"


@dataclass(frozen=True)
class Use:
    """One subscript in its place: `call` is the method call around `x.at[…]`, `span` what a rewrite
    replaces. Of a call that slices, `call` is that, and `subscript` stands nowhere: its index is `:`.

    `indent` is the indentation of the block it stands in, `assigned` what is assigned to it. `around`: the
    subscript or call that may take one element out of what is read, and `around_span` where that stands. `is_lost`: an
    update is a statement of its own, so that nobody takes its result.
    """

    role: Role
    subscript: cst.Subscript
    span: Span
    indent: str
    call: cst.Call | None = None
    method: str = ""
    in_fstring: bool = False
    assigned: cst.BaseExpression | None = None
    around: cst.Subscript | cst.Call | None = None
    around_span: Span | None = None
    is_lost: bool = False

    @property
    def operand(self) -> cst.BaseExpression:
        """What is sliced: `x` in `x[…]` and in `x.at[…]`."""
        value = self.subscript.value
        if self.role in (Role.READ, Role.STORE, Role.DELETE):
            return value
        assert isinstance(value, cst.Attribute)
        return value.value

    @property
    def replaced(self) -> cst.BaseExpression:
        """The expression that a rewrite replaces, without the parentheses around it."""
        node = self.call or self.subscript
        return node.with_changes(lpar=[], rpar=[])


@dataclass(frozen=True)
class Tree:
    """The LibCST tree of one file, and the uses that were asked for, by the span of their
    subscript."""

    module: cst.Module
    uses: dict[Span, Use]


def tree_with(source: Source, tree: ast.Module, spans: Collection[Span]) -> Tree:
    """Parse `source` as far as it holds the subscripts, and the calls that slice, that stand at `spans`, and find them.

    Raises `libcst.ParserSyntaxError` for syntax LibCST does not know, and `RecursionError` for code
    nested too deeply.
    """
    source = narrowed(source, tree, [*spans])
    with deep_recursion():
        module = cst.parse_module(source.text)
        # Safe without a copy: the parser gives every node once.
        wrapper = MetadataWrapper(module, unsafe_skip_copy=True)
        try:
            positions = wrapper.resolve(PositionProvider)
        except (
            KeyError
        ):  # LibCST asks for the position of a node in which the recursion went too deep
            raise RecursionError from None
        dropped = _dropped_characters(source, module)
        finder = _Finder(positions, module.default_indent, dropped, set(spans))
        wrapper.module.visit(finder)
    return Tree(module, finder.uses)


def _dropped_characters(source: Source, module: cst.Module) -> dict[int, int]:
    """How many characters LibCST dropped at the start of which lines: form feeds before the
    indentation."""
    if module.code == source.text:
        return {}
    kept = _LINE_END.split(module.code)
    lines = range(1, min(len(kept), len(source.line_starts)) + 1)
    dropped = {number: len(source.line(number)) - len(kept[number - 1]) for number in lines}
    return {number: count for number, count in dropped.items() if count}


class _Finder(cst.CSTVisitor):
    """Collects the uses; enters only what holds a wanted span."""

    def __init__(
        self,
        positions: Mapping[cst.CSTNode, CodeRange],
        default_indent: str,
        dropped: dict[int, int],
        wanted: set[Span],
    ) -> None:
        super().__init__()
        self.uses: dict[Span, Use] = {}
        self._positions = positions
        self._default_indent = default_indent
        self._dropped = dropped
        self._wanted = wanted
        self._sorted = sorted(wanted)
        self._ancestors: list[cst.CSTNode] = []

    def on_visit(self, node: cst.CSTNode) -> bool:
        # Lists of parameters have positions without their defaults.
        if node in self._positions and not isinstance(node, cst.Parameters | cst.Param):
            span = self._span(node)
            if not self._holds_wanted(span):
                return False
            if span in self._wanted and isinstance(node, cst.Subscript | cst.Call):
                self.uses[span] = self._use(node, span)
        self._ancestors.append(node)
        return True

    def on_leave(self, original_node: cst.CSTNode) -> None:
        if self._ancestors and self._ancestors[-1] is original_node:
            self._ancestors.pop()

    def _holds_wanted(self, span: Span) -> bool:
        for wanted in self._sorted[
            bisect_left(self._sorted, span.start, key=lambda wanted: wanted.start) :
        ]:
            if wanted.start > span.end:
                return False
            if wanted.end <= span.end:
                return True
        return False

    def _span(self, node: cst.CSTNode) -> Span:
        where = self._positions[node]
        start, end = where.start, where.end
        return Span(
            start.line,
            start.column + 1 + self._dropped.get(start.line, 0),
            end.line,
            end.column + 1 + self._dropped.get(end.line, 0),
        )

    def _use(self, node: cst.Subscript | cst.Call, span: Span) -> Use:
        in_fstring = any(isinstance(a, cst.FormattedStringExpression) for a in self._ancestors)
        blocks = [a for a in self._ancestors if isinstance(a, cst.IndentedBlock)]
        indent = "".join(block.indent or self._default_indent for block in blocks)
        if isinstance(node, cst.Call):
            sliced = cst.Subscript(_sliced(node), [_WHOLE])
            return Use(Role.READ, sliced, span, indent, node, in_fstring=in_fstring)
        if not _is_at(node):
            role = _context(node, self._ancestors)
            assigned = _assigned(self._ancestors) if role is Role.STORE else None
            around = _around(node, self._ancestors)
            return Use(
                role,
                node,
                span,
                indent,
                in_fstring=in_fstring,
                assigned=assigned,
                around=around,
                around_span=self._span(around) if around else None,
            )
        match self._ancestors[-2:]:
            case [cst.Call() as call, cst.Attribute(attr=cst.Name(value=method)) as attribute] if (
                call.func is attribute and (method == "get" or method in UPDATES)
            ):
                role = Role.GET if method == "get" else Role.UPDATE
                is_lost = role is Role.UPDATE and isinstance(self._ancestors[-3], cst.Expr)
                return Use(
                    role,
                    node,
                    self._span(call),
                    indent,
                    call,
                    method,
                    in_fstring=in_fstring,
                    is_lost=is_lost,
                )
        return Use(Role.BARE_AT, node, span, indent, in_fstring=in_fstring)


def _assigned(ancestors: Sequence[cst.CSTNode]) -> cst.BaseExpression | None:
    """The new value of the innermost assignment around."""
    assignments = (
        one for one in reversed(ancestors) if isinstance(one, cst.Assign | cst.AugAssign)
    )
    return next((one.value for one in assignments), None)


def _around(
    node: cst.Subscript, ancestors: Sequence[cst.CSTNode]
) -> cst.Subscript | cst.Call | None:
    """The subscript of `node`, the call of its method, or the call that it is the first argument of, if
    that is read."""
    match ancestors:
        case [*outer, cst.Subscript(value=value) as around] if value is node:
            return around if _context(around, outer) is Role.READ else None
        case [*_, cst.Call(func=func) as around, cst.Attribute(value=value) as method]:
            return around if func is method and value is node else None
        case [*_, cst.Call(args=[cst.Arg(value=value), *_]) as around, cst.Arg()] if value is node:
            return around
    return None


_WHOLE = cst.SubscriptElement(cst.Slice(lower=None, upper=None))


def _sliced(call: cst.Call) -> cst.BaseExpression:
    """The array that a call slices."""
    match call.func:
        case cst.Attribute(value=value, attr=cst.Name(value="__getitem__")):
            return value
    named = (arg.value for arg in call.args if arg.keyword and arg.keyword.value == "operand")
    return next(named, call.args[0].value)


def _is_at(node: cst.Subscript) -> bool:
    return isinstance(node.value, cst.Attribute) and node.value.attr.value == "at"


def _context(node: cst.Subscript, ancestors: Sequence[cst.CSTNode]) -> Role:
    """Whether a subscript is read, stored to or deleted: decided by the statement that has it as
    (part of) a target."""
    child: cst.CSTNode = node
    for parent in reversed(ancestors):
        match parent:
            case cst.Tuple() | cst.List() | cst.Element() | cst.StarredElement():
                child = parent
            case cst.Del():
                return Role.DELETE
            case (
                cst.AssignTarget(target=target)
                | cst.AugAssign(target=target)
                | cst.AnnAssign(target=target)
                | cst.For(target=target)
                | cst.CompFor(target=target)
            ):
                return Role.STORE if target is child else Role.READ
            case cst.AsName(name=name):
                return Role.STORE if name is child else Role.READ
            case _:
                return Role.READ
    return Role.READ
