"""Abstract numbers and arrays: whether JAX knows them while it traces, and what else is known of them."""

from collections.abc import Hashable
from dataclasses import dataclass, field
from enum import Enum, auto

from jaxslice_lint.facts.status import Status, Step
from jaxslice_lint.tracing.domain.polynomials import Poly


class Kind(Enum):
    """Whose object it is.

    `PYTREE`: a traced argument of unknown structure, whose leaves are all traced. `TEST`: the answer of a test that
    tells tracers from other objects.
    """

    ANY = auto()
    PYTHON = auto()
    NUMPY = auto()
    JAX = auto()
    PYTREE = auto()
    REF = auto()
    TEST = auto()

    __hash__ = object.__hash__  # that of Enum is written in Python


class NoConstant(Enum):
    """Stands for "the value is not known"; None is a value."""

    TOKEN = auto()

    __hash__ = object.__hash__


NO_CONSTANT = NoConstant.TOKEN


@dataclass(slots=True, unsafe_hash=True, repr=False)
class Data:
    """A number, an array, a string, or anything else without known structure.

    Nobody changes one: it is not `frozen` since that takes three times as long to make, and a run makes many.

    `dtype`: its name, "int" and "float" for the default ones, or a symbol for one that is not known (`dtypes.py`).
    `why` says in words why it has its status; `origin` is where a traced value was made. `shape_of` is the
    atom of its shape: arrays with equal `shape_of` have equal shapes. `asked`: its value was asked for, so that it is
    a container or JAX has raised. `of_tree`: it is what an attribute of a traced argument of unknown class holds,
    traced or static.
    """

    status: Status
    kind: Kind = Kind.ANY
    const: Hashable | NoConstant = NO_CONSTANT
    poly: Poly | None = None
    ndim: int | None = None
    dtype: str | None = None
    shape_of: int | None = None
    why: str = field(default="", compare=False)
    origin: Step | None = field(default=None, compare=False)
    asked: bool = False
    of_tree: bool = False

    def __repr__(self) -> str:
        """What is known, in a few words: `traced int32[2 axes]`."""
        if self.const is not NO_CONSTANT:
            return repr(self.const)
        words = [
            self.status.value,
            *([self.kind.name.lower()] if self.kind is not Kind.ANY else []),
        ]
        words += [self.dtype] if self.dtype and not self.dtype.startswith("?") else []
        axes = "" if self.ndim is None else f"[{self.ndim}]"
        return f"{' '.join(words)}{axes}"

    def of_integer(self, poly: Poly | None) -> "Data":
        """The same of another integer."""
        return self.renumbered(poly, self.shape_of, self.dtype)

    def renumbered(self, poly: Poly | None, shape_of: int | None, dtype: str | None) -> "Data":
        """The same of another integer, or of an array of another shape and dtype. (`replace` takes thrice as long.)"""
        return Data(
            self.status,
            self.kind,
            self.const,
            poly,
            self.ndim,
            dtype,
            shape_of,
            self.why,
            self.origin,
            self.asked,
            self.of_tree,
        )


def static(
    why: str,
    kind: Kind = Kind.ANY,
    *,
    const: Hashable | NoConstant = NO_CONSTANT,
    poly: Poly | None = None,
    ndim: int | None = None,
    dtype: str | None = None,
    shape_of: int | None = None,
) -> Data:
    """What is known while JAX traces, if not to us."""
    return Data(Status.STATIC, kind, const, poly, ndim, dtype, shape_of, why)


def traced(
    why: str,
    origin: Step | None,
    kind: Kind = Kind.JAX,
    *,
    poly: Poly | None = None,
    ndim: int | None = None,
    dtype: str | None = None,
    shape_of: int | None = None,
) -> Data:
    """A tracer, made at `origin`."""
    return Data(Status.TRACED, kind, NO_CONSTANT, poly, ndim, dtype, shape_of, why, origin)


def unknown(
    why: str,
    poly: Poly | None = None,
    kind: Kind = Kind.ANY,
    *,
    ndim: int | None = None,
    dtype: str | None = None,
) -> Data:
    """A value of which nothing is claimed."""
    return Data(Status.UNKNOWN, kind, NO_CONSTANT, poly, ndim, dtype, None, why)


def constant(value: Hashable, poly: Poly | None = None) -> Data:
    """A known Python constant."""
    ndim = 0 if isinstance(value, (int, float, complex)) else None
    kind = type(value).__name__
    why = "a Python constant"
    return static(why, Kind.PYTHON, const=value, poly=poly, ndim=ndim, dtype=kind)


NONE = static("None", Kind.PYTHON, const=None)
UNKNOWN = unknown("its value is not known here")
TEST = static("whether it is a tracer", Kind.TEST, ndim=0, dtype="bool")
