"""Functions and attributes whose results JAX knows while tracing, or never does. All names are public dotted paths."""

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
    "jax.experimental.pallas",
)
ARRAY_FUNCTIONS = frozenset({"jax.device_put", "jax.block_until_ready"})

#: Packages that run on the host: their results on static arguments are static.
HOST_MODULES = ("numpy", "math", "operator", "builtins", "itertools", "functools", "statistics")

#: Functions whose results are static whatever they are given.
STATIC_FUNCTIONS = frozenset(
    {
        *(
            f"{module}.{name}"
            for module in ("jax.numpy", "numpy")
            for name in (
                "shape", "ndim", "size", "dtype", "result_type", "promote_types", "issubdtype",
                "isdtype", "iinfo", "finfo", "broadcast_shapes", "isscalar", "iscomplexobj",
                "isrealobj", "can_cast", "einsum_path",
            )
        ),
        "jax.lax.axis_size", "jax.lax.broadcast_shapes", "jax.lax.dtype",
        "jax.lax.padtype_to_pads", "jax.lax.conv_dimension_numbers",
        "jax.lax.GatherDimensionNumbers", "jax.lax.ScatterDimensionNumbers",
        "jax.lax.GatherScatterMode", "jax.lax.Precision", "jax.lax.ConvDimensionNumbers",
        "jax.nn.initializers", "jax.device_count", "jax.local_device_count", "jax.devices",
        "jax.local_devices", "jax.process_index", "jax.process_count", "jax.default_backend",
        "jax.dtypes.result_type", "jax.dtypes.canonicalize_dtype", "jax.dtypes.issubdtype",
        "jax.tree.structure", "jax.tree_util.tree_structure", "jax.typeof",
        "jax.experimental.pallas.num_programs", "jax.experimental.pallas.cdiv",
        "jax.experimental.pallas.next_power_of_2", "jax.experimental.pallas.BlockSpec",
        "jax.experimental.pallas.ds", "jax.experimental.pallas.dslice", "jax.ds",
        "jax.ShapeDtypeStruct", "jax.core.is_concrete",
        "len", "isinstance", "issubclass", "type", "id", "hasattr", "callable", "repr", "str",
    }
)  # fmt: skip

#: `psum(1, axis)` of a Python constant is the axis size, a Python int, inside every mapped function.
COLLECTIVES_OF_CONSTANTS = frozenset({"jax.lax.psum"})

#: Results that are tracers inside any trace, with no traced input: they ask for the position on an axis or a grid.
ALWAYS_TRACED = frozenset({"jax.lax.axis_index", "jax.experimental.pallas.program_id"})

#: Integer scalars.
SCALAR_INTEGERS = frozenset(
    {
        *ALWAYS_TRACED,
        "jax.experimental.pallas.num_programs",
    }
)

#: One argument, same value: `int(n)`, `jnp.asarray(n)`.
CASTS = frozenset(
    {
        "int", "float", "complex", "round", "operator.index",
        *(
            f"{module}.{name}"
            for module in ("jax.numpy", "numpy")
            for name in (
                "asarray", "array", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32",
                "uint64", "float16", "bfloat16", "float32", "float64",
            )
        ),
        "jax.lax.stop_gradient", "jax.lax.convert_element_type", "jax.device_put",
        "jax.lax.optimization_barrier",
    }
)  # fmt: skip

#: Binary operators under their functional names.
OPERATORS = {
    **{
        f"{module}.{name}": symbol
        for module in ("jax.numpy", "numpy", "jax.lax", "operator")
        for name, symbol in {
            "add": "+", "sub": "-", "subtract": "-", "mul": "*", "multiply": "*",
            "floor_divide": "//", "floordiv": "//", "mod": "%", "remainder": "%",
        }.items()
    },
    **{
        f"{module}.{name}": symbol
        for module in ("jax.numpy", "numpy", "jax.lax")
        for name, symbol in {
            "maximum": "max", "minimum": "min", "max": "max", "min": "min",
        }.items()
        if module == "jax.lax" or name.endswith("imum")
    },
}  # fmt: skip

#: dtypes narrower than 32 bits: counting a start from the end wraps around in them.
NARROW_DTYPES = frozenset({"int8", "int16", "uint8", "uint16", "int4", "uint4", "int2", "uint2"})

