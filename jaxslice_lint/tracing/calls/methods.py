"""Methods: who answers, and those of Python's containers."""

import ast
from collections.abc import Callable, Hashable
from functools import partial

from jaxslice_lint.facts.status import Status
from jaxslice_lint.jax_model.functions.methods import RESTORING
from jaxslice_lint.jax_model.functions.python import COMPARING_METHODS, HASHING_METHODS
from jaxslice_lint.jax_model.schema import ModuleClass
from jaxslice_lint.jax_model.transforms import STAGING_METHODS
from jaxslice_lint.tracing.calls.attribute_dicts import call_on_attributes
from jaxslice_lint.tracing.calls.objects import instantiate, replaced
from jaxslice_lint.tracing.calls.optimizers import CREATORS, STEPS
from jaxslice_lint.tracing.calls.restoring import restored
from jaxslice_lint.tracing.calls.stateful import STATEFUL
from jaxslice_lint.tracing.domain.arguments import Arguments
from jaxslice_lint.tracing.domain.contents import content_of, fill, hold
from jaxslice_lint.tracing.domain.data import NONE, UNKNOWN, Data, Kind, constant, static
from jaxslice_lint.tracing.domain.joins import join, join_all
from jaxslice_lint.tracing.domain.points import Point
from jaxslice_lint.tracing.domain.polynomials import integer
from jaxslice_lint.tracing.domain.values import (
    At,
    AttributeDict,
    Class,
    DataMethod,
    Instance,
    Many,
    Mapping,
    Sequence,
    Shape,
    Slice,
    Structure,
    Value,
    Wrapped,
    held_by,
    known,
)
from jaxslice_lint.tracing.observe.slice_calls import look_at_item
from jaxslice_lint.tracing.operations.array_methods import call_array_method, call_at_method
from jaxslice_lint.tracing.operations.demands import demand_all
from jaxslice_lint.tracing.operations.frameworks import call_member, call_overrides
from jaxslice_lint.tracing.operations.iteration import element_of, items_of, static_integer
from jaxslice_lint.tracing.operations.trees import unflattened
from jaxslice_lint.tracing.syntax.targets import assign_owner, with_item

_OF_LIBRARIES = {**STEPS, **STATEFUL}


def call_method(point: Point, method: DataMethod, arguments: Arguments) -> Value:
    """The result of `owner.name(*arguments)`."""
    owner, name = method.owner, method.name
    is_item = name == "__getitem__" and len(arguments.positional) == 1
    if is_item and not isinstance(owner, Instance):
        look_at_item(point, owner, arguments.first)
        return point.subscript(owner, arguments.first)
    match owner:
        case Data(status=Status.UNKNOWN) if name in RESTORING:
            return restored(point, arguments)
        case Data():
            return call_array_method(point, owner, name, arguments)
        case At(index=index) if index is not None:
            return call_at_method(point, owner, name, arguments)
        case Sequence() | Many():
            return _of_sequence(point, owner, name, arguments, partial(_changed, point))
        case AttributeDict(owner=of):
            return call_on_attributes(point, of, name, arguments)
        case Mapping():
            return _of_mapping(point, owner, name, arguments, partial(_changed, point))
        case Wrapped():
            return _of_wrapped(point, owner, name, arguments)
        case Instance(cls=Class(framework=ModuleClass(members=members))) if name in members:
            handler = _OF_LIBRARIES.get(members[name])
            if handler is not None:
                return handler(point, owner, arguments)
            return call_member(point, owner, name, arguments)
        case Instance() if owner.cls.container:
            return _of_container(point, owner, name, arguments)
        case Instance(cls=Class(framework=ModuleClass(calls=calls))) if name in calls:
            return call_overrides(point, owner, calls[name], arguments)
        case Instance():
            return _of_instance(point, owner, name, arguments)
        case Class(framework=ModuleClass(creators=creators)) if name in creators:
            return CREATORS[creators[name]](point, owner, arguments)
        case Class():
            return _of_class(point, owner, arguments)
        case Shape():
            return static_integer(point, "shapes are static")
        case Slice(start=start, stop=stop, step=step) if name == "indices":
            demand_all((start, stop, step), point.frame)
        case Structure() if name == "unflatten" and arguments.positional:
            return unflattened(point, owner, arguments.positional[0])
    return UNKNOWN


