"""What `isinstance` says of a tracer and of Python values. All names are public dotted paths."""

from jaxslice_lint.jax_model.names import paths

_NUMBERS = ("numbers",)

#: Types that a tracer is, and is not, an instance of. `isinstance` of a tracer with a `Union` such as
#: `jax.typing.ArrayLike` is False before Python 3.14 and True after: such types are in neither table.
TRACER_TYPES = frozenset({"jax.Array", "jax.numpy.ndarray", "jax.core.Tracer"})
NOT_TRACER_TYPES = frozenset(
    {
        *("int", "float", "complex", "bool", "str", "bytes", "slice", "type"),
        *("tuple", "list", "dict", "set", "frozenset", "range"),
        *paths(("jax.numpy", "numpy"), "integer floating generic number bool_"),
        *paths(("numpy",), "ndarray"),
        *paths(("jax.numpy",), "inexact complexfloating signedinteger"),
        *paths(_NUMBERS, "Number Complex Real Integral"),
    }
)
#: The types of `NOT_TRACER_TYPES` that a Python value is an instance of.
PYTHON_TYPES = {
    "bool": frozenset({"bool", "int", *paths(_NUMBERS, "Number Complex Real Integral")}),
    "int": frozenset({"int", *paths(_NUMBERS, "Number Complex Real Integral")}),
    "float": frozenset({"float", *paths(_NUMBERS, "Number Complex Real")}),
    "complex": frozenset({"complex", *paths(_NUMBERS, "Number Complex")}),
}
