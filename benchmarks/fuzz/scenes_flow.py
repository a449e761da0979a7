"""Scenes in which control flow decides which slice reaches a subscript: loops, conditions, tables, exceptions."""

from fuzz import bounds as make
from fuzz.bounds import Bounds, renamed
from fuzz.consumers import colon, scalar, written
from fuzz.routes import reach
from fuzz.ways import Way, way
from fuzz.world import Array, World, indented


def several_indices(world: World) -> None:
    """One subscript, and a loop that brings several kinds of index to it."""
    dice = world.dice
    array = world.array(dice.pick("float", "float", "int", "bool"), rank=dice.pick(1, 1, 2))
    length = array.shape[0]
    bounds = [renamed(make.traced(world, length), world) for _ in range(dice.pick(0, 1, 1, 2))]
    entries = [f"slice({one.lo}, {one.hi})" for one in bounds]
    others = [
        "slice(None)",
        "slice(0, 2)",
        "slice(1, None)",
        "slice(-2, None)",
        "2",
        "0",
        "...",
        "None",
    ]
    others += [
        "jnp.array([0, 2])",
        "slice(None, 3)",
        "slice(9, 14)",
        "slice(None, None, 2)",
        "(0,)",
        "-1",
    ]
    entries += dice.some(others, 1 if bounds else 2, 2)
    if dice.chance(0.3):
        bounds.append(renamed(Bounds("s", "s", "window", {"s": str(dice.randint(0, 4))}), world))
        entries.append(bounds[-1].lo)
    if array.rank == 2 and dice.chance(0.5):
        entries = [
            dice.pick(f"({entry}, 0)", entry) if entry[0] != "(" else entry for entry in entries
        ]
    entries = dice.mixed(entries)
    q = world.fresh("q", "index", "where")
    add = f"jnp.sum(x[{q}])"
    if dice.chance(0.2):
        add = f"x.at[{q}].set({dice.pick('0', '1')}).sum()"
    elif dice.chance(0.2):
        add = f"(x[{q}] * 2).sum()"
    elif dice.chance(0.1):
        add = f"jnp.max(x[{q}], initial=0)"
    setup, text = _looped(world, q, entries, add)
    world.parts.append("several indices")
    _reach(world, text, array, "scalar", bounds, setup)


def _looped(world: World, variable: str, entries: list[str], add: str) -> tuple[list[str], str]:
    """A loop over entries that adds something up, as statements and the result."""
    dice = world.dice
    total = world.fresh("total", "acc", "result_")
    listed = dice.pick(f"({', '.join(entries)},)", f"[{', '.join(entries)}]")
    step = f"    {total} = {total} + {add}"
    form = dice.randrange(8)
    if form == 0:
        return [], f"sum({add} for {variable} in {listed})"
    if form == 1:
        return [], f"jnp.stack([{add} for {variable} in {listed}]).sum()"
    if form == 2:
        table = world.fresh("table", "windows", "choices")
        pairs = ", ".join(f'"{chr(97 + k)}": {entry}' for k, entry in enumerate(entries))
        head = dice.pick(
            f"for {variable} in {table}.values():", f"for _, {variable} in {table}.items():"
        )
        return [f"{table} = {{{pairs}}}", f"{total} = 0.0", head, step], total
    if form == 3:
        listing = world.fresh("entries", "indices", "todo")
        lines = [f"{listing} = []", *(f"{listing}.append({entry})" for entry in entries)]
        return [*lines, f"{total} = 0.0", f"for {variable} in {listing}:", step], total
    if form == 4:
        head = f"for weight, {variable} in zip((1.0, 2.0, 3.0, 4.0), {listed}):"
        return [f"{total} = 0.0", head, f"    {total} = {total} + weight * {add}"], total
    if form == 5:
        listing = world.fresh("entries", "indices", "todo")
        lines = [f"{listing} = [{', '.join(entries)}]", f"{total} = 0.0", f"while {listing}:"]
        return [*lines, f"    {variable} = {listing}.pop()", step], total
    head = f"for {variable} in {listed}:"
    if form == 6:
        head = f"for _, {variable} in enumerate({listed}):"
    return [f"{total} = 0.0", head, step], total


def several_pairs(world: World) -> None:
    """Pairs of a start and a stop that take turns at one subscript."""
    dice = world.dice
    array = world.array(dice.pick("float", "float", "int", "uint8"), rank=dice.pick(1, 1, 2))
    bounds = [
        renamed(make.anything(world, array.shape[0]), world) for _ in range(dice.randint(2, 3))
    ]
    use = scalar(world, array.dtype, filled=False)
    lo, hi = dice.pick(("s", "e"), ("lo", "hi"), ("start", "stop"))
    sliced = f"x[{colon(world, lo, hi)}]"
    add = use.of(sliced)
    if dice.chance(0.25):
        update = written(world, array.dtype, slices=False).replace("{array}", "x")
        add = f"x.at[{lo}:{hi}].{update}.sum()"
    entries = [f"({one.lo}, {one.hi})" for one in bounds]
    setup, text = _looped(world, f"({lo}, {hi})", entries, add)
    setup = [line.replace(f"({lo}, {hi}) = ", f"{lo}, {hi} = ") for line in setup]
    world.parts.append("several pairs")
    _reach(world, text, array, "scalar", bounds, setup)


