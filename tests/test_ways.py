"""A rewrite is right for every way in which the program reaches its slice, or it is not made.

Each program is fixed, and run: what `f` gives under `jit` then must be what it gave eagerly before.
"""

import inspect
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from fixture_programs import fix as fixed
from fixture_programs import lint

from jaxslice_lint.rules.finding import Finding

HEADER = """\
import functools
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

"""
VALUES = {
    "x": jnp.arange(12.0) ** 1.5,
    "m": jnp.arange(30.0).reshape(6, 5),
    "i": 3,
    "j": 5,
    "n": 4,
    "stride": 2,
}


def outcome(program: str, *, fix: bool = False, unsafe: bool = False) -> tuple[str, list[Finding]]:
    """The program after `--fix`, and what is found in it then; before, if nothing is to be fixed."""
    path, text = Path("program.py"), HEADER + program
    if fix:
        text = fixed(path, text, unsafe=unsafe)
    return text, lint(path, text)


def result(text: str, *, eagerly: bool) -> Any:
    """What `f` of a program gives, and what the program prints to `shown`."""
    scope: dict[str, Any] = {"__name__": "__main__", "shown": []}
    exec(compile(text, "program.py", "exec"), scope)
    names = inspect.signature(inspect.unwrap(scope["f"])).parameters
    arguments = [VALUES[name] for name in names]
    if eagerly:
        with jax.disable_jit():
            value = scope["f"](*arguments)
    else:
        value = scope["f"](*arguments)
    return [np.asarray(leaf).round(3).tolist() for leaf in jax.tree.leaves([value, scope["shown"]])]


def check(program: str) -> None:
    """Assert that something is found, and that neither safe nor unsafe fixes change what the program does."""
    text, findings = outcome(program)
    assert findings
    before = result(text, eagerly=True)
    for unsafe in (False, True):
        text, left = outcome(program, fix=True, unsafe=unsafe)
        assert result(text, eagerly=bool(left)) == before


