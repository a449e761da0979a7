"""Summaries of calls: a function is run once for each canonical call in each context, and remembered."""

import ast
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field

from jaxslice_lint.facts.status import Step
from jaxslice_lint.source.nodes import FunctionNode, all_parameters, walk
from jaxslice_lint.tracing.domain.arguments import Arguments
from jaxslice_lint.tracing.domain.context import Context, Mode
from jaxslice_lint.tracing.domain.values import Function, Value


@dataclass(frozen=True, slots=True)
class Summary:
    """What a call did, for all calls of its kind."""

    #: What it returned, and what the containers that it changed in place have become, where that is known.
    value: Value
    finals: dict[str, Value]
    #: The number of the first symbol that the call made. Objects made by it exceed `made_before`.
    first_new: int
    made_before: int
    #: How many slices with traced bounds were seen in it, and the length of the path on which.
    traced_slices: int
    steps: int
    #: JAX raises in it, whatever path it takes, because a tracer has no value.
    ended: bool
    #: The parameters, and the variables around it, whose value it asks for on all paths.
    asked: tuple[str, ...]
    #: Where it does what can be done only inside a trace, if nobody was seen to trace it.
    inside: Step | None


@dataclass(slots=True)
class Record:
    """What is known of a function from all of its calls so far."""

    #: The names that it reads and does not bind, and those of enclosing functions in which its windows are written.
    free: tuple[str, ...]
    borrowed: frozenset[str] = frozenset()
    #: The parameters whose containers it changes in place.
    changed: frozenset[str] = frozenset()
    #: It was called at all, where no `try` handles what it raises, by way of trial, from where it is known whether a
    #: trace goes on.
    entered: bool = False
    unhandled: bool = False
    tried: bool = False
    certain: bool = False
    #: JAX raised in it on all paths because a tracer has no value.
    stopped: bool = False
    #: Those that call it, or in which it is defined, by their nodes.
    around: dict[int, Function] = field(default_factory=dict)
    #: How many kinds of calls were told apart, inside a trace and outside.
    kinds: dict[bool, int] = field(default_factory=lambda: {True: 0, False: 0})
    #: The functions that it was passed, inside a trace and outside.
    passed: set[tuple[bool, tuple[int, ...]]] = field(default_factory=set)
    #: The places and names of the arguments that were tracers in one of its calls.
    traced: set[frozenset[int | str]] = field(default_factory=set)

    def note_call(self, context: Context, around: Iterable[Function | None]) -> None:
        """Note a call in `context`; `around`: who calls, and in what the function is defined."""
        self.entered = True
        self.unhandled |= not context.guarded
        self.tried |= context.trial
        self.certain |= context.mode is not Mode.OPEN
        for one in around:
            if one is not None:
                self.around[id(one.node)] = one


@dataclass(slots=True)
class Summaries:
    """The summaries of a program."""

    calls: dict[Hashable, Summary] = field(default_factory=dict)
    #: How often a function is active: one that calls itself is several times.
    active: dict[tuple[int, int], int] = field(default_factory=dict)
    #: Counts the changes of what functions can read without being passed it,
    changes: int = 0
    #: and the sights of slices with traced bounds.
    traced_slices: int = 0
    #: The first place, of those seen since it was forgotten, where something is done that can be done only inside a
    #: trace, though nobody was seen to trace it.
    inside: Step | None = None
    _records: dict[int, Record] = field(default_factory=dict)

    def of(self, node: FunctionNode) -> Record:
        """What is known of a function."""
        found = self._records.get(id(node))
        if found is None:
            found = self._records[id(node)] = Record(free_names(node))
        return found

    def around(self, key: int) -> dict[int, Function]:
        """The functions around one, all by their nodes."""
        found = self._records.get(key)
        return {} if found is None else found.around

    def note_change(self) -> None:
        """Something has changed that functions may read without being passed it."""
        self.changes += 1

    def key(
        self, function: Function, arguments: Arguments, context: Context, facts: Hashable
    ) -> Hashable:
        """What a call has to have in common with another one to do the same."""
        record = self.of(function.node)
        names = (*record.free, *sorted(record.borrowed))
        captured = tuple(variable_around(function, name) for name in names)
        return function, arguments, context, facts, captured, self.changes

    def captured(self, function: Function) -> dict[str, Value]:
        """The variables of the functions around it that a function reads."""
        names = self.of(function.node).free
        found = ((name, variable_around(function, name)) for name in names)
        return {name: value for name, value in found if value is not None}


def variable_around(function: Function, name: str) -> Value | None:
    """What a variable of a function around holds; None of what a module binds, or nobody."""
    holder = function.frame.holder(name)
    return None if holder is None or holder.parent is None else holder.variables[name]


def free_names(node: FunctionNode) -> tuple[str, ...]:
    """The names that a function reads and does not bind, its inner functions' included."""
    loaded: set[str] = set()
    bound = {argument.arg for argument in all_parameters(node.args)}
    for part in [node.body] if isinstance(node, ast.Lambda) else node.body:
        for inner in walk(part):
            if isinstance(inner, ast.Name):
                (loaded if isinstance(inner.ctx, ast.Load) else bound).add(inner.id)
    return tuple(sorted(loaded - bound))