def chosen_slice(world: World) -> None:
    """A condition that is known while JAX traces chooses a slice."""
    dice = world.dice
    array = world.array(dice.pick("float", "int"))
    first, second = (renamed(make.anything(world, 12), world) for _ in range(2))
    q = world.fresh("q", "chosen", "region")
    one, two = (
        f"slice({first.lo}, {first.hi})",
        dice.pick(f"slice({second.lo}, {second.hi})", "slice(None)", "0"),
    )
    flag = dice.pick("flag", "training", "low")
    forms = [
        [f"{q} = {one} if {flag} else {two}"],
        [f"if {flag}:\n    {q} = {one}\nelse:\n    {q} = {two}"],
        [f"{q} = {two}", f"if {flag}:\n    {q} = {one}"],
        [f"{q} = ({two}, {one})[{flag}]"],
        [f'{q} = {{"a": {one}, "b": {two}}}["a" if {flag} else "b"]'],
        [f"match {flag}:\n    case True:\n        {q} = {one}\n    case _:\n        {q} = {two}"],
    ]
    lines = dice.choice(forms)
    use = scalar(world, filled=False)
    last = use.of(f"x[{q}]") if dice.chance(0.3) else f"jnp.sum(x[{q}])"
    if dice.chance(0.25):
        last = f"x.at[{q}].set(0).sum()"
    params = {**first.params, **second.params}
    name = world.function()
    setup = [*first.setup, *second.setup]
    body = indented("\n".join([*setup, *lines, f"return {last}"]))
    default = dice.pick("=True", "=False", "")
    signature = "".join(f", {p}" for p in params)
    ref = world.helper(name, f"def {name}(x{signature}, {flag}{default}):\n{body}")
    world.parts.append("chosen slice")
    for value in dice.some(("True", "False"), 1 if dice.chance(0.3) else 2, 2):
        left_out = default == f"={value}" and dice.chance(0.7)
        argument = "" if left_out else f", {dice.pick(f'{flag}={value}', value)}"
        bare = [Bounds(b.lo, b.hi, b.kind, b.params) for b in (first, second)]
        reach(world, way(f"{ref}(x{signature}{argument})", array, "scalar", *bare))


def slice_table(world: World) -> None:
    """Slices in a dict or list, looked up by a key that is static."""
    dice = world.dice
    array = world.array(dice.pick("float", "int"))
    bounds = [renamed(make.anything(world, 12), world) for _ in range(dice.randint(2, 3))]
    table = world.fresh("windows", "regions", "table")
    keys = ["low", "high", "mid"][: len(bounds)]
    entries = [f'"{key}": slice({one.lo}, {one.hi})' for key, one in zip(keys, bounds, strict=True)]
    lines = [line for one in bounds for line in one.setup]
    if dice.chance(0.5):
        lines.append(f"{table} = {{{', '.join(entries)}}}")
    else:
        lines += [
            f"{table} = {{}}",
            *(f"{table}[{entry.replace(':', '] =', 1)}" for entry in entries),
        ]
    if dice.chance(0.2):
        lines.append(f'{table}["all"] = slice(None)')
        keys.append("all")
    picked = dice.pick(f"x[{table}[name]]", f"x[{table}.get(name, 0)]", f"x[{table}[name], ...]")
    use = scalar(world, filled=False)
    last = use.of(picked) if "jnp" not in use.text else f"jnp.sum({picked})"
    params = {name: value for one in bounds for name, value in one.params.items()}
    signature = "".join(f", {p}" for p in params)
    name = world.function()
    text = f"def {name}(x{signature}, name):\n" + indented("\n".join([*lines, f"return {last}"]))
    ref = world.helper(name, text)
    world.parts.append("slice table")
    bare = [Bounds(b.lo, b.hi, b.kind, b.params) for b in bounds]
    for key in dice.some(keys, 1, 3):
        reach(world, way(f'{ref}(x{signature}, "{key}")', array, "scalar", *bare))


def handled(world: World) -> None:
    """`try` and `contextlib.suppress` around a slice, which may or may not catch what JAX raises."""
    dice = world.dice
    array = world.array(dice.pick("float", "int"))
    one = make.anything(world, 12)
    part = world.fresh("part", "y", "piece")
    sliced = f"x[{colon(world, one.lo, one.hi)}]"
    caught = dice.pick(
        "KeyError", "ValueError", "IndexError", "(KeyError, IndexError)", "Exception", "LookupError"
    )
    forms = [
        [f"try:\n    {part} = {sliced}.sum()\nexcept {caught}:\n    {part} = x.sum()"],
        [f"try:\n    {part} = {sliced}.sum()\nfinally:\n    x = x + 1"],
        [
            f"{part} = 0",
            f"with contextlib.suppress({caught.strip('()')}):\n    {part} = {sliced}.sum()",
        ],
        [f"{part} = x.max()", f"with suppress({caught.strip('()')}):\n    {part} = {sliced}.sum()"],
        [
            f"try:\n    {part} = {sliced}\nexcept {caught} as error:\n    raise RuntimeError('no window') from error",
            f"{part} = {part}.sum()",
        ],
        [f"try:\n    missing = {{}}['k']\nexcept KeyError:\n    {part} = {sliced}.sum()"],
    ]
    world.parts.append("handled")
    _reach(world, part, array, "scalar", [one], dice.choice(forms))


