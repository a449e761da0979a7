"""Masked values: arrays that stand in for a slice of traced size, with elements outside of it that must not count.

What is done with a masked value gives a masked one again, or one to which the outside does not matter any more, if the
operation is told which elements count. Anything else is refused.
"""

import ast
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from jaxslice_lint.facts.masking import Consumer, First, Form, Mask
from jaxslice_lint.source.nodes import segment, span_of
from jaxslice_lint.source.text import Source
from jaxslice_lint.tracing.masks.runs import Runs
from jaxslice_lint.tracing.masks.slices import RefusedError, TracedSlice

_LONGEST_QUOTE = 40
_NUMBERS = {1: "one axis", 2: "two axes", 3: "three axes"}


@dataclass(frozen=True, slots=True)
class MaskedValue:
    """A masked value. Its masked axis has `left` axes before it and `right` behind it, where that is known.

    `aligned`: it has the axes of the slice, or more in front. `base`: an expression that has its axes, or the last
    ones of them, and which of its axes is the masked one. `zero`: what does not count is zero.
    """

    sliced: TracedSlice
    left: int | None
    right: int | None
    aligned: bool = True
    base: tuple[str, int] | None = None
    zero: bool = False

    @classmethod
    def of(cls, sliced: TracedSlice) -> "MaskedValue":
        """What stands in for a slice."""
        return cls(
            sliced,
            sliced.left,
            sliced.right,
            base=(sliced.array, sliced.axis) if sliced.is_whole else None,
        )

    def named(self, name: str) -> "MaskedValue":
        """The value as a variable holds it."""
        if self.base is not None or self.left is None:
            return self
        return replace(self, base=(name, self.left))


class MaskAnalysis:
    """Evaluates expressions of one function to masked values, or to None where nothing is masked.

    `slices`: the slices of traced size, by their expressions, or why one cannot give way. `names`: the variables that
    are masked. Collects the `consumers` that are told, the slices that are `used`, and the `cautions`, things that are
    assumed, among them the `ranks` of what is sliced. `evaluate` knows what expressions do.
    """

    def __init__(
        self,
        source: Source,
        runs: Runs,
        slices: Mapping[ast.expr, TracedSlice | RefusedError],
        names: dict[str, MaskedValue],
        evaluate: "Callable[[MaskAnalysis, ast.expr], MaskedValue | None]",
    ) -> None:
        self.source = source
        self.runs = runs
        self._slices = slices
        self.names = names
        self.evaluate = evaluate
        self.consumers: dict[tuple[ast.expr, Form], tuple[Consumer, TracedSlice]] = {}
        self.used: dict[TracedSlice, None] = {}
        self.cautions: dict[str, None] = {}
        self.ranks: dict[TracedSlice, int] = {}
        self._done: dict[ast.expr, MaskedValue | None] = {}

    def masked(self, node: ast.expr) -> MaskedValue | None:
        """What `node` is if the slices in it give way to whole arrays. Raises `RefusedError`."""
        if node not in self._done:
            self._done[node] = self.evaluate(self, node)
        return self._done[node]

    def sliced(self, node: ast.expr) -> TracedSlice | None:
        """The slice of traced size that `node` is. Raises `RefusedError` for one that cannot give way."""
        sliced = self._slices.get(node)
        if isinstance(sliced, RefusedError):
            raise sliced
        return sliced

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

    def check_same(self, one: MaskedValue, other: MaskedValue) -> None:
        if not one.sliced.takes_same(other.sliced, self.runs):
            raise RefusedError("slices with different bounds meet")

    def both_sides(self, owner: MaskedValue, operand: ast.expr) -> tuple[int | None, int | None]:
        """How many axes there are on each side of the masked one."""
        ndim = self.runs.ndim(operand)
        left, right = owner.left, owner.right
        if ndim is not None:
            left = ndim - 1 - right if left is None and right is not None else left
            right = ndim - 1 - left if right is None and left is not None else right
        return left, right

    def mask(self, owner: MaskedValue, operand: ast.expr) -> Mask:
        """The mask for a masked value, at `operand`."""
        sliced = owner.sliced
        start, stop = sliced.limits(self.runs)
        _, right = self.both_sides(owner, operand)
        if right is not None:
            return Mask(sliced.array, sliced.axis, right, start, stop)
        if owner.base is not None:
            return Mask(*owner.base, None, start, stop)
        right = self.settled(owner).right
        if right is None:
            raise RefusedError(f"the number of axes of {self.quoted(operand)} is not known")
        return Mask(sliced.array, sliced.axis, right, start, stop)

    def settled(self, masked: MaskedValue) -> MaskedValue:
        """A value of known axes, if need be because its slice is taken to have no more than its index names."""
        sliced = masked.sliced
        if masked.right is not None or not masked.aligned or sliced.left is None:
            return masked
        self.assume_axes(sliced.place, masked, sliced.left + 1 + sliced.behind)
        return replace(masked, right=sliced.behind)

    def fill_with_zeros(self, operand: ast.expr, owner: MaskedValue, consumer: ast.expr) -> None:
        zero = "False" if self.runs.dtype(operand) == "bool" else "0"
        mask = self.mask(owner, operand)
        self.note(Form.FILL, operand, mask, owner, zero, within=consumer)

    def note(
        self,
        form: Form,
        node: ast.expr,
        mask: Mask,
        owner: MaskedValue,
        value: str = "",
        within: ast.expr | None = None,
        first: First | None = None,
    ) -> None:
        around = None if within is None else span_of(self.source, within)
        consumer = Consumer(
            form, span_of(self.source, node), mask, value, within=around, first=first
        )
        self.consumers[node, form] = consumer, owner.sliced

    def assume_lengths(self, a: TracedSlice, b: TracedSlice) -> None:
        """Note that two slices are taken to be of axes of one length, if that is not known."""
        same = a.array == b.array or self.runs.have_equal(
            lambda value: value.shape_of, a.operand, b.operand
        )
        if not same:
            self.caution(
                f"`{a.array}` and `{b.array}` are taken to be equally long along the slice"
            )
        elif a.axis != b.axis:
            self.caution(f"axes {a.axis} and {b.axis} of `{a.array}` are taken to be equally long")

    def caution(self, text: str) -> None:
        """Note something that is assumed."""
        self.cautions[text] = None

    def assume_axes(
        self, node: ast.expr, owner: MaskedValue, count: int, *, at_most: bool = False
    ) -> None:
        """Note that `node`, which is masked, is taken to have so many axes."""
        words = f"{'at most ' * at_most}{_NUMBERS.get(count, f'{count} axes')}"
        self.caution(f"{self.quoted(node)} is taken to have {words}")
        is_slice = self.sliced(node) is not None and owner.sliced.is_whole
        if is_slice and self.ranks.setdefault(owner.sliced, count) != count:
            raise RefusedError(f"the number of axes of {self.quoted(node)} is not known")

    def quoted(self, node: ast.expr) -> str:
        text = " ".join(segment(self.source, node).split())
        return f"`{text}`" if len(text) <= 40 else f"`{text[:39]}…`"


def described(node: ast.AST) -> str:
    """What a masked value must not go into, in words."""
    match node:
        case ast.Call():
            return "a call of which it is not known how to tell it which elements count"
        case ast.Subscript():
            return "another index"
    return "an expression of which it is not known how to tell it which elements count"
