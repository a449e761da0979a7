"""Calls of functions of the analysed code: one run for each kind of call, and its summary for all others."""

from collections.abc import Hashable, Iterable

from jaxslice_lint.facts.status import Status
from jaxslice_lint.tracing.calls.activations import CONSTRUCTORS, Handed, activate
from jaxslice_lint.tracing.calls.binding import bind_parameters
from jaxslice_lint.tracing.domain.aliases import change_passed, copied
from jaxslice_lint.tracing.domain.arguments import Arguments
from jaxslice_lint.tracing.domain.canonical import Canonical
from jaxslice_lint.tracing.domain.context import Context
from jaxslice_lint.tracing.domain.data import Data, unknown
from jaxslice_lint.tracing.domain.named import detached
from jaxslice_lint.tracing.domain.owners import owner_at
from jaxslice_lint.tracing.domain.points import Point
from jaxslice_lint.tracing.domain.summaries import Summary
from jaxslice_lint.tracing.domain.values import Function, Instance, Value
from jaxslice_lint.tracing.operations.demands import demand_all

#: Deeper than this nobody follows; the value is unknown.
_DEEPEST = 24
#: Kinds of calls of one function that are told apart, inside a trace and outside.
_MOST_KINDS = {True: 24, False: 6}
#: Calls of one function inside each other that are followed.
_MOST_ACTIVE = 5


def run_function(point: Point, function: Function, arguments: Arguments) -> Value:
    """The result of calling `function`; it is run only for a kind of call that was not seen before."""
    tracer, context = point.tracer, point.frame.context
    record = tracer.summaries.of(function.node)
    record.note_call(context, (point.frame.activation.callee, function.frame.activation.callee))
    if context.depth >= _DEEPEST:
        tracer.give_up(function, f"it is called more than {_DEEPEST} calls deep")
        return unknown("the result of a deep or recursive call")
    if tracer.summaries.active.get(_closure(function), 0) > _MOST_ACTIVE:
        return unknown("the result of a deep or recursive call")
    captured = tracer.summaries.captured(function).values()
    canonical, seen = Canonical(tracer.atoms, id(function.node), captured), arguments
    if function.name not in CONSTRUCTORS:
        seen = canonical.arguments(arguments)
    facts = _handed_on(point, function, arguments)
    key = tracer.summaries.key(function, seen, context, facts)
    summary = tracer.summaries.calls.get(key)
    if summary is not None and not (summary.traced_slices and _steps(context) < summary.steps):
        tracer.summaries.traced_slices += summary.traced_slices
        value = copied(tracer, summary.value, summary.made_before)
    else:
        # The second time for the sake of the trace path alone: people are shown the shortest.
        related = _related(point, function, seen, canonical, is_known=summary is not None)
        if related is None:
            return unknown("the result of a function called in many ways")
        value, summary = _run_anew(point, function, related, facts)
        tracer.summaries.calls[key] = summary
    _apply(point, function, arguments, canonical, summary)
    place = _owner(point, function, arguments)
    restored = canonical.restored(value, summary.first_new, _call(point), place)
    return detached(tracer.atoms, ("result", id(point.node)), restored)


def _related(
    point: Point, function: Function, arguments: Arguments, canonical: Canonical, *, is_known: bool
) -> Arguments | None:
    """The arguments with which a function is run anew; None where it was run for too many kinds of calls."""
    summaries, in_trace = point.tracer.summaries, point.frame.context.in_trace
    record, most = summaries.of(function.node), _MOST_KINDS[in_trace]
    kinds = record.kinds[in_trace] - is_known
    passed = tuple(id(value.node) for value in arguments.all() if isinstance(value, Function))
    traced = _traced(arguments)
    # What calls the functions that it is passed is another thing with each; so is what is traced for the first time.
    is_new = (passed and (in_trace, passed) not in record.passed) or traced not in record.traced
    if kinds > most and not is_new:
        return None
    record.kinds[in_trace] = kinds + 1
    record.passed.add((in_trace, passed))
    record.traced.add(traced)
    if kinds == most or summaries.active.get(_closure(function), 0) == _MOST_ACTIVE:
        # This call stands for all that are not traced: nothing relates its arguments.
        return canonical.unrelated(arguments)
    return arguments


