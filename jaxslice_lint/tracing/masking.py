"""What a rewrite needs to know of a slice of traced size whose consumers have a static shape.

The slice gives way to the whole array, and each consumer is told by a mask which elements count. All texts are
expressions of the analysed code that are valid at the consumer.
"""

from dataclasses import dataclass
from enum import Enum

from jaxslice_lint.source.text import Span


class Sign(Enum):
    """What is known of a bound: whether it counts from the start of the axis or from its end."""

    #: from the start: it is not negative, by what is known or by the contract
    PLAIN = "plain"
    #: it is `-k`, for the text `k`
    NEGATED = "negated"
    #: from the end, by a number that is known
    NUMBER = "number"
    #: from either
    ANY = "any"


@dataclass(frozen=True, slots=True)
class Limit:
    """The start or stop of the elements that count. `narrow`: its dtype is narrower than 32 bits."""

    text: str
    sign: Sign = Sign.PLAIN
    narrow: bool = False


@dataclass(frozen=True, slots=True)
class Mask:
    """Which elements along one axis count.

    `array`, an expression, has the axis as `axis` (negative: counted from the right). What is masked has `trailing`
    axes behind it; if that is None, it has the shape of `array`, or broadcasts against it.
    """

    array: str
    axis: int
    trailing: int | None
    start: Limit | None
    stop: Limit | None


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
    #: `jnp.maximum(f(x) - start, 0)`
    OFFSET = "offset"


@dataclass(frozen=True, slots=True)
class Consumer:
    """One change of an expression, at `span`.

    `value`: what fills; what is `initial` (`-inf`, `inf`, `False`, `True`, or a dtype and `min` or `max`); the array
    that is updated; or the start of the offset. `bare`: the span of a new value that
    needs no `.at[:]` to have the dtype and shape of the array. `within`: the span of what is laid out anew.
    """

    form: Form
    span: Span
    mask: Mask
    value: str = ""
    bare: Span | None = None
    within: Span | None = None


@dataclass(frozen=True, slots=True)
class Masking:
    """How to do without slices of traced size: `slices` are the spans of their subscripts, each with the position of
    the slice in its index. `cautions` say what is assumed, such as the `ranks` of what some subscripts slice."""

    slices: tuple[tuple[Span, int], ...]
    consumers: tuple[Consumer, ...]
    cautions: tuple[str, ...] = ()
    ranks: tuple[tuple[Span, int], ...] = ()
