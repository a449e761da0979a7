"""Updates of slices of traced size."""

import ast

from jaxslice_lint.facts.masking import Consumer, Form, Mask
from jaxslice_lint.jax_model.functions import UPDATE_METHODS
from jaxslice_lint.source.nodes import span_of
from jaxslice_lint.tracing.masks.elements import beside, joined
from jaxslice_lint.tracing.masks.masked import Padded, Padding
from jaxslice_lint.tracing.masks.slices import RefusedError, Seed


def update(padding: Padding, node: ast.Call, func: ast.Attribute, seed: Seed) -> Padded | None:
    """`x.at[:n].set(v)`: the whole array is updated, and those elements are kept that do not count."""
    if func.attr not in UPDATE_METHODS:
        raise RefusedError("`.at[…]` is not followed by a call of one of its methods")
    if not seed.is_named:
        raise RefusedError("what is updated would be evaluated twice: bind it to a name first")
    padding.used[seed] = None
    value = node.args[0] if node.args else None
    before, padding.cautions = padding.cautions, {}
    if value is not None and func.attr != "apply":
        _meet(padding, seed, value)
    is_exact = not padding.cautions
    padding.cautions = before | padding.cautions
    for other in [*node.args[1:], *(keyword.value for keyword in node.keywords)]:
        padding.opaque([other], node)
    is_plain = func.attr == "set" and len(node.args) == 1 and not node.keywords
    bare = value if is_exact and is_plain and _stands_alone(padding, seed, value) else None
    mask = Mask(seed.array, seed.axis, seed.trailing, *seed.limits(padding.runs))
    consumer = Consumer(
        Form.UPDATE,
        span_of(padding.source, node),
        mask,
        seed.array,
        None if bare is None else span_of(padding.source, bare),
    )
    padding.consumers[node, Form.UPDATE] = consumer, seed
    return None


def _meet(padding: Padding, seed: Seed, value: ast.expr) -> None:
    """The new value must broadcast against the whole array as it did against the slice."""
    whole, new = Padded.of(seed), padding.padded(value)
    if new is None:
        beside(padding, whole, value)
    else:
        joined(padding, whole, new)


def _stands_alone(padding: Padding, seed: Seed, value: ast.expr | None) -> bool:
    """Whether `jnp.where(mask, value, x)` has the dtype and the shape of `x`."""
    if value is None or not seed.is_whole:
        return False
    dtype = (padding.runs.dtype(seed.operand) or "").removeprefix("b")
    number = value.operand if isinstance(value, ast.UnaryOp) else value
    if isinstance(number, ast.Constant):
        match number.value:
            case bool():
                return True
            case int():
                return dtype.startswith(("int", "float"))
            case float():
                return dtype.startswith("float")
        return False
    return (
        padding.padded(value) is not None
        and dtype != ""
        and padding.runs.have_equal(lambda data: data.dtype, seed.operand, value)
        and padding.runs.have_equal(lambda data: data.ndim, seed.operand, value)
    )
