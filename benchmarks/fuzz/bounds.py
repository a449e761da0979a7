"""Bounds of slices as programs compute them, with values that lie within the array where the size is static."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from fuzz.dice import Dice
from fuzz.world import World


@dataclass(frozen=True, slots=True)
class Bounds:
    """A start and a stop as expressions over parameters.

    `setup`: lines that run before. `params`: the parameters, each with the text of a value. `kind`: "window" (its size
    is static), "ragged" (it is not) or "static". `lowest`, `highest`: where the only parameter, if there is one and it
    is a plain integer, keeps the slice in bounds. `size`: of a window.
    """

    lo: str
    hi: str
    kind: str
    params: Mapping[str, str] = field(default_factory=dict)
    setup: tuple[str, ...] = ()
    lowest: int = 0
    highest: int = -1
    size: int = 0

    @property
    def loops(self) -> bool:
        """Whether the parameter may be what a loop counts."""
        return len(self.params) == 1 and self.lowest <= self.highest

    @property
    def param(self) -> str:
        """The only parameter."""
        return next(iter(self.params))


def window(world: World, length: int, *, size: int = 0, negative: bool = True) -> Bounds:
    """A traced slice of static size within an axis."""
    dice = world.dice
    size = size or dice.randint(1, 4)
    setup: list[str] = []
    k = world.number(size, setup)
    plus = dice.pick(f"{{}} + {k}", f"{{}} + {k}", f"{k} + {{}}")
    form = dice.randrange(13)
    low, high = 0, length - size
    if negative and dice.chance(0.15):
        low, high = -length, -size - 1
    i = dice.pick("i", "start", "pos", "t")
    value = dice.randint(low, high)
    params = {i: _integer(dice, value)}
    lo, hi = i, plus.format(i)
    if form == 0:
        end = world.fresh("end", "stop", "hi")
        setup.append(f"{end} = {hi}")
        hi = end
    elif form == 1:
        shift = dice.randint(1, 3)
        lo, hi = (
            f"{i} - {shift}",
            f"{i} + {size - shift}" if size >= shift else f"{i} - {shift - size}",
        )
        low, high = low + shift, high + shift
        params = {i: _integer(dice, value + shift)}
    elif form == 2 and low == 0:
        lo, hi = f"{i} * {k}", f"({i} + 1) * {k}"
        high = length // size - 1
        params = {i: _integer(dice, dice.randint(0, high))}
    elif form == 3 and low == 0:
        begin = world.fresh("begin", "first", "left")
        setup.append(f"{begin} = jnp.clip({i}, 0, {length - size})")
        lo, hi = begin, plus.format(begin)
        low, high = -3, length + 3
        params = {i: _integer(dice, dice.randint(low, high))}
    elif form == 4 and low == 0:
        j = "j"
        first = dice.randint(0, value)
        lo, hi = f"{i} + {j}", f"{i} + {j} + {k}"
        params = {i: _integer(dice, first), j: _integer(dice, value - first)}
    elif form == 5:
        low, high = 0, -1
        params = {"idx": f"jnp.array([{value}, 1])"}
        lo, hi = "idx[0]", plus.format("idx[0]")
    elif form == 6:
        low, high = 0, -1
        params = {"pair": f"({value}, 2)"}
        setup.insert(0, f"{i}, _ = pair")
    elif form == 7:
        low, high = 0, -1
        params = {"state": f'{{"pos": {value}}}'}
        lo, hi = 'state["pos"]', plus.format('state["pos"]')
    elif form == 8 and low == 0:
        begin = world.fresh("begin", "offset")
        setup.append(f"{begin} = {i} % {length - size + 1}")
        lo, hi = begin, plus.format(begin)
        low, high = 0, 30
        params = {i: _integer(dice, dice.randint(low, high))}
    elif form == 9 and low == 0:
        lo, hi = f"{length - size} - {i}", f"{length} - {i}"
    return Bounds(lo, hi, "window", params, tuple(setup), low, high, size)


def ragged(world: World, length: int, *, filled: bool = False) -> Bounds:
    """A slice of traced size; with `filled` its values leave something in it."""
    dice = world.dice
    n = dice.pick("n", "count", "valid", "used")
    value = dice.randint(1, length - 1) if filled else dice.randint(-length - 2, length + 3)
    low, high = (1, length - 1) if filled else (-4, length + 2)
    params = {n: _integer(dice, value, signed=True)}
    form = dice.randrange(14)
    lo, hi = "None", n
    if form in (0, 1):
        lo, hi = n, "None"
    elif form in (2, 3):
        lo, hi = f"-{n}", "None"
    elif form == 4:
        lo, hi = "None", f"-{n}"
    elif form == 5:
        lo, hi = "0", n
    elif form == 6 and not filled:
        lo, hi = str(dice.randint(-4, 4)), n
    elif form == 7 and not filled:
        lo, hi = n, str(dice.randint(-3, length + 2))
    elif form == 8:
        first = dice.randint(0, length - 2)
        params = {"i": _integer(dice, first), n: _integer(dice, dice.randint(1, length - first))}
        lo, hi = "i", f"i + {n}"
    elif form == 9:
        first = dice.randint(0, length - 2)
        last = dice.randint(first + 1, length + 1) if filled else dice.randint(-length, length + 2)
        params = {"i": _integer(dice, first), "j": _integer(dice, last)}
        lo, hi = "i", "j"
    elif form == 10:
        lo, hi = "None", f"{n} + 1"
    elif form == 11:
        lo, hi = n, str(length)
    return Bounds(lo, hi, "ragged", params, (), low, high)


def static(world: World, length: int, *, filled: bool = False) -> Bounds:
    """Bounds that are known while JAX traces; also beyond the end, where NumPy cuts the slice off."""
    dice = world.dice
    first, last = sorted(dice.sample(range(length + 1), 2))
    pairs = [
        (str(first), str(last)),
        ("0", str(dice.randint(1, length))),
        ("None", "None"),
        (str(dice.randint(0, length - 1)), "None"),
        ("None", str(dice.randint(1, length + 3))),
        (f"-{dice.randint(1, length)}", "None"),
        ("None", f"-{dice.randint(1, length - 1)}"),
        (str(length - 2), str(length + 2)),
        (f"np.int32({first})", f"np.int32({last})"),
        (str(first), world.number(last)),
    ]
    if not filled:
        pairs += [(str(last), str(first)), (str(length + 1), "None"), ("-3", "2")]
    return Bounds(*dice.choice(pairs), "static")


def traced(world: World, length: int, *, filled: bool = False) -> Bounds:
    """Either kind of traced slice."""
    if world.dice.chance(0.6):
        return window(world, length)
    return ragged(world, length, filled=filled)


def anything(world: World, length: int, *, filled: bool = False) -> Bounds:
    """Traced or not."""
    if world.dice.chance(0.35):
        return static(world, length, filled=filled)
    return traced(world, length, filled=filled)


def renamed(bounds: Bounds, world: World) -> Bounds:
    """The same with parameters of fresh names, so that several stand in one function."""
    names = {old: world.fresh(f"{old}_a", f"{old}_b", f"first_{old}") for old in bounds.params}

    def new(text: str) -> str:
        return re.sub(r"\b[A-Za-z_]\w*\b", lambda word: names.get(word[0], word[0]), text)

    return Bounds(
        new(bounds.lo),
        new(bounds.hi),
        bounds.kind,
        {names[old]: value for old, value in bounds.params.items()},
        tuple(map(new, bounds.setup)),
        bounds.lowest,
        bounds.highest,
        bounds.size,
    )


def _integer(dice: Dice, value: int, *, signed: bool = False) -> str:
    """An integer as callers pass it: mostly a Python number, at times one of NumPy or JAX, of any width.

    A `signed` one may be negated: of 32 bits without a sign it would be no bound of any array.
    """
    if dice.chance(0.75):
        return str(value)
    narrow = [f"jnp.int8({value})", f"np.int8({value})", f"jnp.int16({value})"]
    if value >= 0:
        narrow += [f"jnp.uint8({value})", f"np.uint8({value})"]
        narrow += [] if signed else [f"jnp.uint32({value})"]
    return dice.pick(f"jnp.array({value})", f"np.int32({value})", *narrow)