#: Constructors with a shape as their first argument, and those that copy the shape of one.
SHAPED = frozenset(
    f"{module}.{name}" for module in ("jax.numpy", "numpy") for name in ("zeros", "ones", "empty", "full")
)
SHAPED_LIKE = frozenset(
    f"{module}.{name}"
    for module in ("jax.numpy", "numpy")
    for name in ("zeros_like", "ones_like", "empty_like", "full_like")
)
VECTORS = frozenset(
    f"{module}.{name}" for module in ("jax.numpy", "numpy") for name in ("arange", "linspace", "hanning")
)
#: Elementwise functions of one array: the result has its shape.
ELEMENTWISE = frozenset(
    f"{module}.{name}"
    for module in ("jax.numpy", "numpy", "jax.lax", "jax.nn")
    for name in (
        "abs", "exp", "log", "log1p", "sin", "cos", "tan", "tanh", "sqrt", "square", "floor",
        "ceil", "sign", "negative", "relu", "sigmoid", "softmax", "gelu", "silu", "neg",
        "log_softmax", "sort", "cumsum", "cumprod", "conj", "real", "imag",
    )
)  # fmt: skip

#: Attributes of an array that are static, and those that are arrays.
STATIC_ATTRIBUTES = frozenset(
    {"shape", "ndim", "size", "dtype", "aval", "itemsize", "nbytes", "sharding", "weak_type",
     "device", "is_fully_addressable", "committed"}
)  # fmt: skip
ARRAY_ATTRIBUTES = frozenset({"T", "mT", "real", "imag", "flat", "at"})

#: Methods of an array whose results have its shape.
SAME_SHAPE_METHODS = frozenset(
    {"astype", "conj", "conjugate", "copy", "clip", "round", "cumsum", "cumprod", "block_until_ready"}
)
#: Methods that turn an array into a Python value; on a tracer they raise.
CONCRETIZING_METHODS = frozenset({"item", "tolist", "__index__", "__int__"})
ARRAY_METHODS = frozenset(
    {
        "all", "any", "argmax", "argmin", "argpartition", "argsort", "choose", "compress",
        "diagonal", "dot", "flatten", "max", "mean", "min", "nonzero", "prod", "ptp", "ravel",
        "repeat", "reshape", "searchsorted", "sort", "squeeze", "std", "sum", "swapaxes", "take",
        "trace", "transpose", "var", "view", "get",
        *SAME_SHAPE_METHODS, *CONCRETIZING_METHODS,
    }
)  # fmt: skip
#: Methods of `x.at[index]` that return the updated array.
UPDATE_METHODS = frozenset(
    {"set", "add", "subtract", "sub", "multiply", "mul", "divide", "div", "power", "min", "max",
     "apply"}
)  # fmt: skip

#: Methods of a jitted function that call it.
STAGING_METHODS = frozenset({"lower", "trace", "eval_shape"})

#: Same thing under another name; the longest prefix wins.
ALIASES = {
    "jax._src": "jax",
    "jax.api": "jax",
    "jax.numpy.lax": "jax.lax",
    "jax.core.eval_context": "jax.ensure_compile_time_eval",
    "flax.struct.field": "flax.struct.field",
    "jax.custom_derivatives.custom_jvp": "jax.custom_jvp",
    "jax.custom_derivatives.custom_vjp": "jax.custom_vjp",
    "jax.custom_derivatives.closure_convert": "jax.closure_convert",
    "jax.interpreters.ad.linear_transpose": "jax.linear_transpose",
    "jax.export.export": "jax.export.export",
    "jax.experimental.export.export": "jax.export.export",
    "jax.extend.linear_util": "jax.linear_util",
    "jax.experimental.pallas.tpu.repeat": "jax.numpy.repeat",
    "equinox.internal.while_loop": "jax.lax.while_loop",
    "equinox.internal.scan": "jax.lax.scan",
}

#: Index builders: `np.s_[1:2]` is the index itself.
INDEX_BUILDERS = frozenset(
    f"{module}.{name}" for module in ("numpy", "jax.numpy") for name in ("s_", "index_exp")
)
#: Context managers inside which JAX operations run at once, on concrete values.
EAGER_CONTEXTS = frozenset({"jax.ensure_compile_time_eval"})

#: Types that a tracer is, and is not, an instance of.
TRACER_TYPES = frozenset(
    {"jax.Array", "jax.numpy.ndarray", "jax.core.Tracer", "jax.typing.ArrayLike", "chex.Array"}
)
NOT_TRACER_TYPES = frozenset(
    {"int", "float", "bool", "str", "tuple", "list", "dict", "complex", "slice", "bytes", "type",
     "numpy.ndarray", "numpy.integer", "numpy.generic", "numpy.number", "numbers.Integral",
     "numbers.Number", "numbers.Real"}
)  # fmt: skip
#: Exceptions of which one is raised for a traced bound, or which include one.
GUARDS = frozenset(
    {"IndexError", "LookupError", "TypeError", "Exception", "BaseException",
     "jax.errors.TracerIntegerConversionError", "jax.errors.ConcretizationTypeError",
     "jax.errors.TracerBoolConversionError", "jax.errors.JAXTypeError", "jax.errors.JAXIndexError"}
)  # fmt: skip
