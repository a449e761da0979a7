"""Makes calls comparable: the symbols in their arguments are numbered by first appearance.

`f(i, i + 4)` and `f(j, j + 4)` are then the same call, traced once; the relation between the arguments is kept. On the
way back the result gets the caller's symbols again, and new ones for what the function made itself, which is another
integer in every call.
"""

import itertools
from collections.abc import Callable, Hashable, Iterable
from dataclasses import replace
from functools import partial

from jaxslice_lint.facts.status import Status
from jaxslice_lint.tracing.domain.arguments import Arguments
from jaxslice_lint.tracing.domain.data import NO_CONSTANT, Data
from jaxslice_lint.tracing.domain.dtypes import is_unnamed, number_of, unnamed
from jaxslice_lint.tracing.domain.polynomials import Poly, atom
from jaxslice_lint.tracing.domain.symbolic import Atoms, Extents, Resized
from jaxslice_lint.tracing.domain.values import (
    Mapping,
    Partial,
    Sequence,
    Shape,
    Slice,
    Value,
    map_parts,
)


class Canonical:
    """The renaming made for one call."""

    def __init__(self, atoms: Atoms, function: Hashable, captured: Iterable[Value] = ()) -> None:
        self._atoms = atoms
        self._function = function
        self._kept = _Kept(atoms, captured)
        self._lengths: dict[Poly, Poly] = {}
        self._constants: dict[int, Poly] = {}
        self._numbers: dict[int, int] = {}
        self._seen: set[int] = set()
        self._leaves = 0
        self._originals: dict[int, int] = {}

    def arguments(self, arguments: Arguments) -> Arguments:
        """The arguments with their symbols numbered."""
        return Arguments(
            tuple(self._renamed(value) for value in arguments.positional),
            tuple((name, self._renamed(value)) for name, value in arguments.keywords),
            None if arguments.rest is None else self._renamed(arguments.rest),
            arguments.open,
        )

    def unrelated(self, arguments: Arguments) -> Arguments:
        """The arguments with a symbol of its own for each, constants too."""
        count = itertools.count()

        def alone(value: Value) -> Value:
            match value:
                case Data(const=const) if not (const is None or isinstance(const, (bool, str))):
                    key = ("argument", self._function, "unrelated", next(count))
                    poly = atom(self._atoms.number(key, value.status))
                    return replace(value, const=NO_CONSTANT, poly=poly, shape_of=None)
                case Sequence(items=items, mutable=mutable):
                    return Sequence(tuple(alone(item) for item in items), mutable)
                case Slice(start=start, stop=stop, step=step, node=node):
                    return Slice(alone(start), alone(stop), alone(step), node)
                case Mapping(items=items, other=other):
                    return Mapping(tuple((name, alone(item)) for name, item in items), other)
            return value

        return Arguments(
            tuple(alone(value) for value in arguments.positional),
            tuple((name, alone(value)) for name, value in arguments.keywords),
            None if arguments.rest is None else alone(arguments.rest),
            arguments.open,
        )

    def _renamed(self, value: Value) -> Value:
        return substitute(value, self._atoms, self._number, self._own, self._shape)

    def _shape(self, number: int) -> int | None:
        """A shape as the function sees it: no numbers, so that calls for arrays of all sizes are the same."""
        match self._atoms.key(number):
            case Extents(entries=entries):
                lengths = [self._length(entry) for entry in entries]
                known = tuple(length for length in lengths if length is not None)
                return self._atoms.shape(known) if len(known) == len(entries) else None
            case Resized(shape_of=base, entries=pairs):
                array = self._shape(base)
                sizes = {axis: self._length(size) for axis, size in pairs}
                held = {axis: size for axis, size in sizes.items() if size is not None}
                if array is None or len(held) < len(sizes):
                    return None
                return self._atoms.resized(array, held)
        return self._number(number).single_atom

    def _length(self, entry: Poly) -> Poly | None:
        if entry.constant is None:
            return self._atoms.substitute(entry, self._number)
        if entry.constant == 1 or entry in self._kept.lengths:
            return entry
        if entry not in self._lengths:
            key = ("argument", self._function, "length", len(self._lengths))
            number = self._atoms.number(key, Status.STATIC, self._atoms.sign(entry))
            self._lengths[entry] = atom(number)
            self._constants[number] = entry
        return self._lengths[entry]

    def _own(self, value: Poly) -> Poly:
        """An argument as the function sees it: what callers know of it, a number or how it goes with another
        argument, is no name that can be written there."""
        single = value.single_atom
        if single is not None and single in self._originals and single not in self._seen:
            self._seen.add(single)
            return value
        self._leaves += 1
        return self._atoms.alias(("argument", self._function, "value", self._leaves), value)

    def _number(self, number: int) -> Poly:
        if number in self._kept.symbols:
            return atom(number)
        found = self._numbers.get(number)
        if found is None:
            key = ("argument", self._function, len(self._numbers))
            sign = self._atoms.sign_of_atom(number)
            found = self._atoms.number(key, self._atoms.atom_status(number), sign)
            self._numbers[number] = found
            self._originals[found] = number
        return atom(found)

    def restored(
        self, result: Value, first_new: int, call: Hashable, owner: Hashable | None = None
    ) -> Value:
        """The `result` of tracing, in the symbols of the call that this renaming was made for.

        Symbols from `first_new` on were made by the function: they are other integers in each call. Older ones may be
        attributes of the object that a method is called on, which `owner` tells from others.
        """

        def back(number: int) -> Poly:
            if number in self._constants:
                return self._constants[number]
            original = self._originals.get(number)
            if original is not None:
                return atom(original)
            if number < first_new and not self._is_own_argument(number):
                return atom(number) if owner is None else of_owner(self._atoms, owner, number)
            status, sign = self._atoms.atom_status(number), self._atoms.sign_of_atom(number)
            return atom(self._atoms.number(("returned", call, number), status, sign))

        return substitute(result, self._atoms, back)

    def _is_own_argument(self, number: int) -> bool:
        key = self._atoms.key(number)
        return isinstance(key, tuple) and key[:2] == ("argument", self._function)


