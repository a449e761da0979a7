"""The state of one function while it is traced: its variables, its mode, and how the program got there."""

import ast
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TypeVar

from jaxslice_lint.facts.site import NewValue
from jaxslice_lint.facts.status import Step
from jaxslice_lint.source.project import Module
from jaxslice_lint.source.text import Source
from jaxslice_lint.tracing.domain.context import Context
from jaxslice_lint.tracing.domain.data import unknown
from jaxslice_lint.tracing.domain.values import Class, Function, Value

T = TypeVar("T")

#: What an expression gives in which JAX raises, where the program may do without it.
STOPPED: Value = unknown("JAX raises here, because a tracer has no value")


class TracerError(Exception):
    """JAX would raise here, because a tracer has no value: what follows is not run."""


def unbound(name: str) -> str:
    """The key in a frame's variables that says that `name` is bound on some paths only."""
    return f"?{name}"


@dataclass(slots=True)
class Loop:
    """The states in which a loop was left by `break`, and in which its next round begins by `continue`."""

    breaks: list[dict[str, Value]] = field(default_factory=list)
    continues: list[dict[str, Value]] = field(default_factory=list)


@dataclass(frozen=True, eq=False, slots=True)
class Fact:
    """A test that has come out as `outcome`, and what its variables held then."""

    test: ast.expr
    held: tuple[tuple[str, Value], ...]
    outcome: bool


@dataclass(frozen=True, eq=False, slots=True)
class Kept:
    """A test that was kept in a variable, as `value`, and what the variables of the test held then."""

    value: Value
    test: ast.expr
    held: tuple[tuple[str, Value], ...]


@dataclass(frozen=True, eq=False, slots=True)
class Path:
    """One of two paths that have parted: what is true along it, and what its variables hold."""

    facts: tuple[Fact, ...]
    state: dict[str, Value]
    #: It makes a tracer of what is none on the other one.
    traces: bool


@dataclass(eq=False, slots=True)
class Activation:
    """One call of a function; the class bodies and comprehensions in it belong to it."""

    #: What is called, and the file and the node of the call.
    callee: Function | None = None
    called: tuple[Source, ast.AST] | None = None
    #: What it is passed, and what each of its expressions was, where somebody will ask for that.
    given: dict[str, Value] = field(default_factory=dict)
    values: dict[ast.expr, Value] | None = None
    #: What expressions of a frame were, while they are looked at again: see `looked_at_again`.
    again: "tuple[Frame, dict[ast.expr, Value]] | None" = None
    #: The names of enclosing functions in which windows are written.
    borrowed: frozenset[str] = frozenset()
    #: What it passed to methods of `x.at[…]`, by the node of that.
    new_values: dict[ast.expr, list[NewValue]] = field(default_factory=dict)


