"""Slices of traced size that could give way to the whole array: what they take, and of which axis."""

import ast
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from jaxslice_lint.jax_model.functions import NARROW_DTYPES
from jaxslice_lint.source.text import Source
from jaxslice_lint.tracing.masking import Limit, Sign
from jaxslice_lint.tracing.runs import Runs
from jaxslice_lint.tracing.site import Element, ElementKind, OperandKind, Site, Status
from jaxslice_lint.tracing.spelling import segment
from jaxslice_lint.tracing.symbolic import Atoms, Operation, Poly


class RefusedError(Exception):
    """A slice cannot give way to the whole array; the message says why."""


@dataclass(frozen=True, eq=False, slots=True)
class Seed:
    """A slice of traced size, the one at `position` of the index of `node`; `place` is the expression that has its
    elements, `node` or all of `x.at[…].get()`.

    `array` is an expression that may be repeated and has the shape of the `operand`, which is what is sliced: `axis` is
    the sliced one. `is_named`: it is the operand itself.
    The result has `left` axes before that axis and `right` behind it, and the operand `trailing` behind it, where that
    is known. The index keeps `behind` of the axes that it names behind the sliced one. `is_whole`:
    nothing else of the index selects anything.
    """

    source: Source
    place: ast.expr
    node: ast.Subscript
    operand: ast.expr
    bounds: ast.Slice
    position: int
    array: str
    axis: int
    left: int | None
    right: int | None
    trailing: int | None
    behind: int
    is_named: bool
    is_update: bool
    is_whole: bool

    def limits(self, runs: Runs) -> tuple[Limit | None, Limit | None]:
        """Where the elements that count start and stop; None for the ends of the axis."""
        start, stop = _start(self.bounds), _stop(self.bounds)
        is_only = start is None or stop is None
        return (
            None if start is None else _limit(start, self.source, runs, is_only=is_only),
            None if stop is None else _limit(stop, self.source, runs, is_only=is_only),
        )

    def takes_same(self, other: "Seed", runs: Runs) -> bool:
        """Whether two slices take the elements at the same positions of their axes."""
        return all(
            _are_equal(bound(self.bounds), bound(other.bounds), runs) for bound in (_start, _stop)
        )


def seed_of(
    place: ast.expr, node: ast.Subscript, site: Site, source: Source, runs: Runs, *, is_update: bool
) -> Seed:
    """The seed that a site is. Raises `RefusedError` if no mask can say what it takes."""
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
    return Seed(
        source,
        place,
        node,
        operand,
        bounds,
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
    if runs.have_equal(lambda value: value.poly, one, other):
        return True
    return ast.dump(one) == ast.dump(other) and one.lineno == other.lineno


def _limit(node: ast.expr, source: Source, runs: Runs, *, is_only: bool) -> Limit:
    narrow = runs.dtype(node) in NARROW_DTYPES
    signs = {_sign(poly, runs.tracer.atoms) for poly in runs.polys(node)} or {0}
    if signs == {-1} and isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        is_number = isinstance(node.operand, ast.Constant)
        sign = Sign.NUMBER if is_number else Sign.NEGATED
        return Limit(_text(node.operand, source), sign, narrow)
    # Between two bounds, a start or stop that may be either is in range if it counts from the start.
    if signs == {1} or not is_only:
        return Limit(_text(node, source), Sign.PLAIN, narrow)
    return Limit(_text(node, source), Sign.ANY, narrow)


def _text(node: ast.expr, source: Source) -> str:
    """The text of an expression on one line."""
    return segment(source, node) if node.lineno == node.end_lineno else ast.unparse(node)


def _sign(poly: Poly | None, atoms: Atoms) -> int:
    """1 for an integer that is not negative if what it is made from is not, -1 for one that is not positive then, and
    0 for one that may be either."""
    if poly is None:
        return 1
    found = set()
    for monomial, coefficient in poly.terms:
        sign = 1 if coefficient > 0 else -1
        for number in monomial:
            sign *= _sign_of_atom(number, atoms)
        found.add(sign)
    return found.pop() if len(found) == 1 else 0 if found else 1


def _sign_of_atom(number: int, atoms: Atoms) -> int:
    match atoms.key(number):
        case Operation(name="max" | "min" as name, operands=operands):
            signs = {_sign(operand, atoms) for operand in operands}
            if name == "max" and 1 in signs:
                return 1
            return signs.pop() if len(signs) == 1 else 0
        case Operation(name="//" | "%" | "cast", operands=operands):
            return (
                _sign(operands[0], atoms) if all(_sign(o, atoms) == 1 for o in operands[1:]) else 0
            )
    return 1
