"""Reductions of masked values: they are told by a mask, or given elements that change nothing."""

import ast
from collections.abc import Iterator
from dataclasses import replace

from jaxslice_lint.facts.masking import First, Form, Mask
from jaxslice_lint.jax_model.functions.schema import Reduction, Takes
from jaxslice_lint.tracing.masks.masked import MaskAnalysis, MaskedValue
from jaxslice_lint.tracing.masks.slices import RefusedError


def reduced(
    analysis: MaskAnalysis,
    node: ast.Call,
    row: Reduction,
    operand: ast.expr,
    owner: MaskedValue,
    position: int,
) -> MaskedValue | None:
    """`f(x, axis=…)`, of which the argument at `position` names the axes: told, if the masked axis is among them."""
    given = {keyword.arg for keyword in node.keywords}
    if {"where", "out", "size"} & given:
        raise RefusedError(f"{analysis.quoted(node)} already has a mask or an output")
    axes = _axes(_argument(node, position, "axis"))
    if axes is not None and not _includes(analysis, axes, owner, operand):
        return _without(analysis, owner, axes, operand, keepdims="keepdims" in given)
    mask = analysis.mask(owner, operand)
    match row.takes:
        case Takes.WHERE:
            analysis.note(Form.WHERE, node, mask, owner)
        case Takes.WHERE_INITIAL if "initial" in given:
            analysis.note(Form.WHERE, node, mask, owner)
        case Takes.WHERE_INITIAL:
            _mask_extreme(analysis, node, row, operand, owner, mask)
        case Takes.ZEROS:
            if row.limited and not _is_order(_argument(node, 1, "ord")):
                raise RefusedError("zeros may change this norm")
            analysis.fill_with_zeros(operand, owner, node)
        case Takes.POSITION:
            _mask_position(analysis, node, operand, owner, mask, axes)
    return None


def _includes(
    analysis: MaskAnalysis, axes: tuple[int, ...], owner: MaskedValue, operand: ast.expr
) -> bool:
    """Whether the masked axis is among `axes`."""
    left, right = analysis.both_sides(owner, operand)
    unclear = [a for a in axes if (right if a < 0 else left) is None]
    if any(a == left or (right is not None and -1 - a == right) for a in axes if a not in unclear):
        return True
    if unclear:
        raise RefusedError(f"the number of axes of {analysis.quoted(operand)} is not known")
    return False


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
        return replace(owner, zero=False)
    left, right = analysis.both_sides(owner, operand)
    if left is not None:
        same = all(a >= 0 for a in axes) or right is not None
        before = sum(a < left if a >= 0 else -1 - a > (right or 0) for a in axes)
        left = left - before if same else None
    if right is not None:
        same = all(a < 0 for a in axes) or owner.left is not None or left is not None
        behind = sum(-1 - a < right if a < 0 else a > (owner.left or 0) for a in axes)
        right = right - behind if same else None
    if left is None and right is None:
        raise RefusedError("the axis of the slice is not known after a reduction")
    return MaskedValue(owner.sliced, left, right, aligned=False)


def normalised(analysis: MaskAnalysis, node: ast.Call) -> MaskedValue | None:
    """`softmax(x)` and its like, which may return zeros for the elements that do not count."""
    owner = analysis.masked(node.args[0])
    if owner is None:
        return analysis.opaque(ast.iter_child_nodes(node), node)
    named = _argument(node, 1, "axis")
    axes = (-1,) if named is None else _axes(named)
    left, right = analysis.both_sides(owner, node.args[0])
    if axes == (-1,) and right is None and left == 0:
        analysis.assume_axes(node.args[0], owner, 1)
        owner = replace(owner, right=0)
    if axes is not None and not _includes(analysis, axes, owner, node.args[0]):
        return replace(owner, zero=False)
    analysis.note(Form.WHERE, node, analysis.mask(owner, node.args[0]), owner)
    return replace(owner, zero=True)


