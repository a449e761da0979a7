"""Rewrites that are right for one way in which a program reaches its slice, and wrong for another."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Wrong:
    """A program, and what a rewriter would put in place of one text if it looked at one way only."""

    name: str
    program: str
    old: str
    new: str

    @property
    def rewritten(self) -> str:
        """The program after the wrong rewrite."""
        assert self.program.count(self.old) == 1, self.name
        return self.program.replace(self.old, self.new)


_WINDOW = "jax.lax.dynamic_slice_in_dim"
_HEAD = "where=jax.lax.broadcasted_iota(int, x.shape, 0)"
_COUNTED = "jax.numpy.where({0} < 0, {0} + x.shape[0], {0})"

BOUNDS_THAT_MAY_BE_NONE = (
    Wrong(
        "of two calls, one passes no stop",
        """
import jax

def g(x, e):
    return x[:e].sum()

@jax.jit
def f(x, n):
    return g(x, n) + g(x, None)
""",
        "x[:e].sum()",
        f"x.sum({_HEAD} < {_COUNTED.format('e')})",
    ),
    Wrong(
        "one caller leaves the default, which is None",
        """
import jax

def head(x, n=None):
    return x[:n].mean()

@jax.jit
def h(x, n):
    return head(x, n)

@jax.jit
def f(x):
    return head(x)
""",
        "x[:n].mean()",
        f"x.mean({_HEAD} < {_COUNTED.format('n')})",
    ),
    Wrong(
        "each call passes one bound",
        """
import jax

def total(x, lo=None, hi=None):
    return x[lo:hi].sum()

@jax.jit
def f(x, n):
    return total(x, n) + total(x, hi=n)
""",
        "x[lo:hi].sum()",
        f"x.sum({_HEAD} >= {_COUNTED.format('lo')})",
    ),
    Wrong(
        "an update of all, and of a window",
        """
import jax

def cut(x, s=None, e=None):
    return x.at[s:e].set(0.0)

@jax.jit
def f(x, i):
    return cut(x, i, i + 2) + cut(x)
""",
        "x.at[s:e].set(0.0)",
        "jax.lax.dynamic_update_slice_in_dim("
        "x, jax.lax.dynamic_slice_in_dim(x, s, 2).at[:].set(0.0), s, axis=0)",
    ),
    Wrong(
        "bounds that are attributes of two objects",
        """
import jax

class Buf:
    def __init__(self, x, s=None, e=None):
        self.x, self.s, self.e = x, s, e

    def view(self):
        return self.x[self.s:self.e]

@jax.jit
def f(x, i):
    return Buf(x, i, i + 2).view().sum() + Buf(x).view().sum()
""",
        "self.x[self.s:self.e]",
        f"{_WINDOW}(self.x, self.s, 2)",
    ),
    Wrong(
        "a loop over bounds",
        """
import jax

@jax.jit
def f(x, n):
    t = 0.0
    for e in (n, None):
        t = t + x[:e].sum()
    return t
""",
        "x[:e].sum()",
        f"x.sum({_HEAD} < {_COUNTED.format('e')})",
    ),
    Wrong(
        "a loop over pairs of bounds",
        """
import jax

@jax.jit
def f(x, i, j):
    t = 0.0
    for s, e in [(i, i + 2), (j, None)]:
        t = t + x[s:e].sum()
    return t
""",
        "x[s:e].sum()",
        f"{_WINDOW}(x, s, 2).sum()",
    ),
)

OTHER_SIZES = (
    Wrong(
        "a script passes other numbers",
        """
import jax

def cut(x, s, e):
    return x[s:e].sum()

@jax.jit
def f(x, i):
    return cut(x, i, i + 2)

if __name__ == "__main__":
    print(cut(jax.numpy.arange(9.0), 0, 5))
""",
        "x[s:e].sum()",
        f"{_WINDOW}(x, s, 2).sum()",
    ),
    Wrong(
        "a static method of a class passes other numbers",
        """
import jax

def cut(x, s, e):
    return x[s:e].sum()

@jax.jit
def f(x, i):
    return cut(x, i, i + 2)

class K:
    fn = staticmethod(cut)

    def go(self, x):
        return self.fn(x, 0, 5)

