"""Scenes in which another part of a slice changes from caller to caller: step, axis, operand, what stands beside it."""

import re

from fuzz import bounds as make
from fuzz.bounds import Bounds, renamed
from fuzz.consumers import colon, scalar, taken, written
from fuzz.disguises import disguised
from fuzz.obscure import hidden
from fuzz.routes import reach
from fuzz.templates import functions
from fuzz.ways import Way, way
from fuzz.world import World

#: Functions over `x` (6, 5), a pair of bounds of axis 0, and something else for axis 1.
_BESIDE = functions("beside")


def beside(world: World) -> None:
    """What stands beside the slice in the index is another thing for each caller."""
    dice = world.dice
    name = world.function()
    text = dice.choice(_BESIDE)
    use = dice.pick("jnp.sum", "", "", "jnp.max")
    ref = world.helper(name, text.replace("F(", f"{name}(").replace("U(", f"{use}("))
    ref = disguised(world, ref)
    first = "k, lo" in text or "x[k]" in text
    array = world.array(dice.pick("float", "int"), rank=2)
    world.parts.append(f"beside:{text.splitlines()[-1].strip()}")
    for _ in range(dice.randint(2, 4)):
        one = make.window(world, 5) if dice.chance(0.6) else make.static(world, 5, filled=True)
        other = dice.pick(
            "0", "2", "-1", "slice(None)", "slice(1, 3)", "None", "jnp.array([0, 2])", "...", "c"
        )
        if other in ("...", "None") and ("x[k]" in text or "[k]" in text):
            other = "1"
        params = {"c": str(dice.randint(0, 2))} if other == "c" else {}
        more = Bounds("0", "1", "window", params) if params else None
        given = [one.lo, one.hi, other]
        if "k, lo" in text:
            given = [other, one.lo, one.hi]
        made = way(
            f"{ref}(x, {', '.join(given)})", array, "window", *([one, more] if more else [one])
        )
        if first and "slice" in other and "x[k]" in text:
            continue
        if dice.chance(0.2) and one.kind == "static" and other != "c":
            hidden(world, ref, array.name, given)
        else:
            reach(world, made)


def grid(world: World) -> None:
    """Two slices in one index, each with bounds of its own."""
    dice = world.dice
    name = world.function()
    defaults = dice.pick(
        "r0, r1, c0, c1", "r0=None, r1=None, c0=None, c1=None", "r0, r1, c0=0, c1=None"
    )
    use = scalar(world, filled=False) if dice.chance(0.6) else taken(world)
    target = "x[r0:r1, c0:c1]"
    if dice.chance(0.3):
        target = (
            f"x.at[r0:r1, c0:c1].{written(world, 'float', slices=False).replace('{array}', 'x')}"
        )
    elif dice.chance(0.2):
        target = "x[r0:r1][:, c0:c1]"
    use = type(use)("{}", "plain") if ".at" in target else use
    ref = world.helper(name, f"def {name}(x, {defaults}):\n    return {use.of(target)}")
    array = world.array("float", rank=2)
    world.parts.append(f"grid:{use.result}")
    for _ in range(dice.randint(2, 3)):
        rows = renamed(make.anything(world, 6, filled=True), world)
        columns = renamed(make.anything(world, 5, filled=True), world)
        reach(
            world,
            way(
                f"{ref}(x, {rows.lo}, {rows.hi}, {columns.lo}, {columns.hi})",
                array,
                use.result,
                rows,
                columns,
            ),
        )


