"""What is known of the shape and the dtype of the arrays that functions make."""

from jaxslice_lint.jax_model import functions as model
from jaxslice_lint.jax_model.masks import REDUCTIONS
from jaxslice_lint.tracing.domain.arguments import Arguments
from jaxslice_lint.tracing.domain.data import Data
from jaxslice_lint.tracing.domain.dtypes import dtype_name, is_integer
from jaxslice_lint.tracing.domain.joins import alternatives
from jaxslice_lint.tracing.domain.values import Sequence, Shape, Value, is_none
from jaxslice_lint.tracing.operations.arithmetic import promoted


def shape_facts(
    path: str, first: Value, arguments: Arguments
) -> tuple[int | None, str | None, int | None]:
    """Number of axes, dtype and shape of the array that a constructor or elementwise function makes."""
    dtype = dtype_name(arguments.keyword("dtype"))
    if path in model.SHAPED:
        return _ndim_of_shape(first), _dtype_of_shaped(path, arguments), None
    if path in model.VECTORS:
        is_range = path.endswith("arange") and dtype is None
        whole = all(_is_integer_value(value) for value in arguments.positional)
        return 1, "int" if is_range and whole else dtype, None
    if path in model.MATRICES:
        is_default = arguments.get(2, "dtype") is None
        return 2, "float" if is_default and not arguments.open else dtype, None
    if path in model.LITERAL_ARRAYS and len(arguments.positional) == 2:
        dtype = dtype_name(arguments.positional[1])
    if path in model.LITERAL_ARRAYS and isinstance(first, Sequence):
        ndim, literal = _of_literal(first)
        return ndim, dtype or literal, None
    if path in REDUCTIONS and len(arguments.all()) == 1 and not arguments.open:
        return 0, dtype, None
    if isinstance(first, Data):
        if path in model.SHAPED_LIKE:
            return first.ndim, dtype or first.dtype, first.shape_of
        if path in model.ELEMENTWISE:
            dtype = _dtype_of_elements(path, first.dtype)
            if may_flatten(arguments, 1):
                return None, dtype, None
            return first.ndim, dtype, first.shape_of
        if path in model.WRITTEN:
            return first.ndim, first.dtype, first.shape_of
    if path in model.CHOOSING and len(arguments.positional) == 3 and not arguments.open:
        return _chosen(*arguments.positional)
    return None, dtype, None


def may_flatten(arguments: Arguments, position: int) -> bool:
    """Whether the axis, the argument at `position`, may be None: `sort` and its like take all elements then."""
    axis = arguments.get(position, "axis")
    return arguments.open or (axis is not None and any(map(is_none, alternatives(axis))))


def _dtype_of_elements(path: str, dtype: str | None) -> str | None:
    """The dtype of what an elementwise function makes of one."""
    if path in model.PREDICATES:
        return "bool"
    if dtype is None or path in model.OTHER_DTYPES:
        return None
    is_kept = "float" in dtype or (path in model.KEEPING_INTEGERS and "int" in dtype)
    return dtype if is_kept else None


def _chosen(
    condition: Value, one: Value, other: Value
) -> tuple[int | None, str | None, int | None]:
    """The facts of `where(condition, one, other)`."""
    if not (isinstance(condition, Data) and isinstance(one, Data) and isinstance(other, Data)):
        return None, None, None
    ranks = [value.ndim for value in (condition, one, other)]
    shapes = {value.shape_of for value in (condition, one, other) if value.ndim != 0}
    ndim = None if None in ranks else max(rank for rank in ranks if rank is not None)
    return ndim, promoted(one, other), shapes.pop() if len(shapes) == 1 else None


def _dtype_of_shaped(path: str, arguments: Arguments) -> str | None:
    """The dtype of `zeros(shape, dtype)` and `full(shape, value, dtype)`; the default only where none is given."""
    place = 2 if path.endswith("full") else 1
    given = arguments.get(place, "dtype")
    if given is not None or arguments.open or arguments.rest is not None:
        return dtype_name(given)
    if place == 1:
        return "float"
    value = arguments.get(1, "fill_value")
    return value.dtype if isinstance(value, Data) else None


def _of_literal(value: Value) -> tuple[int | None, str | None]:
    """Number of axes and dtype of the array made from nested lists."""
    match value:
        case Data(ndim=0, dtype=dtype):
            return 0, dtype
        case Sequence(items=items) if items:
            facts = {_of_literal(item) for item in items}
            ndim, dtype = facts.pop()
            if not facts:
                return None if ndim is None else ndim + 1, dtype
    return None, None


def _is_integer_value(value: Value) -> bool:
    return isinstance(value, Data) and is_integer(value.dtype)


def _ndim_of_shape(shape: Value) -> int | None:
    match shape:
        case Sequence(items=items):
            return len(items)
        case Shape(ndim=ndim):
            return ndim
        case Data(ndim=0):
            return 1
    return None
