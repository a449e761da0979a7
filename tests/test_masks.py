"""Masks in place of slices of traced size: rewritten programs under `jit` give what the slices mean."""

import jax
import jax.numpy as jnp
import mask_programs
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from mask_programs import Program
from masked import IMPORTS, JIT, fixed, function
from programs import EFFORT

masks = settings(
    max_examples=60 * EFFORT,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)


#: What may keep a program from being rewritten that does not say of which rank and dtype its arrays are.
NOT_KNOWN = (
    "the number of axes of",
    "no value is known that",
    "the length of what is sliced has no name",
    "the position is one in the flattened",
)


def check(random: Program) -> None:
    """Every slice is rewritten, and the result is that of the slice in value, shape and dtype."""
    file = random.fixed()
    if not random.known and file.findings:
        assert {f.no_fix.startswith(NOT_KNOWN) for f in file.findings} == {True}
        return
    assert not file.findings, file.findings[0].no_fix
    for actual, expected in zip(random.run(file.source.text), random.expected(), strict=True):
        assert actual.shape == expected.shape
        assert actual.dtype == expected.dtype
        np.testing.assert_allclose(actual, expected, rtol=1e-4, atol=1e-4)


@masks
@given(mask_programs.reductions())
def test_a_reduction_counts_what_the_slice_holds(random: Program) -> None:
    check(random)


@masks
@given(mask_programs.positions())
def test_a_position_is_that_in_the_slice(random: Program) -> None:
    check(random)


@masks
@given(mask_programs.updates())
def test_an_update_changes_what_the_slice_holds(random: Program) -> None:
    check(random)


@masks
@given(mask_programs.products())
def test_a_product_sums_over_what_the_slices_hold(random: Program) -> None:
    check(random)


@masks
@given(mask_programs.flows())
def test_what_goes_through_functions_and_indices_is_what_the_slice_holds(random: Program) -> None:
    check(random)


@pytest.mark.parametrize(
    "call",
    [
        "x[:n].sum()",
        "jnp.max(x[:n])",
        "jnp.linalg.norm(x[:n])",
        "jnp.dot(x[:n], x[:n])",
        "jax.nn.logsumexp(x[:n])",
        "jax.nn.softmax(x[:n]) @ x[:n]",
        "(jax.nn.softmax(x[:n]) + 1) @ x[:n]",
        "jnp.argmax(x[:n])",
        "jnp.einsum('i,i->', jax.nn.softmax(x[:n]), x[:n])",
        "jnp.vdot(x[:n], x[:n])",
        "jnp.sum(x[:n] * x[:n][::-1])",
        "jnp.sum(jnp.cumsum(x[:n]))",
    ],
)
def test_what_does_not_count_may_be_nan_or_infinite(call: str) -> None:
    f = function(f"{JIT}def f(x, n):\n    return {call}\n", unsafe=True)
    x = jnp.array([1.0, 3.0, -2.0, jnp.nan, jnp.inf, -jnp.inf])
    expected = eval(call, {"x": x, "n": 3, "jnp": jnp, "jax": jax})
    np.testing.assert_allclose(f(x, 3), expected, rtol=1e-5)


@pytest.mark.parametrize("index", ["[:n]", "[:, :n]"])
def test_the_axis_is_right_in_a_square_array_of_unknown_rank(index: str) -> None:
    f = function(f"{JIT}def f(x, n):\n    return x{index}.sum()\n")
    x = jnp.arange(16.0).reshape(4, 4)
    assert f(x, 1) == eval(f"x{index}.sum()", {"x": x, "n": 1})


def test_a_suffix_of_no_elements_is_empty_and_not_the_whole() -> None:
    f = function(f"{JIT}def f(x, n):\n    return x[:-n].sum(), x[-n:].sum()\n")
    x = jnp.arange(4.0)
    assert [float(r) for r in f(x, 0)] == [float(x[:-0].sum()), float(x[-0:].sum())]


def test_a_suffix_of_no_elements_is_the_whole_although_its_length_is_not_negative() -> None:
    body = "k = jnp.abs(n.astype(jnp.int32))\n    return x[-k:].sum()"
    f = function(f"{JIT}def f(x, n):\n    {body}\n")
    x = jnp.arange(4.0)
    assert [float(f(x, n)) for n in range(4)] == [float(x[-n:].sum()) for n in range(4)]


