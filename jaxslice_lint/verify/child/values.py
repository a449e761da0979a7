"""Values for the unknowns of a fragment: shapes that fit together, and all starts."""

import itertools
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import jax.numpy as jnp
import numpy as np

from jaxslice_lint.verify.child.guard import RejectedError

#: How many values of one traced integer are tried on the arrays of a frame, and how many of several at most.
MOST_STARTS, MOST_COMBINATIONS = 40, 3000
#: Rewrites of slices with a narrow start are wrong on long axes alone; others have to be right on axes up to there.
LONG, NARROW_REACHES = 200, 60
#: Numbers from here on are no sizes that arrays are made for, and arrays with more elements are not made.
LONGEST, MOST_ELEMENTS = 300, 2_000_000
_ARRAYS = ("array", "numpy", "ref")
#: What tracing knows of a dtype without its width.
_KINDS = {"float": "float32", "int": "int32", "bool": "bool", "complex": "complex64"}
_NARROW = ("int8", "int16", "uint8", "uint16")


@dataclass(frozen=True)
class Unknown:
    """What is known of an unknown: see `unknowns.py`, which describes it."""

    name: str
    text: str
    kind: str
    least: int
    rank: "int | None"
    dtype: "str | None"
    traced: bool
    narrow: bool
    axis: "int | None"
    sliced: bool
    floor: "int | None"

    @property
    def is_start(self) -> bool:
        """Whether this is a traced integer, of which many values are tried."""
        return self.kind == "int" and self.traced and not self.least


