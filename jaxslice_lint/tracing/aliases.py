"""Containers that are changed in place: their other names, and the callers that passed them, see the change."""

from jaxslice_lint.tracing.frames import Arguments, Frame
from jaxslice_lint.tracing.joins import join
from jaxslice_lint.tracing.values import (
    UNKNOWN,
    Function,
    Instance,
    Many,
    Mapping,
    Sequence,
    Value,
)


def rebind(old: Value, new: Value, frame: Frame) -> None:
    """The container `old` has become `new`, whatever it is called here and in the enclosing functions."""
    holder: Frame | None = frame
    while holder is not None:
        for name, held in list(holder.variables.items()):
            if held is old:
                after = new if holder is frame else join(old, new)
                holder.variables[name] = after
                if holder.passed.get(name) is old:
                    holder.passed[name] = after
                    holder.changed |= {name}
        holder = holder.parent


def containers(variables: dict[str, Value]) -> dict[str, Value]:
    """The variables that hold a container which a function can change."""
    return {name: value for name, value in variables.items() if _is_mutable(value)}


def blur_changed(
    function: Function, arguments: Arguments, changed: frozenset[str], caller: Frame
) -> None:
    """Forget what is in the containers that `function` was passed as the parameters `changed`."""
    spec = function.node.args
    names = [argument.arg for argument in (*spec.posonlyargs, *spec.args)]
    passed = (*zip(names, arguments.positional, strict=False), *arguments.keywords)
    for name, value in passed:
        if name in changed and _is_mutable(value):
            blurred = Mapping((), UNKNOWN) if isinstance(value, Mapping) else Many(UNKNOWN)
            rebind(value, blurred, caller)


def copied(value: Value, arguments: Arguments) -> Value:
    """The result of an earlier call as that of another one: a new object, unless it was passed to the call."""
    match value:
        case Instance() if all(value is not passed for passed in arguments.all()):
            return Instance(value.cls, dict(value.attributes), value.version, value.traced)
        case Sequence(items=items, mutable=mutable):
            return Sequence(tuple(copied(item, arguments) for item in items), mutable)
    return value


def _is_mutable(value: Value) -> bool:
    return isinstance(value, (Mapping, Many)) or (isinstance(value, Sequence) and value.mutable)
