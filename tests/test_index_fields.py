"""What an attribute of a traced argument is beside a slice: one index, of one axis."""

from pathlib import Path
from textwrap import dedent

import pytest
from masked import fixed
from programs import NAME, findings_of

from jaxslice_lint.source.text import Source

_HEAD = """\
import dataclasses
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jax import lax


"""


def _rewritten(body: str) -> str:
    return fixed(_HEAD + dedent(body).lstrip("\n")).source.text


def _refusals(body: str) -> list[str]:
    """Why each finding of a program has no safe rewrite."""
    file = Source(Path(NAME), _HEAD + dedent(body).lstrip("\n"))
    found = findings_of(file)
    return [one.no_fix or (one.fix.caution if one.fix else "") for one in found]


def test_a_field_of_a_named_tuple_that_a_visible_call_makes() -> None:
    fixed_text = _rewritten(
        """
        class State(NamedTuple):
            path: jax.Array
            t: jax.Array


        @jax.jit
        def step(prices, s):
            return prices[s.path, s.t:s.t + 1]


        step(jnp.ones((2, 6, 2)), State(jnp.asarray(1), jnp.asarray(0)))
        """
    )
    assert "return lax.dynamic_slice_in_dim(prices, s.t, 1, axis=1)[s.path, :]" in fixed_text


def test_fields_of_a_carry_that_others_pass() -> None:
    fixed_text = _rewritten(
        """
        class Cursor(NamedTuple):
            layer: int
            head: int


        def replay(cache, cursor):
            def body(cursor, _):
                read = cache[cursor.layer, cursor.head:cursor.head + 2]
                return cursor._replace(head=cursor.head + 1), read

            return lax.scan(body, cursor, None, length=2)


        replay(jnp.ones((3, 5)), Cursor(1, 0))
        """
    )
    assert "lax.dynamic_slice_in_dim(cache, cursor.head, 2, axis=1)[cursor.layer, :]" in fixed_text


def test_fields_that_go_through_variables_arithmetic_and_elements() -> None:
    fixed_text = _rewritten(
        """
        @jax.jit
        def views(board, state, i):
            row = state.agent.row
            above = board[row - 1, i:i + 3]
            corner = board[state.position[0], i:i + 3]
            return board[row, i:i + 3], above, corner
        """
    )
    window = "lax.dynamic_slice_in_dim(board, i, 3, axis=1)"
    for index in ("row - 1", "state.position[0]", "row"):
        assert f"{window}[{index}, :]" in fixed_text


def test_fields_of_a_dataclass_that_is_mapped_over() -> None:
    fixed_text = _rewritten(
        """
        @jax.tree_util.register_dataclass
        @dataclasses.dataclass
        class Crop:
            channel: jax.Array
            left: jax.Array


        @jax.jit
        def cut(images, crops):
            def one(crop):
                return images[:, crop.channel, crop.left:crop.left + 4]

            return jax.vmap(one)(crops)


        cut(jnp.ones((3, 2, 8)), Crop(jnp.arange(2), jnp.arange(2)))
        """
    )
    window = "lax.dynamic_slice_in_dim(images, crop.left, 4, axis=2)"
    assert f"{window}[:, crop.channel]" in fixed_text


@pytest.mark.parametrize("index", ["CONFIG.rows", "state.level > 0", "state.rows()", "rows"])
def test_what_may_be_a_mask_or_none_keeps_the_axis_unknown(index: str) -> None:
    body = f"""
    from settings import CONFIG

    rows = CONFIG.rows


    @jax.jit
    def view(board, state, i):
        return board[{index}, i:i + 3]
    """
    refusal = f"the sliced axis is not known: `{index}` of the index may consume several axes"
    assert _refusals(body) == [refusal]


@pytest.mark.parametrize("other", ["None", "...", "jnp.eye(4) > 0"])
def test_another_index_in_another_way_has_no_rewrite(other: str) -> None:
    body = f"""
    def view(board, state, i):
        return board[state.row, i:i + 3]


    class State(NamedTuple):
        row: object


    view(jnp.ones((4, 4, 4)), State({other}), 1)
    jax.jit(view)(jnp.ones((4, 4, 4)), State(2), 1)
    """
    [refusal] = _refusals(body)
    assert "with another index" in refusal


def test_what_others_may_pass_to_a_helper_outside_of_a_trace_is_not_known() -> None:
    body = """
    def view(board, state, i):
        return board[state.row, i:i + 3]


    class State(NamedTuple):
        row: int


    jax.jit(view)(jnp.ones((4, 4)), State(2), 1)
    """
    assert _refusals(body) == ["others may reach it with another index"]
