"""Methods of `x.__dict__`: what they write are attributes of `x`."""

from jaxslice_lint.tracing.domain.arguments import Arguments
from jaxslice_lint.tracing.domain.attributes import forget
from jaxslice_lint.tracing.domain.data import NONE, UNKNOWN
from jaxslice_lint.tracing.domain.joins import join_all
from jaxslice_lint.tracing.domain.points import Point
from jaxslice_lint.tracing.domain.values import AttributeDict, External, Instance, Mapping, Value
from jaxslice_lint.tracing.operations.subscripts import subscript
from jaxslice_lint.tracing.syntax.targets import set_attributes, with_item

#: Methods that leave the attributes as they are.
_READING = frozenset({"copy", "items", "keys", "values"})


def call_on_attributes(point: Point, owner: Instance, name: str, arguments: Arguments) -> Value:
    """The result of `owner.__dict__.name(*arguments)`."""
    given = arguments.positional
    match name:
        case "update":
            made = point.call(External("dict"), arguments)
            set_attributes(point, owner, made if arguments.rest is None else UNKNOWN)
            return NONE
        case "__setitem__" | "setdefault" if len(given) == 2:
            set_attributes(point, owner, with_item(Mapping(()), *given))
            return NONE if name == "__setitem__" else _item(point, owner, given)
        case "get" if given:
            return _item(point, owner, given)
    if name not in _READING:
        forget(point.tracer, owner)
    return UNKNOWN


def _item(point: Point, owner: Instance, given: tuple[Value, ...]) -> Value:
    """An attribute by its name, or what is given for one that is not there."""
    held = subscript(point, AttributeDict(owner), given[0])
    default = given[1] if len(given) > 1 else NONE
    return join_all([held, default])
