"""Slices of traced size that could give way to the whole array: what they take, and of which axis."""

import ast
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from jaxslice_lint.facts.masking import Counted, Limit, Mask
from jaxslice_lint.facts.site import Element, ElementKind, OperandKind, Site
from jaxslice_lint.facts.status import Sign, Status
from jaxslice_lint.source.nodes import segment
from jaxslice_lint.source.text import Source, Span
from jaxslice_lint.tracing.masks.runs import Runs


class RefusedError(Exception):
    """A slice cannot give way to the whole array; the message says why."""


@dataclass(frozen=True, eq=False, slots=True)
class TracedSlice:
    """A slice of traced size that could give way to the whole array."""

    source: Source
    #: The expression that has its elements: the subscript `node`, all of `x.at[…].get()`, or a call.
    place: ast.expr
    node: ast.Subscript
    #: What is sliced; the bounds of the slice, their signs, and its position in the index.
    operand: ast.expr
    bounds: ast.Slice
    signs: tuple[Sign, Sign]
    position: int
    #: An expression that may be repeated and has the shape of the operand, of which `axis` is the sliced one.
    array: str
    axis: int
    #: How many axes the result has before that axis and behind it, and the operand behind it, where that is known.
    left: int | None
    right: int | None
    trailing: int | None
    #: How many of the axes that the index names behind the sliced one it keeps.
    behind: int
    #: `array` is the operand itself.
    is_named: bool
    #: It is that of `x.at[…]`, to be updated.
    is_update: bool
    #: Nothing else of the index selects anything, but slices like this one.
    is_whole: bool
    #: The axes that the index adds, where it is known how many axes are behind them.
    ones: frozenset[int]
    #: The span of the statement before which a mask for it may be bound to a name.
    statement: Span | None

    @property
    def starts_first(self) -> bool:
        """Whether it takes the first elements."""
        return _start(self.bounds) is None

    @property
    def stops_last(self) -> bool:
        """Whether it takes the last elements."""
        return _stop(self.bounds) is None

    def mask(self, trailing: int | None, runs: Runs) -> Mask:
        """The mask for it in an array that has so many axes behind it."""
        return Mask(self.array, self.axis, trailing, *self.limits(runs), statement=self.statement)

    def limits(self, runs: Runs) -> tuple[Limit | None, Limit | None]:
        """Where the elements that count start and stop; None for the ends of the axis."""
        start, stop = _start(self.bounds), _stop(self.bounds)
        of_start, of_stop = self.signs
        return (
            None if start is None else _limit(start, of_start, self.source, runs),
            None if stop is None else _limit(stop, of_stop, self.source, runs),
        )

    def takes_same(self, other: "TracedSlice", runs: Runs) -> bool:
        """Whether two slices take the elements at the same positions of their axes."""
        return all(
            _are_equal(bound(self.bounds), bound(other.bounds), runs) for bound in (_start, _stop)
        )


def traced_slices(
    place: ast.expr,
    node: ast.Subscript,
    site: Site,
    source: Source,
    runs: Runs,
    statement: Span | None,
    *,
    is_update: bool,
) -> tuple[TracedSlice, ...]:
    """The slices of traced size in a subscript, in order. Raises `RefusedError` if no mask can say what one takes."""
    nodes = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    if not site.written or len(nodes) != len(site.elements):
        raise RefusedError("the index is built elsewhere")
    if site.operand.kind not in (OperandKind.ARRAY, OperandKind.UNKNOWN):
        raise RefusedError(f"a {site.operand.kind.value} takes no mask")
    operand = node.value
    if isinstance(operand, ast.Attribute) and operand.attr == "at":
        operand = operand.value
    traced = [p for p, element in enumerate(site.elements) if element.has_traced_size]
    bounds = [_bounds(nodes[position], site.elements[position], runs) for position in traced]
    _check_index(site.elements, nodes, runs)
    shown = runs.ndim(operand)
    ndim = site.operand.ndim if shown is None else shown
    kept = None if ndim is None else ndim - _integers(site) + _added(site)
    array, is_named = _array_text(operand, source, runs), _has_name(operand, runs)
    is_whole = all(p in traced or _takes_all(one) for p, one in enumerate(nodes))
    new = [_place(site.elements, p, kept, _kept)[1] for p in _new_axes(site)]
    ones = frozenset(right for right in new if right is not None)

    def along(position: int, slice_: ast.Slice) -> TracedSlice:
        element = site.elements[position]
        axis, trailing = _place(site.elements, position, ndim, _consumed)
        assert axis is not None or trailing is not None
        return TracedSlice(
            source,
            place,
            node,
            operand,
            slice_,
            (element.start.sign, element.stop.sign),
            position,
            array,
            axis if axis is not None else -1 - (trailing or 0),
            *_place(site.elements, position, kept, _kept),
            trailing,
            sum(map(_kept, site.elements[position + 1 :])),
            is_named,
            is_update,
            is_whole,
            ones,
            statement,
        )

    return tuple(map(along, traced, bounds))


