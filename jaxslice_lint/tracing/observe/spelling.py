"""Integer expressions of the source as polynomials over what is written, and polynomials as text.

Written difference first: in `x[i * b:(i + 1) * b]` the size is `b` by algebra on the text alone, whatever `i` is. Where
the text does not tell (`x[s:e]` after `e = s + 4`), the symbols of the abstract values do, and variables that hold
them at the site give the text.
"""

import ast
from collections.abc import Callable
from dataclasses import dataclass, field

from jaxslice_lint.facts.status import Status
from jaxslice_lint.source.nodes import dumped, segment
from jaxslice_lint.source.text import Source
from jaxslice_lint.tracing.domain.data import Data
from jaxslice_lint.tracing.domain.frames import Frame, unbound
from jaxslice_lint.tracing.domain.named import attribute_read
from jaxslice_lint.tracing.domain.polynomials import (
    Poly,
    add,
    atom,
    integer,
    multiply,
    negate,
    subtract,
)
from jaxslice_lint.tracing.domain.symbolic import Atoms, Extent, Operation
from jaxslice_lint.tracing.domain.values import Instance, Value, known

_TIGHT = (ast.Name, ast.Attribute, ast.Call, ast.Subscript, ast.Constant)
_INFIX = {"//": "//", "%": "%"}
_FUNCTIONS = {"max": "max", "min": "min"}


@dataclass(slots=True)
class Spelling:
    """Turns expressions of one site into polynomials over their smallest non-arithmetic parts, and back."""

    source: Source
    _nodes: list[ast.expr] = field(default_factory=list)
    _numbers: dict[str, int] = field(default_factory=dict)

    def poly(self, node: ast.expr) -> Poly | None:
        """`node` over its written parts; None where it would be too long."""
        match node:
            case ast.Constant(value=int() as value) if not isinstance(value, bool):
                return integer(value)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                inner = self.poly(operand)
                return None if inner is None else negate(inner)
            case ast.UnaryOp(op=ast.UAdd(), operand=operand):
                return self.poly(operand)
            case ast.BinOp(op=ast.Add() | ast.Sub() | ast.Mult() as op, left=left, right=right):
                a, b = self.poly(left), self.poly(right)
                if a is None or b is None:
                    return None
                if isinstance(op, ast.Mult):
                    return multiply(a, b)
                return add(a, b) if isinstance(op, ast.Add) else subtract(a, b)
        return atom(self._number(node))

    def _number(self, node: ast.expr) -> int:
        key = dumped(node)
        if key not in self._numbers:
            self._numbers[key] = len(self._nodes)
            self._nodes.append(node)
        return self._numbers[key]

    def parts(self, poly: Poly) -> list[ast.expr]:
        """The written parts that occur in `poly`."""
        return [self._nodes[number] for number in sorted(poly.atoms)]

    def text(self, poly: Poly) -> str | None:
        """`poly` as an expression."""
        return render(poly, lambda number: self._part_text(self._nodes[number]))

    def _part_text(self, node: ast.expr) -> str:
        # What is written on several lines is broken anew where it goes.
        is_one_line = node.lineno == node.end_lineno
        text = segment(self.source, node) if is_one_line else ast.unparse(node)
        return text if isinstance(node, _TIGHT) else f"({text})"


def render(poly: Poly, text_of: Callable[[int], str | None]) -> str | None:
    """A polynomial as Python writes it, positive terms first; None if an atom has no text."""
    if not poly.terms:
        return "0"
    pieces: list[tuple[bool, str]] = []
    for monomial, coefficient in sorted(poly.terms, key=lambda term: (not term[0], term[1] < 0)):
        factors = [text_of(number) for number in monomial]
        if any(factor is None for factor in factors):
            return None
        words = [factor for factor in factors if factor is not None]
        if abs(coefficient) != 1 or not words:
            words.insert(0, str(abs(coefficient)))
        pieces.append((coefficient < 0, " * ".join(words)))
    pieces.sort(key=lambda piece: piece[0])
    negative, first = pieces[0]
    result = f"-{first}" if negative else first
    for negative, piece in pieces[1:]:
        result += f" - {piece}" if negative else f" + {piece}"
    return result


class Variables:
    """The variables that can be read at a site, by the symbol that they hold there."""

    def __init__(self, atoms: Atoms, frame: Frame, assigned: frozenset[str]) -> None:
        self._atoms = atoms
        self._frame = frame
        self._outer: dict[str, str] = {}
        self._by_poly: dict[Poly, str] = {}
        self._by_shape: dict[int, str] = {}
        seen: set[str] = set(assigned)
        here: Frame | None = frame
        is_outer = False
        while here is not None:
            if here is frame or not here.is_class:
                is_outer = is_outer or here is frame.function.parent
                # A variable tells more plainly what it holds than an attribute of one.
                held = here.variables.items()
                for name, value in sorted(held, key=lambda one: isinstance(one[1], Instance)):
                    if not name.isidentifier() or unbound(name) in here.variables:
                        continue
                    if here is frame or name not in seen:
                        self._note(name, value, name if is_outer else "")
                seen |= here.variables.keys()
            here = here.parent

    def _note(self, text: str, value: Value, outer: str) -> None:
        if isinstance(value, Instance) and "." not in text:
            of_class = value.cls.attributes.items()
            numbers = {name: held for name, held in of_class if isinstance(known(held), int)}
            for name, attribute in (numbers | value.attributes).items():
                if isinstance(attribute, Data):
                    read = attribute_read(self._atoms, name, attribute)
                    self._note(f"{text}.{name}", read, outer)
        if not isinstance(value, Data):
            return
        if value.poly is not None and value.poly.constant is None and self._tells(value):
            self._by_poly.setdefault(value.poly, text)
        if value.shape_of is not None:
            self._by_shape.setdefault(value.shape_of, text)
        if outer:
            self._outer[text] = outer

    def _tells(self, value: Data) -> bool:
        """Whether a variable can be read for its number: `jnp.asarray(n)` holds that of `n`, but inside a trace is a
        tracer."""
        assert value.poly is not None
        return value.status is not Status.TRACED or self._atoms.status(value.poly) is Status.TRACED

    def _read(self, text: str) -> str:
        """`text`, noted as read from an enclosing function if it is."""
        if text in self._outer:
            self._frame.activation.borrowed |= {self._outer[text]}
        return text

    def text(self, poly: Poly) -> str | None:
        """An expression that has the value `poly` at the site, if its symbols are held by variables there."""
        if poly in self._by_poly:
            return self._read(self._by_poly[poly])
        return render(poly, self._atom_text)

    def _atom_text(self, number: int) -> str | None:
        held = self._by_poly.get(atom(number))
        if held is not None:
            return self._read(held)
        match self._atoms.key(number):
            case Extent(shape_of=shape_of, axis=axis) if shape_of in self._by_shape and axis > -100:
                return f"{self._read(self._by_shape[shape_of])}.shape[{axis}]"
            case Operation(name=name, operands=(left, right)):
                texts = self.text(left), self.text(right)
                if None in texts:
                    return None
                if name in _INFIX:
                    return f"(({texts[0]}) {_INFIX[name]} ({texts[1]}))"
                if name in _FUNCTIONS and self._atoms.status(left, right) is not Status.TRACED:
                    return f"{_FUNCTIONS[name]}({texts[0]}, {texts[1]})"
        return None
