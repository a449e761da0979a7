"""Products that sum over masked axes, and their results that have some."""

import ast
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from jaxslice_lint.jax_model.functions.schema import Sums
from jaxslice_lint.tracing.masks.elements import in_one_order
from jaxslice_lint.tracing.masks.masked import MaskAnalysis, MaskedAxis, MaskedValue
from jaxslice_lint.tracing.masks.slices import RefusedError


@dataclass(frozen=True, slots=True)
class _Summed:
    """An axis that a product sums over: `label` tells it from others, `of` are the operands that have it."""

    axis: MaskedAxis
    label: object
    of: tuple[int, ...]


#: What becomes of a masked axis of an operand, which is told by its number: it is summed over, or one of the result.
_Fate = Callable[[int, MaskedAxis], _Summed | MaskedAxis]


def product(
    analysis: MaskAnalysis,
    sums: Sums,
    operands: Sequence[ast.expr],
    node: ast.expr,
    axes: ast.expr | None = None,
) -> MaskedValue | None:
    """A product of two arrays that sums over the axes that a row says, or `axes`."""
    left, right = operands
    match sums:
        case Sums.MATRICES:
            fate = _of_matrices(analysis, left, right)
        case Sums.VECTORS:
            fate = _of_vectors(analysis, left, right)
        case Sums.NAMED:
            fate = _of_named(analysis, left, right, axes)
        case Sums.NONE:
            fate = _of_outer(analysis, left, right)
        case _:
            fate = _of_all
    return _contracted(analysis, operands, fate, node)


def einsum(analysis: MaskAnalysis, node: ast.Call) -> MaskedValue | None:
    """`jnp.einsum("ij,jk->ik", x, y)`."""
    terms, *operands = node.args
    if not isinstance(terms, ast.Constant) or not isinstance(terms.value, str):
        return analysis.opaque(ast.iter_child_nodes(node), node)
    inputs, has_output, output = terms.value.replace(" ", "").partition("->")
    labels = inputs.split(",")
    if not has_output:
        letters = inputs.replace(",", "").replace(".", "")
        output = "".join(one for one in sorted(set(letters)) if letters.count(one) == 1)
        output = ("..." if "..." in inputs else "") + output
    if len(labels) != len(operands) or any(
        len(set(one)) < len(one.replace("...", ".")) for one in labels
    ):
        return analysis.opaque(ast.iter_child_nodes(node), node)

    def fate(number: int, axis: MaskedAxis) -> _Summed | MaskedAxis:
        placed, label = _labelled(labels[number], axis)
        if label not in output:
            return _Summed(placed, label, tuple(n for n, one in enumerate(labels) if label in one))
        left, right = _sides(output, output.index(label))
        return replace(placed, left=left, right=right)

    return _contracted(analysis, operands, fate, node, may_broadcast=True)


def _labelled(labels: str, axis: MaskedAxis) -> tuple[MaskedAxis, str]:
    """A masked axis of an operand that has these `labels`, and its own one."""
    before, has_more, behind = labels.partition("...")
    if not has_more and axis.left is not None and axis.left < len(labels):
        at = axis.left
    elif axis.right is not None and axis.right < len(behind or before):
        at = len(labels) - 1 - axis.right
    elif axis.left is not None and axis.left < len(before):
        at = axis.left
    else:
        raise RefusedError("the axes of a product are not known")
    left, right = _sides(labels, at)
    known = replace(
        axis,
        left=axis.left if left is None else left,
        right=axis.right if right is None else right,
    )
    return known, labels[at]


def _sides(labels: str, at: int) -> tuple[int | None, int | None]:
    """How many axes are before and behind the one with the label at a position."""
    before, behind = labels[:at], labels[at + 1 :]
    return (
        None if "..." in before else len(before),
        None if "..." in behind else len(behind),
    )


def _of_vectors(analysis: MaskAnalysis, left: ast.expr, right: ast.expr) -> _Fate:
    """The last axes of both are summed over."""

    def fate(number: int, axis: MaskedAxis) -> _Summed | MaskedAxis:
        operand = (left, right)[number]
        before, behind = analysis.both_sides(axis, operand)
        if behind is None and before is not None:
            analysis.assume_axes(operand, axis.sliced, before + 1)
            behind = 0
        if behind != 0:
            raise RefusedError("the axes of a product are not known")
        return _Summed(replace(axis, left=before, right=0), "sum", (0, 1))

    return fate