def steps(world: World) -> None:
    """The step is an argument."""
    dice = world.dice
    name = world.function()
    use = scalar(world, filled=False)
    default = dice.pick("1", "None", "2", "-1")
    index = dice.pick("lo:hi:step", "lo:hi:step", "lo:lo + 4:step", ":n:step", "lo::step")
    parameters = "n, step" if "n" in index else "lo, hi=None, step"
    if "hi" not in index:
        parameters = parameters.replace(", hi=None", "")
    ref = world.helper(
        name, f"def {name}(x, {parameters}={default}):\n    return {use.of(f'x[{index}]')}"
    )
    array = world.array(dice.pick("float", "int"))
    world.parts.append(f"steps:{index}")
    for _ in range(dice.randint(2, 4)):
        step = dice.pick("1", "2", "None", "3", "-1", default)
        given = "" if step == default and dice.chance(0.7) else f", step={step}"
        backwards = "-" in step
        i = dice.randint(0, 7)
        params = {"i": str(i)}
        lo, hi = ("i + 4", "i") if backwards else ("i", "i + 4")
        if "hi" in index:
            text = f"{ref}(x, {lo}, {hi}{given})"
        elif backwards and "lo + 4" in index:
            continue
        else:
            text = f"{ref}(x, {lo}{given})"
        kind = "ragged" if index in (":n:step", "lo::step") else "window"
        if dice.chance(0.3):
            text = f"{ref}(x, {dice.randint(0, 11)}{given})"
            reach(world, Way(text, array, "scalar", "static"))
            continue
        reach(world, Way(text, array, "scalar", kind, (), params, None if backwards else (0, 7)))


def axes(world: World) -> None:
    """The axis of the slice is an argument, in the idiom of an index that is built."""
    dice = world.dice
    name = world.function()
    size = dice.randint(1, 3)
    head = dice.pick(
        f"x, i, axis, size={size}", f"x, i, axis=0, size={size}", f"x, i, size={size}, axis=-1"
    )
    lines = dice.pick(
        [
            "index = [slice(None)] * x.ndim",
            "index[axis] = slice(i, i + size)",
            "return U(x[tuple(index)])",
        ],
        [
            "axis = axis % x.ndim",
            "index = (slice(None),) * axis + (slice(i, i + size),)",
            "return U(x[index])",
        ],
        ["if axis == 0:", "    return U(x[i:i + size])", "return U(x[..., i:i + size])"],
        ["x = jnp.moveaxis(x, axis, 0)", "return U(x[i:i + size])"],
        [
            "index = [slice(None)] * x.ndim",
            "index[axis] = slice(i, i + size)",
            "return U(x.at[tuple(index)].set(0))",
        ],
        [
            "index = tuple(slice(i, i + size) if a == axis % x.ndim else slice(None) for a in range(x.ndim))",
            "return U(x[index])",
        ],
        [
            "index = {0: (slice(i, i + size),), 1: (slice(None), slice(i, i + size))}[axis % x.ndim]",
            "return U(x[index])",
        ],
        ["part = x[i:i + size] if axis == 0 else x[..., i:i + size]", "return U(part)"],
    )
    use = dice.pick("jnp.sum", "", "jnp.mean")
    body = "\n".join(f"    {line.replace('U(', f'{use}(')}" for line in lines)
    ref = world.helper(name, f"def {name}({head}):\n{body}")
    world.parts.append(f"axes:{lines[-1]}")
    for _ in range(dice.randint(2, 4)):
        rank = dice.pick(2, 2, 1)
        array = world.array("float", rank=rank)
        axis = dice.pick("0", "-1") if rank == 1 else dice.pick("0", "1", "-1")
        width = dice.pick(size, size, dice.randint(1, 3))
        text = (
            f"{ref}(x, i, axis={axis}, size={width})"
            if width != size
            else f"{ref}(x, i, axis={axis})"
        )
        params = {"i": str(dice.randint(0, 5 - max(width, size)))}
        if dice.chance(0.3):
            text, params = text.replace(", i,", f", {dice.randint(0, 4)},"), {}
        reach(
            world,
            Way(
                text,
                array,
                "plain",
                "window" if params else "static",
                (),
                params,
                (0, 2) if params else None,
            ),
        )


