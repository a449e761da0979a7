"""Code as a function of its unknowns, with nothing in its scope but what it may use."""

import builtins
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from jaxslice_lint.verify.child.guard import Guard, Ref, reject, span
from jaxslice_lint.verify.child.names import importing, named

Values = Mapping[str, Any]


@dataclass(frozen=True)
class Outcome:
    """What code gives, with what Refs hold in the end, and what it gives to the calls that are not run."""

    value: Any
    calls: Sequence[tuple[str, Any]]


Function = Callable[[Values], Outcome]
_SAFE = (
    *("abs", "all", "any", "bool", "dict", "divmod", "enumerate", "float", "int", "len", "list"),
    *("map", "max", "min", "pow", "range", "reversed", "round", "set", "slice", "sorted", "sum"),
    *("tuple", "zip", "complex", "isinstance", "Ellipsis", "locals"),
)


def load(
    side: dict[str, Any], guard: Guard, refs: frozenset[str], made: Mapping[str, Any]
) -> Function:
    """One side as a function of its values.

    What is a Ref in the analysed code is one for each call. `made`: the parts of tuples and slices.
    """
    safe = {name: getattr(builtins, name) for name in _SAFE}
    scope: dict[str, Any] = {"__builtins__": {**safe, "__import__": importing}}
    scope.update({"_take": guard.take, "_index": guard.index, "_call": guard.call})
    scope["_write"] = guard.write
    scope["_go_on"] = guard.go_on
    scope.update({"_span": span, "_slice": slice, "_reject": reject})
    scope.update(named(side["modules"], side["paths"]))
    exec(side["code"], scope)

    def call(values: Values) -> Outcome:
        known = {name: _own(value) for name, value in values.items()}
        held = {name: Ref(known[name]) for name in refs}
        known |= held
        for name, parts in made.items():
            known[name] = _built(parts, known)
        guard.calls, guard.rounds = [], 0
        result = scope["fragment"](**known)
        return Outcome((result, {name: ref.value for name, ref in held.items()}), guard.calls)

    return call


def _own(value: Any) -> Any:
    """The value for one call, which may change it."""
    return np.array(value) if isinstance(value, np.ndarray) else value


def _built(parts: Any, known: Values) -> Any:
    """A tuple or slice of known values: `["tuple", "a", ["slice", "b", "c", "d"]]`."""
    if isinstance(parts, str):
        return known[parts]
    kind, *names = parts
    values = [_built(name, known) for name in names]
    return slice(*values) if kind == "slice" else tuple(values)
