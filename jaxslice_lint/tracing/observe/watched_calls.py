"""Calls of functions that a rule is about: sizes that are traced, updates that do not fit."""

import ast
from dataclasses import replace

from jaxslice_lint.facts.misuse import Misuse, MisuseKind
from jaxslice_lint.facts.site import Bound, Operand, OperandKind
from jaxslice_lint.facts.status import Status, Step
from jaxslice_lint.jax_model.lookup import WATCHED, canonical, short
from jaxslice_lint.source.nodes import span_of
from jaxslice_lint.source.slice_calls import arguments_by_name
from jaxslice_lint.tracing.domain.arguments import Arguments
from jaxslice_lint.tracing.domain.data import Data, Kind
from jaxslice_lint.tracing.domain.frames import Frame
from jaxslice_lint.tracing.domain.points import Point, PointOf
from jaxslice_lint.tracing.domain.values import External, Many, Sequence, Value
from jaxslice_lint.tracing.domain.variables import content
from jaxslice_lint.tracing.observe.indices import bound_of, operand_of
from jaxslice_lint.tracing.observe.slice_calls import look_at_slicing


def look_at_call(point: Point, path: str, arguments: Arguments) -> None:
    """A call of one of the functions that are `WATCHED`."""
    if not isinstance(point.node, ast.Call):
        return
    call = point.at(point.node)
    nodes = _written(call, path)
    if nodes is None:
        return
    row = WATCHED[path]
    values = arguments.bind(row.parameters)
    if row.slicing_error:
        look_at_slicing(call, path, row, values, nodes)
        return
    if row.sizes:
        sizes = [(values[size], nodes[size]) for size in row.sizes if size in values]
        misuse = _sizes(point, point.node, path, sizes)
    else:
        misuse = _update(path, values, point.frame, point.node)
        if misuse is None and point.frame.context.made_up and not _is_known(values):
            # What others may pass takes away nothing from what a call shows.
            point.tracer.note_unseen(point.node)
            return
    point.tracer.note_use(point.node, point.frame, misuse)


def _written(point: PointOf[ast.Call], path: str) -> dict[str, ast.expr] | None:
    """The arguments as they stand in the call, by parameter; None if another call passes them on."""
    callee = point.evaluate(point.node.func)
    if not isinstance(callee, External) or canonical(callee.path) != path:
        return None
    return arguments_by_name(point.node, WATCHED[path].parameters)


def _sizes(
    point: Point, node: ast.Call, path: str, sizes: list[tuple[Value, ast.expr]]
) -> Misuse | None:
    """The sizes that are traced, each with where it is written; there are no tracers outside of a trace."""
    parts = [part for size in sizes for part in _parts(point, *size)]
    bounds = [bound_of(point, content(part), part_node) for part, part_node in parts]
    traced = tuple(bound for bound in bounds if bound.status is Status.TRACED)
    if not traced or not point.frame.context.in_trace:
        return None
    misuse = _misuse(MisuseKind.SIZE, path, node, Operand(OperandKind.ARRAY), point.frame)
    return replace(misuse, sizes=traced, trace_path=_with_origins(point.frame.context.path, traced))


def _parts(point: Point, value: Value, written: ast.expr) -> list[tuple[Value, ast.expr | None]]:
    """The sizes in a tuple of them; of one that is built of others, those of which it is known where they went."""
    if isinstance(value, Many):
        return [(one, _element(point, written, one)) for one in (*value.held, value.element)]
    if not isinstance(value, Sequence):
        return [(value, written)]
    nodes: list[ast.expr | None] = [None] * len(value.items)
    if isinstance(written, ast.Tuple | ast.List) and len(written.elts) == len(nodes):
        nodes = [*written.elts]
    return list(zip(value.items, nodes, strict=True))


def _element(point: Point, written: ast.expr, value: Value) -> ast.expr | None:
    """Where an element of a tuple that is built of others is written."""
    displays = (one for one in ast.walk(written) if isinstance(one, ast.Tuple | ast.List))
    elements = (element for display in displays for element in display.elts)
    return next((one for one in elements if point.evaluate(one) == value), None)


def _with_origins(path: tuple[Step, ...], bounds: tuple[Bound, ...]) -> tuple[Step, ...]:
    """The trace path; where a traced size was made on the way, that is a step of it."""
    for bound in bounds:
        if bound.origin is not None and bound.origin not in path:
            path = (*path, bound.origin)
    return path


def _update(path: str, values: dict[str, Value], frame: Frame, node: ast.Call) -> Misuse | None:
    """An update that provably has another rank or dtype than the array that it is written to."""
    array, value = content(values.get("operand", _NOTHING)), content(values.get("update", _NOTHING))
    if not isinstance(array, Data) or not isinstance(value, Data):
        return None
    operand, update = operand_of(array), operand_of(value)
    starts = values.get("start_indices")
    if isinstance(starts, Sequence):
        # An array of another rank than there are starts is a mistake of another kind.
        if operand.ndim not in (None, len(starts.items)):
            return None
        operand = replace(operand, ndim=len(starts.items))
    if not (
        _differ_in_rank(operand, update, path) or _differ_in_dtype(operand.dtype, update.dtype)
    ):
        return None
    if value.kind is Kind.PYTHON and value.ndim != 0:
        return None
    return replace(_misuse(MisuseKind.UPDATE, path, node, operand, frame), value=update)


def _is_known(values: dict[str, Value]) -> bool:
    """Whether the array and the update are known, so that a call of them is right if it is not known to be wrong."""
    found = (values.get(name, _NOTHING) for name in ("operand", "update"))
    return all(
        isinstance(one, Data) and one.ndim is not None and one.dtype is not None
        for one in map(content, found)
    )


def _differ_in_rank(operand: Operand, update: Operand, path: str) -> bool:
    if operand.ndim is None:
        return update.ndim == 0 and path.endswith("_in_dim")
    return update.ndim is not None and update.ndim != operand.ndim


def _differ_in_dtype(one: str | None, other: str | None) -> bool:
    """Whether two dtypes differ with and without x64, also if the kind of floats or integers is not quite known."""
    if one is None or other is None:
        return False
    if {_kind(one), _kind(other)} == {"float", "int"}:
        return True
    exact = all(any(map(str.isdigit, name)) for name in (one, other))
    return exact and one.replace("64", "32") != other.replace("64", "32")


def _kind(dtype: str) -> str:
    if dtype.startswith(("int", "uint")):
        return "int"
    return "float" if dtype.startswith(("float", "bfloat")) else dtype


def _misuse(kind: MisuseKind, path: str, node: ast.Call, operand: Operand, frame: Frame) -> Misuse:
    span = span_of(frame.source, node)
    return Misuse(
        kind, frame.source.path, span, short(path), operand, trace_path=frame.context.path
    )


_NOTHING = Data(Status.UNKNOWN)
