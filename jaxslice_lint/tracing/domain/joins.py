"""Where paths through the program meet, and what their values have in common."""

from collections.abc import Callable, Iterable

from jaxslice_lint.facts.status import Status
from jaxslice_lint.tracing.domain.data import NO_CONSTANT, UNKNOWN, Data, Kind
from jaxslice_lint.tracing.domain.dtypes import without_symbol
from jaxslice_lint.tracing.domain.polynomials import Poly
from jaxslice_lint.tracing.domain.values import (
    Instance,
    Many,
    Mapping,
    Sequence,
    Union,
    Value,
    is_none,
    map_parts,
)

_MOST_CHOICES = 5


def alternatives(value: Value) -> tuple[Value, ...]:
    """The values that `value` may be."""
    return value.values if isinstance(value, Union) else (value,)


def over(value: Value, function: Callable[[Value], Value]) -> Value:
    """`function` of every value that `value` may be, joined."""
    if not isinstance(value, Union):
        return function(value)
    return join_all([function(one) for one in value.values])


def join(left: Value, right: Value, poly: Poly | None = None) -> Value:
    """What is known of a value that is `left` on one path and `right` on another; `poly` names it from now on."""
    if left is right or left == right:
        return left
    if isinstance(left, Data) and isinstance(right, Data):
        return _one_of(_merged_data([left, right], poly))
    if isinstance(left, Sequence) and isinstance(right, Sequence):
        if len(left.items) == len(right.items):
            items = tuple(join(a, b) for a, b in zip(left.items, right.items, strict=True))
            return Sequence(items, left.mutable and right.mutable)
        if left.items and right.items:
            return Many(join_all([*left.items, *right.items]))
        return Many(join_all([*left.items, *right.items]))
    if isinstance(left, Mapping) and isinstance(right, Mapping):
        return _join_mappings(left, right)
    if isinstance(left, (Many, Sequence)) and isinstance(right, (Many, Sequence)):
        return Many(join_all([*_elements(left), *_elements(right)]))
    return _choice([*alternatives(left), *alternatives(right)], poly)


def join_all(values: Iterable[Value], poly: Poly | None = None) -> Value:
    """What is known of a value that is one of `values`; unknown of none."""
    result: Value | None = None
    for value in values:
        result = value if result is None else join(result, value, poly)
    return UNKNOWN if result is None else result


def _elements(value: Many | Sequence) -> tuple[Value, ...]:
    return (value.element,) if isinstance(value, Many) else value.items


def _join_mappings(left: Mapping, right: Mapping) -> Mapping:
    mine, theirs = dict(left.items), dict(right.items)
    items = tuple(
        (key, join(mine.get(key, UNKNOWN), theirs.get(key, UNKNOWN))) for key in {**mine, **theirs}
    )
    other = join_all([v for v in (left.other, right.other) if v is not None])
    return Mapping(items, None if left.other is None and right.other is None else other)


def _choice(values: list[Value], poly: Poly | None) -> Value:
    """A `Union` in normal form: at most one value of each status besides None."""
    data = [value for value in values if isinstance(value, Data)]
    rest: list[Value] = []
    for value in values:
        if not isinstance(value, Data) and value not in rest:
            rest.append(value)
    parts = [*_merged_data(data, poly), *rest]
    return UNKNOWN if len(parts) > _MOST_CHOICES else _one_of(parts)


def _one_of(parts: list[Value]) -> Value:
    return parts[0] if len(parts) == 1 else Union(tuple(parts))


def _merged_data(data: list[Data], poly: Poly | None) -> list[Value]:
    nones = [value for value in data if is_none(value)]
    others = [value for value in data if not is_none(value)] if nones else data
    if Status.UNKNOWN in [value.status for value in others]:
        return [*nones[:1], _merge(others, Status.UNKNOWN, poly)]
    merged: list[Value] = [nones[0]] if nones else []
    for status in (Status.STATIC, Status.TRACED):
        same = [value for value in others if value.status is status]
        if same:
            merged.append(_merge(same, status, poly))
    return merged


def _merge(data: list[Data], status: Status, poly: Poly | None) -> Data:
    first, others = data[0], data[1:]
    if all(value == first for value in others):
        return first
    reasons = [value for value in data if value.status is status]
    cause = reasons[0] if reasons else first
    merged = Data(
        status,
        _common_kind({value.kind for value in data}),
        first.const,
        first.poly,
        first.ndim,
        first.dtype,
        first.shape_of,
        cause.why if len(reasons) == len(data) else "it differs between paths",
        cause.origin,
        first.asked,
        first.of_tree,
    )
    for value in others:  # by hand: values meet behind every branch, and nearly always two
        if not _same_constant(first, value):
            merged.const = NO_CONSTANT
        if value.poly != first.poly:
            merged.poly = poly
        if value.ndim != first.ndim:
            merged.ndim = None
        if value.dtype != first.dtype:
            merged.dtype = None
        if value.shape_of != first.shape_of:
            merged.shape_of = None
        merged.asked &= value.asked
        merged.of_tree &= value.of_tree
    return merged


def _same_constant(left: Data, right: Data) -> bool:
    return left.const == right.const and left.dtype == right.dtype


def _common_kind(kinds: set[Kind]) -> Kind:
    if len(kinds) == 1:
        return next(iter(kinds))
    if Kind.TEST in kinds:
        return Kind.TEST
    return Kind.PYTREE if kinds <= {Kind.JAX, Kind.PYTREE} else Kind.ANY


def without_symbols(value: Value) -> Value:
    """`value` as one of many: what was made in different rounds must not look equal."""
    if not isinstance(value, Data):
        return map_parts(value, without_symbols)
    if value.poly is None or value.poly.constant is not None:
        return value
    return value.renumbered(None, None, without_symbol(value.dtype))


def without_none(value: Value) -> Value:
    """`value` where it is known not to be None."""
    kept = [one for one in alternatives(value) if not is_none(one)]
    return join_all(kept) if kept else value


def status_of(value: Value) -> Status:
    """The status of a value as a bound: traced or static only if it is so on every path."""
    found = {_status_of_one(one) for one in alternatives(value)}
    return found.pop() if len(found) == 1 else Status.UNKNOWN


def _status_of_one(value: Value) -> Status:
    return value.status if isinstance(value, Data) else Status.UNKNOWN


def is_traced(value: Value) -> bool:
    """Whether a JAX operation on `value` gives a tracer: it is one, or contains one."""
    match value:
        case Data(status=status):
            return status is Status.TRACED
        case Sequence(items=items):
            return any(is_traced(item) for item in items)
        case Mapping(items=items):
            return any(is_traced(item) for _, item in items)
        case Many(element=element, held=held):
            return is_traced(element) or any(is_traced(one) for one in held)
        case Union(values=values):
            return all(is_traced(one) for one in values)
        case Instance(traced=traced):
            return traced
    return False


def is_static(value: Value) -> bool:
    """Whether no part of `value` is traced or unknown."""
    match value:
        case Data(status=status):
            return status is Status.STATIC
        case Sequence(items=items):
            return all(is_static(item) for item in items)
        case Mapping(items=items, other=other):
            return all(is_static(item) for _, item in items) and (other is None or is_static(other))
        case Many(element=element):
            return is_static(element)
        case Union(values=values):
            return all(is_static(one) for one in values)
        case Instance(traced=traced):
            return not traced
    return True
