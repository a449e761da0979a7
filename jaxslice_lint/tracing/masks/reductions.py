"""Reductions of masked values: they are told by masks, or given elements that change nothing."""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import replace

from jaxslice_lint.facts.masking import First, Form
from jaxslice_lint.jax_model.functions.schema import Reduction, Takes
from jaxslice_lint.tracing.masks.axes import argument, named_axes, split
from jaxslice_lint.tracing.masks.elements import GRADIENT
from jaxslice_lint.tracing.masks.masked import MaskAnalysis, MaskedAxis, MaskedValue
from jaxslice_lint.tracing.masks.slices import RefusedError


def reduced(
    analysis: MaskAnalysis,
    node: ast.Call,
    row: Reduction,
    operand: ast.expr,
    owner: MaskedValue,
    position: int,
) -> MaskedValue | None:
    """`f(x, axis=…)`, of which the argument at `position` names the axes: told, if masked ones are among them."""
    given = {keyword.arg for keyword in node.keywords}
    if {"where", "out", "size"} & given:
        raise RefusedError(f"{analysis.quoted(node)} already has a mask or an output")
    axes = named_axes(argument(node, position, "axis"))
    told, others = split(analysis, owner, axes, operand)
    if told:
        _tell(analysis, node, row, operand, told, axes)
    if not others:
        return None
    if row.singular:
        analysis.caution(GRADIENT)
    left = replace(owner, axes=others)
    return _without(analysis, left, axes or (), operand, keepdims="keepdims" in given)


def _tell(
    analysis: MaskAnalysis,
    node: ast.Call,
    row: Reduction,
    operand: ast.expr,
    told: tuple[MaskedAxis, ...],
    axes: tuple[int, ...] | None,
) -> None:
    """Tell a reduction which elements count of masked axes that it reduces."""
    given = {keyword.arg for keyword in node.keywords}
    match row.takes:
        case Takes.WHERE:
            analysis.note(Form.WHERE, node, analysis.masks(told, operand), told)
        case Takes.WHERE_INITIAL if "initial" in given:
            analysis.note(Form.WHERE, node, analysis.masks(told, operand), told)
        case Takes.WHERE_INITIAL:
            _mask_extreme(analysis, node, row, operand, told)
        case Takes.ZEROS:
            if row.limited and not _is_order(argument(node, 1, "ord")):
                raise RefusedError("zeros may change this norm")
            zero = "False" if analysis.runs.dtype(operand) == "bool" else "0"
            analysis.fill(operand, told, zero, node)
        case Takes.POSITION:
            _mask_position(analysis, node, operand, told, axes)


def _without(
    analysis: MaskAnalysis,
    owner: MaskedValue,
    axes: tuple[int, ...],
    operand: ast.expr,
    *,
    keepdims: bool,
) -> MaskedValue:
    """A masked value of which other axes are reduced."""
    if keepdims:
        return owner.computed()
    return MaskedValue(tuple(_moved(analysis, axis, axes, operand) for axis in owner.axes))


def _moved(
    analysis: MaskAnalysis, axis: MaskedAxis, axes: tuple[int, ...], operand: ast.expr
) -> MaskedAxis:
    """A masked axis when others are gone."""
    known = left, right = analysis.both_sides(axis, operand)
    if left is not None:
        same = all(a >= 0 for a in axes) or right is not None
        before = sum(a < left if a >= 0 else -1 - a > (right or 0) for a in axes)
        left = left - before if same else None
    if right is not None:
        same = all(a < 0 for a in axes) or known[0] is not None
        behind = sum(-1 - a < right if a < 0 else a > (known[0] or 0) for a in axes)
        right = right - behind if same else None
    if left is None and right is None:
        raise RefusedError("the axis of the slice is not known after a reduction")
    return replace(axis, left=left, right=right, base=None, zero=False, aligned=False)