class Generator:
    """Values for the unknowns of one fragment on one frame: dimensions from which all shapes are made.

    `seen`: integers that the program passes, by name; they are taken in every other frame, else others. `narrow`: some
    start is narrower than 32 bits.
    """

    def __init__(
        self,
        seed: int,
        unknowns: Sequence[Unknown],
        numbers: Iterable[int],
        seen: Sequence[Mapping[str, int]],
        narrow: bool,
    ) -> None:
        self.seed = seed
        self.unknowns = unknowns
        self._rng = random.Random(seed)
        self._seen = seen[seed // 2 % len(seen)] if seen and seed % 2 == 0 else {}
        self._narrow = narrow or any(one.narrow for one in unknowns)
        self._sizes = [n for n in numbers if 0 < n < LONGEST] or [1, 2]
        self._dims = self._dimensions()
        self._scalars = seed % 4 == 3
        arrays = sorted(
            (one for one in unknowns if one.kind in _ARRAYS), key=lambda one: not one.sliced
        )
        self._operand = self._rank(arrays[0] if arrays else None)

    @property
    def is_seen(self) -> bool:
        """Whether all integers are those of a call in the program."""
        integers = {one.name for one in self.unknowns if one.kind == "int"}
        return bool(integers) and integers <= self._seen.keys()

    def values(self) -> dict[str, Any]:
        """A value for each unknown but the traced integers."""
        found: dict[str, Any] = {}
        for one in self.unknowns:
            if one.kind == "int" and not one.traced:
                found[one.name] = self._integers(one)
        self._sizes += [value for value in found.values() if isinstance(value, int) and value > 0]
        for one in self.unknowns:
            if one.name not in found and not one.is_start:
                found[one.name] = self._value(one)
        return found

    def starts(self) -> Iterator[dict[str, Any]]:
        """Values for the traced integers: all, of one; many, of several."""
        wanted = [one for one in self.unknowns if one.is_start]
        longest = max(self._dims[: max(self._operand, 1)])
        numbers = list(range(-longest - 1, longest + 3))
        if self._narrow:
            numbers = [n for n in numbers if -129 < n < 127]
        choices = [[n for n in numbers if n >= _floor(one)] for one in wanted]
        if len(wanted) <= 1:
            picked = [self._rng.sample(some, min(len(some), MOST_STARTS)) for some in choices]
            combinations: Iterable[Sequence[int]] = itertools.product(*picked)
        else:
            count = min(MOST_STARTS * 4 ** (len(wanted) - 1), MOST_COMBINATIONS)
            combinations = ([*map(self._rng.choice, choices)] for _ in range(count))
        dtypes = [self._start_dtype(one, longest) for one in wanted]
        for values in combinations:
            yield {
                one.name: scalar(value, dtype)
                for one, value, dtype in zip(wanted, values, dtypes, strict=True)
            }

    def _start_dtype(self, one: Unknown, longest: int) -> str:
        if one.dtype in _NARROW:
            return one.dtype
        may_be_narrow = one.dtype is None and self.seed % 4 == 2 and longest < NARROW_REACHES
        return "int8" if one.narrow or may_be_narrow else "int32"

    def _dimensions(self) -> list[int]:
        """Lengths of axes: all different, or all the same, where a wrong axis goes unnoticed by shapes."""
        square = self.seed % 3 == 0
        if self._narrow and self.seed % 2:
            return [LONG] * 3 if square else [LONG, LONG + 1, LONG + 2]
        dims = self._rng.sample([3, 4, 5, 6, 7, 8], 6)
        if square:
            dims = [self._rng.choice([4, 5, 6, *(n for n in self._sizes if 2 < n < LONG)])] * 6
        longest = max([*self._sizes, *self._seen.values()])
        if longest > 3 and (self.seed % 2 or self._seen):
            # A window of that size has to fit in, but not along every axis.
            axes = [square or self._rng.random() < 0.5 for _ in dims]
            dims = [n + longest * on for n, on in zip(dims, axes, strict=True)]
        return dims

    def _rank(self, one: "Unknown | None") -> int:
        if one is None:
            return 1
        if one.rank is not None:
            return one.rank
        least = max(one.least, 1)
        more: int = self._rng.choice([0, 0, 1, 1, 2])
        return min(least + more, max(2 if self._narrow else 4, least))

    def _value(self, one: Unknown) -> Any:
        match one.kind:
            case "array" | "numpy" | "ref":
                data = numbers_of(self._shape(one), self._dtype(one), self.seed)
                return data if one.kind == "numpy" else jnp.asarray(data)
            case "int":
                return self._integers(one)
            case "index":
                return self._index()
            case "mask":
                known = one.axis is not None and self._rng.random() < 0.7
                first = one.axis if known and one.axis else self._rng.randint(0, 2) * (not known)
                return numbers_of(self._dims[first:][: one.rank], "bool", self.seed)
            case "slice":
                return slice(self._rng.choice([0, 1]), self._rng.choice([2, 3, None]))
            case "dtype":
                return np.dtype(self._rng.choice(["float32", "int32"]))
            case "number":
                return self._rng.randint(0, 3)
            case "flag":
                return self._rng.choice([True, False])
            case "none":
                return None
            case "sequence":
                return tuple(numbers_of([6], "float32", self.seed).tolist())
        return self._anything()

    def _shape(self, one: Unknown) -> list[int]:
        rank = self._operand if one.rank is None else one.rank
        if self._scalars and one.rank is None and not (one.sliced or one.least):
            return []
        if one.sliced or self._rng.random() < 0.3:
            return self._dims[: max(rank, one.least)]
        shape = self._window()
        if self._rng.random() < 0.5:
            shape = [self._rng.choice(self._dims), *shape]
        wanted = one.least if one.rank is None else one.rank
        if one.rank is not None:
            shape = shape[max(len(shape) - wanted, 0) :]
        return [*self._dims[: max(wanted - len(shape), 0)], *shape]

    def _dtype(self, one: Unknown) -> str:
        if one.dtype is None:
            return "int32" if self.seed % 5 == 1 else "float32"
        if one.kind == "numpy":
            return one.dtype.replace("64", "32")  # JAX makes it that, which the fix says
        return _KINDS.get(one.dtype, one.dtype)

    def _integers(self, one: Unknown) -> Any:
        if one.name in self._seen:
            return self._seen[one.name]
        if one.least:
            numbers = numbers_of(self._dims[: one.least], "int32", self.seed) % 4
            numbers = numbers - 2 * (one.floor is None and self.seed % 4 == 1)
            return jnp.asarray(numbers) if one.traced else numbers
        if one.floor is None and self._rng.random() < 0.2:
            return self._rng.randint(-2, 0)
        return self._rng.randint(1, 3)

    def _index(self) -> Any:
        choices: list[Any] = [0, 1, 2, 1, 0, [0, 2], [2, 1], [[0, 2], [1, 0]]]
        choice = self._rng.choice(choices)
        return choice if isinstance(choice, int) else np.array(choice, "int32")

    def _anything(self) -> Any:
        """An array of a shape that may fit a window, or a number."""
        if self._scalars:
            return self._rng.choice([2, 0.5, -3, 1])
        dtype = self._rng.choice(["float32", "float32", "int32"])
        return jnp.asarray(numbers_of(self._window(), dtype, self.seed + 1))

    def _window(self) -> list[int]:
        """The shape of a window of the sliced array, or of what broadcasts to it; sometimes another one."""
        rng = self._rng
        shape = list(self._dims[: max(self._operand, 1)])
        choice = rng.random()
        if choice < 0.8:
            for axis in rng.sample(range(len(shape)), min(rng.choice([1, 1, 2]), len(shape))):
                shape[axis] = rng.choice(self._sizes)
            shape = shape[rng.choice([0, 0, 0, 1, 2]) :]
            if shape and rng.random() < 0.2:
                shape[rng.randrange(len(shape))] = 1
        elif choice < 0.9:
            shape = rng.sample([*self._dims, *self._sizes], rng.randint(1, 2))
        return shape


def _floor(one: Unknown) -> int:
    unsigned = one.dtype is not None and one.dtype.startswith("uint")
    return max(-LONGEST if one.floor is None else one.floor, 0 if unsigned else -LONGEST)


@cache
def scalar(value: int, dtype: str) -> Any:
    """An integer as JAX has it; each is made once, since that takes longer than to use it."""
    return jnp.asarray(value, dtype)


def is_negative(value: Any) -> bool:
    """Whether a start counts from the end."""
    return bool(value < 0)


def numbers_of(shape: Sequence[int], dtype: str, seed: int) -> Any:
    """Different numbers of both signs in no order; halves for floats, whose sums are exact."""
    count = int(np.prod(shape))
    if count > MOST_ELEMENTS:
        raise RejectedError("the arrays would be too large")
    flat: Any = np.random.RandomState(seed).permutation(count) - count // 3
    kind = jnp.dtype(dtype)
    if kind == jnp.bool_:
        flat = flat % 2
    elif jnp.issubdtype(kind, jnp.unsignedinteger):
        flat = (flat + count // 3) % 251
    elif jnp.issubdtype(kind, jnp.integer):
        flat = (flat + 120) % 241 - 120 if kind.itemsize == 1 else flat
    else:
        flat = flat * 0.5 + 0.25
    return flat.astype(kind).reshape(tuple(shape))
