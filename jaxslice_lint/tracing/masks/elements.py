"""Operations that look at each element of a padded value for itself."""

import ast
from dataclasses import replace

from jaxslice_lint.tracing.masks.masked import Padded, Padding
from jaxslice_lint.tracing.masks.slices import RefusedError

_SMOOTH_OPERATORS = (ast.Add, ast.Sub, ast.Mult, ast.BitAnd, ast.BitOr, ast.BitXor)
_GRADIENT = "a gradient is NaN where what is left out makes a derivative infinite"


def is_smooth(padding: Padding, op: ast.operator, right: ast.expr) -> bool:
    match op:
        case ast.Pow():
            return (
                isinstance(right, ast.Constant) and isinstance(right.value, int) and right.value > 0
            )
        case ast.Div():
            return padding.padded(right) is None
    return isinstance(op, _SMOOTH_OPERATORS)


def pointwise(padding: Padding, operands: list[ast.expr], *, smooth: bool) -> Padded | None:
    found = [(operand, padding.padded(operand)) for operand in operands]
    pads = [one for _, one in found if one is not None]
    if not pads:
        return None
    result = pads[0]
    for one in pads[1:]:
        result = joined(padding, result, one)
    for operand, is_padded in found:
        if is_padded is None:
            result = beside(padding, result, operand)
    if not smooth:
        padding.caution(_GRADIENT)
    return replace(result, zero=False)


def beside(padding: Padding, padded: Padded, operand: ast.expr) -> Padded:
    """`padded` after an operation with something that is not."""
    ndim = padding.runs.ndim(operand)
    if ndim == 0:
        return padded
    if ndim is None and not _may_be_scalar(operand):
        raise RefusedError(f"the number of axes of {padding.quoted(operand)} is not known")
    if ndim is not None and padded.right is not None and ndim > padded.right:
        padding.caution(f"{padding.quoted(operand)} is taken to have length 1 along the slice")
        in_front = ndim - 1 - padded.right
        return replace(padded, left=None if padded.left is None else max(padded.left, in_front))
    if ndim is None or padded.right is None:
        padding.caution(f"{padding.quoted(operand)} is taken to be the same all along the slice")
    return padded


def joined(padding: Padding, one: Padded, other: Padded) -> Padded:
    """Two padded values that meet element by element."""
    padding.check_same(one, other)
    if one.left != other.left and one.aligned and other.aligned:
        one, other = padding.settled(one), padding.settled(other)
    if one.right is not None and other.right is not None:
        if one.right != other.right:
            raise RefusedError("slices of traced size along different axes meet")
    elif one.left != other.left or not (one.aligned and other.aligned):
        raise RefusedError("the axes of the slices that meet are not known")
    padding.assume_lengths(one.seed, other.seed)
    return one if one.right is not None or other.right is None else replace(other, left=one.left)


def _may_be_scalar(node: ast.expr) -> bool:
    """Whether a value of unknown rank looks as if it were a number: a name, an attribute, an element."""
    return isinstance(node, ast.Name | ast.Attribute | ast.Subscript) and not any(
        isinstance(part, ast.Call | ast.Slice) for part in ast.walk(node)
    )
