"""Bounds that come out of a few random assignments, with what a careful reader would know of them."""

from collections.abc import Mapping
from dataclasses import dataclass

from fuzz.consumers import scalar, taken
from fuzz.routes import reach
from fuzz.ways import Way
from fuzz.world import World

_LENGTH = 12


@dataclass(frozen=True, slots=True)
class _Number:
    """A number of the program: its value with the inputs at hand, and in `parts` how often each traced input, or other
    number that only a run tells, counts in it."""

    value: int
    parts: Mapping[str, int]

    def plus(self, other: "_Number", sign: int = 1) -> "_Number":
        """The sum, or the difference."""
        parts = dict(self.parts)
        for name, times in other.parts.items():
            parts[name] = parts.get(name, 0) + sign * times
        left = {name: times for name, times in parts.items() if times}
        return _Number(self.value + sign * other.value, left)

    def times(self, factor: int) -> "_Number":
        """A multiple."""
        return _Number(
            self.value * factor, {k: v * factor for k, v in self.parts.items() if factor}
        )


def arithmetic(world: World) -> None:
    """Assignments in a random order, then a slice between two of the names."""
    for _ in range(60):
        made = _attempt(world)
        if made:
            world.parts.append(f"arithmetic:{made.kind}")
            reach(world, made)
            if world.dice.chance(0.4):
                reach(world, made)
            return


def _attempt(world: World) -> Way | None:
    dice = world.dice
    inputs = {name: dice.randint(0, 8) for name in dice.pick(("i",), ("i", "j"))}
    known = {name: _Number(value, {name: 1}) for name, value in inputs.items()}
    lines: list[str] = []
    for number in range(dice.randint(2, 6)):
        lines += _statement(world, known, number)
    names = [*known]
    lo, hi = dice.choice(names), dice.choice(names)
    start, stop = known[lo], known[hi]
    spelled = [lo, hi]
    if dice.chance(0.3):
        shift = dice.randint(1, 4)
        spelled[1], stop = f"{hi} + {shift}", stop.plus(_Number(shift, {}))
    size = stop.plus(start, -1)
    if not start.parts or size.value < 1:
        return None
    is_window = not size.parts
    if not (start.value >= 0 and stop.value <= _LENGTH) and is_window:
        return None
    array = world.array(dice.pick("float", "int", "float"))
    use = taken(world, array.dtype) if is_window else scalar(world, array.dtype)
    if use.filled and not (0 <= start.value < _LENGTH and start.value < stop.value):
        return None
    kind = "window" if is_window else "ragged"
    text = use.of(f"x[{spelled[0]}:{spelled[1]}]")
    params = {name: str(value) for name, value in inputs.items()}
    return Way(text, array, use.result, kind, tuple(lines), params)


def _statement(world: World, known: dict[str, _Number], number: int) -> list[str]:
    """One more assignment; `known` says afterwards what its names are."""
    dice = world.dice
    names = [*known]
    a, b = dice.choice(names), dice.choice(names)
    c = dice.randint(1, 4)
    constant = _Number(c, {})
    new = dice.pick(
        a,
        *(world.fresh("start", "stop", "lo", "hi", "left", "right", "at", "end") for _ in range(2)),
    )
    form = dice.randrange(17)
    if form < 4:
        text, known[new] = f"{a} + {c}", known[a].plus(constant)
        return [f"{new} = {text}"]
    if form == 4:
        known[a] = known[a].plus(constant)
        return [f"{a} += {c}"]
    if form == 5:
        known[a] = known[a].plus(constant, -1)
        return [f"{a} -= {c}"]
    if form == 6:
        known[new] = known[a].plus(known[b])
        return [f"{new} = {a} + {b}"]
    if form == 7:
        known[new] = known[a].plus(known[b], -1)
        return [f"{new} = {a} - {b}"]
    if form == 8 and a != b:
        known[a], known[b] = known[b], known[a]
        return [f"{a}, {b} = {b}, {a}"]
    if form == 9:
        known[new] = known[a].times(2)
        return [f"{new} = {a} * 2"]
    if form == 10:
        known[new] = constant
        return [f"{new} = {c}"]
    if form == 11:
        part = f"max{number}"
        known[new] = _Number(max(known[a].value, c), {part: 1} if known[a].parts else {})
        return [f"{new} = jnp.maximum({a}, {c})"] if known[a].parts else [f"{new} = max({a}, {c})"]
    if form == 12:
        known[new] = _Number(_LENGTH // c, {})
        return [f"{new} = x.shape[0] // {c}"]
    if form == 13 and not known[a].parts:
        size = known[a]
        known[new] = known[b].plus(size)
        return [f"{new} = {b} + {a}"]
    if form == 14:
        other = world.fresh("first", "second", "third")
        known[new], known[other] = known[a].plus(constant), known[b]
        return [f"{new}, {other} = {a} + {c}, {b}"] if new != other else []
    if form == 15:
        turns = dice.randint(1, 3)
        known[a] = known[a].plus(_Number(c * turns, {}))
        return [f"for _ in range({turns}):", f"    {a} = {a} + {c}"]
    if form == 16:
        test, holds = dice.pick(
            ("x.ndim == 1", True), ("x.shape[0] > 20", False), ("len(x) > 3", True)
        )
        before = known[a]
        known[a] = before.plus(constant) if holds else before
        return [f"if {test}:", f"    {a} = {a} + {c}"]
    return []
