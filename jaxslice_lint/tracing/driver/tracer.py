"""The abstract tracer: runs modules, then every function that a transform or nobody was seen to call."""

import ast
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from jaxslice_lint.facts.crash import Crash
from jaxslice_lint.facts.misuse import Evidence, Misuse
from jaxslice_lint.facts.what_if import Conflict, WhatIf
from jaxslice_lint.jax_model.model import DEFAULT, Model
from jaxslice_lint.source.errors import with_traceback
from jaxslice_lint.source.nodes import FunctionNode, is_decorated
from jaxslice_lint.source.project import Project
from jaxslice_lint.tracing.calls import calls, functions, objects
from jaxslice_lint.tracing.calls.binding import parameter, starred
from jaxslice_lint.tracing.calls.transforms import (
    call_wrapped,
    is_root,
    root_arguments,
    static_choices,
    waits_for_calls,
)
from jaxslice_lint.tracing.domain.arguments import Arguments
from jaxslice_lint.tracing.domain.context import Context, Mode
from jaxslice_lint.tracing.domain.frames import Frame
from jaxslice_lint.tracing.domain.joins import join
from jaxslice_lint.tracing.domain.points import Point, PointOf
from jaxslice_lint.tracing.domain.rules import Rules
from jaxslice_lint.tracing.domain.signatures import parameters_of
from jaxslice_lint.tracing.domain.summaries import Summaries
from jaxslice_lint.tracing.domain.symbolic import Atoms
from jaxslice_lint.tracing.domain.values import (
    Class,
    Function,
    Instance,
    StaticMethod,
    Value,
    Wrapped,
)
from jaxslice_lint.tracing.driver.assumptions import run_assumed, run_in_trace
from jaxslice_lint.tracing.driver.escape import EscapeAnalysis
from jaxslice_lint.tracing.driver.index import Index
from jaxslice_lint.tracing.driver.limits import (
    FUEL_OF_MODULE,
    FUEL_OF_TRIAL,
    FUEL_OF_WORK,
    TOO_MUCH,
    OutOfFuelError,
)
from jaxslice_lint.tracing.driver.mentions import index_of
from jaxslice_lint.tracing.driver.reach import Reach
from jaxslice_lint.tracing.driver.spending import Spending
from jaxslice_lint.tracing.observe.misuses import MisuseRecorder
from jaxslice_lint.tracing.observe.recording import Recorder
from jaxslice_lint.tracing.operations import subscripts
from jaxslice_lint.tracing.operations.frameworks import (
    is_traced_method,
    traced_parameters,
    tracing_note,
)
from jaxslice_lint.tracing.syntax import attributes, expressions, modules, statements


