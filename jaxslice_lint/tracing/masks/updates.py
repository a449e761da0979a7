"""Updates of slices of traced size."""

import ast
import math

from jaxslice_lint.facts.masking import Consumer, Form
from jaxslice_lint.jax_model.arrays import UPDATE_METHODS
from jaxslice_lint.source.nodes import span_of
from jaxslice_lint.tracing.masks.elements import GRADIENT, beside, in_order, joined
from jaxslice_lint.tracing.masks.masked import MaskAnalysis, MaskedValue
from jaxslice_lint.tracing.masks.slices import RefusedError, TracedSlice

#: The methods whose derivative may be infinite.
_SINGULAR = frozenset({"apply", "divide", "power"})


def update(
    analysis: MaskAnalysis, node: ast.Call, func: ast.Attribute, slices: tuple[TracedSlice, ...]
) -> MaskedValue | None:
    """`x.at[:n].set(v)`: the whole array is updated, and those elements are kept that do not count."""
    sliced = slices[0]
    if func.attr not in UPDATE_METHODS:
        raise RefusedError("`.at[…]` is not followed by a call of one of its methods")
    if not sliced.is_named:
        raise RefusedError("what is updated would be evaluated twice: bind it to a name first")
    if analysis.masked(sliced.operand) is not None:
        raise RefusedError("a slice of traced size is updated")
    if func.attr in _SINGULAR:
        analysis.caution(GRADIENT)
    analysis.used.update(dict.fromkeys(slices))
    value = node.args[0] if node.args else None
    before, analysis.cautions = analysis.cautions, {}
    if value is not None and func.attr != "apply":
        _meet(analysis, slices, value)
    is_exact = not analysis.cautions
    analysis.cautions = before | analysis.cautions
    for other in [*node.args[1:], *(keyword.value for keyword in node.keywords)]:
        analysis.opaque([other], node)
    is_plain = func.attr == "set" and len(node.args) == 1 and not node.keywords
    bare = value if is_exact and is_plain and _stands_alone(analysis, sliced, value) else None
    masks = tuple(one.mask(one.trailing, analysis.runs) for one in slices)
    consumer = Consumer(
        Form.UPDATE,
        span_of(analysis.source, node),
        masks,
        sliced.array,
        None if bare is None else span_of(analysis.source, bare),
    )
    analysis.consumers[node, Form.UPDATE] = consumer, slices
    return None


def _meet(analysis: MaskAnalysis, slices: tuple[TracedSlice, ...], value: ast.expr) -> None:
    """The new value must broadcast against the whole array as it did against the slice."""
    whole, new = MaskedValue.of(slices), analysis.masked(value)
    if new is None:
        beside(analysis, whole, value)
    else:
        met = joined(analysis, whole, in_order(analysis, value, new))
        if len(met.axes) > len(whole.axes):
            raise RefusedError("the new value has more axes of traced size than what is updated")
        for axis in met.axes:
            analysis.check_equal_lengths(axis)


def _stands_alone(analysis: MaskAnalysis, sliced: TracedSlice, value: ast.expr | None) -> bool:
    """Whether `jnp.where(mask, value, x)` has the dtype and the shape of `x`."""
    if value is None or not sliced.is_whole:
        return False
    dtype = analysis.runs.dtype(sliced.operand)
    match analysis.runs.constant(value):
        case bool():
            return True
        case int():
            return (dtype or "").removeprefix("b").startswith(("int", "float"))
        case float() as number:
            # There is no such number in an array of integers.
            return not math.isfinite(number) if dtype is None else "float" in dtype
    return (
        analysis.masked(value) is not None
        and dtype is not None
        and analysis.runs.have_equal(lambda data: data.dtype, sliced.operand, value)
        and analysis.runs.have_equal(lambda data: data.ndim, sliced.operand, value)
    )
