"""Results compared, and inputs and exceptions put into words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from jaxslice_lint.verify.child.scope import Outcome
from jaxslice_lint.verify.child.values import Unknown

_NUMBERS = (jax.Array, np.ndarray, np.generic, bool, int, float, complex)
#: What can be compared as it is.
_PLAIN = (str, bytes, type, np.dtype, type(Ellipsis))


class UncomparableError(Exception):
    """A result holds what says nothing by itself."""


@dataclass(frozen=True)
class Result:
    """What one side gives: its arrays and numbers, whose they are, and all else, such as their structure, in words.

    `owners`: for each array the call that is given it, which is not run; empty for those of the result.
    """

    arrays: Sequence[Any]
    owners: Sequence[str]
    rest: str


def split(outcome: Outcome) -> Result:
    """The arrays of an outcome. Raises `UncomparableError` for functions and the like."""
    arrays: list[Any] = []
    owners: list[str] = []
    rest: list[str] = []
    for owner, value in (("", outcome.value), *outcome.calls):
        leaves, structure = jax.tree_util.tree_flatten(value)
        rest.append(f"{owner} {structure}")
        for leaf in leaves:
            if isinstance(leaf, _NUMBERS):
                arrays.append(leaf)
                owners.append(owner)
            elif isinstance(leaf, _PLAIN):
                rest.append(f"{len(arrays)} {leaf!r}")
            else:
                kind = type(leaf).__name__
                raise UncomparableError(f"a result of type {kind} cannot be compared")
    return Result(arrays, owners, " ".join(rest))


def compare(expected: Result, actual: Result, masked: bool) -> str:
    """How two results differ in structure, shape, dtype or value; empty if they do not.

    `masked`: what is given to calls may differ, since they are told what counts of it. Raises `UncomparableError` then.
    """
    if expected.rest != actual.rest:
        return "the results have another structure"
    for a, b, owner in zip(expected.arrays, actual.arrays, expected.owners, strict=True):
        if difference := compare_arrays(a, b):
            if owner and masked:
                raise UncomparableError(f"it would take running `{owner}`, which is not done")
            return f"`{owner}` is given {difference}" if owner else difference
    return ""


def compare_arrays(expected: Any, actual: Any) -> str:
    """How two arrays differ; floats may by some units in the last place."""
    a, b = jnp.asarray(expected), jnp.asarray(actual)
    if a.shape != b.shape:
        return f"shape {list(a.shape)} before, {list(b.shape)} after"
    if a.dtype != b.dtype:
        return f"dtype {a.dtype} before, {b.dtype} after"
    exact = not jnp.issubdtype(a.dtype, jnp.inexact)
    wide = "complex128" if jnp.issubdtype(a.dtype, jnp.complexfloating) else "float64"
    x, y = np.asarray(a), np.asarray(b)
    if exact:
        same = x == y
    else:
        x, y = x.astype(wide), y.astype(wide)
        finite = np.abs(x[np.isfinite(x)])
        unit = 64 * float(jnp.finfo(a.dtype).eps)  # type: ignore[no-untyped-call]
        scale = finite.max() if finite.size else 0.0
        same = np.isclose(x, y, rtol=unit, atol=unit * max(float(scale), 1e-3), equal_nan=True)
    if same.all():
        return ""
    place = tuple(int(i) for i in np.argwhere(~np.asarray(same))[0])
    where = f" at {list(place)}" if place else ""
    return f"{x[place]} before and {y[place]} after{where}"


def shown(unknowns: Iterable[Unknown], values: Mapping[str, Any]) -> str:
    """The inputs in words: `x: float32[5, 4], i = 2`."""
    return ", ".join(_shown(one.text, values[one.name]) for one in unknowns) or "no inputs"


def _shown(text: str, value: Any) -> str:
    shape = getattr(value, "shape", None)
    if shape is None or shape == ():
        return f"{text} = {value}"
    return f"{text}: {value.dtype}{list(shape)}"


def worded(error: BaseException) -> str:
    """The first line of an exception."""
    line = (str(error).strip().splitlines() or [""])[0]
    return f"{type(error).__name__}: {line[:200]}" if line else type(error).__name__
