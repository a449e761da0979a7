"""What is known of the shape and the dtype of the arrays that functions make, by the rules of their rows."""

import math
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import NamedTuple

from jaxslice_lint.facts.status import Sign
from jaxslice_lint.jax_model.functions.schema import DtypeRule, Function, ShapeRule
from jaxslice_lint.tracing.domain.arguments import Arguments
from jaxslice_lint.tracing.domain.data import Data, Kind, constant
from jaxslice_lint.tracing.domain.dtypes import dtype_name, is_integer, is_unnamed, promoted
from jaxslice_lint.tracing.domain.joins import alternatives
from jaxslice_lint.tracing.domain.polynomials import integer
from jaxslice_lint.tracing.domain.shapes import (
    broadcast,
    entries_of,
    entry,
    resized,
    shape_with,
)
from jaxslice_lint.tracing.domain.symbolic import Atoms
from jaxslice_lint.tracing.domain.values import Sequence, Shape, Value, is_none, known


class ArrayFacts(NamedTuple):
    """Number of axes, dtype and shape of an array."""

    ndim: int | None
    dtype: str | None
    shape_of: int | None


class _Extent(NamedTuple):
    """Number of axes, and shape."""

    ndim: int | None = None
    shape_of: int | None = None


_UNKNOWN = _Extent()


def array_facts(atoms: Atoms, path: str, row: Function, arguments: Arguments) -> ArrayFacts:
    """What is known of the array that the function at `path` makes of its arguments."""
    ndim, shape_of = _SHAPES[row.shape](atoms, row, arguments)
    return ArrayFacts(ndim, dtype_of(path, row, arguments), shape_of)


def dtype_of(path: str, row: Function, arguments: Arguments) -> str | None:
    """The dtype of that array: the one that an argument names, else by the rule of the row."""
    given = arguments.keyword("dtype")
    if given is None and row.dtype_at is not None:
        given = _argument(arguments, row.dtype_at)
    if given is not None:
        return dtype_name(given)
    if row.dtype is DtypeRule.OWN:
        return path.rpartition(".")[2]
    may_be_given = arguments.open or arguments.rest is not None
    return None if may_be_given else _DTYPES[row.dtype](arguments)


def _unknown_shape(_atoms: Atoms, _row: Function, _arguments: Arguments) -> _Extent:
    return _UNKNOWN


def _given(atoms: Atoms, _row: Function, arguments: Arguments) -> _Extent:
    return _of_shape(atoms, _argument(arguments, 0) or arguments.keyword("shape"))


def _reshaped(atoms: Atoms, _row: Function, arguments: Arguments) -> _Extent:
    given = _argument(arguments, 1) or arguments.keyword("shape")
    return _of_shape(atoms, given, may_be_left_open=True)


def _unpacked(atoms: Atoms, _row: Function, arguments: Arguments) -> _Extent:
    given = arguments.positional[1:]
    if arguments.rest is not None or not given:
        return _UNKNOWN
    shape = given[0] if len(given) == 1 else Sequence(given)
    return _of_shape(atoms, shape, may_be_left_open=True)


def _counted(atoms: Atoms, _row: Function, arguments: Arguments) -> _Extent:
    """One axis; with one integer as the only argument, that long."""
    given = arguments.positional
    is_alone = len(given) == 1 and not {"start", "stop", "step"} & {*dict(arguments.keywords)}
    first = arguments.first
    if not is_alone or not isinstance(first, Data):
        return _Extent(1)
    if isinstance(first.const, float):
        return _Extent(1, atoms.shape((integer(max(math.ceil(first.const), 0)),)))
    return _Extent(
        1, shape_with(atoms, (entry(atoms, first),)) if is_integer(first.dtype) else None
    )


def _window(atoms: Atoms, row: Function, arguments: Arguments) -> _Extent:
    return _of_shape(atoms, arguments.bind(row.parameters).get("slice_sizes"))


def _window_in_dim(atoms: Atoms, row: Function, arguments: Arguments) -> _Extent:
    """The shape of the first argument, with another length of one axis."""
    given = arguments.bind(row.parameters)
    operand, size = given.get("operand"), given.get("slice_size")
    axis = known(given.get("axis", constant(0)))
    if not isinstance(operand, Data) or size is None or not isinstance(axis, int):
        return _UNKNOWN
    length = entry(atoms, size)
    shape_of = None if length is None else resized(atoms, operand, {axis: length})
    return _Extent(operand.ndim, shape_of)


def _axes(count: int) -> Callable[[Atoms, Function, Arguments], _Extent]:
    """As many axes, whatever is given."""

    def rule(_atoms: Atoms, _row: Function, _arguments: Arguments) -> _Extent:
        return _Extent(count)

    return rule


