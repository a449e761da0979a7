"""Masked values: arrays that stand in for slices of traced size, with elements outside of them that must not count.

What is done with a masked value gives a masked one again, or one to which the outside does not matter any more, if the
operation is told which elements count. Anything else is refused.
"""

import ast
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from jaxslice_lint.facts.masking import Consumer, First, Form, Mask
from jaxslice_lint.source.nodes import segment, span_of
from jaxslice_lint.source.text import Source
from jaxslice_lint.tracing.masks.runs import Runs
from jaxslice_lint.tracing.masks.slices import RefusedError, TracedSlice

_LONGEST_QUOTE = 40
_NUMBERS = {1: "one axis", 2: "two axes", 3: "three axes"}


@dataclass(frozen=True, slots=True)
class MaskedAxis:
    """An axis of a masked value of which those elements count that all of `slices` take.

    It has `left` axes before it and `right` behind it, where that is known. `base`: an expression that has the axes of
    the value, or the last ones of them, and which of its axes is this one. `is_reversed`: its elements are in reverse
    order. `zero`: what does not count is zero, `nan`: or NaN. `aligned`: the value has the axes of the slice, or more
    in front.
    """

    slices: tuple[TracedSlice, ...]
    left: int | None
    right: int | None
    base: tuple[str, int] | None = None
    is_reversed: bool = False
    zero: bool = False
    nan: bool = False
    aligned: bool = True

    @property
    def sliced(self) -> TracedSlice:
        """One of its slices: all take the elements at the same positions."""
        return self.slices[0]


@dataclass(frozen=True, slots=True)
class MaskedValue:
    """An array with masked axes. `ones`: some of length 1, told by how many axes are behind each."""

    axes: tuple[MaskedAxis, ...]
    ones: frozenset[int] = frozenset()

    @classmethod
    def of(cls, slices: Sequence[TracedSlice]) -> "MaskedValue":
        """What stands in for the slices of one subscript."""
        axes = tuple(
            MaskedAxis(
                (one,),
                one.left,
                one.right,
                base=(one.array, one.axis) if one.is_whole else None,
            )
            for one in slices
        )
        return cls(axes, ones=slices[0].ones)

    @property
    def slices(self) -> tuple[TracedSlice, ...]:
        """Those of all of its axes."""
        return tuple(one for axis in self.axes for one in axis.slices)

    def named(self, name: str) -> "MaskedValue":
        """The value as a variable holds it."""
        axes = tuple(
            axis
            if axis.base is not None or axis.left is None
            else replace(axis, base=(name, axis.left))
            for axis in self.axes
        )
        return replace(self, axes=axes)

    def computed(self) -> "MaskedValue":
        """The value after something was done with each element: what does not count is not zero any more."""
        return replace(self, axes=tuple(replace(axis, zero=False) for axis in self.axes))

    def cleaned(self) -> "MaskedValue":
        """The value where no NaN has gone into it."""
        return replace(self, axes=tuple(replace(axis, nan=False) for axis in self.axes))


