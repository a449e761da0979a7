"""What a program shows of itself: printed values, frozen so that two runs can be compared."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

#: XLA may sum in another order when the size of an array is another one.
_TOLERANCE = {"rtol": 1e-4, "atol": 1e-4}


@dataclass(frozen=True, slots=True, eq=False)
class Leaf:
    """One array, number or other object. `kind`: whose array it is, or the Python type."""

    kind: str
    array: Any

    @property
    def narrowed(self) -> Any:
        """As JAX would hold it: 64 bits are an artefact of who computed it."""
        return np.asarray(jnp.asarray(self.array)) if self.array is not None else None


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """A printed value: the structure around its leaves, and these."""

    structure: str
    leaves: tuple[Leaf, ...]

    def __str__(self) -> str:
        shown = (f"{leaf.kind} {leaf.array!r}".replace("\n", "") for leaf in self.leaves)
        return f"{self.structure}: {', '.join(shown)}"[:300]


def seen(value: object) -> Seen:
    """A value as it is now: NumPy arrays are copied, since the program may write to them later."""
    leaves, structure = jax.tree.flatten(value)
    return Seen(str(structure), tuple(map(_leaf, leaves)))


def difference(before: Sequence[Seen], after: Sequence[Seen], *, exactly: bool) -> str | None:
    """How two lists of printed values differ, None if they don't.

    `exactly`: the first is what the program prints today, so that a NumPy array must stay one, and 64 bits must stay.
    Otherwise the first was computed eagerly, where Python numbers stand for what would be arrays under a trace.
    """
    if len(before) != len(after):
        return f"{len(after)} values are printed, not {len(before)}"
    for old, new in zip(before, after, strict=True):
        if old.structure != new.structure or not all(
            _is_same(a, b, exactly) for a, b in zip(old.leaves, new.leaves, strict=True)
        ):
            return f"was {old}; is {new}"
    return None


def _leaf(leaf: object) -> Leaf:
    if isinstance(leaf, jax.core.Tracer):
        return Leaf("tracer", None)
    if isinstance(leaf, jax.Array):
        return Leaf("jax", np.asarray(leaf))
    if isinstance(leaf, np.ndarray | np.generic):
        return Leaf("numpy", np.array(leaf))
    if isinstance(leaf, bool | int | float | complex):
        return Leaf(type(leaf).__name__, np.asarray(leaf))
    return Leaf(f"{type(leaf).__name__} {leaf!r}"[:80], None)


def _is_same(old: Leaf, new: Leaf, exactly: bool) -> bool:
    if old.array is None or new.array is None:
        return old.kind == new.kind
    if exactly and old.kind != new.kind:
        return False
    a, b = (old.array, new.array) if exactly else (old.narrowed, new.narrowed)
    if a.shape != b.shape or a.dtype != b.dtype:
        return False
    if np.issubdtype(a.dtype, np.inexact):
        return bool(np.allclose(a, b, equal_nan=True, **_TOLERANCE))
    return bool((a == b).all())
