"""What operators make of containers: sequences, shapes and dicts."""

from collections.abc import Callable

from jaxslice_lint.tracing.domain.data import Data, Kind, static
from jaxslice_lint.tracing.domain.joins import join_all
from jaxslice_lint.tracing.domain.values import (
    Many,
    Mapping,
    Sequence,
    Shape,
    Value,
    held_by,
    known,
)


def _concatenated(left: Value, right: Value) -> Value | None:
    """`left + right` of sequences."""
    if isinstance(left, Sequence) and isinstance(right, Sequence):
        return Sequence((*left.items, *right.items), left.mutable)
    elements = (_any_element(left), _any_element(right))
    found = [one for one in elements if one is not None]
    if len(found) < len(elements):
        return None
    return Many(join_all(found), (*held_by(left), *held_by(right)))


def _any_element(value: Value) -> Value | None:
    match value:
        case Many(element=element):
            return element
        case Sequence(items=items):
            return join_all(items)
        case Shape():
            return _any_element(_of_shape(value))
    return None


def _merged(left: Value, right: Value) -> Value | None:
    """`left | right` of dicts."""
    if isinstance(left, Mapping) and isinstance(right, Mapping):
        entries = {**dict(left.items), **dict(right.items)}
        return Mapping(tuple(entries.items()), right.other or left.other)
    return None


def _repeated(left: Value, right: Value) -> Value | None:
    """`left * right` of a sequence and a number, either way."""
    return _times(left, right) or _times(right, left)


def _times(sequence: Value, count: Value) -> Value | None:
    times = known(count)
    if isinstance(sequence, Sequence) and isinstance(count, Data):
        if isinstance(times, int) and 0 <= times <= 16:
            return Sequence(sequence.items * times, sequence.mutable)
        return Many(join_all(sequence.items))
    return None


def _of_shape(shape: Shape) -> Value:
    """A shape as a tuple of some length."""
    why = "the length of an axis is static"
    length = static(why, Kind.PYTHON, ndim=0, dtype="int")
    return Many(length) if shape.ndim is None else Sequence((length,) * shape.ndim)


#: By operator; None where it does not take them.
COMBINING: dict[str, Callable[[Value, Value], Value | None]] = {
    "+": _concatenated,
    "|": _merged,
    "*": _repeated,
}
