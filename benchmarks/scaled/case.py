"""One kind of strange program, and what such programs are written with."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

_HEAD = (
    "import jax\nimport jax.numpy as jnp\nfrom functools import partial\nfrom jax import lax\n\n\n"
)
#: What comes before it must not cost the finding in it.
WITNESS = "\n\n@jax.jit\ndef witness(x, i):\n    return x[i : i + 4]\n"
JIT = "@jax.jit\ndef f(x, i, n, k):\n"


@dataclass(frozen=True, slots=True)
class Case:
    """A kind of program; it is measured at `size` and at twice that."""

    name: str
    write: Callable[[int], str]
    size: int
    options: tuple[str, ...] = ()

    def program(self, size: int) -> str:
        """The program of this kind that has `size` parts."""
        return _HEAD + self.write(size) + WITNESS


def body(lines: Iterable[str], result: str = "x[i : i + 4]") -> str:
    """A traced function with these lines."""
    return JIT + "".join(f"    {line}\n" for line in lines) + f"    return {result}\n"


def nested(head: Callable[[int], str], depth: int, inmost: str) -> str:
    """A traced function with statements in each other."""
    lines = [" " * level + head(level) for level in range(depth)]
    return body([*lines, " " * depth + inmost])


def bound(text: str) -> str:
    """A traced function that slices up to an expression."""
    return body([f"e = {text}"], "x[i : e]")


def repeat(text: str, count: int, join: str) -> str:
    return join.join(text.replace("#", str(number)) for number in range(count))
