"""The size of a slice as text: static, exact, and readable where the slice stands."""

from pathlib import Path

import pytest
from programs import HEADER, only_slice, sites_of

from jaxslice_lint.facts.site import Window
from jaxslice_lint.facts.status import Status
from jaxslice_lint.source.text import Source


@pytest.mark.parametrize(
    ("bounds", "start", "size", "step"),
    [
        ("i:i + 4", "i", "4", 1),
        ("i:4 + i", "i", "4", 1),
        ("i - 1:i + 2", "i - 1", "3", 1),
        ("i:i + k", "i", "k", 1),
        ("i - k:i", "i - k", "k", 1),
        ("i - k:i + k + 1", "i - k", "2 * k + 1", 1),
        ("i * k:(i + 1) * k", "i * k", "k", 1),
        ("k * i:k * i + k", "k * i", "k", 1),
        ("i:i + x.shape[0] // 2", "i", "(x.shape[0] // 2)", 1),
        ("i + 1:i + 1 + len(x)", "i + 1", "len(x)", 1),
        ("i:i + 6:2", "i", "5", 2),
        ("i:i + 5:2", "i", "5", 2),
        ("i:i + k:3", "i", "(k - 1) // 3 * 3 + 1", 3),
        ("i:i - 3:-1", "i - 2", "3", -1),
        ("i + 3:i:-1", "i + 1", "3", -1),
        ("i + 6:i:-2", "i + 2", "5", -2),
        ("i + k:i:-1", "i + 1", "k", -1),
        ("i // 2:i // 2 + 3", "i // 2", "3", 1),
        ("jnp.maximum(i, 0):jnp.maximum(i, 0) + 3", "jnp.maximum(i, 0)", "3", 1),
    ],
)
def test_a_written_slice_gives_its_window(bounds: str, start: str, size: str, step: int) -> None:
    element = only_slice(f"""
@partial(jax.jit, static_argnames="k")
def f(x, i, k):
    return x[{bounds}]
""")
    assert element.window == Window(start, size, step)


@pytest.mark.parametrize(
    ("before", "bounds", "window"),
    [
        ("s = i * 2; e = s + 4", "s:e", Window("s", "4")),
        ("s = i; n = k * 2; e = s + n", "s:e", Window("s", "n")),
        ("s, e = i, i + k", "s:e", Window("s", "k")),
        ("e = i + x.shape[1]", "i:e", Window("i", "x.shape[1]")),
        ("s = i; s += 2; e = i + 2 + k; k2 = k", "s:e", Window("s", "k")),
        ("s = jnp.clip(i, 0, 5); e = s + 3", "s:e", Window("s", "3")),
        ("e = (s := i + 1) + 2", "s:e", Window("s", "2")),
    ],
)
def test_a_size_follows_assignments(before: str, bounds: str, window: Window) -> None:
    element = only_slice(f"""
@partial(jax.jit, static_argnames="k")
def f(x, i, k):
    {before}
    return x[{bounds}]
""")
    assert element.window == window


def test_a_size_that_a_caller_knows_is_static_and_is_not_written_into_the_function() -> None:
    element = only_slice("""
def take(x, begin, end):
    return x[begin:end]

@jax.jit
def f(x, i):
    return take(x, i, i + 4)
""")
    assert element.size.status is Status.STATIC
    assert element.window is None
    assert "known only to those who make its bounds" in element.no_window


def test_a_slice_object_is_a_window_where_it_is_used() -> None:
    element = only_slice("""
@jax.jit
def f(x, i):
    n = 3
    where = slice(i, i + n)
    return x[where]
""")
    assert element.window == Window("i", "n")


@pytest.mark.parametrize(
    "start",
    [
        "i.astype(jnp.int8)",
        'i.astype("i1")',
        'i.astype("uint16")',
        "i.sum(dtype=jnp.int8)",
        "jnp.asarray(i, jnp.int16)",
        'jnp.array([3, 4], "u1")[0]',
        "lax.convert_element_type(i, jnp.int8)",
        "lax.scan(lambda c, k: (k, c), jnp.int8(0), jnp.array([1, 3], jnp.int8))[0]",
    ],
)
def test_a_narrow_start_is_marked(start: str) -> None:
    element = only_slice(f"""
@jax.jit
def f(x, i):
    i = {start}
    return x[i:i + 3]
""")
    assert element.window is not None
    assert element.window.narrow


def test_a_size_that_a_property_knows_is_static_and_not_written() -> None:
    element = only_slice("""
class Clip:
    def __init__(self, start):
        self.start = start

    @property
    def end(self):
        return self.start + 2

@jax.jit
def f(x, i):
    clip = Clip(i)
    return x[clip.start:clip.end]
""")
    assert element.size.status is Status.STATIC
    assert element.window is None


@pytest.mark.parametrize("bounds", ["c[0]:c[0] + 3", "top:c[0] + 3", "c.sum():c.sum() + 3"])
def test_the_same_element_of_the_same_array_is_the_same_integer(bounds: str) -> None:
    element = only_slice(f"""
@jax.jit
def f(x, c):
    top = c[0]
    return x[{bounds}]
""")
    assert element.window == Window(bounds.partition(":")[0], "3")


@pytest.mark.parametrize(
    ("body", "size"),
    [
        ("a, b = sorted([k + 5, 1]); e = i + b; return x[i:e]", "b"),
        ("p = q = [i]; p += [i + k]; return x[q[0]:q[1]]", "k"),
        ("d = {'p': [i, 3]}; q = d['p']; e = i + 5; d['p'][0] = i + 1; return x[q[0]:e]", "4"),
        ("o = [k]; q = [o, o]; q[0][0] = 2 * k; e = i + o[0]; return x[i:e]", "2 * k"),
    ],
)
def test_a_size_follows_changes_of_lists(body: str, size: str) -> None:
    element = only_slice(f"""
@partial(jax.jit, static_argnames="k")
def f(x, i, k):
    {body}
""")
    assert element.window is not None
    assert element.window.size == size


@pytest.mark.parametrize(
    ("made", "ndim"),
    [
        ("jnp.zeros((4, 5))", 2),
        ("jnp.zeros_like(jnp.eye(3))", 2),
        ("jax.vmap(lambda row: row.sum())(jnp.zeros((4, 5)))", 1),
        ("jax.vmap(lambda row: row * 2, out_axes=1)(jnp.zeros((4, 5)))", None),
        ("lax.map(lambda row: row * 2, jnp.zeros((4, 5)))", 2),
        ("lax.scan(lambda c, row: (c, row), 0, jnp.zeros((4, 5)))[1]", 2),
        ("jnp.zeros((4, 5))[0]", 1),
        ("jnp.zeros((4, 5))[:, None]", 3),
        ("x", None),
    ],
)
def test_the_rank_of_what_is_sliced_is_claimed_only_where_it_is_known(
    made: str, ndim: int | None
) -> None:
    text = f"{HEADER}\n@jax.jit\ndef f(x, i):\n    y = {made}\n    return y[i:i + 2]\n"
    sites = sites_of(Source(Path("program.py"), text))
    assert [site.operand.ndim for site in sites] == [ndim]


def test_an_axis_is_the_same_counted_from_either_end() -> None:
    program = """
@jax.jit
def f(x, i):
    rows, columns = x.shape
    low, high = i - columns, i - x.shape[-1] + 4
    return x[0, low:high]
"""
    window = only_slice(program).window
    assert window is not None
    assert window.size == "4"