def _mask_extreme(
    analysis: MaskAnalysis,
    node: ast.Call,
    row: Reduction,
    operand: ast.expr,
    owner: MaskedValue,
    mask: Mask,
) -> None:
    """The greatest or least element: by an `initial` value of the dtype, else by filling with one that counts."""
    dtype = analysis.runs.dtype(operand) or ""
    is_integer = dtype.startswith(("int", "uint"))
    is_array = analysis.sliced(operand) is owner.sliced and owner.sliced.is_named
    if dtype.startswith(("float", "bfloat")):
        analysis.note(Form.INITIAL, node, mask, owner, "-inf" if row.greatest else "inf")
    elif dtype == "bool":
        analysis.note(Form.INITIAL, node, mask, owner, str(not row.greatest))
    elif is_integer and (is_array or dtype[-1].isdigit()):
        limit = "min" if row.greatest else "max"
        of = f"{owner.sliced.array}.dtype" if is_array else dtype
        analysis.note(Form.INITIAL, node, mask, owner, f"{of} {limit}")
    else:
        if not is_integer:
            analysis.caution("a gradient is divided otherwise among equal elements")
        _fill(analysis, operand, node)


def _mask_position(
    analysis: MaskAnalysis,
    node: ast.Call,
    operand: ast.expr,
    owner: MaskedValue,
    mask: Mask,
    axes: tuple[int, ...] | None,
) -> None:
    """The first element that counts fills the others: it is found before any of them, or moved to 0."""
    start, _ = owner.sliced.limits(analysis.runs)
    if start is not None:
        if axes is None and analysis.runs.ndim(operand) != 1:
            if analysis.runs.ndim(operand) is not None:
                raise RefusedError("the position is one in the flattened array")
            analysis.assume_axes(operand, owner, 1)
        if "keepdims" in {keyword.arg for keyword in node.keywords}:
            raise RefusedError("the position keeps its axes")
    elif axes is None and analysis.both_sides(owner, operand)[0] != 0:
        raise RefusedError("the position is one in the flattened array")
    _fill(analysis, operand, node)
    if start is not None:
        analysis.note(Form.OFFSET, node, mask, owner)


def _fill(analysis: MaskAnalysis, operand: ast.expr, consumer: ast.expr) -> None:
    """Fill what `operand` is made of, so that its elements outside are equal to the first one that counts."""
    for part in _parts(analysis, operand):
        owner = analysis.masked(part)
        assert owner is not None
        mask, first = analysis.mask(owner, part), _first(analysis, part, owner)
        analysis.note(Form.FILL, part, mask, owner, within=consumer, first=first)


def _parts(analysis: MaskAnalysis, node: ast.AST) -> Iterator[ast.expr]:
    """The slices, and variables that hold some, of which a masked value is made element by element."""
    if isinstance(node, ast.expr):
        if analysis.masked(node) is None:
            return
        if isinstance(node, ast.Name) or analysis.sliced(node) is not None:
            yield node
            return
        if any(node is told for told, _ in analysis.consumers):
            raise RefusedError("no value is known that would change nothing")
    for child in ast.iter_child_nodes(node):
        yield from _parts(analysis, child)


def _first(analysis: MaskAnalysis, operand: ast.expr, owner: MaskedValue) -> First:
    """The first element along the masked axis that counts."""
    sliced = owner.sliced
    if analysis.sliced(operand) is sliced and sliced.is_whole and sliced.is_named:
        array = sliced.array
    elif isinstance(operand, ast.Name):
        array = operand.id
    else:
        raise RefusedError("no value is known that would change nothing: its dtype is not known")
    left, right = analysis.both_sides(owner, operand)
    return First(array, left, right or 0)


def _argument(node: ast.Call, position: int, name: str) -> ast.expr | None:
    if position < len(node.args):
        return node.args[position]
    return next((keyword.value for keyword in node.keywords if keyword.arg == name), None)


def _axes(node: ast.expr | None) -> tuple[int, ...] | None:
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


def _is_order(node: ast.expr | None) -> bool:
    """Whether zeros do not change the norm of this order."""
    if node is None:
        return True
    return isinstance(node, ast.Constant) and (
        node.value is None or (isinstance(node.value, int | float) and node.value > 0)
    )
