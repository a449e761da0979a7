"""The body of a class statement runs where it stands: in the trace of the function around it."""

from dataclasses import replace
from pathlib import Path

from module_programs import check
from programs import HEADER, findings_of, sites_of

from jaxslice_lint.rewrite import apply_fixes
from jaxslice_lint.source.text import Source


def fixed(program: str) -> str:
    """The program after its safe fixes."""
    source = Source(Path("program.py"), HEADER + program)
    fixes = [found.fix for found in findings_of(source) if found.fix and found.fix.safe]
    return apply_fixes(replace(source), fixes).text.removeprefix(HEADER)


def test_a_class_is_defined_in_the_body_of_a_loop() -> None:
    check("""
## main.py
from jax import lax

def total(x):
    def body(i, carry):
        class Row:
            part = x[i : i + 2]  # traced
            class Inner:
                rest = [x[j : j + 2] for j in (i,)]  # traced
        return carry + Row.part.sum() + Row.Inner.rest[0].sum()
    return lax.fori_loop(0, 3, body, 0.0)
""")


def test_a_class_is_defined_in_a_helper_and_used_outside() -> None:
    check("""
## helper.py
def made(x, start):
    class Window:
        first = x[start : start + 2]  # traced

        def last(self):
            return x[start + 2 :]  # traced
    return Window
## main.py
import jax
from helper import made

@jax.jit
def f(x, i):
    window = made(x, i)
    return window.first, window().last(), made(x, 3).first
""")


def test_the_way_into_the_trace_leads_to_the_class() -> None:
    program = """
@jax.jit
def f(x, i):
    class Local:
        part = x[i : i + 2]
    return Local.part
"""
    [site] = sites_of(Source(Path("program.py"), HEADER + program))
    assert [step.note for step in site.trace_path] == ["`jax.jit` traces `f`"]


def test_an_error_in_a_class_body_may_be_handled_around_it() -> None:
    check("""
## main.py
import jax

@jax.jit
def guarded(x, i):
    try:
        class Local:
            part = x[i : i + 2]
        return Local.part
    except IndexError:
        return x

@jax.jit
def open(x, i):
    try:
        class Local:
            part = x[i : i + 2]  # traced
        return Local.part
    except KeyError:
        return x
""")


def test_what_a_class_body_defines_does_not_see_its_names() -> None:
    check("""
## main.py
import jax

start = 0

@jax.jit
def f(x, i):
    class Local:
        start = i
        seen = [x[j : j + 2] for j in (start,)]  # traced
        unseen = [x[start : start + 2] for _ in range(2)]
        kept = (x[start : start + 2] for _ in range(2))

        def method(self):
            return x[start : start + 2]
    return Local.seen, Local.unseen, list(Local.kept), Local().method()
""")


def test_a_window_in_a_class_body_is_written_with_the_names_that_it_sees() -> None:
    program = """
@jax.jit
def f(x, i):
    outer = len(x.devices())
    class Local:
        inner = len(x.addressable_shards)
        stop = i + inner
        one = x[i:stop]
        far = i + outer
        two = x[i:far]
        def method(self, own=inner):
            stop = i + own
            return x[i:stop]
        def other(self):
            return x[i : Local.stop]
    return Local.one, Local.two, Local().method(), Local().other()
"""
    text = fixed(program)
    assert "one = lax.dynamic_slice_in_dim(x, i, inner)" in text
    assert "two = lax.dynamic_slice_in_dim(x, i, outer)" in text
    assert "return lax.dynamic_slice_in_dim(x, i, own)" in text
    assert "return x[i : Local.stop]" in text


def test_an_attribute_of_a_class_is_not_made_longer() -> None:
    program = """
@jax.jit
def f(x, n):
    class Local:
        part = x[:n]
        total = part.sum()
    return Local.total, Local.part
"""
    [site] = sites_of(Source(Path("program.py"), HEADER + program))
    assert site.masking == "`part` is an attribute of a class"