def _traced(arguments: Arguments) -> frozenset[int | str]:
    """The places and names of the arguments that are tracers."""
    passed: Iterable[tuple[int | str, Value]] = (
        *enumerate(arguments.positional),
        *arguments.keywords,
    )
    return frozenset(
        place for place, one in passed if isinstance(one, Data) and one.status is Status.TRACED
    )


def _run_anew(
    point: Point, function: Function, arguments: Arguments, facts: tuple[Handed, ...]
) -> tuple[Value, Summary]:
    """What the call returns, and what of it other calls of the kind can be told."""
    tracer, context, closure = point.tracer, point.frame.context, _closure(function)
    summaries = tracer.summaries
    active = summaries.active.get(closure, 0)
    first_new, made_before = tracer.atoms.count, tracer.new_number()
    before, inside = summaries.traced_slices, summaries.inside
    summaries.inside = None
    note = f"`{point.frame.name}` calls `{function.name}`"
    called = context.called(point.step(note) if context.shows_calls else None)
    summaries.active[closure] = active + 1
    try:
        outcome = activate(point, function, arguments, called, facts)
    finally:
        summaries.active[closure] = active
    summary = Summary(
        copied(tracer, outcome.value, made_before),
        outcome.finals,
        first_new,
        made_before,
        summaries.traced_slices - before,
        _steps(context),
        outcome.ended,
        outcome.asked,
        summaries.inside,
    )
    summaries.inside = inside
    return outcome.value, summary


def _handed_on(point: Point, function: Function, arguments: Arguments) -> tuple[Handed, ...]:
    """What is known of the path that is run alone, in the words of a function that is called from there.

    Its names say the same there if they hold the same, and those of a module in that module alone.
    """
    if not point.frame.facts or function.frame.source is not point.frame.source:
        return ()
    seen = {
        **point.tracer.summaries.captured(function),
        **bind_parameters(point.tracer.atoms, function, arguments),
    }
    return tuple(
        (fact.test, tuple(name for name, _ in fact.held), fact.outcome)
        for fact in point.frame.facts
        if all(seen.get(name) is value for name, value in fact.held)
    )


def _apply(
    point: Point, function: Function, arguments: Arguments, canonical: Canonical, summary: Summary
) -> None:
    """Do to the caller what a call does to it beside returning something."""
    tracer, caller = point.tracer, point.frame
    record = tracer.summaries.of(function.node)
    tracer.summaries.inside = tracer.summaries.inside or summary.inside
    caller.ended |= summary.ended and caller.context.in_trace
    if summary.asked:
        bound = bind_parameters(tracer.atoms, function, arguments)
        values = {**tracer.summaries.captured(function), **bound}
        demand_all((values[name] for name in summary.asked), caller)
    caller.activation.borrowed |= record.borrowed
    if record.changed:
        finals = {
            name: canonical.restored(value, summary.first_new, _call(point))
            for name, value in summary.finals.items()
        }
        change_passed(tracer, function, arguments, record.changed, finals, caller)


def _owner(point: Point, function: Function, arguments: Arguments) -> Hashable | None:
    """What tells the object that a method is called on from others: see `owner_at`."""
    owner = arguments.first if function.owner is not None else None
    return owner_at(point, owner) if isinstance(owner, Instance) else None


def _steps(context: Context) -> int:
    """The length of the path in a function that is called here."""
    return len(context.path) + context.shows_calls


def _call(point: Point) -> Hashable:
    return id(point.node), point.frame.round


def _closure(function: Function) -> tuple[int, int]:
    """What is active once more where a function calls itself; two wrappers made by one decorator are not the same."""
    return id(function.node), id(function.frame)