def _same(_atoms: Atoms, row: Function, arguments: Arguments) -> _Extent:
    """The shape of the first argument; without an axis, `sort` and its like take all elements of it."""
    first = arguments.first
    if not isinstance(first, Data) or arguments.open:
        return _UNKNOWN
    axis = arguments.keyword("axis")
    if axis is None and row.axis is not None:
        axis = _argument(arguments, row.axis)
    if axis is not None and any(map(is_none, alternatives(axis))):
        return _UNKNOWN
    return _Extent(first.ndim, first.shape_of)


def _permuted(atoms: Atoms, _row: Function, arguments: Arguments) -> _Extent:
    first = arguments.first
    if not isinstance(first, Data):
        return _UNKNOWN
    entries = entries_of(atoms, first.shape_of, first.ndim)
    is_reversed = len(arguments.all()) == 1 and entries is not None
    return _Extent(
        first.ndim, shape_with(atoms, entries[::-1]) if entries and is_reversed else None
    )


def _broadcast(atoms: Atoms, row: Function, arguments: Arguments) -> _Extent:
    values = _met(arguments)
    if arguments.open or values is None or len(arguments.positional) < row.least:
        return _UNKNOWN
    ranks = [value.ndim for value in values]
    ndim = None if None in ranks else max(rank for rank in ranks if rank is not None)
    return _Extent(ndim, broadcast(atoms, values))


def _spaced(_atoms: Atoms, _row: Function, arguments: Arguments) -> _Extent:
    ranks = [one.ndim if isinstance(one, Data) else None for one in arguments.positional[:2]]
    known = [rank for rank in ranks if rank is not None]
    return _Extent(max(known) + 1) if len(known) == 2 else _UNKNOWN


def _nested(atoms: Atoms, row: Function, arguments: Arguments) -> _Extent:
    first = arguments.first
    return (
        _Extent(_of_literal(first)[0])
        if isinstance(first, Sequence)
        else _same(atoms, row, arguments)
    )


def _reduced(_atoms: Atoms, row: Function, arguments: Arguments) -> _Extent:
    given = dict(arguments.keywords)
    if arguments.open or arguments.rest is not None or {*given} - {"axis", "keepdims", "dtype"}:
        return _UNKNOWN
    at = len(arguments.positional) if row.axis is None else row.axis
    axis = given.get("axis", _argument(arguments, at))
    keeps = known(given.get("keepdims", constant(False)))
    if len(arguments.positional) > at + 1 or not isinstance(keeps, bool):
        return _UNKNOWN
    first = arguments.first
    ndim = first.ndim if isinstance(first, Data) else None
    if keeps:
        return _Extent(ndim)
    if axis is None or is_none(axis):
        return _Extent(0)
    count = _count_of_axes(axis)
    return _UNKNOWN if ndim is None or count is None else _Extent(max(ndim - count, 0))


def _count_of_axes(axis: Value) -> int | None:
    """How many axes an argument names, which is a number or a tuple of them."""
    match axis:
        case Sequence(items=items):
            return len(items)
        case Data(ndim=0, dtype=dtype) if is_integer(dtype):
            return 1
    return None


def _labelled(_atoms: Atoms, _row: Function, arguments: Arguments) -> _Extent:
    """`einsum("bi,i...->b...", x, y)`: as many axes as letters, and those for which `...` stands."""
    labels = known(arguments.first)
    if not isinstance(labels, str) or "->" not in labels or arguments.open:
        return _UNKNOWN
    before, after = labels.replace(" ", "").split("->")
    if "..." not in after:
        return _Extent(len(after))
    others = [
        one.ndim - len(each) + 3 if isinstance(one, Data) and one.ndim is not None else None
        for each, one in zip(before.split(","), arguments.positional[1:], strict=False)
        if "..." in each
    ]
    shown = [count for count in others if count is not None]
    return _Extent(len(after) - 3 + max(shown)) if shown == others and shown else _UNKNOWN


_SHAPES: dict[ShapeRule, Callable[[Atoms, Function, Arguments], _Extent]] = {
    ShapeRule.UNKNOWN: _unknown_shape,
    ShapeRule.GIVEN: _given,
    ShapeRule.SAME: _same,
    ShapeRule.BROADCAST: _broadcast,
    ShapeRule.PERMUTED: _permuted,
    ShapeRule.RESHAPED: _reshaped,
    ShapeRule.UNPACKED: _unpacked,
    ShapeRule.COUNTED: _counted,
    ShapeRule.WINDOW: _window,
    ShapeRule.WINDOW_IN_DIM: _window_in_dim,
    ShapeRule.VECTOR: _axes(1),
    ShapeRule.MATRIX: _axes(2),
    ShapeRule.SPACED: _spaced,
    ShapeRule.NESTED: _nested,
    ShapeRule.REDUCED: _reduced,
    ShapeRule.LABELLED: _labelled,
}


