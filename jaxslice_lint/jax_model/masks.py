"""What JAX's functions do with an axis of which only some elements count: how each of them takes a mask.

`tests/test_jax_model_masks.py` runs every row on an array and on a slice of it.
"""

from dataclasses import dataclass
from enum import Enum, auto

_JNP = "jax.numpy."


class Takes(Enum):
    """How a function is told which elements of its argument count."""

    #: by `where=`
    WHERE = auto()
    #: by `where=`, with the least or greatest value of the dtype as `initial=`
    WHERE_INITIAL = auto()
    #: not at all: zeros do not change its result
    ZEROS = auto()
    #: not at all, and it returns the position of an element
    POSITION = auto()


@dataclass(frozen=True, slots=True)
class Reduction:
    """A function that reduces axes of its first argument: `axis` is the position of the argument that names them.

    `is_method`: arrays have it as a method, with its arguments one position earlier. `greatest`: whether it looks for
    the greatest element, not the least. `limited`: with an argument at position 1 that is no positive number (`ord` of
    a norm) zeros do change its result.
    """

    takes: Takes
    axis: int = 1
    is_method: bool = False
    greatest: bool = True
    limited: bool = False


_SUMS = "sum prod mean std var any all"
_NAN_SUMS = "nansum nanprod nanmean nanstd nanvar"

REDUCTIONS: dict[str, Reduction] = {
    **{_JNP + name: Reduction(Takes.WHERE, is_method=True) for name in _SUMS.split()},
    **{_JNP + name: Reduction(Takes.WHERE) for name in _NAN_SUMS.split()},
    "jax.nn.logsumexp": Reduction(Takes.WHERE),
    "jax.scipy.special.logsumexp": Reduction(Takes.WHERE),
    "jax.numpy.max": Reduction(Takes.WHERE_INITIAL, is_method=True),
    "jax.numpy.min": Reduction(Takes.WHERE_INITIAL, is_method=True, greatest=False),
    "jax.numpy.amax": Reduction(Takes.WHERE_INITIAL),
    "jax.numpy.amin": Reduction(Takes.WHERE_INITIAL, greatest=False),
    "jax.numpy.argmax": Reduction(Takes.POSITION, is_method=True),
    "jax.numpy.argmin": Reduction(Takes.POSITION, is_method=True, greatest=False),
    "jax.numpy.count_nonzero": Reduction(Takes.ZEROS),
    "jax.numpy.linalg.norm": Reduction(Takes.ZEROS, axis=2, limited=True),
}

#: Functions along one axis, the last one unless `axis` says otherwise, that take `where=` and return their input's
#: shape, with zeros for elements that do not count. (`log_softmax` returns -inf for them, and its gradient is NaN.)
NORMALISERS = frozenset({"jax.nn.softmax"})

#: Products of two arrays that sum over the last axis of the first and the last but one of the second.
MATRIX_PRODUCTS = frozenset({"jax.numpy.dot", "jax.numpy.matmul"})
#: Products that sum over the last axis of both.
INNER_PRODUCTS = frozenset({"jax.numpy.inner"})


def _paths(names: str, *modules: str) -> frozenset[str]:
    return frozenset(f"{module}.{name}" for module in modules for name in names.split())


#: What reverses the axes.
TRANSPOSES = frozenset({"jax.numpy.transpose"})

#: Functions that look at each element for itself, with a derivative that is finite for all finite elements.
SMOOTH = frozenset(
    {
        *_paths(
            "abs sign square sin cos tanh conj real imag floor ceil round", "jax.numpy", "jax.lax"
        ),
        *_paths("absolute fabs negative positive conjugate rint trunc isnan isinf", "jax.numpy"),
        *_paths("isfinite nan_to_num logical_not logical_and logical_or logical_xor", "jax.numpy"),
        *_paths("add subtract multiply maximum minimum where clip equal not_equal", "jax.numpy"),
        *_paths("less less_equal greater greater_equal arctan degrees radians", "jax.numpy"),
        *_paths("neg add sub mul max min select stop_gradient logistic erf", "jax.lax"),
        *_paths("relu relu6 leaky_relu gelu silu swish sigmoid softplus log_sigmoid", "jax.nn"),
        *_paths("soft_sign hard_tanh hard_sigmoid", "jax.nn"),
    }
)
#: With fewer arguments they do something else: `jnp.where(x)` gives positions.
LEAST_ARGUMENTS = {"jax.numpy.where": 3}
#: The others that look at each element for itself.
SINGULAR = frozenset(
    {
        *_paths(
            "exp exp2 expm1 log log1p sqrt cbrt reciprocal sinh cosh tan", "jax.numpy", "jax.lax"
        ),
        *_paths("log2 log10 arcsin arccos arcsinh arccosh arctanh divide true_divide", "jax.numpy"),
        *_paths(
            "power float_power arctan2 hypot logaddexp mod remainder floor_divide", "jax.numpy"
        ),
        *_paths("rsqrt div pow integer_pow lgamma digamma", "jax.lax"),
        *_paths("elu selu celu", "jax.nn"),
    }
)
#: Methods of an array that look at each element for itself.
POINTWISE_METHODS = frozenset({"astype", "conj", "conjugate", "clip", "round", "copy"})
