"""Methods: who answers, and those of Python's containers."""

import ast
from collections.abc import Hashable

from jaxslice_lint.facts.status import Status
from jaxslice_lint.jax_model import demands
from jaxslice_lint.jax_model import functions as model
from jaxslice_lint.tracing.calls.objects import replaced
from jaxslice_lint.tracing.domain.data import NONE, UNKNOWN, Data, Flavor, constant
from jaxslice_lint.tracing.domain.frames import Arguments, Frame
from jaxslice_lint.tracing.domain.joins import join, join_all
from jaxslice_lint.tracing.domain.protocol import Tracer
from jaxslice_lint.tracing.domain.symbolic import integer
from jaxslice_lint.tracing.domain.values import (
    At,
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
    known,
)
from jaxslice_lint.tracing.operations.array_methods import call_array_method, call_at_method
from jaxslice_lint.tracing.operations.demands import demand_all
from jaxslice_lint.tracing.operations.frameworks import call_member, is_member
from jaxslice_lint.tracing.operations.iteration import element_of, items_of, static_integer
from jaxslice_lint.tracing.operations.trees import unflattened
from jaxslice_lint.tracing.syntax.targets import assign_owner


def call_method(
    tracer: Tracer, method: DataMethod, arguments: Arguments, frame: Frame, node: ast.AST
) -> Value:
    """The result of `owner.name(*arguments)`."""
    owner, name = method.owner, method.name
    match owner:
        case Data():
            return call_array_method(tracer, owner, name, arguments, frame, node)
        case At(operand=operand, indexed=True):
            return call_at_method(tracer, operand, name, arguments, frame, node)
        case Sequence() | Many():
            return _of_sequence(tracer, owner, name, arguments, frame, node)
        case Mapping():
            return _of_mapping(tracer, owner, name, arguments, frame, node)
        case Wrapped():
            return _of_wrapped(tracer, owner, name, arguments, frame, node)
        case Instance(cls=cls) if is_member(cls, name):
            return call_member(tracer, owner, name, arguments, frame, node)
        case Instance():
            return _of_instance(tracer, owner, name, arguments, frame, node)
        case Class():
            return _of_class(tracer, owner, arguments, frame, node)
        case Shape():
            return static_integer(tracer, frame, node, "shapes are static")
        case Slice(start=start, stop=stop, step=step) if name == "indices":
            demand_all((start, stop, step), frame)
        case Structure() if name == "unflatten" and arguments.positional:
            return unflattened(tracer, owner, arguments.positional[0], frame, node)
    return UNKNOWN


def _of_instance(
    tracer: Tracer, owner: Instance, name: str, arguments: Arguments, frame: Frame, node: ast.AST
) -> Value:
    """The methods that a NamedTuple or a dataclass has of itself."""
    fields = tuple((field, owner.attributes.get(field, UNKNOWN)) for field in owner.cls.fields)
    match name:
        case "replace" | "_replace":
            return replaced(tracer, owner, arguments, frame, node)
        case "_asdict" | "items" | "keys" | "values":
            mapping = Mapping(fields)
            return mapping if name == "_asdict" else _listed(mapping, name)
    return UNKNOWN


def _of_class(
    tracer: Tracer, owner: Class, arguments: Arguments, frame: Frame, node: ast.AST
) -> Value:
    """`C._make(items)` of a NamedTuple."""
    items = items_of(tracer, arguments.positional[0]) if arguments.positional else None
    made = Arguments(items) if items is not None else Arguments(rest=UNKNOWN)
    return tracer.instantiate(owner, made, frame, node)


def _of_sequence(
    tracer: Tracer,
    owner: Sequence | Many,
    name: str,
    arguments: Arguments,
    frame: Frame,
    node: ast.AST,
) -> Value:
    first = arguments.first
    if name in demands.HASHING_METHODS or (name in demands.COMPARING_METHODS and _has_items(owner)):
        demand_all(arguments.positional[:1], frame)
    if name == "sort" and isinstance(owner, Sequence) and len(owner.items) > 1:
        demand_all(() if arguments.keywords else owner.items, frame)
    last = arguments.positional[-1] if arguments.positional else UNKNOWN
    match name:
        case "append" | "add" | "appendleft":
            _changed(tracer, _with_items(owner, (first,)), frame, node)
            return NONE
        case "insert":
            _changed(tracer, _inserted(owner, known(first), last), frame, node)
            return NONE
        case "extend":
            more = first.items if isinstance(first, Sequence) else None
            new = (
                Many(join(_any_item(owner), element_of(tracer, first, frame, node)))
                if more is None
                else _with_items(owner, more)
            )
            _changed(tracer, new, frame, node)
            return NONE
        case "pop" | "popleft":
            at = -1 if name == "pop" else 0
            item, rest = _popped(owner, known(first) if arguments.positional else at)
            _changed(tracer, rest, frame, node)
            return element_of(tracer, owner, frame, node) if item is None else item
        case "sort" | "reverse" | "remove" | "rotate":
            _changed(tracer, Many(_any_item(owner)), frame, node)
            return NONE
        case "clear":
            _changed(tracer, Sequence((), mutable=True), frame, node)
            return NONE
        case "index" | "count":
            return static_integer(tracer, frame, node, "a position in a sequence")
        case "copy":
            return owner
        case "items":
            return Many(Sequence((UNKNOWN, UNKNOWN)))
    return UNKNOWN


def _has_items(owner: Sequence | Many) -> bool:
    return isinstance(owner, Sequence) and bool(owner.items)


def _inserted(owner: Sequence | Many, position: object, item: Value) -> Value:
    if not isinstance(owner, Sequence) or not isinstance(position, int):
        return Many(join(_any_item(owner), item))
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
    return Many(join_all([_any_item(owner), *items]))


def _changed(tracer: Tracer, value: Value, frame: Frame, node: ast.AST) -> None:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        assign_owner(tracer, node.func.value, value, frame)


def _of_mapping(
    tracer: Tracer, owner: Mapping, name: str, arguments: Arguments, frame: Frame, node: ast.AST
) -> Value:
    key = known(arguments.positional[0]) if arguments.positional else None
    if name in demands.HASHING_METHODS:
        demand_all(arguments.positional[:1], frame)
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
                _changed(tracer, Mapping(tuple(left.items()), owner.other), frame, node)
            return found
        case "clear":
            _changed(tracer, Mapping(()), frame, node)
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
            _changed(tracer, Mapping(tuple(new.items()), other), frame, node)
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
    any_key = Data(Status.STATIC, Flavor.PYTHON, why="a key is static")
    return Many(join_all([*rows, row(any_key, owner.other)]))


def _key(key: object) -> Value:
    if isinstance(key, int) and not isinstance(key, bool):
        return constant(key, integer(key))
    return constant(key) if isinstance(key, (str, bool, float, type(None))) else UNKNOWN


def _of_wrapped(
    tracer: Tracer, owner: Wrapped, name: str, arguments: Arguments, frame: Frame, node: ast.AST
) -> Value:
    """`f.lower(x)` of a jitted function, `f.defjvp(rule)` of one with its own derivative."""
    if name in model.STAGING_METHODS:
        tracer.call(owner, arguments, frame, node)
        return Data(Status.STATIC, why="known while tracing")
    if name in ("defjvp", "defvjp"):
        tracer.add_rule(owner, name, arguments.positional)
        return arguments.first
    return UNKNOWN
