"""What the objects of classes hold that derive from Python's lists, tuples and dicts."""

from jaxslice_lint.jax_model.classes import CONTAINERS
from jaxslice_lint.tracing.domain.arguments import Arguments
from jaxslice_lint.tracing.domain.data import UNKNOWN
from jaxslice_lint.tracing.domain.joins import is_traced, join
from jaxslice_lint.tracing.domain.points import Point
from jaxslice_lint.tracing.domain.values import External, Instance, Many, Mapping, Sequence, Value


def content_of(value: Value) -> Value | None:
    """The list, tuple or dict that an object is beside its attributes; None if it is none, or not known."""
    if not isinstance(value, Instance) or not value.cls.container:
        return None
    found = value.attributes.get(_name(value))
    return found if isinstance(found, (Sequence, Many, Mapping)) else None


def hold(point: Point, owner: Instance, content: Value) -> None:
    """Note what an object holds now; what it held before it may hold still."""
    _store(point, owner, join(owner.attributes.get(_name(owner), content), content))


def fill(point: Point, owner: Instance, arguments: Arguments) -> None:
    """What the `__init__` of Python's container does with these arguments."""
    kind = CONTAINERS[owner.cls.container][0]
    made = point.call(External(kind), arguments)
    if arguments.open or arguments.rest is not None:
        made = Mapping((), UNKNOWN) if isinstance(made, Mapping) else Many(UNKNOWN)
    _store(point, owner, made)


def _store(point: Point, owner: Instance, content: Value) -> None:
    if owner.attributes.get(_name(owner)) != content:
        point.tracer.summaries.note_change()
    owner.attributes[_name(owner)] = content
    owner.traced |= is_traced(content)


def _name(owner: Instance) -> str:
    """The attribute in which an object keeps what it holds."""
    return CONTAINERS[owner.cls.container][1]
