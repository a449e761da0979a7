"""Containers that are changed in place: their other names, and the callers that passed them, see the change."""

from collections.abc import Iterator
from dataclasses import replace

from jaxslice_lint.tracing.domain.arguments import Arguments
from jaxslice_lint.tracing.domain.data import UNKNOWN
from jaxslice_lint.tracing.domain.frames import Frame
from jaxslice_lint.tracing.domain.joins import join, without_symbols
from jaxslice_lint.tracing.domain.protocol import Tracer
from jaxslice_lint.tracing.domain.values import Function, Instance, Many, Mapping, Sequence, Value

#: Objects in objects whose containers are looked through.
_DEEPEST = 3
#: What may be a container or hold one. Most values are none of these, and are passed over without a call.
_HOLDERS = frozenset({Sequence, Many, Mapping, Instance})


def rebind(tracer: Tracer, old: Value, new: Value, frame: Frame) -> None:
    """The container `old` has become `new`, whatever it is called here and in the enclosing functions.

    What holds it, or something that was equal and may be the same, is known less exactly from now on.
    """
    holder: Frame | None = frame
    while holder is not None:
        for name, held in _holders(holder.variables):
            after = (
                new if held is old and holder is frame else _with_changed(tracer, held, old, new)
            )
            if after is not held:
                holder.variables[name] = after
                if holder.passed.get(name) is held:
                    holder.passed[name] = after
                    holder.changed |= {name}
        holder = holder.parent


def _holders(variables: dict[str, Value]) -> list[tuple[str, Value]]:
    return [(name, value) for name, value in variables.items() if type(value) in _HOLDERS]


def _with_changed(tracer: Tracer, value: Value, old: Value, new: Value, depth: int = 0) -> Value:
    """`value` after `old`, which may be it or in it, has become `new`."""
    if isinstance(value, Instance) and depth < _DEEPEST:
        for name, part in _holders(value.attributes):
            after = _with_changed(tracer, part, old, new, depth + 1)
            if after is not part:
                value.attributes[name] = after
                tracer.summaries.note_change()
    if not isinstance(value, (Sequence, Many, Mapping)):
        return value
    if value is old:
        return join(old, new)
    if value == old and is_mutable(old) and value not in _EMPTY:
        return without_symbols(join(old, new))
    match value:
        case Sequence(items=items, mutable=mutable):
            each = tuple(
                _with_changed(tracer, item, old, new, depth) if type(item) in _HOLDERS else item
                for item in items
            )
            same = all(a is b for a, b in zip(each, items, strict=True))
            return value if same else Sequence(each, mutable)
        case Many(element=element):
            inner = _with_changed(tracer, element, old, new, depth)
            return value if inner is element else Many(inner)
        case Mapping(items=pairs):
            changed = tuple(
                (key, _with_changed(tracer, item, old, new, depth)) for key, item in pairs
            )
            same = all(a[1] is b[1] for a, b in zip(changed, pairs, strict=True))
            return value if same else replace(value, items=changed)
    return value


#: Most of the lists that are equal to an empty one are others.
_EMPTY = (Sequence((), True), Mapping(()))


def containers(variables: dict[str, Value]) -> dict[str, Value]:
    """The variables that hold a container which a function can change."""
    return {name: value for name, value in variables.items() if is_mutable(value)}


def change_passed(
    tracer: Tracer,
    function: Function,
    arguments: Arguments,
    changed: frozenset[str],
    finals: dict[str, Value],
    caller: Frame,
) -> None:
    """Note what the containers that `function` was passed as the parameters `changed` have become, if it is known."""
    spec = function.node.args
    names = [argument.arg for argument in (*spec.posonlyargs, *spec.args)]
    passed = arguments.bind(names)
    parts = [id(part) for value in passed.values() for part, _ in _changed_parts(value, None)]
    if len(set(parts)) < len(parts):
        # Under two names, each change was seen under one of them only.
        finals = {}
    for name, value in passed.items():
        if name in changed:
            for part, after in _changed_parts(value, finals.get(name)):
                if after is None:
                    after = Mapping((), UNKNOWN) if isinstance(part, Mapping) else Many(UNKNOWN)
                rebind(tracer, part, after, caller)


def _changed_parts(value: Value, final: Value | None) -> Iterator[tuple[Value, Value | None]]:
    """The containers in `value` that can be changed in place and what they are in `final`, outer ones first."""
    if is_mutable(value) and value != final:
        yield value, final
    match value:
        case Sequence(items=items):
            after = final.items if isinstance(final, Sequence) else ()
            for position, item in enumerate(items):
                yield from _changed_parts(
                    item, after[position] if len(after) == len(items) else None
                )
        case Mapping(items=pairs):
            held = dict(final.items) if isinstance(final, Mapping) else {}
            for key, item in pairs:
                yield from _changed_parts(item, held.get(key))


def copied(tracer: Tracer, value: Value, made_before: int) -> Value:
    """The result of an earlier call as that of another one: new objects for those that the call made itself."""
    match value:
        case Instance(number=number) if number > made_before:
            attributes = dict(value.attributes)
            return Instance(value.cls, attributes, tracer.new_number(), value.traced, value.is_any)
        case Sequence(items=items, mutable=mutable):
            return Sequence(tuple(copied(tracer, item, made_before) for item in items), mutable)
    return value


def is_mutable(value: Value) -> bool:
    """Whether `value` is a container that can be changed in place."""
    return isinstance(value, (Mapping, Many)) or (isinstance(value, Sequence) and value.mutable)
