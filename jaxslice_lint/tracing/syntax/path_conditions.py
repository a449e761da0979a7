"""Where two paths part: what follows is run with what they have in common, and once more for a path that makes a
tracer of what is static on the other.

`start = lax.axis_index("x") * n if sharded else 0` fails on one of its paths. Conditions further on may depend on which
one it is: what stands below them is not looked at in that run.
"""

import ast
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress

from jaxslice_lint.facts.status import Status
from jaxslice_lint.tracing.domain.data import Data
from jaxslice_lint.tracing.domain.frames import Fact, Frame, TracerError
from jaxslice_lint.tracing.domain.joins import alternatives, is_traced
from jaxslice_lint.tracing.domain.points import PointOf
from jaxslice_lint.tracing.domain.protocol import Tracer
from jaxslice_lint.tracing.domain.states import State, continue_from
from jaxslice_lint.tracing.domain.values import Value, is_none
from jaxslice_lint.tracing.operations.arithmetic import is_test, truth
from jaxslice_lint.tracing.operations.demands import demand
from jaxslice_lint.tracing.operations.narrowing import is_narrowed, narrow


def run_branches(
    point: PointOf[ast.stmt],
    test: ast.expr,
    branches: tuple[Callable[[], bool], Callable[[], bool]],
) -> bool:
    """Run the branch for a true `test` and that for a false one, as far as they are possible."""
    value = point.evaluate(test)
    demand(value, point.frame)
    decided = decision(value, test, point.frame)
    unsure, hidden, ended = point.frame.unsure, point.frame.hidden, point.frame.ended
    point.frame.unsure = unsure or (is_test(value) and not is_narrowed(test))
    hide(decided, point.frame)
    before = point.frame.variables
    ends: list[tuple[bool, State]] = []
    still_runs = False
    for branch, outcome in zip(branches, (True, False), strict=True):
        if decided is not None and decided is not outcome:
            continue
        point.frame.variables, point.frame.ended = dict(before), ended
        if narrow(point.tracer, test, outcome, point.frame) and branch():
            ends.append((outcome, point.frame.variables))
            still_runs |= not point.frame.ended
    point.frame.ended = bool(ends) and not still_runs
    if len(ends) != 1:
        point.frame.unsure, point.frame.hidden = unsure, hidden
    goes_on = continue_from(point, [state for _, state in ends], before)
    if len(ends) == 2 and point.frame.path and not point.frame.apart:
        forks = _forks(test, ends, point.frame)
        if forks and not _says_what_it_is(point.tracer, test, before, point.frame):
            point.frame.forks = forks
    return goes_on


def decision(value: Value, test: ast.expr, frame: Frame) -> bool | None:
    """How a test comes out, if that is known, also from the path that is run apart."""
    decided = truth(value)
    if decided is None and frame.fact is not None:
        decided = frame.fact.decides(test, frame.variables)
    return decided


def hide(decided: bool | None, frame: Frame) -> None:
    """Look at nothing that is run now, if that may depend on which path is run apart."""
    frame.hidden |= frame.apart and decided is None


@contextmanager
def below(decided: bool | None, frame: Frame) -> Iterator[None]:
    """What is run where it may not be decided that it is run at all."""
    hidden = frame.hidden
    hide(decided, frame)
    try:
        yield
    finally:
        frame.hidden = hidden


def _forks(
    test: ast.expr, ends: Sequence[tuple[bool, State]], frame: Frame
) -> list[tuple[Fact, State]]:
    """The paths that make a tracer of what is static on the other one."""
    parted = [
        name
        for name, merged in frame.variables.items()
        if all(name in state for _, state in ends) and _parts(merged)
    ]
    return [
        (Fact.of(test, outcome, state), dict(state))
        for outcome, state in ends
        if any(is_traced(state[name]) for name in parted)
    ]


def _says_what_it_is(tracer: Tracer, test: ast.expr, before: State, frame: Frame) -> bool:
    """Whether `test` asks for the kind of a value, as `x is None` does: its callers decide, and not all are known."""
    after = frame.variables
    changed = False
    for outcome in (True, False):
        frame.variables = dict(before)
        narrow(tracer, test, outcome, frame)
        changed |= any(frame.variables[name] is not value for name, value in before.items())
    frame.variables = after
    return changed


def _parts(merged: Value) -> bool:
    """Whether a value is traced on one path and a static one on the other."""
    kinds = {
        one.status for one in alternatives(merged) if isinstance(one, Data) and not is_none(one)
    }
    return kinds == {Status.TRACED, Status.STATIC}


def look_apart(tracer: Tracer, body: Sequence[ast.stmt], frame: Frame) -> None:
    """Run what follows a fork, `body`, for each path that makes a tracer.

    What that does beside looking at slices, the run with what the paths have in common does as well.
    """
    forks, frame.forks = frame.forks, []
    before, unsure, mode = frame.variables, frame.unsure, frame.mode
    frame.apart = True
    for frame.fact, frame.variables in forks:
        with suppress(TracerError):
            tracer.execute(body, frame)
        frame.unsure, frame.mode, frame.hidden = unsure, mode, False
    frame.apart, frame.fact, frame.variables = False, None, before