def _of_outer(analysis: MaskAnalysis, left: ast.expr, right: ast.expr) -> _Fate:
    """Two vectors make a matrix."""

    def fate(number: int, axis: MaskedAxis) -> MaskedAxis:
        operand = (left, right)[number]
        if analysis.runs.ndim(operand) != 1:
            if analysis.runs.ndim(operand) is not None or axis.left != 0:
                raise RefusedError("the axes of a product are not known")
            analysis.assume_axes(operand, axis.sliced, 1)
        return replace(axis, left=number, right=1 - number)

    return fate


def _of_named(
    analysis: MaskAnalysis, left: ast.expr, right: ast.expr, axes: ast.expr | None
) -> _Fate:
    """The axes that are named are summed over, those of one with those of the other."""
    ndims = analysis.runs.ndim(left), analysis.runs.ndim(right)
    if None in ndims:
        raise RefusedError("the axes of a product are not known")
    counts = ndims[0] or 0, ndims[1] or 0
    named = _named(axes, counts)

    def fate(number: int, axis: MaskedAxis) -> _Summed | MaskedAxis:
        operand, others = (left, right)[number], named[number]
        before, _ = analysis.both_sides(axis, operand)
        assert before is not None
        if before in others:
            return _Summed(axis, others.index(before), (0, 1))
        kept = [one for one in range(counts[number]) if one not in others]
        behind = counts[1] - len(others) if number == 0 else 0
        in_front = counts[0] - len(others) if number else 0
        at = kept.index(before)
        return replace(axis, left=in_front + at, right=behind + len(kept) - 1 - at)

    return fate


def _named(axes: ast.expr | None, counts: tuple[int, int]) -> tuple[list[int], list[int]]:
    """The axes of both operands that `axes` of `tensordot` says are summed over."""
    try:
        value = 2 if axes is None else ast.literal_eval(axes)
    except ValueError:
        raise RefusedError("the axes of a product are not known") from None
    if isinstance(value, int):
        return [*range(counts[0] - value, counts[0])], [*range(value)]
    first, second = ([one] if isinstance(one, int) else [*one] for one in value)
    return [one % counts[0] for one in first], [one % counts[1] for one in second]


def _of_all(_number: int, axis: MaskedAxis) -> _Summed:
    """All axes of both are summed over."""
    return _Summed(axis, ("sum", axis.left, axis.right), (0, 1))


def _of_matrices(analysis: MaskAnalysis, left: ast.expr, right: ast.expr) -> _Fate:
    """The last axis of one and the last but one, or only one, of the other are summed over."""
    ndims = analysis.runs.ndim(left), analysis.runs.ndim(right)
    are_both_masked = None not in (analysis.masked(left), analysis.masked(right))

    def fate(number: int, axis: MaskedAxis) -> _Summed | MaskedAxis:
        return of_right(axis) if number else of_left(axis)

    def of_left(axis: MaskedAxis) -> _Summed | MaskedAxis:
        before, behind = analysis.both_sides(axis, left)
        if behind is None:
            behind = axis.sliced.behind if are_both_masked and axis.aligned else 1
            analysis.assume_axes(left, axis.sliced, (before or 0) + 1 + behind)
        if behind == 0:
            return _Summed(axis, "sum", (0, 1))
        other = ndims[1]
        if other is None:
            analysis.caution(f"{analysis.quoted(right)} is taken to have at most two axes")
        shift = None if other is None else behind - (other == 1)
        return replace(axis, left=before if other in (None, 1, 2) else None, right=shift)

    def of_right(axis: MaskedAxis) -> _Summed | MaskedAxis:
        before, behind = analysis.both_sides(axis, right)
        if ndims[1] is None and behind is None and before == 0 and are_both_masked:
            # Of more axes the first ones are those of a batch.
            analysis.assume_axes(right, axis.sliced, 2, at_most=True)
            return _Summed(axis, "sum", (0, 1))
        if ndims[1] is None and behind == 0 and (before or 0) > 0:
            return replace(axis, left=None, right=0)
        if ndims[1] is None or behind is None:
            raise RefusedError("the axes of a matrix product are not known")
        if behind == (0 if ndims[1] == 1 else 1):
            return _Summed(axis, "sum", (0, 1))
        return replace(axis, left=None, right=behind)

    return fate


