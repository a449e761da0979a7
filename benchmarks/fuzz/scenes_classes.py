"""Scenes in which arrays and bounds live in objects."""

import re

from fuzz import bounds as make
from fuzz.bounds import Bounds, renamed
from fuzz.consumers import colon, scalar, taken, written
from fuzz.routes import reach
from fuzz.templates import templates
from fuzz.ways import Way, way
from fuzz.world import World, block


def buffer(world: World) -> None:
    """A class whose instances hold an array and the bounds of a view of it, each instance other ones."""
    dice = world.dice
    kind = world.fresh("Buffer", "View", "Region", "Cursor")
    data, lo, hi = dice.pick(("x", "s", "e"), ("data", "lo", "hi"), ("values", "start", "stop"))
    array = world.array(dice.pick("float", "float", "int"))
    method = dice.pick("view", "total", "read", "clear")
    target = f"self.{data}[{colon(world, f'self.{lo}', f'self.{hi}')}]"
    use = taken(world, array.dtype, filled=False)
    result, last = use.result, use.of(target)
    if method == "clear":
        update = written(world, array.dtype, slices=False).replace("{array}", f"self.{data}")
        result, last = "plain", f"{target.replace('[', '.at[', 1)}.{update}"
    shown = _class(world, kind, (data, lo, hi), method, last)
    ref = world.helper(kind, shown)
    called = f".{method}" if dice.chance(0.0) else _call_of(shown, method)
    world.parts.append(f"buffer:{result}")
    for _ in range(dice.randint(2, 3)):
        one = make.anything(world, 12)
        given = [one.lo, one.hi]
        if given == ["None", "None"]:
            given = []
        elif given[1] == "None":
            given = given[:1]
        if given[:1] == ["None"]:
            given = [f"{hi}={one.hi}"]
        text = f"{ref}({', '.join(['x', *given])}){called}"
        setup: list[str] = []
        if dice.chance(0.3):
            name = world.fresh("buf", "part", "cursor")
            setup = [f"{name} = {text.removesuffix(called)}"]
            if dice.chance(0.3) and "NamedTuple" not in shown and "frozen" not in shown:
                setup += [f"{name}.{lo} = {one.lo}"]
            text = f"{name}{called}"
        _reach(world, text, result, [one], setup, array.dtype)


def _class(world: World, kind: str, fields: tuple[str, str, str], method: str, last: str) -> str:
    """The text of a class with three fields and one method, property or call."""
    dice = world.dice
    data, lo, hi = fields
    head = dice.pick(
        f"def {method}(self):",
        f"def {method}(self):",
        f"@property\n    def {method}(self):",
        "def __call__(self):",
    )
    body = f"    {head}\n        return {last}"
    form = dice.randrange(4)
    if form == 0:
        return f"@dataclass\nclass {kind}:\n    {data}: jax.Array\n    {lo}: int = None\n    {hi}: int = None\n\n{body}"
    if form == 1:
        head = f"class {kind}(NamedTuple):\n    {data}: jax.Array\n"
        return f"{head}    {lo}: object = None\n    {hi}: object = None\n\n{body}"
    init = f"    def __init__(self, {data}, {lo}=None, {hi}=None):\n"
    init += dice.pick(
        f"        self.{data}, self.{lo}, self.{hi} = {data}, {lo}, {hi}",
        f"        self.{data} = {data}\n        self.{lo} = {lo}\n        self.{hi} = {hi}",
        f"        self.__dict__.update({data}={data}, {lo}={lo}, {hi}={hi})",
        f'        for name, value in (("{data}", {data}), ("{lo}", {lo}), ("{hi}", {hi})):\n'
        "            setattr(self, name, value)",
    )
    return f"class {kind}:\n{init}\n\n{body}"


def _call_of(text: str, method: str) -> str:
    if "@property" in text:
        return f".{method}"
    return "()" if "def __call__" in text else f".{method}()"


