"""Shapes as far as they are known: all entries as symbolic integers, or all but a few as those of another shape."""

from collections.abc import Sequence
from types import EllipsisType

from jaxslice_lint.facts.status import Sign, Status
from jaxslice_lint.tracing.domain.data import Data
from jaxslice_lint.tracing.domain.polynomials import Poly, integer, subtract
from jaxslice_lint.tracing.domain.signs import sign_of
from jaxslice_lint.tracing.domain.symbolic import Atoms, Extents
from jaxslice_lint.tracing.domain.values import Slice, Value, is_none, known

#: The entries of a shape, of which some may not be known.
Entries = tuple[Poly | None, ...]
_ONE = integer(1)


def entries_of(atoms: Atoms, shape_of: int | None, ndim: int | None) -> tuple[Poly, ...] | None:
    """The entries of a shape with `ndim` of them; None where their number is not known."""
    if shape_of is None:
        return () if ndim == 0 else None
    key = atoms.key(shape_of)
    if isinstance(key, Extents):
        return key.entries
    if ndim is None:
        return None
    entries = [atoms.expanded(atoms.extent(shape_of, axis)) for axis in range(ndim)]
    return tuple(entry for entry in entries if entry is not None)


def shape_with(atoms: Atoms, entries: Entries | None) -> int | None:
    """The atom of a shape of which all entries are known."""
    found = [one for one in entries or () if one is not None]
    return None if entries is None or len(found) < len(entries) else atoms.shape(tuple(found))


def entry(atoms: Atoms, value: Value) -> Poly | None:
    """What an integer that is given for the length of an axis makes of it; None if it stands for something else."""
    match value:
        case Data(status=Status.STATIC | Status.UNKNOWN, poly=Poly() as poly, ndim=0 | None):
            length = atoms.expanded(poly)
            is_number = length is not None and length.constant is not None
            return None if is_number and sign_of(atoms, value) is Sign.ANY else length
    return None


def are_same(atoms: Atoms, one: Data, other: Data) -> bool:
    """Whether two arrays are sure to have the same shape."""
    left = entries_of(atoms, one.shape_of, one.ndim)
    right = entries_of(atoms, other.shape_of, other.ndim)
    if left is not None and right is not None:
        return left == right
    return one.shape_of is not None and one.shape_of == other.shape_of


def broadcast(atoms: Atoms, values: Sequence[Data]) -> int | None:
    """The atom of the shape in which arrays meet; None if that is not known."""
    shapes = {value.shape_of for value in values if value.ndim != 0}
    if len(shapes) == 1:
        return shapes.pop()
    found = [entries_of(atoms, value.shape_of, value.ndim) for value in values]
    known_ones = [entries for entries in found if entries is not None]
    if len(known_ones) < len(found) or not found:
        return None
    rank = max(map(len, known_ones))
    padded = [(*[_ONE] * (rank - len(entries)), *entries) for entries in known_ones]
    return shape_with(atoms, tuple(map(_meeting, zip(*padded, strict=True))))


def _meeting(lengths: tuple[Poly, ...]) -> Poly | None:
    """The length of an axis along which arrays of these lengths meet."""
    found = {length for length in lengths if length != _ONE}
    if len(found) > 1:
        return None
    return found.pop() if found else _ONE


def resized(atoms: Atoms, value: Data, sizes: dict[int, Poly]) -> int | None:
    """The atom of the shape of an array with other lengths of some axes; None if that is not known."""
    entries = entries_of(atoms, value.shape_of, value.ndim)
    shape_of = value.shape_of if entries is None else atoms.shape(entries)
    return None if shape_of is None else atoms.resized(shape_of, sizes)


def window_of(atoms: Atoms, value: Data, items: tuple[Value, ...]) -> Data | None:
    """The part of an array that an index of slices takes, each of them whole or of its full size; None if it is not
    known."""
    sizes: dict[int, Poly] = {}
    ellipsis = [place for place, item in enumerate(items) if _is_ellipsis(item)]
    for place, item in enumerate(items):
        axis = place if not ellipsis or place < ellipsis[0] else place - len(items)
        match item:
            case Slice() if _is_whole(item):
                continue
            case Slice() if is_none(item.step) or known(item.step) == 1:
                size = size_of(atoms, item)
                if size is None:
                    return None
                sizes[axis] = size
            case Data(const=EllipsisType()):
                continue
            case _:
                return None
    shape_of = resized(atoms, value, sizes)
    return None if shape_of is None else value.renumbered(None, shape_of, value.dtype)


