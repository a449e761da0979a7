"""The size of a slice as text: static, exact, and readable where the slice stands."""

from pathlib import Path

import pytest

from jaxslice_lint.source.text import Source
from jaxslice_lint.tracing import trace_file
from jaxslice_lint.tracing.site import Element, Status, Window

HEADER = """\
import jax, jax.numpy as jnp
from functools import partial
from jax import lax
"""


def only_slice(program: str) -> Element:
    """The one traced slice of a program."""
    trace = trace_file(Source(Path("program.py"), HEADER + program))
    assert not trace.crashes
    found = [e for site in trace.sites for e in site.elements if e.is_traced]
    assert len(found) == 1
    return found[0]


@pytest.mark.parametrize(
    ("bounds", "start", "size", "step"),
    [
        ("i:i + 4", "i", "4", 1),
        ("i:4 + i", "i", "4", 1),
        ("i - 1:i + 2", "i - 1", "3", 1),
        ("i:i + k", "i", "k", 1),
        ("i - k:i", "i - k", "k", 1),
        ("i - k:i + k + 1", "i - k", "2 * k + 1", 1),
        ("i * k:(i + 1) * k", "i * k", "k", 1),
        ("k * i:k * i + k", "k * i", "k", 1),
        ("i:i + x.shape[0] // 2", "i", "(x.shape[0] // 2)", 1),
        ("i + 1:i + 1 + len(x)", "i + 1", "len(x)", 1),
        ("i:i + 6:2", "i", "5", 2),
        ("i:i + 5:2", "i", "5", 2),
        ("i:i + k:3", "i", "(k - 1) // 3 * 3 + 1", 3),
        ("i:i - 3:-1", "i - 2", "3", -1),
        ("i + 3:i:-1", "i + 1", "3", -1),
        ("i + 6:i:-2", "i + 2", "5", -2),
        ("i + k:i:-1", "i + 1", "k", -1),
        ("i // 2:i // 2 + 3", "i // 2", "3", 1),
        ("jnp.maximum(i, 0):jnp.maximum(i, 0) + 3", "jnp.maximum(i, 0)", "3", 1),
    ],
)
def test_a_written_slice_gives_its_window(bounds: str, start: str, size: str, step: int) -> None:
    element = only_slice(f"""
@partial(jax.jit, static_argnames="k")
def f(x, i, k):
    return x[{bounds}]
""")
    assert element.window == Window(start, size, step)


@pytest.mark.parametrize(
    ("before", "bounds", "window"),
    [
        ("s = i * 2; e = s + 4", "s:e", Window("s", "4")),
        ("s = i; n = k * 2; e = s + n", "s:e", Window("s", "n")),
        ("s, e = i, i + k", "s:e", Window("s", "k")),
        ("e = i + x.shape[1]", "i:e", Window("i", "x.shape[1]")),
        ("s = i; s += 2; e = i + 2 + k; k2 = k", "s:e", Window("s", "k")),
        ("s = jnp.clip(i, 0, 5); e = s + 3", "s:e", Window("s", "3")),
        ("e = (s := i + 1) + 2", "s:e", Window("s", "2")),
    ],
)
def test_a_size_follows_assignments(before: str, bounds: str, window: Window) -> None:
    element = only_slice(f"""
@partial(jax.jit, static_argnames="k")
def f(x, i, k):
    {before}
    return x[{bounds}]
""")
    assert element.window == window


def test_a_bound_reassigned_after_the_other_was_made_from_it_has_no_static_size() -> None:
    element = only_slice("""
@jax.jit
def f(x, i):
    start = i - 2
    stop = start + 5
    start = jnp.maximum(start, 0)
    return x[start:stop]
""")
    assert element.size.status is Status.TRACED
    assert element.window is None


def test_a_size_follows_calls() -> None:
    element = only_slice("""
def take(x, begin, end):
    return x[begin:end]

@jax.jit
def f(x, i):
    return take(x, i, i + 4)
""")
    assert element.window == Window("begin", "4")


def test_a_size_that_differs_between_calls_is_not_written_as_either() -> None:
    element = only_slice("""
def take(x, begin, end):
    return x[begin:end]

@jax.jit
def f(x, i):
    return take(x, i, i + 4), take(x, i, i + 5)
""")
    assert element.window is None
    assert "differs" in element.no_window


def test_two_draws_of_the_same_function_are_not_the_same_integer() -> None:
    element = only_slice("""
def draw(key):
    return jax.random.randint(key, (), 0, 5)

@jax.jit
def f(x, key):
    low = draw(key)
    high = draw(key)
    return x[low:high]
""")
    assert element.size.status is Status.TRACED


def test_rounds_of_a_loop_are_not_the_same_integer() -> None:
    element = only_slice("""
@jax.jit
def f(x, key):
    low = high = 0
    for _ in range(3):
        low = high
        high = jax.random.randint(key, (), 0, 5)
    return x[low:high]
""")
    assert element.size.status is Status.TRACED


def test_a_slice_object_is_a_window_where_it_is_used() -> None:
    element = only_slice("""
@jax.jit
def f(x, i):
    n = 3
    where = slice(i, i + n)
    return x[where]
""")
    assert element.window == Window("i", "3")


def test_a_slice_object_whose_start_was_reassigned_has_no_window() -> None:
    element = only_slice("""
@jax.jit
def f(x, i):
    where = slice(i, i + 3)
    i = i + 1
    return x[where]
""")
    assert element.window is None


def test_bounds_with_calls_that_may_have_effects_have_no_window() -> None:
    element = only_slice("""
def counter():
    global calls
    calls += 1
    return calls

@jax.jit
def f(x, i):
    return x[i + counter():i + counter() + 3]
""")
    assert element.window is None


def test_a_narrow_start_is_marked() -> None:
    element = only_slice("""
@jax.jit
def f(x, i):
    i = i.astype(jnp.int8)
    return x[i:i + 3]
""")
    assert element.window is not None
    assert element.window.narrow


def test_arguments_of_nested_functions_are_not_the_same_integer() -> None:
    element = only_slice("""
def make(start):
    def body(stop, x):
        return x[start:stop]
    return body

@jax.jit
def f(x, i, j):
    return make(i)(j, x)
""")
    assert element.size.status is Status.TRACED


def test_attributes_of_two_objects_are_not_the_same_integer() -> None:
    element = only_slice("""
class Cursor:
    def move(self, position):
        self.position = position

@jax.jit
def f(x, i, j):
    first, second = Cursor(), Cursor()
    first.move(i)
    second.move(j)
    return x[first.position:second.position]
""")
    assert element.size.status is Status.TRACED


def test_a_size_follows_attributes_and_properties() -> None:
    element = only_slice("""
class Clip:
    def __init__(self, start):
        self.start = start

    @property
    def end(self):
        return self.start + 2

@jax.jit
def f(x, i):
    clip = Clip(i)
    return x[clip.start:clip.end]
""")
    assert element.window == Window("clip.start", "2")


@pytest.mark.parametrize("bounds", ["c[0]:c[0] + 3", "top:c[0] + 3", "c.sum():c.sum() + 3"])
def test_the_same_element_of_the_same_array_is_the_same_integer(bounds: str) -> None:
    element = only_slice(f"""
@jax.jit
def f(x, c):
    top = c[0]
    return x[{bounds}]
""")
    assert element.window == Window(bounds.partition(":")[0], "3")
