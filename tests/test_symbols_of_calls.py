"""Two calls that slice in two ways leave the windows that are right for both, in the words of the slice itself."""

from pathlib import Path

import pytest
from programs import HEADER, only_slice, sites_of

from jaxslice_lint.facts.site import Window
from jaxslice_lint.source.text import Source


def test_a_call_whose_start_may_be_traced_must_have_the_same_window() -> None:
    element = only_slice("""
def centred(x, c, a, b):
    lo, hi = c - a, c + b
    a = b
    return x[lo:hi]

@partial(jax.jit, static_argnames="k")
def f(x, i, k, other):
    y = 0
    for n in range(k):
        y += centred(x, other.place, n, 2)
    return y + centred(x, i, 5, k)
""")
    assert element.window is None


CROP = """
def crop(x, a, n, i):
    b = a + n
    return x[a:b, i:i + 2]


def cut(x, a, b, i):
    return x[a:b, i:i + 2]


"""


def crop_windows(calls: str) -> list[Window | None]:
    """The windows of both axes of `crop` or `cut` where `f` makes `calls`."""
    program = f"{HEADER}{CROP}@jax.jit\ndef f(x, i, j, other):\n    return {calls}\n"
    [site] = [one for one in sites_of(Source(Path("program.py"), program)) if one.trace_path]
    assert all(element.is_traced for element in site.elements)
    return [element.window for element in site.elements]


def test_an_axis_that_is_traced_in_another_call_is_part_of_the_rewrite() -> None:
    assert crop_windows("crop(x, i, 4, j), crop(x, j, 4, i)") == [
        Window("a", "n"),
        Window("i", "2"),
    ]


@pytest.mark.parametrize("call", ["cut(x, 0, 5, i)", "cut(x, other.low, other.high, i)"])
def test_an_axis_whose_size_is_known_to_callers_alone_has_no_window(call: str) -> None:
    assert crop_windows(f"{call}, cut(x, j, j + 4, i)") == [None, Window("i", "2")]


def test_a_name_that_means_something_else_at_the_slice_does_not_tell_its_size() -> None:
    program = """
@partial(jax.jit, static_argnames="n")
def f(x, i, n):
    half = n // 2
    end = i + half

    def times(half):
        return x[i:end] * half

    return times(3)
"""
    window = only_slice(program).window
    assert window is None or window.size != "half"
