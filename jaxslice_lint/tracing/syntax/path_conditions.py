"""Path conditions. Where two paths part, what follows is run with what they have in common, and once more, alone, for a
path that makes a tracer of what is static or unknown on the other.

`start = lax.axis_index("x") * n if sharded else 0` fails on one of its paths. Conditions further on may depend on which
one it is: what stands below them is undecided in that run: no finding is made of it. If there is one, the other path is
run alone as well: it may lead to the same slice with numbers.
"""

import ast
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace

from jaxslice_lint.facts.status import Status
from jaxslice_lint.source.nodes import all_parameters, names_in
from jaxslice_lint.tracing.domain.data import UNKNOWN, Data
from jaxslice_lint.tracing.domain.frames import Frame, Path, TracerError
from jaxslice_lint.tracing.domain.joins import (
    alternatives,
    is_traced,
    status_of,
    without_none,
)
from jaxslice_lint.tracing.domain.points import PointOf
from jaxslice_lint.tracing.domain.protocol import Tracer
from jaxslice_lint.tracing.domain.states import State, continue_from
from jaxslice_lint.tracing.domain.values import DataMethod, Value, is_none
from jaxslice_lint.tracing.operations.arithmetic import is_test, truth
from jaxslice_lint.tracing.operations.demands import demand
from jaxslice_lint.tracing.operations.narrowing import is_narrowed, narrow
from jaxslice_lint.tracing.syntax.path_facts import facts_of, is_of_path, outcome_of

#: Partings of one function after which paths are run alone: all that follows is run again for each.
_MOST_PARTINGS = 24
#: What may be a number: attributes of what is not known are methods, as far as anybody knows.
_NUMBERS = (Data, DataMethod)


def run_branches(
    point: PointOf[ast.stmt],
    test: ast.expr,
    branches: tuple[Callable[[], bool], Callable[[], bool]],
) -> bool:
    """Run the branch for a true `test` and that for a false one, as far as they are possible."""
    value = point.evaluate(test)
    demand(value, point.frame)
    decided = decision(point.at(test), value)
    outside = point.frame.context
    if not outside.unsure and is_test(value) and not is_narrowed(test):
        point.frame.context = replace(outside, unsure=True)
    ends, still_runs = _run_each(point, test, branches, decided)
    before = point.frame.variables
    if len(ends) != 1:
        point.frame.context = outside
    point.frame.ended = bool(ends) and not still_runs
    goes_on = continue_from(point, [state for _, state in ends], before)
    may_part = point.frame.context.path and not point.frame.context.on_one_path
    if len(ends) == 2 and may_part and point.frame.partings < _MOST_PARTINGS:
        point.frame.parted = _parted(point, test, ends, before)
        point.frame.partings += bool(point.frame.parted)
    return goes_on


def _run_each(
    point: PointOf[ast.stmt],
    test: ast.expr,
    branches: tuple[Callable[[], bool], Callable[[], bool]],
    decided: bool | None,
) -> tuple[list[tuple[bool, State]], bool]:
    """The states in which the branches end that are possible, and whether JAX comes to the end of one.

    Of the frame there is left what is known where the only one ends, but for its variables.
    """
    frame = point.frame
    before, entered, tested = frame.variables, frame.context, frame.tested
    after, known = entered, tested
    ends: list[tuple[bool, State]] = []
    still_runs = False
    for branch, outcome in zip(branches, (True, False), strict=True):
        if decided is not None and decided is not outcome:
            continue
        frame.variables, frame.context, frame.tested = dict(before), entered, tested
        _enter(decided, test, outcome, frame)
        if narrow(point.tracer, test, outcome, frame) and branch():
            ends.append((outcome, frame.variables))
            after, known = frame.context, frame.tested
            still_runs |= not frame.ended
    frame.variables, frame.context = before, after
    frame.tested = known if len(ends) == 1 else tested
    return ends, still_runs


def decision(point: PointOf[ast.expr], value: Value) -> bool | None:
    """How a test of this value comes out, if that is known, also from the path that is run alone."""
    decided = truth(value)
    return outcome_of(point) if decided is None else decided


def asks_for_path(test: ast.expr, frame: Frame) -> bool:
    """Whether `test` asks for a variable of those that have decided which path is run alone."""
    names = {name for fact in frame.facts for name, _ in fact.held}
    return not names.isdisjoint(names_in(test))


