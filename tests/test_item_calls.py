"""Calls that do what `x[…]` does: `operator.getitem`, `operator.itemgetter` and `__getitem__`."""

from pathlib import Path
from textwrap import dedent

import pytest
from flow_programs import check, jitted
from masked import fixed
from programs import findings_of, sites_of

from jaxslice_lint.rules import Finding
from jaxslice_lint.source.text import Source

_HEAD = """\
import operator
from operator import getitem, itemgetter

import jax
import jax.numpy as jnp
from jax import lax


"""


def _program(body: str) -> Source:
    return Source(Path("program.py"), _HEAD + dedent(body).lstrip("\n"))


def _found(body: str) -> list[Finding]:
    return findings_of(_program(body))


def _rewritten(call: str) -> str:
    program = _program(f"@jax.jit\ndef f(x, i, n):\n    return {call}\n")
    text = fixed(program.text).source.text
    return text.removeprefix(_HEAD).split("return ")[1].strip()


@pytest.mark.parametrize(
    ("call", "rewritten"),
    [
        ("operator.getitem(x, slice(i, i + 2))", "lax.dynamic_slice_in_dim(x, i, 2)"),
        ("getitem(x[1:], slice(i, i + 2, None))", "lax.dynamic_slice_in_dim(x[1:], i, 2)"),
        ("getitem(x, (slice(None), slice(i, i + 2)))", "lax.dynamic_slice_in_dim(x, i, 2, axis=1)"),
        ("x.__getitem__(slice(i - 1, i))", "lax.dynamic_slice_in_dim(x, i - 1, 1)"),
        (
            "x.sum(0).__getitem__((..., slice(i, i + 2)))",
            "lax.dynamic_slice_in_dim(x.sum(0), i, 2, axis=-1)",
        ),
        ("itemgetter(slice(i, i + 6, 2))(x)", "lax.dynamic_slice_in_dim(x, i, 5)[::2]"),
        ("operator.itemgetter((slice(i, i + 2), 0))(x)", "lax.dynamic_slice_in_dim(x, i, 2)[:, 0]"),
    ],
)
def test_each_is_rewritten_as_the_subscript_that_says_the_same(call: str, rewritten: str) -> None:
    assert _rewritten(call) == rewritten


def test_a_slice_that_was_made_before_is_found_and_rewritten() -> None:
    body = """
    @jax.jit
    def f(x, i):
        part = slice(i, i + 2)
        return operator.getitem(x, part)
    """
    (found,) = _found(body)
    assert found.fix is not None
    assert found.fix.edits[0].content == "lax.dynamic_slice_in_dim(x, i, 2)"


@pytest.mark.parametrize(
    "call",
    [
        "map(itemgetter(slice(i, i + 2)), [x, x + 1])",
        "jax.tree.map(itemgetter(slice(i, i + 2)), [x, x + 1])",
        "itemgetter(0, slice(i, i + 2))(x)",
        "x.at.__getitem__(slice(i, i + 2)).set(0.0)",
        "getitem(*(x, slice(i, i + 2)))",
    ],
)
def test_what_another_function_slices_is_found_and_left_to_a_person(call: str) -> None:
    (found,) = _found(f"@jax.jit\ndef f(x, i):\n    return {call}\n")
    assert found.fix is None
    assert "through another function" in found.no_fix


def test_static_bounds_and_integers_are_right() -> None:
    check(
        jitted(
            """
a = operator.getitem(x, slice(k, k + 2))  # static
b = x.__getitem__(slice(0, k))  # static
c = operator.getitem(x, i), x.__getitem__(i), operator.itemgetter(0, i)(x)
d = operator.getitem({"n": slice(i, i + 2)}, "n")
return a, b, c
"""
        )
    )


def test_what_a_class_of_the_project_reads_is_its_own_business() -> None:
    check(
        """
class Pages:
    def __init__(self, x):
        self.x = x
    def __getitem__(self, index):
        return lax.dynamic_slice_in_dim(self.x, index.start, 2)
@jax.jit
def f(x, i):
    pages = Pages(x)
    return operator.getitem(pages, slice(i, i + 2)), pages.__getitem__(slice(i, i + 2))
"""
    )


def test_a_function_of_the_same_name_is_another_one() -> None:
    check(
        """
def getitem(x, index):
    return index.start
class Table:
    def __getitem__(self, index):
        return 3
@jax.jit
def f(x, i):
    n, m = getitem(x, slice(i, i + 2)), getitem(x, slice(4, i))
    y = x[n:n + 2]  # traced
    return y, x[:Table().__getitem__(slice(i, i + 1))], x[:m]  # static
"""
    )


def test_a_tuple_that_is_cut_off_in_eager_calls_makes_the_rewrite_unsafe() -> None:
    body = """
    def window(x, i):
        return operator.getitem(x, slice(i, i + 3))

    jax.jit(window)(jnp.ones(9), 1)
    window(jnp.ones(4), 3)
    """
    (found,) = _found(body)
    assert found.fix is not None and not found.fix.safe
    assert "cut off" in found.fix.caution


def test_a_traced_size_is_masked_as_that_of_a_subscript() -> None:
    body = "@jax.jit\ndef f(x, n):\n    return operator.getitem(x, slice(0, n)).sum()\n"
    (site,) = sites_of(_program(body))
    assert site.has_traced_size
    (found,) = _found(body)
    assert found.code == "JSL103"
    assert found.fix is not None and "where=" in found.fix.edits[0].content
