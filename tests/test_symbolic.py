"""Polynomials over atoms are integers: whatever the atoms are worth, both sides of an identity agree."""

from hypothesis import given
from hypothesis import strategies as st

from jaxslice_lint.facts.status import Status
from jaxslice_lint.tracing.domain.polynomials import (
    Poly,
    add,
    atom,
    integer,
    multiply,
    negate,
    subtract,
)
from jaxslice_lint.tracing.domain.symbolic import Atoms

VALUES = (3, -7, 11, 2)
numbers = st.integers(-50, 50)


def _product(coefficient: int, numbers_of_atoms: list[int]) -> Poly:
    term: Poly | None = integer(coefficient)
    for number in numbers_of_atoms:
        assert term is not None
        term = multiply(term, atom(number))
    assert term is not None
    return term


def _sum(terms: list[Poly]) -> Poly:
    total: Poly | None = Poly()
    for term in terms:
        assert total is not None
        total = add(total, term)
    assert total is not None
    return total


products = st.builds(_product, numbers, st.lists(st.integers(0, 3), max_size=2))
polynomials = st.builds(_sum, st.lists(products, max_size=4))


def worth(poly: Poly) -> int:
    """The value of `poly` where atom number `n` is worth `VALUES[n]`."""
    total = 0
    for monomial, coefficient in poly.terms:
        product = coefficient
        for number in monomial:
            product *= VALUES[number]
        total += product
    return total


@given(polynomials, polynomials)
def test_operations_agree_with_integers(left: Poly, right: Poly) -> None:
    for operation, expected in (
        (add(left, right), worth(left) + worth(right)),
        (subtract(left, right), worth(left) - worth(right)),
        (multiply(left, right), worth(left) * worth(right)),
        (negate(left), -worth(left)),
    ):
        assert operation is None or worth(operation) == expected


@given(polynomials, polynomials)
def test_equal_polynomials_are_written_the_same_however_they_were_built(
    left: Poly, right: Poly
) -> None:
    there = add(left, right)
    assert there is not None
    assert there == add(right, left)
    back = subtract(there, right)
    assert back == left


def test_a_window_of_blocks_has_the_size_of_a_block() -> None:
    index, block = atom(0), atom(1)
    following = add(index, integer(1))
    assert following is not None
    stop, start = multiply(following, block), multiply(index, block)
    assert stop is not None
    assert start is not None
    assert subtract(stop, start) == block


def test_the_size_of_a_window_with_a_traced_start_is_static() -> None:
    atoms = Atoms()
    start = atom(atoms.number("start", Status.TRACED))
    size = atom(atoms.number("size", Status.STATIC))
    stop = add(start, size)
    assert stop is not None
    difference = subtract(stop, start)
    assert difference is not None
    assert atoms.status(stop) is Status.TRACED
    assert atoms.status(difference) is Status.STATIC


def test_equal_operations_are_one_atom_and_different_ones_are_not() -> None:
    atoms = Atoms()
    left, right = (atom(atoms.number(name, Status.TRACED)) for name in "ab")
    assert atoms.operation("//", left, integer(2)) == atoms.operation("//", left, integer(2))
    assert atoms.operation("//", left, integer(2)) != atoms.operation("//", right, integer(2))
    assert atoms.status(atoms.operation("//", left, integer(2))) is Status.TRACED


def test_substitution_replaces_inside_operations_too() -> None:
    atoms = Atoms()
    first = atoms.number("first", Status.STATIC)
    second = atoms.number("second", Status.TRACED)
    inside = atoms.operation("//", atom(first), integer(2))

    def swap(number: int) -> Poly:
        return atom(second) if number == first else atom(number)

    assert atoms.substitute(inside, swap) == atoms.operation("//", atom(second), integer(2))


def test_a_polynomial_that_grows_too_long_is_given_up_instead_of_slowing_down() -> None:
    total: Poly | None = Poly()
    for number in range(100):
        total = None if total is None else add(total, atom(number))
    assert total is None
