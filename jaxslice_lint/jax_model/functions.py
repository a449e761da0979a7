"""Functions and attributes whose results JAX knows while tracing, or never does. All names are public dotted paths.

`tests/test_jax_model_functions.py` calls what is listed here inside and outside a trace and looks at what comes out.
"""

from jaxslice_lint.jax_model.haiku import HAIKU_ARRAYS

_JNP = ("jax.numpy",)
_LAX = ("jax.lax",)
_NN = ("jax.nn",)
_NUMPY = ("jax.numpy", "numpy")
PALLAS = "jax.experimental.pallas"
_PALLAS = (PALLAS,)


def paths(modules: tuple[str, ...], names: str) -> frozenset[str]:
    """The dotted path of each name in each module."""
    return frozenset(f"{module}.{name}" for module in modules for name in names.split())


def _names(names: str) -> frozenset[str]:
    return frozenset(names.split())


#: Packages whose functions return JAX arrays: traced inside a trace, also when every argument is static.
ARRAY_MODULES = (
    "jax.numpy",
    "jax.lax",
    "jax.random",
    "jax.nn",
    "jax.scipy",
    "jax.image",
    "jax.ops",
    "jax.experimental.sparse",
    PALLAS,
)
ARRAY_FUNCTIONS = HAIKU_ARRAYS | {
    "jax.device_put",
    "jax.reshard",
    "jax.ad_checkpoint.checkpoint_name",
}

#: Packages that run on the host: their results on static arguments are static.
HOST_MODULES = ("numpy", "math", "operator", "builtins", "itertools", "functools", "statistics")
#: Functions in array packages that compute with Python numbers when they are given Python numbers.
HOST_FUNCTIONS = paths(_PALLAS, "cdiv align_to next_power_of_2 strides_from_shape")

#: Functions in array packages that return lists, or trees as they are given: both can be changed in place.
TREE_FUNCTIONS = frozenset(
    {
        *paths(_JNP, "array_split broadcast_arrays dsplit hsplit meshgrid split vsplit gradient"),
        *paths(_JNP, "atleast_1d atleast_2d atleast_3d histogramdd frompyfunc vectorize"),
        *paths(_LAX, "all_gather all_to_all composite custom_linear_solve custom_root dce_sink"),
        *paths(_LAX, "optimization_barrier pbroadcast pcast pvary platform_dependent pmax pmean"),
        *paths(_LAX, "pmin ppermute pshuffle psum psum_scatter pswapaxes reduce reduce_window"),
        *paths(_LAX, "sort split stop_gradient top_k unstack with_sharding_constraint linalg.eig"),
        *paths(("jax",), "device_put reshard ad_checkpoint.checkpoint_name"),
    }
)
#: Packages in which that may be so of any function.
TREE_MODULES = ("jax.experimental", "jax.scipy", "jax.nn.initializers")

#: Functions whose results are static whatever they are given.
STATIC_FUNCTIONS = frozenset(
    {
        *paths(_NUMPY, "shape ndim size dtype iinfo finfo result_type promote_types can_cast"),
        *paths(_NUMPY, "issubdtype isdtype isscalar iterable iscomplexobj isrealobj"),
        *paths(_NUMPY, "broadcast_shapes einsum_path get_printoptions"),
        *paths(_LAX, "axis_size broadcast_shapes dtype padtype_to_pads"),
        *paths(_LAX, "conv_dimension_numbers conv_general_permutations conv_general_shape_tuple"),
        *paths(_LAX, "conv_shape_tuple conv_transpose_shape_tuple reduce_window_shape_tuple"),
        *paths(_LAX, "ConvDimensionNumbers ConvGeneralDilatedDimensionNumbers Precision FftType"),
        *paths(_LAX, "GatherDimensionNumbers GatherScatterMode ScatterDimensionNumbers"),
        *paths(_LAX, "RaggedDotDimensionNumbers RandomAlgorithm RoundingMethod DotAlgorithm"),
        *paths(_LAX, "DotAlgorithmPreset AccuracyMode Tolerance"),
        *paths(("jax.random",), "key_dtype key_impl"),
        *paths(("jax.image",), "ResizeMethod"),
        *paths(("jax.dtypes",), "canonicalize_dtype issubdtype result_type finfo iinfo"),
        *paths(("jax.dtypes",), "itemsize_bits scalar_type_of"),
        *paths(("jax",), "device_count local_device_count host_count host_id host_ids devices"),
        *paths(("jax",), "local_devices process_count process_index process_indices"),
        *paths(("jax",), "default_backend typeof ShapeDtypeStruct make_mesh ds"),
        *paths(("jax.tree",), "structure"),
        *paths(("jax.tree_util",), "tree_structure treedef_children treedef_is_leaf treedef_tuple"),
        *paths(("jax.tree_util",), "keystr all_leaves is_tree_node"),
        *paths(("jax.core",), "ShapedArray is_concrete"),
        *paths(("jax.sharding",), "Mesh NamedSharding PartitionSpec SingleDeviceSharding"),
        *paths(("jax.sharding",), "AbstractMesh get_abstract_mesh"),
        *paths(_PALLAS, "num_programs BlockSpec GridSpec ds dslice tpu.get_tpu_info"),
        *_names("len isinstance issubclass type id hasattr callable repr str"),
    }
)