class MaskAnalysis:
    """Evaluates expressions of one function to masked values, or to None where nothing is masked.

    `slices`: the slices of traced size that an expression takes, or why one cannot give way. `names`: where variables
    that are masked are read. Collects the `consumers` that are told, the slices that are `used`, and the `cautions`,
    things that are assumed, among them the `ranks` of what is sliced. `evaluate` knows what expressions do.
    """

    def __init__(
        self,
        source: Source,
        runs: Runs,
        slices: "Callable[[ast.expr], tuple[TracedSlice, ...] | RefusedError]",
        names: dict[ast.expr, MaskedValue],
        evaluate: "Callable[[MaskAnalysis, ast.expr], MaskedValue | None]",
    ) -> None:
        self.source = source
        self.runs = runs
        self._slices = slices
        self.names = names
        self.evaluate = evaluate
        self.consumers: dict[tuple[ast.expr, Form], tuple[Consumer, tuple[TracedSlice, ...]]] = {}
        self.used: dict[TracedSlice, None] = {}
        self.cautions: dict[str, None] = {}
        self.ranks: dict[TracedSlice, int] = {}
        self.lengths = Lengths(runs)
        self._done: dict[ast.expr, MaskedValue | None] = {}

    def masked(self, node: ast.expr) -> MaskedValue | None:
        """What `node` is if the slices in it give way to whole arrays. Raises `RefusedError`."""
        if node not in self._done:
            self._done[node] = self.evaluate(self, node)
        return self._done[node]

    def sliced(self, node: ast.expr) -> tuple[TracedSlice, ...]:
        """The slices of traced size that `node` takes. Raises `RefusedError` for one that cannot give way."""
        slices = self._slices(node)
        if isinstance(slices, RefusedError):
            raise slices
        return slices

    def forget(self) -> None:
        """Evaluate anew what depends on the variables that are masked."""
        self._done.clear()

    def opaque(self, children: Iterable[ast.AST], node: ast.AST) -> MaskedValue | None:
        """Nothing masked may go into an expression of which nothing is known."""
        for child in children:
            if isinstance(child, ast.expr):
                if self.masked(child) is not None:
                    raise RefusedError(
                        f"{self.quoted(child)} has a traced size and goes into {described(node)}"
                    )
            else:
                self.opaque(ast.iter_child_nodes(child), node)
        return None

    def check_same(self, one: MaskedAxis, other: MaskedAxis) -> None:
        if not one.sliced.takes_same(other.sliced, self.runs):
            raise RefusedError("slices with different bounds meet")
        for mine in one.slices:
            for theirs in other.slices:
                self._check_lengths(mine, theirs)

    def _check_lengths(self, one: TracedSlice, other: TracedSlice) -> None:
        """Slices of static size may meet where the whole arrays do not."""
        arrays = f"`{one.array}` and `{other.array}`"
        lengths = (one.operand, one.axis), (other.operand, other.axis)
        if self.runs.differ_in_length(*lengths):
            raise RefusedError(f"{arrays} are not equally long")
        bounds = [bound for bound in (one.bounds.lower, one.bounds.upper) if bound is not None]
        if not self.runs.are_equally_long_outside(bounds, *lengths):
            self.caution(f"{arrays} are taken to be equally long where the bounds are static")

    def both_sides(self, axis: MaskedAxis, operand: ast.expr) -> tuple[int | None, int | None]:
        """How many axes of `operand` there are on each side of a masked one."""
        ndim = self.runs.ndim(operand)
        left, right = axis.left, axis.right
        if ndim is not None:
            left = ndim - 1 - right if left is None and right is not None else left
            right = ndim - 1 - left if right is None and left is not None else right
        return left, right

    def masks(self, axes: Iterable[MaskedAxis], operand: ast.expr) -> tuple[Mask, ...]:
        """The masks for the masked axes of `operand`."""
        return tuple(mask for axis in axes for mask in self._masks_of(axis, operand))

    def _masks_of(self, axis: MaskedAxis, operand: ast.expr) -> list[Mask]:
        _, right = self.both_sides(axis, operand)
        if right is None and axis.base is not None:
            mask = axis.sliced.mask(None, self.runs)
            array, number = axis.base
            if array != mask.array:  # a variable that is not there yet where the slice is
                mask = replace(mask, array=array, axis=number, statement=None)
            return [replace(mask, axis=number, is_reversed=axis.is_reversed)]
        if right is None:
            right = self.settled(axis).right
        if right is None:
            raise RefusedError(f"the number of axes of {self.quoted(operand)} is not known")
        return [
            replace(one.mask(right, self.runs), is_reversed=axis.is_reversed)
            for one in self.lengths.different(axis.slices)
        ]

    def settled(self, axis: MaskedAxis) -> MaskedAxis:
        """An axis at a known place, if need be because its slice is taken to have no more than its index names."""
        sliced = axis.sliced
        if axis.right is not None or not axis.aligned or sliced.left is None:
            return axis
        self.assume_axes(sliced.place, sliced, sliced.left + 1 + sliced.behind)
        return replace(axis, right=sliced.behind)

    def fill(
        self, operand: ast.expr, axes: Sequence[MaskedAxis], value: str, consumer: ast.expr
    ) -> None:
        """Fill what does not count in `operand`, for `consumer`."""
        masks = self.masks(axes, operand)
        self.note(Form.FILL, operand, masks, axes, value, within=consumer)

    def note(
        self,
        form: Form,
        node: ast.expr,
        masks: tuple[Mask, ...],
        axes: Iterable[MaskedAxis],
        value: str = "",
        within: ast.expr | None = None,
        first: First | None = None,
    ) -> None:
        around = None if within is None else span_of(self.source, within)
        consumer = Consumer(
            form, span_of(self.source, node), masks, value, within=around, first=first
        )
        slices = tuple(one for axis in axes for one in axis.slices)
        self.consumers[node, form] = consumer, slices

    def check_equal_lengths(self, axis: MaskedAxis) -> None:
        """Note that the slices of an axis are taken to be of axes of one length, if that is not known."""
        one, *others = self.lengths.different(axis.slices)
        for other in others:
            if one.array == other.array:
                axes = f"axes {one.axis} and {other.axis} of `{one.array}`"
                self.caution(f"{axes} are taken to be equally long")
            else:
                arrays = f"`{one.array}` and `{other.array}`"
                self.caution(f"{arrays} are taken to be equally long along the slice")

    def caution(self, text: str) -> None:
        """Note something that is assumed."""
        self.cautions[text] = None

    def assume_axes(
        self, node: ast.expr, sliced: TracedSlice, count: int, *, at_most: bool = False
    ) -> None:
        """Note that `node`, which is masked, is taken to have so many axes."""
        words = f"{'at most ' * at_most}{_NUMBERS.get(count, f'{count} axes')}"
        self.caution(f"{self.quoted(node)} is taken to have {words}")
        is_slice = bool(self.sliced(node)) and sliced.is_whole
        if is_slice and self.ranks.setdefault(sliced, count) != count:
            raise RefusedError(f"the number of axes of {self.quoted(node)} is not known")

    def quoted(self, node: ast.expr) -> str:
        text = " ".join(segment(self.source, node).split())
        return f"`{text}`" if len(text) <= _LONGEST_QUOTE else f"`{text[: _LONGEST_QUOTE - 1]}…`"


