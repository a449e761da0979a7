"""Functions of `jax.random`, which ask for the shape of what they draw."""

from jaxslice_lint.jax_model.functions.schema import Asked, Function, SignRule
from jaxslice_lint.jax_model.names import paths

_RANDOM = ("jax.random",)

SAMPLES = (
    Function(
        paths(_RANDOM, "bits cauchy exponential gumbel laplace logistic normal rademacher uniform"),
        asked=(Asked(1, "shape"),),
    ),
    Function(paths(_RANDOM, "randint"), sign=SignRule.DRAWN, asked=(Asked(1, "shape"),)),
    Function(
        paths(_RANDOM, "bernoulli choice dirichlet gamma poisson t"), asked=(Asked(2, "shape"),)
    ),
    Function(paths(_RANDOM, "beta truncated_normal"), asked=(Asked(3, "shape"),)),
    Function(paths(_RANDOM, "categorical"), asked=(Asked(None, "shape"),)),
    Function(paths(_RANDOM, "split"), asked=(Asked(1, "num"),)),
)
