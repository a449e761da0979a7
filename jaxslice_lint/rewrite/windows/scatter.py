"""Updates that the program also makes with static bounds, where they may be cut off: `x.at[i + jnp.arange(k)].set(v)`.

JAX drops what an index array takes beyond the end of its axis, and a slice takes nothing there.
"""

from collections.abc import Callable

import libcst as cst

from jaxslice_lint.facts.site import ElementKind, OperandKind, Site, Window
from jaxslice_lint.jax_model.names import NUMPY
from jaxslice_lint.rewrite.text.syntax import Role, Use
from jaxslice_lint.rewrite.windows.index import Index, replaced
from jaxslice_lint.rewrite.windows.templates import call, operand, parse

#: Methods of `.at` whose derivatives JAX has for index arrays as well.
_METHODS = ("set", "add")


def takes_index_arrays(site: Site, use: Use, index: Index) -> bool:
    """Whether index arrays update what the slices do in all ways, also where the end of the axis cuts these off.

    Index arrays and integers that stand side by side keep their place; JAX moves others to the front.
    """
    if not (site.cut_off and site.cut_at_end) or site.operand.kind is OperandKind.REF:
        return False
    if use.role is not Role.UPDATE or use.method not in _METHODS:
        return False
    match use.call:
        case cst.Call(args=[cst.Arg(keyword=None, star="")]):
            pass
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
    return use.call.with_changes(func=function, lpar=[], rpar=[])


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