def _enter(decided: bool | None, test: ast.expr, outcome: bool, frame: Frame) -> None:
    """Note what the branch says, on which `test` comes out as `outcome`, of the path that is run alone."""
    if decided is None and frame.facts:
        if not is_of_path(test, outcome, frame):
            note_undecided(decided, frame)
        frame.tested = (*frame.tested, *facts_of(test, outcome, frame))
    else:
        note_undecided(decided, frame)


def note_undecided(decided: bool | None, frame: Frame) -> None:
    """Nothing is noted of what is run now, if that may depend on which path it is that is run alone."""
    if frame.context.on_one_path and decided is None and not frame.context.undecided:
        frame.context = replace(frame.context, undecided=True)


@contextmanager
def below(decided: bool | None, frame: Frame) -> Iterator[None]:
    """What is run where it may not be decided that it is run at all."""
    undecided = frame.context.undecided
    note_undecided(decided, frame)
    try:
        yield
    finally:
        if frame.context.undecided is not undecided:
            frame.context = replace(frame.context, undecided=undecided)


def _parted(
    point: PointOf[ast.stmt], test: ast.expr, ends: Sequence[tuple[bool, State]], before: State
) -> list[Path]:
    """Both paths, if one makes a tracer of what is none on the other one, as far as they exist."""
    frame = point.frame
    names = [
        name
        for name in frame.variables
        if all(name in state for _, state in ends) and _part(*(state[name] for _, state in ends))
    ]
    if not names:
        return []
    after = frame.variables
    asked = _asked_what_they_are(point.tracer, test, before, frame)
    frame.variables = before
    paths = [
        Path(
            facts_of(test, outcome, frame),
            dict(state),
            traces=any(is_traced(state[name]) for name in names),
        )
        for outcome, state in ends
        if _is_taken(asked, state, before, frame)
    ]
    frame.variables = after
    return paths


def _asked_what_they_are(tracer: Tracer, test: ast.expr, before: State, frame: Frame) -> set[str]:
    """The names for the kind of whose values `test` asks, as `x is None` does."""
    after = frame.variables
    changed: set[str] = set()
    for outcome in (True, False):
        frame.variables = dict(before)
        narrow(tracer, test, outcome, frame)
        changed |= {name for name, value in before.items() if frame.variables[name] is not value}
    frame.variables = after
    return changed


def _is_taken(asked: set[str], state: State, before: State, frame: Frame) -> bool:
    """Whether a path exists. What a value is that is asked for, its callers decide, and not all are known; but a
    parameter that may be left out is left out somewhere."""
    callee = frame.activation.callee
    parameters = () if callee is None else all_parameters(callee.node.args)
    optional = {
        one.arg
        for one in parameters
        if any(map(is_none, alternatives(before.get(one.arg, UNKNOWN))))
    }
    return all(name in optional and is_none(state.get(name, UNKNOWN)) for name in asked)


def _part(one: Value, other: Value) -> bool:
    """Whether a number is traced on one path, and static or unknown on the other."""
    if one is other:
        return False
    kinds = {_status(one), _status(other)}
    return Status.TRACED in kinds and len(kinds - {Status.ABSENT}) == 2


def _status(value: Value) -> Status:
    """The status of a number; absent for anything else."""
    if is_none(value) or not all(isinstance(one, _NUMBERS) for one in alternatives(value)):
        return Status.ABSENT
    return status_of(without_none(value))


def run_alone(tracer: Tracer, body: Sequence[ast.stmt], frame: Frame) -> None:
    """Run what follows, `body`, for each path that has just parted from another one and makes a tracer.

    What that does beside looking at slices, the run with what the paths have in common does as well.
    """
    paths, frame.parted = sorted(frame.parted, key=lambda one: not one.traces), []
    before, outside = frame.variables, frame.context
    seen = tracer.summaries.traced_slices
    for path in paths:
        # Of a path with numbers alone somebody asks only for a slice that is found.
        if path.traces or tracer.summaries.traced_slices > seen:
            ended = frame.ended
            frame.context = replace(outside, on_one_path=True, undecided=False, ended=ended)
            frame.facts, frame.variables = path.facts, dict(path.state)
            with suppress(TracerError):
                tracer.execute(body, frame)
    frame.context = replace(outside, undecided=False, ended=frame.ended)
    frame.facts, frame.tested, frame.variables = (), (), before
