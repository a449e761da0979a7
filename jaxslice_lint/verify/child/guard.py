"""Slices of the original, taken only where the rewrite promises to be the same."""

import operator
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

#: How often the loops of one call go on.
MOST_ROUNDS = 200


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
    """Answers to the guarded slices of the original, and remembers whether one of them held an element.

    `sized`: a slice has the size that is claimed of it. That need not be so for values that the program is seen to use.
    `calls` are the arguments of calls that are not run, in their order.
    """

    def __init__(self) -> None:
        self.seen = 0
        self.sized = True
        self.rounds = 0
        self.calls: list[tuple[str, Any]] = []

    def take(self, base: Any, index: Any, claims: list[tuple[Any, ...]]) -> Any:
        """What the slice holds, by NumPy, which does not compile each anew; of `x.at`, the slice of it."""
        checked = self.index(base, index, claims)
        if isinstance(base, jax.Array) and not isinstance(base, jax.core.Tracer):
            return jnp.asarray(np.asarray(base)[checked])
        return base[checked[0] if len(checked) == 1 else checked]

    def index(self, base: Any, index: Any, claims: list[tuple[Any, ...]]) -> Any:
        """The index as a tuple of plain integers where it was traced. Raises `RejectedError` out of bounds."""
        array = getattr(base, "array", base)
        shape = (len(base),) if isinstance(base, tuple | list | str) else array.shape
        elements = index if isinstance(index, tuple) else (index,)
        checked = list(elements)
        for position, *claim in claims:
            if position >= len(elements) or not isinstance(elements[position], slice):
                self.seen += 1  # the program is seen to come here with another kind of index
                continue
            length = shape[_axis(elements, position, len(shape))]
            checked[position] = self._checked(elements[position], length, *claim)
        return tuple(checked)

    def write(self, taken: Any, method: str, value: Any, claims: tuple[Any, ...]) -> Any:
        """What a method of `x.at[…]` gives. Raises `RejectedError` if its argument is not what is known of it."""
        array, index = getattr(taken, "array", None), getattr(taken, "index", None)
        if array is not None and not callable(value):
            ndim, fills, fits, pastes, _, same_dtype, _, keeps_dtype = claims
            window = np.shape(array[index])
            shape = np.shape(value)
            is_other = ((fills or pastes) and shape != window) or (
                ndim is not None and len(shape) != ndim
            )
            is_other |= fits and np.broadcast_shapes(shape, window) != window
            if is_other:
                raise RejectedError("the new value does not have the shape that is known of it")
            dtype = jnp.result_type(value) if same_dtype else jnp.result_type(array, value)
            if (same_dtype or keeps_dtype) and dtype != array.dtype:
                raise RejectedError("the new value does not have the dtype that is known of it")
        return getattr(taken, method)(value)

    def call(self, function: str, result: Any, *arguments: Any, **named: Any) -> Any:
        """`result` in place of a call that is not run: what it is given has to be the same."""
        self.calls.append((function, (arguments, named)))
        return result

    def go_on(self, condition: Any) -> bool:
        """Whether a `while` goes on; with values that are made up it may do so for ever."""
        self.rounds += 1
        if self.rounds > MOST_ROUNDS:
            raise RejectedError("a loop does not end")
        return bool(condition)

    def _checked(
        self, given: slice, length: int, is_window: bool, size: Any, low: Any, high: Any
    ) -> slice:
        bounds = (given.start, given.stop, given.step)
        start, stop, step = (None if b is None else operator.index(b) for b in bounds)
        plain = slice(start, stop, step)
        taken = len(range(length)[plain])
        for bound, least in ((start, low), (stop, high)):
            if bound is not None and least is not None and bound < least:
                raise RejectedError("a bound does not have the sign that is known of it")
        if is_window and start is not None and stop is not None:
            self._check_window(start, stop, step or 1, length, taken, size)
        self.seen += taken
        return plain

    def _check_window(
        self, start: int, stop: int, step: int, length: int, taken: int, size: Any
    ) -> None:
        count = max(0, -((start - stop) // step))
        if (stop - start) * step < 0 or not -length <= start <= length or taken != count:
            raise RejectedError("the slice is cut off at an end of the axis")
        held = (count - 1) * abs(step) + 1 if count else 0
        if size is not None and self.sized and held != operator.index(size):
            raise RejectedError(f"the slice never has the size {size} that it should have")


def _axis(index: tuple[Any, ...], position: int, rank: int) -> int:
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


def reject() -> None:
    """In place of a `raise` in the code: it does not take these values."""
    raise RejectedError("the code raises an exception for them")
