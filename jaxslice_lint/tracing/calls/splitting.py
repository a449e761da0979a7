"""Models of nnx, which are taken apart into a structure and the states of their variables, and put together again.

A state is a mapping of the names of attributes and the places of items to boxes, arrays and states.
"""

from collections.abc import Callable, Hashable, Iterator

from jaxslice_lint.facts.status import Status
from jaxslice_lint.jax_model.functions.schema import Gives
from jaxslice_lint.tracing.domain.arguments import Arguments
from jaxslice_lint.tracing.domain.data import NONE, Data, Kind, unknown
from jaxslice_lint.tracing.domain.joins import alternatives, is_traced, join_all
from jaxslice_lint.tracing.domain.points import Point
from jaxslice_lint.tracing.domain.values import (
    Instance,
    Many,
    Mapping,
    Sequence,
    Structure,
    Union,
    Value,
    is_none,
)
from jaxslice_lint.tracing.domain.variables import content, is_variable
from jaxslice_lint.tracing.operations.module_variables import of_any_float
from jaxslice_lint.tracing.operations.results import Leaves, is_tree
from jaxslice_lint.tracing.syntax.targets import set_attribute

_ARRAYS = (Kind.JAX, Kind.NUMPY, Kind.PYTREE)


def _split(_point: Point, arguments: Arguments) -> Value:
    """`graphdef, state = split(model)`, `graphdef, params, rest = split(model, nnx.Param, ...)`."""
    states = _states(arguments)
    if states is None:
        return unknown("a model that is split into nobody knows how many states")
    return Sequence((Structure(arguments.first), *states))


def _state(_point: Point, arguments: Arguments) -> Value:
    """`state(model)`; with several filters, a state for each."""
    states = _states(arguments)
    if states is None:
        return unknown("nobody knows how many states")
    return states[0] if len(states) == 1 else Sequence(states)


def _states(arguments: Arguments) -> tuple[Value, ...] | None:
    """A state for each filter. Which leaves it lets through is not followed: each state has all of them."""
    if not arguments.positional or arguments.rest is not None:
        return None
    state = _state_of(arguments.first, set())
    return (Mapping(()) if state is None else state,) * max(len(arguments.positional) - 1, 1)


def _state_of(value: Value, seen: set[int]) -> Value | None:
    """The state of a part of a model, which has its boxes; None for a part that has none, or is met a second time."""
    match value:
        case Instance() if value.cls.is_variable:
            return value
        case Instance() if not is_tree(value.cls) or id(value) in seen:
            return None
        case Instance() | Sequence() | Mapping() | Many():
            seen.add(id(value))
            parts = {key: _state_of(part, seen) for key, part in _parts_of(value).items()}
            other = parts.pop(_ANY_KEY, None)
            return Mapping(tuple((k, v) for k, v in parts.items() if v is not None), other)
        case Union(values=values):
            found = [_state_of(one, seen) for one in values]
            return join_all([one for one in found if one is not None]) if any(found) else None
        case Data(kind=kind, status=status):
            is_array = kind in _ARRAYS or (kind is Kind.ANY and status is Status.UNKNOWN)
            return value if is_array else None
    return None


#: The key of what stands for every further part.
_ANY_KEY = ("(any)",)


def _parts_of(value: Value) -> dict[Hashable, Value]:
    """The parts of a model's part by the keys that they have in its state."""
    match value:
        case Instance():
            found: dict[Hashable, Value] = {}
            for one in (value, *value.variants):
                for name, part in one.attributes.items():
                    if name not in value.cls.static_fields:
                        found[name] = join_all([found.get(name, part), part])
            return found
        case Sequence(items=items):
            return dict(enumerate(items))
        case Mapping(items=items, other=other):
            return dict(items) if other is None else {**dict(items), _ANY_KEY: other}
        case Many(element=element):
            return {_ANY_KEY: element}
    return {}


def _merged(point: Point, arguments: Arguments) -> Value:
    """`merge(graphdef, *states)`: a new object of the class that was split."""
    structure = arguments.first
    if not isinstance(structure, Structure):
        return unknown("a model of unknown structure")
    return _Merge(point).of(structure.tree, _given_states(arguments))


def _given_states(arguments: Arguments) -> tuple[Value, ...]:
    rest = () if arguments.rest is None else (arguments.rest,)
    return (*arguments.positional[1:], *rest)


def _cloned(point: Point, arguments: Arguments) -> Value:
    """`clone(model)`."""
    model = arguments.first
    state = _state_of(model, set())
    return _Merge(point, copies=True).of(model, () if state is None else (state,))


