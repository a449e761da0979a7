"""What is written to a slice: whether it has the shape and the dtype of what it takes the place of."""

import ast
from collections.abc import Sequence as Items
from dataclasses import replace

from jaxslice_lint.facts.site import NewValue
from jaxslice_lint.facts.status import Status
from jaxslice_lint.source.nodes import written_elements
from jaxslice_lint.tracing.domain import dtypes, shapes
from jaxslice_lint.tracing.domain.arguments import Arguments
from jaxslice_lint.tracing.domain.data import Data, Kind
from jaxslice_lint.tracing.domain.points import Point
from jaxslice_lint.tracing.domain.symbolic import Atoms
from jaxslice_lint.tracing.domain.values import Sequence, Value
from jaxslice_lint.tracing.domain.variables import content
from jaxslice_lint.tracing.observe.lengths import named_lengths


def look_at_new_value(
    point: Point, operand: Value, index: Value | None, arguments: Arguments
) -> None:
    """Note what a method of `x.at[index]` is passed."""
    match point.node:
        case ast.Call(func=ast.Attribute(value=ast.Subscript() as subscript), args=given):
            value = arguments.first if len(arguments.all()) == 1 else None
            known = point.frame.activation.new_values.setdefault(subscript, [])
            named = named_lengths(point, subscript, given[0]) if len(given) == 1 else ()
            known.append(replace(_seen(point, operand, index, value), named=named))


def _seen(point: Point, operand: Value, index: Value | None, value: Value | None) -> NewValue:
    value = None if value is None else content(value)
    if not isinstance(operand, Data) or not isinstance(value, Data) or index is None:
        return NewValue()
    atoms = point.tracer.atoms
    items = index.items if isinstance(index, Sequence) else (index,)
    window = shapes.window_of(atoms, operand, items)
    return NewValue(
        value.ndim,
        fills=window is not None and shapes.are_same(atoms, window, value),
        fits=value.ndim == 0 or (window is not None and _fits(atoms, window, value)),
        pastes=shapes.is_cut_by(atoms, value, items),
        same_dtype=dtypes.are_same(operand.dtype, value.dtype),
        is_array=_is_array(value),
        keeps_dtype=dtypes.are_same(operand.dtype, dtypes.promoted(operand, value)),
    )


def _is_array(value: Data) -> bool:
    """Whether a value has `astype`, and that does what JAX does: NumPy converts some numbers to others."""
    is_traced = value.kind is Kind.PYTREE and value.status is Status.TRACED
    return is_traced or value.kind is Kind.JAX


def _fits(atoms: Atoms, window: Data, value: Data) -> bool:
    """Whether a value meets the shape of a window without changing it."""
    met = shapes.broadcast(atoms, (window, value))
    return met is not None and shapes.are_same(atoms, window, replace(window, shape_of=met))


def merged(
    node: ast.Subscript,
    known: Items[dict[ast.expr, list[NewValue]]],
    shown: Items[dict[ast.expr, list[NewValue]]],
) -> NewValue:
    """What all ways of reaching a subscript agree on: what was noted of each, and of those that the program shows.

    What the text of the index says of one way, it says of all.
    """
    every = _noted(node, known)
    ranks = {one.ndim for one in _noted(node, shown)}
    named = max((one.named for one in every), key=len)
    return NewValue(
        None if None in ranks else max(one for one in ranks if one is not None),
        all(one.fills for one in every),
        all(one.fits for one in every),
        len(named) == len(written_elements(node)) or all(one.pastes for one in every),
        named,
        all(one.same_dtype for one in every),
        all(one.is_array for one in every),
        all(one.keeps_dtype for one in every),
    )


def _noted(node: ast.expr, known: Items[dict[ast.expr, list[NewValue]]]) -> list[NewValue]:
    return [one for noted in known for one in noted.get(node) or [NewValue()]]
