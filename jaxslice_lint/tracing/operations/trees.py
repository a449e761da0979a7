"""Pytrees as flat lists of leaves, and changed in places."""

from collections.abc import Callable, Iterator

from jaxslice_lint.facts.status import Status
from jaxslice_lint.jax_model.functions.schema import Gives
from jaxslice_lint.tracing.domain.arguments import Arguments
from jaxslice_lint.tracing.domain.data import UNKNOWN, Data, Kind, unknown
from jaxslice_lint.tracing.domain.foreign import is_foreign
from jaxslice_lint.tracing.domain.joins import is_traced, join_all
from jaxslice_lint.tracing.domain.points import Point
from jaxslice_lint.tracing.domain.values import (
    Instance,
    Many,
    Mapping,
    Sequence,
    Structure,
    Value,
    is_none,
)
from jaxslice_lint.tracing.operations.iteration import items_of, renewed
from jaxslice_lint.tracing.operations.results import array, is_tree, rebuild

#: What `call_tree_function` gives.
TREE_FUNCTIONS = frozenset(
    {
        *(Gives.LEAVES, Gives.STRUCTURE, Gives.LEAVES_AND_STRUCTURE, Gives.TREE_OF_LEAVES),
        Gives.CHANGED_TREE,
    }
)


def call_tree_function(point: Point, gives: Gives, arguments: Arguments) -> Value:
    """`jax.tree.leaves`, `jax.tree.flatten`, `jax.tree.unflatten`, `eqx.tree_at`."""
    first, second = (*arguments.positional, UNKNOWN, UNKNOWN)[:2]
    match gives:
        case Gives.CHANGED_TREE:
            return _changed_at(point, arguments)
        case Gives.TREE_OF_LEAVES:
            return unflattened(point, first, second)
        case Gives.STRUCTURE:
            return Structure(first)
    walk = _Walk(point)
    found: list[Value] = []
    walk.map(first, lambda leaf: found.append(leaf) or leaf)  # type: ignore[func-returns-value]
    if walk.is_known and not arguments.keywords:
        leaves: Value = Sequence(tuple(found), mutable=True)
    else:
        leaves = Many(renewed(point, _any_leaf(first)))
    return leaves if gives is Gives.LEAVES else Sequence((leaves, Structure(first)))


def unflattened(point: Point, structure: Value, leaves: Value) -> Value:
    """A tree of this structure with these leaves."""
    items = items_of(point.tracer, leaves)
    if isinstance(structure, Structure) and items is not None:
        walk, rest = _Walk(point), iter(items)
        tree = walk.map(structure.tree, lambda _: next(rest, UNKNOWN))
        if walk.is_known:
            return tree
    if is_traced(leaves):
        why = "a tree put together from tracers"
        return array(point, (leaves,), why, kind=Kind.PYTREE)
    return unknown("a tree put together from unknown leaves")


class _Walk:
    """Goes over the leaves of a tree in JAX's order; `is_known` says afterwards whether its structure is."""

    def __init__(self, point: Point) -> None:
        self._point = point
        self.is_known = True

    def map(self, value: Value, change: Callable[[Value], Value]) -> Value:
        """`value` with its leaves changed one by one."""
        match value:
            case Data() if is_none(value):
                return value
            case Data(kind=Kind.JAX | Kind.NUMPY | Kind.PYTHON):
                return change(value)
            case Sequence(items=items, mutable=mutable):
                return Sequence(tuple(self.map(item, change) for item in items), mutable)
            case Mapping(items=items, other=None) if all(isinstance(k, str) for k, _ in items):
                held = dict(items)
                changed = {k: self.map(held[k], change) for k in sorted(held, key=str)}
                return Mapping(tuple((k, changed[k]) for k in held))
            case Instance(cls=cls) if is_tree(cls) and not is_foreign(cls):
                return rebuild(
                    self._point,
                    value,
                    lambda v: self.map(v, change),
                )
        self.is_known = False
        return UNKNOWN


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


def _changed_at(point: Point, arguments: Arguments) -> Value:
    """`tree_at(where, tree, new)`, `tree_at(where, tree, replace_fn=change)`.

    `where` is called on a copy whose leaves are marks; what it returns says which of them are replaced.
    """
    options = arguments.bind(("where", "pytree", "replace", "replace_fn"))
    tree, where = options.get("pytree", UNKNOWN), options.get("where", UNKNOWN)
    marks = _Marks(point)
    marked = marks.mark(tree)
    chosen = point.call(where, Arguments((marked,)))
    several = isinstance(chosen, Sequence)
    places = list(chosen.items) if isinstance(chosen, Sequence) else [chosen]
    if not all(marks.is_part(place) for place in places):
        return unknown("a tree that was changed somewhere")
    change = options.get("replace_fn")
    if change is not None:
        new = [point.call(change, Arguments((marks.original(p),))) for p in places]
    else:
        given = options.get("replace", UNKNOWN)
        items = items_of(point.tracer, given) if several else (given,)
        new = [UNKNOWN] * len(places) if items is None else list(items)
    return marks.restored(marked, list(zip(places, new, strict=False)))


class _Marks:
    """A copy of a tree in which every part can be told from every other."""

    def __init__(self, point: Point) -> None:
        self._point = point
        self._parts: list[tuple[Value, Value]] = []

    def mark(self, value: Value) -> Value:
        """The copy of `value`: leaves and what is not followed are marks, objects are new ones."""
        match value:
            case Sequence(items=items, mutable=mutable):
                return Sequence(tuple(self.mark(item) for item in items), mutable)
            case Mapping(items=items, other=None):
                return Mapping(tuple((key, self.mark(item)) for key, item in items))
            case Instance(cls=cls) if is_tree(cls):
                copy: Value = rebuild(self._point, value, self.mark)
            case _:
                copy = Data(Status.UNKNOWN, const=("mark", id(self), len(self._parts)))
        self._parts.append((copy, value))
        return copy

    def _pairs(self, copy: Value) -> Iterator[Value]:
        return (value for part, value in self._parts if part == copy)

    def is_part(self, copy: Value) -> bool:
        """Whether `copy` is a part of the marked tree."""
        return next(self._pairs(copy), None) is not None

    def original(self, copy: Value) -> Value:
        """What `copy` is the copy of."""
        return next(self._pairs(copy), UNKNOWN)

    def restored(self, copy: Value, changes: list[tuple[Value, Value]]) -> Value:
        """The tree that `copy` is the copy of, with some parts replaced."""
        for place, new in changes:
            if place == copy:
                return new
        match copy:
            case Sequence(items=items, mutable=mutable):
                return Sequence(tuple(self.restored(item, changes) for item in items), mutable)
            case Mapping(items=items):
                return Mapping(tuple((key, self.restored(item, changes)) for key, item in items))
            case Instance():
                made = rebuild(
                    self._point,
                    copy,
                    lambda part: self.restored(part, changes),
                )
                original = self.original(copy)
                if isinstance(made, Instance) and isinstance(original, Instance):
                    made.traced = original.traced or any(is_traced(new) for _, new in changes)
                return made
        return self.original(copy)