#: Of a Python constant these are Python values, inside every mapped function: `psum(1, axis)` is the axis size.
COLLECTIVES_OF_CONSTANTS = paths(_LAX, "psum pmean")

#: Results that are tracers inside any trace, with no traced input: they ask for the position on an axis or a grid.
ALWAYS_TRACED = frozenset({"jax.lax.axis_index", "jax.experimental.pallas.program_id"})

#: What reads a Ref, by the last part of the path. Other functions of Pallas return a Ref for a Ref: `tpu.annotate`.
READS_OF_REFS = _names("load swap async_load_tmem multimem_load_reduce semaphore_read") | _names(
    "atomic_add atomic_and atomic_cas atomic_max atomic_min atomic_or atomic_xchg atomic_xor"
)

#: What behaves as something of Python's own.
LIKE_PYTHON = {
    "jax.tree_util.Partial": "functools.partial",
    "flax.nnx.List": "list",
    "flax.nnx.Dict": "dict",
    "flax.nnx.data": "iter",
}
#: Questions to which a tracer may have another answer than a number.
ASKING_FOR_SCALARS = paths(_NUMPY, "isscalar")
ASKING_FOR_CONCRETE = paths(("jax.core",), "is_concrete")

#: Integer scalars.
SCALAR_INTEGERS = frozenset({*ALWAYS_TRACED, "jax.experimental.pallas.num_programs"})

_CASTS_TO = (
    "asarray array copy int8 int16 int32 int64 uint8 uint16 uint32 uint64 float16 float32 float64"
)
#: Casts that need a value: of a tracer they raise.
CONCRETIZING_CASTS = frozenset({"int", "float", "operator.index", *paths(("numpy",), _CASTS_TO)})
#: One argument, same value: `int(n)`, `jnp.asarray(n)`. Rounding is not among them.
CASTS = frozenset(
    {
        *CONCRETIZING_CASTS,
        *paths(_NUMPY, _CASTS_TO),
        *paths(_JNP, "bfloat16"),
        *paths(_LAX, "stop_gradient convert_element_type optimization_barrier"),
        *paths(_LAX, "with_sharding_constraint pcast pvary"),
        *paths(("jax",), "device_put device_get block_until_ready reshard"),
        *paths(("jax.ad_checkpoint",), "checkpoint_name"),
    }
)

_SYMBOLS = {
    "+": paths((*_NUMPY, *_LAX, "operator"), "add"),
    "-": paths((*_LAX, "operator"), "sub") | paths(_NUMPY, "subtract"),
    "*": paths((*_LAX, "operator"), "mul") | paths(_NUMPY, "multiply"),
    "//": paths(("operator",), "floordiv") | paths(_NUMPY, "floor_divide"),
    "**": paths(("operator",), "pow") | {"pow"},
    # `lax.rem` takes the sign of the dividend, `lax.div` rounds towards zero: they are other operations.
    "%": paths(("operator",), "mod") | paths(_NUMPY, "mod remainder"),
    "max": paths(_LAX, "max") | paths(_NUMPY, "maximum"),
    "min": paths(_LAX, "min") | paths(_NUMPY, "minimum"),
}
#: Binary operators under their functional names.
OPERATORS = {path: symbol for symbol, paths in _SYMBOLS.items() for path in paths}

