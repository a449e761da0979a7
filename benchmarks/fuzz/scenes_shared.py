"""Scenes that put what others write once into functions and classes with several users, some of them on the host."""

import re
from dataclasses import dataclass

from fuzz.disguises import disguised
from fuzz.obscure import hidden, obscurely
from fuzz.routes import reach
from fuzz.templates import expressions, templates
from fuzz.ways import Way
from fuzz.world import World


@dataclass(frozen=True, slots=True)
class _Body:
    """Statements and an expression over `x` and one number, whose traced values lie between two others."""

    lines: tuple[str, ...]
    text: str
    number: str
    lowest: int
    highest: int
    rank: int = 1


def _plain(text: str) -> bool:
    """Whether it uses no other array and no other size than the host knows."""
    return not re.search(r"(?<![\w'.])[wK]\b(?!')", text)


_MASKS = [
    *(_Body((), text, "n", -14, 15) for text in expressions("mask_expressions") if _plain(text)),
    *(
        _Body(one.lines, one.expression, "n", -14, 15)
        for one in templates("mask_flows")
        if _plain(one.statements + one.expression)
    ),
]
_WINDOWS = [
    *(_Body(one.lines, one.expression, "i", 0, 6) for one in templates("idioms")),
    *(_Body((), text.replace("K", "2"), "i", 0, 9) for text in expressions("vector_windows")),
    *(_Body((), text.replace("K", "2"), "i", 0, 3, 2) for text in expressions("matrix_windows")),
]


def function(world: World) -> None:
    """One body in a function, with callers that trace its number and callers that know it."""
    dice = world.dice
    body = dice.choice(dice.pick(_MASKS, _WINDOWS))
    name = world.function()
    default = dice.pick("", "", "=3") if body.number == "i" else dice.pick("", "=3", "=None")
    lines = "\n".join(f"    {line}" for line in (*body.lines, f"return {body.text}"))
    ref = world.helper(name, f"def {name}(x, {body.number}{default}):\n{lines}")
    ref = disguised(world, ref)
    world.parts.append(f"shared:{body.text[:50]}")
    dtype = dice.pick("float", "float", "int")
    array = world.array(dtype, rank=body.rank)
    for _ in range(dice.randint(2, 4)):
        value = dice.randint(body.lowest, body.highest)
        form = dice.random()
        if form < 0.25:
            number = str(dice.randint(-3, 13)) if dice.chance(0.6) else str(value)
            hidden(
                world, ref, array.name, [number if not default or dice.chance(0.8) else default[1:]]
            )
        elif form < 0.45:
            static = [str(value), str(dice.randint(0, 13)), f"np.int32({value})"]
            static += [default[1:]] * bool(default)
            kind = dice.pick("jax", "jax", "numpy")
            other = world.array(dtype, kind, body.rank)
            reach(world, Way(f"{ref}(x, {dice.choice(static)})", other, "window", "static"))
        else:
            given = dice.pick(str(value), str(value), f"jnp.array({value})", f"np.int8({value})")
            text = f"{ref}(x, {body.number})"
            if dice.chance(0.2):
                text = obscurely(world, ref, ["x", body.number])
            reach(world, Way(text, array, "window", "ragged", (), {body.number: given}))


def several_bodies(world: World) -> None:
    """Two or three bodies in one function."""
    dice = world.dice
    kind = dice.pick(_MASKS, _WINDOWS)
    bodies = [one for one in dice.sample(kind, 3) if one.rank == 1][: dice.randint(2, 3)]
    if not bodies:
        return
    results = [world.fresh("first", "second", "third", "more") for _ in bodies]
    lines = [
        line
        for one, result in zip(bodies, results, strict=True)
        for line in (*one.lines, f"{result} = {one.text}")
    ]
    number = bodies[0].number
    value = dice.randint(0, min(one.highest for one in bodies))
    world.parts.append(f"several bodies:{bodies[0].text[:40]}")
    array = world.array(dice.pick("float", "float", "int"))
    made = Way(", ".join(results), array, "window", "ragged", tuple(lines), {number: str(value)})
    reach(world, made)
    if dice.chance(0.5):
        reach(world, made)


def method(world: World) -> None:
    """A body in a method, with the array and the number in attributes."""
    dice = world.dice
    body = dice.choice([one for one in dice.pick(_MASKS, _WINDOWS) if not one.lines])
    name = world.fresh("Series", "Table", "Signal", "Book")
    data, number = dice.pick(("data", "n"), ("x", "start"), ("values", "count"))
    text = re.sub(r"(?<![\w'.])x\b(?!')", f"self.{data}", body.text)
    text = re.sub(rf"(?<![\w'.]){body.number}\b(?!')", f"self.{number}", text)
    if re.search(r"\blambda\b|\bfor\b|:=", text):
        return
    default = dice.pick("", "=None", "=2")
    head = dice.pick("def run(self)", "@property\n    def run(self)")
    world.define(
        f"class {name}:\n    def __init__(self, {data}, {number}{default}):\n"
        f"        self.{data} = {data}\n        self.{number} = {number}\n\n"
        f"    {head}:\n        return {text}"
    )
    call = ".run" if "property" in head else ".run()"
    array = world.array(dice.pick("float", "float", "int"), rank=body.rank)
    world.parts.append(f"method:{body.text[:50]}")
    for _ in range(dice.randint(2, 3)):
        value = dice.randint(body.lowest, body.highest)
        if dice.chance(0.35):
            number_text = dice.pick(str(value), str(dice.randint(0, 13)), default[1:] or "3")
            reach(world, Way(f"{name}(x, {number_text}){call}", array, "window", "static"))
        else:
            given = {body.number: str(value)}
            text = f"{name}(x, {body.number}){call}"
            reach(world, Way(text, array, "window", "ragged", (), given))
