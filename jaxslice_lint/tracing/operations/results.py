"""What a JAX operation returns: the status of the result, and values with arrays as leaves."""

from collections.abc import Callable, Hashable
from functools import partial
from types import EllipsisType

from jaxslice_lint.facts.status import Sign, Status, Step
from jaxslice_lint.jax_model.schema import Register
from jaxslice_lint.tracing.domain.advice import advise
from jaxslice_lint.tracing.domain.arguments import Arguments
from jaxslice_lint.tracing.domain.context import Mode
from jaxslice_lint.tracing.domain.data import NONE, Data, Kind, static, traced, unknown
from jaxslice_lint.tracing.domain.dtypes import unnamed
from jaxslice_lint.tracing.domain.foreign import is_foreign
from jaxslice_lint.tracing.domain.frames import Frame
from jaxslice_lint.tracing.domain.joins import is_static, is_traced
from jaxslice_lint.tracing.domain.points import Point
from jaxslice_lint.tracing.domain.shapes import entries_of
from jaxslice_lint.tracing.domain.signs import sign_of
from jaxslice_lint.tracing.domain.values import (
    Class,
    Instance,
    Many,
    Sequence,
    Shape,
    Value,
    is_none,
    map_parts,
)


def jax_result(frame: Frame, arguments: tuple[Value, ...], why: str) -> tuple[Status, str]:
    """The status of the result of a JAX operation, and why."""
    traced = next((value for value in arguments if is_traced(value)), None)
    if traced is not None:
        return Status.TRACED, traced.why if isinstance(traced, Data) else why
    if frame.context.mode is Mode.STAGED:
        return Status.TRACED, why
    if frame.context.mode in (Mode.EAGER, Mode.UNTRACED) and all(
        is_static(value) for value in arguments
    ):
        return Status.STATIC, "a concrete array"
    return Status.UNKNOWN, "a JAX operation that may run inside a trace or not"


def array(
    point: Point,
    arguments: tuple[Value, ...],
    why: str,
    *,
    ndim: int | None = None,
    dtype: str | None = None,
    kind: Kind = Kind.JAX,
    part: str = "",
    shape_of: int | None = None,
    advice: str = "",
    sign: Sign = Sign.ANY,
) -> Data:
    """The array that a JAX operation at `node` returns for `arguments`; `advice` says what to do to have no tracer."""
    status, cause = jax_result(point.frame, arguments, why)
    poly = point.fresh(status, part, sign)
    origin = point.step(cause, advice) if status is Status.TRACED else None
    traced = next((v for v in arguments if isinstance(v, Data) and is_traced(v)), None)
    if dtype is None and kind is Kind.JAX:
        dtype = unnamed(new_shape(point, part))
    if traced is not None and traced.origin is not None:
        origin = traced.origin
    return Data(
        status,
        kind,
        poly=poly,
        ndim=ndim,
        dtype=dtype,
        shape_of=new_shape(point, part) if shape_of is None else shape_of,
        why=cause,
        origin=origin,
    )


def new_shape(point: Point, part: Hashable = "") -> int:
    """The atom for the shape of the array made at `node`."""
    return point.tracer.atoms.number(
        ("shape", id(point.node), point.frame.round, part), Status.STATIC
    )