def _updated(point: Point, arguments: Arguments) -> Value:
    """`update(model, *states)`: what the states hold is stored in the model; what else it has stays."""
    merge = _Merge(point)
    for box, name, value in list(merge.changes(arguments.first, _given_states(arguments), set())):
        set_attribute(point, box, name, value)
    return NONE


class _Merge:
    """Puts leaves of states into the places that a model has for them: their own boxes, or with `copies` others."""

    def __init__(self, point: Point, *, copies: bool = False) -> None:
        self._point = point
        self._copies = copies
        self._made: dict[int, Instance] = {}
        self._tracers: dict[str, Leaves] = {}

    def of(self, value: Value, states: tuple[Value, ...]) -> Value:
        """A part of a model, with the leaves that the same part of the states holds."""
        match value:
            case Instance() if is_tree(value.cls):
                return self._object(value, states)
            case Sequence(items=items, mutable=mutable):
                new = [self.of(item, _at(states, place)) for place, item in enumerate(items)]
                return Sequence(tuple(new), mutable)
            case Mapping(items=items, other=other):
                pairs = tuple((key, self.of(item, _at(states, key))) for key, item in items)
                return Mapping(
                    pairs, None if other is None else self.of(other, _at(states, _ANY_KEY))
                )
            case Many(element=element):
                return Many(self.of(element, _at(states, _ANY_KEY)))
            case Union(values=values):
                return join_all([self.of(one, states) for one in values])
            case Data(kind=kind) if kind in _ARRAYS:
                return self._leaf(value, states)
        return value

    def _object(self, value: Instance, states: tuple[Value, ...]) -> Instance:
        if id(value) in self._made:
            return self._made[id(value)]
        box = states[0] if states else NONE
        if is_variable(box) and all(one is box for one in states) and not self._copies:
            return box
        new = self._made[id(value)] = Instance(value.cls, {}, self._point.tracer.new_number())
        for name, part in value.attributes.items():
            if value.cls.is_variable and name == "value":
                new.attributes[name] = self._leaf(part, states)
            elif name in value.cls.static_fields:
                new.attributes[name] = part
            else:
                new.attributes[name] = self.of(part, _at(states, name))
        new.variants = tuple(self._object(one, states) for one in value.variants)
        new.traced = any(map(is_traced, new.attributes.values()))
        return new

    def changes(
        self, value: Value, states: tuple[Value, ...], seen: set[int]
    ) -> Iterator[tuple[Instance, str, Value]]:
        """The boxes and other objects in a model whose attributes the states change, and to what."""
        if not states or id(value) in seen:
            return
        seen.add(id(value))
        if is_variable(value):
            yield value, "value", self._leaf(content(value), states)
            return
        for key, part in _parts_of(value).items():
            held = _at(states, key)
            is_array = isinstance(part, Data) and part.kind in _ARRAYS
            if isinstance(value, Instance) and isinstance(key, str) and is_array and held:
                yield value, key, self._leaf(part, held)
            else:
                yield from self.changes(part, held, seen)

    def _leaf(self, value: Value, states: tuple[Value, ...]) -> Value:
        """What the states hold where the model has the array `value`; it is in one of them."""
        found = [self._taken(value, one) for state in states for one in alternatives(state)]
        if not found:
            return unknown("a variable that no state is seen to hold")
        return join_all(found, self._point.fresh(Status.UNKNOWN, ("leaf", id(value))))

    def _taken(self, value: Value, state: Value) -> Value:
        """What one state holds; of one that is traced as a whole, a leaf like `value`."""
        held = content(state)
        if not isinstance(held, Data) or held.kind is not Kind.PYTREE or not is_traced(held):
            return held
        if held.why not in self._tracers:
            step = held.origin or self._point.step(held.why)
            self._tracers[held.why] = Leaves(self._point, held.why, step, blocks=True)
        return self._tracers[held.why].traced(of_any_float(value))


def _at(states: tuple[Value, ...], key: Hashable) -> tuple[Value, ...]:
    """What the states hold under `key`."""
    found: list[Value | None] = []
    for one in (one for state in states for one in alternatives(state)):
        match one:
            case Mapping(items=items, other=other):
                held = dict(items)
                found += [*held.values(), other] if key == _ANY_KEY else [held.get(key, other)]
            case Data() if not is_none(one):
                found.append(one)
            case Many(element=element):
                found.append(element)
    return tuple(one for one in found if one is not None)


#: What functions do that take models apart and put them together, by what their rows say that they give.
SPLITTING: dict[Gives | None, Callable[[Point, Arguments], Value]] = {
    Gives.STRUCTURE_AND_STATES: _split,
    Gives.STATES: _state,
    Gives.MERGED_MODEL: _merged,
    Gives.UPDATED_MODEL: _updated,
    Gives.COPIED_MODEL: _cloned,
}
