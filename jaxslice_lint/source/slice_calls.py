"""Calls that slice, as the subscripts that say the same: `lax.slice(x, (i, 0), (i + 2, 4))` is `x[i:i + 2, 0:4]`, and
so is `operator.getitem(x, (slice(i, i + 2), slice(0, 4)))`."""

import ast
from collections.abc import Mapping, Sequence

#: The function that does nothing but what a subscript does.
GETITEM = "operator.getitem"


class SliceCall(ast.Subscript):
    """The subscript that says the same as a call: its parts are those of the call, and it stands where that does.

    All that are made of one call are equal.
    """

    def __init__(
        self, call: ast.Call, path: str, value: ast.expr, elements: list[ast.expr]
    ) -> None:
        super().__init__(value, ast.Tuple(elements, ast.Load()), ast.Load())
        self.call = call
        #: The dotted path of the function that is called.
        self.path = path
        self.elements = elements
        ast.copy_location(self, call)

    @property
    def is_direct(self) -> bool:
        """Whether the call says itself what is sliced: in `map(itemgetter(slice(2)), xs)` another one does."""
        return self.value is not self.call

    @property
    def cuts_off(self) -> bool:
        """Whether it cuts off what lies beyond the end of an axis, as a subscript does."""
        return self.path == GETITEM

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SliceCall) and other.call is self.call

    def __hash__(self) -> int:
        return hash(self.call)


def slice_call(
    call: ast.Call, path: str, given: Mapping[str, ast.expr], parameters: Sequence[str]
) -> SliceCall | None:
    """The subscript that a call of `path` is. Its `parameters`, for which it is `given` these arguments, are the array,
    start, stop and step, and maybe the axis; else these are tuples, of one item for each axis.

    Its index is empty where they are built elsewhere; an axis that is no number stands in it as it is.
    """
    array, start, stop, step = parameters[:4]
    if not given.keys() >= {array, start, stop}:
        return None
    bounds = given[start], given[stop], given.get(step)
    along = parameters[4:]
    elements = (
        _along_axis(_slice(*bounds), given.get(along[0], ast.Constant(0)))
        if along
        else _along_all(*bounds)
    )
    return SliceCall(call, path, given[array], elements)


def item_call(call: ast.Call) -> SliceCall:
    """The subscript that `operator.getitem(x, i)`, `x.__getitem__(i)` or `operator.itemgetter(i)(x)` is."""
    match call:
        case ast.Call(
            func=ast.Attribute(value=array, attr="__getitem__"), args=[index], keywords=[]
        ):
            return SliceCall(call, GETITEM, array, _elements(index))
        case ast.Call(
            func=ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=[index]),
            args=[array],
        ) if name == "itemgetter":
            return SliceCall(call, GETITEM, array, _elements(index))
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=[array, index]) if (
            name == "getitem"
        ):
            return SliceCall(call, GETITEM, array, _elements(index))
    return indirect_item_call(call)


def indirect_item_call(call: ast.Call) -> SliceCall:
    """A call that makes another one read, or that reads something else than an array."""
    return SliceCall(call, GETITEM, call, [])


def _elements(index: ast.expr) -> list[ast.expr]:
    """The elements of an index, a call of `slice` as a slice."""
    if isinstance(index, ast.Tuple):
        return [element for part in index.elts for element in _elements(part)]
    match index:
        case ast.Call(func=ast.Name(id="slice"), args=[stop], keywords=[]):
            return [ast.Slice(None, _bound(stop), None)]
        case ast.Call(func=ast.Name(id="slice"), args=[start, stop, *step], keywords=[]):
            return [ast.Slice(_bound(start), _bound(stop), _bound(step[0]) if step else None)]
    return [index]


def _bound(node: ast.expr) -> ast.expr | None:
    return None if isinstance(node, ast.Constant) and node.value is None else node


def arguments_by_name(call: ast.Call, parameters: Sequence[str]) -> dict[str, ast.expr] | None:
    """The arguments as they stand in a call, by parameter; None if some are unpacked there."""
    if any(isinstance(one, ast.Starred) for one in call.args):
        return None
    named = {one.arg: one.value for one in call.keywords if one.arg is not None}
    if len(named) < len(call.keywords):
        return None
    return {**dict(zip(parameters, call.args, strict=False)), **named}


def _along_axis(bounds: ast.Slice, axis: ast.expr) -> list[ast.expr]:
    match axis:
        case ast.Constant(value=int(number)):
            return [*_whole(number), bounds]
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int(number))) if number:
            return [ast.Constant(...), bounds, *_whole(number - 1)]
    return [axis, bounds]


def _whole(count: int) -> list[ast.expr]:
    return [ast.Slice() for _ in range(count)]


def _along_all(start: ast.expr, stop: ast.expr, step: ast.expr | None) -> list[ast.expr]:
    starts, stops = _items(start), _items(stop)
    no_steps = step is None or (isinstance(step, ast.Constant) and step.value is None)
    steps = [None] * len(starts) if no_steps or step is None else _items(step)
    if not len(starts) == len(stops) == len(steps):
        return []
    return [_slice(*bounds) for bounds in zip(starts, stops, steps, strict=True)]


def _items(node: ast.expr) -> list[ast.expr]:
    """The items of a tuple that is written out."""
    if not isinstance(node, ast.Tuple | ast.List):
        return []
    return [] if any(isinstance(one, ast.Starred) for one in node.elts) else node.elts


def _slice(start: ast.expr, stop: ast.expr, step: ast.expr | None) -> ast.Slice:
    is_one = isinstance(step, ast.Constant) and step.value == 1
    return ast.Slice(start, stop, None if is_one else step)
