"""Slices of traced size that could give way to the whole array: what they take, and of which axis."""

import ast
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from jaxslice_lint.facts.masking import Counted, Limit
from jaxslice_lint.facts.site import Element, ElementKind, OperandKind, Site
from jaxslice_lint.facts.status import Sign, Status
from jaxslice_lint.source.nodes import segment
from jaxslice_lint.source.text import Source
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
    #: Nothing else of the index selects anything.
    is_whole: bool

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


def traced_slice(
    place: ast.expr, node: ast.Subscript, site: Site, source: Source, runs: Runs, *, is_update: bool
) -> TracedSlice:
    """The slice of traced size that a site is. Raises `RefusedError` if no mask can say what it takes."""
    nodes = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    if not site.written or len(nodes) != len(site.elements):
        raise RefusedError("the index is built elsewhere")
    traced = [p for p, element in enumerate(site.elements) if element.has_traced_size]
    position = traced[0]
    bounds = nodes[position]
    if len(traced) > 1 or not isinstance(bounds, ast.Slice):
        raise RefusedError("several axes have slices of traced size")
    if site.elements[position].step.status is not Status.ABSENT:
        raise RefusedError("the slice has a step")
    if site.operand.kind not in (OperandKind.ARRAY, OperandKind.UNKNOWN):
        raise RefusedError(f"a {site.operand.kind.value} takes no mask")
    for told in site.elements[position].bounds[:2]:
        if told.is_none and told.text != "None":
            raise RefusedError(f"`{told.text}` is `None`")
    for bound in (bounds.lower, bounds.upper):
        if bound is not None and not runs.is_repeatable(bound):
            raise RefusedError(
                "a bound has effects, or is too costly to be evaluated in another place"
            )
    _check_index(site.elements, nodes, runs)
    operand = node.value
    if isinstance(operand, ast.Attribute) and operand.attr == "at":
        operand = operand.value
    before, behind = site.elements[:position], site.elements[position + 1 :]
    axis, trailing = _place(before, behind, site.operand.ndim, _consumed)
    left, right = _place(before, behind, _kept_axes(site), _kept)
    assert axis is not None or trailing is not None
    return TracedSlice(
        source,
        place,
        node,
        operand,
        bounds,
        (site.elements[position].start.sign, site.elements[position].stop.sign),
        position,
        _array_text(operand, source, runs),
        axis if axis is not None else -1 - (trailing or 0),
        left,
        right,
        trailing,
        sum(map(_kept, behind)),
        _has_name(operand, runs),
        is_update,
        all(place == position or _takes_all(node) for place, node in enumerate(nodes)),
    )


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


def _kept_axes(site: Site) -> int | None:
    """The number of axes of the result."""
    if site.operand.ndim is None:
        return None
    integers = sum(element.kind is ElementKind.INTEGER for element in site.elements)
    return site.operand.ndim - integers + sum(e.kind is ElementKind.NEWAXIS for e in site.elements)


def _place(
    before: Sequence[Element],
    behind: Sequence[Element],
    ndim: int | None,
    count: Callable[[Element], int],
) -> tuple[int | None, int | None]:
    """How many axes are before and behind an element, by what each element counts for."""
    first = sum(map(count, before))
    last = sum(map(count, behind))
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
    if runs.dtype(node) in _WRAPPING:
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
