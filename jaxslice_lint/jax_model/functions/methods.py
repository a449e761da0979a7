"""Methods of arrays. Most do what the function of their name does with the array as its first argument."""

from jaxslice_lint.jax_model.functions.schema import (
    Asked,
    DtypeRule,
    Function,
    Gives,
    ShapeRule,
    SignRule,
)
from jaxslice_lint.jax_model.names import paths

#: The methods that are functions of `jax.numpy` too.
LIKE_FUNCTIONS = frozenset(
    {
        *("all", "any", "argmax", "argmin", "argpartition", "argsort", "astype", "choose", "clip"),
        *("conj", "conjugate", "copy", "cumprod", "cumsum", "diagonal", "dot", "max", "mean"),
        *("min", "nonzero", "prod", "ptp", "ravel", "repeat", "round", "searchsorted", "sort"),
        *("squeeze", "std", "sum", "swapaxes", "take", "trace", "transpose", "var"),
    }
)

ARRAY = "jax.Array"
_ARRAY = (ARRAY,)

#: The others.
METHODS = (
    Function(
        paths(_ARRAY, "reshape"),
        gives=Gives.ARRAY,
        shape=ShapeRule.UNPACKED,
        dtype=DtypeRule.SAME,
        sign=SignRule.KEPT,
        asked=tuple(Asked(position) for position in range(1, 9)),
    ),
    Function(
        paths(_ARRAY, "flatten"),
        gives=Gives.ARRAY,
        shape=ShapeRule.VECTOR,
        dtype=DtypeRule.SAME,
        sign=SignRule.KEPT,
    ),
    Function(
        paths(_ARRAY, "block_until_ready byteswap"),
        gives=Gives.ARRAY,
        shape=ShapeRule.SAME,
        dtype=DtypeRule.SAME,
    ),
    # With its array behind its condition `jnp.compress` is another function, and `get` is a method of Refs.
    Function(paths(_ARRAY, "compress get to_device view"), gives=Gives.ARRAY),
    Function(
        (
            *paths(_ARRAY, "item tolist tobytes __array__ __index__ __int__ __float__ __complex__"),
            *paths(_ARRAY, "__bool__"),
        ),
        gives=Gives.PYTHON,
    ),
)

METHOD_NAMES = LIKE_FUNCTIONS.union(
    path.rpartition(".")[2] for row in METHODS for path in row.paths
)

#: Methods by which the checkpointers of any library give an object like the one that they are passed.
RESTORING = frozenset({"restore"})