class Lengths:
    """Which slices are of axes of one length."""

    def __init__(self, runs: Runs) -> None:
        self._runs = runs
        self._like: dict[TracedSlice, TracedSlice] = {}

    def first_like(self, one: TracedSlice) -> TracedSlice:
        """The first slice in the text of those of axes of the same length."""
        while one in self._like:
            one = self._like[one]
        return one

    def different(self, slices: Iterable[TracedSlice]) -> list[TracedSlice]:
        """Those of `slices` whose lengths are not known to be the same."""
        found: list[TracedSlice] = []
        for one in slices:
            if not any(self.are_equal(one, other) for other in found):
                found.append(one)
        return found

    def are_equal(self, one: TracedSlice, other: TracedSlice) -> bool:
        """Whether two slices are known to be of axes of one length."""
        if self.first_like(one) is self.first_like(other):
            return True
        is_same = one.axis == other.axis and (
            one.array == other.array
            or self._runs.have_equal(lambda value: value.shape_of, one.operand, other.operand)
        )
        return is_same or self._runs.are_equally_long(
            one.operand, one.axis, other.operand, other.axis
        )

    def assume_equal(self, slices: Iterable[TracedSlice]) -> None:
        """Note that slices are of axes of one length: the program says so, and JAX raises where it is not so."""
        first, *others = sorted(
            {self.first_like(one): None for one in slices},
            key=lambda one: (one.node.lineno, one.node.col_offset, one.position),
        )
        self._like.update(dict.fromkeys(others, first))


def described(node: ast.AST) -> str:
    """What a masked value must not go into, in words."""
    match node:
        case ast.Call():
            return "a call of which it is not known how to tell it which elements count"
        case ast.Subscript():
            return "another index"
    return "an expression of which it is not known how to tell it which elements count"
