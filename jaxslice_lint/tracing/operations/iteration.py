"""What iteration and unpacking give."""

from collections.abc import Hashable
from dataclasses import dataclass, field

from jaxslice_lint.facts.status import Sign, Status
from jaxslice_lint.tracing.domain.arguments import Arguments
from jaxslice_lint.tracing.domain.classes import lookup
from jaxslice_lint.tracing.domain.contents import content_of
from jaxslice_lint.tracing.domain.context import Mode
from jaxslice_lint.tracing.domain.data import UNKNOWN, Data, Kind, constant, static, unknown
from jaxslice_lint.tracing.domain.dtypes import without_symbol
from jaxslice_lint.tracing.domain.joins import alternatives, join_all, without_symbols
from jaxslice_lint.tracing.domain.points import Point
from jaxslice_lint.tracing.domain.polynomials import integer
from jaxslice_lint.tracing.domain.protocol import Tracer
from jaxslice_lint.tracing.domain.shapes import entries_of
from jaxslice_lint.tracing.domain.signs import sign_of
from jaxslice_lint.tracing.domain.values import (
    Instance,
    Many,
    Mapping,
    Sequence,
    Shape,
    Union,
    Value,
)
from jaxslice_lint.tracing.operations.results import new_shape


@dataclass(slots=True)
class Spread:
    """What is written one behind the other: `items` whose places are known, and the `rest` behind a `*` of unknown
    length."""

    items: list[Value] = field(default_factory=list)
    rest: list[Value] = field(default_factory=list)

    def add(self, value: Value) -> None:
        """One more value."""
        (self.rest if self.rest else self.items).append(value)

    def add_all(self, point: Point, iterable: Value) -> None:
        """What `*iterable` gives, which is evaluated at `point`."""
        inside = items_of(point.tracer, iterable)
        if inside is not None and not self.rest:
            self.items += inside
        else:
            self.rest.append(element_of(point, iterable))


def element_of(point: Point, value: Value, part: Hashable = "one") -> Value:
    """One element of an iterable, any of them; `part` tells it from others taken at `node`."""
    match value:
        case Data():
            return part_of(point, value, "element")
        case Sequence(items=items):
            return renewed(point, join_all(items), part)
        case Many(element=element):
            sign = sign_of(point.tracer.atoms, element)
            for one in alternatives(element):
                if isinstance(one, Instance):
                    one.is_any = True
            return renewed(point, without_symbols(element), part, sign)
        case Mapping(items=items):
            return join_all([constant(key) for key, _ in items])
        case Shape():
            return static_integer(point, "the length of an axis")
        case Union():
            return join_all([element_of(point, one, part) for one in alternatives(value)])
        case Instance(cls=cls) if cls.is_named_tuple:
            return join_all([value.attributes.get(name, UNKNOWN) for name in cls.fields])
        case Instance():
            content = iterated(value)
            if content is not None:
                return element_of(point, content, part)
            return _element_of_object(point, value, part)
    return UNKNOWN


def iterated(value: Instance) -> Value | None:
    """The container that an object goes over as Python does; None if it is none, or has an `__iter__` of its own."""
    return content_of(value) if lookup(value.cls, "__iter__") is None else None


def _element_of_object(point: Point, value: Instance, part: Hashable) -> Value:
    """What an object with `__iter__` or `__next__` gives."""
    iterator = point.attribute(value, "__iter__")
    if not isinstance(iterator, Data):
        made = point.call(iterator, Arguments())
        if made is not value:
            return UNKNOWN if isinstance(made, Instance) else element_of(point, made, part)
    following = point.attribute(value, "__next__")
    return point.call(following, Arguments())


def part_of(point: Point, value: Data, part: str) -> Data:
    """An element of an array, or of a traced tree of unknown structure, or of something unknown."""
    status = value.status
    why, origin = value.why, value.origin
    if (
        value.kind is Kind.JAX
        and status is Status.STATIC
        and point.frame.context.mode is Mode.STAGED
    ):
        status = Status.TRACED
        why = "an element of a concrete array, read inside a trace, is a tracer"
        origin = point.step(why)
    if value.kind is Kind.PYTHON and value.dtype == "int":
        return unknown("a number has no elements", point.fresh(Status.UNKNOWN, part))
    ndim = None if value.ndim is None else max(value.ndim - 1, 0)
    poly = point.fresh(status, part, sign_of(point.tracer.atoms, value))
    entries = entries_of(point.tracer.atoms, value.shape_of, value.ndim)
    return Data(
        status,
        value.kind,
        poly=poly,
        ndim=ndim,
        # The leaves of a tree have several dtypes.
        dtype=without_symbol(value.dtype) if value.ndim is None else value.dtype,
        shape_of=point.tracer.atoms.shape(entries[1:]) if entries else new_shape(point, part),
        why=why,
        origin=origin,
    )


