"""Attributes of traced arguments whose classes nobody knows: what is an array for sure is a tracer, for any other they
may be static fields."""

from flow_programs import check

FOREIGN_BASE = """
    import chex
    from jaxtyping import Float, Int
    from other.types import PyTreeData

    class Market(PyTreeData):
        day: chex.Array
        cash: Float[jax.Array, " b"]
        window: int
        name: str
        last: Any = None
"""


def test_fields_that_are_declared_as_arrays_are_leaves() -> None:
    check(
        FOREIGN_BASE
        + """
    class Trader:
        def observe(self, state: Market, prices):
            a = prices[state.day : state.day + 4]  # traced
            b = prices[: state.window]  # static
            c = prices[state.last : state.last + 2]  # static
            return a, b, c

        def wait(self, state: Market, prices):
            state = state.replace(day=state.day + 1, window=3)
            d = prices[state.day : state.day + 3]  # traced
            return d, prices[: state.window]  # static

    @jax.jit
    def step(state, prices):
        return Trader().observe(state, prices), Trader().wait(state, prices)
    """
    )


def test_an_annotated_argument_of_jit_has_them_too() -> None:
    check(
        FOREIGN_BASE
        + """
    @jax.jit
    def spend(state: Market, bids):
        return bids[state.day :][: state.window]  # traced

    def plan(state: Market, bids):
        return bids[state.day : state.day + 2]  # static
    """
    )


def test_what_is_indexed_along_several_axes_is_an_array() -> None:
    check("""
    class Layer:
        def __init__(self, longest):
            self.longest = longest

        def __call__(self, positions, cache):
            at = positions[0, 0] % self.longest
            return cache.at[:, at : at + 1].set(0)  # traced

    @jax.jit
    def act(batch, cache):
        first = batch.starts[..., 0].min()
        a = cache[first : first + 2]  # traced
        return a, Layer(64)(batch.time, cache)

    @jax.jit
    def pick(batch, cache):
        row, table = batch.rows[0], batch.table["row"]
        a = cache[row : row + 2]  # static
        return a, cache[table : table + 2]  # static
    """)
