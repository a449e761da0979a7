"""Where a program asks a tracer for its value: JAX raises there, before it comes to what follows."""

import ast
from dataclasses import replace

from jaxslice_lint.tracing.frames import Frame, TracerError, need_value
from jaxslice_lint.tracing.joins import alternatives
from jaxslice_lint.tracing.site import Status
from jaxslice_lint.tracing.values import Data, Flavor, Value, map_parts

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
    if not frame.path or value.status is not Status.TRACED:
        return value
    line = getattr(node, "lineno", 1)
    says = f"{error} at line {line}, where {asker} asks for its value"
    origin = value.origin or frame.step(node, value.why)
    return replace(value, origin=replace(origin, error=origin.error or says))


def demand_truth(value: Value, frame: Frame) -> None:
    """A condition asks for `bool(value)`. Raises `TracerError` if that is a tracer for sure, and no container."""
    if frame.path and all(map(_is_tracer, alternatives(value))):
        raise TracerError


def _is_tracer(value: Value) -> bool:
    return isinstance(value, Data) and value.status is Status.TRACED and value.flavor is Flavor.JAX