def test_a_stop_that_may_be_negative_counts_from_the_end() -> None:
    f = function(f"{JIT}def f(x, i):\n    return x[:i - 2].sum()\n")
    x = jnp.arange(6.0)
    assert [float(f(x, i)) for i in range(8)] == [float(x[: i - 2].sum()) for i in range(8)]


def test_a_narrow_bound_from_the_end_does_not_wrap_in_its_own_dtype() -> None:
    body = "n = n.astype(jnp.int8)\n    return x[-n:].sum(), x[:-n].sum(), x[:n - 5].sum()"
    f = function(f"{JIT}def f(x, n):\n    {body}\n")
    x = jnp.arange(200.0)
    for n in (0, 3, 7, 100):
        expected = x[-n:].sum(), x[:-n].sum(), x[: n - 5].sum()
        np.testing.assert_allclose(f(x, jnp.int32(n)), expected)


@pytest.mark.parametrize("dtype", ["int8", "uint8", "int16", "int32"])
@pytest.mark.parametrize("length", [5, 131, 300])
def test_a_bound_whose_dtype_is_not_shown_does_not_wrap_in_it(dtype: str, length: int) -> None:
    body = (
        "return x[:n].sum(), x[-n:].sum(), x[:-n].sum(), x[n:].max(initial=-1), jnp.argmax(x[n:])"
    )
    f = function(f"{JIT}def f(x, n):\n    {body}\n", unsafe=True)
    x = np.random.default_rng(0).permutation(length).astype("float32")
    least, greatest = np.iinfo(dtype).min, np.iinfo(dtype).max
    for n in {-128, -127, -length - 2, -3, -1, 0, 2, 127, 128, 200, 255, length - 1, length + 2}:
        if least <= n <= greatest:
            bound = np.array([n]).astype(dtype)  # `-n` of an array wraps around without a warning
            start, opposite = int(bound[0]), int((-bound)[0])
            sums = (
                x[:start].sum(),
                x[opposite:].sum(),
                x[:opposite].sum(),
                x[start:].max(initial=-1),
            )
            *actual, position = f(x, bound[0])
            np.testing.assert_allclose(actual, sums)
            if x[start:].size:
                assert position == np.argmax(x[start:])


def test_a_sum_of_unknown_dtype_may_be_negative() -> None:
    f = function(f"{JIT}def f(x, n):\n    return x[: jnp.maximum(n, 0) + 1].sum()\n")
    x = jnp.arange(300.0)
    assert [float(f(x, jnp.int8(n))) for n in (126, 127)] == [x[:127].sum(), x[:-128].sum()]


def test_a_sum_of_narrow_integers_may_be_negative() -> None:
    body = "n = jnp.maximum(n.astype(jnp.int8), 0) + jnp.int8(1)\n    return x[:n].sum()"
    f = function(f"{JIT}def f(x, n):\n    {body}\n")
    x = jnp.arange(300.0)
    assert [float(f(x, n)) for n in (126, 127)] == [x[:127].sum(), x[:-128].sum()]


def test_a_remainder_may_be_negative() -> None:
    jit = JIT.replace("jax.jit", 'partial(jax.jit, static_argnames="k")')
    f = function(
        f"from functools import partial\n{jit}def f(x, n, k):\n    return x[:n % k].sum()\n"
    )
    x = jnp.arange(6.0)
    assert [float(f(x, 1, k)) for k in (3, -3)] == [x[:1].sum(), x[:-2].sum()]


def test_what_counts_down_may_be_negative() -> None:
    body = "return jax.vmap(lambda i: x[:i].sum())(jnp.arange(2, -3, -1))"
    f = function(f"{JIT}def f(x, _):\n    {body}\n")
    x = jnp.arange(6.0)
    assert f(x, 0).tolist() == [float(x[:i].sum()) for i in range(2, -3, -1)]


def test_a_wide_unsigned_bound_takes_no_mask() -> None:
    body = "n = n.astype(jnp.uint32)\n    return x[-n:].sum()"
    [finding] = fixed(f"{JIT}def f(x, n):\n    {body}\n", unsafe=True).findings
    assert finding.no_fix


