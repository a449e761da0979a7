"""Symbolic integers: polynomials with integer coefficients over opaque atoms.

They prove that `(i + 1) * b - i * b` is `b`, and that `x[s:e]` has a static size after `e = s + 4`. Two equal
polynomials are equal integers whenever the atoms are; nothing is claimed of integers that differ as polynomials.

An atom may stand for a polynomial that is known: a parameter for what is passed, a variable for its number, a call for
what it returns. As long as it is opaque, an integer is spelled by what a function itself can see; `Atoms.expanded`
looks through it, and says what it is.
"""

import operator
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field

from jaxslice_lint.facts.status import Sign, Status
from jaxslice_lint.source.immutable import immutable
from jaxslice_lint.tracing.domain.polynomials import (
    Monomial,
    Poly,
    add,
    atom,
    integer,
    multiply,
    subtract,
)

#: An atom that is made of more atoms, each counted as often as it is met, is opaque: `k = max(k, k + 1)` doubles them.
_MOST_PARTS = 500


def weakest(signs: Iterable[Sign]) -> Sign:
    """What is known of an integer that has one of `signs`; nothing, if there are none."""
    found = {*signs}
    if Sign.ANY in found or not found:
        return Sign.ANY
    return found.pop() if len(found) == 1 else Sign.NON_NEGATIVE


@immutable
class Operation:
    """The key of an atom that is a function of other integers: equal operands make it the same integer."""

    name: str
    operands: tuple[Poly, ...]


@immutable
class Extent:
    """The key of an atom that is one entry of the shape which the atom `shape_of` stands for."""

    shape_of: int
    axis: int


@immutable
class Extents:
    """The key of an atom that stands for a shape of which each entry is known."""

    entries: tuple[Poly, ...]


@immutable
class Resized:
    """The key of an atom that stands for the shape `shape_of` with other entries at some axes, ascending, all of them
    counted from one end."""

    shape_of: int
    entries: tuple[tuple[int, Poly], ...]


@immutable
class Named:
    """The key of an atom that stands for `value` where `label` says: the same place and integer make the same atom."""

    label: Hashable
    value: Poly


@immutable
class Opaque:
    """The key of an atom that is made of too many others to look through it."""

    key: Hashable


_FOLDS: dict[str, Callable[[int, int], int]] = {
    "//": operator.floordiv,
    "%": operator.mod,
    "max": max,
    "min": min,
}


