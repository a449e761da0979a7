"""What asks for the value of what it is given, of which a tracer has none."""

from jaxslice_lint.jax_model.functions import paths

_JNP = ("jax.numpy",)
_RANDOM = ("jax.random",)
_AXIS = (1, "axis")
_REDUCTIONS = "sum prod mean max min any all argmax argmin std var cumsum cumprod"

#: The arguments that a function asks for, by their positions and names; of a tuple it asks for the items.
ASKED_ARGUMENTS: dict[str, tuple[int | str, ...]] = {
    **dict.fromkeys(("hash", "chr", "hex", "oct", "bin", "complex"), (0,)),
    **dict.fromkeys(paths(("numpy",), "zeros ones empty full"), (0, "shape")),
    **dict.fromkeys(paths(("numpy",), "eye identity tri diff nan_to_num unique"), (0,)),
    "numpy.where": (0, 1, 2),
    **dict.fromkeys(paths(_JNP, _REDUCTIONS), _AXIS),
    **dict.fromkeys(paths(_JNP, "sort argsort median expand_dims squeeze flip"), _AXIS),
    **dict.fromkeys(paths(_JNP, "concatenate stack average count_nonzero ptp"), _AXIS),
    **dict.fromkeys(paths(_JNP, "nansum nanprod nanmean nanmin nanmax nanstd nanvar"), _AXIS),
    **dict.fromkeys(paths(_JNP, "append take repeat"), (2, "axis")),
    **dict.fromkeys(paths(_JNP, "swapaxes rollaxis"), (1, 2, "axis", "axis1", "axis2")),
    "jax.numpy.moveaxis": (1, 2, "source", "destination"),
    "jax.numpy.transpose": (1, "axes"),
    **dict.fromkeys(paths(_JNP, "tril triu diag diagonal"), (1, "k")),
    **dict.fromkeys(paths(_JNP, "hamming hanning bartlett blackman"), (0, "M")),
    **dict.fromkeys(paths(_JNP, "partition argpartition"), (1, "kth")),
    "jax.numpy.pad": (1, "pad_width"),
    "jax.numpy.rot90": (1, "k"),
    "jax.numpy.bincount": (2, "length"),
    "jax.numpy.diff": (1, "n"),
    "jax.numpy.indices": (0, "dimensions"),
    "jax.numpy.resize": (1, "new_shape"),
    "jax.numpy.geomspace": (2, "num"),
    "jax.lax.iota": (1, "size"),
    "jax.lax.broadcasted_iota": (1, "shape"),
    "jax.lax.top_k": (1, "k"),
    "jax.lax.full": (0, "shape"),
    "jax.lax.broadcast": (1, "sizes"),
    "jax.lax.reshape": (1, "new_sizes"),
    "jax.lax.expand_dims": (1, "dimensions"),
    "jax.lax.squeeze": (1, "dimensions"),
    "jax.lax.transpose": (1, "permutation"),
    **dict.fromkeys(paths(_RANDOM, "normal uniform exponential gumbel laplace"), (1, "shape")),
    **dict.fromkeys(paths(_RANDOM, "randint rademacher cauchy logistic bits"), (1, "shape")),
    **dict.fromkeys(paths(_RANDOM, "bernoulli choice poisson gamma dirichlet t"), (2, "shape")),
    **dict.fromkeys(paths(_RANDOM, "truncated_normal beta"), (3, "shape")),
    "jax.random.categorical": ("shape",),
    "jax.random.split": (1, "num"),
    **dict.fromkeys(
        paths(("jax.ops",), "segment_sum segment_prod segment_max segment_min"),
        (2, "num_segments"),
    ),
    **dict.fromkeys(paths(("jax.nn",), "softmax log_softmax logsumexp standardize"), _AXIS),
    "jax.image.resize": (1, "shape"),
    **dict.fromkeys(paths(_JNP, "eye tri"), (0, 1, "N", "M")),
    **dict.fromkeys(paths(_JNP, "linspace logspace"), (2, "num")),
    **dict.fromkeys(paths(_JNP, "reshape broadcast_to"), (1, "shape")),
    **dict.fromkeys(paths(_JNP, "split array_split"), (1, "indices_or_sections")),
    "jax.numpy.identity": (0, "n"),
    "jax.numpy.tile": (1, "reps"),
    "jax.nn.one_hot": (1, "num_classes"),
}
#: Functions that ask for their argument where it is the only one.
ASKING_ALONE = frozenset({"jax.numpy.where"})
#: Functions that ask for all of their positional arguments. A part of NumPy's others calls methods of an array.
ASKING_ALL_ARGUMENTS = frozenset(
    {
        *paths(
            ("math",), "acos acosh asin asinh atan atan2 atanh cbrt ceil comb copysign cos cosh"
        ),
        *paths(("math",), "degrees dist erf erfc exp exp2 expm1 fabs factorial floor fmod frexp"),
        *paths(("math",), "gamma gcd hypot isclose isfinite isinf isnan isqrt lcm ldexp lgamma"),
        *paths(("math",), "log log10 log1p log2 modf nextafter perm pow radians remainder sin"),
        *paths(("math",), "sinh sqrt tan tanh trunc ulp"),
        *paths(("numpy",), "abs absolute add arange arccos arccosh arcsin arcsinh arctan arctan2"),
        *paths(("numpy",), "arctanh average cbrt ceil clip conj copysign cos cosh count_nonzero"),
        *paths(("numpy",), "deg2rad degrees divide dot equal exp exp2 expm1 fabs floor"),
        *paths(("numpy",), "floor_divide fmax fmin fmod greater greater_equal hypot isclose"),
        *paths(("numpy",), "isfinite isinf isnan less less_equal linspace log log10 log1p log2"),
        *paths(("numpy",), "logical_and logical_not logical_or logical_xor matmul maximum median"),
        *paths(("numpy",), "minimum mod multiply negative not_equal positive power"),
        *paths(("numpy",), "rad2deg radians reciprocal remainder rint sign sin sinh sort sqrt"),
        *paths(("numpy",), "square subtract tan tanh tile true_divide trunc"),
    }
)
#: Functions that ask for the first item of what they go through, and those that ask for each of several.
ASKING_FIRST_ITEM = frozenset({"any", "all"})
ASKING_ALL_ITEMS = frozenset({"sorted", "set", "frozenset"})
#: Functions that run a generator to its end.
RUNNING = frozenset({"sum", "max", "min", "list", "tuple", "set", "frozenset", "sorted", "dict"})
#: Of the methods of a dict, a set, and a list with items: those that hash their first argument, or compare it.
HASHING_METHODS = frozenset({"get", "pop", "setdefault", "add", "discard"})
COMPARING_METHODS = frozenset({"index", "count", "remove"})
#: The arguments that methods of arrays ask for.
ASKED_BY_METHODS: dict[str, tuple[int | str, ...]] = {
    **dict.fromkeys([*_REDUCTIONS.split(), "sort", "argsort", "squeeze"], (0, "axis")),
    "reshape": (*range(8), "shape"),
}