def _bounds(node: ast.expr, element: Element, runs: Runs) -> ast.Slice:
    """A slice whose bounds can be written in a mask."""
    if not isinstance(node, ast.Slice):
        raise RefusedError("the index is built elsewhere")
    if element.step.status is not Status.ABSENT:
        raise RefusedError("the slice has a step")
    for told in element.bounds[:2]:
        if told.is_none and told.text != "None":
            raise RefusedError(f"`{told.text}` is `None`")
    for bound in (node.lower, node.upper):
        if bound is not None and not runs.is_repeatable(bound):
            raise RefusedError(
                "a bound has effects, or is too costly to be evaluated in another place"
            )
    return node


def _check_index(elements: Sequence[Element], nodes: Sequence[ast.expr], runs: Runs) -> None:
    for element, node in zip(elements, nodes, strict=True):
        if element.kind is ElementKind.INTEGER and runs.ndim(node) != 0:
            raise RefusedError("an index array may move the sliced axis")
        if element.kind in (ElementKind.MASK, ElementKind.UNKNOWN):
            raise RefusedError("the sliced axis is not known")


def _consumed(element: Element) -> int:
    return element.kind in (ElementKind.SLICE, ElementKind.INTEGER)


def _kept(element: Element) -> int:
    return element.kind in (ElementKind.SLICE, ElementKind.NEWAXIS)


def _integers(site: Site) -> int:
    return sum(element.kind is ElementKind.INTEGER for element in site.elements)


def _added(site: Site) -> int:
    return len(_new_axes(site))


def _new_axes(site: Site) -> list[int]:
    """The positions in the index at which it adds an axis."""
    return [p for p, element in enumerate(site.elements) if element.kind is ElementKind.NEWAXIS]


def _place(
    elements: Sequence[Element], position: int, ndim: int | None, count: Callable[[Element], int]
) -> tuple[int | None, int | None]:
    """How many axes are before and behind an element, of `ndim`, by what each element counts for."""
    before, behind = elements[:position], elements[position + 1 :]
    first, last = sum(map(count, before)), sum(map(count, behind))
    if any(element.kind is ElementKind.ELLIPSIS for element in before):
        return (None if ndim is None else ndim - 1 - last), last
    return first, None if ndim is None else ndim - 1 - first


def _array_text(operand: ast.expr, source: Source, runs: Runs) -> str:
    """An expression that may be repeated and has the shape of `operand`."""
    candidates = [
        one
        for one in ast.walk(operand)
        if isinstance(one, ast.Name | ast.Attribute | ast.Subscript)
    ]
    for one in candidates:
        is_same = one is operand or runs.have_equal(lambda value: value.shape_of, operand, one)
        if is_same and _has_name(one, runs):
            return segment(source, one)
    raise RefusedError("the length of what is sliced has no name: bind it to one first")


def _has_name(node: ast.expr, runs: Runs) -> bool:
    """Whether an expression is one that people repeat: a name, an attribute, an element."""
    return isinstance(node, ast.Name | ast.Attribute | ast.Subscript) and runs.is_repeatable(node)


def _takes_all(node: ast.expr) -> bool:
    match node:
        case ast.Slice(lower=None, upper=None, step=None):
            return True
        case ast.Constant(value=value):
            return value is ...
    return False


def _start(bounds: ast.Slice) -> ast.expr | None:
    """The start, unless it is that of the axis."""
    match bounds.lower:
        case ast.Constant(value=None | 0):
            return None
    return bounds.lower


def _stop(bounds: ast.Slice) -> ast.expr | None:
    """The stop, unless it is that of the axis."""
    match bounds.upper:
        case ast.Constant(value=None):
            return None
    return bounds.upper


def _are_equal(one: ast.expr | None, other: ast.expr | None, runs: Runs) -> bool:
    if one is None or other is None:
        return one is other
    if runs.are_equal(one, other):
        return True
    return ast.dump(one) == ast.dump(other) and one.lineno == other.lineno


#: dtypes with numbers that JAX takes for negative ones where it compares them with an int32.
_WRAPPING = ("uint32", "uint64")


def _limit(node: ast.expr, sign: Sign, source: Source, runs: Runs) -> Limit:
    if runs.is_shown_as(node, _WRAPPING):
        raise RefusedError(
            "a bound of this dtype may be beyond the integers that it is compared with"
        )
    if sign is not Sign.ANY and not runs.may_wrap(node):
        counted = Counted.START
    elif _is_negative(node, runs):
        counted = Counted.END
    else:
        counted = Counted.EITHER
    return Limit(_text(node, source), counted)


def _is_negative(node: ast.expr, runs: Runs) -> bool:
    """Whether an integer is `-k` for a positive `k`, which is no unsigned one that would wrap around."""
    match node:
        case ast.UnaryOp(op=ast.USub(), operand=ast.expr() as operand):
            dtype = "int" if isinstance(operand, ast.Constant) else runs.dtype(operand)
            return (dtype or "").startswith("int") and runs.sign(operand) is Sign.POSITIVE
    return False


def _text(node: ast.expr, source: Source) -> str:
    """The text of an expression on one line."""
    return segment(source, node) if node.lineno == node.end_lineno else ast.unparse(node)
