"""What abstract tracing knows about a misuse of arrays other than a slice with a traced bound."""

import ast
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from jaxslice_lint.source.text import Span
from jaxslice_lint.tracing.site import Bound, Operand, Step


class Kind(Enum):
    """What is wrong."""

    SIZE = "`lax.dynamic_slice` with a traced size"
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
    """

    kind: Kind
    path: Path
    span: Span
    name: str
    operand: Operand
    value: Operand | None = None
    sizes: tuple[Bound, ...] = ()
    owner: str = ""
    repeats: bool = False
    trace_path: tuple[Step, ...] = ()


def is_at(node: ast.AST) -> bool:
    """Whether `node` is `x.at[…]`."""
    return isinstance(node, ast.Subscript) and (
        isinstance(node.value, ast.Attribute) and node.value.attr == "at"
    )


def updated(node: ast.expr) -> ast.expr:
    """The array that a chain of updates begins with: `x` of `x.at[i].set(v).at[j].set(w)`."""
    match node:
        case ast.Call(
            func=ast.Attribute(value=ast.Subscript(value=ast.Attribute(attr="at") as at))
        ):
            return updated(at.value)
    return node
