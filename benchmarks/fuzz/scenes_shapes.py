"""Scenes in which the size of a window is that of something else: a kernel, an update, a batch."""

from collections.abc import Sequence

from fuzz.bounds import Bounds
from fuzz.consumers import scalar, taken
from fuzz.routes import eagerly, reach
from fuzz.templates import functions
from fuzz.ways import Way
from fuzz.world import World

#: Functions of `x`, a start and another array `w` whose length is the size, and what is done.
_KERNELS = functions("kernels")


def kernel(world: World) -> None:
    """A window as long as another array; several callers with arrays of several lengths."""
    dice = world.dice
    name = world.function()
    text = dice.choice(_KERNELS)
    ref = world.helper(name, text.replace("F(", f"{name}("))
    array = world.array(dice.pick("float", "float", "int"))
    result = (
        "window"
        if any(
            word in text for word in ("jnp.where", "k] - w", "scale", "pad", "set(w)\n    return")
        )
        else "plain"
    )
    world.parts.append(f"kernel:{text.splitlines()[-1].strip()}")
    for _ in range(dice.randint(2, 3)):
        size = dice.randint(2, 4)
        highest = 12 - size - 2
        value = dice.randint(0, highest)
        w = dice.pick(
            f"jnp.arange({size}.0)",
            f"jnp.ones({size})",
            f"np.arange({size})",
            f"x[:{size}]",
            f"jnp.arange({size})",
        )
        one = Bounds("i", "i", "window", {"i": str(value)}, (), 0, highest)
        made = Way(f"{ref}(x, i, {w})", array, result, "window", (), one.params, (0, highest))
        if dice.chance(0.3):
            start = dice.pick(str(value), str(12 - size), "0", "-5")
            made = Way(f"{ref}(x, {start}, {w})", array, result, "static")
        reach(world, made)


def patches(world: World) -> None:
    """Two-dimensional crops, with the size from a parameter, a tuple or a third array."""
    dice = world.dice
    name = world.function()
    sizes = dice.pick("h=2, w=3", "size=(2, 3)", "h, w=2")
    h, w = ("size[0]", "size[1]") if "size" in sizes else ("h", "w")
    use = taken(world)
    index = dice.pick(
        f"r:r + {h}, c:c + {w}",
        f"r:r + {h}, :",
        f":, c:c + {w}",
        f"..., c:c + {w}",
        f"r:r + {h}, c",
        f"r, c:c + {w}",
    )
    target = f"x[{index}]"
    if dice.chance(0.3):
        target, use = (
            f"x.at[{index}].set({dice.pick('0', '1', 'r', 'x.min()')})",
            type(use)("{}", "plain"),
        )
    ref = world.helper(name, f"def {name}(x, r, c, {sizes}):\n    return {use.of(target)}")
    array = world.array(dice.pick("float", "int"), rank=2)
    result = use.result
    world.parts.append("patches")
    for _ in range(dice.randint(2, 3)):
        a, b = dice.randint(1, 3), dice.randint(1, 3)
        given = f", ({a}, {b})" if "size" in sizes else f", {a}, {b}"
        if "h, w" not in sizes and dice.chance(0.4):
            given, a, b = "", 2, 3
        elif sizes == "h, w=2" and dice.chance(0.4):
            given, b = f", {a}", 2
        params = {"r": str(dice.randint(0, 6 - a)), "c": str(dice.randint(0, 5 - b))}
        rows, columns = dice.pick(("r", "c"), ("r", "c"), (params["r"], "c"), ("r", params["c"]))
        left = {key: value for key, value in params.items() if key in (rows, columns)}
        reach(world, Way(f"{ref}(x, {rows}, {columns}{given})", array, result, "window", (), left))
    if dice.chance(0.4):
        text = f"{ref}(x, {dice.randint(0, 5)}, {dice.randint(0, 4)}{', 2' if 'h, w' in sizes else ''})"
        eagerly(world, Way(text, array, result, "static"))


_BATCHES = functions("batches")


def batch(world: World) -> None:
    """A batch of a size that each caller may choose, at a place that some of them trace."""
    dice = world.dice
    name = world.function()
    use = scalar(world, filled=False)
    method = dice.pick("sum()", "mean()", "sum() * 2", "max(initial=0)", "any()", "size")
    text = dice.choice(_BATCHES).replace("F(", f"{name}(").replace("U", method)
    del use
    ref = world.helper(name, text)
    array = world.array(dice.pick("float", "int"))
    world.parts.append(f"batch:{text.splitlines()[-1].strip()}")
    for _ in range(dice.randint(2, 4)):
        size = dice.randint(1, 4)
        extra = dice.pick("", f", size={size}", f", size={size}")
        if "*sizes" in text:
            extra = dice.pick(", 2", ", 1, 2", "")
        elif "count" in text:
            extra = dice.pick("", ", count=3", ", 6")
        for word, value in (
            ("keep", "False"),
            ("full", "True"),
            ("reverse", "True"),
            ("axis", "0"),
            ("size is None", None),
        ):
            if f"{word}=" in text and dice.chance(0.4):
                extra = f", {word}={value}"
        if "size=None" in text and dice.chance(0.2):
            extra = ", size=None"
        highest = 2 if "*" in text.splitlines()[-1] or "b * size" in text else 8
        one = Bounds("b", "b", "window", {"b": str(dice.randint(0, highest))}, (), 0, highest)
        if dice.chance(0.35):
            made = Way(f"{ref}(x, {dice.randint(0, 11)}{extra})", array, "scalar", "static")
        else:
            made = Way(
                f"{ref}(x, b{extra})", array, "scalar", "window", (), one.params, (0, highest)
            )
        reach(world, made)


def repeated(world: World) -> None:
    """A list of callables that a loop calls on the same bounds."""
    dice = world.dice
    names: Sequence[str] = [world.function() for _ in range(3)]
    uses = [scalar(world, filled=False) for _ in range(3)]
    slices = dice.sample(["x[lo:hi]", "x[lo:]", "x[:hi]", "x[lo:lo + 2]", "x[hi - 2:hi]", "x"], 3)
    refs = [
        world.helper(name, f"def {name}(x, lo=None, hi=None):\n    return {use.of(one)}")
        for name, use, one in zip(names, uses, slices, strict=True)
    ]
    listed = ", ".join(refs)
    one = Bounds("i", "i", "window", {"i": str(dice.randint(0, 8))}, (), 0, 8)
    texts = [
        f"sum(f(x, i, i + 3) for f in ({listed}))",
        f"[f(x, i, i + 2) for f in [{listed}]]",
        f"{{f.__name__: f(x, lo=i, hi=i + 3) for f in ({listed})}}",
        f"sum(f(x, *b) for f, b in zip(({listed}), [(i, i + 2), (1, 4), (i, i + 4)]))",
        f"sum(f(x, **b) for f, b in zip(({listed}), [dict(lo=i, hi=i + 2), dict(lo=1, hi=4), dict(lo=2, hi=i + 4)]))",
    ]
    text = dice.choice(texts)
    world.parts.append("repeated")
    reach(
        world,
        Way(
            text,
            world.array("float"),
            "scalar" if text.startswith("sum") else "window",
            "window",
            (),
            one.params,
            (0, 8),
        ),
    )
    if dice.chance(0.5):
        world.show(f"{refs[0]}({world.array('float').name}, 2, 9)")
