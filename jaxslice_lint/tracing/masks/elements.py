"""Operations that look at each element of masked values for itself."""

import ast
from collections.abc import Sequence
from dataclasses import replace

from jaxslice_lint.facts.masking import Form
from jaxslice_lint.tracing.masks.index_parts import new_ones, parts_of
from jaxslice_lint.tracing.masks.masked import MaskAnalysis, MaskedAxis, MaskedValue
from jaxslice_lint.tracing.masks.slices import RefusedError

_SMOOTH_OPERATORS = (ast.Add, ast.Sub, ast.Mult, ast.BitAnd, ast.BitOr, ast.BitXor)
GRADIENT = "a gradient is NaN where what is left out makes a derivative infinite"


def is_smooth(analysis: MaskAnalysis, op: ast.operator, right: ast.expr) -> bool:
    match op:
        case ast.Pow():
            return (
                isinstance(right, ast.Constant) and isinstance(right.value, int) and right.value > 0
            )
        case ast.Div():
            return analysis.masked(right) is None
    return isinstance(op, _SMOOTH_OPERATORS)


def pointwise(
    analysis: MaskAnalysis, node: ast.expr, operands: list[ast.expr], *, smooth: bool
) -> MaskedValue | None:
    """`node`, which does something with each element of its operands."""
    values = in_one_order(analysis, operands)
    masked = [value for value in values if value is not None]
    if not masked:
        return None
    result = masked[0]
    for one in masked[1:]:
        result = joined(analysis, result, one)
    for operand in operands:
        if analysis.masked(operand) is None:
            result = beside(analysis, result, operand)
    if not smooth:
        analysis.caution(GRADIENT)
    if len(operands) > 1:
        for operand, value in zip(operands, values, strict=True):
            if value is not None:
                _clean(analysis, operand, value, node)
        result = result.cleaned()
    return result.computed()


def _clean(analysis: MaskAnalysis, operand: ast.expr, value: MaskedValue, node: ast.expr) -> None:
    """Fill what is NaN in an operand of `node` and does not count: all that meets it would have a gradient of NaN."""
    axes = [axis for axis in value.axes if axis.nan]
    if axes:
        analysis.fill(operand, axes, "0", node)


def in_one_order(analysis: MaskAnalysis, operands: Sequence[ast.expr]) -> list[MaskedValue | None]:
    """Operands that meet: where only some are reversed, these are rolled."""
    values = [analysis.masked(one) for one in operands]
    orders = {axis.is_reversed for value in values if value for axis in value.axes}
    if len(orders) < 2:
        return values
    return [
        None if value is None else in_order(analysis, one, value)
        for one, value in zip(operands, values, strict=True)
    ]


def in_order(analysis: MaskAnalysis, operand: ast.expr, value: MaskedValue) -> MaskedValue:
    """A value whose elements are where the slice has them, if need be because it is rolled."""
    turned = [axis for axis in value.axes if axis.is_reversed]
    if not turned:
        return value
    [axis, *others] = turned
    masks = analysis.masks(turned, operand)
    has_end = axis.sliced.starts_first or axis.sliced.stops_last
    if others or len(masks) > 1 or masks[0].trailing is None or not has_end:
        raise RefusedError("it is not known where a reversed slice is in the whole array")
    is_vector = axis.left == masks[0].trailing == 0
    at_axis = "" if is_vector else str(-1 - masks[0].trailing)
    analysis.note(Form.ROLL, operand, (replace(masks[0], is_reversed=False),), turned, at_axis)
    return replace(
        value, axes=tuple(replace(axis, is_reversed=False, base=None) for axis in value.axes)
    )


def beside(analysis: MaskAnalysis, masked: MaskedValue, operand: ast.expr) -> MaskedValue:
    """`masked` after an operation with something that is not."""
    ndim = analysis.runs.ndim(operand)
    if ndim == 0:
        return masked
    if ndim is None and not _may_be_scalar(operand):
        raise RefusedError(f"the number of axes of {analysis.quoted(operand)} is not known")
    return replace(
        masked,
        axes=tuple(_axis_beside(analysis, axis, operand, ndim) for axis in masked.axes),
        ones=frozenset(one for one in masked.ones if ndim is not None and one >= ndim),
    )