def _fixed(dtype: str | None) -> Callable[[Arguments], str | None]:
    """The same dtype, whatever is given."""
    return lambda _: dtype


def _of_first(*kinds: str) -> Callable[[Arguments], str | None]:
    """The dtype of the first argument, if it is of one of these kinds, or whatever it is."""

    def rule(arguments: Arguments) -> str | None:
        first = arguments.first
        dtype = first.dtype if isinstance(first, Data) else None
        is_kept = not kinds or any(kind in (dtype or "") for kind in kinds)
        return dtype if is_kept else None

    return rule


def _elements(arguments: Arguments) -> str | None:
    first = arguments.first
    return first.dtype if isinstance(first, Data) else _of_literal(first)[1]


def _sums(arguments: Arguments) -> str | None:
    first = arguments.first
    match first.dtype if isinstance(first, Data) else None:
        case "bool" | "int8" | "int16":
            return "int"
        case "uint8" | "uint16":
            return "uint"
        case str() as dtype if is_unnamed(dtype):
            return None
        case dtype:
            return dtype


def _promoted(arguments: Arguments) -> str | None:
    values = _met(arguments)
    return None if not values else _meeting(values)


def _agreed(arguments: Arguments) -> str | None:
    values = arguments.positional
    dtypes = {value.dtype if isinstance(value, Data) else None for value in values}
    return dtypes.pop() if len(dtypes) == 1 else None


def _chosen(arguments: Arguments) -> str | None:
    values = [value for value in arguments.positional[1:] if isinstance(value, Data)]
    return _meeting(values) if len(values) == 2 else None


def _fill(arguments: Arguments) -> str | None:
    value = arguments.keyword("fill_value") or _argument(arguments, 1)
    return value.dtype if isinstance(value, Data) else None


def _range(arguments: Arguments) -> str | None:
    dtypes = {value.dtype if isinstance(value, Data) else None for value in arguments.all()}
    if all(map(is_integer, dtypes)):
        return "int"
    return "float" if dtypes <= {"int", "float"} else None


_DTYPES: dict[DtypeRule, Callable[[Arguments], str | None]] = {
    DtypeRule.UNKNOWN: _fixed(None),
    DtypeRule.SAME: _of_first(),
    DtypeRule.NUMBERS: _of_first("int", "float", "complex"),
    DtypeRule.REALS: _of_first("int", "float"),
    DtypeRule.FLOATS: _of_first("float"),
    DtypeRule.SUMS: _sums,
    DtypeRule.PROMOTED: _promoted,
    DtypeRule.AGREED: _agreed,
    DtypeRule.CHOSEN: _chosen,
    DtypeRule.INTEGERS: _fixed("int"),
    DtypeRule.BOOLEANS: _fixed("bool"),
    DtypeRule.DEFAULT: _fixed("float"),
    DtypeRule.NESTED: _elements,
    DtypeRule.FILL: _fill,
    DtypeRule.RANGE: _range,
}


def _argument(arguments: Arguments, position: int) -> Value | None:
    return arguments.positional[position] if position < len(arguments.positional) else None


def _met(arguments: Arguments) -> list[Data] | None:
    """The arguments that meet; None if not all of them are known. None among them stands for no bound."""
    values = [value for value in arguments.all() if not is_none(value)]
    data = [value for value in values if isinstance(value, Data)]
    return data if len(data) == len(values) else None


def _meeting(values: Iterable[Data]) -> str | None:
    """The dtype in which values meet; that of an array counts for more than that of a Python number."""
    result, *others = values
    for other in others:
        kept = other if result.kind is Kind.PYTHON else result
        result = replace(kept, dtype=promoted(result, other))
    return result.dtype


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


def _of_shape(atoms: Atoms, shape: Value | None, *, may_be_left_open: bool = False) -> _Extent:
    """What an argument says that is a shape; `may_be_left_open`: -1 stands for what is left."""
    match shape:
        case Sequence(items=items):
            lengths = tuple(entry(atoms, item) for item in items)
        case Shape(ndim=ndim, shape_of=shape_of):
            return _Extent(ndim, shape_of)
        case Data(ndim=0):
            lengths = (entry(atoms, shape),)
        case _:
            return _UNKNOWN
    if may_be_left_open:
        lengths = tuple(None if atoms.sign(one) is Sign.ANY else one for one in lengths)
    return _Extent(len(lengths), shape_with(atoms, lengths))
