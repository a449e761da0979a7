"""Which integers and arrays hold nothing negative: a bound that counts from the start of its axis."""

from collections.abc import Sequence as Values

from jaxslice_lint.facts.status import Sign
from jaxslice_lint.jax_model.functions import NARROW_DTYPES
from jaxslice_lint.jax_model.signs import CHOSEN, KEEPING, NON_NEGATIVE
from jaxslice_lint.tracing.domain.arguments import Arguments
from jaxslice_lint.tracing.domain.data import Data
from jaxslice_lint.tracing.domain.symbolic import Atoms, integer, weakest
from jaxslice_lint.tracing.domain.values import Value


def sign_of(atoms: Atoms, value: Value | None) -> Sign:
    """The sign of an integer, or of all elements of an array."""
    if not isinstance(value, Data):
        return Sign.ANY
    sign = atoms.sign(value.poly)
    if isinstance(value.const, int):
        sign = atoms.sign(integer(int(value.const)))
    dtype = value.dtype or ""
    if sign is Sign.ANY or dtype in NARROW_DTYPES:
        # A sum of narrow integers may wrap around, but not below zero where there is no sign.
        return Sign.NON_NEGATIVE if dtype.startswith(("uint", "bool")) else Sign.ANY
    return sign


def result_sign(atoms: Atoms, path: str, arguments: Arguments) -> Sign:
    """The sign of what the function at a dotted path returns."""
    name = path.rpartition(".")[2]
    given = arguments.positional
    if name in NON_NEGATIVE:
        return Sign.NON_NEGATIVE
    if name in KEEPING and given and arguments.keyword("initial") is None:
        return sign_of(atoms, given[0])
    if name in CHOSEN:
        chosen = [sign_of(atoms, value) for value in given[1:]]
        return weakest(chosen) if len(given) == 3 and not arguments.open else Sign.ANY
    match name:
        case "arange" | "iota" | "broadcasted_iota":
            return _sign_of_range(atoms, name, arguments)
        case "clip" | "clamp":
            bounds = _bounds(name, arguments)
            return weakest(sign_of(atoms, bound) for bound in bounds)
        case "randint":
            return sign_of(atoms, arguments.get(2, "minval"))
    return Sign.ANY


def _sign_of_range(atoms: Atoms, name: str, arguments: Arguments) -> Sign:
    """`arange(n)`, `arange(start, n)`; with a step nothing is claimed, which may be negative."""
    if name != "arange":
        return Sign.NON_NEGATIVE
    given = arguments.positional
    if arguments.open or len(given) > 2 or arguments.keyword("step") is not None:
        return Sign.ANY
    start = arguments.keyword("start")
    if len(given) == 2:
        start = given[0]
    return Sign.NON_NEGATIVE if start is None else sign_of(atoms, start)


def _bounds(name: str, arguments: Arguments) -> Values[Value | None]:
    """The least and the greatest result of `clip(x, low, high)` or `clamp(low, x, high)`."""
    low, high = (0, 2) if name == "clamp" else (1, 2)
    return arguments.get(low, "min", "a_min"), arguments.get(high, "max", "a_max")
