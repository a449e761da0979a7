"""A call is run once for all calls of its kind: what makes another kind of it must not be overlooked."""

from dataclasses import fields, replace
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from flow_programs import check, jitted
from programs import HEADER, revealed, sites_of

from jaxslice_lint.facts.site import OperandKind
from jaxslice_lint.source.text import Source
from jaxslice_lint.tracing.domain.context import Context, Guard, Mode

CUT = """
def cut(x, i):
    return x[i:i + 2]{mark}
"""


def test_a_helper_called_under_a_try_and_then_bare() -> None:
    before = CUT.format(mark="  # traced")
    program = "try:\n    a = cut(x, i)\nexcept IndexError:\n    a = x\nreturn a, cut(x, i)"
    check(jitted(program, before=before))


def test_a_helper_called_under_a_try_alone() -> None:
    program = "try:\n    a = cut(x, i)\nexcept IndexError:\n    a = x\nreturn a"
    check(jitted(program, before=CUT.format(mark="")))


BOX = """
class Box:
    def __init__(self, n):
        self.n = n
"""
MADE = "box = Box({made})\ndef size():\n    return box.n\na = x[size()]\n"


@pytest.mark.parametrize("change", ["update(n=3)", 'pop("n")', "clear()"])
def test_a_function_that_reads_an_object_whose_dict_was_changed(change: str) -> None:
    program = MADE.format(made="i") + f"box.__dict__.{change}\nreturn a, x[:size()]"
    check(jitted(program, before=BOX))


def test_a_helper_called_outside_of_a_trace_and_then_inside() -> None:
    before = """
    LIMIT = jnp.asarray(2)

    def cut(x):
        return x[:jnp.abs(LIMIT)]  # traced

    cut(np.arange(4))
    """
    check(jitted("return cut(x)", before=before))


IN_A_COMPREHENSION = """
def tree(node, i):
    if isinstance(node, list):
        return [tree(one, i) for one in node]
    return node[i:i + 1]

@jax.jit
def g(p, i):
    return tree([p], i), tree([p], 3)
"""


def test_what_others_may_pass_is_no_way_that_was_seen_in_a_comprehension_either() -> None:
    (site,) = sites_of(Source(Path("program.py"), HEADER + IN_A_COMPREHENSION))
    assert not site.may_be_no_array
    assert all(way.entry for way in site.ways if way.operand.kind is OperandKind.UNKNOWN)


def test_a_function_that_reads_a_variable_of_the_module_that_is_bound_anew() -> None:
    [first, second] = revealed(
        "n = 2\ndef size():\n    return n\n"
        "reveal_traced(size())\nn = 5\nreveal_traced(size())\nx = jnp.ones(3)[:n]\n"
    )
    assert ("2" in first, "5" in second) == (True, True)


def test_a_helper_called_where_no_tracer_may_come_and_then_bare() -> None:
    program = """
    @jax.jit
    def f(x, i):
        is_tracer = isinstance(i, jax.core.Tracer)
        if not is_tracer:
            cut(x, i)
        return cut(x, i)
    """
    check(CUT.format(mark="  # traced") + dedent(program))


def test_a_helper_called_in_an_eager_context_of_a_trace_and_then_bare() -> None:
    before = "LIMIT = jnp.asarray(2)\ndef size():\n    return jnp.abs(LIMIT)"
    program = """
    with jax.ensure_compile_time_eval():
        n = size()
    return x[:n], x[:size()]  # traced
    """
    check(jitted(program.replace(", x[:size()]  # traced", "  # static"), before=before))
    check(jitted(program.replace("x[:n], ", ""), before=before))


def test_a_call_inherits_the_whole_context() -> None:
    own = {"path": (), "entry": True, "trial": False, "entering": False, "depth": 4}
    given: dict[str, Any] = {
        one.name: not one.default for one in fields(Context) if isinstance(one.default, bool)
    }
    before = Context(Mode.STAGED, **{**given, "guard": Guard.NAMED, "depth": 3})
    assert before.called(None) == replace(before, **own)
    for one in fields(Context):
        expected = own.get(one.name, getattr(before, one.name))
        assert getattr(before.called(None), one.name) == expected


_KINDS = "\n".join(f"class Kind{n}: ..." for n in range(40))


def _calls(call: str) -> str:
    return "\n".join(f"    a{n} = {call.format(n=n)}" for n in range(40))


def test_what_is_traced_for_the_first_time_is_followed_after_many_other_calls() -> None:
    check(
        f"""
{_KINDS}
def take(data, at, kind):
    return data[at:]  # traced
@jax.jit
def f(data, i):
{_calls("take(data, {n}.5, Kind{n}())")}
    return take(data, i, Kind0())
"""
    )


def test_a_keyword_that_is_traced_for_the_first_time_is_told_apart_too() -> None:
    check(
        f"""
{_KINDS}
def take(data, kind, *, size=None, at=0):
    return data[at:]  # traced
@jax.jit
def f(data, i):
{_calls("take(data, Kind{n}(), size=i)")}
    return lax.fori_loop(0, 3, lambda n, out: take(data, Kind0(), size=4, at=n), data)
"""
    )


def test_after_many_calls_those_with_the_same_arguments_traced_are_not_followed() -> None:
    check(
        f"""
{_KINDS}
def take(data, at, kind, then):
    return kind.cut(data, at)
class Last:
    def cut(self, data, at):
        return data[at:]  # silent
@jax.jit
def f(data, i):
{_calls("take(data, i, Kind{n}(), 0)")}
    return take(data, i, Last(), 0)
"""
    )