NONE_BOUNDS = {
    "a default of one of two calls": """
def tail(x, start=None):
    return x[start:].sum()

@jax.jit
def f(x, i):
    return tail(x, i) + tail(x)
""",
    "a keyword that is left out": """
def cut(x, *, low=None, high=None):
    return x[low:high].sum()

@jax.jit
def f(x, i):
    return cut(x, low=i, high=i + 3) + cut(x, high=4)
""",
    "a tuple of pairs": """
@jax.jit
def f(x, i):
    parts = [x[low:high].max() for low, high in ((i, i + 2), (None, 3))]
    return parts[0] + parts[1]
""",
    "a conditional": """
@jax.jit
def f(x, n):
    stop = None if x.ndim == 2 else n
    first = x[:stop].sum()
    stop = None
    for _ in range(2):
        first = first + x[:stop].sum()
        stop = n
    return first
""",
    "attributes of two objects": """
class Span:
    def __init__(self, low=None, high=None):
        self.low, self.high = low, high

    def of(self, x):
        return x.at[self.low:self.high].set(0.0)

@jax.jit
def f(x, i):
    return Span(i, i + 2).of(x) + Span().of(x)
""",
}
OTHER_INDICES = {
    "an integer": """
@jax.jit
def f(x, i):
    return sum(x[q].sum() for q in (slice(i, i + 2), 0))
""",
    "an ellipsis passed by another caller": """
def part(x, where):
    return x[where].sum()

@jax.jit
def f(x, i):
    return part(x, slice(i, i + 2)) + part(x, ...)
""",
    "tuples of another length": """
def part(m, where):
    return m[where].sum()

@jax.jit
def f(m, i):
    return part(m, (slice(i, i + 2), 0)) + part(m, (slice(i, i + 2),))
""",
    "an array of positions": """
@jax.jit
def f(x, i):
    total = 0.0
    for where in [slice(i, i + 3), jnp.array([0, 2])]:
        total = total + x[where].sum()
    return total
""",
}
OTHER_SIZES = {
    "two callers": """
def take(x, start, stop):
    return x[start:stop].sum()

@jax.jit
def f(x, i):
    return take(x, i, i + 2) + take(x, i, i + 5)
""",
    "an eager caller": """
def put(x, start, stop):
    return x.at[start:stop].set(1.0)

@jax.jit
def f(x, i):
    return put(x, i, i + 2)

shown.append(put(jnp.zeros(5), 1, 4))
""",
    "one caller alone": """
def take(x, start, stop):
    return x[start:stop].sum()

@jax.jit
def f(x, i):
    return take(x, i, i + 1)

def others(op):
    return op(jnp.arange(5.0), 0, 3)

shown.append(others(take))
""",
    "a function stored in a table": """
def take(x, start, stop):
    return x[start:stop].sum()

TABLE = {"take": take}

@jax.jit
def f(x, i):
    return take(x, i, i + 1)

shown.append(TABLE["take"](jnp.arange(5.0), 1, 4))
""",
    "a slice object that is passed": """
def part(x, where):
    return x[where].sum()

@jax.jit
def f(x, i):
    return part(x, slice(i, i + 2)) + part(x, slice(1, 6))
""",
    "a partial": """
def take(x, start, stop):
    return x[start:stop].sum()

first = partial(take, start=0, stop=3)

@jax.jit
def f(x, i):
    return take(x, i, i + 1) + first(x)
""",
    "a step": """
def take(x, start, step):
    return x[start:start + 4:step].sum()

@jax.jit
def f(x, i):
    return take(x, i, 1) + take(x, i, 2)
""",
}
OTHER_OPERANDS = {
    "a tuple": """
def window(a, start):
    return a[start:start + 2]

@jax.jit
def f(x, i):
    return window(x, i).reshape(window((1, 2, 1), 1))
""",
    "a NumPy array on the host": """
def window(a, start):
    return a[start:start + 2]

@jax.jit
def f(x, i):
    return window(x, i) * window(np.arange(6.0), 1).tolist()[0]
""",
    "a NumPy array where a mask would be": """
def head(a, n):
    return a[:n].sum()

@jax.jit
def f(x, n):
    return head(x, n) + head(np.ones(6), 2).item()
""",
    "a string": """
def window(a, start):
    return a[start:start + 2]

@jax.jit
def f(x, i):
    return window(x, i) * len(window("abcdef", 1))
""",
}
MAIN_GUARDS = {
    "a call": """
def take(x, start, stop):
    return x[start:stop].sum()

@jax.jit
def f(x, i):
    return take(x, i, i + 2)

if __name__ == "__main__":
    shown.append(take(jnp.arange(9.0), 0, 5))
""",
    "a call of a function that is defined there": """
def head(x, n=None):
    return x[:n].sum()

@jax.jit
def f(x, n):
    return head(x, n)

if __name__ == "__main__":
    def main():
        return head(jnp.arange(9.0))

    shown.append(main())
""",
    "the other way round": """
def head(x, n=None):
    return x[:n].sum()

@jax.jit
def f(x, n):
    return head(x, n)

if "__main__" != __name__:
    pass
else:
    shown.append(head(jnp.arange(9.0)))
""",
}
#: What widens a narrow start must suit a Python int, too.
NARROW_STARTS = {
    "a read": """
def cut(x, i):
    return x[i:i + 2].sum()

@jax.jit
def f(x, i):
    return cut(x, jnp.asarray(i, jnp.int8)) + cut(x, 5)
""",
    "an update": """
def put(x, i):
    return x.at[i:i + 2].set(0.0)

@jax.jit
def f(x, i):
    return put(x, jnp.asarray(i, jnp.int16)) + put(x, 5)
""",
    "a mask": """
def head(x, n):
    return x[:n].sum()

@jax.jit
def f(x, n):
    return head(x, jnp.asarray(n, jnp.int8)) + head(jnp.arange(300), jnp.int8(-4)) + head(x, -2)
""",
}
PROGRAMS = {
    f"{kind}: {name}": program
    for kind, programs in (
        ("None", NONE_BOUNDS),
        ("index", OTHER_INDICES),
        ("size", OTHER_SIZES),
        ("operand", OTHER_OPERANDS),
        ("narrow start", NARROW_STARTS),
        ("main guard", MAIN_GUARDS),
    )
    for name, program in programs.items()
}


@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS.keys())
def test_no_fix_changes_what_a_program_does_in_another_way(program: str) -> None:
    check(program)


