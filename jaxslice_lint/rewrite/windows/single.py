"""One element where the program slices one: `x[i:i + 1][0]` is `x[i]`, `x.at[i:i + 1].set(0)` is `x.at[i].set(0)`."""

from collections.abc import Callable, Sequence

import libcst as cst

from jaxslice_lint.facts.site import Element, ElementKind, OperandKind, Site
from jaxslice_lint.jax_model.names import LAX, NUMPY
from jaxslice_lint.rewrite.text.names import Names
from jaxslice_lint.rewrite.text.syntax import Role, Use
from jaxslice_lint.rewrite.windows.index import Index, is_plain, replaced
from jaxslice_lint.rewrite.windows.templates import bare, call
from jaxslice_lint.source.text import Span


def takes_single_element(site: Site, use: Use, index: Index, names: Names) -> bool:
    """Whether the expression around a slice takes out its only element, and an index can do both.

    Exact where the slice is in range; a narrow start would wrap around when it counts from the end.
    """
    if use.around is None or use.role is not Role.READ or len(index.traced) != 1:
        return False
    if site.operand.kind is OperandKind.REF or not site.written:
        return False
    [(axis, window)] = index.traced.items()
    if (window.size, window.step) != ("1", 1) or window.narrow:
        return False
    nodes = [*index.nodes[:axis], *index.nodes[axis + 1 :]]
    return all(map(is_plain, nodes)) and _taken_axis(use.around, site.span, names) == axis


def single_element(
    site: Site, use: Use, index: Index, name: Callable[[str, str], str]
) -> cst.BaseExpression:
    """`x[i]`, or for what is not known to be a JAX array `lax.dynamic_index_in_dim`: a NumPy array has
    no elements at traced positions."""
    [(axis, window)] = index.traced.items()
    start = bare(cst.parse_expression(f"({window.start})"))
    if site.operand.kind is OperandKind.ARRAY:
        last = index.nodes[axis].with_changes(
            slice=cst.Index(start), comma=cst.MaybeSentinel.DEFAULT
        )
        return use.subscript.with_changes(slice=[*index.nodes[:axis], last], lpar=[], rpar=[])
    taken = call(name(LAX, "dynamic_index_in_dim"), use.operand, start)
    options = [("axis", str(axis))] if axis else []
    keywords = [
        cst.Arg(cst.parse_expression(value), cst.Name(key), _EQUAL)
        for key, value in [*options, ("keepdims", "False")]
    ]
    return taken.with_changes(args=[*taken.args, *keywords])


def writes_single_element(site: Site, use: Use, index: Index) -> bool:
    """Whether slices of one element are updated with a value that has none of their axes, or one for all of them.

    Where a slice begins beyond the array JAX drops the update, as the slice takes nothing there.
    """
    windows = index.traced.values()
    if use.role is not Role.UPDATE or use.method == "apply" or not site.written:
        return False
    if any((one.size, one.step) != ("1", 1) or one.narrow for one in windows):
        return False
    ndim = site.new_value.ndim
    if ndim is None or not all(map(_is_scalar, index.elements)):
        return False
    # What fills a window is written as one.
    is_made = not site.new_value.fills and _with_new_axis(use) is not None
    return ndim - is_made <= axes_behind(site, index)


def _is_scalar(element: Element) -> bool:
    """Whether an element of an index stays where it is when slices beside it become integers."""
    is_number = element.const is not None or element.ndim == 0
    others = (ElementKind.SLICE, ElementKind.NEWAXIS, ElementKind.ELLIPSIS)
    return element.kind in others or (element.kind is ElementKind.INTEGER and is_number)


def axes_behind(site: Site, index: Index) -> int:
    """How many axes behind the last updated element are known to be there."""
    ndim, last = site.operand.shown_ndim, max(index.traced)
    is_counted = all(one.kind is ElementKind.SLICE for one in index.elements)
    return 0 if ndim is None or not is_counted else max(ndim - last - 1, 0)


def _with_new_axis(use: Use) -> cst.BaseExpression | None:
    """`v` where `v[None]` is written: broadcasting makes the axis."""
    assert use.call is not None
    match use.call.args:
        case [cst.Arg(value=cst.Subscript(value=value, slice=[cst.SubscriptElement(slice=item)]))]:
            match item:
                case cst.Index(value=cst.Name("None")):
                    return value
                case cst.Index(value=cst.Attribute(attr=cst.Name("newaxis"))):
                    return value
    return None


def single_update(use: Use, index: Index) -> cst.BaseExpression:
    """`x.at[i].set(v)`, also for `v[None]`."""
    starts = {
        position: cst.Index(bare(cst.parse_expression(f"({window.start})")))
        for position, window in index.traced.items()
    }
    nodes = replaced(index, starts)
    while len(nodes) > 1 and is_plain(nodes[-1]):
        nodes = nodes[:-1]
    last = nodes[-1].with_changes(comma=cst.MaybeSentinel.DEFAULT)
    assert use.call is not None
    method = cst.ensure_type(use.call.func, cst.Attribute)
    subscript = use.subscript.with_changes(slice=[*nodes[:-1], last])
    value = _with_new_axis(use)
    arguments = use.call.args
    if value is not None:
        arguments = [arguments[0].with_changes(value=value)]
    function = method.with_changes(value=subscript)
    return use.call.with_changes(func=function, args=arguments, lpar=[], rpar=[])


_EQUAL = cst.AssignEqual(cst.SimpleWhitespace(""), cst.SimpleWhitespace(""))


def _taken_axis(around: cst.BaseExpression, place: Span, names: Names) -> int | None:
    """The axis of which an expression around a slice takes the only element: by `[…, 0]`,
    `.squeeze(axis)` or `jnp.squeeze(slice, axis)`."""
    match around:
        case cst.Subscript(slice=elements):
            *before, last = elements
            is_first = isinstance(last.slice, cst.Index) and _number(last.slice.value) in (0, -1)
            return len(before) if is_first and all(map(is_plain, before)) else None
        case cst.Call(func=cst.Attribute(attr=cst.Name("squeeze")) as function, args=arguments):
            if isinstance(function.value, cst.Subscript):
                return _axis_argument(arguments)
            spelling = names.spell(NUMPY, "squeeze", place)
            is_ours = not spelling.edits and function.deep_equals(
                cst.parse_expression(spelling.text)
            )
            return _axis_argument(arguments[1:]) if is_ours and not arguments[0].keyword else None
    return None


def _axis_argument(arguments: Sequence[cst.Arg]) -> int | None:
    match arguments:
        case [cst.Arg(value=value, keyword=None | cst.Name("axis"), star="")]:
            return _number(value)
    return None


def _number(node: cst.BaseExpression) -> int | None:
    match node:
        case cst.Integer():
            return node.evaluated_value
        case cst.UnaryOperation(operator=cst.Minus(), expression=cst.Integer() as positive):
            return -positive.evaluated_value
    return None