def of_owner(atoms: Atoms, owner: Hashable, number: int) -> Poly:
    """The symbol `number` of an object that stands for several, for the one which `owner` tells from the others."""
    status, sign = atoms.atom_status(number), atoms.sign_of_atom(number)
    return atom(atoms.number(("of", owner, number), status, sign))


class _Kept:
    """The symbols and numbers in the shapes of the arrays that a function finds around it: they have the same names in
    what it is passed."""

    def __init__(self, atoms: Atoms, values: Iterable[Value]) -> None:
        self.symbols: set[int] = set()
        self.lengths: set[Poly] = set()
        self._atoms = atoms
        for value in values:
            self._look_at(value)

    def _look_at(self, value: Value) -> None:
        match value:
            case Data(shape_of=shape_of, dtype=dtype):
                if shape_of is not None:
                    self._look_at_shape(shape_of)
                if dtype is not None and is_unnamed(dtype):
                    self.symbols.add(number_of(dtype))
            case Sequence(items=items):
                for item in items:
                    self._look_at(item)

    def _look_at_shape(self, shape_of: int) -> None:
        self.symbols |= {*self._atoms.leaves(atom(shape_of))}
        key = self._atoms.key(shape_of)
        if isinstance(key, Extents):
            self.lengths |= {entry for entry in key.entries if entry.constant is not None}


def is_argument(atoms: Atoms, number: int) -> bool:
    """Whether a symbol stands for an argument, which is another integer in each call."""
    key = atoms.key(number)
    return isinstance(key, tuple) and key[0] == "argument"


def substitute(
    value: Value,
    atoms: Atoms,
    replacement: Callable[[int], Poly],
    named: Callable[[Poly], Poly] = lambda poly: poly,
    shaped: Callable[[int], int | None] | None = None,
) -> Value:
    """`value` with every symbol in it replaced, and `named` of each integer that comes out; shapes as `shaped` says."""
    if shaped is None:
        shaped = partial(atoms.replaced_shape, replacement=replacement)
    match value:
        case Data(poly=poly, shape_of=shape_of, dtype=dtype):
            if poly is None and shape_of is None and not is_unnamed(dtype):
                return value
            new_shape = None if shape_of is None else shaped(shape_of)
            new_poly = None if poly is None else atoms.substitute(poly, replacement)
            new_poly = None if new_poly is None else named(new_poly)
            if dtype is not None and is_unnamed(dtype):
                number = shaped(number_of(dtype))
                dtype = None if number is None else unnamed(number)
            return value.renumbered(new_poly, new_shape, dtype)
        case Slice(start=start, stop=stop, step=step, node=node):
            return Slice(
                substitute(start, atoms, replacement, named, shaped),
                substitute(stop, atoms, replacement, named, shaped),
                substitute(step, atoms, replacement, named, shaped),
                node,
            )
        case Shape(shape_of=shape_of, ndim=ndim):
            number = shaped(shape_of)
            return value if number is None else Shape(number, ndim)
        case Partial(function=function, args=args, kwargs=kwargs):
            return Partial(
                function,
                tuple(substitute(v, atoms, replacement, named, shaped) for v in args),
                tuple((key, substitute(v, atoms, replacement, named, shaped)) for key, v in kwargs),
            )
    return map_parts(value, lambda part: substitute(part, atoms, replacement, named, shaped))
