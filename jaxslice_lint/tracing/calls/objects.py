"""Objects of the classes in the analysed code."""

import ast
from dataclasses import replace

from jaxslice_lint.facts.status import Status
from jaxslice_lint.jax_model.classes import CONTAINERS
from jaxslice_lint.tracing.calls.binding import or_default
from jaxslice_lint.tracing.calls.functions import run_function
from jaxslice_lint.tracing.domain.arguments import Arguments
from jaxslice_lint.tracing.domain.classes import lookup, mro
from jaxslice_lint.tracing.domain.contents import fill
from jaxslice_lint.tracing.domain.data import UNKNOWN, Data, unknown
from jaxslice_lint.tracing.domain.foreign import is_foreign, with_arrays
from jaxslice_lint.tracing.domain.frames import Frame
from jaxslice_lint.tracing.domain.points import Point, PointOf
from jaxslice_lint.tracing.domain.polynomials import atom
from jaxslice_lint.tracing.domain.protocol import Tracer
from jaxslice_lint.tracing.domain.values import (
    Class,
    Field,
    Function,
    Instance,
    Sequence,
    Value,
    known,
)
from jaxslice_lint.tracing.operations.frameworks import adopt
from jaxslice_lint.tracing.syntax.definitions import field_names
from jaxslice_lint.tracing.syntax.typed import typed

#: Subclasses of one class that are looked at.
MOST_VARIANTS = 32


def instantiate(point: Point, cls: Class, arguments: Arguments) -> Value:
    """A new object: `__init__` is run, or the fields of a dataclass or NamedTuple are filled."""
    if cls.is_variable:
        return Instance(
            cls, {"value": (*arguments.positional, UNKNOWN)[0]}, point.tracer.new_number()
        )
    new = Instance(cls, number=point.tracer.new_number())
    if cls.framework is not None and cls.framework.setup:
        adopt(new, point.frame)
    _initialize(point, new, arguments)
    return new


def _initialize(point: Point, new: Instance, arguments: Arguments) -> None:
    cls = new.cls
    initializer = _initializer(cls)
    if cls.container and lookup(cls, "__new__") is None:
        is_filled = initializer is None or CONTAINERS[cls.container][0] == "tuple"
        fill(point, new, arguments if is_filled else Arguments())
    if isinstance(initializer, Function):
        run_function(point, initializer, arguments.prepend(new))
    elif cls.is_dataclass or cls.is_named_tuple:
        _fill(point, new, arguments)
    else:
        for name in cls.fields:
            if cls.is_open or lookup(cls, name) is None:
                new.attributes[name] = _unknown_field(point.tracer, cls, name)


def _initializer(cls: Class) -> Value | None:
    """The `__init__` that is written; None if it is generated, or if there is none."""
    for one in mro(cls):
        if "__init__" in one.attributes:
            return one.attributes["__init__"]
        if one.generates_init:
            return None
    return None


def _fill(point: Point, new: Instance, arguments: Arguments) -> None:
    """What the generated `__init__` does."""
    cls = new.cls
    given = _given(point, cls, arguments)
    for name, field in cls.fields.items():
        if field.stored and name in given:
            new.attributes[name] = given[name]
    after = lookup(cls, "__post_init__")
    if isinstance(after, Function):
        extra = tuple(
            given.get(name, UNKNOWN) for name, field in cls.fields.items() if not field.stored
        )
        run_function(point, after, Arguments((new, *extra)))


def _given(point: Point, cls: Class, arguments: Arguments) -> dict[str, Value]:
    """The value of each field for these arguments; none for what `__post_init__` has to set."""
    in_order = [n for n, f in cls.fields.items() if f.in_init and not f.keyword_only]
    # With an open class, a base class of unknown fields comes first.
    passed = arguments.bind(() if cls.is_open else in_order)
    is_vague = arguments.open or arguments.rest is not None
    is_vague = is_vague or (cls.is_open and bool(arguments.positional))
    given: dict[str, Value] = {}
    for name, field in cls.fields.items():
        if name in passed:
            given[name] = _as_declared(point.tracer, field, passed[name])
        elif is_vague and field.in_init:
            given[name] = or_default(_unknown_field(point.tracer, cls, name), lookup(cls, name))
            continue
        else:
            default = _default(point, cls, name, field)
            if default is None:
                continue
            given[name] = default
        if field.converter is not None:
            given[name] = point.call(field.converter, Arguments((given[name],)))
    return given


def _default(point: Point, cls: Class, name: str, field: Field) -> Value | None:
    if field.factory is not None:
        return point.call(field.factory, Arguments())
    default = lookup(cls, name)
    if default is None and field.in_init:
        return _unknown_field(point.tracer, cls, name)
    return default


