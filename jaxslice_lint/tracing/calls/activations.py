"""Running the body of a function of the analysed code, once, in a frame of its own."""

import ast
from dataclasses import dataclass, field, replace
from functools import partial

from jaxslice_lint.facts.status import Status
from jaxslice_lint.source.nodes import FunctionNode, walk
from jaxslice_lint.tracing.calls.binding import bind_parameters
from jaxslice_lint.tracing.domain.aliases import containers
from jaxslice_lint.tracing.domain.arguments import Arguments
from jaxslice_lint.tracing.domain.context import Context
from jaxslice_lint.tracing.domain.data import NONE, Data
from jaxslice_lint.tracing.domain.frames import STOPPED, Activation, Fact, Frame, unless_stopped
from jaxslice_lint.tracing.domain.joins import join_all
from jaxslice_lint.tracing.domain.named import detached, named
from jaxslice_lint.tracing.domain.points import Point, PointOf
from jaxslice_lint.tracing.domain.symbolic import Atoms
from jaxslice_lint.tracing.domain.values import Function, Many, Value
from jaxslice_lint.tracing.syntax.typed import annotated

#: They make a new object each time, which keeps the symbols of its maker.
CONSTRUCTORS = frozenset({"__init__", "__post_init__"})


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a call returned, and what else it did: see `Summary`."""

    value: Value
    finals: dict[str, Value] = field(default_factory=dict)
    ended: bool = False
    asked: tuple[str, ...] = ()


#: A fact of the caller that holds in what is called: the test, its names, and how it comes out.
Handed = tuple[ast.expr, tuple[str, ...], bool]


def activate(
    point: Point,
    function: Function,
    arguments: Arguments,
    context: Context,
    facts: tuple[Handed, ...] = (),
) -> Outcome:
    """Run `function`, called at `point`, in `context`, where `facts` hold."""
    tracer, node = point.tracer, function.node
    record = tracer.summaries.of(node)
    frame = Frame(
        function.frame.source,
        tracer.new_number(),
        function.name,
        context,
        tracer.new_number(),
        function.frame,
        owner=function.owner,
        activation=Activation(
            function, (point.frame.source, point.node), values=tracer.values_of(node)
        ),
    )
    bound = {
        name: _as_parameter(tracer.atoms, function, name, value)
        for name, value in bind_parameters(tracer.atoms, function, arguments).items()
    }
    frame.variables = annotated(tracer, function, bound)
    frame.passed = containers(frame.variables)
    entry = {**tracer.summaries.captured(function), **frame.variables}
    frame.facts = tuple(
        Fact(test, tuple((name, entry[name]) for name in names), outcome)
        for test, names, outcome in facts
    )
    if frame.activation.values is not None:
        frame.activation.given = dict(frame.variables)
    before, tracer.current = tracer.current, (function.name, node.lineno)
    outcome = _run_body(PointOf(tracer, frame, node), entry)
    tracer.current = before
    record.borrowed |= frame.activation.borrowed
    record.changed |= frame.changed
    record.stopped |= outcome.ended and not isinstance(node, ast.Lambda)
    return outcome


def _run_body(point: PointOf[FunctionNode], entry: dict[str, Value]) -> Outcome:
    """Run the body from its first state, `entry`."""
    tracer, frame, node = point.tracer, point.frame, point.node
    if isinstance(node, ast.Lambda):
        result = unless_stopped(frame, partial(tracer.evaluate, node.body, frame), STOPPED)
        frame.leave()
        tracer.finish(frame)
        return Outcome(result, {}, frame.ended or result is STOPPED, _asked(entry, frame))
    if tracer.execute(node.body, frame):
        frame.leave()
        frame.returned.append(NONE)
    tracer.finish(frame)
    if frame.yielded:
        return Outcome(Many(join_all(frame.yielded)))
    ended = (frame.ended or frame.stopped) and not frame.alive
    if frame.stopped and not frame.returned:
        frame.returned.append(STOPPED)
    poly = point.fresh(Status.UNKNOWN, "returned")
    returned = join_all(frame.returned, poly) if frame.returned else NONE
    return Outcome(returned, _finals(node, frame), ended, _asked(entry, frame))


def _as_parameter(atoms: Atoms, function: Function, name: str, value: Value) -> Value:
    """What a function sees of what it is passed: no number, and nothing that only its callers know."""
    label = (id(function.node), name)
    if function.name in CONSTRUCTORS:
        return detached(atoms, label, value)
    return named(atoms, label, value)


def _asked(entry: dict[str, Value], frame: Frame) -> tuple[str, ...]:
    """The names whose value was asked for wherever the function was left; `entry` is what they held before."""
    return tuple(
        name
        for name, value in entry.items()
        if frame.exits
        and isinstance(value, Data)
        and all(_is_asked(state.get(name), value) for state in frame.exits)
    )


def _is_asked(held: Value | None, before: Data) -> bool:
    return isinstance(held, Data) and held.asked and held == replace(before, asked=True)


def _finals(node: ast.FunctionDef | ast.AsyncFunctionDef, frame: Frame) -> dict[str, Value]:
    """What changed containers are at the end, if there is one end and their names still stand for them."""
    if not frame.changed or len(frame.returned) != 1:
        return {}
    bound = {
        inner.id
        for statement in node.body
        for inner in walk(statement)
        if isinstance(inner, ast.Name) and not isinstance(inner.ctx, ast.Load)
    }
    return {name: frame.variables[name] for name in frame.changed if name not in bound}
