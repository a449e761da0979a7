"""Scenes with slices of traced size, in expressions and flows that a mask may or may not be able to follow."""

import re

from fuzz.routes import reach
from fuzz.templates import expressions, templates
from fuzz.ways import Way
from fuzz.world import Array, World

#: Over `x` (12 numbers), `n`, and `w`, another array of the module. All are right for every `n` or fail for some.
_EXPRESSIONS = expressions("mask_expressions")

#: Statements over the same names, and the expression after them.
_FLOWS = templates("mask_flows")


def expression(world: World) -> None:
    """One or two of the expressions."""
    dice = world.dice
    texts = dice.some(_EXPRESSIONS, 1, 2)
    for text in texts:
        _reach(world, text, ())
    world.parts.append(f"mask:{texts[0]}")


def flow(world: World) -> None:
    """One of the flows."""
    template = world.dice.choice(_FLOWS)
    _reach(world, template.expression, template.lines)
    world.parts.append(f"mask flow:{template.title}")


def _reach(world: World, text: str, lines: tuple[str, ...]) -> None:
    dice = world.dice
    array = world.array(dice.pick("float", "float", "float", "int", "uint8", "bool"))
    joined = "\n".join((*lines, text))
    if re.search(_OTHER, joined) and not any(line.startswith("w =") for line in lines):
        other = world.array(dice.pick("float", "float", "int"))
        text, lines = _renamed(text, other), tuple(_renamed(line, other) for line in lines)
    text = text if "(" in text else f"({text})"
    # Several values, of either sign and beyond the ends, but one at a time so that each is its own statement.
    values = [dice.randint(-14, 15) for _ in range(3)]
    n = str(values[0])
    if dice.chance(0.25):
        narrow = f"jnp.uint8({abs(values[0])})"
        n = dice.pick(narrow, f"jnp.int8({n})", f"np.int32({n})", f"jnp.array({n})")
    reach(world, Way(text, array, "window", "ragged", lines, {"n": n}))
    for value in values[1:]:
        if dice.chance(0.5):
            reach(world, Way(text, array, "window", "ragged", lines, {"n": str(value)}))


#: The other array, where it is a name.
_OTHER = r"(?<![\w'.])w\b(?!')"


def _renamed(text: str, array: Array) -> str:
    return re.sub(_OTHER, array.name, text)
