"""The position on a named axis: who asks for it runs inside a trace, though nobody was seen to trace it."""

from flow_programs import check
from programs import NAME, findings_of

from jaxslice_lint.source.text import Source


def test_a_function_that_asks_for_its_rank_is_traced() -> None:
    check("""
    def shard_of(table, width):
        rank = lax.axis_index("model")
        return table[rank * width:(rank + 1) * width]  # traced
    """)


def test_a_helper_that_asks_for_it_says_so_of_its_callers() -> None:
    check("""
    def rank_of(names):
        rank = 0
        for name in names:
            rank = rank * lax.axis_size(name) + lax.axis_index(name)
        return rank

    class Embedding:
        def lookup(self, table):
            start = rank_of(self.axes) * 8
            return table[start:start + 8]  # traced

    def rows(table, axes):
        return table[rank_of(axes):][:2]  # traced
    """)


def test_the_rank_is_asked_for_on_one_path_only() -> None:
    check("""
    def window(cache, step, sharded=False, place=None):
        if place is None:
            first = lax.axis_index("model")
        else:
            first = place
        block = cache[first:first + 1]  # traced
        second = step
        if sharded:
            second = lax.axis_index("data")
        return block, cache[second:second + 2]  # traced
    """)


def test_what_is_computed_without_the_rank_is_not_known() -> None:
    check("""
    def window(cache, step, n):
        rank = lax.axis_index("data")
        return cache[step:step + n] + rank, cache[:jnp.maximum(n, 1)]  # silent
    """)


def test_who_asks_for_the_rank_where_an_error_is_handled_may_run_outside() -> None:
    check("""
    def window(cache):
        try:
            rank = lax.axis_index("data")
        except NameError:
            rank = 0
        return cache[rank:rank + 2]  # silent
    """)


def test_what_asks_the_rank_for_its_value_ends_there() -> None:
    check("""
    def window(cache):
        rank = lax.axis_index("data")
        if rank == 0:
            return cache
        return cache[rank:rank + 2]  # silent
    """)


def test_the_position_on_a_grid_says_nothing_of_who_calls_its_kernel() -> None:
    check("""
    from jax.experimental import pallas as pl

    def kernel(x_ref, o_ref):
        i = pl.program_id(0)
        o_ref[...] = x_ref[i:i + 2]  # silent
    """)


def test_a_rank_that_may_be_passed_from_outside_leaves_the_rewrite_to_a_person() -> None:
    program = """
from jax import lax

def window(cache, at=None):
    start = lax.axis_index("data") if at is None else at
    return cache[start:start + 4]

def whole(cache):
    start = lax.axis_index("data")
    return cache[start:start + 4]
"""
    one, other = findings_of(Source(NAME, program))
    assert one.fix is not None and other.fix is not None
    assert one.fix.edits[0].content == "lax.dynamic_slice_in_dim(cache, start, 4)"
    assert other.fix.safe
    notes = [step.note for step in other.trace_path]
    assert notes[0] == "`lax.axis_index` works inside a trace alone"