@dataclass(slots=True)
class Atoms:
    """The atoms of one analysis, numbered. An atom is known by a key: equal keys are equal integers.

    Atoms of one key that differ in status or sign are what is known of it in different calls.
    """

    _numbers: dict[tuple[Hashable, Status, Sign], int] = field(default_factory=dict)
    _made: list[tuple[Hashable, Status, Sign]] = field(default_factory=list)
    _parts: list[int] = field(default_factory=list)
    _signs: dict[int, Sign] = field(default_factory=dict)
    _expanded: dict[Poly, Poly | None] = field(default_factory=dict)

    def number(self, key: Hashable, status: Status, sign: Sign = Sign.ANY) -> int:
        """The number of the atom `key`; made with `status` and `sign` when it is new."""
        made, new = (key, status, sign), len(self._made)
        found = self._numbers.setdefault(made, new)
        if found == new:
            parts = 1 if type(key) is tuple else 1 + self._parts_of(key)
            self._made.append(made if parts <= _MOST_PARTS else (Opaque(key), status, sign))
            self._parts.append(parts if parts <= _MOST_PARTS else 1)
        return found

    def _parts_of(self, key: Hashable) -> int:
        """How many atoms are met in looking through the one that `key` makes; a tuple is a label, and made of none."""
        match key:
            case Operation(operands=made_of) | Extents(entries=made_of):
                values = made_of
            case Named(value=value):
                values = (value,)
            case Extent(shape_of=shape_of):
                return self._parts[shape_of]
            case Resized(shape_of=shape_of, entries=pairs):
                values = (atom(shape_of), *(size for _, size in pairs))
            case _:
                return 0
        return sum(
            self._parts[number] for one in values for term, _ in one.terms for number in term
        )

    def operation(self, name: str, *operands: Poly) -> Poly:
        """The atom for a function that polynomials can't express, such as floor division."""
        status = self.status(*operands)
        return atom(self.number(Operation(name, operands), status))

    def alias(self, label: Hashable, value: Poly) -> Poly:
        """An atom that stands for `value` at the place that `label` tells."""
        return atom(self.number(Named(label, value), self.status(value)))

    def named(self, label: Hashable, value: Poly) -> Poly:
        """`value` if it is an atom of which nothing else is known, else one that stands for it."""
        single = value.single_atom
        if single is not None and not isinstance(self.key(single), Extent | Operation):
            return value
        return self.alias(label, value)

    def expanded(self, value: Poly) -> Poly | None:
        """`value` with what its atoms stand for in their place, or None where that would be too long."""
        if value not in self._expanded:
            self._expanded[value] = self.substitute(value, atom)
        return self._expanded[value]

    def difference(self, left: Poly, right: Poly) -> Poly | None:
        """`left - right` as it is, whatever it is called."""
        short = subtract(left, right)
        return None if short is None else self.expanded(short)

    def are_equal(self, left: Poly, right: Poly) -> bool:
        """Whether two polynomials are known to be the same integer."""
        return left == right or self.difference(left, right) == Poly()

    def extent(self, shape_of: int, axis: int) -> Poly:
        """The atom for one entry of a shape; always static."""
        return atom(self.number(Extent(shape_of, axis), Status.STATIC))

    @property
    def count(self) -> int:
        """How many atoms there are; the next new one gets this number."""
        return len(self._made)

    def key(self, number: int) -> Hashable:
        """What an atom is known by."""
        return self._made[number][0]

    def atom_status(self, number: int) -> Status:
        """The status that an atom was made with."""
        return self._made[number][1]

    def sign(self, value: Poly | None) -> Sign:
        """The sign of an integer, by what is known of its atoms."""
        if value is None:
            return Sign.ANY
        single = value.single_atom
        if single is not None:  # nearly all of them
            return self.sign_of_atom(single)
        signs = [
            self._sign_of_product(monomial) if coefficient > 0 else Sign.ANY
            for monomial, coefficient in value.terms
        ]
        if Sign.ANY in signs:
            return Sign.ANY
        return Sign.POSITIVE if Sign.POSITIVE in signs else Sign.NON_NEGATIVE

    def _sign_of_product(self, monomial: Monomial) -> Sign:
        signs = {self.sign_of_atom(number) for number in monomial} or {Sign.POSITIVE}
        return weakest(signs)

    def sign_of_atom(self, number: int) -> Sign:
        """The sign of one atom."""
        if number not in self._signs:
            self._signs[number] = self._found_sign(number)
        return self._signs[number]

    def _found_sign(self, number: int) -> Sign:
        key, _, sign = self._made[number]
        match key:
            case Named(value=value):
                return self.sign(value)
            case Extent() | Operation(name="abs"):
                return Sign.NON_NEGATIVE
            case Operation(name="max", operands=(left, right)):
                signs = {self.sign(left), self.sign(right)}
                known = signs - {Sign.ANY}
                return Sign.POSITIVE if Sign.POSITIVE in known else weakest(known)
            case Operation(name="min" | "item", operands=operands):
                of = operands if key.name == "min" else operands[:1]
                return weakest(map(self.sign, of))
            case Operation(name="cast", operands=(whole,)):
                return Sign.ANY if self.sign(whole) is Sign.ANY else Sign.NON_NEGATIVE
            case Operation(name="//" | "%" as name, operands=(left, right)):
                if self.sign(right) is not Sign.POSITIVE:
                    return Sign.ANY
                is_one = name == "%" or self.sign(left) is not Sign.ANY
                return Sign.NON_NEGATIVE if is_one else Sign.ANY
        return sign

    def status(self, *values: Poly) -> Status:
        """Traced if one atom is, else unknown if one is, else static."""
        found = {self._made[number][1] for value in values for number in value.atoms}
        if Status.TRACED in found:
            return Status.TRACED
        return Status.UNKNOWN if Status.UNKNOWN in found else Status.STATIC

    def leaves(self, value: Poly) -> list[int]:
        """The atoms that `value` is made from, those inside operations and extents too, in order."""
        found: list[int] = []
        for monomial, _ in value.terms:
            for number in monomial:
                match self.key(number):
                    case Operation(operands=operands):
                        for operand in operands:
                            found += self.leaves(operand)
                    case Extent(shape_of=shape_of):
                        found += self.leaves(atom(shape_of))
                    case Extents(entries=entries):
                        found += [leaf for entry in entries for leaf in self.leaves(entry)]
                    case Resized(shape_of=shape_of, entries=pairs):
                        sizes = [leaf for _, size in pairs for leaf in self.leaves(size)]
                        found += [*self.leaves(atom(shape_of)), *sizes]
                    case Named(value=known):
                        found += self.leaves(known)
                    case _:
                        found.append(number)
        return found

    def substitute(self, value: Poly, replacement: Callable[[int], Poly]) -> Poly | None:
        """`value` with each of its leaves replaced, or None where the result would be too long."""
        if value.single_atom is not None:  # nearly all of them: without the arithmetic
            return self._replaced(value.single_atom, replacement)
        total: Poly | None = Poly()
        for monomial, coefficient in value.terms:
            product: Poly | None = integer(coefficient)
            for number in monomial:
                factor = self._replaced(number, replacement)
                product = None if product is None or factor is None else multiply(product, factor)
            total = None if total is None or product is None else add(total, product)
        return total

    def _replaced(self, number: int, replacement: Callable[[int], Poly]) -> Poly | None:
        match self.key(number):
            case Operation(name=name, operands=operands):
                new = [self.substitute(operand, replacement) for operand in operands]
                known = [operand for operand in new if operand is not None]
                return self._applied(name, known) if len(known) == len(new) else None
            case Named(value=value):
                return self.substitute(value, replacement)
            case Extent(shape_of=shape_of, axis=axis):
                array = self.replaced_shape(shape_of, replacement)
                return None if array is None else self._entry(array, axis)
            case Extents() | Resized():
                shape = self.replaced_shape(number, replacement)
                return None if shape is None else atom(shape)
        return replacement(number)

    def replaced_shape(self, shape_of: int, replacement: Callable[[int], Poly]) -> int | None:
        """The atom of a shape, its leaves replaced."""
        match self.key(shape_of):
            case Extents(entries=entries):
                new = [self.substitute(entry, replacement) for entry in entries]
                known = tuple(entry for entry in new if entry is not None)
                return self.shape(known) if len(known) == len(new) else None
            case Resized(shape_of=base, entries=pairs):
                array = self.replaced_shape(base, replacement)
                sizes = {axis: self.substitute(size, replacement) for axis, size in pairs}
                held = {axis: size for axis, size in sizes.items() if size is not None}
                if array is None or len(held) < len(sizes):
                    return None
                return self.resized(array, held)
        return replacement(shape_of).single_atom

    def shape(self, entries: tuple[Poly, ...]) -> int:
        """The atom of a shape by its entries."""
        return self.number(Extents(entries), Status.STATIC)

    def resized(self, shape_of: int, sizes: dict[int, Poly]) -> int | None:
        """The atom of a shape with other entries at some axes; None if that cannot be told."""
        match self.key(shape_of):
            case Extents(entries=entries):
                if any(not -len(entries) <= axis < len(entries) for axis in sizes):
                    return None
                new = {axis % len(entries): size for axis, size in sizes.items()}
                return self.shape(tuple(new.get(n, old) for n, old in enumerate(entries)))
            case Resized(shape_of=base, entries=pairs):
                shape_of, sizes = base, {**dict(pairs), **sizes}
        if len({axis < 0 for axis in sizes}) > 1:
            return None
        return self.number(Resized(shape_of, tuple(sorted(sizes.items()))), Status.STATIC)

    def _entry(self, shape_of: int, axis: int) -> Poly:
        """One entry of a shape, as what it is if that is known."""
        match self.key(shape_of):
            case Extents(entries=entries) if -len(entries) <= axis < len(entries):
                return entries[axis]
            case Resized(shape_of=base, entries=pairs) if axis > -100:
                sizes = dict(pairs)
                if axis in sizes:
                    return sizes[axis]
                if all((one < 0) is (axis < 0) for one in sizes):
                    return self.extent(base, axis)
        return self.extent(shape_of, axis)

    def _applied(self, name: str, operands: list[Poly]) -> Poly:
        """An operation, carried out if its operands are numbers."""
        fold = _FOLDS.get(name)
        match [operand.constant for operand in operands]:
            case [int() as left, int() as right] if fold and not (
                name in ("//", "%") and right == 0
            ):
                return integer(fold(left, right))
        return self.operation(name, *operands)
