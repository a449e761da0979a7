"""What a rewrite needs to know of a slice of traced size whose consumers have a static shape.

The slice gives way to the whole array, and each consumer is told by a mask which elements count. All texts are
expressions of the analysed code that are valid at the consumer.
"""

from dataclasses import dataclass, replace
from enum import Enum

from jaxslice_lint.source.text import Span


class Counted(Enum):
    """From which end of the axis a bound counts, by what is known of its sign."""

    #: from the start: it is not negative
    START = "start"
    #: from the end: it is negative
    END = "end"
    #: from the start, or from the end if it is negative
    EITHER = "either"


@dataclass(frozen=True, slots=True)
class Limit:
    """The start or stop of the elements that count."""

    text: str
    counted: Counted = Counted.START


@dataclass(frozen=True, slots=True)
class Mask:
    """Which elements along one axis count.

    `array`, an expression, has the axis as `axis` (negative: counted from the right). What is masked has `trailing`
    axes behind it; if that is None, it has the shape of `array`, or broadcasts against it. `is_reversed`: it has the
    elements of the axis in reverse order. `statement`: the span of the one before which it may be bound to a name.
    """

    array: str
    axis: int
    trailing: int | None
    start: Limit | None
    stop: Limit | None
    is_reversed: bool = False
    statement: Span | None = None

    @property
    def of_axis(self) -> "Mask":
        """The mask before it is brought to where the axis is."""
        return replace(self, trailing=None if self.trailing is None else 0, is_reversed=False)


@dataclass(frozen=True, slots=True)
class First:
    """The first element along an axis of `array`, a name, that counts; it has `left` axes before it, or, if that is
    None, `right` behind it."""

    array: str
    left: int | None
    right: int


class Form(Enum):
    """How a consumer is told."""

    #: `f(x, where=mask)`
    WHERE = "where"
    #: `f(x, where=mask, initial=…)`
    INITIAL = "initial"
    #: `f(jnp.where(mask, x, filling))`
    FILL = "fill"
    #: `jnp.where(mask, x.at[:].set(v), x)`
    UPDATE = "update"
    #: `jnp.maximum(f(x) - start, 0)`, for the start of the mask
    OFFSET = "offset"
    #: `jnp.roll(x, jnp.sum(mask))`: of a reversed array the elements that count, to where they are in the other ones
    ROLL = "roll"


@dataclass(frozen=True, slots=True)
class Consumer:
    """One change of an expression, at `span`, to which elements do not matter that are not in all of `masks`.

    `value`: what fills, if it is not the `first` element that counts; what is `initial` (a constant, or a dtype and
    `min` or `max`); the array that is updated; the axis that is rolled, if there are others. `bare`: the span of a new
    value that needs no `.at[:]` to have the dtype and shape of the array. `within`: the span of what is laid out anew.
    """

    form: Form
    span: Span
    masks: tuple[Mask, ...]
    value: str = ""
    bare: Span | None = None
    within: Span | None = None
    first: First | None = None


@dataclass(frozen=True, slots=True)
class Masking:
    """How to do without slices of traced size: `slices` are the spans of their subscripts, each with the position of
    the slice in its index, `scope` that of the function around them. `cautions` say what is assumed, such as the
    `ranks` of what some subscripts slice."""

    slices: tuple[tuple[Span, int], ...]
    consumers: tuple[Consumer, ...]
    scope: Span
    cautions: tuple[str, ...] = ()
    ranks: tuple[tuple[Span, int], ...] = ()
