"""What `--verify` may run of JAX, NumPy and Python, and ask values for. All else gets a generated value."""

from jaxslice_lint.jax_model.runnable import RUNNABLE

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


#: What has to be gone through to come to what may be run.
_HOLDERS = frozenset(
    ".".join(parts[:count])
    for parts in (path.split(".") for path in RUNNABLE)
    for count in range(1, len(parts))
)


def holds(path: str) -> bool:
    """Whether something that is allowed has a path that begins with this one."""
    return path in _HOLDERS


def is_allowed(path: str) -> bool:
    """Whether a fragment may use what has this dotted path."""
    return path in RUNNABLE
