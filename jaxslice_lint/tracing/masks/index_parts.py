"""The elements of the index of an array, as far as they matter to a masked value."""

import ast
from collections.abc import Sequence
from enum import Enum, auto

from jaxslice_lint.tracing.masks.masked import MaskAnalysis
from jaxslice_lint.tracing.masks.slices import RefusedError


class Part(Enum):
    """What an element of an index does with an axis: takes all of it, in reverse, or some of it; drops it, adds one,
    or stands for as many as there are."""

    ALL = auto()
    REVERSED = auto()
    SOME = auto()
    DROPPED = auto()
    NEW = auto()
    REST = auto()


def parts_of(analysis: MaskAnalysis, node: ast.Subscript, ndim: int | None) -> list[Part]:
    """The index, with one element for each axis if `ndim`, their number, is known."""
    written = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    return _spelled_out([_part(analysis, one) for one in written], ndim)


def _part(analysis: MaskAnalysis, node: ast.expr) -> Part:
    match node:
        case ast.Slice(lower=None, upper=None, step=None):
            return Part.ALL
        case ast.Slice(
            lower=None, upper=None, step=ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=1))
        ):
            return Part.REVERSED
        case ast.Slice():
            return Part.SOME
        case ast.Constant(value=value) if value is ...:
            return Part.REST
        case ast.Constant(value=None):
            return Part.NEW
        case ast.Constant(value=bool()):
            raise RefusedError("a slice of traced size is indexed with a mask")
    if analysis.runs.constant(node) is None:
        return Part.NEW
    if analysis.masked(node) is None and analysis.runs.ndim(node) == 0:
        return Part.DROPPED
    raise RefusedError("a slice of traced size is indexed with an array")


def _spelled_out(parts: list[Part], ndim: int | None) -> list[Part]:
    """The index with one element for each axis, if their number is known."""
    if ndim is None:
        return parts
    rest = [Part.ALL] * (ndim - sum(map(takes, parts)))
    at = parts.index(Part.REST) if Part.REST in parts else len(parts)
    return [*parts[:at], *rest, *parts[at + 1 :]]


def takes(part: Part) -> bool:
    """Whether it is about an axis of the array."""
    return part not in (Part.NEW, Part.REST)


def gives(part: Part) -> bool:
    """Whether there is an axis of the result for it."""
    return part not in (Part.DROPPED, Part.REST)


def count(parts: Sequence[Part]) -> int:
    """How many axes parts of an index are about."""
    return sum(map(takes, parts))


def given(parts: Sequence[Part]) -> int:
    """How many axes of the result they make."""
    return sum(map(gives, parts))


def new_ones(parts: Sequence[Part]) -> frozenset[int]:
    """The axes that are added, told by how many of the result are behind each."""
    return frozenset(
        given(parts[number + 1 :]) for number, one in enumerate(parts) if one is Part.NEW
    )
