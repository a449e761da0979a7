"""Operations that look at each element of a masked value for itself."""

import ast
from dataclasses import replace

from jaxslice_lint.tracing.masks.masked import MaskAnalysis, MaskedValue
from jaxslice_lint.tracing.masks.slices import RefusedError

_SMOOTH_OPERATORS = (ast.Add, ast.Sub, ast.Mult, ast.BitAnd, ast.BitOr, ast.BitXor)
_GRADIENT = "a gradient is NaN where what is left out makes a derivative infinite"


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
    analysis: MaskAnalysis, operands: list[ast.expr], *, smooth: bool
) -> MaskedValue | None:
    found = [(operand, analysis.masked(operand)) for operand in operands]
    pads = [one for _, one in found if one is not None]
    if not pads:
        return None
    result = pads[0]
    for one in pads[1:]:
        result = joined(analysis, result, one)
    for operand, is_masked in found:
        if is_masked is None:
            result = beside(analysis, result, operand)
    if not smooth:
        analysis.caution(_GRADIENT)
    return replace(result, zero=False)


def beside(analysis: MaskAnalysis, masked: MaskedValue, operand: ast.expr) -> MaskedValue:
    """`masked` after an operation with something that is not."""
    ndim = analysis.runs.ndim(operand)
    if ndim == 0:
        return masked
    if ndim is None and not _may_be_scalar(operand):
        raise RefusedError(f"the number of axes of {analysis.quoted(operand)} is not known")
    if ndim is not None and masked.right is not None and ndim > masked.right:
        analysis.caution(f"{analysis.quoted(operand)} is taken to have length 1 along the slice")
        in_front = ndim - 1 - masked.right
        return replace(masked, left=None if masked.left is None else max(masked.left, in_front))
    if ndim is None or masked.right is None:
        analysis.caution(f"{analysis.quoted(operand)} is taken to be the same all along the slice")
    return masked


def joined(analysis: MaskAnalysis, one: MaskedValue, other: MaskedValue) -> MaskedValue:
    """Two masked values that meet element by element."""
    analysis.check_same(one, other)
    if one.left != other.left and one.aligned and other.aligned:
        one, other = analysis.settled(one), analysis.settled(other)
    if one.right is not None and other.right is not None:
        if one.right != other.right:
            raise RefusedError("slices of traced size along different axes meet")
    elif one.left != other.left or not (one.aligned and other.aligned):
        raise RefusedError("the axes of the slices that meet are not known")
    analysis.assume_lengths(one.sliced, other.sliced)
    return one if one.right is not None or other.right is None else replace(other, left=one.left)


def _may_be_scalar(node: ast.expr) -> bool:
    """Whether a value of unknown rank looks as if it were a number: a name, an attribute, an element."""
    return isinstance(node, ast.Name | ast.Attribute | ast.Subscript) and not any(
        isinstance(part, ast.Call | ast.Slice) for part in ast.walk(node)
    )
