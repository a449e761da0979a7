"""Pytrees as flat lists of leaves."""

import ast

from jaxslice_lint.jax_model.functions import TREE_FLATTEN, TREE_LEAVES, TREE_UNFLATTEN
from jaxslice_lint.tracing.frames import Arguments, Frame
from jaxslice_lint.tracing.iteration import renewed
from jaxslice_lint.tracing.joins import is_traced, join_all
from jaxslice_lint.tracing.protocol import Tracer
from jaxslice_lint.tracing.results import array
from jaxslice_lint.tracing.site import Status
from jaxslice_lint.tracing.values import (
    UNKNOWN,
    Data,
    Flavor,
    Many,
    Mapping,
    Sequence,
    Value,
    is_none,
    unknown,
)

TREE_FUNCTIONS = TREE_LEAVES | TREE_FLATTEN | TREE_UNFLATTEN


def call_tree_function(
    tracer: Tracer, path: str, arguments: Arguments, frame: Frame, node: ast.AST
) -> Value:
    """`jax.tree.leaves`, `jax.tree.flatten`, `jax.tree.unflatten`."""
    first = arguments.positional[0] if arguments.positional else UNKNOWN
    if path in TREE_UNFLATTEN:
        leaves = arguments.positional[1] if len(arguments.positional) > 1 else UNKNOWN
        if is_traced(leaves):
            why = "a tree put together from tracers"
            return array(tracer, frame, node, (leaves,), why, flavor=Flavor.PYTREE)
        return unknown("a tree put together from unknown leaves")
    known_leaves = _leaves(first)
    if known_leaves is None:
        leaves = Many(renewed(tracer, _any_leaf(first), frame, node))
    else:
        leaves = Sequence(tuple(known_leaves), mutable=True)
    if path in TREE_LEAVES:
        return leaves
    return Sequence((leaves, Data(Status.STATIC, why="the structure of a tree is static")))


def _leaves(value: Value) -> list[Value] | None:
    """The leaves in JAX's order, or None where the structure is not known."""
    match value:
        case Data() if is_none(value):
            return []
        case Data(flavor=Flavor.JAX | Flavor.NUMPY | Flavor.PYTHON):
            return [value]
        case Sequence(items=items):
            return _all_leaves(items)
        case Mapping(items=items, other=None) if all(isinstance(k, str) for k, _ in items):
            return _all_leaves(tuple(v for _, v in sorted(items, key=lambda pair: str(pair[0]))))
    return None


def _all_leaves(items: tuple[Value, ...]) -> list[Value] | None:
    found: list[Value] = []
    for item in items:
        leaves = _leaves(item)
        if leaves is None:
            return None
        found += leaves
    return found


def _any_leaf(value: Value) -> Value:
    """Something that stands for any leaf of a tree."""
    match value:
        case Data():
            return value
        case Sequence(items=items):
            return join_all([_any_leaf(item) for item in items])
        case Mapping(items=pairs, other=other):
            rest = () if other is None else (other,)
            return join_all([_any_leaf(item) for item in (*(v for _, v in pairs), *rest)])
        case Many(element=element):
            return _any_leaf(element)
    return UNKNOWN
