"""Functions with one slice and several callers: the heart of the matter, as a rewrite must be right for all of them."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from fuzz import bounds as make
from fuzz.bounds import Bounds
from fuzz.consumers import colon, scalar, subscript, taken, written
from fuzz.disguises import disguised
from fuzz.obscure import hidden, obscurely
from fuzz.routes import reach
from fuzz.ways import Way, call, way
from fuzz.world import Array, World


@dataclass(frozen=True, slots=True)
class Helper:
    """A function that slices its first argument. `takes`: "pair" (start, stop), "start", "count" or "index".

    `defaults`: parameters with the text of their default, "" for none. `length`: of the axis that is sliced. `size`: of
    the window that is taken at a start. `filled`: an empty slice is an error. `only_jax`: it uses `.at`, which NumPy
    arrays lack. `any_rank`: the same index fits vectors and matrices. `named`: bounds are passed by keyword only.
    """

    ref: str
    takes: str
    defaults: tuple[tuple[str, str], ...]
    dtype: str
    rank: int
    length: int
    result: str
    size: int = 0
    filled: bool = False
    only_jax: bool = False
    any_rank: bool = False
    named: bool = False


def scene(world: World) -> None:
    """A helper, and everybody who calls it."""
    dice = world.dice
    makers: list[Callable[[World], Helper]] = [_pair, _pair, _pair, _start, _count, _count, _index]
    helper = dice.choice(makers)(world)
    world.parts.append(f"helper:{helper.takes}:{helper.result}")
    if world.is_shared(helper.ref) and dice.chance(0.5):
        _beside_it(world, helper)
    if helper.takes == "pair" and dice.chance(0.3):
        helper = _chained(world, helper)
    helper = replace(helper, ref=disguised(world, helper.ref))
    for _ in range(dice.randint(2, 4)):
        if dice.chance(0.25) and not helper.named:
            _hidden(world, helper)
        else:
            reach(world, _way(world, helper))
        if dice.chance(0.2):
            helper = replace(helper, ref=disguised(world, helper.ref))


def _chained(world: World, helper: Helper) -> Helper:
    """A function between the helper and its callers, which passes on what it is given, or what it makes of it."""
    dice = world.dice
    name = world.function()
    (lo, first), (hi, second) = helper.defaults
    ref, given = helper.ref, f"x, {lo}, {hi}"
    signature = ", ".join(f"{p}={d}" if d else p for p, d in helper.defaults)
    forms = [
        f"def {name}({given}):\n    return {ref}({given})",
        f"def {name}(x, {signature}):\n    return {ref}(x, {lo}, {hi})",
        f"def {name}(x, {lo}=None, {hi}=None):\n    return {ref}(x, {lo}, {hi})",
        f"def {name}(x, *bounds):\n    return {ref}(x, *bounds)",
        f"def {name}(x, **bounds):\n    return {ref}(x, **bounds)",
        f"def {name}(x, {lo}, {hi}=None):\n    bounds = ({lo}, {hi})\n    return {ref}(x, *bounds)",
        f"def {name}(x, {lo}=None, {hi}=None):\n"
        f"    options = dict({lo}={lo}, {hi}={hi})\n    return {ref}(x, **options)",
        f"def {name}(x, {lo}=None, {hi}=None):\n    if {lo} is None and {hi} is None:\n"
        f"        return {ref}(x, 0, 4)\n    return {ref}(x, {lo}, {hi})",
        f"def {name}(x, {lo}, {hi}=None):\n    if {hi} is None:\n        {hi} = x.shape[0]\n"
        f"    return {ref}(x, {lo}, {hi})",
        f"def {name}(x, {lo}=None, {hi}=None):\n    return [{ref}(x, {lo}, {hi}), {ref}(x, 1, 3)][0]",
        f"def {name}(x, {lo}=None, {hi}=None):\n    cut = partial({ref}, x, {lo})\n    return cut({hi})",
        f"def {name}(x, {lo}=None, {hi}=None):\n    return jax.jit({ref})(x, {lo}, {hi})",
    ]
    text = dice.choice(forms)
    world.define(text)
    defaults: tuple[tuple[str, str], ...] = ((lo, "None"), (hi, "None"))
    if "=None, " not in text:
        defaults = ((lo, ""), (hi, "None" if f"{hi}=None" in text else ""))
    if signature in text:
        defaults = ((lo, first), (hi, second))
    if "*bounds" in text:
        defaults = helper.defaults if "**" in text else ((lo, ""), (hi, ""))
    return replace(helper, ref=name, defaults=defaults, named="**bounds" in text)


def _beside_it(world: World, helper: Helper) -> None:
    """Callers that stand in the library, beside the helper."""
    own = replace(helper, ref=helper.ref.rpartition(".")[2])
    made = _way(world, own)
    if made.array.kind == "jax":
        name = world.function()
        body = "\n".join(f"    {line}" for line in (*made.setup, f"return {made.text}"))
        decorator = "@jax.jit\n" if made.params else ""
        ref = world.helper(name, f"{decorator}def {name}(x{made.signature}):\n{body}", shared=True)
        world.show(f"{ref}({made.array.name}{made.arguments})")
    if world.dice.chance(0.4) and helper.takes != "index":
        one = make.static(world, helper.length, filled=helper.filled)
        given = ", ".join(text for _, text, _ in _given(world, own, one))
        shape = "" if helper.rank == 1 else ".reshape(6, 5)"
        name = world.fresh("FIRST", "BASE", "START")
        numbers = f"jnp.arange({12 if helper.rank == 1 else 30}){shape}"
        ref = world.helper(name, f"{name} = {own.ref}({numbers}, {given})", shared=True)
        world.show(ref)


def _array(world: World, helper: Helper, kind: str) -> Array:
    """What a caller slices: mostly JAX's, in host code also NumPy's or, if nothing else is done with it, a tuple."""
    dice = world.dice
    rank = 2 if helper.any_rank and dice.chance(0.15) else helper.rank
    dtype = dice.pick("float", "int") if dice.chance(0.15) else helper.dtype
    if kind == "static" and not helper.only_jax and dice.chance(0.25):
        if helper.result == "plain" and rank == 1 and dice.chance(0.5):
            return world.array("float", dice.pick("tuple", "list"))
        return world.array(dtype, "numpy", rank)
    return world.array(dtype, "jax", rank)


def _hidden(world: World, helper: Helper) -> None:
    """A call on the host that is hard to see."""
    one = make.static(world, helper.length, filled=helper.filled)
    array = world.array(helper.dtype, "jax", helper.rank)
    if helper.takes == "index":
        arguments = [f"slice({one.lo}, {one.hi})"]
    else:
        arguments = [text for _, text, _ in _given(world, helper, one)]
    hidden(world, helper.ref, array.name, arguments)


def _way(world: World, helper: Helper) -> Way:
    dice = world.dice
    length = 6 if helper.any_rank else helper.length
    one = make.anything(world, length, filled=helper.filled)
    if helper.takes == "start" and one.kind != "static":
        one = make.window(world, length, size=helper.size)
    array = _array(world, helper, one.kind)
    if helper.takes == "index":
        return _indexed(world, helper, array, one)
    named = _given(world, helper, one)
    text = call(world, helper.ref, ["x"], named, by_name=helper.named)
    if dice.chance(0.15) and not helper.named:
        text = obscurely(world, helper.ref, ["x", *(given for _, given, _ in named)])
    result = "plain" if helper.result == "array" else helper.result
    if result == "plain" and one.kind == "static" and not helper.only_jax and dice.chance(0.15):
        # Inside a function that is traced, also things that are none of JAX's arrays.
        sequence = dice.pick("(1, 2, 3, 4, 5)", "[1, 2, 3]", "x.shape * 3")
        other = call(world, helper.ref, [sequence], named, by_name=helper.named)
        numbers = world.array(helper.dtype if helper.dtype != "bool" else "int")
        return way(f"x * len({other})", numbers, "plain", one)
    made = way(text, array, result, one)
    if helper.takes == "count" and one.kind == "window":
        made = replace(made, kind="ragged")
    return made


def _given(world: World, helper: Helper, one: Bounds) -> list[tuple[str, str, str]]:
    """What to pass for the bounds: parameters, texts and defaults."""
    dice = world.dice
    names = [name for name, _ in helper.defaults]
    default = dict(helper.defaults)
    if helper.takes == "pair":
        given = dict(zip(names, (one.lo, one.hi), strict=True))
    elif helper.takes == "start":
        start = one.lo if one.kind != "static" else str(dice.randint(0, helper.length - 1))
        given = {names[0]: start}
        if len(names) > 1:
            given[names[1]] = dice.pick(default[names[1]], str(dice.randint(1, 4)))
            if one.kind != "static":
                given[names[1]] = dice.pick(default[names[1]], str(helper.size))
    else:
        given = {names[0]: dice.pick(one.hi, one.lo) if one.kind == "static" else _count_of(one)}
        if given[names[0]] == "None" and default[names[0]] != "None":
            given[names[0]] = "3"
    return [(name, text, default[name]) for name, text in given.items()]


def _count_of(one: Bounds) -> str:
    """An end that holds a parameter."""
    return one.hi if any(name in one.hi for name in one.params) or one.lo == "None" else one.lo


def _indexed(world: World, helper: Helper, array: Array, one: Bounds) -> Way:
    """A caller that builds the index: a slice, a tuple with one, or something else altogether."""
    dice = world.dice
    sliced = f"slice({one.lo}, {one.hi})"
    if one.lo == "None" and dice.chance(0.5):
        sliced = f"slice({one.hi})"
    if one.kind == "static":
        sliced = dice.pick(sliced, sliced, "slice(None)", "2", "...", "-1", "(0,)")
    if helper.rank == 2 and dice.chance(0.4):
        sliced = dice.pick(f"({sliced}, 0)", f"({sliced}, slice(1, 3))", f"({sliced}, ...)")
    if array.kind in ("tuple", "list") and not sliced.startswith("slice"):
        sliced = "slice(1, 4)"
    elif array.rank == 1 and sliced == "2" and helper.filled:
        sliced = "slice(2, 3)"
    return way(f"{helper.ref}(x, {sliced})", array, helper.result, one)


def _parameters(
    world: World, names: tuple[str, ...], *, optional: bool
) -> tuple[tuple[str, str], ...]:
    """Parameters with their defaults: none, some at the end, or all."""
    if not optional:
        return tuple((name, "") for name in names)
    first = world.dice.randint(0, len(names))
    return tuple((name, "None" if k >= first else "") for k, name in enumerate(names))


def _pair(world: World) -> Helper:
    dice = world.dice
    names = dice.pick(("lo", "hi"), ("start", "stop"), ("begin", "end"), ("s", "e"), ("a", "b"))
    defaults = _parameters(world, names, optional=dice.chance(0.5))
    dtype, rank, axis = _what(world)
    length = 12 if rank == 1 else (6, 5)[axis]
    lines: list[str] = []
    lo, hi = names
    if dice.chance(0.1):
        lines.append(f"{hi} = x.shape[{axis}] if {hi} is None else {hi}")
    elif dice.chance(0.1):
        lines.append(f"if {lo} is None:\n    {lo} = 0")
    if dice.chance(0.12):
        q = world.fresh("q", "where", "window_")
        lines.append(f"{q} = slice({lo}, {hi})")
        element = q
    else:
        step = dice.pick("1", "2") if dice.chance(0.06) else ""
        element = colon(world, lo, hi, step)
    index = _axes(world, element, rank, axis)
    return _defined(world, "pair", defaults, lines, index, dtype, rank, length)


def _start(world: World) -> Helper:
    dice = world.dice
    dtype, rank, axis = _what(world)
    length = 12 if rank == 1 else (6, 5)[axis]
    size = dice.randint(1, 4)
    start = dice.pick("start", "i", "offset", "lo", "t")
    lines: list[str] = []
    defaults: tuple[tuple[str, str], ...] = ((start, ""),)
    style = dice.randrange(3)
    if style == 0:
        defaults = ((start, ""), ("size", str(size)))
        element = colon(world, start, f"{start} + size")
    elif style == 1:
        k = world.number(size, lines)
        element = colon(world, start, f"{start} + {k}")
    else:
        k = world.number(size, lines)
        stop = world.fresh("stop", "end")
        lines.append(f"{stop} = {start} + {k}")
        element = colon(world, start, stop)
    index = _axes(world, element, rank, axis)
    return _defined(world, "start", defaults, lines, index, dtype, rank, length, size)


def _count(world: World) -> Helper:
    dice = world.dice
    dtype, rank, axis = _what(world)
    length = 12 if rank == 1 else (6, 5)[axis]
    n = dice.pick("n", "count", "k", "length", "upto")
    default = dice.pick("", "None", "None", "3")
    element = dice.pick(
        colon(world, "None", n),
        colon(world, "None", n),
        colon(world, n, "None"),
        colon(world, "0", n),
    )
    lines: list[str] = []
    if default != "None" and dice.chance(0.4):
        element = dice.pick(colon(world, f"-{n}", "None"), colon(world, "None", f"-{n}"))
    elif dice.chance(0.15):
        lines.append(f"if {n} is None:\n    {n} = {length}")
    index = _axes(world, element, rank, axis)
    return _defined(world, "count", ((n, default),), lines, index, dtype, rank, length)


def _index(world: World) -> Helper:
    dtype, rank, _ = _what(world)
    q = world.dice.pick("q", "index", "where", "idx", "key")
    lines: list[str] = []
    element = q
    if world.dice.chance(0.15):
        element = f"{q}, ..." if world.dice.chance(0.5) else f"({q})"
    return _defined(
        world, "index", ((q, ""),), lines, [element], dtype, rank, 12 if rank == 1 else 6
    )


def _what(world: World) -> tuple[str, int, int]:
    """dtype and rank of what is sliced, and the axis."""
    dice = world.dice
    dtype = dice.pick("float", "float", "float", "int", "uint8", "bool")
    rank = dice.pick(1, 1, 1, 2)
    return dtype, rank, dice.randrange(rank)


def _axes(world: World, element: str, rank: int, axis: int) -> list[str]:
    """The whole index: other axes are taken whole, at a number, in another way, and new ones may come in."""
    dice = world.dice
    if rank == 1:
        return dice.pick(
            [element],
            [element],
            [element],
            [element],
            [element, "..."],
            ["...", element],
            [element, "None"],
        )
    other = dice.pick(":", ":", "0", "-1", "1:3", "::2", "jnp.array([0, 2])", "::-1")
    if axis == 0:
        return dice.pick(
            [element],
            [element],
            [element, other],
            [element, other],
            [element, "..."],
            [element, "None", other],
        )
    return dice.pick([other, element], [other, element], ["...", element], [":", element, "None"])


def _defined(
    world: World,
    takes: str,
    defaults: tuple[tuple[str, str], ...],
    lines: list[str],
    index: list[str],
    dtype: str,
    rank: int,
    length: int,
    size: int = 0,
) -> Helper:
    """The function, which reads or writes."""
    dice = world.dice
    name = world.function()
    result, filled = "plain", False
    if dice.chance(0.3) and takes != "index":
        update = written(world, dtype)
        target = subscript(world, "x.at", *index)
        method = update.replace("{array}", "x").replace("{}", f"x[{', '.join(index)}]")
        last, result = f"{target}.{method}", "array"
        if dice.chance(0.3):
            last, result = f"({last}).sum()", "scalar"
    elif dice.chance(0.06):
        last = f"{subscript(world, 'x.at', *index)}.get()"
    else:
        use = taken(world, dtype)
        if takes == "index":
            use = (
                scalar(world, dtype, filled=False)
                if dice.chance(0.6)
                else replace(use, text="{}", result="plain", filled=False)
            )
            use = replace(use, text="jnp.sum({})") if use.result == "scalar" else use
        result, filled = use.result, use.filled
        sliced = subscript(world, "x", *index)
        if dice.chance(0.25):
            local = world.fresh("piece", "values", "chosen", "cut")
            lines.append(f"{local} = {sliced}")
            sliced = local
        last = use.of(sliced)
    parameters = ", ".join(f"{p}={d}" if d else p for p, d in defaults)
    body = [line for text in lines for line in text.split("\n")] + [f"return {last}"]
    text = f"def {name}(x, {parameters}):\n" + "\n".join(f"    {line}" for line in body)
    ref = world.helper(name, text)
    only_jax = ".at[" in text
    any_rank = rank == 1 and takes != "index" and index in ([index[0]], [index[0], "..."])
    any_rank = any_rank and index[0] != "..." and dice.chance(0.3)
    return Helper(
        ref, takes, defaults, dtype, rank, length, result, size, filled, only_jax, any_rank
    )
