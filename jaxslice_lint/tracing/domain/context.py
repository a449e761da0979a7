"""What code inherits from where it was reached: handed on whole by each call, and a part of the key of its summary."""

from dataclasses import field, replace
from enum import Enum, IntEnum, auto

from jaxslice_lint.facts.status import Step
from jaxslice_lint.source.immutable import immutable


class Mode(Enum):
    """Whether JAX operations on static values give tracers."""

    EAGER = auto()  #: they run at once: module level, callbacks
    UNTRACED = auto()  #: they run at once, and `jit` does nothing: below `disable_jit`
    OPEN = auto()  #: nobody knows: a function that may be called from inside a trace or not
    STAGED = auto()  #: they are recorded: inside `jit`, `scan`, …

    __hash__ = object.__hash__  # that of Enum is written in Python


class Guard(IntEnum):
    """Whether an enclosing `try`, maybe in a caller, handles the error of a traced bound."""

    NONE = 0
    ANY = 1  #: with all others, as a program does that tells of its failures
    NAMED = 2  #: by its name, as one does that goes on in another way


@immutable
class Context:
    """Two contexts are equal if code does the same in both; how it came there, what is not compared says."""

    mode: Mode
    #: The steps from the root of the trace to here; empty outside of a trace.
    path: tuple[Step, ...] = field(default=(), compare=False)
    guard: Guard = Guard.NONE
    #: Nothing but its framework, or the user, says that this is traced.
    assumed: bool = False
    #: It was tested whether some tracer is one, and it is not known how the test came out.
    unsure: bool = False
    #: Only one of several paths is run, see `Frame.facts`,
    on_one_path: bool = False
    #: and below another condition, that may depend on which one it is: nothing is noted.
    undecided: bool = False
    #: JAX has raised, since somebody asked a tracer for its value: what follows is run to see what comes of that value.
    ended: bool = False
    #: Nobody was seen to call this function: it is called by way of trial.
    entry: bool = field(default=False, compare=False)
    #: The caller is made up for that,
    trial: bool = field(default=False, compare=False)
    #: or made up for what others may pass: so is all below it.
    supposed: bool = field(default=False, compare=False)
    #: Nobody was seen to call one of the functions around this.
    made_up: bool = field(default=False, compare=False)
    #: The last step of `path` already says which function is entered next.
    entering: bool = field(default=False, compare=False)
    #: The number of calls around.
    depth: int = field(default=0, compare=False)
    in_trace: bool = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "in_trace", bool(self.path))

    @property
    def guarded(self) -> bool:
        """Whether the error of a traced bound is handled."""
        return self.guard is not Guard.NONE

    @property
    def shows_calls(self) -> bool:
        """Whether a call is a step of the path."""
        return self.in_trace and not self.entering

    def called(self, step: Step | None) -> "Context":
        """The context of a function that is called here, with a `step` for the call if the path shows it."""
        # Written out: every call comes here, and `replace` takes five times as long.
        return Context(
            mode=self.mode,
            path=self.path if step is None else (*self.path, step),
            guard=self.guard,
            assumed=self.assumed,
            unsure=self.unsure,
            on_one_path=self.on_one_path,
            undecided=self.undecided,
            ended=self.ended,
            entry=self.trial or self.supposed,
            supposed=self.supposed,
            made_up=self.made_up or self.trial or self.supposed,
            depth=self.depth + 1,
        )

    def traced(self, mode: Mode, step: Step) -> "Context":
        """The context in which a transform calls its function."""
        return replace(
            self,
            mode=mode,
            path=(*self.path, step),
            entering=True,
            trial=False,
            made_up=self.made_up or self.trial or self.supposed,
        )

    def on_host(self) -> "Context":
        """The context in which JAX calls a function with concrete values."""
        return replace(self, mode=Mode.EAGER, path=(), trial=False)
