"""`value[index]`."""

from types import EllipsisType

from jaxslice_lint.facts.status import Status
from jaxslice_lint.jax_model.arrays import INDEX_BUILDERS
from jaxslice_lint.jax_model.functions.methods import METHOD_NAMES
from jaxslice_lint.tracing.domain.arguments import Arguments
from jaxslice_lint.tracing.domain.classes import lookup
from jaxslice_lint.tracing.domain.contents import content_of
from jaxslice_lint.tracing.domain.context import Mode
from jaxslice_lint.tracing.domain.data import (
    NO_CONSTANT,
    UNKNOWN,
    Data,
    Kind,
    static,
    unknown,
)
from jaxslice_lint.tracing.domain.dtypes import is_integer, without_symbol
from jaxslice_lint.tracing.domain.joins import is_traced, join, join_all, status_of
from jaxslice_lint.tracing.domain.points import Point
from jaxslice_lint.tracing.domain.polynomials import Poly
from jaxslice_lint.tracing.domain.protocol import Tracer
from jaxslice_lint.tracing.domain.shapes import after_index
from jaxslice_lint.tracing.domain.signs import sign_of
from jaxslice_lint.tracing.domain.values import (
    At,
    AttributeDict,
    Class,
    DataMethod,
    External,
    Instance,
    Many,
    Mapping,
    Method,
    Sequence,
    Shape,
    Slice,
    Union,
    Value,
    is_none,
    known,
)
from jaxslice_lint.tracing.domain.variables import content
from jaxslice_lint.tracing.operations.demands import demand, demand_all, needs_value_of_index
from jaxslice_lint.tracing.operations.iteration import element_of, extent, static_integer


def subscript(point: Point, value: Value, index: Value) -> Value:
    """`value[index]`."""
    if needs_value_of_index(value):
        demand(index, point.frame)
    if _is_open(value) and (cause := _tracer_in(index)) is not None:
        return _item_of_data(point, value if isinstance(value, Data) else UNKNOWN, index, cause)
    key = known(index)
    match value:
        case Sequence(items=items):
            return _item(point, items, index, value.mutable)
        case Many(element=element):
            part = Many(element)
            return part if isinstance(index, Slice) else element_of(point, part)
        case Mapping(items=pairs, other=other, factory=factory):
            held = dict(pairs)
            if key in held:
                return held[key]
            if factory is not None and key is not NO_CONSTANT:
                missing = point.call(factory, Arguments())
                return missing if other is None else join(other, missing)
            if other is not None:
                return other
            return join_all(list(held.values())) if not isinstance(key, str) else UNKNOWN
        case Data():
            return _item_of_data(point, value, index)
        case Shape(shape_of=shape_of, ndim=ndim):
            return _item_of_shape(point, shape_of, ndim, index)
        case At(operand=operand):
            return At(operand, index)
        case Class(attributes=attributes) if "__class_getitem__" not in attributes:
            return value
        case External():
            return index if value.path in INDEX_BUILDERS else value
        case Instance(cls=cls) if cls.is_variable:
            inside = content(value)
            return inside if key is ... else subscript(point, inside, index)
        case Instance(cls=cls):
            return _item_of_instance(point, value, index, cls)
        case AttributeDict(owner=owner) if isinstance(key, str) and key in owner.attributes:
            return point.attribute(owner, key)
        case Union(values=values):
            parts = [subscript(point, one, index) for one in values if not is_none(one)]
            return join_all(parts, point.fresh(Status.UNKNOWN, "paths"))
    return UNKNOWN


def _item_of_shape(point: Point, shape_of: int, ndim: int | None, index: Value) -> Value:
    key = known(index)
    if isinstance(key, int) and not isinstance(key, bool):
        axis = key + ndim if key < 0 and ndim is not None else key
        return extent(point.tracer, shape_of, axis)
    if isinstance(index, Slice):
        if ndim is not None:
            items = tuple(extent(point.tracer, shape_of, axis) for axis in range(ndim))
            return _item(point, items, index, False)
        why = "the length of an axis is static"
        return Many(static(why, Kind.PYTHON, ndim=0, dtype="int"))
    return static_integer(point, "the length of an axis is static")


def _item_of_instance(point: Point, value: Instance, index: Value, cls: Class) -> Value:
    if cls.is_named_tuple:
        items = tuple(value.attributes.get(name, UNKNOWN) for name in cls.fields)
        return _item(point, items, index, False)
    method = point.attribute(value, "__getitem__")
    if isinstance(method, Method | Union):
        return point.call(method, Arguments((index,)))
    content = content_of(value)
    return UNKNOWN if content is None else subscript(point, content, index)


def _item(point: Point, items: tuple[Value, ...], index: Value, mutable: bool) -> Value:
    key = known(index)
    if isinstance(key, int) and not isinstance(key, bool) and -len(items) <= key < len(items):
        return items[key]
    if isinstance(index, Slice):
        bounds = [known(bound) for bound in (index.start, index.stop, index.step)]
        if all(bound is None or isinstance(bound, int) for bound in bounds) and bounds[2] != 0:
            return Sequence(items[slice(*bounds)], mutable)  # type: ignore[arg-type]
        return Many(join_all(items))
    return join_all(items, point.fresh(Status.UNKNOWN, "item"))


