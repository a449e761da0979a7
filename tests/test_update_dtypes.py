"""Updates of a dtype that does not fit, where a call shows the dtypes of parameters."""

import pytest
from misused import codes, fixed, found

_PUT = "@jax.jit\ndef put(buf, row, i):\n    return lax.dynamic_update_slice(buf, row, (i,))\n"
_HELPER = _PUT.removeprefix("@jax.jit\n")


@pytest.mark.parametrize("function", [_PUT, _HELPER], ids=["jitted", "helper"])
@pytest.mark.parametrize(
    ("buf", "row"),
    [
        ("jnp.zeros(8)", "jnp.arange(3)"),
        ("jnp.zeros(8, jnp.bfloat16)", "jnp.ones(2, jnp.float32)"),
        ("jnp.zeros(8, jnp.int32)", "jnp.ones(3)"),
    ],
)
def test_a_call_that_shows_both_dtypes_shows_the_mistake(function: str, buf: str, row: str) -> None:
    program = f"{function}\nput({buf}, {row}, 1)\n"
    assert codes(program) == ["JSL202"]
    assert "row.astype(buf.dtype)" in fixed(program)


def test_the_call_may_stand_in_a_function_that_nobody_calls() -> None:
    program = f"""{_PUT}
def main(config):
    state = jnp.zeros((config.size,), jnp.float32)
    counts = jnp.ones((4,), jnp.int32)
    return put(state, counts, config.start)
"""
    [finding] = found(program)
    assert "dtype int32 for an array of dtype float32" in finding.message
    assert finding.fix is not None and finding.fix.safe


def test_a_scan_shows_the_dtype_of_its_carry() -> None:
    program = """
def counts(xs):
    def add(table, x):
        return lax.dynamic_update_slice_in_dim(table, x, 0, axis=0), None
    return lax.scan(add, jnp.zeros(8), jnp.ones((4, 3), jnp.int32))
"""
    assert codes(program) == ["JSL202"]


@pytest.mark.parametrize(
    "call",
    [
        "put(jnp.zeros(8), jnp.ones(3), 1)",
        "put(jnp.zeros(8), rows, 1)",
        "put(buffer, jnp.arange(3), 1)",
        "put(jnp.zeros(8, dtype), jnp.arange(3), 1)",
        "put(jnp.zeros(8), jnp.arange(3).astype(float), 1)",
    ],
)
@pytest.mark.parametrize("function", [_PUT, _HELPER], ids=["jitted", "helper"])
def test_dtypes_that_agree_or_are_not_known_are_right(function: str, call: str) -> None:
    assert codes(f"{function}\ndef main(rows, buffer, dtype):\n    return {call}\n") == []


def test_a_call_that_is_right_shows_that_the_other_may_be_guarded() -> None:
    program = f"""{_PUT}
put(jnp.zeros(8), jnp.arange(3), 1)
put(jnp.zeros(8), jnp.ones(3), 1)
"""
    assert codes(program) == []


def test_a_lost_axis_may_be_there_where_others_call() -> None:
    put = _PUT.replace("(i,)", "(i, 0)")
    [finding] = found(f"{put}\nput(jnp.zeros((8, 3)), jnp.ones(3), 1)\n")
    assert finding.fix is not None and not finding.fix.safe
    assert "others may pass an update that has the axis" in finding.fix.caution
    helper = put.removeprefix("@jax.jit\n")
    [finding] = found(f"{helper}\njax.jit(put)(jnp.zeros((8, 3)), jnp.ones(3), 1)\n")
    assert finding.fix is not None
