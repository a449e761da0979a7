"""Windows over several axes: one call with a tuple of starts, wherever that is known to be right."""

import jax
import pytest
from whole_programs import check, fixed, run

TUPLES = {
    "a grid of windows": (
        """
def patch(picture, row, column):
    return picture[row:row + 2, column:column + 3].sum()

picture = jnp.arange(30.0).reshape(5, 6)
rows, columns = jnp.meshgrid(jnp.arange(3), jnp.arange(3), indexing="ij")
got = jax.vmap(jax.vmap(patch, (None, 0, 0)), (None, 0, 0))(picture, rows, columns)
a = np.asarray(picture)
want = [[a[i:i + 2, j:j + 3].sum() for j in range(3)] for i in range(3)]
""",
        "dynamic_slice(picture, (row, column), (2, 3))",
    ),
    "a crop of an image with channels": (
        """
@jax.jit
def crop(key, image):
    height, width, channels = image.shape
    top = random.randint(key, (), 0, height - 3)
    left = random.randint(key, (), 0, width - 3)
    return image[top:top + 4, left:left + 4]

key = random.key(0)
got = crop(key, jnp.arange(90.0).reshape(6, 5, 3))
a, top, left = np.arange(90.0).reshape(6, 5, 3), random.randint(key, (), 0, 3), random.randint(key, (), 0, 2)
want = a[int(top):, int(left):][:4, :4]
""",
        "dynamic_slice(image, (top, left, 0), (4, 4, image.shape[2]))",
    ),
    "blocks on the diagonal of a loop's matrix": (
        """
def blocks(matrix):
    def body(k, found):
        s = 2 * k
        return found + matrix[s:s + 2, s:s + 2]
    return lax.fori_loop(0, 3, body, jnp.zeros((2, 2)))

got = blocks(jnp.arange(36.0).reshape(6, 6))
a = np.arange(36.0).reshape(6, 6)
want = sum(a[s:s + 2, s:s + 2] for s in (0, 2, 4))
""",
        "dynamic_slice(matrix, (s, s), (2, 2))",
    ),
    "a whole axis between two windows": (
        """
@jax.jit
def peak(volume):
    z = jnp.argmax(volume.sum(axis=(1, 2)))
    x = jnp.argmax(volume.sum(axis=(0, 1)))
    return volume[z:z + 1, :, x:x + 2]

volume = jnp.zeros((3, 4, 5)).at[1, 2, 3].set(1.0)
got = peak(volume)
want = np.asarray(volume)[1:2, :, 3:5]
""",
        "dynamic_slice(volume, (z, 0, x), (1, volume.shape[1], 2))",
    ),
    "starts of one other dtype": (
        """
@jax.jit
def cell(board, at):
    y, x = at
    return board[y:y + 2, x:x + 2]

board = jnp.arange(20.0).reshape(4, 5)
got = cell(board, jnp.array([1, 3], jnp.uint32))
want = np.asarray(board)[1:3, 3:5]
""",
        "dynamic_slice(board, (y, x), (2, 2))",
    ),
}

OTHERS = {
    "starts that may wrap around": (
        """
@jax.jit
def f(x, i, j):
    return x[i:i + 1, j:j + 2]

x = jnp.arange(600.0).reshape(2, 300)
got = f(x, jnp.int8(0), jnp.int8(-5))
want = np.asarray(x)[:1, 295:297]
""",
        "jnp.array([i, j], dtype=int)",
    ),
    "starts of two dtypes": (
        """
@jax.jit
def f(x, i, j):
    return x[i:i + 1, j:j + 2]

x = jnp.arange(60.0).reshape(2, 30)
got = f(x, 1, jnp.uint32(5))
want = np.asarray(x)[1:2, 5:7]
""",
        "jnp.array([i, j], dtype=int)",
    ),
    "starts that are only sometimes of the dtype of a number": (
        """
@jax.jit
def f(x, i, j):
    return x[i:i + 1, :, j:j + 2]

x = jnp.arange(60.0).reshape(2, 3, 10)
got = f(x, jnp.int32(1), jnp.int32(5))
want = np.asarray(x)[1:2, :, 5:7]
""",
        "jnp.array([i, 0, j], dtype=int)",
    ),
    "arrays of two ranks": (
        """
def f(x, i, j):
    return x[i:i + 1, j:j + 2].sum()

x = jnp.arange(60.0).reshape(2, 3, 10)
got = jax.jit(f)(x, 1, 0) + jax.jit(f)(x[0], 1, 5)
want = np.asarray(x)[1:2, 0:2].sum() + np.asarray(x)[0, 1:2, 5:7].sum()
""",
        "dynamic_slice_in_dim(lax.dynamic_slice_in_dim(x, i, 1), j, 2, axis=1)",
    ),
    "an array of which nobody says the rank": (
        """
@jax.jit
def f(x, i, j):
    return x[i:i + 1, j:j + 2]

def run(x):
    return f(x, 1, 0)

got, want = 0, 0
""",
        "dynamic_slice_in_dim(lax.dynamic_slice_in_dim(x, i, 1), j, 2, axis=1)",
    ),
}


@pytest.mark.parametrize(
    ("program", "written"), [*TUPLES.values(), *OTHERS.values()], ids=[*TUPLES, *OTHERS]
)
def test_one_call_takes_all_axes_where_their_number_and_dtype_is_known(
    program: str, written: str
) -> None:
    check(program, written)


def test_a_tuple_of_default_starts_suits_both_sizes_of_integers() -> None:
    program, _ = TUPLES["a crop of an image with channels"]
    text = fixed(program)
    with jax.enable_x64(True):
        run(text)


def test_callers_that_are_not_seen_do_not_count_for_the_number_of_axes() -> None:
    # With another one JAX refuses the call; a mask would be wrong silently.
    text = fixed(
        """
@jax.jit
def f(x, i, j, n):
    return x[i:i + 1, j:j + 2].sum() + x[:n].sum()

f(jnp.zeros((3, 4)), 1, 2, 1)
"""
    )
    assert "dynamic_slice(x, (i, j), (1, 2))" in text
    assert "broadcasted_iota" in text
