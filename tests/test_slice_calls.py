"""Calls of `lax.slice` and `lax.slice_in_dim` with traced bounds: the mistake of `x[i:i + k]`, with the same cure."""

from pathlib import Path
from textwrap import dedent

import pytest
from flow_programs import check
from masked import fixed
from programs import findings_of, sites_of

from jaxslice_lint.facts.site import OperandKind
from jaxslice_lint.source.text import Source

_HEAD = """\
from functools import partial

import jax
import jax.numpy as jnp
from jax import lax


"""


def _program(body: str) -> Source:
    return Source(Path("program.py"), _HEAD + dedent(body).lstrip("\n"))


def _rewritten(body: str) -> str:
    """What `--fix` makes of a program, without its imports."""
    return fixed(_program(body).text).source.text.removeprefix(_HEAD)


def _codes(body: str) -> list[str]:
    return [finding.code for finding in findings_of(_program(body))]


@pytest.mark.parametrize(
    "call",
    [
        "lax.slice_in_dim(x, i, i + 2)",
        "lax.slice_in_dim(operand=x, limit_index=i + 2, start_index=i)",
        "lax.slice_in_dim(x, 0, i, axis=1)",
        "lax.slice_in_dim(x, i, None)",
        "jax.lax.slice(x, (0, i), (4, i + 3))",
        "lax.slice(x, [i, 0], limit_indices=[i + 1, 2], strides=None)",
    ],
)
def test_a_traced_bound_is_found_in_each_spelling(call: str) -> None:
    body = f"""
    @jax.jit
    def f(x, i):
        return {call}

    f(jnp.ones((9, 9)), 1)
    """
    assert len(_codes(body)) == 1


def test_calls_are_found_where_slices_are() -> None:
    check(
        """
        from jax.lax import slice as crop, slice_in_dim
        import jax.lax as jlax

        def rows(table, first):
            return slice_in_dim(table, first, first + 2)  # traced

        def static_rows(table, first):
            return slice_in_dim(table, first, first + 2)  # static

        def frame(video, t):
            return video, crop(video, (t, 0), (t + 1, 3))  # traced

        def step(i, total):
            return total + jlax.slice_in_dim(table, i, i + 1).sum()  # traced

        class Reader:
            def __init__(self, width):
                self.width = width

            def read(self, tape, head):
                return lax.slice_in_dim(tape, head, head + self.width, axis=-1)  # traced

        table = jnp.ones((8, 3))
        jax.vmap(rows, in_axes=(None, 0))(table, jnp.arange(3))
        static_rows(table, 2)
        jax.lax.scan(frame, table, jnp.arange(4))
        jax.lax.fori_loop(0, 4, step, 0.0)
        jax.jit(Reader(2).read)(table, 1)
        """
    )


def test_static_bounds_are_not_found() -> None:
    check(
        """
        @functools.partial(jax.jit, static_argnames=("k",))
        def halves(x, k, i):
            middle = x.shape[0] // 2
            first = lax.slice_in_dim(x, 0, middle)  # static
            last = lax.slice(x, (middle, k), (x.shape[0], k + 1))  # static
            window = lax.dynamic_slice_in_dim(x, i, k)
            plain = lax.slice(x, (0, 0), (2, 2), (1, 1))
            return first, last, window, plain

        halves(jnp.ones((8, 3)), 1, 2)

        def outside(x, i):
            return lax.slice_in_dim(x, i, i + 1)  # static

        outside(jnp.ones(8), 2)
        """
    )


def test_other_functions_of_these_names_are_not_found() -> None:
    check(
        """
        import polars

        def slice_in_dim(x, start, stop):
            return x

        class Text:
            def slice(self, start, stop, step):
                return self

        @jax.jit
        def f(x, i, frame):
            slice_in_dim(x, i, i + 2)
            Text().slice(i, i + 2, 1)
            frame.slice(i, i + 2, 1)
            polars.slice(x, i, i + 2)
            return x

        f(jnp.ones(8), 1, object())
        """
    )


