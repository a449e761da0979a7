"""Abstract numbers and arrays: whether JAX knows them while it traces, and what else is known of them."""

from collections.abc import Hashable
from dataclasses import dataclass, field
from enum import Enum, auto

from jaxslice_lint.facts.status import Status, Step
from jaxslice_lint.tracing.domain.symbolic import Poly


class Flavor(Enum):
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


@dataclass(slots=True, unsafe_hash=True)
class Data:
    """A number, an array, a string, or anything else without known structure.

    Nobody changes one: it is not `frozen` since that takes three times as long to make, and a run makes many.

    `why` says in words why it has its status; `origin` is where a traced value was made. `shape_of` is the
    atom of its shape: arrays with equal `shape_of` have equal shapes. `asked`: its value was asked for, so that it is
    a container or JAX has raised.
    """

    status: Status
    flavor: Flavor = Flavor.ANY
    const: Hashable | NoConstant = NO_CONSTANT
    poly: Poly | None = None
    ndim: int | None = None
    dtype: str | None = None
    shape_of: int | None = None
    why: str = field(default="", compare=False)
    origin: Step | None = field(default=None, compare=False)
    asked: bool = False


NONE = Data(Status.STATIC, Flavor.PYTHON, None, why="None")
UNKNOWN = Data(Status.UNKNOWN, why="its value is not known here")
TEST = Data(Status.STATIC, Flavor.TEST, ndim=0, dtype="bool", why="whether it is a tracer")


def constant(value: Hashable, poly: Poly | None = None) -> Data:
    """A known Python constant."""
    ndim = 0 if isinstance(value, (int, float, complex)) else None
    kind = type(value).__name__
    return Data(Status.STATIC, Flavor.PYTHON, value, poly, ndim, kind, why="a Python constant")


def unknown(why: str, poly: Poly | None = None, flavor: Flavor = Flavor.ANY) -> Data:
    """A value of which nothing is claimed."""
    return Data(Status.UNKNOWN, flavor, poly=poly, why=why)
