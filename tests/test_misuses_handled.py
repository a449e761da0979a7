"""Misuses that are reached in several ways, in some of which the program handles the error."""

import pytest
from misused import codes, found
from programs import HEADER

HELPER = """
def put(x, v):
    x = jnp.asarray(x)
    x[0] = v
    return x

def perhaps(x, v):
    try:
        return put(x, v)
    except TypeError:
        return x

"""


def test_a_store_that_fails_elsewhere_is_found_where_some_ways_handle_the_error() -> None:
    [finding] = found(HELPER + "@jax.jit\ndef f(x, v):\n    return perhaps(x, v) + put(x, v)\n")
    assert finding.code == "JSL303"
    assert [step.span.line - HEADER.count("\n") for step in finding.trace_path] == [13, 15]
    # Where the error is handled, the program would go on in another way.
    assert finding.fix is not None
    assert not finding.fix.safe
    assert "`try` handles the error" in finding.fix.caution
    assert codes(HELPER + "@jax.jit\ndef f(x, v):\n    return perhaps(x, v)\n") == []
    # The shortest way to it is one that handles the error.
    farther = "def farther(x, v):\n    return put(x, v)\n\n@jax.jit\ndef f(x, v):\n    return farther(x, v)\n"
    assert codes(HELPER + "perhaps(jnp.zeros(3), 1.0)\n\n" + farther) == ["JSL303"]


def test_a_lost_update_has_no_error_that_could_be_handled() -> None:
    program = (
        "def put(x):\n    x.at[0].set(1.0)\n    return x\n\ndef perhaps(x):\n    try:\n"
        "        return put(x)\n    except IndexError:\n        return x\n\n"
        "y = jnp.zeros(3)\nperhaps(y)\nput(y)\n"
    )
    [finding] = found(program)
    assert finding.code == "JSL302"
    assert finding.fix is not None
    assert "`try`" not in finding.fix.caution


def test_a_way_that_may_not_be_taken_leaves_the_finding_of_another() -> None:
    program = """
def put(x):
    x[0] = 1.0

@jax.jit
def f(x, y):
    is_tracer = isinstance(y, jax.core.Tracer)
    if not is_tracer:
        put(jnp.asarray(x))
"""
    assert codes(program) == []
    [finding] = found(program + "\nput(jnp.zeros(3))\n")
    assert finding.code == "JSL303"


@pytest.mark.parametrize(
    ("held", "use", "handed"),
    [
        # Who holds the object calls it, without its name.
        ("class Pad:\n    def __call__(self, x):", "Pad()(x)", ""),
        ("class Table:\n    def __setitem__(self, x, v):", "Table()[x] = 0", ""),
        ("def pad(x):", "pad(x)", "import loader\nloader.every(pad)\n"),
        ("class Rows:\n    def pad(self, x):", "Rows().pad(x)", "HOOKS = [Rows.pad]\n"),
        # Nobody else has these.
        ("def pad(x):", "pad(x)", None),
        ("class Rows:\n    def pad(self, x):", "Rows().pad(x)", None),
    ],
)
def test_who_is_given_a_function_need_not_handle_its_error_as_the_caller_that_is_seen_does(
    held: str, use: str, handed: str | None
) -> None:
    depth = "    " * (held.count("\n") + 1)
    body = f"{held}\n{depth}rows = jnp.zeros((3, 4))\n{depth}rows[0] = x\n{depth}return rows\n"
    caller = (
        f"def all_rows(x):\n    try:\n        {use}\n    except TypeError:\n        return None\n"
    )
    found_codes = codes(body + caller + (handed or ""))
    assert found_codes == ([] if handed is None else ["JSL303"])