def after_index(atoms: Atoms, value: Data, items: tuple[Value, ...], other: int) -> int:
    """The atom of the shape that an index leaves of an array; `other` is one of which nothing is known."""
    entries = entries_of(atoms, value.shape_of, value.ndim)
    if entries is None:
        window = None
        if len(items) == 1 and isinstance(items[0], Slice):
            window = window_of(atoms, value, items) if _is_cut(items[0]) else None
        return other if window is None or window.shape_of is None else window.shape_of
    taken = _indexed(atoms, entries, items)
    if taken is None:
        return other
    made = [atoms.extent(other, axis) if one is None else one for axis, one in enumerate(taken)]
    return atoms.shape(tuple(made))


def _indexed(atoms: Atoms, entries: tuple[Poly, ...], items: tuple[Value, ...]) -> Entries | None:
    """The entries that an index of integers, slices, None and `...` leaves; None for any other index."""
    count = sum(not is_none(item) and not _is_ellipsis(item) for item in items)
    if count > len(entries) or sum(map(_is_ellipsis, items)) > 1:
        return None
    left, taken = list(entries), list[Poly | None]()
    for item in items:
        match item:
            case Data(const=EllipsisType()):
                whole = len(entries) - count
                taken += left[:whole]
                del left[:whole]
            case Data(const=None):
                taken.append(_ONE)
            case Slice():
                taken.append(_cut(atoms, left.pop(0), item))
            case Data(ndim=0, dtype=dtype) if dtype != "bool":
                left.pop(0)
            case _:
                return None
    return (*taken, *left)


def _cut(atoms: Atoms, length: Poly, item: Slice) -> Poly | None:
    """What a slice leaves of an axis: all of it, its full size, or the positions up to its stop."""
    if _is_whole(item):
        return length
    if not (is_none(item.step) or known(item.step) == 1):
        return None
    if _is_cut(item):
        return size_of(atoms, item)
    if isinstance(item.stop, Data) and item.stop.poly is not None and is_none(item.start):
        stop = atoms.expanded(item.stop.poly)
        rest = None if stop is None else subtract(length, stop)
        is_inside = rest is not None and atoms.sign(rest) is not Sign.ANY
        return stop if is_inside and atoms.sign(stop) is not Sign.ANY else None
    return None


def size_of(atoms: Atoms, item: Slice) -> Poly | None:
    """The full size of a slice with two bounds: what it has where it lies within its axis."""
    match item.start, item.stop:
        case Data(poly=Poly() as start), Data(poly=Poly() as stop):
            size = atoms.difference(stop, start)
            return None if size is None or atoms.status(size) is Status.TRACED else size
    return None


def is_cut_by(atoms: Atoms, value: Data, items: tuple[Value, ...]) -> bool:
    """Whether an index has a slice for each axis of an array, as long as that: `x[:a.shape[0], i:i + a.shape[1]]`."""
    if value.shape_of is None or value.ndim not in (None, len(items)):
        return False
    lengths = entries_of(atoms, value.shape_of, len(items))
    sizes = [_length(atoms, item) for item in items]
    return lengths is not None and tuple(sizes) == lengths


def _length(atoms: Atoms, item: Value) -> Poly | None:
    """The full size of a slice with a step of 1 and a stop."""
    if not isinstance(item, Slice) or known(item.step) not in (None, 1):
        return None
    if known(item.start) in (None, 0):
        stop = item.stop.poly if isinstance(item.stop, Data) else None
        return None if stop is None else atoms.expanded(stop)
    return size_of(atoms, item)


def _is_cut(item: Slice) -> bool:
    """Whether a slice has a traced bound: JAX refuses it, and it means a window of its full size."""
    bounds = (item.start, item.stop)
    return any(isinstance(one, Data) and one.status is Status.TRACED for one in bounds)


def _is_whole(item: Slice) -> bool:
    return is_none(item.start) and is_none(item.stop) and is_none(item.step)


def _is_ellipsis(item: Value) -> bool:
    return isinstance(item, Data) and isinstance(item.const, EllipsisType)
