"""What programs do with what they slice, and the updates that they write."""

from dataclasses import dataclass

from fuzz.world import World


@dataclass(frozen=True, slots=True)
class Taken:
    """What a slice is turned into: `text` has `{}` for it.

    `result`: "scalar", "window" (its size shows) or "plain" (it is the slice itself, so that any sequence will do).
    `filled`: an empty slice would be an error.
    """

    text: str
    result: str
    filled: bool = False

    def of(self, sliced: str) -> str:
        """The expression for a slice."""
        return self.text.replace("{}", sliced)


_SUMS = (
    *("{}.sum()", "{}.sum()", "jnp.sum({})", "{}.mean()", "jnp.mean({})", "({} * 2).sum()"),
    *("jnp.sum({} * 3)", "({} ** 2).sum()", "jnp.count_nonzero({})", "jnp.any({} > 2)"),
    *("({} > 1).sum()", "jnp.all({} < 100)", "{}.sum(dtype=jnp.int32)", "jnp.sum({}, axis=None)"),
    *("{}.astype(jnp.float32).sum()", "jnp.abs({}).sum()", "jnp.where({} > 3, {}, 0).sum()"),
    *("({} * {}).sum()", "{}.sum() + 1", "jnp.square({}).mean()", "{}.any()", "{}.all()"),
    *("jnp.sum({}, axis=0).sum()", "{}.sum(axis=-1).sum()", "jnp.prod({} % 3 + 1)", "{}.prod()"),
    *("jnp.max({}, initial=0)", "{}.size", "{}.shape[0]", "len({})", "jnp.sum(jnp.exp(-{}))"),
    *("{}.sum() / 4", "-{}.sum()", "jnp.dot({}.ravel(), {}.ravel())", "jnp.linalg.norm({} * 1.0)"),
    *("{}.ravel().sum()", "{}[::-1].sum()", "jnp.sum({}[::2])", "jnp.cumsum({}).sum()"),
    *("jnp.sort({}, axis=0).sum()", "jnp.nansum({})", "{}.sum(keepdims=True).reshape(())"),
    *("jnp.sum({}, where={} > 2)", "jnp.concatenate([{}, {}]).sum()", "sum([{}.sum(), {}.mean()])"),
)
_FILLED = (
    *("{}.max()", "{}.min()", "jnp.max({})", "jnp.min({} * 1)", "jnp.argmax({})", "{}.argmin()"),
    *("{}.max() - {}.min()", "jnp.var({})", "{}.std()", "{}.ravel()[0]", "{}[0].sum()"),
    *("{}[-1].sum()", "jnp.maximum({}.max(), 1)", "jnp.median({})", "jnp.ptp({})"),
)
_BOOLEAN = (
    *("{}.sum()", "{}.any()", "{}.all()", "jnp.any({})", "jnp.sum({})", "{}.mean()"),
    *(
        "jnp.count_nonzero({})",
        "(~{}).sum()",
        "{}.sum(dtype=jnp.int8)",
        "jnp.all({}, axis=0).any()",
    ),
)
_WINDOWS = (
    *("{}", "{}", "{}", "{} * 2", "{}[::-1]", "jnp.cumsum({}, axis=0)", "({}, {}.sum())"),
    *("jnp.concatenate([{}, {}])", "{}.astype(jnp.float32)", "{}.T", "{}.ravel()", "[{}]"),
    *("jnp.where({} > 1, {}, 0)", "{}.copy()", "{} + 1", "jnp.flip({}, 0)", "{}.reshape(-1)"),
    *('{"part": {}, "total": {}.sum()}', "jax.nn.relu({})", "jnp.stack([{}, {}])", "{}[None]"),
)


def scalar(world: World, dtype: str = "float", *, filled: bool | None = None) -> Taken:
    """A reduction; with `filled` False none that an empty slice breaks."""
    if dtype == "bool":
        return Taken(world.dice.choice(_BOOLEAN), "scalar")
    if filled is False or world.dice.chance(0.75):
        return Taken(world.dice.choice(_SUMS), "scalar")
    return Taken(world.dice.choice(_FILLED), "scalar", True)


def taken(world: World, dtype: str = "float", *, filled: bool | None = None) -> Taken:
    """A reduction, or the window itself."""
    if world.dice.chance(0.4):
        text = world.dice.choice(_WINDOWS)
        return Taken(text, "plain" if text == "{}" else "window")
    return scalar(world, dtype, filled=filled)


def written(world: World, dtype: str, *, slices: bool = True) -> str:
    """An update of a part of an array of that dtype, with `{}` for that part and `{array}` for the array."""
    plain = [
        *("set(0)", "set(0)", "set(1)", "multiply(2)", "min(1)", "max(2)"),
        *("set(jnp.zeros((), {array}.dtype))", "set({array}.max())"),
    ]
    if dtype != "bool":
        plain += ["add(1)", "add(3)", "set(7)", "subtract(1)"]
    else:
        plain = ["set(True)", "set(False)", "set(1)", "max(True)"]
    if dtype == "float":
        plain += ["set(0.5)", "add(1.5)", "set(jnp.nan)", "divide(2.0)", "mul(0.5)", "power(2)"]
    if dtype == "int":
        plain += ["set(jnp.int8(3))", "add(jnp.uint8(2))"]
    if not slices or world.dice.chance(0.6):
        return world.dice.choice(plain)
    if dtype == "bool":
        return "set(~{})"
    return world.dice.pick("set({} * 2)", "add({})", "set({}[::-1])", "set({} + 1)", "max({} // 2)")


def subscript(world: World, operand: str, *elements: str) -> str:
    """`operand[...]` in one of the ways in which it is laid out."""
    inner = ", ".join(elements)
    if world.dice.chance(0.04):
        return f"{operand}[\n        {inner}  # the part of interest\n    ]"
    if world.dice.chance(0.04):
        return f"{operand}[\n        {inner}\n    ]"
    return f"{operand}[{inner}]"


def colon(world: World, lo: str, hi: str, step: str = "") -> str:
    """`lo:hi` with an end left out where it is `None`, mostly."""
    bare = world.dice.chance(0.9)
    lo, hi = ("" if end == "None" and bare else end for end in (lo, hi))
    space = world.dice.chance(0.5) and not (lo.isalnum() and hi.isalnum())
    text = f"{lo} : {hi}".strip() if space else f"{lo}:{hi}"
    return f"{text}:{step}" if step else text
