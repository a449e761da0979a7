"""What arrays have: attributes, and `x.at[index]` with its methods; and objects that build indices."""

#: Attributes of an array that are static, and those that are arrays.
STATIC_ATTRIBUTES = frozenset(
    {
        *("shape", "ndim", "size", "dtype", "aval", "itemsize", "nbytes", "weak_type", "sharding"),
        *("device", "committed", "is_fully_addressable", "is_fully_replicated"),
    }
)
ARRAY_ATTRIBUTES = frozenset({"T", "mT", "real", "imag", "flat", "at"})

#: Methods of `x.at[index]` that return the updated array, and all of its attributes.
UPDATE_METHODS = frozenset(
    {"set", "add", "subtract", "multiply", "mul", "divide", "power", "min", "max", "apply"}
)
AT_METHODS = UPDATE_METHODS | {"get", "array", "index"}
#: Methods that people expect of `x.at[index]`, and those that mean the same.
MEANT_AT_METHODS = {
    **dict.fromkeys(("set_value", "set_", "assign", "put", "replace", "update", "write"), "set"),
    **dict.fromkeys(("add_", "plus", "inc", "increment"), "add"),
    **dict.fromkeys(("sub", "subtract_", "minus", "dec", "decrement"), "subtract"),
    **dict.fromkeys(("mult", "multiply_", "times"), "multiply"),
    **dict.fromkeys(("div", "divide_", "truediv", "true_divide"), "divide"),
    "pow": "power",
    "maximum": "max",
    "minimum": "min",
}

#: Index builders: `np.s_[1:2]` is the index itself.
INDEX_BUILDERS = frozenset({"jax.numpy.s_", "jax.numpy.index_exp", "numpy.s_", "numpy.index_exp"})