class Leaves:
    """Makes a value of the same structure with tracers as leaves, as a transform does with its arguments."""

    def __init__(
        self,
        point: Point,
        why: str,
        step: Step,
        *,
        arrays_only: bool = False,
        blocks: bool = False,
        is_carry: bool = False,
    ) -> None:
        self._arrays_only = arrays_only
        self._blocks = blocks
        self._is_carry = is_carry
        self._point = point
        self._why = why
        self._step = step
        self._count = 0

    def traced(self, value: Value, *, drop: int | EllipsisType | None = None) -> Value:
        """`value` with tracers as leaves; with `drop`, one element along this axis, or along one that is not known."""
        match value:
            case Data():
                return self._leaf(value, drop)
            case Shape():
                return Many(self._leaf(Data(Status.STATIC, Kind.PYTHON, ndim=0), drop))
            case Instance(cls=cls) if cls.is_plain:
                return unknown("JAX refuses an object that is no pytree")
            case Instance():
                return self._instance(value, drop)
        return map_parts(value, partial(self.traced, drop=drop))

    def all_traced(self, value: Value, *, drop: int | EllipsisType | None = None) -> Value:
        """As `traced`, for an argument of which it is known that all its leaves are arrays."""
        self._arrays_only = False
        return self.traced(value, drop=drop)

    def _leaf(self, value: Data, drop: int | EllipsisType | None) -> Data:
        if is_none(value) or isinstance(value.const, str):
            return value
        if self._arrays_only and value.status is not Status.TRACED:
            if value.kind is Kind.ANY:
                return unknown("an array is traced here, a Python number is not", value.poly)
            if value.kind is Kind.PYTHON:
                return value
        self._count += 1
        kind = value.kind
        if kind in (Kind.PYTHON, Kind.NUMPY):
            kind = Kind.JAX
        elif kind is Kind.ANY:
            kind = Kind.PYTREE
        ndim = value.ndim if drop is None or value.ndim is None else max(value.ndim - 1, 0)
        part = ("leaf", self._count, self._why)
        is_kept = value.dtype is not None and drop is None and not self._blocks
        kept = value.shape_of if is_kept else None
        other = new_shape(self._point, part) if kept is None else kept
        return traced(
            self._why,
            self._step,
            kind,
            poly=self._point.fresh(Status.TRACED, part, self._sign_of(value)),
            ndim=ndim,
            dtype=unnamed(other) if value.dtype is None else value.dtype,
            shape_of=self._shape(value, drop, other),
        )

    def _shape(self, value: Data, drop: int | EllipsisType | None, other: int) -> int:
        """The atom of the shape of a leaf; `other` is one of which nothing is known."""
        if value.shape_of is None or self._blocks or drop is ...:
            return other
        if drop is None:
            return value.shape_of
        atoms = self._point.tracer.atoms
        entries = entries_of(atoms, value.shape_of, value.ndim)
        if entries is None or not -len(entries) <= drop < len(entries):
            return other
        drop %= len(entries)
        return atoms.shape((*entries[:drop], *entries[drop + 1 :]))

    def _sign_of(self, value: Data) -> Sign:
        """A carry is only at first what the loop begins with."""
        return Sign.ANY if self._is_carry else sign_of(self._point.tracer.atoms, value)

    def _instance(self, value: Instance, drop: int | EllipsisType | None) -> Value:
        change = partial(self.traced, drop=drop)
        rebuilt = rebuild(self._point, value, change)
        if isinstance(rebuilt, Instance) and rebuilt is not value:
            for one in (rebuilt, *rebuilt.variants):
                one.traced = True
            for name, given in value.attributes.items():
                advise(rebuilt, name, given)
        return rebuilt


def rebuild(point: Point, value: Instance, change: Callable[[Value], Value]) -> Value:
    """An object with its data changed and its static fields kept, as JAX takes a pytree apart and puts it together.

    What it holds twice, and be it itself, is changed once.
    """
    kind = None if value.cls.pytree is None else value.cls.pytree.register
    if kind is Register.STATIC:
        return value
    done = point.tracer.rebuilt.setdefault(id(point.node), {})
    if id(value) in done:
        return done[id(value)][1]
    is_outermost = not done
    new = Instance(value.cls, is_any=value.is_any)
    done[id(value)] = (value, new)
    try:
        if kind in (Register.FLATTEN, Register.FLATTEN_WITH_KEYS):
            made = _reflattened(point, value, change)
            done[id(value)] = (value, made)
            if not isinstance(made, Instance):
                return made
            new = made
        else:
            new.attributes.update(_refilled(value, change))
        variants = [rebuild(point, one, change) for one in value.variants]
        new.variants = tuple(one for one in variants if isinstance(one, Instance))
        return new
    finally:
        if is_outermost:
            del point.tracer.rebuilt[id(point.node)]


def _refilled(value: Instance, change: Callable[[Value], Value]) -> dict[str, Value]:
    """The attributes of an object, changed one by one."""
    cls = value.cls
    changed = _change_of_data(cls, change)
    new: dict[str, Value] = {}
    for name in sorted(value.attributes, key=_order_of(cls)):
        if name in cls.static_fields:
            new[name] = value.attributes[name]
        elif name in cls.unclear_fields:
            new[name] = unknown(f"field `{name}` of `{cls.name}` may be static")
        elif changed is not None:
            new[name] = changed(value.attributes[name])
    return new


def _change_of_data(
    cls: Class, change: Callable[[Value], Value]
) -> Callable[[Value], Value] | None:
    """What `change` makes of an attribute of an object of a class; None if its attributes are no data."""
    if cls.pytree is not None and cls.pytree.register is Register.ARRAYS:
        return partial(_arrays_changed, change=change)
    if is_foreign(cls):
        return partial(_seen_changed, change=change)
    return change if is_tree(cls) else None


