"""A point of the program: where something happens, and all that is needed to go on from there."""

import ast
from collections.abc import Hashable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeAlias, TypeVar

from jaxslice_lint.facts.status import Sign, Status, Step
from jaxslice_lint.tracing.domain.arguments import Arguments
from jaxslice_lint.tracing.domain.frames import Frame
from jaxslice_lint.tracing.domain.polynomials import Poly, atom
from jaxslice_lint.tracing.domain.values import Value

if TYPE_CHECKING:
    from jaxslice_lint.tracing.domain.protocol import Tracer

Node = TypeVar("Node", bound=ast.AST, covariant=True)
Other = TypeVar("Other", bound=ast.AST)


@dataclass(slots=True)
class PointOf(Generic[Node]):
    """A `node` of the analysed code, reached in a `frame`: a call site, or where any other expression is evaluated.

    Nobody changes one, as with `Data`.
    """

    tracer: "Tracer"
    frame: Frame
    node: Node

    def evaluate(self, node: ast.expr) -> Value:
        """The value of an expression in this frame."""
        return self.tracer.evaluate(node, self.frame)

    def call(self, callee: Value, arguments: Arguments) -> Value:
        """The result of a call made here."""
        return self.tracer.call(callee, arguments, self)

    def attribute(self, value: Value, name: str) -> Value:
        """`value.name`."""
        return self.tracer.attribute(value, name, self)

    def subscript(self, value: Value, index: Value) -> Value:
        """`value[index]`, the index already evaluated."""
        return self.tracer.subscript(value, index, self)

    def fresh(self, status: Status, part: Hashable = None, sign: Sign = Sign.ANY) -> Poly:
        """The symbol of the value that is made here; of several values, that of `part`."""
        number = (id(self.node), self.frame.round, part)
        return atom(self.tracer.atoms.number(number, status, sign))

    def step(self, note: str, advice: str = "") -> Step:
        """A step of a trace path here."""
        return self.frame.step(self.node, note, advice)

    def at(self, node: Other) -> "PointOf[Other]":
        """Another node, reached in the same frame."""
        return PointOf(self.tracer, self.frame, node)


#: A point of whose node nothing is asked but where it stands.
Point: TypeAlias = PointOf[ast.AST]