def _contracted(
    analysis: MaskAnalysis,
    operands: Sequence[ast.expr],
    fate: _Fate,
    node: ast.expr,
    *,
    may_broadcast: bool = False,
) -> MaskedValue | None:
    """The result of a product: what does not count of an axis that is summed over is zero, in all that have it."""
    summed: dict[object, dict[int, _Summed]] = {}
    kept: list[MaskedAxis] = []
    filled: list[list[MaskedAxis]] = [[] for _ in operands]
    for number, value in enumerate(in_one_order(analysis, operands)):
        for axis in value.axes if value else ():
            match fate(number, axis):
                case _Summed() as found:
                    summed.setdefault(found.label, {})[number] = found
                    filled[number] += [found.axis] * (not found.axis.zero)
                case found:
                    kept.append(replace(found, base=None, zero=False, nan=False, aligned=False))
                    filled[number] += [axis] * axis.nan
    for mates in summed.values():
        if any({*one.of} - {*mates} for one in mates.values()):
            raise RefusedError(_why_apart(analysis, operands))
        axes = [one.axis for one in mates.values()]
        is_unclear = any(one.right is None for one in axes)
        _check_mates(analysis, axes, may_broadcast=may_broadcast or is_unclear)
    has_floats = any(one.axis.zero for mates in summed.values() for one in mates.values())
    _fill_with_zeros(analysis, operands, filled, node, has_floats=has_floats)
    return MaskedValue(_merged(analysis, kept)) if kept else None


def _why_apart(analysis: MaskAnalysis, operands: Sequence[ast.expr]) -> str:
    """Why an axis that is summed over is masked in some operands only."""
    for operand in operands:
        if analysis.masked(operand) is not None and analysis.runs.ndim(operand) is None:
            return f"the number of axes of {analysis.quoted(operand)} is not known"
    return "a slice of traced size is multiplied with an array of static size"


def _check_mates(
    analysis: MaskAnalysis, axes: Sequence[MaskedAxis], *, may_broadcast: bool
) -> None:
    first = axes[0]
    for other in axes[1:]:
        analysis.check_same(first, other)
    if may_broadcast:
        both = tuple(one for axis in axes for one in axis.slices)
        analysis.check_equal_lengths(replace(first, slices=both))
    # JAX raises where they are not of one length, but for a length of 1 that may be broadcast.
    analysis.lengths.assume_equal(one for axis in axes for one in axis.slices)


def _merged(analysis: MaskAnalysis, axes: Iterable[MaskedAxis]) -> tuple[MaskedAxis, ...]:
    """The masked axes of a result, of which several operands may have had the same."""
    found: dict[tuple[int | None, int | None], MaskedAxis] = {}
    for axis in axes:
        place = axis.left, axis.right
        if place in found:
            _check_mates(analysis, (found[place], axis), may_broadcast=True)
        elif place == (None, None) and found:
            raise RefusedError("the axes of a product are not known")
        else:
            found[place] = axis
    return tuple(found.values())


def _fill_with_zeros(
    analysis: MaskAnalysis,
    operands: Sequence[ast.expr],
    filled: Sequence[list[MaskedAxis]],
    node: ast.expr,
    *,
    has_floats: bool,
) -> None:
    dtypes = {analysis.runs.dtype(operand) for operand in operands}
    may_be_boolean = dtypes <= {None, "bool"} and not has_floats
    for operand, axes in zip(operands, filled, strict=True):
        if axes:
            zero = _zero(analysis, operand, may_be_boolean=may_be_boolean)
            analysis.fill(operand, axes, zero, node)


def _zero(analysis: MaskAnalysis, operand: ast.expr, *, may_be_boolean: bool) -> str:
    """What zeros are written as: a product of booleans is one, and stays one."""
    dtype = analysis.runs.dtype(operand)
    if dtype is not None or not may_be_boolean:
        return "False" if dtype == "bool" else "0"
    slices = analysis.sliced(operand)
    is_named = isinstance(operand, ast.Name) or (bool(slices) and slices[0].is_named)
    return "zeros_like" if is_named else "False"
