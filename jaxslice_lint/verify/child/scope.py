"""Code as a function of its unknowns, with nothing in its scope but what it may use."""

import builtins
import importlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np

from jaxslice_lint.verify.child.guard import Guard, Ref, reject, span

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
    "__import__",  # NumPy asks for it where it is called, and no code that is run can name it
)


def load(
    side: dict[str, Any], guard: Guard, refs: frozenset[str], made: Mapping[str, Any]
) -> Function:
    """One side as a function of its values.

    What is a Ref in the analysed code is one for each call. `made`: the parts of tuples and slices.
    """
    scope: dict[str, Any] = {"__builtins__": {name: getattr(builtins, name) for name in _SAFE}}
    scope.update({"_take": guard.take, "_index": guard.index, "_call": guard.call})
    scope["_write"] = guard.write
    scope["_go_on"] = guard.go_on
    scope.update({"_span": span, "_slice": slice, "_reject": reject})
    for path in side["paths"]:
        found = imported(path)  # the name of a package alone does not load its submodules
        if isinstance(found, ModuleType | dict | list):
            raise ImportError(f"{path} is no function, and no constant")
    scope.update({name: imported(path) for name, path in side["modules"].items()})
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


def imported(path: str) -> Any:
    """A module, or what stands in one."""
    name = path
    while name:
        try:
            found = importlib.import_module(name)
            break
        except ImportError:
            name = name.rpartition(".")[0]
    else:
        raise ImportError(f"{path} cannot be imported")
    for attribute in path.removeprefix(name).split(".")[1:]:
        found = getattr(found, attribute)
    return found