def sized(world: World) -> None:
    """A class whose window has the size that an instance, a subclass or the class says."""
    dice = world.dice
    kind = world.fresh("Windowed", "Chunker", "Lookback", "Crop")
    size = dice.pick("size", "width", "length")
    array = world.array(dice.pick("float", "int"))
    use = taken(world, array.dtype)
    target = f"x[i:i + self.{size}]"
    base = dice.randint(1, 3)
    other = dice.randint(1, 4)
    form = dice.randrange(4)
    method = f"    def read(self, x, i):\n        return {use.of(target)}"
    if form == 0:
        text = f"class {kind}:\n    {size} = {base}\n\n{method}"
        text += f"\n\n\nclass Wide{kind}({kind}):\n    {size} = {other}"
        made = [f"{kind}()", f"Wide{kind}()"]
    elif form == 1:
        text = f"class {kind}:\n    def __init__(self, {size}={base}):\n        self.{size} = {size}\n\n{method}"
        made = [f"{kind}()", f"{kind}({other})", f"{kind}({size}={other})"]
    elif form == 2:
        text = f"@dataclass(frozen=True)\nclass {kind}:\n    {size}: int = {base}\n\n{method}"
        made = [f"{kind}()", f"{kind}({other})"]
    else:
        text = (
            f"class {kind}:\n    def __init__(self):\n        self.{size} = {base}\n\n{method}\n\n"
        )
        text += f"    def grow(self):\n        self.{size} = {other}\n        return self"
        made = [f"{kind}()", f"{kind}().grow()"]
    world.define(text)
    world.parts.append("sized")
    for instance in dice.mixed(made)[:2]:
        highest = 12 - max(base, other)
        one = Bounds("i", "i", "window", {"i": str(dice.randint(0, highest))}, (), 0, highest)
        if dice.chance(0.3):
            name = world.fresh("reader", "model", "crop")
            world.define(f"{name} = {instance}")
            instance = name
        _reach(world, f"{instance}.read(x, i)", use.result, [one], [], array.dtype)
        if dice.chance(0.3):
            world.show(f"{instance}.read({array.name}, {dice.randint(0, 9)})")


def class_body(world: World) -> None:
    """A class that is defined inside a function, whose body slices."""
    dice = world.dice
    one = make.traced(world, 12)
    use = scalar(world, filled=False)
    name = world.fresh("Local", "Holder", "Parts")
    part = world.fresh("part", "piece")
    sliced = f"x[{colon(world, one.lo, one.hi)}]"
    lines = dice.pick(
        [f"class {name}:\n    {part} = {use.of(sliced)}"],
        [
            f"class {name}:\n    lo, hi = {one.lo}, {one.hi}\n\n"
            f"    def get(self):\n        return {use.of('x[self.lo:self.hi]')}"
        ],
        [
            f"class {name}:\n    @staticmethod\n    def get(a):\n        return {use.of(sliced.replace('x', 'a', 1))}"
        ],
    )
    text = (
        f"{name}.{part}"
        if part in lines[0]
        else f"{name}().get()"
        if "self" in lines[0]
        else f"{name}.get(x)"
    )
    world.parts.append("class body")
    _reach(world, text, "scalar", [one], lines, "float")


def registry(world: World) -> None:
    """Methods that are found by their name, one after the other or by choice."""
    dice = world.dice
    kind = world.fresh("Stats", "Features", "Reducers")
    use, second = scalar(world, filled=False), scalar(world, filled=False)
    head, tail = dice.pick(
        ("x[:n]", "x[n:]"), ("x[n:n + 2]", "x[:n]"), ("x[n:n + 2]", "x[n - 1:n + 1]")
    )
    static = dice.chance(0.5)
    own = "" if static else "self, "
    mark = "    @staticmethod\n" if static else ""
    world.define(
        f"class {kind}:\n{mark}    def first({own}x, n):\n        return {use.of(head)}\n\n"
        f"{mark}    def second({own}x, n):\n        return {second.of(tail)}"
    )
    one = Bounds("n", "n", "ragged", {"n": str(dice.randint(1, 10))}, (), 1, 10)
    names = '("first", "second")'
    texts = [
        f"sum(getattr({kind}(), name)(x, n) for name in {names})",
        f'getattr({kind}(), "first")(x, n) + getattr({kind}(), "second")(x, 3)',
        f"jnp.stack([getattr({kind}(), name)(x, n) * 1.0 for name in {names}])",
        f"{kind}().first(x, n) - {kind}().second(x, 4)",
    ]
    world.parts.append("registry")
    text = dice.choice(texts)
    _reach(world, text, "plain" if "stack" in text else "scalar", [one], [], "float")
    if dice.chance(0.5):
        world.show(
            f"{kind}().{dice.pick('first', 'second')}({world.array('float').name}, {dice.randint(-3, 14)})"
        )


