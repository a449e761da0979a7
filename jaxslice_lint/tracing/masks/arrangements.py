"""Masked values whose axes come in another order, or in reverse, or beside new ones: `x.T`, `jnp.flip(x)`."""

import ast
from collections.abc import Callable, Sequence
from dataclasses import replace

from jaxslice_lint.jax_model.functions.schema import Arranges
from jaxslice_lint.tracing.masks.axes import argument, named_axes, split
from jaxslice_lint.tracing.masks.elements import joined
from jaxslice_lint.tracing.masks.masked import MaskAnalysis, MaskedAxis, MaskedValue
from jaxslice_lint.tracing.masks.slices import RefusedError

_UNCLEAR = "the order of the axes is not known"


def arranged(
    analysis: MaskAnalysis, row: Arranges, operand: ast.expr, given: ast.Call, first: int
) -> MaskedValue | None:
    """What a call makes of the axes of `operand`; its other arguments begin at position `first`."""
    if row in (Arranges.JOINED, Arranges.STACKED):
        return _joined(analysis, row, given)
    owner = analysis.masked(operand)
    if owner is None:
        return analysis.opaque(ast.iter_child_nodes(given), given)
    others = given.args[first:]
    match row:
        case Arranges.PERMUTED if not others and not given.keywords:
            return transposed(analysis, operand, owner)
        case Arranges.PERMUTED:
            named = [argument(given, first, "axes")] if len(others) < 2 else others
            return _permuted(analysis, operand, owner, _numbers(named))
        case Arranges.SWAPPED:
            pair = [argument(given, first, "axis1"), argument(given, first + 1, "axis2")]
            return _swapped(analysis, operand, owner, _numbers(pair))
        case Arranges.REVERSED:
            return flipped(analysis, operand, owner, named_axes(argument(given, first, "axis")))
        case Arranges.ADDED:
            return _with_axis(analysis, operand, owner, _numbers([argument(given, first, "axis")]))
    raise AssertionError(row)


def transposed(analysis: MaskAnalysis, node: ast.expr, masked: MaskedValue) -> MaskedValue:
    """`node.T`."""
    if analysis.runs.ndim(node) is None and None in analysis.both_sides(masked.axes[0], node):
        analysis.assume_axes(node, masked.axes[0].sliced, 2)
        return _swapped(analysis, node, masked, [0, 1], ndim=2)
    return _rearranged(analysis, node, masked, lambda left, right: (right, left))


def matrices_transposed(analysis: MaskAnalysis, node: ast.expr, masked: MaskedValue) -> MaskedValue:
    """`node.mT`."""
    return _swapped(analysis, node, masked, [-1, -2])


def flipped(
    analysis: MaskAnalysis, node: ast.expr, masked: MaskedValue, axes: tuple[int, ...] | None
) -> MaskedValue:
    """`jnp.flip(node, axes)`."""
    turned, others = split(analysis, masked, axes, node)
    return replace(masked, axes=(*map(turn, turned), *others))


def turn(axis: MaskedAxis) -> MaskedAxis:
    """An axis whose elements are in the opposite order."""
    return replace(axis, is_reversed=not axis.is_reversed)


_Sides = tuple[int | None, int | None]


def _rearranged(
    analysis: MaskAnalysis,
    node: ast.expr,
    masked: MaskedValue,
    move: Callable[[int | None, int | None], _Sides],
) -> MaskedValue:
    axes = [(axis, move(*analysis.both_sides(axis, node))) for axis in masked.axes]
    if any(sides == (None, None) for _, sides in axes):
        raise RefusedError(_UNCLEAR)
    return MaskedValue(
        tuple(
            replace(axis, left=left, right=right, base=None, aligned=False)
            for axis, (left, right) in axes
        )
    )


def _permuted(
    analysis: MaskAnalysis, node: ast.expr, masked: MaskedValue, order: Sequence[int]
) -> MaskedValue:
    count = len(order)

    def move(left: int | None, right: int | None) -> _Sides:
        at = left if left is not None else None if right is None else count - 1 - right
        places = [place % count for place in order]
        if at is None or at not in places:
            return None, None
        return places.index(at), count - 1 - places.index(at)

    return _rearranged(analysis, node, masked, move)


def _swapped(
    analysis: MaskAnalysis,
    node: ast.expr,
    masked: MaskedValue,
    pair: Sequence[int],
    ndim: int | None = None,
) -> MaskedValue:
    one, other = pair

    def move(left: int | None, right: int | None) -> _Sides:
        known = left + 1 + right if left is not None and right is not None else ndim
        if known is not None:
            at = left if left is not None else known - 1 - (right or 0)
            mine, theirs = one % known, other % known
            at = {mine: theirs, theirs: mine}.get(at, at)
            return at, known - 1 - at
        if one >= 0 and other >= 0 and left is not None:
            return {one: other, other: one}.get(left, left), None
        if one < 0 and other < 0 and right is not None:
            return None, -1 - {one: other, other: one}.get(-1 - right, -1 - right)
        return None, None

    return _rearranged(analysis, node, masked, move)


def _with_axis(
    analysis: MaskAnalysis, node: ast.expr, masked: MaskedValue, axes: Sequence[int]
) -> MaskedValue:
    """One more axis, which is at position `axes` of the result."""
    [new] = axes

    def move(left: int | None, right: int | None) -> _Sides:
        ndim = None if left is None or right is None else left + 1 + right
        at = new if new >= 0 or ndim is None else ndim + 1 + new
        if at >= 0 and left is not None:
            is_before = at <= left
            return left + is_before, None if right is None else right + (not is_before)
        if at < 0 and right is not None:
            return None, right + (-1 - at <= right)
        return None, None

    return _rearranged(analysis, node, masked, move)


def _joined(analysis: MaskAnalysis, row: Arranges, node: ast.Call) -> MaskedValue | None:
    """`jnp.concatenate([x, y], axis=…)`, `jnp.stack`: along another axis than the masked ones."""
    parts = node.args[0] if node.args else None
    if not isinstance(parts, ast.List | ast.Tuple) or len(node.args) + len(node.keywords) > 2:
        return analysis.opaque(ast.iter_child_nodes(node), node)
    values = [analysis.masked(one) for one in parts.elts]
    masked = [one for one in values if one is not None]
    if not masked:
        return None
    named = argument(node, 1, "axis")
    [at] = [0] if named is None else _numbers([named])
    if len(masked) < len(values):
        raise RefusedError("a slice of traced size is joined with an array of static size")
    result = masked[0]
    for one in masked[1:]:
        result = joined(analysis, result, one)
    first = parts.elts[0]
    if row is Arranges.STACKED:
        return _with_axis(analysis, first, result, [at])
    told, _ = split(analysis, result, (at,), first)
    if told:
        raise RefusedError("slices of traced size are joined end to end")
    return MaskedValue(
        tuple(replace(axis, base=None, aligned=False, zero=False) for axis in result.axes)
    )


def _numbers(nodes: Sequence[ast.expr | None]) -> list[int]:
    """The integers that arguments are, or that the only one holds."""
    try:
        found = [None if node is None else ast.literal_eval(node) for node in nodes]
    except ValueError:
        raise RefusedError(_UNCLEAR) from None
    if len(found) == 1 and isinstance(found[0], tuple):
        found = list(found[0])
    numbers = [one for one in found if isinstance(one, int)]
    if not numbers or len(numbers) != len(found):
        raise RefusedError(_UNCLEAR)
    return numbers
