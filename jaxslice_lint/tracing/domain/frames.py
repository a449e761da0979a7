"""The state of one function while it is traced: its variables, its mode, and how the program got there."""

import ast
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import TypeVar

from jaxslice_lint.facts.status import Step
from jaxslice_lint.source.project import Module
from jaxslice_lint.source.text import Source
from jaxslice_lint.tracing.domain.data import unknown
from jaxslice_lint.tracing.domain.values import Class, Function, Value

T = TypeVar("T")

#: What an expression gives in which JAX raises, where the program may do without it.
STOPPED: Value = unknown("JAX raises here, because a tracer has no value")


class Mode(Enum):
    """Whether JAX operations on static values give tracers."""

    EAGER = auto()  #: they run at once: module level, callbacks
    UNTRACED = auto()  #: they run at once, and `jit` does nothing: below `disable_jit`
    OPEN = auto()  #: nobody knows: a function that may be called from inside a trace or not
    STAGED = auto()  #: they are recorded: inside `jit`, `scan`, …


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


@dataclass(frozen=True, slots=True)
class Fact:
    """A test that has come out as `outcome`, and what its variables held then."""

    test: str
    held: tuple[tuple[str, Value], ...]
    outcome: bool

    @classmethod
    def of(cls, test: ast.expr, outcome: bool, state: dict[str, Value]) -> "Fact":
        """That `test` came out as `outcome` in `state`."""
        names = {one.id for one in ast.walk(test) if isinstance(one, ast.Name)}
        held = tuple((name, state[name]) for name in sorted(names & state.keys()))
        return cls(ast.dump(test), held, outcome)

    def may_decide(self, test: ast.expr) -> bool:
        """Whether `test` asks for a variable of this one."""
        names = {name for name, _ in self.held}
        return any(isinstance(one, ast.Name) and one.id in names for one in ast.walk(test))

    def decides(self, test: ast.expr, state: dict[str, Value]) -> bool | None:
        """How `test` comes out now, if it is the same test of the same values."""
        same = all(state.get(name) is value for name, value in self.held)
        return self.outcome if same and ast.dump(test) == self.test else None


@dataclass(eq=False, slots=True)
class Frame:
    """One function (or class body, or module) while it is traced.

    `variables` is the state at the current point; closures read it at the time of their call. `path` leads from the
    trace root to this frame; it is empty outside a trace. `round` is new in each round of a loop, so that what is
    made in two of them has two symbols. `entry`: nobody was seen to call this function, it is called by way of
    trial; `trial` marks the caller made up for that, `supposed` one made up for what others may pass, and
    all below it. `guards` counts the enclosing `try` statements that handle the
    error of a traced bound, in callers too. `unsure`: it was tested whether some tracer is one, and it is not known
    how the test came out. `assumed`: nothing but its framework, or the user, says that this is traced. `stopped`: JAX
    raised on some path, because a tracer has no value. `forks`: paths that have just parted from
    others; `apart`: only one of them is run, along which `fact` holds, and what is `hidden` there, below another
    condition, is not looked at. `passed`: the containers that it was passed, and `changed`, the parameters whose
    containers it has changed in place. `borrowed`: the names of enclosing functions in which windows are written.
    `stars`: the modules of which a module imports all names. `walrus`: an assignment expression has bound a name.
    `entering`: the last step of `path` already says which function is entered next. `owner` is the class of a
    method. `values`: what each expression was, where that is kept. `ended`: JAX has raised here, since somebody asked
    a tracer for its value: what follows is run to see what comes of that value alone. `alive`: it was left before.
    `exits`: the states in which it was left. `called`: the file and the node of the call, `callee` what is called,
    and `given` what it is passed.
    """

    source: Source
    number: int
    name: str
    mode: Mode
    round: int
    parent: "Frame | None" = None
    variables: dict[str, Value] = field(default_factory=dict)
    path: tuple[Step, ...] = ()
    entry: bool = False
    trial: bool = False
    supposed: bool = False
    entering: bool = False
    is_class: bool = False
    owner: Class | None = None
    depth: int = 0
    guards: int = 0
    assumed: bool = False
    stopped: bool = False
    ended: bool = False
    alive: bool = False
    called: tuple[Source, ast.AST] | None = None
    callee: Function | None = None
    given: dict[str, Value] = field(default_factory=dict)
    unsure: bool = False
    forks: list[tuple[Fact, dict[str, Value]]] = field(default_factory=list)
    apart: bool = False
    hidden: bool = False
    fact: Fact | None = None
    passed: dict[str, Value] = field(default_factory=dict)
    changed: frozenset[str] = frozenset()
    borrowed: frozenset[str] = frozenset()
    returned: list[Value] = field(default_factory=list)
    exits: list[dict[str, Value]] = field(default_factory=list)
    yielded: list[Value] = field(default_factory=list)
    loops: list[Loop] = field(default_factory=list)
    global_names: frozenset[str] = frozenset()
    nonlocal_names: frozenset[str] = frozenset()
    pending: list[Value] = field(default_factory=list)
    stars: list[Module | str] = field(default_factory=list)
    walrus: bool = False
    values: dict[ast.expr, Value] | None = None

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
        """A frame whose code runs here and now, in the same trace and under the same conditions."""
        return Frame(
            self.source,
            number,
            name,
            self.mode,
            self.round,
            self,
            path=self.path,
            entry=self.entry,
            depth=self.depth,
            guards=self.guards,
            assumed=self.assumed,
            unsure=self.unsure,
            apart=self.apart,
            hidden=self.hidden,
            ended=self.ended,
            called=self.called,
            callee=self.callee,
            given=self.given,
            values=self.values,
        )

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


def need_value(frame: Frame) -> None:
    """Note that JAX raises here, because a tracer has no value.

    A `try` may handle that; and code that needs a value is not traced, if it is only assumed to be. Otherwise what
    follows is run to see what comes of the value, of which the slice that is made with it may be the first to tell.
    """
    if frame.guards or frame.assumed:
        raise TracerError
    frame.ended |= bool(frame.path)


def unless_stopped(frame: Frame, work: Callable[[], T], otherwise: T) -> T:
    """What `work` gives; `otherwise`, if JAX raises in it for want of a value and no `try` handles that."""
    try:
        return work()
    except TracerError:
        if frame.guards:
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
