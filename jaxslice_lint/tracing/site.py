"""What abstract tracing knows about a slice site: the only thing that rules and rewrites see of it.

Every text in here is a Python expression that is valid, and means the same, at the site.
"""

from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

from jaxslice_lint.source.text import Span
from jaxslice_lint.tracing.masking import Masking


class Status(Enum):
    """Whether a value is known while JAX traces."""

    ABSENT = "absent"
    STATIC = "static"
    TRACED = "traced"
    UNKNOWN = "unknown"

    __hash__ = (
        object.__hash__
    )  # that of Enum is written in Python, and this one is asked all the time


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


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a trace path: where, and what happens there.

    `argument`: the parameter through which a transform makes a value traced there, if it could be a static one.
    `advice`: how the program could keep the value static instead, if it needs no more than other code.
    """

    path: Path
    span: Span
    note: str
    argument: str = field(default="", compare=False)
    advice: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Bound:
    """Start, stop or step of a slice. `why` says in words why it was judged so.

    `span` is where it is written, if it is; `origin` is where a traced bound was made.
    """

    status: Status
    why: str = ""
    text: str | None = None
    span: Span | None = None
    origin: Step | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """A slice of static size in the form `lax.dynamic_slice` wants it.

    The slice covers `size` positions from `start` upwards, then `[::step]` picks from them; a negative step reads
    them from the end. `pure`: `start` may be evaluated any number of times and in any order with its neighbours.
    `narrow`: the dtype of `start` is known to be narrower than 32 bits, so that counting from the end would wrap.
    """

    start: str
    size: str
    step: int = 1
    pure: bool = True
    narrow: bool = False


@dataclass(frozen=True, slots=True)
class Element:
    """One element of the index. `text` is its own text.

    Slices with a traced bound have a window, or `no_window` says why not. For a slice:
    `start`, `stop`, `step`, and `size`, the status of `stop - start`. For a mask: its `ndim`, if known.
    For an integer: `const`, if its value is known.
    """

    kind: ElementKind
    text: str | None
    start: Bound = Bound(Status.ABSENT)
    stop: Bound = Bound(Status.ABSENT)
    step: Bound = Bound(Status.ABSENT)
    size: Bound = Bound(Status.ABSENT)
    window: Window | None = None
    no_window: str = ""
    ndim: int | None = None
    const: int | None = None

    @property
    def bounds(self) -> tuple[Bound, Bound, Bound]:
        """Start, stop and step."""
        return self.start, self.stop, self.step

    @property
    def is_traced(self) -> bool:
        """A slice with at least one traced bound."""
        return any(bound.status is Status.TRACED for bound in self.bounds)

    @property
    def has_traced_size(self) -> bool:
        """A slice that takes a traced number of elements."""
        return self.is_traced and self.size.status is Status.TRACED


@dataclass(frozen=True, slots=True)
class Operand:
    """The sliced object (for `x.at[…]`, `x`).

    `ndim` and `dtype` (a NumPy dtype name, or "float", "int", "bool") if known. `fresh`: it is made here, by a
    constructor such as `jnp.zeros` that may be written twice.
    """

    kind: OperandKind
    ndim: int | None = None
    dtype: str | None = None
    fresh: bool = False


@dataclass(frozen=True, slots=True)
class Site:
    """A subscript with a slice with a non-literal bound, merged over all ways in which the program reaches it.

    `elements` is the index as a tuple, also when it was built elsewhere and the subscript holds only its name
    (`written` is False then). `also_static`: the program also reaches the site with all bounds static.
    `guarded`: an enclosing `try` handles the error. `trace_path` ends before the site itself. `masking`: for a slice of
    traced size, how masks can replace it, or why they cannot.
    """

    path: Path
    span: Span
    operand: Operand
    elements: tuple[Element, ...]
    written: bool = True
    trace_path: tuple[Step, ...] = ()
    also_static: bool = False
    guarded: bool = False
    masking: Masking | str = ""
