"""An update of one element is written at its index, wherever that says the same."""

import pytest
from whole_programs import fixed, run


@pytest.mark.parametrize("i", [4, 5, 9, -5, -9])
def test_an_element_beyond_the_array_is_written_nowhere_as_by_an_empty_slice(i: int) -> None:
    text = fixed(
        f"""
@jax.jit
def f(x, i):
    return x.at[i:i + 1].set(7.0)

got = f(jnp.zeros(4), {i})
want = np.zeros(4)
"""
    )
    assert "x.at[i].set(7.0)" in text
    run(text)


@pytest.mark.parametrize(
    ("update", "why"),
    [
        ("x.at[k:k + 1].set(7)", "a narrow start counts from the end in its own dtype"),
        ("x.at[i:i + 1].apply(jnp.tanh)", "a function sees the axis"),
        ("x.at[i:i + 1, picks].set(7)", "an index array would be moved"),
        ("x.at[i:i + 1].set(new)", "a new value of as many axes has the axis"),
    ],
)
def test_the_axis_stays_where_it_matters(update: str, why: str) -> None:
    text = fixed(
        f"""
@jax.jit
def f(x, i, new):
    k, picks = i.astype(jnp.int8), jnp.array([0, 1])
    return {update}

f(jnp.zeros((4, 3)), jnp.int32(1), jnp.ones((1, 3)))
got = want = 0
"""
    )
    assert "dynamic_update_slice_in_dim(" in text, why
    run(text)


@pytest.mark.parametrize(
    ("update", "written"),
    [
        ("x.at[i:i + 1].set(total[None])", "x.at[i].set(total)"),
        ("y.at[i:i + 1].set(total[None])", "y.at[i].set(total)"),
        ("y.at[i:i + 1].add(row[:1][jnp.newaxis])", "y.at[i].add(row[:1])"),
        ("y.at[i:i + 1, :2].set(row[1:2][None])", "y.at[i, :2].set(row[1:2])"),
        ("y.at[i:i + 1].set(row[None])", ""),
        ("y.at[:, i:i + 1].set(total[None])", "y.at[:, i].set(total)"),
        ("y.at[:, i:i + 1].multiply(row[:1][None])", ""),
        ("x.at[i:i + 1].set(row[:1][None][0])", ""),
        ("y.at[i:i + 1].set(row[None, :])", ""),
        ("y.at[i:i + 1].set(row[None] + row)", ""),
    ],
)
def test_an_axis_that_is_made_for_the_window_alone_goes_with_it(update: str, written: str) -> None:
    body = f"""
    y, row = jnp.zeros((4, 3)), jnp.arange(3.0)
    total = row.sum()
    return {update}
"""
    text = fixed(
        f"""
@jax.jit
def f(x, i):{body}
def eager(x, i):{body.replace("i:i + 1", "2:3")}
got, want = f(jnp.zeros(4), 2), eager(jnp.zeros(4), 2)
"""
    )
    assert (written or "dynamic_update_slice") in text
    run(text)
