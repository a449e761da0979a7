"""Symbolic integers: polynomials with integer coefficients over opaque atoms.

They prove that `(i + 1) * b - i * b` is `b`, and that `x[s:e]` has a static size after `e = s + 4`. Two equal
polynomials are equal integers whenever the atoms are; nothing is claimed of integers that differ as polynomials.
"""

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field

from jaxslice_lint.tracing.site import Status

_MOST_TERMS = 24
_HIGHEST_DEGREE = 4

#: Numbers of the atoms, ascending, repeated for powers.
Monomial = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Poly:
    """A polynomial: its monomials with non-zero coefficients, in ascending order. No terms is zero."""

    terms: tuple[tuple[Monomial, int], ...] = ()

    @property
    def constant(self) -> int | None:
        """The value, if there is no atom in it."""
        if not self.terms:
            return 0
        return self.terms[0][1] if len(self.terms) == 1 and not self.terms[0][0] else None

    @property
    def atoms(self) -> frozenset[int]:
        """The numbers of the atoms in it."""
        return frozenset(atom for monomial, _ in self.terms for atom in monomial)

    @property
    def single_atom(self) -> int | None:
        """The atom that this polynomial is, if it is just one."""
        if len(self.terms) == 1 and self.terms[0][1] == 1 and len(self.terms[0][0]) == 1:
            return self.terms[0][0][0]
        return None


def integer(value: int) -> Poly:
    """The constant polynomial."""
    return Poly((((), value),)) if value else Poly()


def atom(number: int) -> Poly:
    """The polynomial that is one atom."""
    return Poly((((number,), 1),))


def _collect(terms: Iterable[tuple[Monomial, int]]) -> Poly | None:
    total: dict[Monomial, int] = {}
    for monomial, coefficient in terms:
        total[monomial] = total.get(monomial, 0) + coefficient
    kept = sorted((monomial, value) for monomial, value in total.items() if value)
    if len(kept) > _MOST_TERMS or any(len(monomial) > _HIGHEST_DEGREE for monomial, _ in kept):
        return None
    return Poly(tuple(kept))


def add(left: Poly, right: Poly) -> Poly | None:
    """The sum, or None where it would be too long to be of use."""
    return _collect((*left.terms, *right.terms))


def negate(value: Poly) -> Poly:
    """The polynomial with its sign changed."""
    return Poly(tuple((monomial, -coefficient) for monomial, coefficient in value.terms))


def subtract(left: Poly, right: Poly) -> Poly | None:
    """The difference, or None where it would be too long to be of use."""
    return add(left, negate(right))


def multiply(left: Poly, right: Poly) -> Poly | None:
    """The product, or None where it would be too long to be of use."""
    return _collect((tuple(sorted((*a, *b))), x * y) for a, x in left.terms for b, y in right.terms)


@dataclass(frozen=True, slots=True)
class Operation:
    """The key of an atom that is a function of other integers: equal operands make it the same integer."""

    name: str
    operands: tuple[Poly, ...]


@dataclass(frozen=True, slots=True)
class Extent:
    """The key of an atom that is one entry of the shape which the atom `shape_of` stands for."""

    shape_of: int
    axis: int


@dataclass(slots=True)
class Atoms:
    """The atoms of one analysis, numbered. An atom is known by a key: equal keys are equal integers."""

    _numbers: dict[tuple[Hashable, Status], int] = field(default_factory=dict)
    _made: list[tuple[Hashable, Status]] = field(default_factory=list)

    def number(self, key: Hashable, status: Status) -> int:
        """The number of the atom `key`; made with `status` when it is new."""
        found = self._numbers.get((key, status))
        if found is None:
            found = self._numbers[key, status] = len(self._made)
            self._made.append((key, status))
        return found

    def operation(self, name: str, *operands: Poly) -> Poly:
        """The atom for a function that polynomials can't express, such as floor division."""
        status = self.status(*operands)
        return atom(self.number(Operation(name, operands), status))

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
                        found.append(shape_of)
                    case _:
                        found.append(number)
        return found

    def substitute(self, value: Poly, replacement: Callable[[int], Poly]) -> Poly | None:
        """`value` with each of its leaves replaced, or None where the result would be too long."""
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
                return self.operation(name, *known) if len(known) == len(new) else None
            case Extent(shape_of=shape_of, axis=axis):
                array = replacement(shape_of).single_atom
                return None if array is None else self.extent(array, axis)
        return replacement(number)