#: dtypes narrower than 32 bits: counting a start from the end wraps around in them.
NARROW_DTYPES = frozenset({"int8", "int16", "uint8", "uint16", "int4", "uint4", "int2", "uint2"})
#: What NumPy takes for the name of a dtype: `"i1"` for `int8`, its bytes behind the kind.
DTYPE_CODES = {
    f"{code}{size}": f"{kind}{8 * size}"
    for code, kind in (("i", "int"), ("u", "uint"), ("f", "float"), ("c", "complex"))
    for size in (1, 2, 4, 8)
}

#: Constructors with a shape as their first argument, and those that copy the shape of one.
SHAPED = paths(_NUMPY, "zeros ones empty full") | paths(_LAX, "full")
SHAPED_LIKE = frozenset(
    {
        *paths(_NUMPY, "zeros_like ones_like empty_like full_like"),
        *paths(_LAX, "full_like"),
    }
)
#: Constructors of square matrices, and of arrays from nested lists.
MATRICES = paths(_NUMPY, "eye identity")
LITERAL_ARRAYS = paths(_NUMPY, "array asarray")
VECTORS = paths(_NUMPY, "arange linspace hanning hamming blackman bartlett kaiser")
#: The parameters, in order, that must have values because they decide a shape: of a tracer these functions raise,
#: unless one of `SIZE_OPTIONS` decides it instead.
CONCRETE_PARAMETERS: dict[str, tuple[str, ...]] = {
    "jax.numpy.arange": ("start", "stop", "step"),
    "jax.numpy.repeat": ("", "repeats"),
    **dict.fromkeys(paths(_JNP, "zeros ones empty full"), ("shape",)),
    **dict.fromkeys(paths(_JNP, "nonzero flatnonzero argwhere"), ("a",)),
    "jax.numpy.unique": ("ar",),
    "jax.numpy.extract": ("condition",),
    "jax.numpy.delete": ("", "obj"),
}
SIZE_OPTIONS = ("size", "total_repeat_length", "assume_unique_indices")
#: Elementwise functions of one array: the result has its shape.
ELEMENTWISE = frozenset(
    {
        *paths((*_NUMPY, *_LAX), "abs exp exp2 expm1 log log1p sqrt cbrt square reciprocal"),
        *paths((*_NUMPY, *_LAX), "sin cos tan sinh cosh tanh floor ceil round sign sort"),
        *paths(
            _NUMPY, "absolute fabs log2 log10 negative positive rint trunc real imag angle conj"
        ),
        *paths(_NUMPY, "arcsin arccos arctan arcsinh arccosh arctanh conjugate nan_to_num isnan"),
        *paths(_NUMPY, "isinf isfinite logical_not degrees radians argsort flip fliplr flipud"),
        *paths(_LAX, "neg rsqrt erf erfc erf_inv logistic lgamma digamma is_finite"),
        *paths(_LAX, "cumsum cumprod cummax cummin"),
        *paths(_NN, "relu relu6 leaky_relu elu selu celu gelu silu swish mish tanh hard_tanh"),
        *paths(_NN, "sigmoid log_sigmoid hard_sigmoid hard_swish softplus soft_sign"),
        *paths(_NN, "softmax log_softmax standardize"),
    }
)

#: Those that return booleans, and those with a dtype of their own. The dtype of all others is that of the array if it
#: holds floats, and that of some of them if it holds integers.
PREDICATES = paths(_NUMPY, "isnan isinf isfinite logical_not") | paths(_LAX, "is_finite")
OTHER_DTYPES = paths(_NUMPY, "argsort")
KEEPING_INTEGERS = frozenset(
    {
        *paths((*_NUMPY, *_LAX), "abs square sign sort"),
        *paths(_NUMPY, "absolute negative positive real conj conjugate flip fliplr flipud"),
        *paths(_LAX, "neg cumsum cumprod cummax cummin"),
        *paths(_NN, "relu"),
    }
)
#: `where(condition, x, y)`.
CHOOSING = paths(_NUMPY, "where") | paths(_LAX, "select")

#: Attributes of an array that are static, and those that are arrays.
STATIC_ATTRIBUTES = frozenset(
    {
        *_names("shape ndim size dtype aval itemsize nbytes weak_type"),
        *_names("sharding device committed is_fully_addressable is_fully_replicated"),
    }
)
ARRAY_ATTRIBUTES = frozenset({"T", "mT", "real", "imag", "flat", "at"})

