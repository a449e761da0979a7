"""Classes whose instances are pytrees, and which of their fields are static."""

from jaxslice_lint.jax_model.schema import PytreeClass, Register

_STRUCT = ("pytree_node", False)
_STATIC = ("static", True)

# `register_static` has no row: its instances have no data, and are passed through every transform as they are.
PYTREE_CLASSES: tuple[PytreeClass, ...] = (
    PytreeClass("jax.tree_util.register_dataclass", Register.NAMES, _STATIC, makes_init=False),
    PytreeClass("jax.tree_util.register_pytree_node_class", Register.FLATTEN, makes_init=False),
    PytreeClass(
        "jax.tree_util.register_pytree_with_keys_class", Register.FLATTEN, makes_init=False
    ),
    PytreeClass("flax.struct.dataclass", Register.STATIC_FIELD_KEYWORD, _STRUCT),
    PytreeClass("flax.struct.PyTreeNode", Register.STATIC_FIELD_KEYWORD, _STRUCT),
    PytreeClass("chex.dataclass"),
    PytreeClass("equinox.Module", Register.STATIC_FIELD_KEYWORD, _STATIC),
    PytreeClass("simple_pytree.Pytree", Register.STATIC_FIELD_KEYWORD, _STRUCT),
)

#: Decorators that generate `__init__` from the annotated fields.
DATACLASS_DECORATORS = frozenset(
    {"dataclasses.dataclass", "flax.struct.dataclass", "chex.dataclass", "attr.s", "attrs.define",
     "attr.dataclass", "attrs.frozen"}
)  # fmt: skip
DATACLASS_BASES = frozenset({"equinox.Module", "flax.struct.PyTreeNode", "simple_pytree.Pytree"})
NAMED_TUPLES = frozenset({"typing.NamedTuple", "typing_extensions.NamedTuple"})
