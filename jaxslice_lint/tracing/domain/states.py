"""The state of a frame, and where several meet."""

from collections.abc import Sequence

from jaxslice_lint.facts.status import Status
from jaxslice_lint.tracing.domain.data import NONE
from jaxslice_lint.tracing.domain.frames import unbound
from jaxslice_lint.tracing.domain.joins import join, status_of
from jaxslice_lint.tracing.domain.points import Point
from jaxslice_lint.tracing.domain.values import Value

State = dict[str, Value]


def merge_states(point: Point, states: Sequence[State]) -> State:
    """The state where several paths meet; a variable missing on one of them keeps what it has on the others."""
    merged = dict(states[0])
    for state in states[1:]:
        for name, value in state.items():
            before = merged.setdefault(name, value)
            if before is not value:
                status = status_of(before)
                if status is not status_of(value):
                    status = Status.UNKNOWN
                poly = point.fresh(status, ("merge", name))
                merged[name] = join(before, value, poly)
    if any(len(state) < len(merged) for state in states):
        everywhere = set(states[0]).intersection(*states[1:])
        for name in merged.keys() - everywhere:
            if name.isidentifier():
                merged[unbound(name)] = NONE
    return merged


def continue_from(point: Point, ends: list[State], before: State) -> bool:
    """Go on from where several paths end; whether there is one."""
    point.frame.variables = merge_states(point, ends) if ends else before
    return bool(ends)
