"""A value that is as long as each slice of the index along its own axis is pasted in: its sizes go without saying."""

import pytest
from whole_programs import check, fixed, run, squeezed

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
    "one start, of a dtype that is not known": (
        """
@jax.jit
def fill(steps, new):
    def step(out, i):
        return out.at[:new.shape[0], i:i + new.shape[1]].set(new), None

    return lax.scan(step, jnp.zeros((2, 4)), steps)[0]

got = fill(jnp.asarray(eval("[0, 2]")), jnp.ones((2, 1)))
want = [[1, 0, 1, 0]] * 2
""",
        "dynamic_update_slice_in_dim(out, new.astype(out.dtype), i, axis=1)",
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
    "a part that begins elsewhere": "board.at[i:i + part.shape[0], 1:1 + part.shape[1]].set(part)",
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


#: New values of which nothing is known but what the index says.
UNKNOWN = {
    "what an unknown function gives": (
        "logits = apply(i)",
        "out.at[:logits.shape[0], i:i + logits.shape[1]].set(logits)",
        "out, jnp.asarray(logits).astype(out.dtype), ",
    ),
    "with new axes": (
        "scores = apply(i).sum(0)",
        "out.at[:scores[:, None].shape[0], i:i + 1].set(scores[:, None])",
        "out, jnp.asarray(scores[:, None]).astype(out.dtype), ",
    ),
    "with a new axis in front": (
        "row = apply(i)[0]",
        "out.at[i:1 + i, 0:row[None].shape[1]].set(row[None])",
        "out, jnp.asarray(row[None]).astype(out.dtype), ",
    ),
    "by an attribute": (
        "step = Step(apply(i))",
        "out.at[:step.logits.shape[0], i:i + step.logits.shape[1]].set(step.logits)",
        "out, jnp.asarray(step.logits).astype(out.dtype), ",
    ),
}

#: What is not said of it.
NOT_SAID = {
    "that of another value": "out.at[:other.shape[0], i:i + logits.shape[1]].set(logits)",
    "that of another axis": "out.at[:logits.shape[1], i:i + logits.shape[1]].set(logits)",
    "a whole axis": "out.at[:, i:i + logits.shape[1]].set(logits)",
    "two elements where there is a new axis": "out.at[:logits.shape[0], i:i + 2].set(logits[:, 0, None])",
    "a new axis elsewhere": "out.at[:1, i:i + logits.shape[1]].set(logits[0, None].T[:1])",
    "one element, of as many": "out.at[i:i + 1, :logits.shape[1]].set(logits)",
    "a part of the value": "out.at[:logits.shape[0], i:i + logits.shape[1]].set(logits[:1])",
}

_SCAN = """
from dataclasses import dataclass

from models import apply


@dataclass
class Step:
    logits: jax.Array


@jax.jit
def run(n):
    def step(out, i):
        {made}
        other = apply(i + 1)
        return {update}, None

    return lax.scan(step, jnp.zeros((4, 6)), n)[0]
"""


@pytest.mark.parametrize(("made", "update", "written"), UNKNOWN.values(), ids=list(UNKNOWN))
def test_an_index_says_how_long_an_unknown_value_is(made: str, update: str, written: str) -> None:
    text = fixed(
        _SCAN.format(made=made, update=update)
        + f"""
got = run(jnp.arange(3))
with jax.disable_jit():
    out = jnp.zeros((4, 6))
    for i in range(3):
        {made}
        out = {update}
want = out
"""
    )
    assert squeezed(written) in squeezed(text)
    given = "apply = lambda i: jnp.full((2, 2), 1 + i, jnp.int32)"
    run(text.replace("from models import apply", given))


@pytest.mark.parametrize("update", NOT_SAID.values(), ids=list(NOT_SAID))
def test_an_index_that_does_not_say_so_keeps_the_original_update(update: str) -> None:
    text = fixed(_SCAN.format(made="logits = apply(i)", update=update))
    assert "dynamic_update_slice(" not in text


def test_a_value_that_is_another_one_each_time_has_no_lengths() -> None:
    text = fixed(
        """
@jax.jit
def run(n, rows):
    rows = iter(rows)
    out = jnp.zeros((6, 6))
    return out.at[:next(rows)[:, None].shape[0], n:n + 1].set(next(rows)[:, None])

run(2, [jnp.ones(2), jnp.ones(1)])
"""
    )
    assert "dynamic_update_slice(" not in text


def test_what_others_may_pass_besides_does_not_count_against_what_the_program_shows() -> None:
    check(
        """
def search(tokens, out):
    def body(state):
        position, out = state
        token = tokens[position] * 2
        out = out.at[:token.shape[0], position:position + token.shape[1]].set(token)
        return position + 1, out

    return lax.while_loop(lambda state: state[0] < 3, body, (0, out))[1]

got = search(jnp.ones((3, 2, 1)), jnp.zeros((2, 3)))
want = np.full((2, 3), 2.0)
""",
        "dynamic_update_slice(out, token.astype(out.dtype), (0, position))",
    )


def test_where_nobody_is_seen_to_call_the_function_alone_tells_the_axes() -> None:
    text = fixed(
        """
class Sampler:
    def sample(self, prompt, length: int, debug: bool = False):
        n, start = prompt.shape
        tokens = jnp.full((n, length), 0, jnp.int32)

        def step(state):
            token = self.model(state["tokens"])
            position = state["position"]
            tokens = state["tokens"].at[
                :token.shape[0], position:position + token.shape[1]
            ].set(token)
            return {"position": position + 1, "tokens": tokens}

        state = {"position": jnp.array(start), "tokens": tokens}
        if debug:
            return self.run(step, state)
        return lax.while_loop(lambda state: state["position"] < length, step, state)
"""
    )
    assert "lax.dynamic_update_slice(" in text


@pytest.mark.parametrize(
    ("ship", "update", "written"),
    [
        ("jnp.ones((1, n))", "board.at[r:r + ship.shape[0], c:c + ship.shape[1]].set(ship)", True),
        (
            "jnp.ones(n)",
            "board.at[r:r + ship[None].shape[0], c:c + ship[None].shape[1]].set(ship[None])",
            True,
        ),
        ("load(n)", "board.at[r:r + ship.shape[0], c:c + ship.shape[1]].set(ship)", False),
        (
            "jnp.ones((1, n, 2))",
            "board.at[r:r + ship.shape[0], c:c + ship.shape[1]].set(ship)",
            False,
        ),
        ("jnp.ones((2, n))", "board.at[r:r + 2, c:c + n].set(ship)", False),
    ],
)
def test_a_value_whose_axes_the_index_names_tells_those_of_an_unknown_array(
    ship: str, update: str, written: bool
) -> None:
    text = fixed(
        f"""
from fleets import load

@jax.jit
def place(board, r, c):
    n = 3
    ship = {ship}
    return {update}
"""
    )
    assert ("lax.dynamic_update_slice(board, ship" in squeezed(text)) is written
    if written:
        run(
            text.replace("from fleets import load", "")
            + """
got = place(jnp.zeros((4, 5), int), 2, 1)
want = np.zeros((4, 5))
want[2, 1:4] = 1
"""
        )


@pytest.mark.parametrize(
    ("sprite", "size", "want"),
    [
        ("np.full(2, 300.0)", "sprite.shape[0]", [0, 255, 255, 0]),
        ("np.array([-1.5, 300.0])", "sprite.shape[0]", [0, 0, 255, 0]),
        ("[3.0, 4.0]", "len(sprite)", [0, 3, 4, 0]),
        ("(x, 1.5 * x)", "len(sprite)", [0, 2, 3, 0]),
    ],
)
def test_what_is_not_known_to_be_an_array_is_converted_as_an_update_does(
    sprite: str, size: str, want: list[int]
) -> None:
    text = fixed(
        f"""
def build(load, x):
    @jax.jit
    def render(i):
        canvas = jnp.zeros(4, jnp.uint8)
        sprite = load(x)
        return canvas.at[i:i + {size}].set(sprite)

    return render(1)
"""
    )
    assert "dynamic_update_slice_in_dim(" in text
    run(f"{text}\ngot = build(lambda x: {sprite}, jnp.float32(2))\nwant = {want}\n")
