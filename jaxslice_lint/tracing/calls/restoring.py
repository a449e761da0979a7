"""Objects that are read from files: like the one that says what is expected there."""

from dataclasses import replace
from functools import partial

from jaxslice_lint.tracing.domain.arguments import Arguments
from jaxslice_lint.tracing.domain.data import Data, Kind, unknown
from jaxslice_lint.tracing.domain.points import Point
from jaxslice_lint.tracing.domain.values import Instance, Value, is_none, map_parts
from jaxslice_lint.tracing.operations.results import is_tree, rebuild


def restored(point: Point, arguments: Arguments) -> Value:
    """`restore(path, target)`: as the only object of the analysed code among the arguments."""
    targets = [one for one in arguments.all() if isinstance(one, Instance)]
    return _read(point, targets[0]) if len(targets) == 1 else unknown("what a file holds")


def _read(point: Point, value: Value) -> Value:
    """A value that was stored: of the same structure, with the same static fields."""
    match value:
        case Data():
            kind = value.kind if value.kind in (Kind.JAX, Kind.NUMPY) else Kind.ANY
            return (
                value if is_none(value) else replace(unknown("it is read from a file"), kind=kind)
            )
        case Instance(cls=cls):
            if is_tree(cls):
                return rebuild(point, value, partial(_read, point))
            return point.tracer.representative(cls)
    return map_parts(value, partial(_read, point))
