"""What iteration and unpacking give."""

import ast
from collections.abc import Hashable

from jaxslice_lint.facts.status import Sign, Status
from jaxslice_lint.tracing.domain.data import UNKNOWN, Data, Flavor, constant, unknown
from jaxslice_lint.tracing.domain.frames import Arguments, Frame, Mode
from jaxslice_lint.tracing.domain.joins import alternatives, join_all, without_symbols
from jaxslice_lint.tracing.domain.protocol import Tracer
from jaxslice_lint.tracing.domain.signs import sign_of
from jaxslice_lint.tracing.domain.symbolic import integer
from jaxslice_lint.tracing.domain.values import (
    Choice,
    Instance,
    Many,
    Mapping,
    Sequence,
    Shape,
    Value,
)
from jaxslice_lint.tracing.operations.results import new_shape


def element_of(
    tracer: Tracer, value: Value, frame: Frame, node: ast.AST, part: Hashable = "one"
) -> Value:
    """One element of an iterable, any of them; `part` tells it from others taken at `node`."""
    match value:
        case Data():
            return part_of(tracer, value, frame, node, "element")
        case Sequence(items=items):
            return renewed(tracer, join_all(items), frame, node, part)
        case Many(element=element):
            sign = sign_of(tracer.atoms, element)
            return renewed(tracer, without_symbols(element), frame, node, part, sign)
        case Mapping(items=items):
            return join_all([constant(key) for key, _ in items])
        case Shape():
            return static_integer(tracer, frame, node, "the length of an axis")
        case Choice():
            return join_all(
                [element_of(tracer, one, frame, node, part) for one in alternatives(value)]
            )
        case Instance(cls=cls) if cls.is_named_tuple:
            return join_all([value.attributes.get(name, UNKNOWN) for name in cls.fields])
        case Instance():
            return _element_of_object(tracer, value, frame, node, part)
    return UNKNOWN


def _element_of_object(
    tracer: Tracer, value: Instance, frame: Frame, node: ast.AST, part: Hashable
) -> Value:
    """What an object with `__iter__` or `__next__` gives."""
    iterator = tracer.attribute(value, "__iter__", frame, node)
    if not isinstance(iterator, Data):
        made = tracer.call(iterator, Arguments(), frame, node)
        if made is not value:
            return (
                UNKNOWN
                if isinstance(made, Instance)
                else element_of(tracer, made, frame, node, part)
            )
    following = tracer.attribute(value, "__next__", frame, node)
    return tracer.call(following, Arguments(), frame, node)


def part_of(tracer: Tracer, value: Data, frame: Frame, node: ast.AST, part: str) -> Data:
    """An element of an array, or of a traced tree of unknown structure, or of something unknown."""
    status = value.status
    why, origin = value.why, value.origin
    if value.flavor is Flavor.JAX and status is Status.STATIC and frame.mode is Mode.STAGED:
        status = Status.TRACED
        why = "an element of a concrete array, read inside a trace, is a tracer"
        origin = frame.step(node, why)
    if value.flavor is Flavor.PYTHON and value.dtype == "int":
        return unknown("a number has no elements", tracer.fresh(frame, node, Status.UNKNOWN, part))
    ndim = None if value.ndim is None else max(value.ndim - 1, 0)
    poly = tracer.fresh(frame, node, status, part, sign_of(tracer.atoms, value))
    return Data(
        status,
        value.flavor,
        poly=poly,
        ndim=ndim,
        dtype=value.dtype,
        shape_of=new_shape(tracer, frame, node, part),
        why=why,
        origin=origin,
    )


def renewed(
    tracer: Tracer,
    value: Value,
    frame: Frame,
    node: ast.AST,
    part: Hashable = "one",
    sign: Sign = Sign.ANY,
) -> Value:
    """`value`, one of many, as the one at hand: it gets a symbol of its own."""
    match value:
        case Data(poly=None, const=const) if not isinstance(const, (str, type(None))):
            return Data(
                value.status,
                value.flavor,
                value.const,
                tracer.fresh(frame, node, value.status, part, sign),
                value.ndim,
                value.dtype,
                new_shape(tracer, frame, node, f"{part}"),
                value.why,
                value.origin,
            )
        case Sequence(items=items, mutable=mutable):
            new = [
                renewed_part(tracer, item, frame, node, (part, i)) for i, item in enumerate(items)
            ]
            return Sequence(tuple(new), mutable)
    return value


