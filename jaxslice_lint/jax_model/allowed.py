"""What `--verify` may run: what JAX, NumPy and Python have without effects. All else gets a generated value."""

_MODULES = ("jax.numpy", "jax.lax", "jax.nn", "jax.scipy", "numpy", "math")
_NAMES = frozenset(
    {
        *("jax.ds", "jax.experimental.pallas.ds", "jax.experimental.pallas.dslice"),
        *("operator.add", "operator.mul", "operator.sub"),
        *("jax.tree.map", "jax.tree_util.tree_map"),
    }
)
#: They read or write files, change how values are shown, are random, or need an axis that a transform names.
_REFUSED = frozenset(
    {
        *("save", "savez", "savez_compressed", "savetxt", "load", "loadtxt", "genfromtxt"),
        *("fromfile", "fromregex", "memmap", "DataSource", "lib", "ctypeslib", "testing", "random"),
        *("f2py", "distutils", "core", "_core", "rec", "char", "compat", "matrixlib"),
        *("set_printoptions", "seterr", "seterrcall", "setbufsize", "show_config", "tofile"),
        *("axis_index", "axis_size", "psum", "pmean", "pmax", "pmin", "all_gather", "all_to_all"),
        *("ppermute", "pshuffle", "psum_scatter", "pbroadcast", "pcast", "pvary"),
        *("with_sharding_constraint", "infeed", "outfeed", "print", "info", "test"),
    }
)
#: Decorators that keep the values of a function.
KEEPING_DECORATORS = frozenset({"jax.jit", "jax.checkpoint", "jax.remat"})
#: Contexts that say how what is computed in them is called, or how exactly it is.
NAMING_CONTEXTS = frozenset(
    {"jax.named_scope", "jax.profiler.TraceAnnotation", "jax.default_matmul_precision"}
)
BUILTINS = frozenset(
    {
        *("abs", "all", "any", "bool", "dict", "divmod", "enumerate", "float", "int", "len"),
        *("list", "map", "max", "min", "pow", "range", "reversed", "round", "set", "slice"),
        *("sorted", "sum", "tuple", "zip", "complex", "isinstance", "Ellipsis"),
    }
)
#: Attributes that arrays have and hardly anything else does.
PROPERTIES = frozenset({"shape", "ndim", "dtype", "at", "T", "mT"})
#: Attributes that arrays share with the objects of programs.
COMMON = frozenset({"size", "real", "imag"})
METHODS = frozenset(
    {
        *("all", "any", "argmax", "argmin", "argsort", "astype", "clip", "conj", "conjugate"),
        *("copy", "cumprod", "cumsum", "diagonal", "dot", "flatten", "max", "mean", "min"),
        *("nonzero", "prod", "ptp", "ravel", "repeat", "reshape", "round", "searchsorted", "sort"),
        *("squeeze", "std", "sum", "swapaxes", "take", "trace", "transpose", "var", "view"),
        *("set", "add", "subtract", "multiply", "mul", "divide", "power", "apply", "get"),
    }
)
#: Methods of lists and dicts, for those that are made in the code that is run.
OF_CONTAINERS = frozenset(
    {
        "append",
        "copy",
        "extend",
        "get",
        "insert",
        "items",
        "keys",
        "pop",
        "reverse",
        "update",
        "values",
    }
)
#: Functions whose result is an integer of the size of their arguments.
OF_INTEGERS = frozenset(
    {
        *("abs", "int", "max", "min", "minimum", "maximum", "clip", "mod", "remainder"),
        *("floor_divide", "where", "asarray", "array", "int32", "int16", "int8", "astype", "sub"),
        *("add", "mul", "multiply", "squeeze", "round", "rem", "div"),
    }
)


def is_allowed(path: str) -> bool:
    """Whether a fragment may use what has this dotted path."""
    if path in _NAMES:
        return True
    if _REFUSED.intersection(path.split(".")):
        return False
    return any(path.startswith(f"{module}.") for module in _MODULES)
