"""Slice objects that differ between paths or stand in tables: each one that may be the index counts."""

import pytest
from test_ways import outcome, result

#: The body of `f(x, i, j)`: each has one traced slice, the last subscript.
JOINED = {
    "a conditional expression": """
    q = slice(i, i + 2) if x.ndim == n else slice(j, j + 2)
    return x[q].sum()
""",
    "two branches": """
    if x.shape[0] > n:
        q = slice(i, i + 2)
    else:
        q = slice(j, j + 2)
    return x[q].sum()
""",
    "a dict": """
    windows = {"low": slice(i, i + 2), "high": slice(j, j + 2)}
    return x[windows["low" if n > 2 else "high"]].sum()
""",
    "a dict of the caller": """
    def cut(windows, name):
        return x[windows[name]].sum()
    return cut({"low": slice(i, i + 2), "all": slice(None)}, "all" if n > 2 else "low")
""",
    "a list": """
    windows = [slice(i, i + 2), slice(j, j + 2)]
    return x[windows[n % 2]].sum()
""",
    "a static and a traced one": """
    q = slice(0, 2) if n > 2 else slice(j, j + 2)
    return x[q].sum()
""",
    "a function that returns one of two": """
    def where(first):
        if first:
            return slice(i, i + 2)
        return slice(j, j + 2)
    return x[where(n > 2)].sum()
""",
    "a tuple of slices": """
    index = (slice(i, i + 2),) if n > 2 else (slice(j, j + 2),)
    return x[index].sum()
""",
    "one that a loop replaces": """
    q = slice(i, i + 2)
    for _ in range(n % 2):
        q = slice(j, j + 2)
    return x[q].sum()
""",
}


@pytest.mark.parametrize("body", JOINED.values(), ids=JOINED.keys())
def test_each_slice_that_may_be_the_index_counts(body: str) -> None:
    program = f"""
@partial(jax.jit, static_argnames="n")
def cut(x, i, j, n):{body}

def f(x, i, j):
    return cut(x, i, j, 1) + cut(x, i, j, 4)
"""
    text, findings = outcome(program)
    assert len(findings) == 1
    before = result(text, eagerly=True)
    for unsafe in (False, True):
        text, left = outcome(program, fix=True, unsafe=unsafe)
        assert result(text, eagerly=bool(left)) == before


def test_static_slices_that_join_are_no_finding() -> None:
    _, findings = outcome("""
@jax.jit
def f(x, i):
    q = slice(0, 2) if x.ndim == 1 else slice(1, 3)
    table = {"low": slice(i, i + 2), "high": slice(3, 5)}
    return x[q].sum() + x[table["high"]].sum() + i
""")
    assert not findings