def renewed_part(
    tracer: Tracer, value: Value, frame: Frame, node: ast.AST, part: Hashable
) -> Value:
    """As `renewed`, for the part `part` of what is at hand."""
    if isinstance(value, Data) and value.poly is None:
        poly = tracer.fresh(frame, node, value.status, ("one", part))
        return Data(
            value.status,
            value.flavor,
            value.const,
            poly,
            value.ndim,
            value.dtype,
            new_shape(tracer, frame, node, f"one {part}"),
            value.why,
            value.origin,
        )
    return value


def static_integer(
    tracer: Tracer,
    frame: Frame,
    node: ast.AST,
    why: str,
    part: str = "",
    sign: Sign = Sign.ANY,
) -> Data:
    """A Python integer of unknown value."""
    poly = tracer.fresh(frame, node, Status.STATIC, ("integer", part), sign)
    return Data(Status.STATIC, Flavor.PYTHON, poly=poly, ndim=0, dtype="int", why=why)


def unpack(
    tracer: Tracer, value: Value, count: int, star: int | None, frame: Frame, node: ast.AST
) -> list[Value]:
    """The `count` targets of an unpacking assignment, of which number `star` is starred."""
    if isinstance(value, Choice):
        columns = [unpack(tracer, one, count, star, frame, node) for one in alternatives(value)]
        return [join_all(column) for column in zip(*columns, strict=True)]
    items = items_of(tracer, value)
    if items is not None and star is None and len(items) == count:
        return list(items)
    if items is not None and star is not None and len(items) >= count - 1:
        after = count - star - 1
        middle = items[star : len(items) - after]
        tail = items[len(items) - after :] if after else ()
        return [*items[:star], Sequence(tuple(middle), mutable=True), *tail]
    if isinstance(value, Shape) and star is None:
        return [extent(tracer, value.shape_of, axis) for axis in range(count)]
    results: list[Value] = []
    for position in range(count):
        if isinstance(value, Data):
            one: Value = part_of(tracer, value, frame, node, f"part {position}")
        else:
            part = ("target", position)
            one = element_of(tracer, value, frame, node, part)
            one = renewed_part(tracer, one, frame, node, part)
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
        case Shape(shape_of=shape_of, ndim=ndim) if ndim is not None:
            return tuple(extent(tracer, shape_of, axis) for axis in range(ndim))
        case Data(status=Status.UNKNOWN):
            return None
    return None


def extent(tracer: Tracer, shape_of: int, axis: int) -> Data:
    """The length of one axis."""
    poly = tracer.atoms.extent(shape_of, axis)
    return Data(
        Status.STATIC,
        Flavor.PYTHON,
        poly=poly,
        ndim=0,
        dtype="int",
        why="the length of an axis is static",
    )


def zipped(tracer: Tracer, values: tuple[Value, ...], frame: Frame, node: ast.AST) -> Value:
    """`zip(*values)`."""
    columns = [items_of(tracer, value) for value in values]
    if values and all(column is not None for column in columns):
        known = [column for column in columns if column is not None]
        return Sequence(tuple(Sequence(row) for row in zip(*known, strict=False)))
    return Many(Sequence(tuple(element_of(tracer, value, frame, node) for value in values)))


def enumerated(tracer: Tracer, value: Value, frame: Frame, node: ast.AST) -> Value:
    """`enumerate(value)`; the counter is a Python integer."""
    items = items_of(tracer, value)
    if items is not None:
        return Sequence(
            tuple(Sequence((constant(i, integer(i)), item)) for i, item in enumerate(items))
        )
    why = "a Python loop counter"
    counter = static_integer(tracer, frame, node, why, sign=Sign.NON_NEGATIVE)
    element = element_of(tracer, value, frame, node)
    return Many(Sequence((counter, element)))
