"""Scenes that write to windows: caches, ring buffers, blocks, with values of all shapes and dtypes."""

from fuzz.bounds import Bounds
from fuzz.routes import reach
from fuzz.templates import expressions
from fuzz.ways import Way
from fuzz.world import World

#: Over `x` of one axis, `i`, and a size K: what is written, and how.
_VECTORS = expressions("vector_windows")

#: Over `x` with the axes (6, 5).
_MATRICES = expressions("matrix_windows")


def vector(world: World) -> None:
    """An update of a window of an array with one axis, or what is read beside it."""
    _reach(world, _VECTORS, 1)


def matrix(world: World) -> None:
    """Reads and updates of windows of a matrix."""
    _reach(world, _MATRICES, 2)


def cache(world: World) -> None:
    """A cache or ring buffer that a loop fills."""
    dice = world.dice
    size = dice.randint(1, 2)
    rank = dice.pick(1, 2)
    array = world.array(dice.pick("float", "int"), rank=rank)
    length = array.shape[0]
    turns = dice.randint(2, length // size - 1)
    k = world.number(size)
    target = dice.pick(
        f"buf.at[t:t + {k}]", f"buf.at[t * {k}:(t + 1) * {k}]", f"buf.at[t:t + {k}, ...]"
    )
    if rank == 2 and dice.chance(0.5):
        target = f"buf.at[:, t:t + {k}]"
        turns = min(turns, 5 - size)
    value = dice.pick(f"set(x[:{k}])", "add(1)", "set(t)", "multiply(2)", f"set(buf[:{k}])")
    if "[:," in target:
        value = dice.pick(f"set(x[:, :{k}])", "add(1)", "set(t)", "multiply(2)")
    read = dice.pick(f"buf[t:t + {k}].sum()", "buf[:t].sum()", "buf.sum()")
    body = [f"buf = {target}.{value}", f"return buf, {read}"]
    name = world.function()
    lines = "\n".join(f"        {line}" for line in body)
    begin = dice.pick("x", "jnp.zeros_like(x)", "x * 0 + 1")
    forms = [
        f"def {name}(x):\n    def body(buf, t):\n{lines}\n\n    return lax.scan(body, {begin}, jnp.arange({turns}))",
        f"def {name}(x):\n    def body(t, carry):\n        buf, total = carry\n        buf = {target}.{value}\n"
        f"        return buf, total + {read}\n\n    return lax.fori_loop(0, {turns}, body, ({begin}, 0.0))",
        f"def {name}(x):\n    def body(carry, _):\n        buf, t = carry\n        buf = {target}.{value}\n"
        f"        return (buf, t + 1), {read}\n\n    return lax.scan(body, ({begin}, 0), None, length={turns})",
        f"def {name}(x):\n    def body(carry):\n        t, buf = carry\n        buf = {target}.{value}\n"
        f"        return t + 1, buf\n\n    return lax.while_loop(lambda carry: carry[0] < {turns}, body, (0, {begin}))",
        f"def {name}(x):\n    buf, total = {begin}, 0.0\n    for t in range({turns}):\n        buf = {target}.{value}\n"
        f"        total = total + {read}\n    return buf, total",
    ]
    world.define(dice.pick("@jax.jit\n", "") + dice.choice(forms))
    world.parts.append("cache")
    world.show(f"{name}({array.name})")


def _reach(world: World, texts: tuple[str, ...], rank: int) -> None:
    dice = world.dice
    for text in dice.some(texts, 1, 2):
        size = dice.randint(1, 3)
        lines: list[str] = []
        k = world.number(size, lines) if "K > 1" not in text else str(size)
        text = text.replace("K", k)
        array = world.array(dice.pick("float", "float", "int", "uint8"), rank=rank)
        length = 12 if rank == 1 else 5
        highest = length - size
        low = 1 if "i - 1" in text else 0
        value = dice.randint(low, highest)
        given = dice.pick(
            *[str(value)] * 4, f"jnp.int8({value})", f"jnp.uint8({value})", f"jnp.array({value})"
        )
        one = Bounds("i", "i", "window", {"i": given}, (), low, highest)
        if dice.chance(0.12) and "i, i" not in text:
            one = Bounds("i", "i", "window", {"i": str(-size - dice.randint(1, length - size))})
        world.parts.append(f"window:{text}")
        loops = (one.lowest, one.highest) if one.loops else None
        made = Way(
            f"({text})",
            array,
            "window" if "window" in text else "plain",
            "window",
            tuple(lines),
            one.params,
            loops,
        )
        reach(world, made)
        if dice.chance(0.4):
            reach(world, made)
