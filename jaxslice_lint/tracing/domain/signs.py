"""Which integers and arrays hold nothing negative: a bound that counts from the start of its axis."""

from jaxslice_lint.facts.status import Sign
from jaxslice_lint.jax_model.dtypes import NARROW_DTYPES
from jaxslice_lint.jax_model.functions.schema import SignRule
from jaxslice_lint.tracing.domain.arguments import Arguments
from jaxslice_lint.tracing.domain.data import Data
from jaxslice_lint.tracing.domain.polynomials import integer
from jaxslice_lint.tracing.domain.symbolic import Atoms, weakest
from jaxslice_lint.tracing.domain.values import Value


def sign_of(atoms: Atoms, value: Value | None) -> Sign:
    """The sign of an integer, or of all elements of an array."""
    if not isinstance(value, Data):
        return Sign.ANY
    number = value.const
    sign = atoms.sign(integer(int(number)) if isinstance(number, int) else value.poly)
    dtype = value.dtype or ""
    if sign is Sign.ANY or dtype in NARROW_DTYPES:
        # A sum of narrow integers may wrap around, but not below zero where there is no sign.
        return Sign.NON_NEGATIVE if dtype.startswith(("uint", "bool")) else Sign.ANY
    return sign


def result_sign(atoms: Atoms, rule: SignRule, arguments: Arguments) -> Sign:
    """The sign of what a function returns, by the rule of its row."""
    given = arguments.positional
    match rule:
        case SignRule.NON_NEGATIVE:
            return Sign.NON_NEGATIVE
        case SignRule.KEPT if given and arguments.keyword("initial") is None:
            return sign_of(atoms, given[0])
        case SignRule.CHOSEN if len(given) == 3 and not arguments.open:
            return weakest(sign_of(atoms, value) for value in given[1:])
        case SignRule.RANGE:
            return _sign_of_range(atoms, arguments)
        case SignRule.CLIPPED | SignRule.CLAMPED:
            low, high = _bounds(arguments, 0 if rule is SignRule.CLAMPED else 1)
            return weakest((sign_of(atoms, low), sign_of(atoms, high)))
        case SignRule.DRAWN:
            return sign_of(atoms, arguments.get(2, "minval"))
    return Sign.ANY


def _sign_of_range(atoms: Atoms, arguments: Arguments) -> Sign:
    """`arange(n)`, `arange(start, n)`; with a step nothing is claimed, which may be negative."""
    given = arguments.positional
    if arguments.open or len(given) > 2 or arguments.keyword("step") is not None:
        return Sign.ANY
    start = arguments.keyword("start")
    if len(given) == 2:
        start = given[0]
    return Sign.NON_NEGATIVE if start is None else sign_of(atoms, start)


def _bounds(arguments: Arguments, low: int) -> tuple[Value | None, Value | None]:
    """The least and the greatest result of `clip(x, low, high)` or `clamp(low, x, high)`; `low` is where it stands."""
    return arguments.get(low, "min", "a_min"), arguments.get(2, "max", "a_max")
