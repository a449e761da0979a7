"""Functions that make arrays of shapes, numbers and lists, and conversions of what is one."""

from jaxslice_lint.jax_model.functions.schema import (
    BOTH,
    JAX,
    JNP,
    LAX,
    NUMPY,
    Asked,
    Asks,
    Cast,
    DtypeRule,
    Function,
    Gives,
    ShapeRule,
    SignRule,
)
from jaxslice_lint.jax_model.names import paths

_SHAPE = (Asked(0, "shape", needed=True),)

_FILLED = (
    Function(
        paths(BOTH, "zeros ones empty"),
        shape=ShapeRule.GIVEN,
        dtype=DtypeRule.DEFAULT,
        dtype_at=1,
        asked=_SHAPE,
        fills=True,
    ),
    Function(
        paths((*BOTH, *LAX), "full"),
        shape=ShapeRule.GIVEN,
        dtype=DtypeRule.FILL,
        dtype_at=2,
        asked=_SHAPE,
        fills=True,
    ),
    Function(
        paths(BOTH, "zeros_like ones_like empty_like"),
        shape=ShapeRule.SAME,
        dtype=DtypeRule.SAME,
        dtype_at=1,
        fills=True,
    ),
    Function(
        paths((*BOTH, *LAX), "full_like"),
        shape=ShapeRule.SAME,
        dtype=DtypeRule.SAME,
        dtype_at=2,
        fills=True,
    ),
)
_MATRICES = (
    Function(
        paths(BOTH, "eye tri"),
        shape=ShapeRule.MATRIX,
        dtype=DtypeRule.DEFAULT,
        dtype_at=3,
        asked=(Asked(0, "N"), Asked(1, "M")),
    ),
    Function(
        paths(BOTH, "identity"),
        shape=ShapeRule.MATRIX,
        dtype=DtypeRule.DEFAULT,
        dtype_at=1,
        asked=(Asked(0, "n"),),
    ),
)
_RANGES = (
    Function(
        paths(JNP, "arange"),
        shape=ShapeRule.COUNTED,
        dtype=DtypeRule.RANGE,
        sign=SignRule.RANGE,
        dtype_at=3,
        asked=tuple(
            Asked(position, name, needed=True)
            for position, name in enumerate(("start", "stop", "step"))
        ),
    ),
    Function(
        paths(NUMPY, "arange"),
        shape=ShapeRule.COUNTED,
        dtype=DtypeRule.RANGE,
        sign=SignRule.RANGE,
        dtype_at=3,
        asks=Asks.ALL,
    ),
    Function(paths(JNP, "linspace"), shape=ShapeRule.SPACED, dtype_at=5, asked=(Asked(2, "num"),)),
    Function(paths(NUMPY, "linspace"), shape=ShapeRule.SPACED, dtype_at=5, asks=Asks.ALL),
    Function(paths(JNP, "logspace geomspace"), asked=(Asked(2, "num"),)),
    Function(
        paths(BOTH, "bartlett blackman hamming hanning kaiser"),
        shape=ShapeRule.VECTOR,
        asked=(Asked(0, "M"),),
    ),
    Function(paths(JNP, "indices"), asked=(Asked(0, "dimensions"),)),
    Function(paths(LAX, "iota"), sign=SignRule.NON_NEGATIVE, asked=(Asked(1, "size"),)),
    Function(
        paths(LAX, "broadcasted_iota"), sign=SignRule.NON_NEGATIVE, asked=(Asked(1, "shape"),)
    ),
    Function(paths(("jax.nn",), "one_hot"), asked=(Asked(1, "num_classes"),)),
)

_SIZED = "int8 int16 int32 int64 uint8 uint16 uint32 uint64 float16 float32 float64"
_CONVERSIONS = (
    Function(
        paths(JNP, "array asarray"),
        shape=ShapeRule.NESTED,
        dtype=DtypeRule.NESTED,
        sign=SignRule.KEPT,
        cast=Cast.TRACED,
        dtype_at=1,
    ),
    Function(
        paths(NUMPY, "array asarray"),
        shape=ShapeRule.NESTED,
        dtype=DtypeRule.NESTED,
        sign=SignRule.KEPT,
        cast=Cast.NUMBER,
        dtype_at=1,
    ),
    Function(
        paths(NUMPY, "copy"),
        shape=ShapeRule.SAME,
        dtype=DtypeRule.SAME,
        sign=SignRule.KEPT,
        cast=Cast.NUMBER,
    ),
    Function(
        paths(JNP, f"{_SIZED} bfloat16"),
        shape=ShapeRule.SAME,
        dtype=DtypeRule.OWN,
        cast=Cast.TRACED,
    ),
    Function(
        (*paths(NUMPY, _SIZED), "float"),
        shape=ShapeRule.SAME,
        dtype=DtypeRule.OWN,
        cast=Cast.NUMBER,
    ),
    # `int("7", 8)` is no conversion of a number.
    Function(("int",), shape=ShapeRule.SAME, dtype=DtypeRule.OWN, cast=Cast.NUMBER, most=1),
    Function(("operator.index",), shape=ShapeRule.SAME, dtype=DtypeRule.INTEGERS, cast=Cast.INDEX),
    Function(
        (*paths(JNP, "astype"), *paths(LAX, "convert_element_type")),
        shape=ShapeRule.SAME,
        dtype=DtypeRule.SAME,
        sign=SignRule.KEPT,
        cast=Cast.TRACED,
        dtype_at=1,
    ),
)
_PLACED = (
    Function(
        paths(LAX, "optimization_barrier pcast pvary with_sharding_constraint"),
        gives=Gives.TREE,
        shape=ShapeRule.SAME,
        dtype=DtypeRule.SAME,
        cast=Cast.TRACED,
    ),
    Function(
        paths(JAX, "device_put"),
        gives=Gives.TREE,
        shape=ShapeRule.SAME,
        dtype=DtypeRule.SAME,
        sign=SignRule.KEPT,
        cast=Cast.TRACED,
        pure=True,
    ),
    Function(
        paths(JAX, "reshard ad_checkpoint.checkpoint_name"),
        gives=Gives.TREE,
        shape=ShapeRule.SAME,
        dtype=DtypeRule.SAME,
        cast=Cast.TRACED,
        pure=True,
    ),
    # They wait for the device.
    Function(
        paths(JAX, "block_until_ready device_get"),
        gives=Gives.HOST,
        shape=ShapeRule.SAME,
        dtype=DtypeRule.SAME,
        cast=Cast.TRACED,
        pure=False,
    ),
)

CONSTRUCTORS = (*_FILLED, *_MATRICES, *_RANGES, *_CONVERSIONS, *_PLACED)
