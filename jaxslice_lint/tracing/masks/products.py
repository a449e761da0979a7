"""Products of matrices and vectors of which one or both are masked."""

import ast
from dataclasses import replace

from jaxslice_lint.tracing.masks.masked import MaskAnalysis, MaskedValue
from jaxslice_lint.tracing.masks.slices import RefusedError


def transposed(analysis: MaskAnalysis, node: ast.expr, masked: MaskedValue) -> MaskedValue:
    """`node.T`."""
    ndim = analysis.runs.ndim(node)
    if ndim is None:
        analysis.assume_axes(node, masked, 2)
        ndim = 2
    left = masked.left if masked.left is not None else ndim - 1 - (masked.right or 0)
    return MaskedValue(masked.sliced, ndim - 1 - left, left, aligned=False, zero=masked.zero)


def product(
    analysis: MaskAnalysis, left: ast.expr, right: ast.expr, node: ast.expr
) -> MaskedValue | None:
    """`left @ right`: sums over the last axis of one and the last but one, or only one, of the other."""
    a, b = analysis.masked(left), analysis.masked(right)
    if a is None and b is None:
        return None
    if b is not None:
        ndim = analysis.runs.ndim(right)
        inner_left, inner_right = analysis.both_sides(b, right)
        is_inner = (
            inner_right == (0 if ndim == 1 else 1)
            if ndim is not None and inner_right is not None
            else None
        )
        if is_inner is None and inner_left == 0 and a is not None:
            analysis.assume_axes(right, b, 2, at_most=True)
            is_inner = True
        if is_inner is None and inner_right == 0 and (inner_left or 0) > 0:
            is_inner = False
        if is_inner:
            return contracted(analysis, left, right, node)
        if a is not None or is_inner is None:
            raise RefusedError("the axes of a matrix product are not known")
        return MaskedValue(b.sliced, None, inner_right, aligned=False)
    assert a is not None
    outer_left, outer_right = analysis.both_sides(a, left)
    if outer_right == 0:
        raise RefusedError("a slice of traced size is multiplied with an array of static size")
    other = analysis.runs.ndim(right)
    if outer_right is None:
        analysis.assume_axes(left, a, 2)
        outer_right = 1
    shift = None if other is None else 1 if other == 1 else 0
    return MaskedValue(
        a.sliced,
        outer_left,
        None if shift is None else outer_right - shift,
        aligned=False,
    )


def contracted(
    analysis: MaskAnalysis,
    left: ast.expr,
    right: ast.expr,
    node: ast.expr,
    *,
    is_inner: bool = False,
) -> MaskedValue | None:
    """A sum over the masked axis of two values: what does not count is zero in both.

    It is the last axis of the first and, with `is_inner`, of the second.
    """
    a, b = analysis.masked(left), analysis.masked(right)
    if a is None or b is None:
        raise RefusedError("a slice of traced size is multiplied with an array of static size")
    analysis.check_same(a, b)
    a = _along_last_axis(analysis, left, a)
    if is_inner:
        b = _along_last_axis(analysis, right, b)
    analysis.assume_lengths(a.sliced, b.sliced)
    # A product of booleans is one; with 0 in place of some of them it would be an integer.
    may_be_boolean = {analysis.runs.dtype(left), analysis.runs.dtype(right)} <= {None, "bool"}
    for operand, one in ((left, a), (right, b)):
        if one.zero:
            continue
        if may_be_boolean and analysis.runs.dtype(operand) is None:
            analysis.caution(f"{analysis.quoted(operand)} is taken to hold no booleans")
        analysis.fill_with_zeros(operand, one, node)
    return None


def _along_last_axis(analysis: MaskAnalysis, operand: ast.expr, masked: MaskedValue) -> MaskedValue:
    """A value whose masked axis is its last one, if need be because it is taken to have no more axes."""
    before, behind = analysis.both_sides(masked, operand)
    if behind is None and before is not None:
        analysis.assume_axes(operand, masked, before + 1)
        return replace(masked, right=0)
    if behind != 0:
        raise RefusedError("the axes of a product are not known")
    return masked