def renewed(point: Point, value: Value, part: Hashable = "one", sign: Sign = Sign.ANY) -> Value:
    """`value`, one of many, as the one at hand: it gets a symbol of its own."""
    match value:
        case Data(poly=None, const=const) if not isinstance(const, (str, type(None))):
            return Data(
                value.status,
                value.kind,
                const=value.const,
                poly=point.fresh(value.status, part, sign),
                ndim=value.ndim,
                dtype=value.dtype,
                shape_of=new_shape(point, f"{part}"),
                why=value.why,
                origin=value.origin,
            )
        case Sequence(items=items, mutable=mutable):
            new = [renewed_part(point, item, (part, i)) for i, item in enumerate(items)]
            return Sequence(tuple(new), mutable)
    return value


def renewed_part(point: Point, value: Value, part: Hashable) -> Value:
    """As `renewed`, for the part `part` of what is at hand."""
    if isinstance(value, Data) and value.poly is None:
        poly = point.fresh(value.status, ("one", part))
        return Data(
            value.status,
            value.kind,
            const=value.const,
            poly=poly,
            ndim=value.ndim,
            dtype=value.dtype,
            shape_of=new_shape(point, f"one {part}"),
            why=value.why,
            origin=value.origin,
        )
    return value


def static_integer(point: Point, why: str, part: str = "", sign: Sign = Sign.ANY) -> Data:
    """A Python integer of unknown value."""
    poly = point.fresh(Status.STATIC, ("integer", part), sign)
    return static(why, Kind.PYTHON, poly=poly, ndim=0, dtype="int")


def unpack(point: Point, value: Value, count: int, star: int | None) -> list[Value]:
    """The `count` targets of an unpacking assignment, of which number `star` is starred."""
    if isinstance(value, Union):
        columns = [unpack(point, one, count, star) for one in alternatives(value)]
        return [join_all(column) for column in zip(*columns, strict=True)]
    items = items_of(point.tracer, value)
    if items is not None and star is None and len(items) == count:
        return list(items)
    if items is not None and star is not None and len(items) >= count - 1:
        after = count - star - 1
        middle = items[star : len(items) - after]
        tail = items[len(items) - after :] if after else ()
        return [*items[:star], Sequence(tuple(middle), mutable=True), *tail]
    if isinstance(value, Shape) and star is None:
        return [extent(point.tracer, value.shape_of, axis) for axis in range(count)]
    results: list[Value] = []
    for position in range(count):
        if isinstance(value, Data):
            one: Value = part_of(point, value, f"part {position}")
        else:
            part = ("target", position)
            one = element_of(point, value, part)
            one = renewed_part(point, one, part)
        results.append(Many(one) if position == star else one)
    return results


def items_of(tracer: Tracer, value: Value) -> tuple[Value, ...] | None:
    """All items of an iterable in order, if they are known."""
    match value:
        case Sequence(items=items):
            return items
        case Mapping(items=items, other=None):
            return tuple(constant(key) for key, _ in items)
        case Instance(cls=cls) if cls.is_named_tuple:
            return tuple(value.attributes.get(name, UNKNOWN) for name in cls.fields)
        case Instance():
            content = iterated(value)
            return None if content is None else items_of(tracer, content)
        case Shape(shape_of=shape_of, ndim=ndim) if ndim is not None:
            return tuple(extent(tracer, shape_of, axis) for axis in range(ndim))
        case Data(status=Status.UNKNOWN):
            return None
    return None


def extent(tracer: Tracer, shape_of: int, axis: int) -> Data:
    """The length of one axis."""
    poly = tracer.atoms.extent(shape_of, axis)
    return static("the length of an axis is static", Kind.PYTHON, poly=poly, ndim=0, dtype="int")


def zipped(point: Point, values: tuple[Value, ...]) -> Value:
    """`zip(*values)`."""
    columns = [items_of(point.tracer, value) for value in values]
    if values and all(column is not None for column in columns):
        known = [column for column in columns if column is not None]
        return Sequence(tuple(Sequence(row) for row in zip(*known, strict=False)))
    return Many(Sequence(tuple(element_of(point, value) for value in values)))


def enumerated(point: Point, value: Value) -> Value:
    """`enumerate(value)`; the counter is a Python integer."""
    items = items_of(point.tracer, value)
    if items is not None:
        return Sequence(
            tuple(Sequence((constant(i, integer(i)), item)) for i, item in enumerate(items))
        )
    why = "a Python loop counter"
    counter = static_integer(point, why, sign=Sign.NON_NEGATIVE)
    element = element_of(point, value)
    return Many(Sequence((counter, element)))
