"""Functions that take pytrees apart and put them together, and operations that return lists or trees."""

from jaxslice_lint.jax_model.functions.schema import (
    JAX,
    JNP,
    LAX,
    DtypeRule,
    Function,
    Gives,
    SignRule,
)
from jaxslice_lint.jax_model.names import paths

_TREES = ("jax.tree",)
_UTILITIES = ("jax.tree_util",)

TREES = (
    Function(
        (*paths(_TREES, "leaves"), *paths((*_UTILITIES, *JAX), "tree_leaves")),
        gives=Gives.LEAVES,
    ),
    Function(
        (*paths(_TREES, "structure"), *paths((*_UTILITIES, *JAX), "tree_structure")),
        gives=Gives.STRUCTURE,
    ),
    Function(
        (*paths(_TREES, "flatten"), *paths((*_UTILITIES, *JAX), "tree_flatten")),
        gives=Gives.LEAVES_AND_STRUCTURE,
    ),
    Function(
        (*paths(_TREES, "unflatten"), *paths((*_UTILITIES, *JAX), "tree_unflatten")),
        gives=Gives.TREE_OF_LEAVES,
    ),
    Function(paths(JNP, "meshgrid"), gives=Gives.TREE, dtype=DtypeRule.AGREED),
    Function(paths(LAX, "pmean psum"), gives=Gives.COLLECTIVE),
    Function(
        paths(LAX, "axis_index"), gives=Gives.POSITION, sign=SignRule.NON_NEGATIVE, mapped=True
    ),
    Function(
        (
            *paths(JNP, "atleast_1d atleast_2d atleast_3d broadcast_arrays dsplit frompyfunc"),
            *paths(JNP, "gradient histogramdd hsplit vectorize vsplit"),
            *paths(LAX, "all_gather all_to_all composite custom_linear_solve custom_root dce_sink"),
            *paths(LAX, "linalg.eig pbroadcast platform_dependent pmax pmin ppermute pshuffle"),
            *paths(LAX, "psum_scatter pswapaxes reduce reduce_window split unstack"),
        ),
        gives=Gives.TREE,
    ),
)
