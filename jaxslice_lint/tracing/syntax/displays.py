"""The abstract values of displays: tuples, lists, sets and dicts that are written out."""

import ast
from collections.abc import Hashable

from jaxslice_lint.source.tables import are_constants
from jaxslice_lint.tracing.domain.data import NO_CONSTANT, UNKNOWN, unknown
from jaxslice_lint.tracing.domain.joins import join, join_all
from jaxslice_lint.tracing.domain.points import Point, PointOf
from jaxslice_lint.tracing.domain.values import (
    HEAVIEST,
    Function,
    Many,
    Mapping,
    Sequence,
    Value,
    known,
    weight_of,
)
from jaxslice_lint.tracing.operations.demands import demand, demand_all
from jaxslice_lint.tracing.operations.iteration import Spread

#: A literal of constants that is longer than this is data, not structure.
_MOST_CONSTANTS = 64
_LONG = Many(unknown("an item of a long literal"))
_LONG_DICT = Mapping((), _LONG.element)


def sequence(point: PointOf[ast.Tuple | ast.List | ast.Set]) -> Value:
    """The value of a tuple, list or set."""
    if len(point.node.elts) > _MOST_CONSTANTS and are_constants(point.node.elts):
        return _LONG
    spread = Spread()
    held: list[Value] = []
    for element in point.node.elts:
        if isinstance(element, ast.Starred):
            spread.add_all(point.at(element), point.evaluate(element.value))
        else:
            held.append(point.evaluate(element))
            spread.add(held[-1])
    items, rest = spread.items, spread.rest
    if isinstance(point.node, ast.Set):
        demand_all(items, point.frame)
    if _is_too_long(point, items):
        return _LONG
    is_set = isinstance(point.node, ast.Set)
    if rest or (is_set and any(known(item) is NO_CONSTANT for item in items)):
        return Many(join_all([*items, *rest]), tuple(held))
    return Sequence(tuple(items), mutable=isinstance(point.node, ast.List))


def _is_too_long(point: Point, items: list[Value]) -> bool:
    """Whether a literal has more parts than are followed; its functions are then not known where they are called."""
    if len(items) <= _MOST_CONSTANTS or sum(map(weight_of, items)) < HEAVIEST:
        return False
    for item in items:
        if isinstance(item, Function):
            point.tracer.give_up(item, f"it stands in a literal of more than {HEAVIEST:,} parts")
    return True


def dictionary(point: PointOf[ast.Dict]) -> Value:
    """The value of a dict."""
    keys = [key for key in point.node.keys if key is not None]
    if len(keys) > _MOST_CONSTANTS and are_constants([*point.node.values, *keys]):
        return _LONG_DICT
    result = Mapping(())
    values: list[Value] = []
    added: dict[Hashable, Value] = {}  # to `result`, all at once: a copy for each takes long
    for key_node, value_node in zip(point.node.keys, point.node.values, strict=True):
        value = point.evaluate(value_node)
        values.append(value)
        key = None if key_node is None else point.evaluate(key_node)
        if key is not None:
            demand(key, point.frame)
            if known(key) is not NO_CONSTANT:
                added[known(key)] = value
                continue
        result, added = _merged(result, Mapping(tuple(added.items()))), {}
        result = _merged(result, value) if key is None else _with_any_key(result, value)
    if _is_too_long(point, values):
        return _LONG_DICT
    return _merged(result, Mapping(tuple(added.items())))


def _with_any_key(mapping: Mapping, value: Value) -> Mapping:
    """`mapping` after `mapping[key] = value` with a key that is not known."""
    other = value if mapping.other is None else join(mapping.other, value)
    return Mapping(tuple((k, join(v, value)) for k, v in mapping.items), other)


def _merged(mapping: Mapping, other: Value) -> Mapping:
    """`{**mapping, **other}`."""
    if not isinstance(other, Mapping):
        return Mapping(tuple((key, UNKNOWN) for key, _ in mapping.items), UNKNOWN)
    items = {**dict(mapping.items), **dict(other.items)}
    return Mapping(tuple(items.items()), other.other or mapping.other)
