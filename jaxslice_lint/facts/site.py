"""What abstract tracing knows about a slice site: the only thing that rules and rewrites see of it.

Every text in here is a Python expression that is valid, and means the same, at the site.
"""

from dataclasses import field
from enum import Enum
from pathlib import Path

from jaxslice_lint.facts.masking import Masking
from jaxslice_lint.facts.status import Sign, Status, Step
from jaxslice_lint.jax_model.dtypes import NARROW_DTYPES
from jaxslice_lint.source.immutable import immutable
from jaxslice_lint.source.text import Span

#: Why there is no window of a static size that is no text of the function: it is another one for another caller.
FOREIGN_SIZE = (
    "its size is known only to those who make its bounds, and has no name in this function"
)


class OperandKind(Enum):
    """What is sliced."""

    ARRAY = "JAX array"
    NUMPY = "NumPy array"
    REF = "Pallas Ref"
    SEQUENCE = "Python sequence"
    VARIABLE = "variable of a framework, which holds an array"
    UNKNOWN = "unknown"


class ElementKind(Enum):
    """What an element of an index is, for counting the axes it consumes."""

    SLICE = "slice"
    INTEGER = "integer or integer array"
    NEWAXIS = "None"
    ELLIPSIS = "..."
    MASK = "boolean array"
    UNKNOWN = "unknown"


@immutable
class Bound:
    """Start, stop or step of a slice. `why` says in words why it was judged so.

    `span` is where it is written, if it is; `origin` is where a traced bound was made. `may_be_none`: it is None on
    some path.
    """

    status: Status
    why: str = ""
    text: str | None = None
    span: Span | None = None
    origin: Step | None = None
    sign: Sign = Sign.ANY
    may_be_none: bool = False

    @property
    def is_none(self) -> bool:
        """Whether None is passed for it, which is as if it were not there."""
        return self.status is Status.ABSENT and self.text is not None


@immutable
class Window:
    """A slice of static size in the form `lax.dynamic_slice` wants it.

    It covers `size` positions from `start` upwards, then `[::step]` picks from them; a negative step reads them from
    the end. Both bounds may be evaluated once instead of twice.
    """

    start: str
    size: str
    step: int = 1
    #: The dtype of `start`, "int" for the default one, if it is known.
    dtype: str | None = None
    #: That of `start`.
    sign: Sign = field(default=Sign.ANY, compare=False)
    #: The step as it is written, if that is a name.
    step_text: str = field(default="", compare=False)

    @property
    def narrow(self) -> bool:
        """Whether the start is known to be narrower than 32 bits, so that counting from the end would wrap."""
        return self.dtype in NARROW_DTYPES


@immutable
class Element:
    """One element of the index: `text` is its own text."""

    kind: ElementKind
    text: str | None
    #: Of a slice, its bounds, and the status of `stop - start`.
    start: Bound = Bound(Status.ABSENT)
    stop: Bound = Bound(Status.ABSENT)
    step: Bound = Bound(Status.ABSENT)
    size: Bound = Bound(Status.ABSENT)
    #: With a traced bound one window, else one for each spelling of its size; `no_window` says why there is none.
    windows: tuple[Window, ...] = ()
    no_window: str = ""
    #: Of a mask or an integer, if it is known; of an integer, its value if that is known.
    ndim: int | None = None
    const: int | None = None
    #: Of a slice, the value of `stop - start` if that is known, to whoever it may be; and whether it is known to lie
    #: within its axis.
    count: int | None = None
    in_range: bool = False

    @property
    def window(self) -> Window | None:
        """The window of a slice with a traced bound."""
        return self.windows[0] if self.windows and self.is_traced else None

    @property
    def bounds(self) -> tuple[Bound, Bound, Bound]:
        """Start, stop and step."""
        return self.start, self.stop, self.step

    @property
    def is_traced(self) -> bool:
        """A slice with at least one traced bound."""
        return any(bound.status is Status.TRACED for bound in self.bounds)

    @property
    def begins_at_zero(self) -> bool:
        """A slice that is written without a start, or with 0."""
        return self.start.status is Status.ABSENT or self.start.text == "0"

    @property
    def counts_up(self) -> bool:
        """A slice whose bounds are known to count from the start of the axis."""
        return all(
            bound.status is Status.ABSENT or bound.sign is not Sign.ANY for bound in self.bounds
        )

    @property
    def has_traced_size(self) -> bool:
        """A slice that takes a traced number of elements."""
        return self.is_traced and self.size.status is Status.TRACED


