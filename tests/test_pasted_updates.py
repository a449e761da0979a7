"""A value that is as long as each slice of the index along its own axis is pasted in: its sizes go without saying."""

import pytest
from whole_programs import check, fixed, run

PASTED = {
    "a cache behind whole prefixes": (
        """
@jax.jit
def write(new, pos):
    keys = jnp.zeros((2, 5, 3))
    return keys.at[:new.shape[0], pos:pos + new.shape[1], :new.shape[2]].set(new)

got = write(jnp.ones((2, 2, 3)), 3)
want = np.zeros((2, 5, 3)); want[:, 3:5] = 1
""",
        "dynamic_update_slice(keys, new.astype(keys.dtype), (0, pos, 0))",
    ),
    "a smaller value in the corner of the other axes": (
        """
def fill(parts):
    def step(board, i):
        part = parts[i] * 2
        board = board.at[i:i + part.shape[0], 0:part.shape[1]].set(part)
        return board, None

    return lax.scan(step, jnp.zeros((4, 3)), jnp.arange(2))[0]

got = fill(jnp.ones((2, 2, 2)))
want = np.zeros((4, 3)); want[:3, :2] = 2
""",
        "dynamic_update_slice(board, part.astype(board.dtype), (i, 0))",
    ),
    "two traced corners, and a value of known size": (
        """
@jax.jit
def stamp(canvas, top, left):
    glyph = jnp.ones((2, 3), canvas.dtype)
    height, width = glyph.shape
    rows, columns = canvas.shape
    return canvas.at[top:top + height, left:left + width].set(glyph)

got = stamp(jnp.zeros((4, 4)), 1, 0)
want = np.zeros((4, 4)); want[1:3, :3] = 1
""",
        "dynamic_update_slice(canvas, glyph, (top, left))",
    ),
    "another dtype": (
        """
@jax.jit
def mark(marks):
    def step(i, board):
        return board.at[:marks.shape[0], i:i + marks.shape[1]].set(marks)

    return lax.fori_loop(0, 2, step, jnp.zeros((3, 4), jnp.int32))

got = mark(jnp.full((2, 1), 1.5))
want = np.zeros((3, 4)); want[:2, :2] = 1
""",
        "dynamic_update_slice(board, marks.astype(board.dtype), (0, i))",
    ),
    "one axis": (
        """
@jax.jit
def put(scores, i):
    ranked = jnp.zeros(4)
    return ranked.at[i:i + scores.shape[0]].set(scores)

got = put(jnp.ones(2), 1)
want = [0, 1, 1, 0]
""",
        "dynamic_update_slice_in_dim(ranked, scores.astype(ranked.dtype), i, axis=0)",
    ),
}

#: What the value lacks of what is said above.
NOT_PASTED = {
    "an axis of another length": "board.at[i:i + part.shape[1], :part.shape[0]].set(part)",
    "a prefix that begins elsewhere": "board.at[i:i + part.shape[0], 1:part.shape[1]].set(part[:, 1:])",
    "an axis that is broadcast": "board.at[:2, i:i + part.shape[1]].set(part[:1])",
    "a step": "board.at[i:i + part.shape[0]:1, :2 * part.shape[1]:2].set(part)",
    "another method": "board.at[i:i + part.shape[0], :part.shape[1]].add(part)",
    "an axis more": "boards.at[i:i + part.shape[0], :part.shape[1]].set(part[..., None])",
}


@pytest.mark.parametrize(("program", "written"), PASTED.values(), ids=list(PASTED))
def test_a_value_as_long_as_its_slices_is_written_as_it_is(program: str, written: str) -> None:
    check(program, written)


@pytest.mark.parametrize("update", NOT_PASTED.values(), ids=list(NOT_PASTED))
def test_any_other_value_is_not_pasted(update: str) -> None:
    program = f"""
def fill(parts):
    def step(i, boards):
        board, part = boards[..., 0], parts[i]
        new = {update}
        return boards.at[..., 0].set(new if new.ndim == 2 else new[..., 0])

    return lax.fori_loop(0, 2, step, jnp.zeros((4, 4, 2)))

got = fill(jnp.arange(8.0).reshape(2, 2, 2) + 1)
with jax.disable_jit():
    want = np.array(jnp.zeros((4, 4, 2)))
    for i in range(2):
        boards, part = jnp.asarray(want), (jnp.arange(8.0).reshape(2, 2, 2) + 1)[i]
        board = boards[..., 0]
        new = {update}
        want = np.array(boards.at[..., 0].set(new if new.ndim == 2 else new[..., 0]))
"""
    text = fixed(program)
    assert "dynamic_update_slice(" not in text.split("got =")[0]
    run(text)
