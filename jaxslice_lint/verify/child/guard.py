"""Slices of the original, taken only where they are what the rewrite is made for."""

import operator
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np


class RejectedError(Exception):
    """The values are none that the rewrite is made for."""


class Ref:
    """A Pallas Ref as far as indices go: an array that changes."""

    def __init__(self, value: Any) -> None:
        self.value = value

    @property
    def shape(self) -> Any:
        return self.value.shape

    @property
    def dtype(self) -> Any:
        return self.value.dtype

    def __getitem__(self, index: Any) -> Any:
        return self.value[index]

    def __setitem__(self, index: Any, value: Any) -> None:
        self.value = self.value.at[index].set(value)


class Guard:
    """Answers to the guarded slices of the original, and remembers whether one of them held an element."""

    def __init__(self) -> None:
        self.seen = 0

    def take(self, base: Any, index: list[Any], claims: list[tuple[Any, ...]]) -> Any:
        """What the slice holds, by NumPy, which does not compile each anew; of `x.at`, the slice of it."""
        checked = self.index(base, index, claims)
        if isinstance(base, jax.Array):
            return jnp.asarray(np.asarray(base)[checked])
        return base[checked]

    def index(self, base: Any, index: list[Any], claims: list[tuple[Any, ...]]) -> Any:
        """The index as a tuple of plain integers where it was traced. Raises `RejectedError` out of bounds."""
        shape = getattr(base, "array", base).shape
        checked = list(index)
        for position, *claim in claims:
            size = shape[_axis(index, position, len(shape))]
            checked[position] = self._checked(index[position], size, *claim)
        return tuple(checked)

    def _checked(self, given: slice, n: int, size: Any, low: Any, high: Any) -> slice:
        bounds = (given.start, given.stop, given.step)
        start, stop, step = (None if b is None else operator.index(b) for b in bounds)
        plain = slice(start, stop, step)
        taken = range(n)[plain]
        if size is None:
            self._check_mask(start, stop, n, bool(low), bool(high))
        else:
            first = start if start is not None else 0
            last = stop if stop is not None else n
            count = max(0, -((first - last) // (step or 1)))
            held = (count - 1) * abs(step or 1) + 1 if count else 0
            if (last - first) * (step or 1) < 0 or not -n <= first <= n or len(taken) != count:
                raise RejectedError("the slice is cut off at an end of the axis")
            if held != operator.index(size):
                raise RejectedError(f"the slice never has the size {size} that it should have")
        self.seen += len(taken)
        return plain

    def _check_mask(
        self, start: int | None, stop: int | None, n: int, low: bool, high: bool
    ) -> None:
        """Bounds of a slice of traced size count from the end only where they are written so."""
        for bound, negated in ((start, low), (stop, high)):
            if bound is not None and not ((-n if negated else 0) <= bound <= (0 if negated else n)):
                raise RejectedError("a bound is beyond the axis")
        first, last, _ = slice(start, stop).indices(n)
        if first > last:
            raise RejectedError("the slice ends before it starts")


def _axis(index: list[Any], position: int, rank: int) -> int:
    """The axis that the element at `position` indexes."""
    before = index[:position]
    if any(one is Ellipsis for one in before):
        axis = rank - sum(map(_consumed, index[position:]))
    else:
        axis = sum(map(_consumed, before))
    if not 0 <= axis < rank:
        raise RejectedError("the index has more axes than the array")
    return axis


def _consumed(element: Any) -> int:
    if element is None or element is Ellipsis:
        return 0
    if str(getattr(element, "dtype", "")) == "bool":
        return int(element.ndim)
    return 1


def span(start: Any, size: Any, step: int) -> slice:
    """The slice that a window stands for."""
    low, length = operator.index(start), operator.index(size)
    if step > 0:
        return slice(low, low + length, step)
    if low == 0:
        raise RejectedError("such a slice cannot be written")
    return slice(low + length - 1, low - 1, step)
