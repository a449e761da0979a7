"""Calls of small tools of the standard library: `operator`, `copy`, `contextlib`, `threading`.

A tool that returns a function is a `Partial` of its path with `()` behind it: `operator.itemgetter()`.
"""

from collections.abc import Callable
from dataclasses import replace

from jaxslice_lint.source.slice_calls import GETITEM
from jaxslice_lint.tracing.domain.arguments import Arguments
from jaxslice_lint.tracing.domain.classes import MANAGER
from jaxslice_lint.tracing.domain.data import NONE, UNKNOWN
from jaxslice_lint.tracing.domain.points import Point
from jaxslice_lint.tracing.domain.values import (
    External,
    Instance,
    Many,
    Partial,
    Sequence,
    Value,
    known,
    map_parts,
)
from jaxslice_lint.tracing.observe.slice_calls import look_at_item
from jaxslice_lint.tracing.operations.iteration import items_of

_Handler = Callable[[Point, Arguments], Value]


def _returns(path: str) -> _Handler:
    """A tool that returns the function at `path`, with its arguments put first."""

    def handler(_point: Point, arguments: Arguments) -> Value:
        if arguments.rest is not None or arguments.open:
            return UNKNOWN
        return Partial(External(path), arguments.positional, arguments.keywords)

    return handler


def _of_each(get: Callable[[Point, Value, Value], Value]) -> _Handler:
    """A function that reads several parts of its last argument, or one."""

    def handler(point: Point, arguments: Arguments) -> Value:
        if len(arguments.positional) < 2:
            return UNKNOWN
        *keys, owner = arguments.positional
        found = [get(point, owner, key) for key in keys]
        return found[0] if len(found) == 1 else Sequence(tuple(found))

    return handler


def _item(point: Point, owner: Value, key: Value) -> Value:
    look_at_item(point, owner, key)
    return point.subscript(owner, key)


def _get_item(point: Point, arguments: Arguments) -> Value:
    if len(arguments.positional) != 2:
        return UNKNOWN
    return _item(point, *arguments.positional)


def _attribute(point: Point, owner: Value, key: Value) -> Value:
    path = known(key)
    if not isinstance(path, str):
        return UNKNOWN
    for name in path.split("."):
        owner = point.attribute(owner, name)
    return owner


def _call_method(point: Point, arguments: Arguments) -> Value:
    if len(arguments.positional) < 2:
        return UNKNOWN
    name, *passed, owner = arguments.positional
    method = _attribute(point, owner, name)
    return point.call(method, replace(arguments, positional=tuple(passed)))


def _call(point: Point, arguments: Arguments) -> Value:
    """A tool that calls its first argument with the others."""
    if not arguments.positional:
        return UNKNOWN
    function, *passed = arguments.positional
    return point.call(function, replace(arguments, positional=tuple(passed)))


def _start(point: Point, arguments: Arguments) -> Value:
    """A thread or process, as if it ran where it is made."""
    given = dict(arguments.keywords)
    items = items_of(point.tracer, given.get("args", Sequence(())))
    if "target" in given and items is not None:
        point.call(given["target"], Arguments(items, open="kwargs" in given))
    return UNKNOWN


def _enter(point: Point, arguments: Arguments) -> Value:
    """What a generator that is a context manager yields, once."""
    made = _call(point, arguments)
    return made.element if isinstance(made, Many) else UNKNOWN


def _copy(point: Point, arguments: Arguments) -> Value:
    if not arguments.positional:
        return UNKNOWN
    value = arguments.positional[0]
    if isinstance(value, Instance):
        return replace(value, attributes=dict(value.attributes), number=point.tracer.new_number())
    return map_parts(value, lambda part: part)


def _deepcopy(point: Point, arguments: Arguments) -> Value:
    copies: dict[int, Instance] = {}

    def copied(value: Value) -> Value:
        if not isinstance(value, Instance):
            return map_parts(value, copied)
        if id(value) not in copies:
            new = copies[id(value)] = replace(
                value, attributes={}, number=point.tracer.new_number()
            )
            new.attributes |= {name: copied(part) for name, part in value.attributes.items()}
        return copies[id(value)]

    return copied(arguments.positional[0]) if arguments.positional else UNKNOWN


def _first(_point: Point, arguments: Arguments) -> Value:
    return arguments.positional[0] if arguments.positional else NONE


TOOLS: dict[str, _Handler] = {
    "operator.itemgetter": _returns("operator.itemgetter()"),
    "operator.itemgetter()": _of_each(_item),
    GETITEM: _get_item,
    "operator.attrgetter": _returns("operator.attrgetter()"),
    "operator.attrgetter()": _of_each(_attribute),
    "operator.methodcaller": _returns("operator.methodcaller()"),
    "operator.methodcaller()": _call_method,
    "operator.call": _call,
    "asyncio.to_thread": _call,
    "threading.Thread": _start,
    "multiprocessing.Process": _start,
    "contextlib.contextmanager": _returns(MANAGER),
    MANAGER: _enter,
    "contextlib.nullcontext": _first,
    "contextlib.closing": _first,
    "copy.copy": _copy,
    "copy.deepcopy": _deepcopy,
}
