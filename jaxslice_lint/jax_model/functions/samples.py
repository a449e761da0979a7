"""Functions of `jax.random`, which ask for the shape of what they draw."""

from jaxslice_lint.jax_model.functions.schema import (
    Asked,
    DtypeRule,
    Function,
    ShapeRule,
    SignRule,
)
from jaxslice_lint.jax_model.names import paths

_RANDOM = ("jax.random",)

SAMPLES = (
    Function(
        paths(_RANDOM, "cauchy exponential gumbel laplace logistic normal uniform"),
        shape=ShapeRule.RESHAPED,
        dtype=DtypeRule.DEFAULT,
        dtype_at=2,
        asked=(Asked(1, "shape"),),
    ),
    Function(paths(_RANDOM, "bits rademacher"), asked=(Asked(1, "shape"),)),
    Function(
        paths(_RANDOM, "randint"),
        shape=ShapeRule.RESHAPED,
        dtype=DtypeRule.INTEGERS,
        sign=SignRule.DRAWN,
        dtype_at=4,
        asked=(Asked(1, "shape"),),
    ),
    Function(
        paths(_RANDOM, "bernoulli choice dirichlet gamma poisson t"), asked=(Asked(2, "shape"),)
    ),
    Function(paths(_RANDOM, "beta truncated_normal"), asked=(Asked(3, "shape"),)),
    Function(paths(_RANDOM, "categorical"), asked=(Asked(None, "shape"),)),
    Function(paths(_RANDOM, "split"), asked=(Asked(1, "num"),)),
)
