"""What the parts of the abstract tracer ask of each other.

Expressions contain calls, calls run statements, statements hold expressions: each part is handed a `Tracer` and imports
none of the others.
"""

import ast
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from jaxslice_lint.facts.misuse import Evidence, Misuse
from jaxslice_lint.facts.what_if import Conflict, WhatIf
from jaxslice_lint.jax_model.model import Model
from jaxslice_lint.source.nodes import FunctionNode
from jaxslice_lint.source.project import Project
from jaxslice_lint.tracing.domain.arguments import Arguments
from jaxslice_lint.tracing.domain.frames import Frame
from jaxslice_lint.tracing.domain.points import Point
from jaxslice_lint.tracing.domain.rules import Rules
from jaxslice_lint.tracing.domain.summaries import Summaries
from jaxslice_lint.tracing.domain.symbolic import Atoms
from jaxslice_lint.tracing.domain.values import Class, Function, Instance, Value, Wrapped


class Tracer(Protocol):
    """The abstract tracer as its parts see it."""

    #: The name and the line of the function that is run, for the report of a crash.
    current: tuple[str, int]
    atoms: Atoms
    summaries: Summaries
    rules: Rules
    what_if: WhatIf
    conflicts: list[Conflict]
    model: Model
    project: Project
    #: The transformed functions that the program calls.
    called: set[Wrapped]
    modules: dict[Path, Frame]
    importing: set[tuple[int, str]]
    #: Classes of libraries, by their paths.
    libraries: dict[str, Class]
    rebuilt: dict[int, dict[int, tuple[Value, Value]]]

    def evaluate(self, node: ast.expr, frame: Frame) -> Value:
        """The value of an expression."""

    def spend(self, fuel: int) -> None:
        """Note work that is as much as that for so many expressions."""

    def execute(self, body: Sequence[ast.stmt], frame: Frame) -> bool:
        """Run statements; whether the end of them can be reached."""

    def call(self, callee: Value, arguments: Arguments, point: Point) -> Value:
        """The result of a call."""

    def give_up(self, function: Function, why: str) -> None:
        """Note that a call of `function` is not followed."""

    def attempt(self, work: Callable[[], object], frame: Frame) -> None:
        """Do a piece of work of the module of `frame` that may fail without harm to the others."""

    def attribute(self, value: Value, name: str, point: Point) -> Value:
        """`value.name`."""

    def subscript(self, value: Value, index: Value, point: Point) -> Value:
        """`value[index]`, the index already evaluated."""

    def representative(self, cls: Class, method: str = "") -> Instance:
        """An object of `cls` or a subclass of whose making nothing is known; with `method`, one that inherits it."""

    def visit(self, node: ast.Subscript, operand: Value, index: Value, frame: Frame) -> None:
        """Note what is known of a subscript that holds a slice."""

    def note_use(
        self, node: ast.expr, frame: Frame, misuse: Misuse | None, lacks: Evidence = Evidence.NONE
    ) -> None:
        """Note that the call or assignment at `node` is wrong, if the text has what it `lacks`, or that it is right."""

    def note_unseen(self, node: ast.expr) -> None:
        """Note that others may come to `node`, and nobody knows with what."""

    def values_of(self, node: FunctionNode) -> "dict[ast.expr, Value] | None":
        """Where to keep what the expressions of a function are; None if nobody will ask."""

    def finish(self, frame: Frame) -> None:
        """Look at what a frame made and nobody called: transformed functions and functions."""

    def new_number(self) -> int:
        """A number no other frame has."""