def operands(world: World) -> None:
    """Arrays, tuples, lists, strings and NumPy arrays take turns at one subscript."""
    dice = world.dice
    one = make.static(world, 6, filled=True) if dice.chance(0.3) else make.window(world, 6)
    things = ["x", "x * 2", "x.astype(jnp.float32)"]
    others = [
        "(1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0)",
        "[1, 2, 3, 4, 5, 6, 7, 8]",
        "np.arange(9.0)",
        "'abcdefghi'",
        "range(9)",
    ]
    chosen = dice.mixed([*dice.some(things, 1, 2), *dice.some(others, 1, 2)])
    a = world.fresh("a", "data", "thing", "v")
    sliced = f"{a}[{colon(world, one.lo, one.hi)}]"
    add = dice.pick(
        f"len({sliced})", f"len({sliced})", f"jnp.shape({sliced})[0]", f"({sliced} is not None)"
    )
    total = world.fresh("total", "acc")
    form = dice.randrange(3)
    if form == 0:
        lines = [
            f"{total} = 0",
            f"for {a} in ({', '.join(chosen)},):",
            f"    {total} = {total} + {add}",
        ]
    elif form == 1:
        name = world.fresh("measure", "width_of")
        lines = [
            f"def {name}({a}):",
            f"    return {add}",
            f"{total} = {' + '.join(f'{name}({thing})' for thing in chosen)}",
        ]
    else:
        pairs = ", ".join(f'"{k}": {thing}' for k, thing in enumerate(chosen))
        item = re.sub(rf"\b{a}\b", "tree[key]", add)
        lines = [f"tree = {{{pairs}}}", f"{total} = sum({item} for key in tree)"]
    array = world.array(dice.pick("float", "int"))
    made = way(total, array, "scalar", one)
    world.parts.append("operands")
    reach(
        world,
        Way(total, array, "scalar", made.kind, (*made.setup, *lines), made.params, made.loops),
    )


_DECORATORS = functions("decorators")


def decorated(world: World) -> None:
    """A decorator that changes, adds or drops what its function is given."""
    dice = world.dice
    decorator, name = world.fresh("shifted", "twice", "logged", "wrapped"), world.function()
    text = dice.choice(_DECORATORS)
    world.define(text.replace("D(", f"{decorator}(").replace("class D", f"class {decorator}"))
    use = scalar(world, filled=False)
    world.define(f"@{decorator}\ndef {name}(x, lo, hi=None):\n    return {use.of('x[lo:hi]')}")
    array = world.array("float")
    world.parts.append("decorated")
    for _ in range(dice.randint(2, 3)):
        i = dice.randint(0, 7)
        given = dice.pick("i, i + 3", "i, i + 4", "i, i + 2")
        if "hi=None)" in text and "partial" in text:
            given = "i"
        params = {"i": str(i)}
        if dice.chance(0.4):
            given, params = given.replace("i", str(i)), {}
        reach(
            world,
            Way(
                f"{name}(x, {given})",
                array,
                "scalar",
                "window" if params else "static",
                (),
                params,
                (0, 7) if params else None,
            ),
        )


def rebinding(world: World) -> None:
    """A name that means another function, class or module attribute by the time it is called."""
    dice = world.dice
    cut, first, second = world.function(), world.function(), world.function()
    array = world.array("float")
    size, other = dice.randint(1, 3), dice.randint(1, 4)
    use = scalar(world)
    old = f"def {cut}(x, i):\n    return {use.of(f'x[i:i + {size}]')}"
    new = dice.pick(
        f"def {cut}(x, i):\n    return {use.of(f'x[i:i + {other}]')}",
        f"{cut} = jax.jit({cut})",
        f"old_{cut} = {cut}\n\n\ndef {cut}(x, i):\n    return old_{cut}(x, i) + old_{cut}(x, 2)",
        f"{cut} = partial(lambda f, *a: f(*a), {cut})",
        f"if len('ab') > 2:\n    def {cut}(x, i):\n        return x.sum()",
        f"try:\n    from missing_module import {cut}\nexcept ImportError:\n    pass",
        f"{cut}.size = {other}",
        f"{cut} = (lambda inner: lambda x, i: inner(x, i) * 2)({cut})",
    )
    trace = f"@jax.jit\ndef {first}(x, i):\n    return {cut}(x, i)"
    order = dice.pick([old, trace, new], [old, new, trace], [old, new, trace])
    for text in order:
        world.define(text)
    world.parts.append("rebinding")
    world.define(f"print({first}({array.name}, {dice.randint(0, 7)}))")
    if dice.chance(0.5):
        world.define(f"print({cut}({array.name}, {dice.randint(0, 11) if not use.filled else 3}))")
    if dice.chance(0.4):
        world.define(f"@jax.jit\ndef {second}(x, i):\n    return {cut}(x, i + 1)")
        world.define(f"print({second}({array.name}, {dice.randint(0, 6)}))")