WIDE = {
    "two callers": """
def head(x, n):
    return x[:-n].sum()

@jax.jit
def one(x, n):
    return head(x, n.astype(jnp.int32))

@jax.jit
def other(x, n):
    return head(x, n.astype(jnp.uint32))
""",
    "a loop and a caller": """
def tail(values, skip):
    return jnp.max(values[skip:], initial=0)

def all_of(values):
    return jax.lax.map(lambda k: tail(values, k), jnp.arange(3))

f = jax.jit(lambda values, skip: tail(values, jnp.uint32(skip)))
g = jax.jit(all_of)
""",
    "two paths": """
@partial(jax.jit, static_argnames="wide")
def mean(x, n, wide):
    n = n.astype(jnp.uint32) if wide else n.astype(jnp.int32)
    return x[n:].mean()

def rows(x, n):
    return mean(x, n, True), mean(x, n, False)
""",
    "an attribute": """
class Span:
    def __init__(self, stop):
        self.stop = stop

    def total(self, x):
        return x[:self.stop].sum()

@jax.jit
def f(x, n):
    return Span(n.astype(jnp.int16)).total(x) + Span(jnp.uint32(n)).total(x)
""",
}


@pytest.mark.parametrize("program", WIDE.values(), ids=WIDE.keys())
def test_a_bound_that_is_wide_and_unsigned_in_one_way_takes_no_mask(program: str) -> None:
    text = f"from functools import partial\n{IMPORTS}{program}"
    for finding in fixed(text, unsafe=True).findings:
        assert "beyond the integers" in finding.no_fix
    assert fixed(text, unsafe=True).findings
    narrow = text.replace("uint32", "uint16")
    assert not fixed(narrow, unsafe=True).findings


@pytest.mark.parametrize(
    "program",
    [
        "def f(x, int):\n    return x[:int].sum()\n",
        "def f(x, int):\n    return (lambda y: x[:int].sum() + y)(0)\n",
        "def f(x, int):\n    return jnp.argmax(x[int:]) * 0 + x[:int].sum()\n",
        "def f(x, int):\n    n = int.astype(jnp.int8)\n    return x[n : n + 3].sum()\n",
        "def f(x, int):\n    return jnp.zeros((9, 9))[int : int + 2, int : int + 2].sum() + x[:int].sum()\n",
    ],
)
def test_a_file_may_bind_int_to_something_else(program: str) -> None:
    f = function(JIT + program, unsafe=True)
    scope = {"jnp": jnp, "jax": jax}
    exec(program, scope)
    x = jnp.arange(6.0)
    assert f(x, jnp.int32(2)) == scope["f"](x, jnp.int32(2))  # type: ignore[operator]


@pytest.mark.parametrize(
    "call", ["jnp.sort(x, axis=None)", "jnp.sort(x, None)", "x.argsort(axis=None)"]
)
def test_all_elements_in_order_have_another_shape(call: str) -> None:
    program = f"{JIT}def f(x, n):\n    x = x.reshape(3, 3)\n    return {call}[:n].sum()\n"
    [finding] = fixed(program).findings
    assert finding.fix is not None
    assert finding.fix.message.startswith("Make `n` static")


def test_a_position_among_equal_elements_is_the_first() -> None:
    f = function(f"{JIT}def f(x, i):\n    return jnp.argmax(x[i:])\n", unsafe=True)
    for x in (jnp.full(4, -jnp.inf), jnp.zeros(4, jnp.uint8), jnp.array([5, 1, 5, 5])):
        assert [int(f(x, i)) for i in range(4)] == [int(jnp.argmax(x[i:])) for i in range(4)]


@pytest.mark.parametrize("dtype", ["float32", "bfloat16", "int32", "int8", "uint8", "bool"])
def test_an_extreme_of_known_dtype_is_that_of_the_slice(dtype: str) -> None:
    sign = "~" if dtype == "bool" else "-"
    f = function(
        f"{JIT}def f(x, m, n):\n    x = x.reshape(-1).astype(jnp.{dtype})\n"
        f"    return x[m:n].max(), jnp.min(x[m:n]), jnp.max({sign}x[:n])\n"
    )
    for values in ([-5, -3, -9, -2], [5, 3, 9, 2], [1, 0, 0, 1]):
        x = jnp.array(values).astype(dtype)
        opposite = ~x if dtype == "bool" else -x
        for m, n in ((0, 1), (1, 3), (2, 3), (0, 4), (3, 4)):
            expected = x[m:n].max(), x[m:n].min(), opposite[:n].max()
            assert [one.dtype for one in f(x, m, n)] == [x.dtype] * 3
            assert [float(one) for one in f(x, m, n)] == [float(one) for one in expected]