def _of_instance(point: Point, owner: Instance, name: str, arguments: Arguments) -> Value:
    """The methods that a NamedTuple or a dataclass has of itself."""
    fields = tuple((field, owner.attributes.get(field, UNKNOWN)) for field in owner.cls.fields)
    match name:
        case "replace" | "_replace":
            return replaced(point, owner, arguments)
        case "_asdict" | "items" | "keys" | "values":
            mapping = Mapping(fields)
            return mapping if name == "_asdict" else _listed(mapping, name)
    return UNKNOWN


def _of_class(point: Point, owner: Class, arguments: Arguments) -> Value:
    """`C._make(items)` of a NamedTuple."""
    items = items_of(point.tracer, arguments.positional[0]) if arguments.positional else None
    made = Arguments(items) if items is not None else Arguments(rest=UNKNOWN)
    return instantiate(point, owner, made)


def _of_container(point: Point, owner: Instance, name: str, arguments: Arguments) -> Value:
    """What Python's own container does, of an object whose class derives from it."""
    content = content_of(owner)
    if name == "__init__":
        fill(point, owner, arguments)
        return NONE
    if isinstance(content, (Sequence, Many, Mapping)):
        match name:
            case "__getitem__":
                return point.subscript(content, arguments.first)
            case "__setitem__" if len(arguments.positional) == 2:
                hold(point, owner, with_item(content, *arguments.positional))
                return NONE
            case "__iter__":
                return content
        if isinstance(content, Mapping):
            return _of_mapping(point, content, name, arguments, partial(hold, point, owner))
        return _of_sequence(point, content, name, arguments, partial(hold, point, owner))
    return UNKNOWN


def _of_sequence(
    point: Point,
    owner: Sequence | Many,
    name: str,
    arguments: Arguments,
    changed: Callable[[Value], None],
) -> Value:
    first = arguments.first
    if name in HASHING_METHODS or (name in COMPARING_METHODS and _has_items(owner)):
        demand_all(arguments.positional[:1], point.frame)
    if name == "sort" and isinstance(owner, Sequence) and len(owner.items) > 1:
        demand_all(() if arguments.keywords else owner.items, point.frame)
    last = arguments.positional[-1] if arguments.positional else UNKNOWN
    match name:
        case "append" | "add" | "appendleft":
            changed(_with_items(owner, (first,)))
            return NONE
        case "insert":
            changed(_inserted(owner, known(first), last))
            return NONE
        case "extend":
            more = first.items if isinstance(first, Sequence) else None
            new = (
                Many(join(_any_item(owner), element_of(point, first)))
                if more is None
                else _with_items(owner, more)
            )
            changed(new)
            return NONE
        case "pop" | "popleft":
            at = -1 if name == "pop" else 0
            item, rest = _popped(owner, known(first) if arguments.positional else at)
            changed(rest)
            return element_of(point, owner) if item is None else item
        case "sort" | "reverse" | "remove" | "rotate":
            changed(Many(_any_item(owner)))
            return NONE
        case "clear":
            changed(Sequence((), mutable=True))
            return NONE
        case "index" | "count":
            return static_integer(point, "a position in a sequence")
        case "copy":
            return owner
        case "items":
            return Many(Sequence((UNKNOWN, UNKNOWN)))
    return UNKNOWN


def _has_items(owner: Sequence | Many) -> bool:
    return isinstance(owner, Sequence) and bool(owner.items)


