"""Constants of JAX, NumPy and Python: numbers, and what adds an axis."""

import math
from collections.abc import Mapping

from jaxslice_lint.jax_model.names import HOST, NUMPY

_NUMBERS = {
    "inf": math.inf,
    "nan": math.nan,
    "pi": math.pi,
    "e": math.e,
    "euler_gamma": 0.5772156649015329,
}
#: What stands at each path.
CONSTANTS: Mapping[str, float | None] = {
    **{f"{module}.{name}": value for module in (NUMPY, HOST) for name, value in _NUMBERS.items()},
    **{f"math.{name}": _NUMBERS[name] for name in ("inf", "nan", "pi", "e")},
    "math.tau": math.tau,
    **{f"{module}.newaxis": None for module in (NUMPY, HOST)},
}
