"""Updates that the program also makes with static bounds, where they may be cut off: index arrays in place of slices.

JAX drops what an index array takes beyond the end of its axis, and a slice takes nothing there. No position comes
twice: `unique_indices=True` says so, without which JAX has no transpose of the update.
"""

from collections.abc import Callable

import libcst as cst

from jaxslice_lint.facts.site import ElementKind, OperandKind, Site, Window
from jaxslice_lint.jax_model.names import NUMPY
from jaxslice_lint.rewrite.text.syntax import Role, Use
from jaxslice_lint.rewrite.windows.index import Index, axis_of, replaced
from jaxslice_lint.rewrite.windows.single import axes_behind
from jaxslice_lint.rewrite.windows.templates import call, operand, parse

#: Methods of `.at` whose derivatives JAX has for index arrays as well.
_METHODS = ("set", "add")


def takes_index_arrays(site: Site, use: Use, index: Index) -> bool:
    """Whether index arrays update what the slices do in all ways, also where the end of the axis cuts these off.

    Index arrays and integers that stand side by side keep their place; JAX moves others to the front. A new value must
    have the size of a slice that is not cut off, or be broadcast to it: else it may be as long as what is left.
    """
    if not (site.cut_off and site.cut_at_end) or site.operand.kind is OperandKind.REF:
        return False
    if use.role is not Role.UPDATE or use.method not in _METHODS:
        return False
    match use.call:
        case cst.Call(args=[cst.Arg(value=value, keyword=None, star="")]):
            if not _has_full_size(site, value, index):
                return False
        case _:
            return False
    if any(window.step != 1 for window in index.traced.values()):
        return False
    kinds = (ElementKind.SLICE, ElementKind.INTEGER, ElementKind.NEWAXIS, ElementKind.ELLIPSIS)
    numbers = [at for at, one in enumerate(index.elements) if one.kind is ElementKind.INTEGER]
    scalars = [at for at in numbers if index.elements[at].ndim == 0]
    side_by_side = sorted([*index.traced, *numbers])
    return (
        all(one.kind in kinds for one in index.elements)
        and numbers == scalars
        and side_by_side == [*range(side_by_side[0], side_by_side[-1] + 1)]
    )


def _has_full_size(site: Site, value: cst.BaseExpression, index: Index) -> bool:
    """Whether a new value is never as long as what is left of a slice that is cut off."""
    new = site.new_value
    is_beside = new.ndim is not None and new.ndim <= axes_behind(site, index)
    return new.fits or new.pastes or is_beside or _gives_sizes(value, index)


def _gives_sizes(value: cst.BaseExpression, index: Index) -> bool:
    """Whether each slice is as long as a new value by its own text: `x.at[:, i:i + v.shape[1]].set(v)`."""
    if not isinstance(value, cst.Name | cst.Attribute):
        return False
    text = cst.Module([]).code_for_node(value)
    return all(
        window.size == f"{text}.shape[{axis_of(index.elements, position)}]"
        for position, window in index.traced.items()
    )


def scattered(use: Use, index: Index, name: Callable[[str, str], str]) -> cst.BaseExpression:
    """The update with an index array for each traced slice; several of them span a grid."""
    windows = index.traced
    arrays = {
        position: cst.Index(_positions(window, len(windows) - 1 - number, name))
        for number, (position, window) in enumerate(windows.items())
    }
    assert use.call is not None
    method = cst.ensure_type(use.call.func, cst.Attribute)
    subscript = use.subscript.with_changes(slice=replaced(index, arrays))
    function = method.with_changes(value=subscript)
    arguments = [use.call.args[0].with_changes(comma=cst.MaybeSentinel.DEFAULT), _UNIQUE]
    return use.call.with_changes(func=function, args=arguments, lpar=[], rpar=[])


_UNIQUE = cst.Arg(
    cst.Name("True"),
    keyword=cst.Name("unique_indices"),
    equal=cst.AssignEqual(cst.SimpleWhitespace(""), cst.SimpleWhitespace("")),
)


def _positions(
    window: Window, axes_behind: int, name: Callable[[str, str], str]
) -> cst.BaseExpression:
    """`i + jnp.arange(k)`, with new axes for the index arrays behind it."""
    counted: cst.BaseExpression = call(name(NUMPY, "arange"), parse(window.size))
    if axes_behind:
        axes = ", ".join([":", *["None"] * axes_behind])
        subscript = cst.ensure_type(cst.parse_expression(f"_[{axes}]"), cst.Subscript)
        counted = subscript.with_changes(value=counted)
    if window.start == "0":
        return counted
    return cst.BinaryOperation(_summand(parse(window.start)), cst.Add(), counted)


def _summand(node: cst.BaseExpression) -> cst.BaseExpression:
    match node:
        case cst.BinaryOperation(operator=cst.Add() | cst.Subtract() | cst.Multiply()):
            return node
    return operand(node)
