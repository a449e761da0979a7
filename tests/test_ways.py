"""A rewrite is right for every way in which the program reaches its slice, or it is not made.

Each program is fixed, and run: what `f` gives under `jit` then must be what it gave eagerly before.
"""

from pathlib import Path

import pytest
from way_programs import NONE_BOUNDS, OTHER_INDICES, OTHER_OPERANDS, OTHER_SIZES, PROGRAMS
from ways import HEADER, check, outcome, result

from jaxslice_lint.rules import RULES
from jaxslice_lint.run import run_sources
from jaxslice_lint.settings import Settings
from jaxslice_lint.source.text import Source


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


def test_that_two_arguments_are_the_same_is_known_to_callers_alone() -> None:
    program = """
def _cut(x, low, high):
    return x[low:high + 2].sum()

@jax.jit
def f(x, i):
    return _cut(x, i, i)
"""
    _, [finding] = outcome(program)
    assert finding.fix is None
    assert "known only to those who make its bounds" in finding.no_fix


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


RANKS = {
    "a loop in a public function": """
def total(x):
    return lax.fori_loop(0, x.shape[0], lambda j, acc: acc + x[:j].sum() * 2, 0.0)

def _demo():
    return total(jnp.arange(4.0))

f = jax.jit(lambda m: total(m))
""",
    "a private function behind a public one": """
def _head(x, n):
    return x[:n].sum()

def api(x, n):
    return _head(x, n)

_use = jax.jit(lambda n: api(jnp.arange(4.0), n))

def f(m, n):
    return jax.jit(globals()["api"])(m, n)
""",
    "a method behind a public one": """
class Sums:
    def _head(self, x, n):
        return x[:n].sum()

    def head(self, x, n):
        return self._head(x, n)

_use = jax.jit(lambda n: Sums().head(jnp.arange(4.0), n))

def f(m, n):
    return jax.jit(getattr(Sums(), "he" + "ad"))(m, n)
""",
}


@pytest.mark.parametrize("program", RANKS.values(), ids=RANKS.keys())
def test_the_rank_that_the_callers_of_a_public_function_pass_is_not_that_of_others(
    program: str,
) -> None:
    check(program)


@pytest.mark.parametrize(
    ("call", "is_safe"),
    [
        ("window(x, 0, x.shape[0])", True),
        ("window(x, 0, 3)", False),
        ("window(x, 2, x.shape[0])", False),
        ("window(x, -2, x.shape[0] + 2)", False),
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


@pytest.mark.parametrize(
    "call",
    [
        "operator.call(cut, x, 11)",
        "threading.Thread(target=cut, args=(x, 11)).start()",
        "threading.Thread(target=cut, args=(x,), kwargs=OPTIONS).start()",
        "list(itertools.starmap(cut, [(x, 11)]))",
        "asyncio.run(asyncio.to_thread(cut, x, 11))",
    ],
)
def test_what_calls_the_function_that_it_is_given_is_a_way(call: str) -> None:
    program = f"""
import asyncio, itertools, operator, threading

def cut(x, i):
    return x[i:i + 3].sum()

f = jax.jit(lambda x, i: operator.call(cut, x, i))

def main(x):
    {call}
"""
    _, [finding] = outcome(program)
    assert finding.fix is not None
    assert not finding.fix.safe


@pytest.mark.parametrize(
    "program",
    [
        "@jax.jit\ndef f(x, n):\n    int = 1\n    return x[:n].sum() + int\n",
        "int = jnp.asarray\n\n@jax.jit\ndef f(m, i, n):\n    k = n - 2\n    return m[i, k:k + 2, None].sum()\n",
        "@jax.jit\ndef f(x, i):\n    int = i.astype(jnp.int8)\n    return x[int:int + 2].sum()\n",
    ],
    ids=["a mask", "starts", "a narrow start"],
)
def test_a_program_may_call_something_else_int(program: str) -> None:
    check(program.replace("i.astype", "jnp.asarray(i).astype"))


@pytest.mark.parametrize(
    ("other", "is_safe"),
    [
        ("def head(): ...\n\nthreading.Thread(target=head)", True),
        ("def run(head):\n    threading.Thread(target=head)", True),
        ("head = print\nthreading.Thread(target=head)", True),
        ("from program import head\n\nthreading.Thread(target=head)", False),
        ("from program import head as run\n\nthreading.Thread(target=run)", False),
        ("import program\n\nthreading.Thread(target=program.head)", False),
        ("from program import *\n\nthreading.Thread(target=head)", False),
        ("from program import *\n\ndef run(head): ...\n\nthreading.Thread(target=head)", False),
    ],
)
def test_a_function_of_another_file_that_has_the_same_name_is_another_one(
    other: str, is_safe: bool
) -> None:
    program = HEADER + "@jax.jit\ndef head(m, n):\n    return m[:n, :].sum(axis=0)\n"
    files = [
        Source(Path("/nowhere/program.py"), program),
        Source(Path("/nowhere/other.py"), f"import threading\n\n{other}\n"),
    ]
    settings = Settings(frozenset(rule.code for rule in RULES))
    [finding] = run_sources(files, settings, fix=False).files[0].findings
    assert finding.fix is not None
    assert finding.fix.safe is is_safe


def test_an_axis_behind_an_ellipsis_is_not_the_first() -> None:
    program = """
def window(m, start, size):
    return m[..., start:start + size].sum()

@partial(jax.jit, static_argnames="n")
def f(m, i, n):
    m = jnp.asarray(m)
    return window(m, i, n) + window(m, 0, m.shape[0])
"""
    _, [finding] = outcome(program)
    assert finding.fix is not None
    assert not finding.fix.safe


def test_a_start_that_is_narrow_in_one_way_is_widened() -> None:
    program = """
def cut(x, i):
    return x[i:i + 3].sum()

@jax.jit
def f(x, i):
    return cut(x, i) + cut(x, i.astype(jnp.int8))
"""
    _, [finding] = outcome(program)
    assert finding.fix is not None
    assert "asarray(i, dtype=int)" in finding.fix.edits[0].content


def test_what_may_be_no_jax_array_in_another_way_is_indexed_by_lax() -> None:
    program = """
from table import load

def row(x, i):
    return x[i:i + 1][0]

def main(x):
    return row(x, 2)

@jax.jit
def f(x, i):
    return row(jnp.asarray(x), i)

main(load())
"""
    _, [finding] = outcome(program)
    assert finding.fix is not None
    assert "dynamic_index_in_dim" in finding.fix.edits[0].content


def test_slices_of_one_size_that_start_elsewhere_are_two() -> None:
    check(
        """
@jax.jit
def f(x, i, j):
    total = 0.0
    for part in (slice(i, i + 2), slice(j, j + 2)):
        total = total + x[part].sum()
    return total
"""
    )
