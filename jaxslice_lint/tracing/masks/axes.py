"""Which masked axes are among those that a call names."""

import ast

from jaxslice_lint.tracing.masks.masked import MaskAnalysis, MaskedAxis, MaskedValue
from jaxslice_lint.tracing.masks.slices import RefusedError


def argument(node: ast.Call, position: int, name: str) -> ast.expr | None:
    """What is passed for a parameter."""
    if position < len(node.args):
        return node.args[position]
    return next((keyword.value for keyword in node.keywords if keyword.arg == name), None)


def named_axes(node: ast.expr | None) -> tuple[int, ...] | None:
    """The axes that an argument names; None stands for all."""
    if node is None:
        return None
    try:
        value = ast.literal_eval(node)
    except ValueError:
        raise RefusedError("the axes of a reduction are not known") from None
    if value is None:
        return None
    axes = value if isinstance(value, tuple) else (value,)
    if not all(isinstance(axis, int) for axis in axes):
        raise RefusedError("the axes of a reduction are not known")
    return axes


def split(
    analysis: MaskAnalysis, owner: MaskedValue, axes: tuple[int, ...] | None, operand: ast.expr
) -> tuple[tuple[MaskedAxis, ...], tuple[MaskedAxis, ...]]:
    """The masked axes of `operand` that are among `axes`, and the others."""
    if axes is None:
        return owner.axes, ()
    told: list[MaskedAxis] = []
    others: list[MaskedAxis] = []
    for axis in owner.axes:
        is_among = _is_among(analysis, axes, axis, operand)
        if is_among is None:
            axis = analysis.settled(axis)
            is_among = _is_among(analysis, axes, axis, operand)
            if not _are_there(analysis, axes, axis, operand):
                is_among = None
        if is_among is None:
            raise RefusedError(f"the number of axes of {analysis.quoted(operand)} is not known")
        (told if is_among else others).append(axis)
    return tuple(told), tuple(others)


def _are_there(
    analysis: MaskAnalysis, axes: tuple[int, ...], axis: MaskedAxis, operand: ast.expr
) -> bool:
    """Whether an array with the number of axes that is taken for its own has those that are named."""
    left, right = analysis.both_sides(axis, operand)
    if left is None or right is None:
        return True
    return all(-(left + 1 + right) <= one <= left + right for one in axes)


def _is_among(
    analysis: MaskAnalysis, axes: tuple[int, ...], axis: MaskedAxis, operand: ast.expr
) -> bool | None:
    """Whether a masked axis is among `axes`; None if that is not known."""
    left, right = analysis.both_sides(axis, operand)
    unclear = [a for a in axes if (right if a < 0 else left) is None]
    if any(a == left or (right is not None and -1 - a == right) for a in axes if a not in unclear):
        return True
    return None if unclear else False
