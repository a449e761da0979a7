"""Python's own functions, those of its libraries, and the methods of its containers."""

from jaxslice_lint.jax_model.functions.schema import (
    Asked,
    Asks,
    Function,
    Gives,
    SignRule,
)
from jaxslice_lint.jax_model.names import paths

_MATH = ("math",)
_OPERATOR = ("operator",)


def _builtins(listed: str) -> tuple[str, ...]:
    return tuple(listed.split())


PYTHON = (
    Function(
        _builtins("callable hasattr id isinstance issubclass repr str type"), gives=Gives.STATIC
    ),
    Function(("len",), gives=Gives.STATIC, sign=SignRule.NON_NEGATIVE),
    Function(_builtins("bin chr complex hash hex oct"), asked=(Asked(0),)),
    Function(("format",), asks=Asks.FORMATTED),
    Function(_builtins("all any"), asks=Asks.FIRST_ITEM),
    Function(_builtins("frozenset set"), asks=Asks.ITEMS, runs=True),
    Function(("sorted",), asks=Asks.SEVERAL_ITEMS, runs=True),
    Function(_builtins("dict list max min sum tuple"), runs=True),
    Function(_builtins("delattr eval exec input iter next open print setattr"), pure=False),
    Function(paths(_OPERATOR, "add"), symbol="+"),
    Function(paths(_OPERATOR, "sub"), symbol="-"),
    Function(paths(_OPERATOR, "mul"), symbol="*"),
    Function(paths(_OPERATOR, "floordiv"), symbol="//"),
    Function(paths(_OPERATOR, "mod"), symbol="%"),
    Function((*paths(_OPERATOR, "pow"), "pow"), symbol="**"),
    Function(paths(_OPERATOR, "abs"), sign=SignRule.NON_NEGATIVE),
    Function(
        (
            *paths(
                _MATH, "acos acosh asin asinh atan atan2 atanh cbrt ceil comb copysign cos cosh"
            ),
            *paths(_MATH, "degrees dist erf erfc exp exp2 expm1 fabs factorial floor fmod frexp"),
            *paths(
                _MATH, "gamma gcd hypot isclose isfinite isinf isnan isqrt lcm ldexp lgamma log"
            ),
            *paths(_MATH, "log10 log1p log2 modf nextafter perm pow radians remainder sin sinh"),
            *paths(_MATH, "sqrt tan tanh trunc ulp"),
        ),
        asks=Asks.ALL,
    ),
)

#: Of the methods of a dict, a set, and a list with items: those that hash their first argument, or compare it.
HASHING_METHODS = frozenset({"get", "pop", "setdefault", "add", "discard"})
COMPARING_METHODS = frozenset({"index", "count", "remove"})
