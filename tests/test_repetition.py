"""What a rewrite evaluates another number of times than the program does: bounds once, what is updated twice."""

from pathlib import Path

import pytest
from programs import HEADER, findings_of

from jaxslice_lint.rules import Finding
from jaxslice_lint.source.text import Source

AROUND = """
import numpy as np
from elsewhere import g, seen
class Counting:
    def __init__(self): self.reads = 0
    @property
    def size(self):
        self.reads += 1
        return 3
    @property
    def double(self): return 6
    @property
    def item(self):
        seen[0] = 3
        return 3
    def __getitem__(self, key): return 3
    def half(self, n=4): return min(n, self.double) // 2
    def count(self):
        self.reads += 1
        return 3
counting = Counting()
def capacity(array, least=2):
    "How many rows fit."
    rows = array.shape[0] // 3
    if rows < least:
        return least
    return max(rows, int(array.astype(int).ndim))
third = lambda array: capacity(array) // 3
def logged(n):
    seen.append(n)
    return n
def changed(n, held=seen):
    held[0] = n
    return n
def drawn(): return next(seen)
def taken(queue): return queue.get()
def around(n): return logged(n)
def again(n): return again(n - 1)
def named():
    global last
    last = 3
    return 3
@jax.jit
def f(x, i, v, w):
"""


def only_finding(body: str) -> Finding:
    text = HEADER + AROUND + f"    return {body}\n"
    [finding] = findings_of(Source(Path("program.py"), text))
    return finding


@pytest.mark.parametrize(
    "array", ["x", "x.T", "w[0]", "w[i]", "w[i, -1]", "w[...]", "(x + 1)", "-x", "jnp.zeros(9)"]
)
def test_what_costs_nothing_is_updated_by_a_window(array: str) -> None:
    assert only_finding(f"{array}.at[i:i + 3].set(v)").fix is not None


@pytest.mark.parametrize(
    "array", ["g(x)", "jnp.sort(x)", "w[2:]", "w[..., 0]", "w[g(i)]", "(x if g else w)"]
)
def test_what_may_have_effects_or_costs_something_is_not_written_twice(array: str) -> None:
    finding = only_finding(f"{array}.at[i:i + 3].set(v)")
    assert finding.fix is None
    assert "would be evaluated twice" in finding.no_fix


@pytest.mark.parametrize(
    "start",
    [
        *("i", "i * 2", "jnp.argmax(x)", "x.argmax()", "i + counting.double", "min(3, 2) + i"),
        *("i + capacity(x)", "i + third(x)", "i + counting.half()", "i + w.astype(int).shape[0]"),
    ],
)
def test_a_bound_without_effects_may_be_evaluated_once(start: str) -> None:
    assert only_finding(f"x[{start}:{start} + 3]").fix is not None


@pytest.mark.parametrize(
    "start",
    [
        *("i + g(2)", "i + counting.size", "i + counting[0]", "i + next(seen)"),
        *("i + counting.item", "i + counting.count()", "i + logged(2)", "i + changed(2)"),
        *("i + g.get()", "i + taken(g)", "i + g.take(1)"),
        *("i + drawn()", "i + around(2)", "i + again(2)", "i + named()", "i + capacity(g(x))"),
        *("i + len([one for one in seen])", "i + (lambda: 2)()", "i + np.random.randint(3)"),
    ],
)
def test_a_bound_with_effects_is_evaluated_as_often_as_it_is_written(start: str) -> None:
    assert only_finding(f"x[{start}:{start} + 3]").fix is None
