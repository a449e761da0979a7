"""What the type of a parameter says of its value in a trace that only users of a library make. All names are public
dotted paths.

What may be a Python number is in no table: people write `start: int` for what is an array under `jit`, and
`steps: ArrayLike` for what is static (optax's Muon slices by it).
"""

from jaxslice_lint.jax_model.dtypes import FLOATING

#: Arrays, and keys, which are arrays.
ARRAYS = frozenset(
    {
        *("jax.Array", "jax.numpy.ndarray", "jax.core.Tracer"),
        *("jax.random.KeyArray", "jax.random.PRNGKeyArray"),
        *(
            "chex.Array",
            "chex.ArrayDevice",
            "chex.ArraySharded",
            "chex.ArrayBatched",
            "chex.PRNGKey",
        ),
        *("jaxtyping.Array", "jaxtyping.PRNGKeyArray"),
        *("flax.typing.Array", "flax.typing.PRNGKey"),
    }
)
#: Arrays of the host: among other types of arrays they are one more, alone they may be anything.
HOST_ARRAYS = frozenset(
    {"numpy.ndarray", "numpy.bool_", "numpy.number", "numpy.generic", "chex.ArrayNumpy"}
)
#: `Float[Array, "batch time"]`: arrays, as what stands first says, with the names of their axes. Some tell the dtype.
_SHAPED = ("Shaped", "Num", "Real", "Inexact", "Complex", "Integer", "Int", "UInt", "Key")
_SIZED = (
    *("Bool", "Float16", "Float32", "Float64", "BFloat16", "Complex64", "Complex128"),
    *("Int8", "Int16", "Int32", "Int64", "UInt8", "UInt16", "UInt32", "UInt64"),
)
SHAPED_ARRAYS: dict[str, str | None] = {
    **{f"jaxtyping.{name}": None for name in _SHAPED},
    **{f"jaxtyping.{name}": name.lower() for name in _SIZED},
    "jaxtyping.Float": FLOATING,
}
#: Trees whose leaves are arrays.
TREES = frozenset(
    {
        *("chex.ArrayTree", "chex.ArrayDeviceTree", "jaxtyping.PyTree"),
        *("optax.Params", "optax.Updates", "optax.OptState"),
        *("flax.typing.ArrayPytree", "flax.typing.VariableDict", "flax.typing.FrozenVariableDict"),
    }
)
#: What no transform traces, or what is a shape by custom.
STATIC = frozenset(
    {
        *("bool", "str", "bytes", "tuple", "slice", "range", "type", "None"),
        *("typing.Callable", "collections.abc.Callable", "typing.Literal", "typing.Type"),
        *(
            "typing.Tuple",
            "chex.Shape",
            "chex.ArrayDType",
            "jax.typing.DTypeLike",
            "jaxtyping.DTypeLike",
        ),
        *("jax.numpy.dtype", "numpy.dtype", "jax.sharding.Mesh", "jax.lax.Precision"),
    }
)
#: Containers, whose parts are what stands in brackets.
TUPLES = frozenset({"tuple", "typing.Tuple"})
SEQUENCES = frozenset(
    {
        *("list", "typing.List"),
        *(f"{module}.{name}" for module in ("typing", "collections.abc")
          for name in ("Sequence", "Iterable", "Collection")),
    }
)  # fmt: skip
MAPPINGS = frozenset(
    {
        *("dict", "typing.Dict", "typing.Mapping", "collections.abc.Mapping"),
        *("typing.MutableMapping", "collections.abc.MutableMapping"),
    }
)
#: `Optional[X]`, `Union[X, Y]`: one of what stands in brackets; the first of `Annotated[X, …]`.
UNIONS = frozenset({"typing.Union", "typing.Optional"})
OPTIONAL = "typing.Optional"
ANNOTATED = frozenset({"typing.Annotated", "typing_extensions.Annotated"})
