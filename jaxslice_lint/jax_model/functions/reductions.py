"""Functions that reduce axes, sum over them or go along them."""

from jaxslice_lint.jax_model.functions.schema import (
    BOTH,
    JNP,
    LAX,
    NN,
    NUMPY,
    Along,
    Asked,
    Asks,
    DtypeRule,
    Function,
    Gives,
    Reduction,
    ShapeRule,
    SignRule,
    Sums,
    Takes,
    with_numpy,
)
from jaxslice_lint.jax_model.names import paths

_WHERE = Reduction(Takes.WHERE)
_GREATEST = Reduction(Takes.WHERE_INITIAL)
_LEAST = Reduction(Takes.WHERE_INITIAL, greatest=False)
_REDUCED = ShapeRule.REDUCED

_SUMS_AND_MEANS = (
    Function(
        paths(BOTH, "sum"),
        shape=_REDUCED,
        dtype=DtypeRule.SUMS,
        sign=SignRule.KEPT,
        reduction=_WHERE,
        dtype_at=2,
        axis=1,
    ),
    Function(
        paths(BOTH, "prod nansum nanprod"),
        shape=_REDUCED,
        dtype=DtypeRule.SUMS,
        reduction=_WHERE,
        dtype_at=2,
        axis=1,
    ),
    Function(
        paths(BOTH, "mean var nanmean nanvar"),
        shape=_REDUCED,
        reduction=_WHERE,
        dtype_at=2,
        axis=1,
    ),
    Function(
        paths(BOTH, "std nanstd"),
        shape=_REDUCED,
        reduction=Reduction(Takes.WHERE, singular=True),
        dtype_at=2,
        axis=1,
    ),
    Function(
        (*paths(NN, "logsumexp"), "jax.scipy.special.logsumexp"),
        gives=Gives.ARRAY,
        shape=_REDUCED,
        reduction=_WHERE,
        axis=1,
    ),
    Function(
        ("jax.numpy.linalg.norm",),
        shape=_REDUCED,
        reduction=Reduction(Takes.ZEROS, limited=True, singular=True),
        axis=2,
    ),
)
_EXTREMES = (
    Function(
        paths(BOTH, "max amax"),
        shape=_REDUCED,
        dtype=DtypeRule.SAME,
        sign=SignRule.KEPT,
        reduction=_GREATEST,
        axis=1,
    ),
    Function(
        paths(BOTH, "min amin"),
        shape=_REDUCED,
        dtype=DtypeRule.SAME,
        sign=SignRule.KEPT,
        reduction=_LEAST,
        axis=1,
    ),
    Function(
        paths(BOTH, "argmax"),
        shape=_REDUCED,
        dtype=DtypeRule.INTEGERS,
        sign=SignRule.NON_NEGATIVE,
        reduction=Reduction(Takes.POSITION),
        axis=1,
    ),
    Function(
        paths(BOTH, "argmin"),
        shape=_REDUCED,
        dtype=DtypeRule.INTEGERS,
        sign=SignRule.NON_NEGATIVE,
        reduction=Reduction(Takes.POSITION, greatest=False),
        axis=1,
    ),
    Function(paths(LAX, "argmax argmin"), sign=SignRule.NON_NEGATIVE),
    Function(paths(JNP, "nanmax nanmin ptp median average"), axis=1),
    Function(paths(NUMPY, "average median"), asks=Asks.ALL, axis=1),
)
_TRUTHS_AND_COUNTS = (
    Function(
        paths(BOTH, "any all"),
        shape=_REDUCED,
        dtype=DtypeRule.BOOLEANS,
        reduction=_WHERE,
        axis=1,
    ),
    *with_numpy(
        "count_nonzero",
        Function(
            (),
            shape=_REDUCED,
            dtype=DtypeRule.INTEGERS,
            sign=SignRule.NON_NEGATIVE,
            reduction=Reduction(Takes.ZEROS),
            axis=1,
        ),
    ),
    Function(
        paths(JNP, "bincount"),
        sign=SignRule.NON_NEGATIVE,
        asked=(Asked(2, "minlength"), Asked(None, "length")),
    ),
    Function(paths(NUMPY, "bincount"), sign=SignRule.NON_NEGATIVE),
    Function(paths(BOTH, "searchsorted digitize"), sign=SignRule.NON_NEGATIVE),
)
_SEGMENTS = (
    Function(
        paths(("jax.ops",), "segment_sum segment_prod segment_max segment_min"),
        asked=(Asked(2, "num_segments"),),
    ),
)
_PRODUCTS = (
    *with_numpy("dot matmul", Function((), sums=Sums.MATRICES)),
    Function(paths(JNP, "inner"), sums=Sums.VECTORS),
    Function(paths(JNP, "vdot"), sums=Sums.ALL),
    Function(paths(JNP, "outer"), shape=ShapeRule.MATRIX, sums=Sums.NONE),
    Function(paths(JNP, "tensordot"), sums=Sums.NAMED),
    Function(paths(JNP, "einsum"), shape=ShapeRule.LABELLED, sums=Sums.LABELLED),
)
_ALONG_AN_AXIS = (
    Function(
        paths(NN, "softmax"),
        shape=ShapeRule.SAME,
        dtype=DtypeRule.FLOATS,
        along=Along.NORMALISED,
        axis=1,
    ),
    Function(
        paths(NN, "log_softmax"),
        shape=ShapeRule.SAME,
        dtype=DtypeRule.FLOATS,
        along=Along.LOGARITHMS,
        axis=1,
    ),
    Function(paths(NN, "standardize"), shape=ShapeRule.SAME, dtype=DtypeRule.FLOATS, axis=1),
    Function(paths(BOTH, "cumsum"), sign=SignRule.KEPT, along=Along.RUNNING, dtype_at=2, axis=1),
    Function(paths(BOTH, "cumprod"), along=Along.RUNNING, dtype_at=2, axis=1),
    Function(paths(LAX, "cumsum"), shape=ShapeRule.SAME, dtype=DtypeRule.SAME, sign=SignRule.KEPT),
    Function(paths(LAX, "cumprod cummax cummin"), shape=ShapeRule.SAME, dtype=DtypeRule.SAME),
)

REDUCTIONS = (
    *_SUMS_AND_MEANS,
    *_EXTREMES,
    *_TRUTHS_AND_COUNTS,
    *_SEGMENTS,
    *_PRODUCTS,
    *_ALONG_AN_AXIS,
)
