"""Updates that the program also makes with static bounds, where they may be cut off: index arrays in place of slices.

JAX drops what an index array takes beyond the end of its axis, and a slice takes nothing there. No position comes
twice: `unique_indices=True` says so, without which JAX has no transpose of the update.
"""

from collections.abc import Callable

import libcst as cst

from jaxslice_lint.facts.site import ElementKind, OperandKind, Site, Window
from jaxslice_lint.jax_model.names import NUMPY
from jaxslice_lint.rewrite.text.syntax import Role, Use
from jaxslice_lint.rewrite.windows.index import Index, replaced
from jaxslice_lint.rewrite.windows.single import axes_behind
from jaxslice_lint.rewrite.windows.templates import call, operand, parse

#: Methods of `.at` that do the same to elements which are picked one by one.
_METHODS = ("set", "add", "subtract", "multiply", "mul", "min", "max")
#: The elements of an index that stay where they are when slices beside them become arrays, as integers do.
_STAYING = (ElementKind.SLICE, ElementKind.NEWAXIS, ElementKind.ELLIPSIS)


def takes_index_arrays(site: Site, use: Use, index: Index) -> bool:
    """Whether index arrays update what the slices do in all ways, also where the end of the axis cuts these off."""
    windows = index.traced
    return (
        site.cut_off
        and site.cut_at_end
        and site.operand.kind is not OperandKind.REF
        and use.role is Role.UPDATE
        and use.method in _METHODS
        and _is_plain_call(use)
        and all(window.step == 1 for window in windows.values())
        and _keep_their_places(index)
        and _has_full_size(site, index)
    )


def _is_plain_call(use: Use) -> bool:
    """Whether a method is passed the new value alone."""
    match use.call:
        case cst.Call(args=[cst.Arg(keyword=None, star="")]):
            return True
    return False


def _keep_their_places(index: Index) -> bool:
    """Whether no axis moves: JAX moves those of index arrays and integers that do not stand side by side."""
    others = [(at, one) for at, one in enumerate(index.elements) if one.kind not in _STAYING]
    picking = sorted([*index.traced, *(at for at, _ in others)])
    are_scalars = all(one.kind is ElementKind.INTEGER and one.ndim == 0 for _, one in others)
    return are_scalars and picking == [*range(picking[0], picking[-1] + 1)]


def _has_full_size(site: Site, index: Index) -> bool:
    """Whether a new value has the size of slices that are not cut off, or is broadcast to it.

    Else it may be as long as what is left of them.
    """
    new = site.new_value
    is_beside = new.ndim is not None and new.ndim <= axes_behind(site, index)
    return new.fits or new.pastes or is_beside or {*index.traced} <= {*new.named}


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