@dataclass(eq=False, slots=True)
class Frame:
    """One function, class body, comprehension or module while it is traced; closures read its variables when called."""

    source: Source
    number: int
    name: str
    context: Context
    #: New in each round of a loop, so that what is made in two of them has two symbols.
    round: int
    parent: "Frame | None" = None
    #: The state at the current point.
    variables: dict[str, Value] = field(default_factory=dict)
    activation: Activation = field(default_factory=Activation)
    is_class: bool = False
    #: The class of a method.
    owner: Class | None = None

    #: The loops around the current point.
    loops: list[Loop] = field(default_factory=list)
    #: How the tests have come out that make the path, where the context says that it is run alone, and others on it.
    facts: tuple[Fact, ...] = ()
    tested: tuple[Fact, ...] = ()
    #: Paths that have just parted from others, each to be run alone, and how often that has happened.
    parted: list["Path"] = field(default_factory=list)
    partings: int = 0
    #: The tests that variables hold.
    kept: dict[str, Kept] = field(default_factory=dict)

    #: What was returned and yielded, and the states in which it was left.
    returned: list[Value] = field(default_factory=list)
    yielded: list[Value] = field(default_factory=list)
    exits: list[dict[str, Value]] = field(default_factory=list)
    #: JAX raised on some path, because a tracer has no value; on another one it was left before.
    stopped: bool = False
    alive: bool = False

    #: The containers that it was passed, and the parameters whose containers it has changed in place.
    passed: dict[str, Value] = field(default_factory=dict)
    changed: frozenset[str] = frozenset()
    #: What it made and nobody called yet.
    pending: list[Value] = field(default_factory=list)

    global_names: frozenset[str] = frozenset()
    nonlocal_names: frozenset[str] = frozenset()
    #: The modules of which a module imports all names.
    stars: list[Module | str] = field(default_factory=list)
    #: An assignment expression has bound a name.
    walrus: bool = False

    @property
    def ended(self) -> bool:
        """Whether JAX has raised here: see `Context.ended`."""
        return self.context.ended

    @ended.setter
    def ended(self, value: bool) -> None:
        if value is not self.context.ended:
            self.context = replace(self.context, ended=value)

    def leave(self) -> None:
        """Note that the function is left here, with the variables as they are."""
        if not self.ended:
            self.alive = True
            self.exits.append(dict(self.variables))

    @property
    def module(self) -> "Frame":
        """The frame of the module that this frame's code stands in."""
        frame = self
        while frame.parent is not None:
            frame = frame.parent
        return frame

    @property
    def function(self) -> "Frame":
        """The frame of the function that this frame's code stands in: this one, unless it is a comprehension."""
        frame = self
        while "." in frame.variables and frame.parent is not None:
            frame = frame.parent
        return frame

    def inner(self, number: int, name: str) -> "Frame":
        """A frame whose code runs here and now: in the same call, the same trace and under the same conditions."""
        return Frame(
            self.source, number, name, self.context, self.round, self, activation=self.activation
        )

    def under(self, context: Context) -> "Frame":
        """This frame as a caller in another context."""
        return replace(self, context=context)

    def holder(self, name: str) -> "Frame | None":
        """The frame that binds `name` as seen from here; class bodies are invisible to the functions inside them."""
        if name in self.global_names:
            module = self.module
            return module if name in module.variables else None
        frame: Frame | None = self
        while frame is not None:
            if name in frame.variables and (frame is self or not frame.is_class):
                return frame
            frame = frame.parent
        return None

    def step(self, node: ast.AST, note: str, advice: str = "") -> Step:
        """A step of a trace path at `node`."""
        source = self.source
        line, column = getattr(node, "lineno", 1), getattr(node, "col_offset", 0)
        end_line = getattr(node, "end_lineno", None) or line
        end_column = getattr(node, "end_col_offset", None)
        end = column if end_column is None else end_column
        span = source.span(line, column, end_line, end)
        return Step(source.path, span, note, advice=advice)


@contextmanager
def looked_at_again(frame: Frame) -> Iterator[None]:
    """Ask what parts of an expression are that was evaluated just now: each once, and nothing in them is seen anew.

    Otherwise each slice in a chain of updates, or in the bounds of another one, would have all slices before it looked
    at again, and they theirs.
    """
    activation = frame.activation
    outer = activation.again
    if outer is None or outer[0] is not frame:
        activation.again = frame, {}
    try:
        yield
    finally:
        activation.again = outer


def need_value(frame: Frame) -> None:
    """Note that JAX raises here, because a tracer has no value.

    A `try` may handle that; and code that needs a value is not traced, if it is only assumed to be. Otherwise what
    follows is run to see what comes of the value, of which the slice that is made with it may be the first to tell.
    """
    if frame.context.guarded or frame.context.assumed:
        raise TracerError
    frame.ended |= frame.context.in_trace


def unless_stopped(frame: Frame, work: Callable[[], T], otherwise: T) -> T:
    """What `work` gives; `otherwise`, if JAX raises in it for want of a value and no `try` handles that."""
    try:
        return work()
    except TracerError:
        if frame.context.guarded:
            raise
        frame.stopped = True
        return otherwise


def one_of(frame: Frame, works: Sequence[Callable[[], Value]]) -> list[Value]:
    """What each of `works` gives, of which the program does one: JAX raises for sure if it does in all of them."""
    ended, still_runs = frame.ended, False
    results: list[Value] = []
    for work in works:
        frame.ended = ended
        results.append(unless_stopped(frame, work, STOPPED))
        still_runs |= not frame.ended and results[-1] is not STOPPED
    frame.ended = ended or (bool(works) and not still_runs)
    return results
