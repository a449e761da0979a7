"""Ways that a rewrite must count with though no call shows them, and ways on which the program handles the error."""

import pytest
from ways import outcome


@pytest.mark.parametrize(
    ("given", "is_fixed"), [("", False), ("True", False), ("False", True), ("flag", False)]
)
def test_jit_may_be_disabled_or_not(given: str, is_fixed: bool) -> None:
    program = f"""
@jax.jit
def window(x, i):
    return x[i:i + 2]

def rows(flag):
    with jax.disable_jit({given}):
        return window(np.ones(4), 1)
"""
    _, [finding] = outcome(program)
    assert (finding.fix is not None) is is_fixed


def test_what_no_transform_takes_is_no_way() -> None:
    program = """
from types import SimpleNamespace

@jax.jit
def cut(x, i):
    return x[i:i + 2]

def with_a_mock(i):
    return cut(SimpleNamespace(shape=(3,)), i)
"""
    _, [finding] = outcome(program)
    assert finding.fix is not None


HANDED_ON = """
def head(x, n):
    return x[:n].sum()

def rows(x, n):
    return head(x, {passed})

HANDLERS = {{"rows": rows}}
Holder = type("Holder", (), {{"run": staticmethod(HANDLERS["rows"])}})

f = jax.jit(lambda x, n: rows(x, n))
"""


@pytest.mark.parametrize(
    ("passed", "is_safe"), [("n", False), ("n=n", False), ("*(n,)", False), ("n + 1", True)]
)
def test_nothing_may_come_through_a_function_that_hands_on_what_it_gets(
    passed: str, is_safe: bool
) -> None:
    _, [finding] = outcome(HANDED_ON.format(passed=passed))
    assert finding.fix is not None
    assert finding.fix.safe is is_safe


@pytest.mark.parametrize("found", ["globals()['rows']", "getattr(sys.modules[__name__], 'rows')"])
def test_nothing_may_come_through_a_function_that_is_found_by_its_name(found: str) -> None:
    program = HANDED_ON.format(passed="n").replace('HANDLERS["rows"]', "HANDLERS")
    program = program.replace('{"rows": rows}', found)
    _, [finding] = outcome("import sys\n" + program)
    assert finding.fix is not None
    assert not finding.fix.safe


def test_nothing_may_come_through_a_method_that_hands_on_what_it_gets() -> None:
    program = """
class Rows:
    def head(self, x, n):
        return x[:n].sum()

    def rows(self, x, n):
        return self.head(x, n)

HANDLERS = {"rows": Rows().rows}

f = jax.jit(lambda x, n: Rows().rows(x, n))
"""
    _, [finding] = outcome(program)
    assert finding.fix is not None
    assert not finding.fix.safe


def test_a_mask_for_what_may_be_no_array_in_another_way_is_unsafe() -> None:
    program = """
from table import load

def head(x, n):
    return x[:n].sum()

def main(x):
    return head(x, 2)

@jax.jit
def f(x, n):
    return head(x, n)

main(load())
"""
    _, [finding] = outcome(program)
    assert finding.fix is not None
    assert "may be no array" in finding.fix.caution


@pytest.mark.parametrize(
    ("handler", "is_safe"),
    [
        ("except IndexError:", False),
        ("except (ValueError, TypeError):", False),
        # A program that tells of its failures, whatever they are, has no other way in mind.
        ("except Exception:", True),
        ("except:", True),
        ("except KeyError:", True),
    ],
)
def test_a_rewrite_is_unsafe_where_the_program_goes_on_in_another_way_today(
    handler: str, is_safe: bool
) -> None:
    program = f"""
def window(x, i):
    return x[i:i + 2]

@jax.jit
def start(x, i):
    try:
        return window(x, i)
    {handler}
        return x[:2]

@jax.jit
def f(x, i):
    return window(x, i)
"""
    _, [finding] = outcome(program)
    assert finding.fix is not None
    assert finding.fix.safe is is_safe
    assert ("`try` handles the error" in finding.fix.caution) is not is_safe


@pytest.mark.parametrize(("last", "count"), [("total", 0), ("total + jax.jit(window)(x, i)", 1)])
def test_disable_jit_ends_with_its_block(last: str, count: int) -> None:
    program = f"""
def window(x, i):
    return x[i:i + 2].sum()

def f(x, i):
    with jax.disable_jit():
        total = jax.jit(window)(x, i)
    return {last}
"""
    assert len(outcome(program)[1]) == count


def test_vmap_takes_one_row_at_a_time_below_disable_jit_too() -> None:
    program = """
@jax.jit
def window(x, i):
    return x[i:i + 2]

def rows():
    with jax.disable_jit():
        return jax.vmap(window, in_axes=(None, 0))(jnp.ones(9), jnp.arange(3))
"""
    _, [finding] = outcome(program)
    assert finding.fix is not None
    assert finding.fix.safe
