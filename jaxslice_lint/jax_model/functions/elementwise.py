"""Functions that look at each element of their arguments for itself."""

from dataclasses import replace

from jaxslice_lint.jax_model.functions.schema import (
    BOTH,
    JNP,
    LAX,
    NN,
    NUMPY,
    Asked,
    Asks,
    Cast,
    DtypeRule,
    Elementwise,
    Function,
    Gives,
    ShapeRule,
    SignRule,
    with_numpy,
)
from jaxslice_lint.jax_model.names import paths

_SMOOTH, _SINGULAR = Elementwise.SMOOTH, Elementwise.SINGULAR
_SAME = ShapeRule.SAME

_OF_FLOATS = (
    *with_numpy(
        "arctan ceil cos degrees fabs floor radians rint sin tanh trunc",
        Function(
            (
                *paths(LAX, "ceil cos erf erfc floor logistic round sin tanh"),
                *paths(NN, "gelu hard_sigmoid hard_swish hard_tanh leaky_relu log_sigmoid mish"),
                *paths(NN, "relu6 sigmoid silu soft_sign softplus swish tanh"),
            ),
            shape=_SAME,
            dtype=DtypeRule.FLOATS,
            elementwise=_SMOOTH,
        ),
    ),
    *with_numpy(
        "angle arccos arccosh arcsin arcsinh arctanh cbrt cosh exp exp2 expm1 log log10 log1p log2 "
        "reciprocal sinh sqrt tan",
        Function(
            (
                *paths(LAX, "cbrt cosh digamma erf_inv exp exp2 expm1 lgamma log log1p"),
                *paths(LAX, "reciprocal rsqrt sinh sqrt tan"),
                *paths(NN, "celu elu selu"),
            ),
            shape=_SAME,
            dtype=DtypeRule.FLOATS,
            elementwise=_SINGULAR,
        ),
    ),
)
_OF_NUMBERS = (
    *with_numpy(
        "conj conjugate negative positive sign square",
        Function(
            (*paths(LAX, "neg sign square"), *paths(NN, "relu")),
            shape=_SAME,
            dtype=DtypeRule.NUMBERS,
            elementwise=_SMOOTH,
        ),
    ),
    *with_numpy(
        "abs absolute",
        Function(
            paths(LAX, "abs"),
            shape=_SAME,
            dtype=DtypeRule.REALS,
            sign=SignRule.NON_NEGATIVE,
            elementwise=_SMOOTH,
        ),
    ),
    *with_numpy(
        "isfinite isinf isnan logical_not",
        Function(
            paths(LAX, "is_finite"), shape=_SAME, dtype=DtypeRule.BOOLEANS, elementwise=_SMOOTH
        ),
    ),
    Function(paths(BOTH, "round"), shape=_SAME, dtype=DtypeRule.NUMBERS, elementwise=_SMOOTH),
    Function(paths(BOTH, "real"), shape=_SAME, dtype=DtypeRule.REALS, elementwise=_SMOOTH),
    Function(paths(BOTH, "imag"), shape=_SAME, dtype=DtypeRule.FLOATS, elementwise=_SMOOTH),
    # `lax.conj` makes complex numbers of floats, and its neighbours read parts of nothing else.
    Function(paths(LAX, "conj imag real"), shape=_SAME, elementwise=_SMOOTH),
    Function(paths(JNP, "nan_to_num"), shape=_SAME, dtype=DtypeRule.SAME, elementwise=_SMOOTH),
    Function(
        paths(NUMPY, "nan_to_num"),
        shape=_SAME,
        dtype=DtypeRule.SAME,
        elementwise=_SMOOTH,
        asked=(Asked(0, "x"),),
    ),
)
_OF_ANYTHING = (
    Function(
        paths(JNP, "copy"),
        shape=_SAME,
        dtype=DtypeRule.SAME,
        sign=SignRule.KEPT,
        elementwise=_SMOOTH,
        cast=Cast.TRACED,
    ),
    Function(
        paths(LAX, "stop_gradient"),
        gives=Gives.TREE,
        shape=_SAME,
        dtype=DtypeRule.SAME,
        sign=SignRule.KEPT,
        elementwise=_SMOOTH,
        cast=Cast.TRACED,
    ),
)

_OPERATORS = (
    *with_numpy("add", Function(paths(LAX, "add"), elementwise=_SMOOTH, symbol="+")),
    *with_numpy("subtract", Function(paths(LAX, "sub"), elementwise=_SMOOTH, symbol="-")),
    *with_numpy("multiply", Function(paths(LAX, "mul"), elementwise=_SMOOTH, symbol="*")),
    *with_numpy("maximum", Function(paths(LAX, "max"), elementwise=_SMOOTH, symbol="max")),
    *with_numpy("minimum", Function(paths(LAX, "min"), elementwise=_SMOOTH, symbol="min")),
    # `lax.rem` takes the sign of the dividend, `lax.div` rounds towards zero: they are other operations.
    *with_numpy("mod remainder", Function((), elementwise=_SINGULAR, symbol="%")),
    *with_numpy("floor_divide", Function((), elementwise=_SINGULAR, symbol="//")),
)
_OF_SEVERAL_ARRAYS = (
    *with_numpy(
        "equal greater greater_equal less less_equal logical_and logical_or logical_xor not_equal",
        Function((), elementwise=_SMOOTH),
    ),
    *with_numpy(
        "arctan2 divide float_power hypot logaddexp power true_divide",
        Function(paths(LAX, "div integer_pow pow"), elementwise=_SINGULAR),
    ),
    *with_numpy(
        "clip",
        Function(
            (),
            shape=ShapeRule.BROADCAST,
            dtype=DtypeRule.PROMOTED,
            sign=SignRule.CLIPPED,
            elementwise=_SMOOTH,
        ),
    ),
    Function(
        paths(LAX, "rem"),
        shape=ShapeRule.BROADCAST,
        dtype=DtypeRule.SAME,
        sign=SignRule.KEPT,
        elementwise=_SINGULAR,
    ),
    Function(paths(LAX, "clamp"), dtype=DtypeRule.AGREED, sign=SignRule.CLAMPED),
    Function(
        paths(NUMPY, "copysign deg2rad fmax fmin fmod isclose rad2deg"),
        asks=Asks.ALL,
    ),
)
_CHOICE = Function(
    paths(LAX, "select"),
    shape=ShapeRule.BROADCAST,
    dtype=DtypeRule.CHOSEN,
    sign=SignRule.CHOSEN,
    elementwise=_SMOOTH,
    least=3,
)
_CHOICES = (
    _CHOICE,
    replace(_CHOICE, paths=paths(JNP, "where"), asks=Asks.ONLY),
    replace(_CHOICE, paths=paths(NUMPY, "where"), asks=Asks.ALL),
)

ELEMENTWISE = (
    *_OF_FLOATS,
    *_OF_NUMBERS,
    *_OF_ANYTHING,
    *_OPERATORS,
    *_OF_SEVERAL_ARRAYS,
    *_CHOICES,
)
