"""An index whose slices are written with the lengths of a new value: `x.at[:v.shape[0], i:i + v.shape[1]].set(v)`."""

import ast
import itertools

from jaxslice_lint.source.nodes import written_elements
from jaxslice_lint.tracing.domain.points import Point
from jaxslice_lint.tracing.domain.polynomials import integer, subtract
from jaxslice_lint.tracing.observe.purity import is_effectless
from jaxslice_lint.tracing.observe.spelling import Spelling


def named_lengths(point: Point, index: ast.Subscript, value: ast.expr) -> tuple[int, ...]:
    """The places in an index whose slices are written as long as the axis of a value there, whatever that is."""
    if not is_effectless(point.at(value)):
        return ()
    spelling = Spelling(point.frame.source)
    slices = itertools.takewhile(lambda one: isinstance(one, ast.Slice), written_elements(index))
    return tuple(axis for axis, one in enumerate(slices) if _is_as_long(spelling, one, value, axis))


def _is_as_long(spelling: Spelling, item: ast.expr, value: ast.expr, axis: int) -> bool:
    if not isinstance(item, ast.Slice) or item.upper is None or item.step is not None:
        return False
    stop = spelling.poly(item.upper)
    start = integer(0) if item.lower is None else spelling.poly(item.lower)
    length = None if stop is None or start is None else subtract(stop, start)
    if length is None:
        return False
    if length.constant == 1 and _is_new_axis(value, axis):
        return True
    shape = ast.Attribute(value, "shape", ast.Load())
    return length == spelling.poly(ast.Subscript(shape, ast.Constant(axis), ast.Load()))


def _is_new_axis(value: ast.expr, axis: int) -> bool:
    """Whether `None` makes an axis of a value: `v[:, None]`."""
    match value:
        case ast.Subscript(slice=ast.Tuple(elts=elements)) if axis < len(elements):
            return all(map(_keeps_place, elements[:axis])) and _is_none(elements[axis])
        case ast.Subscript(slice=element):
            return axis == 0 and _is_none(element)
    return False


def _keeps_place(element: ast.expr) -> bool:
    return isinstance(element, ast.Slice) or _is_none(element)


def _is_none(element: ast.expr) -> bool:
    match element:
        case ast.Constant(value=None) | ast.Attribute(attr="newaxis"):
            return True
    return False