def _unknown_field(tracer: Tracer, cls: Class, name: str) -> Value:
    poly = atom(tracer.atoms.number(("field", id(cls), name), Status.UNKNOWN))
    value = unknown(f"field `{name}` of `{cls.name}` is not known here", poly)
    return _as_declared(tracer, cls.fields[name], value)


def _as_declared(tracer: Tracer, field: Field, value: Value) -> Value:
    """`value` of a field, as its annotation says where nothing else does."""
    if not isinstance(value, Data) or field.annotation is None or field.frame is None:
        return value
    point = PointOf(tracer, field.frame, field.annotation)
    return typed(point, value, field.annotation, field.frame)


def representative(tracer: Tracer, cls: Class, method: str = "") -> Instance:
    """An object of `cls` or of a subclass, made with unknown arguments; with `method`, one that inherits it."""
    own = lookup(cls, method)
    heirs = tuple(one for one in _descendants(cls) if lookup(one, method) is own)[:MOST_VARIANTS]
    found = cls.representatives.get(heirs)
    if found is None:
        alone = _alone(tracer, cls)
        found = alone
        if heirs:
            variants = tuple(_alone(tracer, one) for one in heirs)
            found = Instance(cls, alone.attributes, is_any=True, variants=variants)
        cls.representatives[heirs] = found
    return found


def _alone(tracer: Tracer, cls: Class) -> Instance:
    """An object of `cls` itself, made with unknown arguments."""
    found = cls.representatives.get(())
    if found is None:
        found = cls.representatives[()] = Instance(cls, is_any=True)
        try:
            _initialize(PointOf(tracer, cls.frame, cls.node), found, Arguments(open=True))
        except BaseException:
            # The piece of work that asked is given up: half of an object is none for those that come after it.
            del cls.representatives[()]
            raise
    return found


def _descendants(cls: Class) -> list[Class]:
    """The subclasses of a class, and theirs, each once."""
    found: dict[int, Class] = {}
    waiting = list(cls.subclasses)
    while waiting:
        one = waiting.pop(0)
        if id(one) not in found:
            found[id(one)] = one
            waiting += one.subclasses
    return list(found.values())


def replaced(point: Point, value: Value, arguments: Arguments) -> Value:
    """`value.replace(**changes)`, `dataclasses.replace(value, **changes)`."""
    if not isinstance(value, Instance):
        return unknown("a changed copy of an unknown object")
    cls = value.cls
    kept = {name: one for name, one in value.attributes.items() if not arguments.open}
    if is_foreign(cls):
        replacing = dict(arguments.keywords)
        kept = {name: one for name, one in kept.items() if name not in replacing}
        made = with_arrays(point.tracer, cls, replacing.items())
        return Instance(cls, kept | made.attributes, made.number, value.traced or made.traced)
    if not cls.is_dataclass:
        return Instance(
            cls, kept | dict(arguments.keywords), point.tracer.new_number(), value.traced
        )
    kept = {n: one for n, one in kept.items() if n in cls.fields and cls.fields[n].in_init}
    changed = replace(
        arguments, positional=(), keywords=tuple((kept | dict(arguments.keywords)).items())
    )
    new = instantiate(point, cls, changed)
    if isinstance(new, Instance):
        new.traced = value.traced
    return new


def namespace(point: Point, arguments: Arguments) -> Value:
    """`SimpleNamespace(a=1, b=2)`."""
    if arguments.positional or arguments.open:
        return unknown("a namespace of unknown names")
    name = "SimpleNamespace"
    cls = Class(name, ast.ClassDef(name, [], [], [], []), point.frame, (), is_plain=True)
    return Instance(cls, dict(arguments.keywords), point.tracer.new_number())


def named_tuple_class(arguments: Arguments, frame: Frame) -> Value:
    """`namedtuple("Name", "a b c")`, `NamedTuple("Name", [("a", int)])`."""
    if len(arguments.positional) < 2:
        return unknown("a class")
    name, fields = known(arguments.positional[0]), arguments.positional[1]
    names = field_names(fields)
    if not names and isinstance(fields, Sequence):
        pairs = [
            item.items[0] for item in fields.items if isinstance(item, Sequence) and item.items
        ]
        found = [known(first) for first in pairs]
        names = tuple(one for one in found if isinstance(one, str))
    title = name if isinstance(name, str) else "NamedTuple"
    node = ast.ClassDef(title, [], [], [], [])
    made = {name: Field() for name in names}
    return Class(title, node, frame, (), fields=made, is_named_tuple=True, is_frozen=True)
