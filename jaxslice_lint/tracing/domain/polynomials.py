"""Polynomials with integer coefficients over numbered atoms, and their arithmetic."""

from collections.abc import Iterable
from dataclasses import dataclass

_MOST_TERMS = 24
_HIGHEST_DEGREE = 4

#: Numbers of the atoms, ascending, repeated for powers.
Monomial = tuple[int, ...]


@dataclass(slots=True, unsafe_hash=True)
class Poly:
    """A polynomial: its monomials with non-zero coefficients, in ascending order. No terms is zero.

    Nobody changes one, as with `Data`, which is not `frozen` either.
    """

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