def test_a_handled_error_is_no_finding() -> None:
    body = """
    @jax.jit
    def f(x, i):
        try:
            return lax.slice_in_dim(x, i, i + 2)
        except jax.errors.TracerIntegerConversionError:
            return lax.dynamic_slice_in_dim(x, i, 2)

    f(jnp.ones(8), 1)
    """
    assert _codes(body) == []


def test_what_lax_refuses_before_it_looks_at_the_bounds_is_no_finding() -> None:
    body = """
    @jax.jit
    def f(i):
        return lax.slice_in_dim([1, 2, 3], i, i + 2), lax.slice("abc", (i,), (i + 1,))

    f(1)
    """
    assert _codes(body) == []


def test_the_message_names_the_error_of_the_call() -> None:
    body = """
    @jax.jit
    def f(x, i):
        a = lax.slice_in_dim(x, i, i + 2)
        b = lax.slice(x, (i,), (i + 2,))
        return a, b, x[i:i + 2]

    f(jnp.ones(8), 1)
    """
    errors = [finding.message.split("JAX raises ")[1] for finding in findings_of(_program(body))]
    assert errors == [
        "TracerIntegerConversionError when this is traced",
        "TypeError when this is traced",
        "IndexError when this is traced",
    ]


def test_a_traced_size_and_a_traced_step_have_rules_of_their_own() -> None:
    body = """
    @jax.jit
    def f(x, i):
        a = lax.slice_in_dim(x, 0, i)
        b = lax.slice(x, (i, 0), (2 * i, 2))
        return a, b, lax.slice_in_dim(x, 0, 6, i)

    f(jnp.ones((8, 2)), 1)
    """
    assert _codes(body) == ["JSL103", "JSL103", "JSL105"]


@pytest.mark.parametrize(
    ("call", "rewritten"),
    [
        ("lax.slice_in_dim(x, i, i + 2)", "lax.dynamic_slice_in_dim(x, i, 2)"),
        ("lax.slice_in_dim(x, i, i + k)", "lax.dynamic_slice_in_dim(x, i, k)"),
        (
            "lax.slice_in_dim(x, start_index=i + 1, limit_index=i + 3, axis=1)",
            "lax.dynamic_slice_in_dim(x, i + 1, 2, axis=1)",
        ),
        ("lax.slice_in_dim(x, i, i + 2, 1, -2)", "lax.dynamic_slice_in_dim(x, i, 2, axis=-2)"),
        ("lax.slice_in_dim(x, i, i + 2, axis=k)", "lax.dynamic_slice_in_dim(x, i, 2, axis=k)"),
        (
            "lax.slice_in_dim(x, i, i + 6, 2, axis=1)",
            "lax.dynamic_slice_in_dim(x, i, 5, axis=1)[:, ::2]",
        ),
        (
            "lax.slice_in_dim(x, i, i + 6, stride=2, axis=-1)",
            "lax.dynamic_slice_in_dim(x, i, 5, axis=-1)[..., ::2]",
        ),
        (
            "lax.slice(x, (i, 0), (i + 2, k), strides=(2, 1))",
            "lax.dynamic_slice(x, jnp.array([i, 0], dtype=int), (1, k))[::2]",
        ),
        (
            "lax.slice(x, [i, 1], [i + 2, x.shape[1]])",
            "lax.dynamic_slice_in_dim(x, i, 2)[:, 1:x.shape[1]]",
        ),
        (
            "lax.slice(x, (i, 0), (i + 2, 6), (1, 3))",
            "lax.dynamic_slice_in_dim(x, i, 2)[:, 0:6:3]",
        ),
    ],
)
def test_sizes_take_the_place_of_stops(call: str, rewritten: str) -> None:
    body = f"""
    @partial(jax.jit, static_argnames="k")
    def f(x, i, k):
        return {call}
    """
    assert _rewritten(body) == dedent(body).lstrip("\n").replace(call, rewritten)


@pytest.mark.parametrize(
    "call",
    [
        "lax.slice_in_dim(x, i, i - 2, -1)",
        "lax.slice_in_dim(x, i, i + 6, 2, axis=k)",
        "lax.slice_in_dim(x, i, i + k, k)",
        "lax.slice_in_dim(x, next(starts), next(starts) + 2)",
        "lax.slice_in_dim(x, i, i - 2)",
    ],
)
def test_what_has_no_right_rewrite_stays(call: str) -> None:
    body = f"""
    @partial(jax.jit, static_argnames="k")
    def f(x, i, k):
        starts = iter((i, i))
        return {call}
    """
    assert len(_codes(body)) == 1
    assert _rewritten(body) == dedent(body).lstrip("\n")