@pytest.mark.parametrize(
    ("program", "reason"),
    [
        (NONE_BOUNDS["attributes of two objects"], "where its start is `None`"),
        (OTHER_INDICES["an integer"], "where the index is no slice"),
        (OTHER_INDICES["tuples of another length"], "with another index"),
        (OTHER_OPERANDS["a tuple"], "where a Python sequence is sliced"),
        (OTHER_OPERANDS["a NumPy array on the host"], "where a NumPy array is sliced"),
        (OTHER_SIZES["two callers"], "known only to those who make its bounds"),
    ],
)
def test_the_reason_names_the_way(program: str, reason: str) -> None:
    _, [finding, *_] = outcome(program)
    assert reason in finding.no_fix


def test_a_size_that_callers_know_has_another_remedy() -> None:
    _, [finding] = outcome(OTHER_SIZES["two callers"])
    assert "take(x, start, size)" in finding.help


@pytest.mark.parametrize(
    ("program", "written"),
    [
        (
            "def f(x, i):\n    size = 4\n    end = i + size\n    return x[i:end].sum()",
            "(x, i, size)",
        ),
        (
            "WIDTH = 3\n\ndef f(x, i):\n    end = i + WIDTH\n    return x[i:end].sum()",
            "(x, i, WIDTH)",
        ),
        (
            "HALF = 2\n\ndef f(x, i):\n    lo = i - HALF\n    hi = i + HALF\n    return x[lo:hi].sum()",
            "(x, lo, 2 * HALF)",
        ),
        (
            "class Crop:\n    width = 3\n\ncrop = Crop()\n\n"
            "def f(x, i):\n    end = i + crop.width\n    return x[i:end].sum()",
            "(x, i, crop.width)",
        ),
        ("SIZES = (3, 4)\n\ndef f(x, i):\n    end = i + SIZES[0]\n    return x[i:end].sum()", None),
        ("def f(x, i):\n    end = i + 4\n    return x[i:end].sum()", "(x, i, 4)"),
        (
            "def f(x, i, stride=2):\n    return x[i:i + 3 * stride:stride].sum()",
            "(x, i, (3 * stride - 1) // stride * stride + 1)[::stride]",
        ),
    ],
)
def test_a_size_is_spelled_with_the_names_it_has(program: str, written: str | None) -> None:
    options = ", static_argnames='stride'" if "stride" in program else ""
    jitted = program.replace("def f(", f"@partial(jax.jit{options})\ndef f(")
    text, left = outcome(jitted, fix=True)
    if written is None:
        assert left
        assert left[0].fix is None
    else:
        assert "".join(written.split()) in "".join(text.split())
        assert result(text, eagerly=False) == result(HEADER + jitted, eagerly=True)


@pytest.mark.parametrize(
    "program",
    [
        # One form is right for all.
        """
def window(x, start, size):
    return x[start:start + size].sum()

@partial(jax.jit, static_argnames="n")
def f(x, i, n):
    return window(x, i, n) + window(x, i + 1, 2)
""",
        """
def head(x, n):
    return x[:n].sum()

@jax.jit
def f(x, n):
    return head(x, n) + head(x, -2) + head(x, 40) + head(x, n - 9)
""",
        """
@jax.jit
def f(x, i, n):
    total = 0.0
    for low, high in ((i, i + 2), (n, n + 2)):
        total = total + x[low:high].sum()
    return total
""",
        """
@jax.jit
def f(x, i):
    def first(size):
        return x[0:size].sum()

    total = 0.0
    for low in (i, 0):
        total = total + x[low:low + 3].sum()
    return total + first(2)
""",
    ],
)
def test_nothing_right_is_lost_where_all_ways_agree(program: str) -> None:
    text, left = outcome(program, fix=True)
    assert not [finding for finding in left if finding.fix is None]
    before = result(HEADER + program, eagerly=True)
    text, left = outcome(program, fix=True, unsafe=True)
    assert not left
    assert result(text, eagerly=False) == before


@pytest.mark.parametrize(
    ("call", "is_safe"),
    [
        ("window(x, 0, x.shape[0])", True),
        ("window(x, 0, 3)", False),
        ("window(x, 2, x.shape[0])", False),
    ],
)
def test_static_bounds_in_range_leave_a_rewrite_safe(call: str, is_safe: bool) -> None:
    program = f"""
def window(x, start, size):
    return x[start:start + size].sum()

@partial(jax.jit, static_argnames="n")
def f(x, i, n):
    x = jnp.asarray(x)
    return window(x, i, n) + {call}
"""
    _, [finding] = outcome(program)
    assert finding.fix is not None
    assert finding.fix.safe is is_safe
