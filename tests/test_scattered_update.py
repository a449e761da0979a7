"""An update that a program also makes with static bounds, cut off at the end of the axis, takes index arrays."""

from pathlib import Path

import pytest
from mask_programs import options
from whole_programs import check, fixed, run

from jaxslice_lint.run import run_text


@pytest.mark.parametrize("start", [0, 4, 5, 6, 9])
def test_a_cache_that_is_filled_outside_of_jit_too_is_cut_off_as_before(start: int) -> None:
    check(
        f"""
def write(cache, position, token):
    return cache.at[:, position:position + token.shape[1]].set(token)

cache = jnp.zeros((2, 6, 3))
step = jax.jit(write)(cache, 1, jnp.ones((2, 2, 3)))
got = np.stack([step, write(cache, {start}, jnp.full((2, 1, 3), 5.0))])
want = np.zeros((2, 2, 6, 3))
want[0, :, 1:3] = 1
want[1, :, {start}:{start} + 1] = 5
""",
        "cache.at[:, position + jnp.arange(token.shape[1])].set(token, unique_indices=True)",
    )


@pytest.mark.parametrize(("row", "column"), [(0, 0), (3, 1), (2, 4), (7, 0)])
def test_several_axes_make_a_grid(row: int, column: int) -> None:
    check(
        f"""
def _paint(grid, row, column, colour):
    return grid.at[row:row + 2, column:column + 3].set(colour)

grid = jnp.zeros((4, 5, 3))
colour = jnp.arange(3.0)
got = np.stack([jax.jit(_paint)(grid, 1, 2, colour), _paint(grid, {row}, {column}, colour)])
want = np.zeros((2, 4, 5, 3))
want[0, 1:3, 2:5] = want[1, {row}:{row} + 2, {column}:{column} + 3] = np.arange(3.0)
""",
        "grid.at[row + jnp.arange(2)[:, None], column + jnp.arange(3)].set(",
    )


@pytest.mark.parametrize(
    ("update", "want", "written"),
    [
        (
            "x.at[0, i:i + 3].add(2)",
            "x[0, i:i + 3] += 2",
            "x.at[0, i + jnp.arange(3)].add(2, unique_indices=True)",
        ),
        ("x.at[..., i:i + 3].set(2)", "x[..., i:i + 3] = 2", "x.at[..., i + jnp.arange(3)]"),
        ("x.at[1:, i:i + 3].add(2)", "x[1:, i:i + 3] += 2", "x.at[1:, i + jnp.arange(3)]"),
        ("x.at[:, 2*i:2*i + 3].add(2)", "x[:, 2*i:2*i + 3] += 2", "2*i + jnp.arange(3)"),
        ("x.at[:, i:i + 1].set(2)", "x[:, i:i + 1] = 2", "x.at[:, i].set(2)"),
        ("x.at[1:, i:i + 3].max(2)", "x[1:, i:i + 3] = 2", "i + jnp.arange(3)].max(2, unique"),
        ("x.at[i:i + 2].min(0)", "x[i:i + 2] = 0", "x.at[i + jnp.arange(2)].min(0, unique"),
    ],
)
def test_what_stands_beside_the_slice_keeps_its_place(update: str, want: str, written: str) -> None:
    check(
        f"""
def f(x, i):
    return {update}

got = np.stack([jax.jit(f)(jnp.ones((3, 8)), 1), f(jnp.ones((3, 8)), 6), f(jnp.ones((3, 8)), 3)])

def model(i):
    x = np.ones((3, 8))
    {want}
    return x

want = np.stack([model(1), model(6), model(3)])
""",
        written,
    )


def test_derivatives_and_transposes_outside_of_jit_stay() -> None:
    check(
        """
def _put(x, v, i):
    return x.at[i:i + v.shape[0]].set(v)

def loss(x, v):
    return (_put(x, v, 6) ** 2).sum() + (_put(x, v[:1], 9) ** 2).sum()

def transposed(v):
    return jax.linear_transpose(lambda v: _put(jnp.zeros(3), v, 1), v)(jnp.arange(3.0))[0]

jax.jit(_put)(jnp.ones(8), jnp.ones(3), 1)
x, v = jnp.arange(8.0), jnp.full(2, 5.0)
got = np.concatenate([*jax.grad(loss, (0, 1))(x, v), transposed(v)])
want = np.array([0, 4, 8, 12, 16, 20, 12, 14, 10, 10, 1, 2.0])
""",
        "x.at[i + jnp.arange(v.shape[0])].set(v, unique_indices=True)",
    )


@pytest.mark.parametrize("method", ["add", "subtract", "multiply", "mul"])
def test_derivatives_of_each_method_stay(method: str) -> None:
    check(
        f"""
def _put(x, v, i):
    return x.at[i:i + v.shape[0]].{method}(v)

def loss(x, v):
    return (_put(x, v, 6) ** 2).sum() + (_put(x, v[:1], 9) ** 2).sum()

def wanted(x, v):
    return (x.at[6:8].{method}(v) ** 2).sum() + (x ** 2).sum()

x, v = jnp.arange(8.0), jnp.full(2, 3.0)
jax.jit(_put)(x, v, 1)
got = np.concatenate([*jax.grad(loss, (0, 1))(x, v)])
want = np.concatenate([*jax.grad(wanted, (0, 1))(x, v)])
""",
        f"{method}(v, unique_indices=True)",
    )