#: Methods of an array whose results have its shape.
SAME_SHAPE_METHODS = _names(
    "astype byteswap conj conjugate copy clip round sort argsort block_until_ready"
)
#: Methods that turn an array into a Python value; on a tracer they raise.
CONCRETIZING_METHODS = _names(
    "item tolist tobytes __array__ __index__ __int__ __float__ __complex__ __bool__"
)
ARRAY_METHODS = frozenset(
    {
        *_names("all any argmax argmin argpartition choose compress cumprod cumsum diagonal dot"),
        *_names("flatten max mean min nonzero prod ptp ravel repeat reshape searchsorted squeeze"),
        *_names("std sum swapaxes take to_device trace transpose var view get"),
        *SAME_SHAPE_METHODS,
        *CONCRETIZING_METHODS,
    }
)
#: Methods of `x.at[index]` that return the updated array, and all of its attributes.
UPDATE_METHODS = _names("set add subtract multiply mul divide power min max apply")
AT_METHODS = UPDATE_METHODS | {"get", "array", "index"}
#: Methods that people expect of `x.at[index]`, and those that mean the same.
MEANT_AT_METHODS = {
    **dict.fromkeys(_names("set_value set_ assign put replace update write"), "set"),
    **dict.fromkeys(_names("add_ plus inc increment"), "add"),
    **dict.fromkeys(_names("sub subtract_ minus dec decrement"), "subtract"),
    **dict.fromkeys(_names("mult multiply_ times"), "multiply"),
    **dict.fromkeys(_names("div divide_ truediv true_divide"), "divide"),
    **dict.fromkeys(_names("pow"), "power"),
    **dict.fromkeys(_names("maximum"), "max"),
    **dict.fromkeys(_names("minimum"), "min"),
}
#: Functions that take a window out of an array or write one into it: their parameters.
WINDOW_FUNCTIONS = {
    "jax.lax.dynamic_slice": ("operand", "start_indices", "slice_sizes"),
    "jax.lax.dynamic_slice_in_dim": ("operand", "start_index", "slice_size", "axis"),
    "jax.lax.dynamic_update_slice": ("operand", "update", "start_indices"),
    "jax.lax.dynamic_update_slice_in_dim": ("operand", "update", "start_index", "axis"),
}
#: Functions that return their first argument with other values in it.
WRITTEN = paths(
    _LAX, "dynamic_update_slice dynamic_update_slice_in_dim dynamic_update_index_in_dim"
)
WINDOW_NAMES = frozenset(path.rpartition(".")[2] for path in WINDOW_FUNCTIONS)

#: Methods of a jitted function that call it.
STAGING_METHODS = frozenset({"lower", "trace", "eval_shape"})

#: Same thing under another name; the longest prefix wins.
ALIASES = {
    "jax._src": "jax",
    "jax.api": "jax",
    "jax.numpy.lax": "jax.lax",
    "jax.core.eval_context": "jax.ensure_compile_time_eval",
    "jax.core.ensure_compile_time_eval": "jax.ensure_compile_time_eval",
    "jax.ad_checkpoint.checkpoint": "jax.checkpoint",
    "jax.ad_checkpoint.remat": "jax.remat",
    "jax.custom_derivatives.custom_gradient": "jax.custom_gradient",
    "jax.custom_derivatives.custom_jvp": "jax.custom_jvp",
    "jax.custom_derivatives.custom_vjp": "jax.custom_vjp",
    "jax.custom_derivatives.closure_convert": "jax.closure_convert",
    "jax.interpreters.ad.linear_transpose": "jax.linear_transpose",
    "jax.experimental.export.export": "jax.export.export",
    "jax.experimental.pjit.with_sharding_constraint": "jax.lax.with_sharding_constraint",
    "jax.experimental.pallas.tpu.repeat": "jax.numpy.repeat",
    "jax.experimental.pallas.triton.program_id": "jax.experimental.pallas.program_id",
    "equinox.internal.while_loop": "jax.lax.while_loop",
    "equinox.internal.scan": "jax.lax.scan",
    "haiku.scan": "jax.lax.scan",
    "haiku.fori_loop": "jax.lax.fori_loop",
    "haiku.while_loop": "jax.lax.while_loop",
    "haiku.cond": "jax.lax.cond",
    "haiku.switch": "jax.lax.switch",
    "haiku.map": "jax.lax.map",
    "haiku.vmap": "jax.vmap",
    "haiku.remat": "jax.checkpoint",
    "haiku.eval_shape": "jax.eval_shape",
    "haiku.grad": "jax.grad",
    "haiku.value_and_grad": "jax.value_and_grad",
    "numpyro.contrib.control_flow.scan": "jax.lax.scan",
    "numpyro.contrib.control_flow.cond": "jax.lax.cond",
}

