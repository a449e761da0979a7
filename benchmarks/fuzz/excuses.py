"""Whether the reason that the tool states for an unsafe rewrite covers what the rewrite changed.

Each phrase of a reason stands for one kind of change; a change of another kind is a fault, whatever the reason says.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from fuzz.execute import Step, Trouble
from fuzz.program import Program
from fuzz.tool import Found
from fuzz.watch import Event, Site

#: How programs call functions without the tool seeing it. Of such calls a safe rewrite promises only that what is in
#: bounds stays as it is; of calls that it sees, that nothing changes.
_UNSEEN = (
    "ThreadPoolExecutor(",
    "globals()[",
    ".__enter__()",
    ".setdefault(",
    "= type('",
    "exec('def ",
    "= eval('lambda ",
)
_NOT_HASHABLE = ("hashable", "static", "Tracer", "Concretization")


@dataclass(frozen=True, slots=True)
class Change:
    """What one statement does otherwise: the eager `events` that led to it, the sites where all of them were `traced`,
    the statement `after` the rewrite, and whether the program takes a `gradient`."""

    events: Sequence[Event]
    traced: Collection[Site]
    after: Step
    gradient: bool

    @property
    def trouble(self) -> Trouble | None:
        """The exception that it ends with, if any."""
        return self.after.trouble


def is_covered(change: Change, unsafe: Collection[Found]) -> bool:
    """Whether some reason among those of the unsafe fixes of the program covers the change."""
    return any(
        test(change, found)
        for found in unsafe
        for phrase, test in _RULES.items()
        if phrase in found.caution
    )


def is_out_of_bounds(change: Change, fixed: Collection[Found], program: Program) -> bool:
    """Whether the change may come from a traced window that is not within the array, from one in a call that the tool
    cannot see, or from a bound beyond 2**31: nothing is promised there."""
    is_unseen = any(word in program.shown() for word in _UNSEEN)
    return any(
        (_is_cut(change, found) and (is_unseen or found.site in change.traced))
        or _is_huge(change, found)
        for found in fixed
    )


def _at(change: Change, found: Found) -> list[Event]:
    return [event for event in change.events if event.site == found.site]


def _is_cut(change: Change, found: Found) -> bool:
    return any(event.is_cut for event in _at(change, found))


def _is_huge(change: Change, found: Found) -> bool:
    return any(event.is_huge for event in _at(change, found))


def _is_reached(change: Change, found: Found) -> bool:
    return bool(_at(change, found))


def _is_no_array(change: Change, found: Found) -> bool:
    return any(event.kind != "jax" for event in _at(change, found))


def _is_static_argument(change: Change, _: Found) -> bool:
    trouble = change.trouble
    return trouble is not None and any(
        word in f"{trouble.name} {trouble.message}" for word in _NOT_HASHABLE
    )


def _is_gradient(change: Change, found: Found) -> bool:
    return change.gradient and _is_reached(change, found)


def _is_nothing(change: Change, found: Found) -> bool:
    trouble = change.trouble
    return trouble is not None and "None" in trouble.message and _is_reached(change, found)


_RULES: dict[str, Callable[[Change, Found], bool]] = {
    "cut off": _is_cut,
    "taken to": _is_reached,
    "is not known to be an array": _is_no_array,
    "may be no array": _is_no_array,
    "is `None`": _is_nothing,
    "compiled anew": _is_static_argument,
    "gradient": _is_gradient,
    "fractions are cut off": _is_reached,
    "another name may stand for the same array": _is_reached,
}
