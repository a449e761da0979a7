"""Classes whose instances are pytrees, and which of their fields are static."""

from jaxslice_lint.jax_model.schema import PytreeClass, Register

_STRUCT = ("pytree_node", False)
_STATIC = ("static", True)
_FLATTENED = ("nodetype", "flatten", "unflatten")
_AS_META = (
    "name it in `meta_fields`, or declare it with `dataclasses.field(metadata={'static': True})`"
)
_AS_AUXILIARY = "return it among the auxiliary data when the object is flattened"
_AS_STRUCT = "declare it with `flax.struct.field(pytree_node=False)`"

PYTREE_CLASSES: tuple[PytreeClass, ...] = (
    PytreeClass(
        "jax.tree_util.register_dataclass",
        Register.NAMES,
        _STATIC,
        options=("nodetype", "data_fields", "meta_fields"),
        advice=_AS_META,
    ),
    PytreeClass("jax.tree_util.register_pytree_node_class", Register.FLATTEN, advice=_AS_AUXILIARY),
    PytreeClass(
        "jax.tree_util.register_pytree_with_keys_class",
        Register.FLATTEN_WITH_KEYS,
        advice=_AS_AUXILIARY,
    ),
    PytreeClass(
        "jax.tree_util.register_pytree_node",
        Register.FLATTEN,
        options=_FLATTENED,
        advice=_AS_AUXILIARY,
    ),
    PytreeClass(
        "jax.tree_util.register_pytree_with_keys",
        Register.FLATTEN_WITH_KEYS,
        options=_FLATTENED,
        advice=_AS_AUXILIARY,
    ),
    PytreeClass("jax.tree_util.register_static", Register.STATIC),
    PytreeClass("flax.struct.dataclass", static_when=_STRUCT, advice=_AS_STRUCT),
    PytreeClass("flax.struct.PyTreeNode", static_when=_STRUCT, advice=_AS_STRUCT),
    PytreeClass("flax.nnx.Module", Register.ARRAYS),
    PytreeClass("flax.nnx.Pytree", Register.ARRAYS),
    PytreeClass("flax.nnx.Object", Register.ARRAYS),
    PytreeClass("chex.dataclass"),
    PytreeClass(
        "equinox.Module",
        static_when=_STATIC,
        advice="declare it with `equinox.field(static=True)`",
    ),
    PytreeClass(
        "simple_pytree.Pytree",
        static_when=_STRUCT,
        advice="declare it with `simple_pytree.static_field()`",
    ),
    PytreeClass(
        "eformer.pytree.auto_pytree", Register.NAMES, _STRUCT, options=("nodetype", "meta_fields")
    ),
)

#: Stands for what makes pytrees of a class of which nothing is known.
FOREIGN = PytreeClass("", Register.SEEN)

#: Decorators that generate `__init__` from the annotated fields.
DATACLASS_DECORATORS = frozenset(
    {"dataclasses.dataclass", "flax.struct.dataclass", "chex.dataclass", "attr.s", "attrs.define",
     "attr.dataclass", "attrs.frozen", "eformer.pytree.auto_pytree"}
)  # fmt: skip
DATACLASS_BASES = frozenset(
    {"equinox.Module", "flax.linen.Module", "flax.struct.PyTreeNode", "simple_pytree.Pytree"}
)
#: Decorators and base classes of classes whose objects never change; others have an option `frozen`.
FROZEN = frozenset(
    {"equinox.Module", "flax.struct.dataclass", "flax.struct.PyTreeNode", "attrs.frozen"}
)
NAMED_TUPLES = frozenset({"typing.NamedTuple", "typing_extensions.NamedTuple"})

#: Base classes that are containers: the function that makes such a one, and the attribute that holds what is in it, if
#: programs can see that.
_OWN = "(content)"
CONTAINERS = {
    "list": ("list", _OWN),
    "typing.List": ("list", _OWN),
    "tuple": ("tuple", _OWN),
    "dict": ("dict", _OWN),
    "typing.Dict": ("dict", _OWN),
    "collections.OrderedDict": ("dict", _OWN),
    "collections.UserList": ("list", "data"),
    "collections.UserDict": ("dict", "data"),
}

#: Base classes that add no fields; one that is in no table may.
BASES_WITHOUT_FIELDS = frozenset(
    {"object", "abc.ABC", "typing.Generic", "typing.Protocol", "typing_extensions.Generic",
     "typing_extensions.Protocol", "collections.abc.Callable", "enum.Enum", "enum.IntEnum"}
)  # fmt: skip

#: Functions that say how a field is treated, with their positional parameters; and those that always make it static.
FIELD_SPECIFIERS: dict[str, tuple[str, ...]] = {
    "dataclasses.field": (),
    "flax.struct.field": ("pytree_node",),
    "equinox.field": (),
    "equinox.static_field": (),
    "jax.tree.static": (),
    "simple_pytree.field": ("default",),
    "simple_pytree.static_field": ("default",),
    "attr.ib": ("default",),
    "attrs.field": (),
    "eformer.pytree.field": ("pytree_node",),
}
STATIC_FIELDS = frozenset({"jax.tree.static", "equinox.static_field", "simple_pytree.static_field"})
#: Keyword and value of field specifiers that make a field static: `field(static=True)`.
STATIC_SPECIFIERS = frozenset(
    row.static_when for row in PYTREE_CLASSES if row.static_when is not None
)