@pytest.mark.parametrize(
    "value",
    [
        "jnp.abs(x[:n] - y[:n])",
        "(x[:n] * 2) ** 2",
        "jnp.where(x[:n] < y[:n], x[:n], -3)",
        "-part - x[:n]",
    ],
)
def test_an_extreme_of_unknown_dtype_is_not_one_of_what_does_not_count(value: str) -> None:
    names = ("max", "min", "argmax", "argmin")
    results = ", ".join(f"jnp.{name}({value})" for name in names)
    program = f"def f(x, y, n):\n    part = y[:n]\n    return jnp.array([{results}])\n"
    f = function(JIT + program, unsafe=True)
    scope = {"jnp": jnp}
    exec(program, scope)
    x, y = jnp.array([2, 5, -7, 9, 0]), jnp.array([4, 1, 8, -9, 0])
    for dtype in ("int32", "float32", "uint8"):
        for n in range(1, 6):
            given = x.astype(dtype), y.astype(dtype), n
            np.testing.assert_array_equal(f(*given), scope["f"](*given))  # type: ignore[operator]


@pytest.mark.parametrize(
    ("call", "taken"),
    [
        ("A[:n, 0].sum()", "`A[:n, 0]` is taken to have one axis"),
        ("A[0, :n].mean()", "`A[0, :n]` is taken to have one axis"),
        ("jnp.inner(A[:, :n], x[:n])", "`A[:, :n]` is taken to have two axes"),
    ],
)
def test_what_is_assumed_of_the_axes_is_said(call: str, taken: str) -> None:
    program = f"def f(A, x, n):\n    return {call}\n"
    finding = fixed(JIT + program).findings[0]
    assert finding.fix is not None
    assert taken in finding.fix.caution
    scope = {"jnp": jnp}
    exec(program, scope)
    f = function(JIT + program, unsafe=True)
    arrays = jnp.arange(16.0).reshape(4, 4), jnp.arange(4.0) - 2
    for n in range(1, 5):
        expected = scope["f"](*arrays, n)  # type: ignore[operator]
        np.testing.assert_allclose(f(*arrays, n), expected)


def test_gradients_are_those_of_the_slice() -> None:
    f = function(f"{JIT}def f(x, n):\n    return (x[:n] ** 2 * 3).sum() + x[n:].prod()\n")
    x = jnp.array([1.0, -2.0, 0.0, 4.0])
    for n in range(5):
        expected = jax.grad(lambda x, n=n: (x[:n] ** 2 * 3).sum() + x[n:].prod())(x)
        np.testing.assert_allclose(jax.grad(f)(x, n), expected, rtol=1e-6)


def test_a_derivative_that_may_be_infinite_makes_the_rewrite_unsafe() -> None:
    [finding] = fixed(f"{JIT}def f(x, n):\n    return jnp.sqrt(x[:n]).sum()\n").findings
    assert finding.fix is not None
    assert "gradient" in finding.fix.caution


@pytest.mark.parametrize("value", ["2.5", "1", "True"])
@pytest.mark.parametrize("dtype", ["int32", "bool", "float16", "complex64"])
def test_an_update_keeps_the_dtype(value: str, dtype: str) -> None:
    f = function(f"{JIT}def f(x, n):\n    return x.at[:n].set({value})\n")
    x = jnp.arange(4).astype(dtype)
    assert f(x, 2).dtype == x.dtype
    np.testing.assert_array_equal(f(x, 2), x.at[:2].set(eval(value)))


def test_an_update_of_a_row_leaves_the_others() -> None:
    f = function(f"{JIT}def f(n):\n    x = jnp.zeros((3, 4))\n    return x.at[0, :n].set(1.0)\n")
    np.testing.assert_array_equal(f(2), jnp.zeros((3, 4)).at[0, :2].set(1.0))
