"""Results compared, and inputs and exceptions put into words."""

from collections.abc import Iterable, Mapping
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from jaxslice_lint.verify.child.values import Unknown


def compare(expected: Any, actual: Any) -> str:
    """How two results differ in structure, shape, dtype or value; empty if they do not."""
    one, structure = jax.tree_util.tree_flatten(expected)
    other, other_structure = jax.tree_util.tree_flatten(actual)
    if str(structure) != str(other_structure):
        return "the results have another structure"
    for a, b in zip(one, other, strict=True):
        if difference := compare_arrays(a, b):
            return difference
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
