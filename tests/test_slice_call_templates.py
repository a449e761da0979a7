"""Random calls of `lax.slice` and `lax.slice_in_dim`: rewritten, they take what an index takes."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from masked import function
from programs import EFFORT

HEAD = """\
import jax
import jax.numpy as jnp
from jax import lax


"""


@st.composite
def _calls(draw: st.DrawFn) -> tuple[str, tuple[slice, ...], tuple[int, ...], dict[str, int]]:
    """A call that slices with traced starts, the index that says the same, the shape, and the values of the starts."""
    shape = tuple(draw(st.lists(st.integers(1, 6), min_size=1, max_size=3)))
    starts: dict[str, int] = {}

    def window(n: int, *, traced: bool, negative: bool) -> tuple[str, str, int, slice]:
        step = draw(st.integers(1, 3))
        size = draw(st.integers(1, n))
        start = draw(st.integers(0, n - size))
        if traced:
            name = f"i{len(starts)}"
            from_end = negative and size < n - start and draw(st.booleans())
            starts[name] = start - n if from_end else start
            return name, f"{name} + {size}", step, slice(start, start + size, step)
        return str(start), str(start + size), step, slice(start, start + size, step)

    if draw(st.booleans()):
        axis = draw(st.integers(-len(shape), len(shape) - 1))
        start, stop, step, taken = window(shape[axis], traced=True, negative=True)
        index = [slice(None)] * len(shape)
        index[axis] = taken
        call = f"lax.slice_in_dim(x, {start}, {stop}, {step}, axis={axis})"
        return call, tuple(index), shape, starts
    traced = draw(st.integers(0, len(shape) - 1))
    windows = [
        window(n, traced=axis == traced or draw(st.booleans()), negative=False)
        for axis, n in enumerate(shape)
    ]
    bounds = [", ".join(str(one[part]) for one in windows) + "," for part in range(3)]
    call = f"lax.slice(x, ({bounds[0]}), ({bounds[1]}), ({bounds[2]}))"
    return call, tuple(one[3] for one in windows), shape, starts


@given(_calls(), st.sampled_from(["int32", "int8"]))
@settings(max_examples=60 * EFFORT, deadline=None, derandomize=True)
def test_rewritten_calls_take_what_the_index_takes(
    case: tuple[str, tuple[slice, ...], tuple[int, ...], dict[str, int]], dtype: str
) -> None:
    call, index, shape, starts = case
    names = "".join(f", {name}" for name in starts)
    program = f"{HEAD}@jax.jit\ndef f(x{names}):\n    return {call}\n"
    x = np.arange(np.prod(shape), dtype=np.float32).reshape(shape)
    passed = [np.dtype(dtype).type(start) for start in starts.values()]
    np.testing.assert_array_equal(function(program)(x, *passed), x[index])
