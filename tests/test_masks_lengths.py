"""Slices of one size may meet though the arrays have several lengths: the whole arrays may not."""

import jax.numpy as jnp
import numpy as np
import pytest
from masked import IMPORTS, JIT, fixed, function

MEETINGS = {
    "element by element": "(x[:n] * y[:n]).sum()",
    "in a product": "x[:n] @ y[:n]",
    "in a condition": "jnp.where(x[:n] > 1, y[:n], 0).sum()",
    "in an einsum": 'jnp.einsum("t,t->", x[:n], y[:n])',
    "in a product of all": "jnp.vdot(x[:n], y[:n])",
    "in a distance": "jnp.linalg.norm(x[:n] - y[:n])",
}


@pytest.mark.parametrize("body", MEETINGS.values(), ids=MEETINGS)
def test_arrays_that_are_known_to_differ_in_length_do_not_meet_whole(body: str) -> None:
    program = f"""{IMPORTS}@jax.jit
def f(n):
    x, y = jnp.arange(4.0), jnp.arange(9.0)
    return {body}
"""
    file = fixed(program)
    assert file.source.text == program
    assert all(one.fix is None or "mask" not in one.fix.message for one in file.findings)


@pytest.mark.parametrize("body", MEETINGS.values(), ids=MEETINGS)
@pytest.mark.parametrize(
    ("lengths", "is_safe"),
    [((4, 4), True), ((4, 7), False), (("(k,)", "(k,)"), True), (("(k,)", "(m,)"), False)],
)
def test_a_call_with_static_bounds_shows_whether_whole_arrays_can_meet(
    body: str, lengths: tuple[object, object], is_safe: bool
) -> None:
    first, second = lengths
    program = f"""{IMPORTS}def weighted(x, y, n):
    return {body}


traced = jax.jit(weighted)


def main(n, k, m):
    print(traced(jnp.ones(4), jnp.ones(4), n))
    return weighted(jnp.ones({first}), jnp.ones({second}), 3)
"""
    # The axes of an einsum are broadcast: others may call it with other lengths.
    assert (not fixed(program).findings) is (is_safe and "einsum" not in body)


def test_a_length_of_one_meets_every_other_one() -> None:
    program = f"""{IMPORTS}@jax.jit
def f(n):
    x, y = jnp.ones(1), jnp.arange(9.0)
    return (x[:n] * y[:n]).sum()
"""
    assert not fixed(program).findings


def test_arrays_that_may_differ_in_length_make_the_rewrite_unsafe() -> None:
    [finding, _] = fixed(f"{JIT}def f(x, y, n):\n    return (x[:n] * y[:n]).sum()\n").findings
    assert finding.fix is not None
    assert finding.fix.caution == "`x` and `y` are taken to be equally long along the slice"


def test_blocks_of_one_array_may_differ_in_length() -> None:
    inner = "def total(a, b, n):\n        return (a[:n] * b[:n]).sum()\n"
    program = f"{JIT}def f(x, n):\n    {inner}    return {{}}(x, x, n)\n"
    cautions = [
        finding.fix and finding.fix.caution
        for mapped in ("total", "jax.shard_map(total)")
        for finding in fixed(program.format(mapped)).findings
    ]
    assert cautions == ["`a` and `b` are taken to be equally long along the slice"] * 2


def test_axes_that_differ_in_length_and_meet_in_a_product_raise() -> None:
    known = "x = x.reshape(2, -1).astype(jnp.float32)"
    f = function(f"{JIT}def f(x, n):\n    {known}\n    return jnp.dot(x[:, :n], x[:n])\n")
    x = jnp.arange(4.0).reshape(2, 2)
    for n in range(3):
        np.testing.assert_allclose(f(x, n), jnp.dot(x[:, :n], x[:n]))
    with pytest.raises((TypeError, ValueError)):
        f(jnp.arange(6.0), 1)
