"""One abstract object may stand for several of a class: an integer of one of them never passes for that of another."""

import pytest
from programs import only_slice

from jaxslice_lint.facts.site import Window

CLASSES = """
import equinox as eqx
from typing import NamedTuple

class Span(eqx.Module):
    pos: jax.Array

    def __init__(self, scores):
        self.pos = jnp.argmax(scores)

    @property
    def begin(self):
        return self.pos

    def pair(self, x, other):
        return self.pos, other.pos

class Mark(NamedTuple):
    pos: jax.Array
"""

IN_MODEL = """
class Model(eqx.Module):
    one: Span
    two: Span

    @jax.jit
    def read(self, x, other: Span):
        {body}
"""

IN_FUNCTION = """
@jax.jit
def read(x, values):
    marks = [Mark(value) for value in values]
    {body}
"""

IN_LOOP = """
@jax.jit
def read(x, values):
    last = 0
    for mark in [Mark(value) for value in values]:
        {body}
        last = mark.pos
"""


@pytest.mark.parametrize(
    ("around", "body"),
    [
        (IN_MODEL, "return x[self.one.pos : self.two.pos + 2]"),
        (IN_MODEL, "return x[self.one.begin : self.two.begin + 2]"),
        (IN_MODEL, "i = self.one.pos; j = self.two.pos; return x[i : j + 2]"),
        (IN_MODEL, "one, two = self.one, self.two; return x[one.pos : two.pos + 2]"),
        (IN_MODEL, "s = self.one; i = s.pos; s = self.two; return x[i : s.pos + 2]"),
        (IN_MODEL, "i, j = self.one.pair(x, self.two); return x[i : j + 2]"),
        (IN_MODEL, "i = self.one.pos; self.one = self.two; return x[i : self.one.pos + 2]"),
        (IN_FUNCTION, "return x[marks[0].pos : marks[1].pos + 2]"),
        (IN_FUNCTION, "first, second = marks; return x[first.pos : second.pos + 2]"),
        (IN_FUNCTION, "return x[marks.pop().pos : marks.pop().pos + 2]"),
        (IN_FUNCTION, "i = marks[0].pos; marks[0] = marks[1]; return x[i : marks[0].pos + 2]"),
        (IN_FUNCTION, "i = marks[0].pos; marks.pop(0); return x[i : marks[0].pos + 2]"),
        (IN_LOOP, "y = x[last : mark.pos + 2]"),
    ],
)
def test_integers_of_two_objects_make_no_window(around: str, body: str) -> None:
    assert only_slice(CLASSES + around.format(body=body)).window is None


@pytest.mark.parametrize(
    ("around", "body"),
    [
        (IN_MODEL, "return x[self.one.pos : self.one.pos + 2]"),
        (IN_MODEL, "return x[self.one.begin : self.one.begin + 2]"),
        (IN_MODEL, "i = self.two.pos; return x[i : self.two.pos + 2]"),
        (IN_MODEL, "one = self.one; return x[one.pos : one.pos + 2]"),
        (IN_MODEL, "return x[other.pos : other.pos + 2]"),
        (IN_FUNCTION, "return x[marks[0].pos : marks[0].pos + 2]"),
        (IN_FUNCTION, "first, second = marks; return x[second.pos : second.pos + 2]"),
        (IN_FUNCTION, "return [x[m.pos : m.pos + 2] for m in marks]"),
        (IN_LOOP, "y = x[mark.pos : mark.pos + 2]"),
    ],
)
def test_integers_of_one_object_make_a_window(around: str, body: str) -> None:
    window = only_slice(CLASSES + around.format(body=body)).window
    assert isinstance(window, Window)