def _arrays_changed(value: Value, change: Callable[[Value], Value]) -> Value:
    """`value` with the arrays in it changed; of what is not known to be one nothing is claimed."""
    match value:
        case Data(kind=Kind.JAX | Kind.NUMPY | Kind.PYTREE) | Instance():
            return change(value)
        case Data(kind=Kind.ANY) if value.status is not Status.STATIC:
            return unknown("an array is data here, a Python value is static", value.poly)
        case Data():
            return value
    return map_parts(value, lambda part: _arrays_changed(part, change))


def _seen_changed(value: Value, change: Callable[[Value], Value]) -> Value:
    """`value` of an attribute of which nothing is known but that: where it is no array, it may be static or not."""
    match value:
        case Data(kind=Kind.JAX | Kind.PYTREE) | Instance():
            return change(value)
        case Data() if not is_traced(value):
            return value if is_none(value) else unknown("it may be static or not", value.poly)
    return map_parts(value, lambda part: _seen_changed(part, change))


def is_tree(cls: Class) -> bool:
    """Whether the objects of a class have leaves."""
    return (
        cls.is_named_tuple
        or cls.is_variable
        or (cls.pytree is not None and cls.pytree.register is not Register.STATIC)
    )


def _order_of(cls: Class) -> Callable[[str], int]:
    """The place of a field among the parts of a pytree."""
    places = {name: place for place, name in enumerate(cls.fields)}
    return lambda name: places.get(name, len(places))


def _reflattened(point: Point, value: Instance, change: Callable[[Value], Value]) -> Value:
    """An object taken apart by its own function, and put together from its changed data."""
    cls = value.cls
    parts = _flattened(point, value)
    if parts is None:
        return Instance(cls)
    data, static = parts
    arguments = Arguments((static, change(data)))
    unflatten = cls.unflatten or point.attribute(cls, "tree_unflatten")
    return point.call(unflatten, arguments)


def _flattened(point: Point, value: Instance) -> tuple[Value, Value] | None:
    """The data and the static part of an object that says so itself."""
    cls = value.cls
    with_keys = cls.pytree is not None and cls.pytree.register is Register.FLATTEN_WITH_KEYS
    if cls.flatten is not None:
        parts = point.call(cls.flatten, Arguments((value,)))
    else:
        name = "tree_flatten_with_keys" if with_keys else "tree_flatten"
        method = point.attribute(value, name)
        parts = point.call(method, Arguments())
    if not isinstance(parts, Sequence) or len(parts.items) != 2:
        return None
    data, static = parts.items
    if with_keys:
        if not isinstance(data, Sequence):
            return None
        pairs = [item.items for item in data.items if isinstance(item, Sequence)]
        data = Sequence(tuple(pair[1] for pair in pairs if len(pair) == 2))
    return data, static


class Arrays:
    """Makes a value of the same structure with arrays as leaves, as JAX returns it from a transform."""

    def __init__(
        self, point: Point, arguments: tuple[Value, ...], why: str, advice: str = ""
    ) -> None:
        self._status, self._why = jax_result(point.frame, arguments, why)
        self._advice = advice
        self._point = point
        self._count = 0

    def of(self, value: Value, *, axes: int | None = 0) -> Value:
        """`value` with arrays as leaves, which have `axes` more axes; None if nobody knows how many."""
        match value:
            case Data():
                return self._leaf(value, axes)
            case Instance(cls=cls) if is_tree(cls):
                change = partial(self.of, axes=axes)
                return rebuild(self._point, value, change)
        return map_parts(value, partial(self.of, axes=axes))

    def _leaf(self, value: Data, axes: int | None) -> Data:
        if is_none(value):
            return NONE
        self._count += 1
        part = f"result {self._count}"
        kind = value.kind if value.kind is Kind.PYTREE else Kind.JAX
        if value.kind is Kind.ANY:
            kind = Kind.PYTREE
        ndim = None if axes is None or value.ndim is None else value.ndim + axes
        advice = self._advice if value.status is Status.STATIC else ""
        is_made_here = self._status is Status.TRACED
        origin = self._point.step(self._why, advice) if is_made_here else None
        return Data(
            self._status,
            kind,
            poly=self._point.fresh(self._status, part),
            ndim=ndim,
            dtype=value.dtype,
            shape_of=new_shape(self._point, part),
            why=self._why,
            origin=origin,
        )


def host_value(value: Value) -> Value:
    """`value` as a callback on the host sees it: everything concrete."""
    if not isinstance(value, Data):
        return map_parts(value, host_value)
    why = "concrete inside a callback"
    return static(why, Kind.NUMPY, const=value.const, ndim=value.ndim, dtype=value.dtype)
