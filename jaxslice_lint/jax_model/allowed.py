"""What `--verify` may run: what JAX, NumPy and Python have without effects. All else gets a generated value."""

from jaxslice_lint.jax_model.lookup import is_pure
from jaxslice_lint.jax_model.names import paths

#: What holds functions and constants. A name in it may also hold a module, but what that has is not allowed.
_HOLDERS = frozenset(
    {
        *("math", "numpy", "numpy.fft", "numpy.linalg", "jax.lax.linalg"),
        *("jax.lax", "jax.lax.GatherScatterMode", "jax.lax.Precision", "jax.nn"),
        *("jax.numpy", "jax.numpy.fft", "jax.numpy.linalg"),
        *paths(("jax.scipy",), "fft linalg ndimage signal special stats"),
    }
)
#: What ufuncs and distributions have.
_PARTS = frozenset(
    {
        *("accumulate", "outer", "reduce", "reduceat"),
        *("cdf", "logcdf", "logpdf", "logpmf", "logsf", "pdf", "pmf", "ppf", "sf"),
    }
)
_NAMES = frozenset(
    {
        *("jax.ds", "jax.experimental.pallas.ds", "jax.experimental.pallas.dslice"),
        *("operator.add", "operator.mul", "operator.sub"),
        *("jax.tree.map", "jax.tree_util.tree_map"),
    }
)
#: They print, change what others see, read files, import modules, or need an axis that a transform names. Some are
#: those of NumPy 1.
_REFUSED = frozenset(
    {
        *paths(("numpy",), "DataSource add_docstring add_newdoc deprecate disp info lookfor"),
        *paths(("numpy",), "loads mafromtxt ndfromtxt recfromcsv recfromtxt seterrobj"),
        *paths(("numpy",), "set_string_function show_config show_runtime source who"),
        *paths(("numpy", "numpy.fft", "numpy.linalg"), "test"),
        *paths(("jax.lax",), "axis_index axis_size psum pmean pmax pmin all_gather all_to_all"),
        *paths(("jax.lax",), "ppermute pshuffle psum_scatter pbroadcast pcast pvary"),
        *paths(("jax.lax",), "with_sharding_constraint infeed outfeed"),
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


def holds(path: str) -> bool:
    """Whether something that is allowed has a path that begins with this one."""
    return any(f"{one}.".startswith(f"{path}.") for one in (*_NAMES, *_HOLDERS))


def is_allowed(path: str) -> bool:
    """Whether a fragment may use what has this dotted path: by its name, since what a name holds is not looked at."""
    if path in _NAMES:
        return True
    holder, _, name = path.rpartition(".")
    if name in _PARTS:
        path = holder
        holder, _, name = path.rpartition(".")
    is_listed = holder in _HOLDERS and not name.startswith("_")
    return is_listed and path not in _HOLDERS | _REFUSED and is_pure(path)