def _item_of_data(point: Point, value: Data, index: Value, picking: Data | None = None) -> Value:
    """What an index takes of an array, or of what may be one; `picking` is a tracer that picks from something unknown.

    A list, a dict and a NumPy array raise for a tracer: so what it picks is one, too, or an object made of tracers.
    """
    if value.status is Status.TRACED and value.kind in (Kind.JAX, Kind.PYTREE):
        demand_all(filter(_is_mask, _elements(index)), point.frame)
    status = value.status
    why, origin = value.why, value.origin
    kind = value.kind
    if kind is Kind.REF:
        kind = Kind.PYTREE if _may_be_of_tuple(index) else Kind.JAX
    elif kind is Kind.JAX and isinstance(known(index), str):
        kind = Kind.PYTREE  # no array has named parts
    elif picking is not None:
        status, kind, origin = Status.TRACED, Kind.PYTREE, picking.origin
        why = "an element that a tracer picks is a tracer"
    elif value.of_tree and isinstance(index, Sequence) and len(index.items) > 1:
        status, kind = Status.TRACED, Kind.JAX
        why = "what has several axes is an array, and those of a traced argument are tracers"
        origin = point.step(why)
    elif status is not Status.TRACED and kind in (Kind.JAX, Kind.ANY):
        staged = kind is Kind.JAX and point.frame.context.mode is Mode.STAGED
        if staged or (kind is Kind.JAX and is_traced(index)):
            status, why = Status.TRACED, "an element of an array, read inside a trace"
            origin = point.step(why)
        elif status_of(index) is not Status.STATIC and status is Status.STATIC:
            status = Status.UNKNOWN
    elif kind is Kind.NUMPY and is_traced(index):
        return unknown("a NumPy array can't be indexed with a tracer")
    sign = sign_of(point.tracer.atoms, value)
    is_array = value.status is Status.TRACED or picking is not None
    poly = _symbol(point.tracer, value, index) if is_array and status is Status.TRACED else None
    poly = poly or point.fresh(status, sign=sign)
    keeps_dtype = kind is Kind.JAX or value.ndim is not None or _is_of_array(index)
    other = point.tracer.atoms.number(("item", id(point.node), point.frame.round), Status.STATIC)
    return Data(
        status,
        kind,
        poly=poly,
        ndim=_ndim_after(value.ndim, index),
        dtype=value.dtype if keeps_dtype else without_symbol(value.dtype),
        shape_of=after_index(point.tracer.atoms, value, _elements(index), other),
        why=why,
        origin=origin,
        of_tree=value.of_tree and status is not Status.TRACED,
    )


def _is_open(value: Value) -> bool:
    """Whether nobody knows what `value[index]` does."""
    match value:
        case Data(status=Status.UNKNOWN, kind=Kind.ANY):
            return True
        case External(path=path):
            return path not in INDEX_BUILDERS
        case DataMethod(owner=owner, name=name):
            return name not in METHOD_NAMES and _is_open(owner)
        case Instance(cls=cls):
            return cls.is_open and not cls.is_variable and lookup(cls, "__getitem__") is None
    return False


def _tracer_in(index: Value) -> Data | None:
    """A tracer for which an index asks for sure."""
    found = (one for one in _elements(index) if isinstance(one, Data) and is_traced(one))
    return next((one for one in found if not one.asked), None)


def _is_of_array(index: Value) -> bool:
    """Whether no list and no dict has such an index."""
    return isinstance(index, Sequence) or (
        isinstance(index, Slice) and (is_traced(index.start) or is_traced(index.stop))
    )


def _elements(index: Value) -> tuple[Value, ...]:
    return index.items if isinstance(index, Sequence) else (index,)


def _is_mask(value: Value) -> bool:
    """Whether `value` picks as many elements as it holds True, which is not known of a tracer."""
    return isinstance(value, Data) and value.dtype == "bool"


def _may_be_of_tuple(index: Value) -> bool:
    """Whether an index would do for a tuple, too: a kernel may have tuples of Refs as parameters."""
    match index:
        case Slice(start=start, stop=stop):
            return not is_traced(start) and not is_traced(stop)
        case Data(status=Status.STATIC, const=const):
            return const is not ...
    return False


def _ndim_after(ndim: int | None, index: Value) -> int | None:
    """The number of axes left by an index of integers, arrays of these, slices, None and `...`."""
    if ndim is None:
        return None
    met = 0
    for element in _elements(index):
        match element:
            case Slice() | Data(const=EllipsisType()):
                continue
            case Data(const=None):
                ndim += 1
            case Data(ndim=0, dtype=dtype) if dtype != "bool":
                ndim -= 1
            case Data(ndim=int() as rank) if _picks_by_position(element):
                ndim, met = ndim - 1, max(met, rank)
            case _:
                return None
    return max(ndim, 0) + met


def _picks_by_position(index: Data) -> bool:
    """Whether an array is no mask: with one that is traced JAX would not come any further."""
    is_known = index.status is Status.TRACED or is_integer(index.dtype)
    return is_known and index.dtype != "bool"


def _symbol(tracer: Tracer, value: Data, index: Value) -> Poly | None:
    """JAX arrays don't change: the same element of the same array is the same integer."""
    if value.kind is Kind.REF or value.poly is None:
        return None
    if not isinstance(index, Data) or index.poly is None:
        return None
    return tracer.atoms.operation("item", value.poly, index.poly)