def _mask_extreme(
    analysis: MaskAnalysis,
    node: ast.Call,
    row: Reduction,
    operand: ast.expr,
    told: tuple[MaskedAxis, ...],
) -> None:
    """The greatest or least element: by an `initial` value of the dtype, else by filling with one that counts."""
    dtype = analysis.runs.dtype(operand) or ""
    is_integer = dtype.startswith(("int", "uint"))
    slices = analysis.sliced(operand)
    is_array = bool(slices) and slices[0].is_named
    if dtype.startswith(("float", "bfloat")):
        initial = "-inf" if row.greatest else "inf"
    elif dtype == "bool":
        initial = str(not row.greatest)
    elif is_integer and (is_array or dtype[-1].isdigit()):
        limit = "min" if row.greatest else "max"
        initial = f"{f'{slices[0].array}.dtype' if is_array else dtype} {limit}"
    else:
        if not is_integer:
            analysis.caution("a gradient is divided otherwise among equal elements")
        _fill(analysis, operand, told, node)
        return
    analysis.note(Form.INITIAL, node, analysis.masks(told, operand), told, initial)


def _mask_position(
    analysis: MaskAnalysis,
    node: ast.Call,
    operand: ast.expr,
    told: tuple[MaskedAxis, ...],
    axes: tuple[int, ...] | None,
) -> None:
    """The first element that counts fills the others: it is found before any of them, or moved to 0."""
    if len(told) > 1 or told[0].is_reversed:
        raise RefusedError("the position is one in an array of another order")
    [axis] = told
    has_start = not axis.sliced.starts_first
    if has_start:
        if axes is None and analysis.runs.ndim(operand) != 1:
            if analysis.runs.ndim(operand) is not None:
                raise RefusedError("the position is one in the flattened array")
            analysis.assume_axes(operand, axis.sliced, 1)
        if "keepdims" in {keyword.arg for keyword in node.keywords}:
            raise RefusedError("the position keeps its axes")
    elif axes is None and analysis.both_sides(axis, operand)[0] != 0:
        raise RefusedError("the position is one in the flattened array")
    _fill(analysis, operand, told, node)
    if has_start:
        masks = analysis.masks(told, operand)
        if len(masks) > 1:
            raise RefusedError("the lengths of the axes are not known")
        analysis.note(Form.OFFSET, node, masks, told)


def _fill(
    analysis: MaskAnalysis, operand: ast.expr, told: Sequence[MaskedAxis], consumer: ast.expr
) -> None:
    """Fill what `operand` is made of, so that its elements outside are equal to the first one that counts."""
    for part in _parts(analysis, operand):
        owner = analysis.masked(part)
        assert owner is not None
        if len(told) > 1 or len(owner.axes) > 1 or owner.axes[0].is_reversed:
            raise RefusedError("no value is known that would change nothing")
        [axis] = owner.axes
        masks, first = analysis.masks(owner.axes, part), _first(analysis, part, axis)
        if len(masks) > 1:
            raise RefusedError("the lengths of the axes are not known")
        analysis.note(Form.FILL, part, masks, owner.axes, within=consumer, first=first)


def _parts(analysis: MaskAnalysis, node: ast.AST) -> Iterator[ast.expr]:
    """The slices, and variables that hold some, of which a masked value is made element by element."""
    if isinstance(node, ast.expr):
        if analysis.masked(node) is None:
            return
        if isinstance(node, ast.Name) or analysis.sliced(node):
            yield node
            return
        if any(node is told for told, _ in analysis.consumers):
            raise RefusedError("no value is known that would change nothing")
    for child in ast.iter_child_nodes(node):
        yield from _parts(analysis, child)


def _first(analysis: MaskAnalysis, operand: ast.expr, axis: MaskedAxis) -> First:
    """The first element along the masked axis that counts."""
    sliced = axis.sliced
    if sliced in analysis.sliced(operand) and sliced.is_whole and sliced.is_named:
        array = sliced.array
    elif isinstance(operand, ast.Name):
        array = operand.id
    else:
        raise RefusedError("no value is known that would change nothing: its dtype is not known")
    left, right = analysis.both_sides(axis, operand)
    return First(array, left, right or 0)


def _is_order(node: ast.expr | None) -> bool:
    """Whether zeros do not change the norm of this order."""
    if node is None:
        return True
    return isinstance(node, ast.Constant) and (
        node.value is None or (isinstance(node.value, int | float) and node.value > 0)
    )
