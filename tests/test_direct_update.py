"""A new value of known shape and dtype is written as it is: without reading the window that it takes the place of."""

import pytest
from whole_programs import check, fixed, run, squeezed

DIRECT = {
    "an array of the size of the window": (
        """
@jax.jit
def put(i):
    buffer, row = jnp.zeros((8, 3)), jnp.ones((1, 3))
    return buffer.at[i:i + 1].set(row)

got = put(2)
want = np.zeros((8, 3)); want[2:3] = 1
""",
        "dynamic_update_slice_in_dim(buffer, row, i, axis=0)",
    ),
    "shapes of the same sizes, whatever they are": (
        """
@jax.jit
def place(blocks, i):
    count, width = blocks.shape
    out = jnp.zeros(count * width, blocks.dtype)
    return out.at[i * width:(i + 1) * width].set(blocks[1])

got = place(jnp.arange(6.0).reshape(2, 3), 1)
want = [0, 0, 0, 3, 4, 5]
""",
        "dynamic_update_slice_in_dim(out, blocks[1], i * width, axis=0)",
    ),
    "another dtype": (
        """
@jax.jit
def place(blocks, i):
    count, width = blocks.shape
    out = jnp.zeros(count * width, jnp.int32)
    return out.at[i * width:(i + 1) * width].set(blocks[1] + 0.5)

got = place(jnp.arange(6.0).reshape(2, 3), 1)
want = [0, 0, 0, 3, 4, 5]
""",
        "dynamic_update_slice_in_dim(out, (blocks[1] + 0.5).astype(out.dtype), i * width, axis=0)",
    ),
    "a window of the same array, whatever that is": (
        """
@jax.jit
def copy(track, start, to):
    return track.at[to:to + 3].set(-lax.dynamic_slice_in_dim(track, start, 3))

got = copy(jnp.arange(8.0), 1, 4)
want = np.arange(8.0); want[4:7] = [-1, -2, -3]
""",
        "dynamic_update_slice_in_dim(track, -lax.dynamic_slice_in_dim(track, start, 3), to, axis=0)",
    ),
    "a slice that is itself rewritten": (
        """
def smooth(signal, width):
    def body(k, signal):
        s = k * width
        return signal.at[s:s + width].set(signal[s:s + width] * 2)
    return lax.fori_loop(0, 3, body, signal)

got = smooth(jnp.arange(6.0), 2)
want = np.arange(6) * 2
""",
        "dynamic_update_slice_in_dim(signal, lax.dynamic_slice_in_dim(signal, s, width) * 2, s, axis=0)",
    ),
    "the rows of a scan": (
        """
def history(rows):
    length, width = rows.shape

    def push(carry, row):
        buffer, i = carry
        return (buffer.at[i:i + 1].set(row[None]), i + 1), None

    (buffer, _), _ = lax.scan(push, (jnp.zeros((length, width), rows.dtype), 0), rows)
    return buffer

got = history(jnp.arange(6.0).reshape(3, 2))
want = np.arange(6.0).reshape(3, 2)
""",
        "dynamic_update_slice_in_dim(buffer, row[None], i, axis=0)",
    ),
    "the second axis of a cache": (
        """
def decode(tokens):
    batch, steps, width = tokens.shape
    cache = jnp.zeros((batch, 8, width), tokens.dtype)

    def step(carry, t):
        cache = carry
        key = tokens[:, t]
        return cache.at[:, t:t + 1, :].set(key[:, None]), None

    return lax.scan(step, cache, jnp.arange(steps))[0]

got = decode(jnp.arange(12.0).reshape(2, 3, 2))
want = np.zeros((2, 8, 2)); want[:, :3] = np.arange(12.0).reshape(2, 3, 2)
""",
        "dynamic_update_slice_in_dim(cache, key[:, None], t, axis=1)",
    ),
    "a tile on two axes": (
        """
@jax.jit
def stamp(glyph, y, x):
    height, width = glyph.shape
    canvas = jnp.zeros((9, 9), glyph.dtype)
    return canvas.at[y:y + height, x:x + width].set(glyph)

got = stamp(jnp.ones((2, 3)), jnp.int32(4), jnp.int32(5))
want = np.zeros((9, 9)); want[4:6, 5:8] = 1
""",
        "dynamic_update_slice(canvas, glyph, (y, x))",
    ),
    "noise of a given shape": (
        """
def corrupt(key, image):
    height, width = image.shape
    noise = random.normal(key, (2, width))
    def body(k, image):
        return image.at[k:k + 2].set(noise)
    return lax.fori_loop(0, 2, body, image)

got = corrupt(random.key(1), jnp.zeros((4, 3)))
noise = random.normal(random.key(1), (2, 3))
want = np.zeros((4, 3)); want[1:3] = noise; want[0] = noise[0]
""",
        "dynamic_update_slice_in_dim(image, noise.astype(image.dtype), k, axis=0)",
    ),
}
#: The method of an update as an operator or a function of two arrays.
COMBINED = {
    "overlapping frames": (
        """
@jax.jit
def overlap(i):
    frame, out = jnp.ones(4), jnp.zeros(9)
    return out.at[i:i + 4].add(frame)

got = overlap(3)
want = np.zeros(9); want[3:7] = 1
""",
        "dynamic_update_slice_in_dim(out, lax.dynamic_slice_in_dim(out, i, 4) + frame, i, axis=0)",
    ),
    "a number": (
        """
@jax.jit
def damp(i):
    field = jnp.ones((4, 4))
    return field.at[:, i:i + 2].multiply(0.5)

got = damp(1)
want = np.ones((4, 4)); want[:, 1:3] = 0.5
""",
        "lax.dynamic_slice_in_dim(field, i, 2, axis=1) * 0.5",
    ),
    "a row that meets each of the window": (
        """
@jax.jit
def clip(i):
    table, least = jnp.zeros((5, 3)), jnp.arange(3.0)
    return table.at[i:i + 2].max(least - 1)

got = clip(1)
want = np.zeros((5, 3)); want[1:3] = np.maximum(0, np.arange(3) - 1)
""",
        "jnp.maximum(lax.dynamic_slice_in_dim(table, i, 2), least - 1)",
    ),
    "blocks of a matrix": (
        """
def assemble(blocks):
    count, size, _ = blocks.shape
    def add(e, matrix):
        s = e * size
        return matrix.at[s:s + size, s:s + size].subtract(jnp.eye(size) * 2)
    return lax.fori_loop(0, count, add, jnp.eye(6))

got = assemble(jnp.zeros((3, 2, 2)))
want = -np.eye(6)
""",
        "subtract",
    ),
}
ONE = {
    "a number": (
        """
@jax.jit
def mark(x, i):
    return x.at[i:i + 1].set(7.0)

got = mark(jnp.zeros((4, 2)), 1)
want = np.zeros((4, 2)); want[1] = 7
""",
        "x.at[i].set(7.0)",
    ),
    "an element of a loop": (
        """
def fill(values):
    def body(i, total):
        return total.at[i:i + 1].add(values[i])
    return lax.fori_loop(0, values.shape[0], body, jnp.zeros(8))

got = fill(jnp.arange(3.0))
want = [0, 1, 2, 0, 0, 0, 0, 0]
""",
        "total.at[i].add(values[i])",
    ),
    "a row without the axis": (
        """
@jax.jit
def write(table, row, i):
    return table.at[i - 1:i].set(row)

got = write(jnp.zeros((4, 2)), jnp.ones(2), 2)
want = np.zeros((4, 2)); want[1] = 1
""",
        "table.at[i - 1].set(row)",
    ),
    "a cell": (
        """
@jax.jit
def touch(board, y, x):
    return board.at[y:y + 1, x:x + 1].multiply(-1)

got = touch(jnp.ones((3, 3)), 1, 2)
want = np.ones((3, 3)); want[1, 2] = -1
""",
        "board.at[y, x].multiply(-1)",
    ),
    "beside whole axes and integers": (
        """
@jax.jit
def erase(batch, i):
    return batch.at[:, 0, i:i + 1, :].set(0.0)

got = erase(jnp.ones((2, 2, 3, 2)), 1)
want = np.ones((2, 2, 3, 2)); want[:, 0, 1] = 0
""",
        "batch.at[:, 0, i].set(0.0)",
    ),
}
#: What has to be read, since it is not known what is written, or it is not the whole of the window.
READ = {
    "a row that is repeated": """
@jax.jit
def f(x, row, i):
    return x.at[i:i + 2].set(row)

got = f(jnp.zeros((4, 2)), jnp.ones(2), 1)
want = np.zeros((4, 2)); want[1:3] = 1
""",
    "one that is too small in one way": """
def f(x, rows, i):
    return x.at[i:i + 2].set(rows)

run = jax.jit(f)
got = run(jnp.zeros((4, 2)), jnp.ones((2, 2)), 1) + run(jnp.zeros((4, 2)), jnp.ones((1, 2)), 0)
want = np.zeros((4, 2)); want[1:3] += 1; want[0:2] += 1
""",
    "one that others may pass": """
@jax.jit
def f(x, rows, i):
    return x.at[i:i + rows.shape[0]].set(rows)

got = f(jnp.zeros((4, 2)), jnp.ones((2, 2)), 1)
want = np.zeros((4, 2)); want[1:3] = 1
""",
    "of one size on one path": """
@jax.jit
def f(i, wide):
    x = jnp.zeros(6)
    new = jnp.ones(3) if wide.shape else jnp.ones(1)
    return x.at[i:i + 3].set(new)

got = f(1, jnp.zeros(()))
want = np.zeros(6); want[1:4] = 1
""",
    "a list": """
@jax.jit
def f(i):
    return jnp.zeros(6).at[i:i + 2].set([1.0, 2.0]) if False else _f(jnp.zeros(6), i)

def _f(x, i):
    return x.at[i:i + 2].set([1.0, 2.0])

got = f(1)
want = [0, 1, 2, 0, 0, 0]
""",
    "a part of the window": """
@jax.jit
def f(i):
    x = jnp.zeros((6, 3))
    return x.at[i:i + 2, 1:].set(jnp.ones((2, 2)))

got = f(1)
want = np.zeros((6, 3)); want[1:3, 1:] = 1
""",
    "every other element": """
@jax.jit
def f(i):
    x = jnp.zeros(9)
    return x.at[i:i + 4:2].set(jnp.ones(2))

got = f(1)
want = np.zeros(9); want[1:5:2] = 1
""",
    "with an option": """
@jax.jit
def f(i):
    x = jnp.zeros(9)
    return x.at[i:i + 4].set(jnp.ones(4), mode="drop")

got = f(1)
want = np.zeros(9); want[1:5] = 1
""",
    "of a dtype that the sum would not keep": """
@jax.jit
def f(i):
    x = jnp.zeros(9, jnp.int32)
    return x.at[i:i + 4].add(jnp.full(4, 0.75))

got = f(1)
want = np.zeros(9)
""",
    "a window of another array of the same size along the axis alone": """
@jax.jit
def f(x, y, i):
    return x.at[i:i + 2].set(lax.dynamic_slice_in_dim(y, i, 2))

got = f(jnp.zeros((4, 3)), jnp.ones((4, 1)), 1)
want = np.zeros((4, 3)); want[1:3] = 1
""",
    "a reduced window": """
@jax.jit
def f(x, i):
    return x.at[i:i + 2].set(lax.dynamic_slice_in_dim(x, i, 2).max(axis=0))

got = f(jnp.arange(8.0).reshape(4, 2), 1)
want = np.arange(8.0).reshape(4, 2); want[1] = want[2]
""",
}


