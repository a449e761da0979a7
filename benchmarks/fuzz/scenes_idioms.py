"""Scenes that people write every day and that hide what is sliced: index lists, recursion, wrappers, shadowed names."""

import re

from fuzz import bounds as make
from fuzz.consumers import taken
from fuzz.routes import reach
from fuzz.templates import functions, templates
from fuzz.ways import Way
from fuzz.world import World

#: Statements and the expression after them, over `x` of 12 numbers, and a window that starts at `i`, 0 to 6.
_FLOWS = templates("idioms")
#: Wrappers `D` of `jax.jit`, and functions `F` of a NumPy array for the host.
_WRAPPERS, _HOST_CODE = functions("jit_wrappers"), functions("host_code")


def idiom(world: World) -> None:
    """One of the flows, once or twice."""
    dice = world.dice
    template = dice.choice(_FLOWS)
    text = template.expression
    array = world.array(dice.pick("float", "float", "int", "uint8"))
    value = dice.randint(0, 6)
    narrow = (
        f"jnp.int8({value})",
        f"jnp.uint8({value})",
        f"np.int32({value})",
        f"jnp.array({value})",
    )
    given = str(value) if dice.chance(0.5) else dice.choice(narrow)
    reduces = any(word in text for word in ("sum", "go(", "a - b", "a + rest", "parts["))
    result = "scalar" if reduces and "[i" not in text[:2] else "plain"
    if text[0] in "[{" or "np." in text:
        result = "window"
    world.parts.append(f"idiom:{template.title}")
    made = Way(f"({text})", array, result, "window", template.lines, {"i": given}, (0, 6))
    reach(world, made)
    if dice.chance(0.5):
        reach(world, made)


def wrapped_jit(world: World) -> None:
    """A project's own wrapper around `jax.jit`, as decorator or as a call."""
    dice = world.dice
    use = taken(world)
    one = make.traced(world, 12, filled=True)
    wrapper, name = world.fresh("compiled", "fast", "my_jit"), world.function()
    wrapper_text = re.sub(r"\bD\b", wrapper, dice.choice(_WRAPPERS))
    ref = world.helper(wrapper, wrapper_text)
    signature = "".join(f", {p}" for p in one.params)
    lo, hi = ("" if end == "None" else end for end in (one.lo, one.hi))
    body = "\n".join(f"    {line}" for line in (*one.setup, f"return {use.of(f'x[{lo}:{hi}]')}"))
    world.define(f"@{ref}\ndef {name}(x{signature}):\n{body}")
    array = world.array("float")
    world.parts.append("wrapped jit")
    world.show(f"{name}({', '.join((array.name, *one.params.values()))})")


def rebound_global(world: World) -> None:
    """A module constant that the program changes between two calls."""
    dice = world.dice
    name = world.fresh("WINDOW_NOW", "CURRENT", "LIMIT")
    first, second, use = dice.randint(1, 3), dice.randint(1, 4), taken(world)
    cut, jitted, again = world.function(), world.function(), world.function()
    array = world.array("float")
    how = dice.pick(f"{name} = {second}", f"{name} += 1", f"globals()['{name}'] = {second}")
    world.define(f"{name} = {first}")
    world.define(f"def {cut}(x, i):\n    return {use.of(f'x[i:i + {name}]')}")
    world.define(f"@jax.jit\ndef {jitted}(x, i):\n    return {cut}(x, i)")
    world.define(f"print({jitted}({array.name}, {dice.randint(0, 8)}))")
    world.define(how)
    world.define(f"@jax.jit\ndef {again}(x, i):\n    return {cut}(x, i)")
    world.parts.append("rebound global")
    world.define(f"print({again}({array.name}, {dice.randint(0, 8)}))")
    if dice.chance(0.5):
        world.define(f"print({cut}({array.name}, {dice.randint(0, 11)}))")


def host_code(world: World) -> None:
    """NumPy on the host beside JAX: slices that work, and stores to NumPy arrays."""
    dice = world.dice
    name = world.function()
    text = dice.choice(_HOST_CODE)
    world.define(text.replace("F(", f"{name}("))
    world.parts.append(f"host code:{text.splitlines()[-1].strip()}")
    world.show(f"{name}({world.array('float', 'numpy').name})")
