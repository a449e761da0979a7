"""Path conditions. Where two paths part, what follows is run with what they have in common, and once more, alone, for a
path that makes a tracer of what is static or unknown on the other.

`start = lax.axis_index("x") * n if sharded else 0` fails on one of its paths. Conditions further on may depend on which
one it is: what stands below them is undecided in that run: nothing of it is noted.
"""

import ast
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace

from jaxslice_lint.facts.status import Status
from jaxslice_lint.source.nodes import all_parameters
from jaxslice_lint.tracing.domain.data import UNKNOWN, Data
from jaxslice_lint.tracing.domain.frames import Frame, PathCondition, TracerError
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
    decided = decision(value, test, point.frame)
    outside = point.frame.context
    if not outside.unsure and is_test(value) and not is_narrowed(test):
        point.frame.context = replace(outside, unsure=True)
    note_undecided(decided, point.frame)
    before = point.frame.variables
    ends: list[tuple[bool, State]] = []
    still_runs = False
    for branch, outcome in zip(branches, (True, False), strict=True):
        if decided is not None and decided is not outcome:
            continue
        point.frame.variables, point.frame.ended = dict(before), outside.ended
        if narrow(point.tracer, test, outcome, point.frame) and branch():
            ends.append((outcome, point.frame.variables))
            still_runs |= not point.frame.ended
    if len(ends) != 1:
        point.frame.context = outside
    point.frame.ended = bool(ends) and not still_runs
    goes_on = continue_from(point, [state for _, state in ends], before)
    if len(ends) == 2 and point.frame.context.path and not point.frame.context.on_one_path:
        parted = _parted(test, ends, point.frame)
        if parted:
            asked = _asked_what_they_are(point.tracer, test, before, point.frame)
            point.frame.parted = [
                one for one in parted if _is_taken(asked, one[0], before, point.frame)
            ]
    return goes_on


def decision(value: Value, test: ast.expr, frame: Frame) -> bool | None:
    """How a test comes out, if that is known, also from the path that is run alone."""
    decided = truth(value)
    if decided is None and frame.condition is not None:
        decided = frame.condition.decides(test, frame.variables)
    return decided


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
    test: ast.expr, ends: Sequence[tuple[bool, State]], frame: Frame
) -> list[tuple[PathCondition, State]]:
    """The paths that make a tracer of what is none on the other one."""
    names = [
        name
        for name in frame.variables
        if all(name in state for _, state in ends) and _part(*(state[name] for _, state in ends))
    ]
    return [
        (PathCondition.of(test, outcome, state), dict(state))
        for outcome, state in ends
        if any(is_traced(state[name]) for name in names)
    ]


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


def _is_taken(asked: set[str], condition: PathCondition, before: State, frame: Frame) -> bool:
    """Whether a path exists. What a value is that is asked for, its callers decide, and not all are known; but a
    parameter that may be left out is left out somewhere."""
    callee = frame.activation.callee
    parameters = () if callee is None else all_parameters(callee.node.args)
    optional = {
        one.arg
        for one in parameters
        if any(map(is_none, alternatives(before.get(one.arg, UNKNOWN))))
    }
    held = dict(condition.held)
    return all(name in optional and is_none(held.get(name, UNKNOWN)) for name in asked)


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
    parted, frame.parted = frame.parted, []
    before, outside = frame.variables, frame.context
    for frame.condition, frame.variables in parted:
        ended = frame.ended
        frame.context = replace(outside, on_one_path=True, undecided=False, ended=ended)
        with suppress(TracerError):
            tracer.execute(body, frame)
    frame.context = replace(outside, undecided=False, ended=frame.ended)
    frame.condition, frame.variables = None, before