def question_first(world: World) -> None:
    """Something that asks for the value of a tracer, so that a trace ends before the slice or never begins."""
    dice = world.dice
    array = world.array("float")
    count = str(dice.randint(1, 11))
    k = world.fresh("k", "size", "limit")
    question = dice.pick(
        f"{k} = min(x.shape[0], n)",
        f"{k} = max(n, 2)",
        f"{k} = int(n)",
        f"{k} = n if n > 3 else 3",
        f"{k} = n or 3",
        f"{k} = x.shape[0] if n is None else n",
        f"{k} = n\nassert {k} is not None",
        f"{k} = n\nif {k} < 0:\n    {k} = {k} + 12",
        f"{k} = jnp.minimum(n, 5)",
        f"{k} = list(range(n))[-1]",
    )
    sliced = dice.pick(f"x[:{k}]", f"x[{k}:]", f"x[{k}:{k} + 1]", f"x[-{k}:]")
    use = scalar(world, filled=False)
    one = Bounds("None", "n", "ragged", {"n": count})
    world.parts.append("question first")
    _reach(world, use.of(sliced), array, "scalar", [one], question.split("\n"))


def python_loop(world: World) -> None:
    """A Python loop that moves a window along: the bounds change from turn to turn."""
    dice = world.dice
    array = world.array(dice.pick("float", "int"))
    size, turns = dice.randint(1, 3), dice.randint(2, 3)
    start = dice.randint(0, 12 - size * turns)
    total, lo = world.fresh("total", "acc"), world.fresh("lo", "left", "at")
    lines: list[str] = []
    k = world.number(size, lines)
    use = scalar(world)
    add = f"{total} = {total} + "
    forms = [
        [
            f"{lo} = i",
            f"for _ in range({turns}):",
            f"    {add}{use.of(f'x[{lo}:{lo} + {k}]')}",
            f"    {lo} = {lo} + {k}",
        ],
        [
            f"{lo} = i",
            f"for _ in range({turns}):",
            f"    {add}{use.of(f'x[{lo}:{lo} + {k}]')}",
            f"    {lo} += {k}",
        ],
        [
            f"for turn in range({turns}):",
            f"    {add}{use.of(f'x[i + turn * {k}:i + (turn + 1) * {k}]')}",
        ],
        [
            f"for turn in range({turns}):",
            f"    {add}{use.of(f'x[turn * {k}:(turn + 1) * {k}]')} * i",
        ],
        [f"for step in ({size}, 1):", f"    {add}{use.of('x[i:i + step]')}"],
        [
            f"for step in (1, {size}):",
            f"    {lo} = i + step - 1",
            f"    {add}{use.of(f'x[{lo}:{lo} + {k}]')}",
        ],
        [
            f"{lo}, turn = i, 0",
            f"while turn < {turns}:",
            f"    {add}{use.of(f'x[{lo}:{lo} + {k}]')}",
            f"    {lo}, turn = {lo} + 1, turn + 1",
        ],
        [
            "edges = [0, 2, 5, 9]",
            "for a, b in zip(edges[:-1], edges[1:]):",
            f"    {add}{use.of('x[a:b]')} * i",
        ],
        [
            f"edges = [i, i + {k}, i + {k} + 1]",
            "for a, b in zip(edges[:-1], edges[1:]):",
            f"    {add}{use.of('x[a:b]')}",
        ],
        [f"for a, b in ((i, i + {k}), (i + 1, i + 1 + {k})):", f"    {add}{use.of('x[a:b]')}"],
        [
            f"hi = i + {k}",
            f"for _ in range({turns}):",
            f"    {add}{use.of('x[i:hi]')}",
            f"    i = i + {k}",
            f"    hi = i + {k}",
        ],
    ]
    one = Bounds("i", "i", "window", {"i": str(start)})
    lines += [f"{total} = 0.0", *dice.choice(forms)]
    if size * turns > 11 or use.filled:
        lines = [line.replace("+ 1", "+ 0") if "edges" in line else line for line in lines]
    world.parts.append("python loop")
    _reach(world, total, array, "scalar", [one], lines)


def _reach(
    world: World, text: str, array: Array, result: str, bounds: list[Bounds], lines: list[str]
) -> None:
    """Reach what some statements and an expression compute, once or twice."""
    made = way(text, array, result, *bounds)
    setup = [line for entry in (*made.setup, *lines) for line in entry.split("\n")]
    made = Way(text, array, result, made.kind, tuple(setup), made.params, made.loops)
    for _ in range(world.dice.pick(1, 1, 2)):
        reach(world, made)
