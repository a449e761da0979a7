"""What the expressions of one function were, in each run of it that came to a slice of traced size."""

import ast
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from jaxslice_lint.facts.status import Sign, Status
from jaxslice_lint.jax_model.arrays import STATIC_ATTRIBUTES
from jaxslice_lint.jax_model.lookup import canonical
from jaxslice_lint.tracing.domain.data import NO_CONSTANT, Data, Kind
from jaxslice_lint.tracing.domain.dtypes import is_integer, told
from jaxslice_lint.tracing.domain.joins import alternatives
from jaxslice_lint.tracing.domain.points import PointOf
from jaxslice_lint.tracing.domain.protocol import Tracer
from jaxslice_lint.tracing.domain.signs import sign_of
from jaxslice_lint.tracing.domain.symbolic import weakest
from jaxslice_lint.tracing.domain.values import External, Function, Instance, Value
from jaxslice_lint.tracing.observe.recording import Values
from jaxslice_lint.tracing.observe.repetition import is_cheap
from jaxslice_lint.tracing.syntax.targets import resolve

_T = TypeVar("_T")


@dataclass(slots=True)
class Runs:
    """The values of the expressions of a function. A fact holds if it does in every run."""

    tracer: Tracer
    runs: Sequence[Values]
    function: Function | None = None
    #: An array has as many axes as the runs show that know it, and not those alone that every run knows.
    shown: bool = False

    def values(self, node: ast.expr) -> tuple[Value, ...]:
        """What `node` was; empty if that is not known of each run."""
        if self.function is not None:
            return self._outside(node, self.function)
        found = [run[node] for run in self.runs if node in run]
        return tuple(found) if len(found) == len(self.runs) else ()

    def _outside(self, node: ast.expr, function: Function) -> tuple[Value, ...]:
        """The value of a name that a function finds around it, or of an attribute of one."""
        match node:
            case ast.Name(id=name) if name not in _parameters(function):
                return (resolve(self.tracer, name, function.frame),)
            case ast.Attribute(value=value, attr=name):
                owners = self._outside(value, function)
                return tuple(
                    PointOf(self.tracer, function.frame, node).attribute(owner, name)
                    for owner in owners
                )
        return ()

    def _data(self, node: ast.expr) -> list[Data]:
        found = self.values(node)
        data = [value for value in found if isinstance(value, Data)]
        return data if len(data) == len(found) else []

    def ndim(self, node: ast.expr) -> int | None:
        """The number of axes."""
        if isinstance(node, ast.Constant):
            return 0
        found = {value.ndim for value in self._data(node)}
        return _common(found - {None} if self.shown else found)

    def dtype(self, node: ast.expr) -> str | None:
        """The name of the dtype."""
        return told(_common({value.dtype for value in self._data(node)}))

    def is_shown_as(self, node: ast.expr, dtypes: Collection[str]) -> bool:
        """Whether some run shows that `node` has one of `dtypes`."""
        values = (one for run in self.runs if node in run for one in alternatives(run[node]))
        return any(isinstance(one, Data) and told(one.dtype) in dtypes for one in values)

    def has_integers(self, node: ast.expr) -> bool:
        """Whether some run shows that `node` is an array of integers."""
        values = (run.get(node) for run in self.runs)
        return any(isinstance(one, Data) and is_integer(one.dtype) for one in values)

    def constant(self, node: ast.expr) -> object:
        """The Python constant that `node` is, or `NO_CONSTANT`."""
        match node:
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                value = self.constant(operand)
                return -value if isinstance(value, int | float) else NO_CONSTANT
            case ast.Constant(value=value):
                return value
        found = {value.const for value in self._data(node) if value.kind is Kind.PYTHON}
        return found.pop() if len(found) == 1 else NO_CONSTANT

    def may_wrap(self, node: ast.expr) -> bool:
        """Whether `node` is computed in a dtype of which nothing is known, where a sum may wrap around."""
        return any(
            told(one.dtype) is None and one.poly is not None and one.poly.single_atom is None
            for one in self._data(node)
        )

    def path(self, node: ast.expr) -> str | None:
        """The public path of the function that `node` names, if it is none of the analysed code."""
        paths = {
            canonical(value.path) if isinstance(value, External) else None
            for value in self.values(node)
        }
        return _common(paths)

    def called(self, node: ast.expr) -> Function | None:
        """The function of the analysed code that `node` names."""
        found = {
            id(value.node): value for value in self.values(node) if isinstance(value, Function)
        }
        return (
            next(iter(found.values()))
            if len(found) == 1 == len({*map(type, self.values(node))})
            else None
        )

    def sign(self, node: ast.expr) -> Sign:
        """The sign of a number, or of the numbers in an array."""
        if isinstance(node, ast.Constant):
            positive = isinstance(node.value, int) and node.value > 0
            return Sign.POSITIVE if positive else Sign.ANY
        return weakest(sign_of(self.tracer.atoms, value) for value in self._data(node))

    def are_equal(self, one: ast.expr, other: ast.expr) -> bool:
        """Whether two expressions are the same integer, in each run."""
        mine, theirs = self._data(one), self._data(other)
        pairs = list(zip(mine, theirs, strict=False))
        return (
            bool(pairs)
            and len(mine) == len(theirs)
            and all(
                a.poly is not None
                and b.poly is not None
                and self.tracer.atoms.are_equal(a.poly, b.poly)
                for a, b in pairs
            )
        )

    def are_equally_long(self, one: ast.expr, axis: int, other: ast.expr, other_axis: int) -> bool:
        """Whether axes of two arrays are known to have the same length."""
        mine, theirs = self._data(one), self._data(other)
        return (
            bool(mine)
            and len(mine) == len(theirs)
            and all(
                self._is_length(a, axis, b, other_axis) for a, b in zip(mine, theirs, strict=True)
            )
        )

    def differ_in_length(self, one: tuple[ast.expr, int], other: tuple[ast.expr, int]) -> bool:
        """Whether some run shows that two axes, each of an array, have lengths that cannot meet."""
        for run in self.runs:
            known = {self._length(run.get(node), axis) for node, axis in (one, other)} - {None}
            if len(known) == 2 and 1 not in known:
                return True
        return False

    def are_equally_long_outside(
        self, bounds: Iterable[ast.expr], one: tuple[ast.expr, int], other: tuple[ast.expr, int]
    ) -> bool:
        """Whether two axes have the same length in all runs in which `bounds` are static."""
        static = [run for run in self.runs if all(_is_static(run.get(bound)) for bound in bounds)]
        (node, axis), (mate, mate_axis) = one, other
        return all(
            isinstance(mine := run.get(node), Data)
            and isinstance(theirs := run.get(mate), Data)
            and self._is_length(mine, axis, theirs, mate_axis)
            for run in static
        )

    def _length(self, value: Value | None, axis: int) -> int | None:
        if not isinstance(value, Data) or value.shape_of is None:
            return None
        atoms = self.tracer.atoms
        length = atoms.expanded(atoms.extent(value.shape_of, axis))
        return None if length is None else length.constant

    def _is_length(self, one: Data, axis: int, other: Data, other_axis: int) -> bool:
        if one.shape_of is None or other.shape_of is None:
            return False
        atoms = self.tracer.atoms
        return atoms.are_equal(
            atoms.extent(one.shape_of, axis), atoms.extent(other.shape_of, other_axis)
        )

    def have_equal(
        self, question: Callable[[Data], object], one: ast.expr, other: ast.expr
    ) -> bool:
        """Whether two expressions have the same known answer to `question`, in each run."""
        mine, theirs = self._data(one), self._data(other)
        return (
            bool(mine)
            and len(mine) == len(theirs)
            and all(
                question(a) is not None and question(a) == question(b)
                for a, b in zip(mine, theirs, strict=True)
            )
        )

    def is_repeatable(self, node: ast.expr) -> bool:
        """Whether `node` may be evaluated any number of times, in other places."""
        return is_cheap(node, self.path)

    def is_lasting(self, node: ast.AST) -> bool:
        """Whether `node` gives the same until one of its names is bound again: no attribute or element that changes."""
        match node:
            case ast.Attribute(value=value, attr=name):
                is_shape = name in STATIC_ATTRIBUTES and bool(self._data(value))
                return is_shape or self.path(node) is not None or self._is_frozen(value, name)
            case ast.Subscript(value=ast.Attribute(attr="shape")):
                return True
            case ast.Subscript(value=value):
                data = self._data(value)
                return bool(data) and all(one.kind is Kind.JAX for one in data)
        return True

    def _is_frozen(self, owner: ast.expr, name: str) -> bool:
        """Whether `owner` is an object whose field `name` is never assigned again."""
        values = self.values(owner)
        return bool(values) and all(
            isinstance(one, Instance) and one.cls.is_frozen and name in one.cls.fields
            for one in values
        )


def _is_static(value: Value | None) -> bool:
    return isinstance(value, Data) and value.status is Status.STATIC


def _parameters(function: Function) -> set[str]:
    return {one.arg for one in ast.walk(function.node.args) if isinstance(one, ast.arg)}


def _common(found: set[_T]) -> _T | None:
    """The only answer there is."""
    return found.pop() if len(found) == 1 else None