print(K().go(jax.numpy.arange(9.0)))
""",
        "x[s:e].sum()",
        f"{_WINDOW}(x, s, 2).sum()",
    ),
    Wrong(
        "the size is that of one call",
        """
import jax

def window(x, i, k):
    return x[i:i + k] * 2

@jax.jit
def f(x, i):
    return window(x, i, 3)
""",
        "x[i:i + k]",
        f"{_WINDOW}(x, i, 3)",
    ),
    Wrong(
        "the size is what a name of the module happens to be",
        """
import jax

WIDTH = 3

@jax.jit
def f(x, i):
    return x[i:i + WIDTH].sum()
""",
        "x[i:i + WIDTH]",
        f"{_WINDOW}(x, i, 3)",
    ),
    Wrong(
        "the size is that of one object",
        """
import jax

class Window:
    def __init__(self, width):
        self.width = width

    def read(self, x, i):
        return x[i:i + self.width]

@jax.jit
def f(x, i):
    return Window(2).read(x, i)
""",
        "x[i:i + self.width]",
        f"{_WINDOW}(x, i, 2)",
    ),
    Wrong(
        "the stop is computed for one branch alone",
        """
import jax

@jax.jit
def f(x, i, wide=False):
    stop = i + 2
    if wide:
        stop = i + 4
    return x[i:stop]
""",
        "x[i:stop]",
        f"{_WINDOW}(x, i, 2)",
    ),
)

OTHER_INDICES = (
    Wrong(
        "a loop over slices, one of all",
        """
import jax

@jax.jit
def f(x, i):
    t = 0.0
    for q in [slice(i, i + 2), slice(None)]:
        t = t + x[q].sum()
    return t
""",
        "x[q].sum()",
        f"{_WINDOW}(x, i, 2).sum()",
    ),
    Wrong(
        "a loop over a slice and an integer",
        """
import jax

@jax.jit
def f(x, i, s):
    t = 0.0
    for q in (slice(i, i + 2), s):
        t = t + x[q].sum()
    return t
""",
        "x[q].sum()",
        f"{_WINDOW}(x, i, 2).sum()",
    ),
    Wrong(
        "another slice is passed",
        """
import jax

def take(x, q, i):
    return x[q].sum()

@jax.jit
def f(x, i):
    return take(x, slice(i, i + 2), i) + take(x, slice(i, None), i)
""",
        "x[q].sum()",
        f"{_WINDOW}(x, i, 2).sum()",
    ),
)

OTHER_OPERANDS = (
    Wrong(
        "a NumPy array is sliced, too",
        """
import jax, numpy as np

def head(a, n):
    return a[:n].sum()

@jax.jit
def f(x, n):
    return head(x, n) + head(np.arange(7.0), 2)
""",
        "a[:n].sum()",
        "a.sum(where=jax.lax.broadcasted_iota(int, a.shape, 0)"
        " < jax.numpy.where(n < 0, n + a.shape[0], n))",
    ),
    Wrong(
        "a tuple is sliced, too",
        """
import jax

def pair(a, s):
    return a[s:s + 2]

@jax.jit
def f(x, i):
    return pair(x, i), pair((1.0, 2.0, 3.0), 1)
""",
        "a[s:s + 2]",
        f"{_WINDOW}(a, s, 2)",
    ),
)

COUNTED_FROM_THE_END = (
    Wrong(
        "the count of the last elements may be negative",
        """
import jax

@jax.jit
def f(x, n):
    return x[-n:].sum()
""",
        "x[-n:].sum()",
        f"x.sum({_HEAD} >= x.shape[0] - n)",
    ),
    Wrong(
        "the number of the first elements may be negative",
        """
import jax

@jax.jit
def f(x, n):
    return x[:n].sum()
""",
        "x[:n].sum()",
        f"x.sum({_HEAD} < n)",
    ),
    Wrong(
        "the number of the first elements is another one's",
        """
import jax

@jax.jit
def f(x, n):
    n = n + 1
    return x[:n].sum()
""",
        "x[:n].sum()",
        f"x.sum({_HEAD} < jax.numpy.where(n < 0, n + x.shape[0] - 1, n))",
    ),
)

ALL = (
    *BOUNDS_THAT_MAY_BE_NONE,
    *OTHER_SIZES,
    *OTHER_INDICES,
    *OTHER_OPERANDS,
    *COUNTED_FROM_THE_END,
)