def _inserted(owner: Sequence | Many, position: object, item: Value) -> Value:
    if not isinstance(owner, Sequence) or not isinstance(position, int):
        return Many(join(_any_item(owner), item), (*held_by(owner), item))
    items = [*owner.items]
    items.insert(position, item)
    return Sequence(tuple(items), owner.mutable)


def _popped(owner: Sequence | Many, position: object) -> tuple[Value | None, Value]:
    """The item at `position` if it is known, and what is left."""
    if not isinstance(owner, Sequence) or not isinstance(position, int):
        return None, Many(_any_item(owner))
    items = list(owner.items)
    if not -len(items) <= position < len(items):
        return None, Many(_any_item(owner))
    item = items.pop(position)
    return item, Sequence(tuple(items), owner.mutable)


def _any_item(owner: Sequence | Many) -> Value:
    return owner.element if isinstance(owner, Many) else join_all(owner.items)


def _with_items(owner: Sequence | Many, items: tuple[Value, ...]) -> Value:
    if isinstance(owner, Sequence) and len(owner.items) + len(items) <= 32:
        return Sequence((*owner.items, *items), owner.mutable)
    return Many(join_all([_any_item(owner), *items]), (*held_by(owner), *items))


def _changed(point: Point, value: Value) -> None:
    if isinstance(point.node, ast.Call) and isinstance(point.node.func, ast.Attribute):
        assign_owner(point.tracer, point.node.func.value, value, point.frame)


def _of_mapping(
    point: Point,
    owner: Mapping,
    name: str,
    arguments: Arguments,
    changed: Callable[[Value], None],
) -> Value:
    key = known(arguments.positional[0]) if arguments.positional else None
    if name in HASHING_METHODS:
        demand_all(arguments.positional[:1], point.frame)
    match name:
        case "items" | "values" | "keys":
            return _listed(owner, name)
        case "get" | "pop" | "setdefault":
            default = arguments.positional[1] if len(arguments.positional) > 1 else NONE
            held = dict(owner.items)
            missing = default if owner.other is None else join(owner.other, default)
            found = held.get(key, missing)
            if name != "get":
                left = {k: v for k, v in held.items() if k != key or name == "setdefault"}
                left |= {key: found} if name == "setdefault" else {}
                changed(Mapping(tuple(left.items()), owner.other))
            return found
        case "clear":
            changed(Mapping(()))
            return NONE
        case "update":
            new: dict[Hashable, Value] = {**dict(owner.items), **dict(arguments.keywords)}
            other = owner.other
            for value in arguments.positional:
                if isinstance(value, Mapping):
                    new |= dict(value.items)
                    other = other or value.other
                else:
                    new, other = dict.fromkeys(new, UNKNOWN), UNKNOWN
            changed(Mapping(tuple(new.items()), other))
            return NONE
        case "copy":
            return owner
    return UNKNOWN


def _listed(owner: Mapping, name: str) -> Value:
    def row(key: Value, value: Value) -> Value:
        return {"items": Sequence((key, value)), "keys": key, "values": value}[name]

    rows = [row(_key(key), value) for key, value in owner.items]
    if owner.other is None:
        return Sequence(tuple(rows))
    any_key = static("a key is static", Kind.PYTHON)
    return Many(join_all([*rows, row(any_key, owner.other)]))


def _key(key: object) -> Value:
    if isinstance(key, int) and not isinstance(key, bool):
        return constant(key, integer(key))
    return constant(key) if isinstance(key, (str, bool, float, type(None))) else UNKNOWN


def _of_wrapped(point: Point, owner: Wrapped, name: str, arguments: Arguments) -> Value:
    """`f.lower(x)` of a jitted function, `f.defjvp(rule)` of one with its own derivative."""
    if name in STAGING_METHODS:
        point.call(owner, arguments)
        return static("known while tracing")
    if name in ("defjvp", "defvjp"):
        point.tracer.rules.add(owner, name, arguments.positional)
        return arguments.first
    return UNKNOWN
