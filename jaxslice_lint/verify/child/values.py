"""Values for the unknowns of a fragment: shapes that fit together, and all starts."""

import itertools
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import jax.numpy as jnp
import numpy as np

#: How many values of one traced integer are tried on the arrays of a frame, and how many of several at most.
MOST_STARTS, MOST_COMBINATIONS = 40, 3000
#: Rewrites of slices with a narrow start are wrong on long axes alone.
LONG = 200
_ARRAYS = ("array", "numpy", "ref")
#: What tracing knows of a dtype without its width.
_KINDS = {"float": "float32", "int": "int32", "bool": "bool", "complex": "complex64"}


@dataclass(frozen=True)
class Unknown:
    """What is known of an unknown: see `holes.py`, which describes it."""

    name: str
    text: str
    kind: str
    least: int
    rank: "int | None"
    dtype: "str | None"
    traced: bool
    narrow: bool
    axis: "int | None"

    @property
    def is_start(self) -> bool:
        """Whether this is a traced integer, of which many values are tried."""
        return self.kind == "int" and self.traced and not self.least


class Generator:
    """Values for the unknowns of one fragment on one frame: dimensions from which all shapes are made."""

    def __init__(self, seed: int, unknowns: Sequence[Unknown], numbers: Iterable[int]) -> None:
        self.seed = seed
        self.unknowns = unknowns
        self._rng = random.Random(seed)
        self._narrow = any(one.narrow for one in unknowns)
        self._dims = self._dimensions()
        self._sizes = [n for n in numbers if 0 < n < 9] or [1, 2]
        self._scalars = seed % 4 == 3
        self._operand = self._rank(next((one for one in unknowns if one.kind in _ARRAYS), None))

    def values(self) -> dict[str, Any]:
        """A value for each unknown but the traced integers."""
        found: dict[str, Any] = {}
        for one in self.unknowns:
            if one.kind == "int" and not one.traced:
                found[one.name] = self._integers(one)
        self._sizes += [value for value in found.values() if isinstance(value, int)]
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
        if len(wanted) <= 1:
            picked = self._rng.sample(numbers, min(len(numbers), MOST_STARTS))
            combinations: Iterable[Sequence[int]] = itertools.product(picked, repeat=len(wanted))
        else:
            count = min(MOST_STARTS * 4 ** (len(wanted) - 1), MOST_COMBINATIONS)
            combinations = (self._rng.choices(numbers, k=len(wanted)) for _ in range(count))
        for values in combinations:
            yield {
                one.name: jnp.asarray(value, "int8" if one.narrow else "int32")
                for one, value in zip(wanted, values, strict=True)
            }

    def _dimensions(self) -> list[int]:
        """Lengths of axes: all different, or all the same, where a wrong axis goes unnoticed by shapes."""
        square = self.seed % 3 == 0
        if self._narrow and self.seed % 2:
            return [LONG] * 3 if square else [LONG, LONG + 1, LONG + 2]
        different = self._rng.sample([3, 4, 5, 6, 7, 8], 6)
        return [self._rng.choice([4, 5, 6])] * 6 if square else different

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
                rank = self._operand if one.rank is None else one.rank
                data = numbers_of(self._dims[: max(rank, one.least)], self._dtype(one), self.seed)
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
        return self._anything()

    def _dtype(self, one: Unknown) -> str:
        if one.dtype is None:
            return "int32" if self.seed % 5 == 1 else "float32"
        if one.kind == "numpy":
            return one.dtype.replace("64", "32")  # JAX makes it that, which the fix says
        return _KINDS.get(one.dtype, one.dtype)

    def _integers(self, one: Unknown) -> Any:
        if not one.least:
            return self._rng.randint(1, 3)
        return np.abs(numbers_of(self._dims[: one.least], "int32", self.seed)) % 4

    def _index(self) -> Any:
        choices: list[Any] = [0, 1, 2, 1, 0, [0, 2], [2, 1], [[0, 2], [1, 0]]]
        choice = self._rng.choice(choices)
        return choice if isinstance(choice, int) else np.array(choice, "int32")

    def _anything(self) -> Any:
        """An array of a shape that may fit a window, or a number."""
        rng = self._rng
        if self._scalars:
            return rng.choice([2, 0.5, -3, 1])
        shape = list(self._dims[: max(self._operand, 1)])
        choice = rng.random()
        if choice < 0.75:
            for _ in range(rng.choice([1, 1, 1, 2])):
                shape[rng.randrange(len(shape))] = rng.choice(self._sizes)
            shape = shape[rng.choice([0, 0, 0, 1, 2]) :]
            if shape and rng.random() < 0.2:
                shape[rng.randrange(len(shape))] = 1
        elif choice < 0.9:
            shape = rng.sample([*self._dims, *self._sizes], rng.randint(1, 2))
        dtype = rng.choice(["float32", "float32", "int32"])
        return jnp.asarray(numbers_of(shape, dtype, self.seed + 1))


def is_negative(value: Any) -> bool:
    """Whether a start counts from the end."""
    return bool(value < 0)


def numbers_of(shape: Sequence[int], dtype: str, seed: int) -> Any:
    """Different numbers of both signs in no order; halves for floats, whose sums are exact."""
    count = int(np.prod(shape))
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
