"""Masked values that are indexed along other axes: `part[:, None]`, `part[..., 0]`, `part[::-1]`."""

import ast
from collections.abc import Sequence
from dataclasses import dataclass, replace

from jaxslice_lint.tracing.masks.arrangements import turn
from jaxslice_lint.tracing.masks.index_parts import Part, count, given, new_ones, parts_of, takes
from jaxslice_lint.tracing.masks.masked import MaskAnalysis, MaskedAxis, MaskedValue
from jaxslice_lint.tracing.masks.slices import RefusedError


@dataclass(frozen=True, slots=True)
class _Place:
    """What an index does with one axis, and how many axes of the result are before it and behind it, where known."""

    part: Part
    left: int | None
    right: int | None


def indexed(analysis: MaskAnalysis, node: ast.Subscript, owner: MaskedValue) -> MaskedValue:
    """`owner` under another index, which takes all of the masked axes."""
    ndim = analysis.runs.ndim(node.value)
    for axis in owner.axes:
        left, right = analysis.both_sides(axis, node.value)
        if left is not None and right is not None:
            ndim = left + 1 + right
    parts = parts_of(analysis, node, ndim)
    axes = tuple(_axis(analysis, parts, axis, node.value) for axis in owner.axes)
    return MaskedValue(axes, new_ones(parts) if ndim is not None else frozenset())


def _axis(
    analysis: MaskAnalysis, parts: Sequence[Part], axis: MaskedAxis, operand: ast.expr
) -> MaskedAxis:
    place = _place(parts, *analysis.both_sides(axis, operand))
    if place.part in (Part.SOME, Part.DROPPED):
        raise RefusedError("a slice of traced size is sliced or indexed again")
    changes = [one for one in parts if one not in (Part.ALL, Part.REVERSED, Part.REST)]
    in_front = [*parts[: len(changes)]]
    is_aligned = axis.aligned and changes == in_front == [Part.NEW] * len(changes)
    moved = replace(
        axis,
        left=place.left,
        right=place.right,
        base=None if changes else axis.base,
        aligned=is_aligned,
    )
    return turn(moved) if place.part is Part.REVERSED else moved


def _place(parts: Sequence[Part], left: int | None, right: int | None) -> _Place:
    """What an index does with the axis that has so many before and behind it."""
    at = parts.index(Part.REST) if Part.REST in parts else len(parts)
    before, behind = parts[:at], parts[at + 1 :]
    for number, part in enumerate(parts):
        first, last = parts[:number], parts[number + 1 :]
        if number < at and takes(part) and left == count(first):
            return _Place(part, given(first), None if right is None else given(last))
        if number > at and takes(part) and right == count(last):
            return _Place(part, None, given(last))
    if left is not None and count(behind) == 0:
        return _Place(Part.ALL, left - count(before) + given(before), None)
    if right is not None and behind:
        return _Place(Part.ALL, None, right - count(behind) + given(behind))
    raise RefusedError("it is not known which axis a slice of traced size is indexed along")
