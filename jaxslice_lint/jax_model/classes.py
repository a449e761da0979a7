"""Classes whose instances are pytrees, and which of their fields are static."""

from jaxslice_lint.jax_model.schema import PytreeClass, Register

_STRUCT = ("pytree_node", False)
_STATIC = ("static", True)

# `register_static` has no row: its instances have no data, and are passed through every transform as they are.
PYTREE_CLASSES: tuple[PytreeClass, ...] = (
    PytreeClass("jax.tree_util.register_dataclass", Register.NAMES, _STATIC),
    PytreeClass("jax.tree_util.register_pytree_node_class", Register.FLATTEN),
    PytreeClass("jax.tree_util.register_pytree_with_keys_class", Register.FLATTEN),
    PytreeClass("flax.struct.dataclass", static_when=_STRUCT),
    PytreeClass("flax.struct.PyTreeNode", static_when=_STRUCT),
    PytreeClass("chex.dataclass"),
    PytreeClass("equinox.Module", static_when=_STATIC),
    PytreeClass("simple_pytree.Pytree", static_when=_STRUCT),
)

#: Decorators that generate `__init__` from the annotated fields.
DATACLASS_DECORATORS = frozenset(
    {"dataclasses.dataclass", "flax.struct.dataclass", "chex.dataclass", "attr.s", "attrs.define",
     "attr.dataclass", "attrs.frozen"}
)  # fmt: skip
DATACLASS_BASES = frozenset({"equinox.Module", "flax.struct.PyTreeNode", "simple_pytree.Pytree"})
NAMED_TUPLES = frozenset({"typing.NamedTuple", "typing_extensions.NamedTuple"})

#: Keyword and value of field specifiers that make a field static: `field(static=True)`.
STATIC_SPECIFIERS = frozenset(
    row.static_when for row in PYTREE_CLASSES if row.static_when is not None
)