@pytest.mark.parametrize(
    ("program", "written"), [*DIRECT.values(), *ONE.values()], ids=[*DIRECT, *ONE]
)
def test_what_fills_the_window_is_written_as_it_is(program: str, written: str) -> None:
    check(program, written)
    assert ".at[:]" not in fixed(program)


@pytest.mark.parametrize(("program", "written"), COMBINED.values(), ids=COMBINED)
def test_what_keeps_shape_and_dtype_is_combined_with_the_window(program: str, written: str) -> None:
    check(program, written)


@pytest.mark.parametrize("program", READ.values(), ids=READ)
def test_all_others_are_broadcast_and_cast_as_before(program: str) -> None:
    text = fixed(program)
    assert ".set(" in text or ".add(" in text
    assert ".at[:" in squeezed(text) or ".at[::" in squeezed(text)
    run(text)


@pytest.mark.parametrize(
    ("cache", "key", "written"),
    [
        ("Float[Array, 'tokens width']", "Float[Array, '1 width']", "key.astype(cache.dtype)"),
        ("Float32[Array, 'tokens width']", "Float32[Array, '1 width']", "key"),
        ("Float32[Array, '8 4']", "Float32[Array, '1 4']", "key"),
        ("Float[Array, 'tokens width']", "Float[Array, '1 other']", ""),
        ("Float[Array, 'tokens _']", "Float[Array, '1 _']", ""),
        ("Float[Array, '... width']", "Float[Array, '1 width']", ""),
        ("Float[Array, 'tokens #width']", "Float[Array, '1 #width']", ""),
    ],
)
def test_axes_of_one_name_are_equally_long(cache: str, key: str, written: str) -> None:
    text = fixed(
        f"""
from jaxtyping import Array, Float, Float32

@jax.jit
def append(cache: {cache}, key: {key}, position):
    return cache.at[position:position + 1].set(key)
"""
    )
    direct = f"dynamic_update_slice_in_dim(cache, {written}, position, axis=0)"
    assert (direct in squeezed(text)) is bool(written)
    assert (".at[:].set(key)" in squeezed(text)) is not bool(written)