@pytest.mark.parametrize(
    ("update", "given"),
    [
        ("x.at[i:i + 3].set(v)", "x, 6, jnp.ones(2)"),
        ("x.at[i:i + 3].add(v[i:i + 3])", "x, 6, x"),
        ("x.at[i:i + 3].set(v[:, None] + 0)", "jnp.ones((8, 1)), 6, jnp.ones(2)"),
        ("x.at[i:i + 1].add(v[i:i + 1])", "x, 8, x"),
        ("x.at[i:i + w].set(v)", "x, 6, jnp.ones(2)"),
    ],
)
def test_a_new_value_that_is_cut_off_like_its_slice_has_no_safe_fix(
    update: str, given: str
) -> None:
    program = f"""
def put(x, i, v, w=3):
    return {update}

x = jnp.ones(8)
got = put({given})
want = np.array(got)

@jax.jit
def later(x, i):
    return put(x, i, 1.0 * jnp.ones(1))
"""
    text = fixed(program)
    assert "arange" not in text
    run(text)


@pytest.mark.parametrize(
    ("update", "call", "why"),
    [
        ("x.at[i:i + 3].set(0)", "f(-2)", "a negative start counts from the end of the axis"),
        ("x.at[i:i + 3].set(0)", "f(int(input()))", "so may one of which nothing is known"),
        ("x.at[i:i + 3].set(0)", "f(np.uint64(7))", "JAX may promote it to a float"),
        ("x.at[i - 3:i].set(0)", "f(2)", "one bound is negative, the other is not"),
        ("x.at[i:i + 3].divide(2)", "f(7)", "it is no single operation"),
        ("x.at[i:i + 3].apply(jnp.negative)", "f(7)", "it is passed a function"),
        ("x.at[i:i + 3].set(0, mode='clip')", "f(7)", "index arrays are clipped one by one"),
        ("x.at[i:i + 6:2].set(0)", "f(7)", "it takes every second element"),
        (
            "x.at[i:i + w.shape[0], :, i:i + w.shape[2]].set(w)",
            "f(7)",
            "the axis would be moved to the front",
        ),
        ("x.at[v, i:i + 3].set(0)", "f(7)", "the arrays would be broadcast"),
        ("x.at[v > 2, i:i + 3].set(0)", "f(7)", "a mask is an index array"),
    ],
)
def test_what_index_arrays_would_change_is_no_safe_fix(update: str, call: str, why: str) -> None:
    text = fixed(
        f"""
def f(i):
    x, v, w = jnp.ones((8, 8, 8)), jnp.arange(3), jnp.ones((3, 8, 3))
    return {update}

jax.jit(f)(4)
{call}
"""
    )
    assert "dynamic_update_slice" not in text and "+ jnp.arange" not in text, why


def test_without_a_static_way_the_window_is_written_at_once() -> None:
    text = fixed(
        """
@jax.jit
def f(x, i):
    return x.at[i:i + 3].set(jnp.zeros(3))

got = f(jnp.ones(8), 2)
want = np.array([1, 1, 0, 0, 0, 1, 1, 1])
"""
    )
    assert "lax.dynamic_update_slice_in_dim(" in text
    run(text)


def test_a_window_that_is_known_to_fit_is_written_at_once() -> None:
    text = fixed(
        """
def f(i):
    x = jnp.ones(8)
    return x.at[i:i + 3].set(jnp.zeros(3))

got = np.stack([jax.jit(f)(2), f(0)])
want = np.array([[1, 1, 0, 0, 0, 1, 1, 1], [0, 0, 0, 1, 1, 1, 1, 1]])
"""
    )
    assert "lax.dynamic_update_slice_in_dim(" in text
    run(text)


def test_what_is_written_on_demand_keeps_the_window() -> None:
    program = """
import jax
import jax.numpy as jnp

def f(x, i):
    return x.at[i:i + 3].set(0)

f(jax.jit(f)(jnp.ones(8), 4), -2)
"""
    outcome = run_text(program.encode(), Path("program.py"), options(unsafe=True), fix=False)
    [finding] = outcome.findings
    assert finding.fix is not None and not finding.fix.safe
    assert "lax.dynamic_update_slice_in_dim(" in finding.fix.edits[0].content


@pytest.mark.parametrize(
    "start",
    [
        "int(jnp.uint8(254).astype(jnp.int8))",
        "int(np.uint8(254).astype(np.int8))",
        "int(jnp.int8(jnp.uint8(254)))",
        "int(np.array(2**31, np.uint32).astype(np.int32))",
        "int(jnp.zeros(3, jnp.uint16).astype(jnp.int16)[0])",
        "int(jnp.asarray(len(input()), jnp.uint8).astype(jnp.int8))",
    ],
)
def test_what_has_no_sign_may_be_negative_after_a_conversion(start: str) -> None:
    text = fixed(
        f"""
def put(x, i):
    return x.at[i:i + 3].set(0)

put(jnp.ones(8), {start})

@jax.jit
def later(x, i):
    return put(x, i)
"""
    )
    assert "arange" not in text


@pytest.mark.parametrize(
    "dtype", ["jnp.bool_", "bool", "np.int_", "np.uint", "np.intp", "int", "'i'"]
)
def test_a_conversion_to_a_dtype_of_another_name_stops_nothing(dtype: str) -> None:
    program = f"""
import jax
import jax.numpy as jnp
import numpy as np

@jax.jit
def f(x, n):
    flags = n.astype({dtype}), jnp.asarray(n, {dtype}), np.asarray(3).astype({dtype})
    return x[n:n + 1], flags
"""
    outcome = run_text(program.encode(), Path("program.py"), options(unsafe=False), fix=False)
    assert len(outcome.findings) == 1
