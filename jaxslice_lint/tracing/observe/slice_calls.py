"""Calls of `lax.slice`, `operator.getitem` and their like: they are seen as the subscripts that say the same."""

import ast
from collections.abc import Mapping
from dataclasses import replace

from jaxslice_lint.jax_model.functions.schema import Function
from jaxslice_lint.jax_model.lookup import WATCHED
from jaxslice_lint.source.nodes import last_name
from jaxslice_lint.source.slice_calls import (
    SliceCall,
    arguments_by_name,
    indirect_item_call,
    item_call,
    slice_call,
)
from jaxslice_lint.tracing.domain.data import NONE, UNKNOWN, Data, Kind, constant
from jaxslice_lint.tracing.domain.joins import alternatives, over
from jaxslice_lint.tracing.domain.points import Point, PointOf
from jaxslice_lint.tracing.domain.values import At, Sequence, Slice, Value, is_none, known
from jaxslice_lint.tracing.domain.variables import is_variable

#: By their names alone.
_ROWS = {path.rpartition(".")[2]: row for path, row in WATCHED.items() if row.slicing_error}
#: What `lax` refuses, in another error and before it looks at the bounds.
_NO_ARRAYS = (Kind.PYTHON, Kind.REF)


def is_candidate_call(node: ast.AST) -> bool:
    """Whether a node may be a call that slices, by its looks, with a bound that is no number."""
    row = _ROWS.get(last_name(node.func)) if isinstance(node, ast.Call) else None
    if row is None or not isinstance(node, ast.Call):
        return False
    given = arguments_by_name(node, row.parameters) or {}
    array, *bounds = row.parameters[:4]
    written = [given[name] for name in bounds if name in given]
    return array in given and len(written) > 1 and any(map(_is_open, written))


def _is_open(node: ast.expr) -> bool:
    numbers = (ast.Constant, ast.UnaryOp, ast.Tuple, ast.List, ast.unaryop, ast.expr_context)
    return not all(isinstance(part, numbers) for part in ast.walk(node))


def look_at_slicing(
    point: PointOf[ast.Call],
    path: str,
    row: Function,
    values: Mapping[str, Value],
    nodes: Mapping[str, ast.expr],
) -> None:
    """A call of the function at `path`, given these arguments by their names, as `values` and as they are written."""
    node = slice_call(point.node, path, nodes, row.parameters)
    operand = values.get(row.parameters[0])
    if node is None or operand is None or not all(map(_is_array, alternatives(operand))):
        return
    array, *bounds = (values.get(name, NONE) for name in row.parameters[:4])
    along_all = len(row.parameters) == len(bounds) + 1
    items = _of_all(*bounds) if along_all else _of_one(node, bounds)
    if items:
        ndim = len(items) if along_all else None
        array = over(array, lambda one: _as_array(one, ndim))
        point.tracer.visit(node, array, Sequence(items), point.frame)


def look_at_item(point: Point, operand: Value, index: Value) -> None:
    """A call, or one that it makes, that reads `operand[index]`."""
    if isinstance(point.node, ast.Call):
        as_subscript = indirect_item_call if isinstance(operand, At) else item_call
        point.tracer.visit(as_subscript(point.node), operand, index, point.frame)


def _is_array(value: Value) -> bool:
    return is_variable(value) or (isinstance(value, Data) and value.kind not in _NO_ARRAYS)


def _as_array(value: Value, ndim: int | None) -> Value:
    """What `lax` makes of its argument: an array of JAX, with as many axes as it is given bounds for."""
    if not isinstance(value, Data):
        return value
    return replace(value, kind=Kind.JAX, ndim=value.ndim if ndim is None else ndim)


def _of_one(node: SliceCall, bounds: list[Value]) -> tuple[Value, ...]:
    """The index of a call that slices along one axis."""
    return tuple(_element(one, bounds) for one in node.elements)


def _element(node: ast.expr, bounds: list[Value]) -> Value:
    match node:
        case ast.Slice(lower=None):
            return Slice(NONE, NONE, NONE)
        case ast.Slice(step=step):
            return Slice(bounds[0], bounds[1], NONE if step is None else bounds[2])
        case ast.Constant(value=value) if value is ...:
            return constant(value)
    return UNKNOWN


def _of_all(start: Value, stop: Value, step: Value) -> tuple[Value, ...]:
    """The index of a call that slices along all axes; empty if it is not known how many these are."""
    if not isinstance(start, Sequence) or not isinstance(stop, Sequence):
        return ()
    steps: tuple[Value, ...] = (NONE,) * len(start.items) if is_none(step) else ()
    if isinstance(step, Sequence):
        steps = tuple(NONE if known(one) == 1 else one for one in step.items)
    if not len(start.items) == len(stop.items) == len(steps):
        return ()
    return tuple(Slice(*of_axis) for of_axis in zip(start.items, stop.items, steps, strict=True))
