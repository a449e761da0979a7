"""Attributes of objects that are written in a way which is not followed: nothing is known of them from then on."""

from jaxslice_lint.facts.status import Status
from jaxslice_lint.tracing.domain.arguments import Arguments
from jaxslice_lint.tracing.domain.data import NONE, UNKNOWN, unknown
from jaxslice_lint.tracing.domain.joins import alternatives
from jaxslice_lint.tracing.domain.points import Point
from jaxslice_lint.tracing.domain.protocol import Tracer
from jaxslice_lint.tracing.domain.values import AttributeDict, Instance, Union, Value

#: Begins the names that stand for several attributes, whose own names are not known.
COMPUTED = "("
#: The attribute of an object of which any other one may have been written.
ANY = f"{COMPUTED}any)"
_WHY = "the attributes of the object are written in a way that is not followed"
#: What was written to one.
UNSEEN = Union((NONE, unknown(_WHY)))


def forget(tracer: Tracer, owner: Instance) -> None:
    """Note that nothing is known of the attributes of an object any more."""
    _forget(tracer, owner, known=True)


def forget_any_other(tracer: Tracer, owner: Instance) -> None:
    """Note that an object may have attributes that nobody was seen to write."""
    _forget(tracer, owner, known=False)


def _forget(tracer: Tracer, owner: Instance, *, known: bool) -> None:
    for one in (owner, *owner.variants):
        names = (*one.attributes,) if known else ()
        # Of what others made, nothing was known before: it may be whatever the methods take.
        new = dict.fromkeys(names, UNKNOWN) if one.is_any else dict.fromkeys((*names, ANY), UNSEEN)
        if any(one.attributes.get(name, value) != value for name, value in new.items()):
            tracer.summaries.note_change()
        one.attributes |= new


def forget_passed(tracer: Tracer, arguments: Arguments) -> None:
    """What is passed the `__dict__` of an object, and is not known, may write to it."""
    for value in arguments.all():
        for one in alternatives(value):
            if isinstance(one, AttributeDict):
                forget(tracer, one.owner)


def unseen(point: Point, owner: Instance) -> Value | None:
    """What an attribute that nobody was seen to write may be; None if all writes were seen."""
    if ANY not in owner.attributes:
        return None
    return Union((NONE, unknown(_WHY, point.fresh(Status.UNKNOWN))))
