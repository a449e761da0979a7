"""A way to reach a slice: the expression that does it, and what it needs."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from fuzz.bounds import Bounds
from fuzz.world import Array, World


@dataclass(frozen=True, slots=True)
class Way:
    """An expression over `x`, its parameters and what `setup` assigns.

    `array`: what `x` is. `result`: "scalar", "plain" (one array) or "window" (arrays, maybe in containers). `kind`:
    that of its bounds. `loops`: the values that its only parameter may count through, if it may.
    """

    text: str
    array: Array
    result: str
    kind: str
    setup: tuple[str, ...] = ()
    params: Mapping[str, str] = field(default_factory=dict)
    loops: tuple[int, int] | None = None

    @property
    def reduced(self) -> str:
        """The expression as one number."""
        return self.text if self.result == "scalar" else f"jnp.sum({self.text})"

    @property
    def adds_up(self) -> bool:
        """Whether it can be made a number."""
        return self.result != "window"

    @property
    def arguments(self) -> str:
        """What to pass, with a comma before it."""
        return "".join(f", {value}" for value in self.params.values())

    @property
    def signature(self) -> str:
        """The parameters, with a comma before them."""
        return "".join(f", {name}" for name in self.params)

    def lines(self, last: str) -> list[str]:
        """The body of a function that ends with a statement."""
        return [*self.setup, last]


def way(text: str, array: Array, result: str, *bounds: Bounds) -> Way:
    """A way that needs some bounds."""
    kinds = {one.kind for one in bounds}
    kind = "ragged" if "ragged" in kinds else "window" if "window" in kinds else "static"
    only = bounds[0] if len(bounds) == 1 else None
    return Way(
        text,
        array,
        result,
        kind,
        tuple(line for one in bounds for line in one.setup),
        {name: value for one in bounds for name, value in one.params.items()},
        (only.lowest, only.highest) if only and only.loops else None,
    )


def call(
    world: World,
    callee: str,
    positional: list[str],
    named: list[tuple[str, str, str]],
    *,
    by_name: bool = False,
) -> str:
    """A call. `named`: parameters as name, text and default; one that has its default may be left out."""
    dice = world.dice
    parts = list(positional)
    for name, text, default in named:
        if text == default and dice.chance(0.7):
            by_name = True
            continue
        by_name = by_name or dice.chance(0.15)
        parts.append(f"{name}={text}" if by_name else text)
    if dice.chance(0.06) and not by_name:
        return f"{callee}(*({', '.join(parts)},))"
    return f"{callee}({', '.join(parts)})"