@dataclass(slots=True)
class AbstractTracer:
    """See `protocol.Tracer` for the methods. One object traces one project."""

    project: Project
    model: Model = DEFAULT
    what_if: WhatIf = field(default_factory=dict)
    conflicts: list[Conflict] = field(default_factory=list)
    atoms: Atoms = field(default_factory=Atoms)
    recorder: Recorder = field(default_factory=Recorder)
    misuses: MisuseRecorder = field(default_factory=MisuseRecorder)
    summaries: Summaries = field(default_factory=Summaries)
    rules: Rules = field(default_factory=Rules)
    called: set[Wrapped] = field(default_factory=set)
    modules: dict[Path, Frame] = field(default_factory=dict)
    importing: set[tuple[int, str]] = field(default_factory=set)
    libraries: dict[str, Class] = field(default_factory=dict)
    rebuilt: dict[int, dict[int, tuple[Value, Value]]] = field(default_factory=dict)
    crashes: list[Crash] = field(default_factory=list)
    given_up: list[Crash] = field(default_factory=list)
    reach: Reach = field(default_factory=Reach)
    current: tuple[str, int] = ("", 1)
    spending: Spending = field(default_factory=Spending)
    _fuel: int = 0
    _reserves: dict[Path, int] = field(default_factory=dict)
    _number: int = 0
    _uncalled: list[Function] = field(default_factory=list)
    _rooted: dict[Wrapped, Frame] = field(default_factory=dict)
    _wrapped: dict[Wrapped, Frame] = field(default_factory=dict)
    _escape: EscapeAnalysis = field(init=False)

    def __post_init__(self) -> None:
        self._escape = EscapeAnalysis(self.project, self.model)

    def evaluate(self, node: ast.expr, frame: Frame) -> Value:
        again = frame.activation.again
        if again is not None and again[0] is frame and node in again[1]:
            return again[1][node]
        self.spend(1)
        value = expressions.evaluate(self, node, frame)
        values = frame.activation.values
        if again is not None:
            if again[0] is frame:
                again[1][node] = value
        elif values is not None:
            values[node] = value if node not in values else join(values[node], value)
        return value

    def spend(self, fuel: int) -> None:
        self._fuel -= fuel
        if self._fuel < 0:
            raise OutOfFuelError

    def attempt(self, work: Callable[[], object], frame: Frame, fuel: int = FUEL_OF_WORK) -> None:
        path = frame.source.path
        outer, before = self._fuel, self.current
        self._reserves.setdefault(path, FUEL_OF_MODULE)
        self._fuel, self.current = min(fuel, self._reserves[path]), (frame.name, 1)
        start = self._fuel
        self.spending.begin()
        try:
            work()
        except tuple(TOO_MUCH) as error:
            frame.loops.clear()
            self.given_up.append(Crash(path, *self.current, TOO_MUCH[type(error)]))
        except Exception as error:  # one in a function must not lose the findings of the others
            frame.loops.clear()
            self.crashes.append(Crash(path, *self.current, with_traceback(error)))
        spent = start - max(self._fuel, 0)
        self.spending.end(path, *self.current, spent)
        self._reserves[path] -= spent
        self._fuel, self.current = outer, before

    def give_up(self, function: Function, why: str) -> None:
        """Note that a call of `function` is not followed; it matters if there may be slices behind it."""
        if self.reach.includes(function.node):
            path, line = function.frame.source.path, function.node.lineno
            self.given_up.append(Crash(path, function.name, line, why))

    def execute(self, body: Sequence[ast.stmt], frame: Frame) -> bool:
        return statements.execute(self, body, frame)

    def call(self, callee: Value, arguments: Arguments, point: Point) -> Value:
        return calls.call(point, callee, arguments)

    def attribute(self, value: Value, name: str, point: Point) -> Value:
        return attributes.attribute(point, value, name)

    def subscript(self, value: Value, index: Value, point: Point) -> Value:
        return subscripts.subscript(point, value, index)

    def representative(self, cls: Class, method: str = "") -> Instance:
        return objects.representative(self, cls, method)

    def visit(self, node: ast.Subscript, operand: Value, index: Value, frame: Frame) -> None:
        if frame.activation.again is None:
            self.summaries.traced_slices += self.recorder.visit(
                PointOf(self, frame, node), operand, index
            )

    def note_use(
        self,
        node: ast.expr,
        frame: Frame,
        misuse: Misuse | None,
        lacks: Evidence = Evidence.NONE,
    ) -> None:
        self.misuses.note(node, frame, misuse, lacks)

    def note_unseen(self, node: ast.expr) -> None:
        self.misuses.unseen.add(node)

    def values_of(self, node: FunctionNode) -> dict[ast.expr, Value] | None:
        return {} if self.reach.holds_slice(node) else None

    def new_number(self) -> int:
        self._number += 1
        return self._number

    def finish(self, frame: Frame) -> None:
        for value in frame.pending:
            self._root(value, frame)
        frame.pending = []

    def _root(self, value: Value, frame: Frame) -> None:
        """Look at something that a frame made, now that all the variables it reads have been set."""
        match value:
            case Wrapped() if is_root(value) and self._reaches_slices(value):
                # Whoever imports a module may call what is at its top level as well.
                is_open = frame.parent is None or frame.is_class
                self._wrapped[value] = frame
                if value not in self._rooted and (is_open or value not in self.called):
                    self._rooted[value] = frame
                    if not waits_for_calls(value):
                        self._trace_root(value, frame, root_arguments(self, value))
            case Function() if self._reaches_slices(value):
                self._uncalled.append(value)
            case StaticMethod(function=function):
                self._root(function, frame)

    def _reaches_slices(self, value: Value) -> bool:
        """Whether slices can be reached through a function: by what it mentions, or through one that it was made with.

        What a decorator makes of a function mentions it by the name that the decorator has for it.
        """
        pending, seen = [parameters_of(value).function], set[tuple[int, int]]()
        while pending:
            function = pending.pop()
            if function is None or function.identity in seen:
                continue
            if self.reach.includes(function.node):
                return True
            seen.add(function.identity)
            captured = self.summaries.captured(function).values()
            pending += [parameters_of(one).function for one in captured]
        return False

    def _trace_root(self, value: Wrapped, frame: Frame, arguments: Arguments) -> None:
        function = parameters_of(value).function
        if function is not None:
            # The call is made where the function stands, which may be in another module.
            source = function.frame.source
            self.current = function.name, function.node.lineno
            caller = replace(
                frame,
                source=source,
                round=self.new_number(),
                context=replace(frame.context, trial=True),
            )
            call_wrapped(PointOf(self, caller, function.node), value, arguments)

    def index(self, path: Path) -> Index | None:
        """The functions of a file, by what they mention; None if it does not parse."""
        module = self.project.module(path)
        return self.project.kept(
            path, lambda tree: index_of(tree, lambda name: not self.project.find(name, module))
        )

    def trace(self, paths: Iterable[Path], others: Iterable[Path]) -> None:
        """Run modules, and then what they define, as those would who import them; `others` are reached from there."""
        paths, others = [*paths], [*others]
        self._run([*paths], others)
        if self.recorder.has_findings:
            # Whoever does not trace, but calls what others trace, says what a rewrite has to be right for.
            self._run(others, [])
        self._show_unseen_ways()

    def _run(self, paths: Sequence[Path], others: Sequence[Path]) -> None:
        before = dict.fromkeys(self.modules)
        self.reach = Reach(filter(None, map(self.index, (*before, *paths, *others))))
        for path in paths:
            modules.load(self, self.project.module(path))
        self.summaries.calls.clear()
        self.reach = Reach(filter(None, map(self.index, (*self.modules, *others))))
        # Also modules that were loaded on the way: the methods of their classes reach overrides in these.
        for path, frame in list(self.modules.items()):
            for value in frame.pending if path not in before else ():
                self.attempt(partial(self._root, value, frame), frame)
        entries: list[Function] = []
        while self._uncalled:
            waiting, self._uncalled = self._uncalled, []
            for function in waiting:
                self.attempt(partial(run_assumed, self, function), function.frame.module)
            ranks = self.reach.callers_first(
                (name, one.node) for one in waiting for name in _names(one)
            )
            waiting.sort(key=lambda one: ranks[_names(one)[0]])
            for function in waiting:
                self.attempt(partial(self._run_as_entry, function), function.frame.module)
            entries += waiting
        for value, made_in in list(self._rooted.items()):
            self.attempt(partial(self._trace_again, value, made_in), made_in.module)
        for function in entries:
            self.attempt(partial(self._enter_again, function), function.frame.module)

    def _show_unseen_ways(self) -> None:
        """Enter the functions with traced slices that others may call in ways that were not seen."""
        traced = {
            id(parameters.function.node): (value, frame)
            for value, frame in self._wrapped.items()
            if (parameters := parameters_of(value)).function is not None
        }
        with_findings = self.recorder.with_findings()
        self.recorder.may_be_nothing |= self._escape.may_be_nothing(
            with_findings, self.summaries.around
        )
        for function in self._escape.exposed_among(with_findings, self.summaries.around).values():
            if self.summaries.of(function.node).tried:
                continue
            frame = function.frame.module
            if id(function.node) in traced and is_decorated(function.node):
                value, made_in = traced[id(function.node)]
                made_in = made_in.under(replace(made_in.context, supposed=True))
                work = partial(self._trace_root, value, made_in, root_arguments(self, value))
            else:
                work = partial(self._try, function, supposed=True)
            self.attempt(work, frame, FUEL_OF_TRIAL)

    def _trace_again(self, value: Wrapped, frame: Frame) -> None:
        """Trace a function as if more were passed than was seen: other choices, if its calls did not get to all slices,
        and what may be left out as well, if there are none."""
        parameters, choices = parameters_of(value), static_choices(value)
        if value not in self.called:
            optional = choices | parameters.none_defaults
        elif self._misses_slices(parameters.function):
            optional = choices
        else:
            return
        if optional or (waits_for_calls(value) and value not in self.called):
            self._trace_root(value, frame, root_arguments(self, value, optional))

    def _misses_slices(self, function: Function | None) -> bool:
        return function is not None and self.recorder.misses_slices(
            function.node, function.frame.source
        )

    def _enter_again(self, function: Function) -> None:
        """Enter a function if the calls that were seen leave out optional parameters and did not get to all slices.

        A method that its framework traces leads to those of its class.
        """
        if not parameters_of(function).none_defaults:
            return
        node: ast.AST = function.node
        if function.owner is not None and is_traced_method(self, function):
            node = function.owner.node
        elif not self.reach.holds_slice(function.node):
            return
        if self.recorder.misses_slices(node, function.frame.source):
            self._enter(function)

    def _run_as_entry(self, function: Function) -> None:
        """Trace a function that nothing was seen to call, as a caller outside would call it."""
        is_traced = is_traced_method(self, function)
        record = self.summaries.of(function.node)
        is_seen = record.certain if is_traced else record.entered
        # Who calls it without being seen need not handle what it raises.
        if not is_seen or (not record.unhandled and self._escape.is_handed_on(function)):
            self._enter(function)
        if is_traced and record.stopped:  # no trace gets through it
            self.attempt(partial(self._try, function, Mode.EAGER), function.frame.module)

    def _enter(self, function: Function) -> None:
        if is_traced_method(self, function):
            traced = traced_parameters(function)
            run_in_trace(self, function, function, tracing_note(function), traced)
        else:
            self.attempt(partial(self._try, function), function.frame.module, FUEL_OF_TRIAL)

    def _try(self, function: Function, mode: Mode = Mode.OPEN, *, supposed: bool = False) -> None:
        self.current = function.name, function.node.lineno
        parameters = parameters_of(function)
        arguments = Arguments(
            tuple(parameter(self, parameters, name) for name in parameters.positional),
            tuple(
                (name, parameter(self, parameters, name))
                for name in (*parameters.required_keywords, *parameters.optional)
                if name not in parameters.positional
            ),
            starred(parameters),
            open=parameters.kwarg is not None,
        )
        context = Context(mode, function.frame.context.path, trial=True, supposed=supposed)
        self.summaries.inside = None
        self._call(function, arguments, context)
        if self.summaries.inside is not None:
            # What it does says that somebody traces it.
            traced = replace(context, path=(self.summaries.inside,), entering=True)
            self._call(function, arguments, traced)

    def _call(self, function: Function, arguments: Arguments, context: Context) -> None:
        """Call a function from nowhere."""
        module = function.frame.module
        caller = Frame(
            module.source,
            self.new_number(),
            module.name,
            context,
            self.new_number(),
            module,
        )
        functions.run_function(PointOf(self, caller, function.node), function, arguments)


def _names(function: Function) -> tuple[str, ...]:
    """The name by which code that calls a function mentions it, and the class that leads to what it calls."""
    if function.owner is None:
        return (function.name,)
    owner = function.owner.name
    return (owner,) if function.name == "__call__" else (function.name, owner)