#: Index builders: `np.s_[1:2]` is the index itself.
INDEX_BUILDERS = paths(_NUMPY, "s_ index_exp")
#: Context managers inside which JAX operations run at once, on concrete values.
EAGER_CONTEXTS = frozenset({"jax.ensure_compile_time_eval"})
#: Context managers inside which transforms don't trace, so that no bound is a tracer.
UNTRACED_CONTEXTS = frozenset({"jax.disable_jit"})
#: Types that a tracer is, and is not, an instance of. `isinstance` of a tracer with a `Union` such as
#: `jax.typing.ArrayLike` is False before Python 3.14 and True after: such types are in neither table.
TRACER_TYPES = frozenset({"jax.Array", "jax.numpy.ndarray", "jax.core.Tracer"})
NOT_TRACER_TYPES = frozenset(
    {
        *_names("int float complex bool str bytes slice type"),
        *_names("tuple list dict set frozenset range"),
        *paths(_NUMPY, "integer floating generic number bool_"),
        *paths(("numpy",), "ndarray"),
        *paths(_JNP, "inexact complexfloating signedinteger"),
        *paths(("numbers",), "Number Complex Real Integral"),
    }
)
#: The types of `NOT_TRACER_TYPES` that a Python value is an instance of.
PYTHON_TYPES = {
    "bool": frozenset({"bool", "int", *paths(("numbers",), "Number Complex Real Integral")}),
    "int": frozenset({"int", *paths(("numbers",), "Number Complex Real Integral")}),
    "float": frozenset({"float", *paths(("numbers",), "Number Complex Real")}),
    "complex": frozenset({"complex", *paths(("numbers",), "Number Complex")}),
}
#: Exceptions of which one is raised for a traced bound, or which include one.
GUARDS = frozenset(
    {
        *_names("IndexError LookupError TypeError Exception BaseException"),
        *paths(("jax.errors",), "TracerIntegerConversionError TracerBoolConversionError"),
        *paths(("jax.errors",), "TracerArrayConversionError ConcretizationTypeError JAXTypeError"),
    }
)

#: Context managers that end with the errors below them, whatever library or class they are from. Of all but `suppress`
#: the first argument says which.
EXPECTING_ERRORS = frozenset(
    {
        *_names("suppress raises assertRaises assertRaisesRegex assertRaisesWithLiteralMatch"),
        *_names("assert_raises assert_raises_regex"),
    }
)

#: Functions of the host that do more than compute, or differ from call to call.
IMPURE = _names("next iter input print open exec eval setattr delattr")
IMPURE_MODULES = ("numpy.random",)

#: The names under which modules are usually imported.
USUAL_NAMES = {
    "jax.numpy.": "jnp.",
    "jax.lax.": "lax.",
    "jax.experimental.pallas.": "pl.",
    "numpy.": "np.",
    "equinox.nn.": "eqx.nn.",
    "equinox.": "eqx.",
    "flax.linen.": "nn.",
    "flax.nnx.": "nnx.",
    "haiku.": "hk.",
}

#: Taking pytrees apart and putting them together.
TREE_LEAVES = frozenset({"jax.tree.leaves", "jax.tree_util.tree_leaves", "jax.tree_leaves"})
TREE_STRUCTURE = frozenset(
    {"jax.tree.structure", "jax.tree_util.tree_structure", "jax.tree_structure"}
)
TREE_FLATTEN = frozenset({"jax.tree.flatten", "jax.tree_util.tree_flatten", "jax.tree_flatten"})
TREE_UNFLATTEN = frozenset(
    {"jax.tree.unflatten", "jax.tree_util.tree_unflatten", "jax.tree_unflatten"}
)
#: `tree_at(where, tree, new)`: a copy of a tree with the parts replaced that `where` returns.
TREE_AT = frozenset({"equinox.tree_at"})