def stateful(world: World) -> None:
    """An object in a trace that is changed between two slices."""
    dice = world.dice
    kind = world.fresh("State", "Position", "Reader")
    use = scalar(world)
    size = dice.randint(1, 3)
    world.define(
        f"class {kind}:\n    def __init__(self, pos, size={size}):\n        self.pos, self.size = pos, size\n\n"
        f"    def next(self, x):\n        part = x[self.pos:self.pos + self.size]\n"
        f"        self.pos = self.pos + self.size\n        return {use.of('part')}"
    )
    state = world.fresh("state", "reader")
    lines = [f"{state} = {kind}(i)"]
    if dice.chance(0.5):
        lines = [f"{state} = {kind}(i, size={dice.randint(1, 3)})"]
    text = f"{state}.next(x) + {state}.next(x)"
    if dice.chance(0.4):
        lines += [f"first = {state}.next(x)", f"{state}.size = {dice.randint(1, 3)}"]
        text = f"first + {state}.next(x)"
    if dice.chance(0.3):
        lines[0] = f"{state} = {kind}({dice.randint(0, 5)})"
    one = Bounds("i", "i", "window", {"i": str(dice.randint(0, 5))}, (), 0, 5)
    world.parts.append("stateful")
    # As a "window" it does not come into branches: what they do to the object would leak out of their traces.
    _reach(world, text, "window", [one], lines, dice.pick("float", "int"))


def scene_in_class(world: World) -> None:
    """A model whose jitted method slices what its attributes say."""
    dice = world.dice
    kind = world.fresh("Model", "Agent", "Cache")
    size = dice.randint(1, 3)
    use = taken(world)
    one = renamed(make.traced(world, 12, filled=True), world)
    array = world.array("float")
    signature = "".join(f", {name}" for name in one.params)
    lo, hi = (end if end != "None" else "" for end in (one.lo, one.hi))
    decorator = dice.pick(
        "@partial(jax.jit, static_argnums=0)", "@partial(jax.jit, static_argnums=(0,))"
    )
    body = block([*one.setup, f"return {use.of(f'self.data[{lo}:{hi}]')}"], 2)
    world.define(
        f"class {kind}:\n    def __init__(self, data):\n        self.data = data\n        self.size = {size}\n\n"
        f"    {decorator}\n    def step(self{signature}):\n{body}\n\n"
        f"    def run(self, i):\n        return self.data[i:i + self.size]"
    )
    name = world.fresh("model", "agent")
    world.define(f"{name} = {kind}({array.name})")
    values = ", ".join(one.params.values())
    world.parts.append("model")
    world.show(f"{name}.step({values})")
    world.show(f"{name}.run({dice.randint(-4, 11)})")
    if dice.chance(0.4):
        world.show(f"jax.jit({name}.run)({dice.randint(0, 9)})")


def _reach(
    world: World, text: str, result: str, bounds: list[Bounds], lines: list[str], dtype: str
) -> None:
    made = way(text, world.array(dtype), result, *bounds)
    setup = [line for entry in (*made.setup, *lines) for line in entry.split("\n")]
    reach(world, Way(text, made.array, result, made.kind, tuple(setup), made.params, made.loops))


#: Over `x`, with a traced slice from `LO` to `HI`, and `U` for what is done with it.
_SCOPES = templates("scopes")


def nested_scopes(world: World) -> None:
    """Functions in functions, which take bounds from outside or as defaults."""
    one = make.traced(world, 12)
    use = scalar(world, filled=False)
    template = world.dice.choice(_SCOPES)

    def filled(text: str) -> str:
        text = re.sub(r"\bU\((\w+\[.*\])\)", lambda found: use.of(found[1]), text)
        return re.sub(r"\bLO\b", one.lo, re.sub(r"\bHI\b", one.hi, text))

    world.parts.append(f"scopes:{template.title}")
    expression = filled(template.expression)
    _reach(world, expression, "scalar", [one], [filled(template.statements)], "float")