def _axis_beside(
    analysis: MaskAnalysis, axis: MaskedAxis, operand: ast.expr, ndim: int | None
) -> MaskedAxis:
    if ndim is not None and axis.right is not None and ndim > axis.right:
        if axis.right not in _ones(analysis, operand):
            analysis.caution(
                f"{analysis.quoted(operand)} is taken to have length 1 along the slice"
            )
        in_front = ndim - 1 - axis.right
        return replace(axis, left=None if axis.left is None else max(axis.left, in_front))
    if axis.right is None and (ndim or 0) > 1:
        raise RefusedError(
            f"the number of axes of {analysis.quoted(axis.sliced.place)} is not known"
        )
    if ndim is None or axis.right is None:
        analysis.caution(f"{analysis.quoted(operand)} is taken to be the same all along the slice")
    return axis


def _ones(analysis: MaskAnalysis, operand: ast.expr) -> frozenset[int]:
    """The axes of length 1 that the index adds which `operand` is."""
    if not isinstance(operand, ast.Subscript):
        return frozenset()
    ndim = analysis.runs.ndim(operand.value)
    try:
        return frozenset() if ndim is None else new_ones(parts_of(analysis, operand, ndim))
    except RefusedError:
        return frozenset()


def joined(analysis: MaskAnalysis, one: MaskedValue, other: MaskedValue) -> MaskedValue:
    """Two masked values that meet element by element."""
    if len(one.axes) == len(other.axes) == 1:
        [mine], [theirs] = one.axes, other.axes
        if mine.left != theirs.left and mine.aligned and theirs.aligned:
            one = replace(one, axes=(analysis.settled(mine),))
            other = replace(other, axes=(analysis.settled(theirs),))
    axes = list(other.axes)
    for axis in one.axes:
        mate = next((each for each in axes if _is_same_place(axis, each)), None)
        if mate is None:
            _check_alone(axis, other)
            axes.append(axis)
        else:
            axes[axes.index(mate)] = _met(analysis, axis, mate)
    for axis in other.axes:
        if not any(_is_same_place(each, axis) for each in one.axes):
            _check_alone(axis, one)
    return MaskedValue(tuple(_beyond(axis, axes) for axis in axes), ones=one.ones & other.ones)


def _is_same_place(one: MaskedAxis, other: MaskedAxis) -> bool:
    if one.right is not None and other.right is not None:
        return one.right == other.right
    return one.left == other.left and one.aligned and other.aligned


def _check_alone(axis: MaskedAxis, other: MaskedValue) -> None:
    """Nothing of the other value may be along a masked axis that is none of it."""
    if axis.right is None or any(one.right is None for one in other.axes):
        raise RefusedError("the axes of the slices that meet are not known")
    ndims = {
        one.left + 1 + one.right
        for one in other.axes
        if one.left is not None and one.right is not None
    }
    is_beyond = bool(ndims) and axis.right >= max(ndims)
    if axis.right not in other.ones and not is_beyond:
        raise RefusedError("slices of traced size along different axes meet")


def _beyond(axis: MaskedAxis, axes: list[MaskedAxis]) -> MaskedAxis:
    """An axis of a value that others may have more axes than."""
    ndims = [
        one.left + 1 + one.right for one in axes if one.left is not None and one.right is not None
    ]
    if axis.left is None or axis.right is None or not ndims:
        return axis
    return replace(axis, left=max(ndims) - 1 - axis.right)


def _met(analysis: MaskAnalysis, one: MaskedAxis, other: MaskedAxis) -> MaskedAxis:
    """An axis of two values that is masked in both."""
    analysis.check_same(one, other)
    slices = tuple(dict.fromkeys((*one.slices, *other.slices)))
    is_known = one.right is not None and other.right is not None
    if not is_known:
        analysis.check_equal_lengths(replace(one, slices=slices))
    kept = one if one.right is not None or other.right is None else replace(other, left=one.left)
    left = kept.left
    if is_known and one.left is not None and other.left is not None:
        left = max(one.left, other.left)
    return replace(kept, slices=slices, left=left)


def _may_be_scalar(node: ast.expr) -> bool:
    """Whether a value of unknown rank looks as if it were a number: a name, an attribute, an element."""
    return isinstance(node, ast.Name | ast.Attribute | ast.Subscript) and not any(
        isinstance(part, ast.Call | ast.Slice) for part in ast.walk(node)
    )
