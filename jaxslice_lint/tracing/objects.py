"""Objects of the classes in the analysed code."""

import ast

from jaxslice_lint.tracing.attributes import lookup
from jaxslice_lint.tracing.definitions import field_names
from jaxslice_lint.tracing.frames import Arguments, Frame
from jaxslice_lint.tracing.protocol import Tracer
from jaxslice_lint.tracing.site import Status
from jaxslice_lint.tracing.symbolic import atom
from jaxslice_lint.tracing.values import (
    Class,
    Data,
    Function,
    Instance,
    Sequence,
    Value,
    known,
    unknown,
)


def instantiate(
    tracer: Tracer, cls: Class, arguments: Arguments, frame: Frame, node: ast.AST
) -> Value:
    """A new object: `__init__` is run, or the fields of a dataclass or NamedTuple are filled."""
    new = Instance(cls, number=tracer.new_number())
    initializer = lookup(cls, "__init__")
    if isinstance(initializer, Function):
        tracer.run(initializer, arguments.prepend(new), frame, node)
    elif cls.is_dataclass or cls.is_named_tuple:
        _fill(tracer, new, arguments)
        after = lookup(cls, "__post_init__")
        if isinstance(after, Function):
            tracer.run(after, Arguments((new,)), frame, node)
    else:
        for name in cls.fields:
            new.attributes.setdefault(name, _unknown_field(tracer, cls, name))
    return new


def _fill(tracer: Tracer, new: Instance, arguments: Arguments) -> None:
    cls = new.cls
    passed = dict(zip(cls.fields, arguments.positional, strict=False)) | dict(arguments.keywords)
    for name in cls.fields:
        default = lookup(cls, name)
        if name in passed:
            new.attributes[name] = passed[name]
        elif arguments.rest is not None or arguments.open or default is None:
            new.attributes[name] = _unknown_field(tracer, cls, name)
        else:
            new.attributes[name] = default


def _unknown_field(tracer: Tracer, cls: Class, name: str) -> Data:
    poly = atom(tracer.atoms.number(("field", id(cls), name), Status.UNKNOWN))
    return unknown(f"field `{name}` of `{cls.name}` is not known here", poly)


def representative(tracer: Tracer, cls: Class) -> Instance:
    """An object of `cls` made with unknown arguments."""
    if cls.representative is None:
        cls.representative = Instance(cls)
        initializer = lookup(cls, "__init__")
        if isinstance(initializer, Function):
            arguments = Arguments((cls.representative,), open=True)
            tracer.run(initializer, arguments, cls.frame, cls.node)
        else:
            for name in cls.fields:
                cls.representative.attributes[name] = _unknown_field(tracer, cls, name)
    return cls.representative


def replaced(tracer: Tracer, value: Value, changes: tuple[tuple[str, Value], ...]) -> Value:
    """`value.replace(**changes)`, `dataclasses.replace(value, **changes)`."""
    if not isinstance(value, Instance):
        return unknown("a changed copy of an unknown object")
    new = Instance(value.cls, dict(value.attributes), tracer.new_number(), value.traced)
    new.attributes.update(changes)
    return new


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
    return Class(title, node, frame, (), fields=names, is_named_tuple=True)
