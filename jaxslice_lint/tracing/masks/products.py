"""Products of matrices and vectors of which one or both are padded."""

import ast
from dataclasses import replace

from jaxslice_lint.tracing.masks.masked import Padded, Padding
from jaxslice_lint.tracing.masks.slices import RefusedError


def transposed(padding: Padding, node: ast.expr, padded: Padded) -> Padded:
    """`node.T`."""
    ndim = padding.runs.ndim(node)
    if ndim is None:
        padding.assume_axes(node, padded, 2)
        ndim = 2
    left = padded.left if padded.left is not None else ndim - 1 - (padded.right or 0)
    return Padded(padded.seed, ndim - 1 - left, left, aligned=False, zero=padded.zero)


def product(padding: Padding, left: ast.expr, right: ast.expr, node: ast.expr) -> Padded | None:
    """`left @ right`: sums over the last axis of one and the last but one, or only one, of the other."""
    a, b = padding.padded(left), padding.padded(right)
    if a is None and b is None:
        return None
    if b is not None:
        ndim = padding.runs.ndim(right)
        inner_left, inner_right = padding.both_sides(b, right)
        is_inner = (
            inner_right == (0 if ndim == 1 else 1)
            if ndim is not None and inner_right is not None
            else None
        )
        if is_inner is None and inner_left == 0 and a is not None:
            padding.assume_axes(right, b, 2, at_most=True)
            is_inner = True
        if is_inner is None and inner_right == 0 and (inner_left or 0) > 0:
            is_inner = False
        if is_inner:
            return contracted(padding, left, right, node)
        if a is not None or is_inner is None:
            raise RefusedError("the axes of a matrix product are not known")
        return Padded(b.seed, None, inner_right, aligned=False)
    assert a is not None
    outer_left, outer_right = padding.both_sides(a, left)
    if outer_right == 0:
        raise RefusedError("a slice of traced size is multiplied with an array of static size")
    other = padding.runs.ndim(right)
    if outer_right is None:
        padding.assume_axes(left, a, 2)
        outer_right = 1
    shift = None if other is None else 1 if other == 1 else 0
    return Padded(
        a.seed,
        outer_left,
        None if shift is None else outer_right - shift,
        aligned=False,
    )


def contracted(
    padding: Padding, left: ast.expr, right: ast.expr, node: ast.expr, *, is_inner: bool = False
) -> Padded | None:
    """A sum over the padded axis of two values: what does not count is zero in both.

    It is the last axis of the first and, with `is_inner`, of the second.
    """
    a, b = padding.padded(left), padding.padded(right)
    if a is None or b is None:
        raise RefusedError("a slice of traced size is multiplied with an array of static size")
    padding.check_same(a, b)
    a = _along_last_axis(padding, left, a)
    if is_inner:
        b = _along_last_axis(padding, right, b)
    padding.assume_lengths(a.seed, b.seed)
    # A product of booleans is one; with 0 in place of some of them it would be an integer.
    may_be_boolean = {padding.runs.dtype(left), padding.runs.dtype(right)} <= {None, "bool"}
    for operand, one in ((left, a), (right, b)):
        if one.zero:
            continue
        if may_be_boolean and padding.runs.dtype(operand) is None:
            padding.caution(f"{padding.quoted(operand)} is taken to hold no booleans")
        padding.tell_zero(operand, one, node)
    return None


def _along_last_axis(padding: Padding, operand: ast.expr, padded: Padded) -> Padded:
    """A value whose padded axis is its last one, if need be because it is taken to have no more axes."""
    before, behind = padding.both_sides(padded, operand)
    if behind is None and before is not None:
        padding.assume_axes(operand, padded, before + 1)
        return replace(padded, right=0)
    if behind != 0:
        raise RefusedError("the axes of a product are not known")
    return padded
