"""Where a program asks a tracer for its value: JAX raises there, before it comes to what follows."""

import ast
from collections.abc import Iterable
from dataclasses import replace

from jaxslice_lint.facts.status import Status
from jaxslice_lint.tracing.domain.data import Data, Kind
from jaxslice_lint.tracing.domain.frames import Frame, TracerError, need_value
from jaxslice_lint.tracing.domain.joins import alternatives, is_static, over
from jaxslice_lint.tracing.domain.values import Many, Mapping, Sequence, Shape, Value, map_parts

#: What JAX raises for `bool`, for numbers, and for an index or a length.
FOR_BOOL = "TracerBoolConversionError"
FOR_NUMBER = "ConcretizationTypeError"
FOR_INDEX = "TracerIntegerConversionError"


def demanded(value: Value, frame: Frame, node: ast.AST, asker: str, error: str) -> Value:
    """What `asker` makes of a tracer: a value that says what is raised for it.

    Raises `TracerError` where a handler takes that, or where nothing but an assumption says that it is a tracer.
    """
    need_value(frame)
    if not isinstance(value, Data):
        return map_parts(value, lambda part: demanded(part, frame, node, asker, error))
    if not frame.context.in_trace or value.status is not Status.TRACED:
        return value
    line = getattr(node, "lineno", 1)
    says = f"{error} at line {line}, where {asker} asks for its value"
    origin = value.origin or frame.step(node, value.why)
    return replace(value, origin=replace(origin, error=origin.error or says))


def demand(value: Value, frame: Frame) -> None:
    """The program asks for `value` itself, as `bool(value)` does: a tracer has none.

    Raises `TracerError` if it is a tracer for sure. An argument may be a container: that is noted in the variables
    that hold it, until one is used as a bound, or sliced with one.
    """
    if not frame.context.in_trace or (
        isinstance(value, Data) and value.status is not Status.TRACED
    ):
        return
    found = alternatives(value)
    if all(_is_tracer(one, Kind.JAX) for one in found):
        raise TracerError
    if any(_is_tracer(one, Kind.PYTREE) for one in found):
        for name in _names_of(value, frame):
            frame.variables[name] = over(value, _asked)


def demand_all(values: Iterable[Value], frame: Frame) -> None:
    """The program asks for each of `values`."""
    for value in values:
        demand(value, frame)


def needs_value_of_index(value: Value) -> bool:
    """Whether `value` takes no tracer as an index: sequences ask for an integer, and dicts for a hash."""
    match value:
        case Sequence() | Many() | Shape() | Mapping() | Data(const=str() | bytes()):
            return True
        case Data(status=Status.STATIC, kind=Kind.NUMPY):
            return True
    return False


def demand_membership(item: Value, container: Value, frame: Frame) -> None:
    """`item in container`, which hashes the item, or compares it with the first one that is another object."""
    match container:
        case Mapping():
            demand(item, frame)
        case Sequence(items=items) if items and is_static(items[0]):
            demand(item, frame)
        case Sequence(items=items) if items and is_static(item):
            demand(items[0], frame)


def use_as_array(value: Value, frame: Frame) -> None:
    """What is an array, and was asked for its value before, has made JAX raise."""
    if isinstance(value, Data) and value.asked:
        need_value(frame)


def _is_tracer(value: Value, kind: Kind) -> bool:
    return isinstance(value, Data) and value.status is Status.TRACED and value.kind is kind


def _asked(value: Value) -> Value:
    if isinstance(value, Data) and _is_tracer(value, Kind.PYTREE):
        return replace(value, asked=True)
    return value


def _names_of(value: Value, frame: Frame) -> list[str]:
    """The names that hold `value` as seen from `frame`, whose own they are from now on."""
    names: list[str] = []
    around: Frame | None = frame
    while around is not None:
        names += [name for name, held in around.variables.items() if held is value]
        around = around.parent
    seen = [name for name in names if name not in frame.nonlocal_names | frame.global_names]
    return [
        name for name in seen if (holder := frame.holder(name)) and holder.variables[name] is value
    ]
