"""Functions along an axis of a masked value, which they keep: softmax, running sums, sorting."""

import ast
from dataclasses import replace

from jaxslice_lint.facts.masking import Form
from jaxslice_lint.jax_model.functions.schema import Along
from jaxslice_lint.tracing.masks.axes import named_axes, split
from jaxslice_lint.tracing.masks.elements import GRADIENT
from jaxslice_lint.tracing.masks.masked import MaskAnalysis, MaskedAxis, MaskedValue
from jaxslice_lint.tracing.masks.slices import RefusedError

#: The axis along which functions go that are given none; the others take the array for a flat one.
_LAST = (Along.NORMALISED, Along.LOGARITHMS, Along.SORTED)


def along(
    analysis: MaskAnalysis,
    node: ast.Call,
    row: Along,
    operand: ast.expr,
    axis: ast.expr | None,
) -> MaskedValue | None:
    """`f(x, axis=…)`, which keeps its axes, and looks at elements along some."""
    owner = analysis.masked(operand)
    assert owner is not None
    if {keyword.arg for keyword in node.keywords} - {"axis"}:
        raise RefusedError(f"{analysis.quoted(node)} has options of which nothing is known")
    axes = named_axes(axis)
    if axis is None and row in _LAST:
        axes = (-1,)
        owner = _as_vector(analysis, operand, owner)
    elif axes is None and not _is_vector(analysis, operand, owner):
        raise RefusedError("all axes are taken for one")
    told, others = split(analysis, owner, axes, operand)
    owner = replace(owner, axes=(*told, *others))
    if not told:
        return owner.computed()
    if row in (Along.NORMALISED, Along.LOGARITHMS):
        _check_floats(analysis, operand)
    nan = False
    match row:
        case Along.NORMALISED:
            analysis.note(Form.WHERE, node, analysis.masks(told, operand), told)
        case Along.LOGARITHMS:
            analysis.caution(GRADIENT)
            analysis.fill(operand, told, "-inf", node)
        case Along.RUNNING:
            _check_first(told)
        case Along.SORTED:
            _check_first(told)
            greatest = _greatest(analysis, operand)
            analysis.fill(operand, told, greatest, node)
            nan = greatest == "nan"
    zero = row is Along.NORMALISED
    changed = (replace(one, zero=zero, nan=nan or one.nan) for one in told)
    kept = (replace(one, zero=False) for one in others)
    return replace(owner, axes=(*changed, *kept))


def _as_vector(analysis: MaskAnalysis, operand: ast.expr, owner: MaskedValue) -> MaskedValue:
    """A value along whose last axis a function goes: if need be it is taken to have no other one."""
    [axis, *others] = owner.axes
    left, right = analysis.both_sides(axis, operand)
    if right is None and left == 0 and not others:
        analysis.assume_axes(operand, axis.sliced, 1)
        return replace(owner, axes=(replace(axis, right=0),))
    return owner


def _is_vector(analysis: MaskAnalysis, operand: ast.expr, owner: MaskedValue) -> bool:
    return analysis.both_sides(owner.axes[0], operand) == (0, 0)


def _check_floats(analysis: MaskAnalysis, operand: ast.expr) -> None:
    """JAX computes a softmax of integers otherwise where it is told which elements count."""
    if analysis.runs.has_integers(operand):
        raise RefusedError(f"{analysis.quoted(operand)} has integers")


def _check_first(told: tuple[MaskedAxis, ...]) -> None:
    """What does not count must be behind what counts."""
    if any(axis.is_reversed or not axis.sliced.starts_first for axis in told):
        raise RefusedError("elements before the slice would be among those before its own")


def _greatest(analysis: MaskAnalysis, operand: ast.expr) -> str:
    """What is sorted behind all others: NaN is behind infinity."""
    dtype = analysis.runs.dtype(operand) or ""
    if dtype.startswith(("float", "bfloat")):
        return "nan"
    if dtype == "bool":
        return "True"
    if dtype.startswith(("int", "uint")) and dtype[-1].isdigit():
        return f"{dtype} max"
    raise RefusedError("no value is known that is sorted behind all others")