def test_a_rewrite_is_safe_beside_static_calls_which_cut_nothing_off() -> None:
    body = """
    def pair(x, i):
        return lax.slice_in_dim(x, i, i + 2)


    print(pair(jnp.ones(8), 7), jax.jit(pair)(jnp.ones(8), 1))
    """
    assert "lax.dynamic_slice_in_dim(x, i, 2)" in _rewritten(body)


def test_ways_with_other_sizes_have_no_rewrite() -> None:
    body = """
    def part(x, start, stop):
        return lax.slice_in_dim(x, start, stop)


    @jax.jit
    def f(x, i):
        return part(x, i, i + 2), part(x, i, i + 3)
    """
    assert "lax.slice_in_dim(x, start, stop)" in _rewritten(body)


def test_bounds_that_are_built_elsewhere_are_followed() -> None:
    body = """
    @jax.jit
    def f(x, i, j):
        starts = (i, j)
        stops = (i + 2, j + 3)
        return lax.slice(x, starts, stops)
    """
    assert "lax.dynamic_slice(x, jnp.array([i, j], dtype=int), (2, 3))" in _rewritten(body)


def test_starts_in_one_array_are_left_alone() -> None:
    body = """
    @jax.jit
    def f(x, starts):
        return lax.slice(x, starts, starts + 2)

    f(jnp.ones((8, 2)), jnp.array([0, 1]))
    """
    assert _codes(body) == []


def test_style_ds_leaves_calls_of_lax_what_they_are() -> None:
    body = """
    @jax.jit
    def f(x, i):
        return lax.slice_in_dim(x, i, i + 2)
    """
    [finding] = findings_of(_program(body), style="ds")
    assert finding.fix is not None
    assert finding.fix.edits[0].content == "lax.dynamic_slice_in_dim(x, i, 2)"


def test_what_lax_slices_is_an_array() -> None:
    body = """
    import numpy as np

    TABLE = np.arange(9.0)

    @jax.jit
    def f(i):
        return lax.slice_in_dim(TABLE, i, i + 2)
    """
    [site] = sites_of(_program(body))
    assert site.operand.kind is OperandKind.ARRAY
    [finding] = findings_of(_program(body))
    assert finding.fix is not None
    assert finding.fix.message == "Use `lax.dynamic_slice_in_dim`"


@pytest.mark.parametrize(
    ("call", "rewritten"),
    [
        (
            "lax.slice_in_dim(x, 0, n).sum()",
            "x.sum(where=lax.broadcasted_iota(int, x.shape, 0) < n)",
        ),
        (
            "jnp.mean(lax.slice_in_dim(x, 0, n, axis=-1), axis=-1)",
            "jnp.mean(x, axis=-1, where=jnp.arange(x.shape[-1]) < n)",
        ),
        (
            "lax.slice(x, (0, 0), (n, 2)).sum(axis=0)",
            "x[:, 0:2].sum(axis=0, where=jnp.arange(x.shape[0])[:, None] < n)",
        ),
    ],
)
def test_slices_of_traced_size_are_masked(call: str, rewritten: str) -> None:
    body = f"""
    @jax.jit
    def f(x, mask):
        n = jnp.sum(mask > 0)
        return {call}

    f(jnp.ones((9, 4)), jnp.ones(9, bool))
    """
    assert _rewritten(body) == dedent(body).lstrip("\n").replace(call, rewritten)


def test_calls_behind_an_optional_parameter_are_reached() -> None:
    body = """
    import flax.linen as nn

    class Decoder(nn.Module):
        def __call__(self, table, start=None):
            if start is None:
                return table
            return lax.slice_in_dim(table, start, start + 2)

    class Model(nn.Module):
        @nn.compact
        def __call__(self, table):
            return Decoder()(table)
    """
    assert [site.called for site in sites_of(_program(body))] == ["jax.lax.slice_in_dim"]