@immutable
class Operand:
    """The sliced object (for `x.at[…]`, `x`).

    `ndim` and `dtype` (a NumPy dtype name, or "float", "int", "bool") if known. `repeatable`: the expression may be
    evaluated a second time. `shown_ndim`: the number of axes in the ways that the program shows, for what JAX refuses
    where others come with another one.
    """

    kind: OperandKind
    ndim: int | None = None
    dtype: str | None = None
    repeatable: bool = True
    shown_ndim: int | None = None


@immutable
class NewValue:
    """What is written to a slice by a method of `x.at[…]`, as far as it is known.

    `ndim`: the number of its axes in the ways that the program shows. `fills`: it has the shape of the slice, where
    that has its full size; `fits`: it meets that shape without changing it. `pastes`: each element of the index is a
    slice as long as the axis of the value at its place; `named`: the places of those that are so by their own text, in
    all ways. `same_dtype`: it has the dtype of the array; `is_array`: it is an array that can be converted to that;
    `keeps_dtype`: what `+` and its like make of the array and it has the dtype of the array.
    """

    ndim: int | None = None
    fills: bool = False
    fits: bool = False
    pastes: bool = False
    named: tuple[int, ...] = ()
    same_dtype: bool = False
    is_array: bool = False
    keeps_dtype: bool = False


class GivenKind(Enum):
    """What a function is given, as far as it matters for running it."""

    NONE = "None"
    STATIC = "static integer"
    TRACED = "traced integer"
    ARRAY = "JAX array"
    NUMPY = "NumPy array"
    SEQUENCE = "Python sequence"
    SLICE = "slice"
    OTHER = "something else"


@immutable
class Given:
    """What a name or an expression of a function holds in one way. `items`: those of a sequence, or the three bounds of
    a slice. `const`: the value of a static integer, if it is known."""

    kind: GivenKind
    ndim: int | None = None
    dtype: str | None = None
    const: int | None = None
    sign: Sign = Sign.ANY
    items: tuple["Given", ...] = ()


@immutable
class Way:
    """One way in which the program reaches a subscript: what is sliced there, and by what.

    `given`: the parameters of the function around it, the bounds and what is sliced, by their text. `is_traced`: some
    slice has a traced bound. `entry`: nobody was seen to come this way, but others may. `where`: in words for a
    message, from where the function is called.
    """

    operand: Operand
    elements: tuple[Element, ...]
    given: tuple[tuple[str, Given], ...] = ()
    is_traced: bool = False
    entry: bool = False
    where: str = ""


@immutable
class Site:
    """A subscript with a slice with a non-literal bound, or a call that slices so, merged over all ways in which the
    program reaches it."""

    path: Path
    span: Span
    operand: Operand
    #: The index as a tuple, also when it was built elsewhere and the subscript holds only its name,
    elements: tuple[Element, ...]
    #: which is told by this.
    written: bool = True
    #: From the root of the trace to the site, which is no step of it.
    trace_path: tuple[Step, ...] = ()
    #: The dotted path of the function that slices, where that is no subscript but a call of `lax.slice` or its like.
    called: str = ""
    #: All ways in which the program reaches it, and why no rewrite is right for all of them, if that is so.
    ways: tuple[Way, ...] = ()
    differs: str = ""
    #: In some the bounds are static and may lie beyond the axis, only beyond its end if `cut_at_end`; in some of these
    #: what is sliced is not known.
    cut_off: bool = False
    cut_at_end: bool = False
    may_be_no_array: bool = False
    #: What others may do who call the function, for which a rewrite is not known to be right.
    unseen: str = ""
    #: An enclosing `try` handles the error in all of them; in some of them, by its name.
    guarded: bool = False
    handled: bool = False
    #: What JAX raises before it comes to the site.
    error: str = ""
    #: What is written there.
    new_value: NewValue = NewValue()
    #: For a slice of traced size, how masks can replace it, or why they cannot.
    masking: Masking | str = ""

    @property
    def is_traced(self) -> bool:
        """Whether some slice has a traced bound."""
        return any(element.is_traced for element in self.elements)

    @property
    def has_traced_size(self) -> bool:
        """Whether some slice takes a traced number of elements."""
        return any(element.has_traced_size for element in self.elements)

    @property
    def has_traced_step(self) -> bool:
        """Whether some slice has a traced step."""
        return any(element.step.status is Status.TRACED for element in self.elements)
