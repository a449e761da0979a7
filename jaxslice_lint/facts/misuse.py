"""What abstract tracing knows about a misuse of arrays other than a slice with a traced bound."""

from dataclasses import dataclass
from enum import Enum, Flag, auto
from pathlib import Path

from jaxslice_lint.facts.site import Bound, Operand
from jaxslice_lint.facts.status import Step
from jaxslice_lint.source.text import Span


class MisuseKind(Enum):
    """What is wrong."""

    SIZE = "a traced size, given to a function that makes a shape of it"
    UPDATE = "`lax.dynamic_update_slice` with an update of another rank or dtype"
    METHOD = "a method that `x.at[…]` does not have"
    DISCARD = "an update whose result is lost"
    STORE = "an assignment to elements of an array"


@dataclass(frozen=True, slots=True)
class Misuse:
    """A call or an assignment that is wrong in each way in which the program reaches it.

    `span`: the call, or the subscript that is assigned to. `name`: the function or method that is called. `operand` is
    the array, `value` what is written to it, if that is known. `sizes`: the traced sizes. `owner`: why the attribute
    that holds the array may not be assigned, empty if it may be. `repeats`: its index may name an element twice.
    `handled`: in some other ways a `try` handles the error, by its name. `unseen`: others may pass what is right.
    """

    kind: MisuseKind
    path: Path
    span: Span
    name: str
    operand: Operand
    value: Operand | None = None
    sizes: tuple[Bound, ...] = ()
    owner: str = ""
    repeats: bool = False
    handled: bool = False
    unseen: bool = False
    trace_path: tuple[Step, ...] = ()


class Evidence(Flag):
    """That a value is no list or dict, and that it is no Ref."""

    NONE = 0
    NO_CONTAINER = auto()
    NO_REF = auto()
    ALL = NO_CONTAINER | NO_REF
