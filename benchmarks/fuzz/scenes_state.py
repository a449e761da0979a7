"""Scenes with pytrees: states that loops carry, of the kinds that projects define for themselves."""

from fuzz.consumers import taken
from fuzz.templates import functions
from fuzz.world import World

#: Classes `S` with an array and a position that JAX takes for pytrees; a dict and a tuple need none.
_CLASSES = functions("states")


def carried(world: World) -> None:
    """A state with an array and a position, through `scan`, `fori_loop` or plain calls of a jitted step."""
    dice = world.dice
    kind = dice.pick("tuple", "dict", *_CLASSES)
    name = world.fresh("State", "Carry", "Ring")
    step, run = world.fresh("step", "push"), world.function()
    size = dice.randint(1, 3)
    k = world.number(size)
    make, buf, pos = {
        "tuple": ("({}, {})", "state[0]", "state[1]"),
        "dict": ('{{"buf": {}, "pos": {}}}', 'state["buf"]', 'state["pos"]'),
    }.get(kind, ("S({}, {})", "state.buf", "state.pos"))
    if kind in _CLASSES:
        ref = world.helper(name, kind.replace("class S", f"class {name}"))
        make = make.replace("S", ref)
    use = taken(world, filled=False)
    value = dice.pick("1.0", "item", f"jnp.full({k}, item)", f"{buf}[:{k}]")
    new = f"{buf}.at[{pos}:{pos} + {k}].{dice.pick('set', 'add', 'set')}({value})"
    read = use.of(dice.pick(f"{buf}[{pos}:{pos} + {k}]", f"buf[{pos}:{pos} + {k}]"))
    if dice.chance(0.3):
        read = f"buf[:{pos}].sum()"
    after = make.format("buf", f"{pos} + {dice.pick('1', k)}")
    lines = [f"buf = {new}", f"out = {read}", f"return {after}, out"]
    if "NamedTuple" in kind and dice.chance(0.4):
        lines[-1] = f"return state._replace(buf=buf, pos={pos} + 1), out"
    body = "\n".join(f"    {line}" for line in lines)
    decorator = dice.pick("@jax.jit\n", "", "")
    world.define(f"{decorator}def {step}(state, item):\n{body}")
    array = world.array("float")
    first = make.format("x", dice.pick("0", "jnp.array(0)", "2"))
    turns = dice.randint(2, 3)
    world.parts.append(f"state:{kind.splitlines()[0]}")
    world.define(
        f"def {run}(x):\n    state = {first}\n    return lax.scan({step}, state, jnp.arange({turns}.0))[1]"
    )
    world.show(f"{run}({array.name})")
    if dice.chance(0.6):
        call = f"{step}({make.format(array.name, dice.randint(0, 6))}, 2.0)[1]"
        world.show(call)
    if dice.chance(0.3):
        world.show(f"jax.jit({step})({make.format(array.name, dice.randint(0, 6))}, 2.0)[1]")


def static_field(world: World) -> None:
    """A pytree with a static field that says how wide the window is."""
    dice = world.dice
    name, run = world.fresh("Config", "Spec", "Params"), world.function()
    use = taken(world, filled=False)
    base, other = dice.randint(1, 3), dice.randint(1, 3)
    meta = dice.pick("width", "width", "")
    world.define(
        f"@partial(jax.tree_util.register_dataclass, data_fields=['start'{'' if meta else ', ' + repr('width')}], "
        f"meta_fields={[meta] if meta else []})\n"
        f"@dataclass(frozen=True)\nclass {name}:\n    start: int\n    width: int = {base}"
    )
    world.define(
        f"{dice.pick('@jax.jit', '@partial(jax.jit, static_argnames=())')}\ndef {run}(x, spec):\n"
        f"    return {use.of('x[spec.start:spec.start + spec.width]')}"
    )
    array = world.array(dice.pick("float", "int"))
    world.parts.append("static field")
    world.show(f"{run}({array.name}, {name}({dice.randint(0, 8)}))")
    world.show(f"{run}({array.name}, {name}({dice.randint(0, 8)}, width={other}))")


def lazy(world: World) -> None:
    """Objects with a `__getitem__` of their own, at a subscript that also sees arrays."""
    dice = world.dice
    kind, cut = world.fresh("Lazy", "Table", "Proxy"), world.function()
    inner = dice.pick(
        "self.data[key]",
        "self.data[key] * 2",
        "self.data[key.start:key.stop]",
        "('part', key.start is not None)",
    )
    world.define(
        f"class {kind}:\n    def __init__(self, data):\n        self.data = data\n\n"
        f"    def __getitem__(self, key):\n        return {inner}"
    )
    tail = dice.pick("", "", ".sum()") if "part" not in inner else ""
    world.define(f"def {cut}(x, lo, hi):\n    return x[lo:hi]{tail}")
    array = world.array("float")
    first, second, third = world.function(), world.function(), world.function()
    size = dice.randint(1, 3)
    world.define(f"@jax.jit\ndef {first}(x, i):\n    return {cut}(x, i, i + {size})")
    world.parts.append("lazy")
    world.show(f"{first}({array.name}, {dice.randint(0, 9)})")
    if dice.chance(0.7):
        world.define(f"def {second}(x):\n    return {cut}({kind}(x), 1, 4)")
        world.show(f"{second}({array.name})")
    if dice.chance(0.4) and "part" not in inner:
        world.define(f"@jax.jit\ndef {third}(x, i):\n    return {cut}({kind}(x), i, i + {size})")
        world.show(f"{third}({array.name}, {dice.randint(0, 9)})")
    if dice.chance(0.4) and not tail:
        world.show(f"{cut}('abcdefgh', 1, 4)")
