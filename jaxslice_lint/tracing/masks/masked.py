"""Padded values: arrays that stand in for a slice of traced size, with elements outside of it that must not count.

What is done with a padded value gives a padded one again, or one to which the outside does not matter any more, if the
operation is told which elements count. Anything else is refused.
"""

import ast
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from jaxslice_lint.facts.masking import Consumer, First, Form, Mask
from jaxslice_lint.source.nodes import segment, span_of
from jaxslice_lint.source.text import Source
from jaxslice_lint.tracing.masks.runs import Runs
from jaxslice_lint.tracing.masks.slices import RefusedError, Seed

_LONGEST_QUOTE = 40
_NUMBERS = {1: "one axis", 2: "two axes", 3: "three axes"}


@dataclass(frozen=True, slots=True)
class Padded:
    """A padded value. Its padded axis has `left` axes before it and `right` behind it, where that is known.

    `aligned`: it has the axes of the slice, or more in front. `base`: an expression that has its axes, or the last
    ones of them, and which of its axes is the padded one. `zero`: what does not count is zero.
    """

    seed: Seed
    left: int | None
    right: int | None
    aligned: bool = True
    base: tuple[str, int] | None = None
    zero: bool = False

    @classmethod
    def of(cls, seed: Seed) -> "Padded":
        """What stands in for a slice."""
        return cls(
            seed, seed.left, seed.right, base=(seed.array, seed.axis) if seed.is_whole else None
        )

    def named(self, name: str) -> "Padded":
        """The value as a variable holds it."""
        if self.base is not None or self.left is None:
            return self
        return replace(self, base=(name, self.left))


class Padding:
    """Evaluates expressions of one function to padded values, or to None where nothing is padded.

    `seeds`: the slices of traced size, by their expressions, or why one cannot give way. `names`: the variables that
    are padded. Collects the `consumers` that are told, the seeds that are `used`, and the `cautions`, things that are
    assumed, among them the `ranks` of what is sliced. `evaluate` knows what expressions do.
    """

    def __init__(
        self,
        source: Source,
        runs: Runs,
        seeds: Mapping[ast.expr, Seed | RefusedError],
        names: dict[str, Padded],
        evaluate: "Callable[[Padding, ast.expr], Padded | None]",
    ) -> None:
        self.source = source
        self.runs = runs
        self._seeds = seeds
        self.names = names
        self.evaluate = evaluate
        self.consumers: dict[tuple[ast.expr, Form], tuple[Consumer, Seed]] = {}
        self.used: dict[Seed, None] = {}
        self.cautions: dict[str, None] = {}
        self.ranks: dict[Seed, int] = {}
        self._done: dict[ast.expr, Padded | None] = {}

    def padded(self, node: ast.expr) -> Padded | None:
        """What `node` is if the slices in it give way to whole arrays. Raises `RefusedError`."""
        if node not in self._done:
            self._done[node] = self.evaluate(self, node)
        return self._done[node]

    def seed(self, node: ast.expr) -> Seed | None:
        """The slice of traced size that `node` is. Raises `RefusedError` for one that cannot give way."""
        seed = self._seeds.get(node)
        if isinstance(seed, RefusedError):
            raise seed
        return seed

    def forget(self) -> None:
        """Evaluate anew what depends on the variables that are padded."""
        self._done.clear()

    def opaque(self, children: Iterable[ast.AST], node: ast.AST) -> Padded | None:
        """Nothing padded may go into an expression of which nothing is known."""
        for child in children:
            if isinstance(child, ast.expr):
                if self.padded(child) is not None:
                    raise RefusedError(
                        f"{self.quoted(child)} has a traced size and goes into {described(node)}"
                    )
            else:
                self.opaque(ast.iter_child_nodes(child), node)
        return None

    def check_same(self, one: Padded, other: Padded) -> None:
        if not one.seed.takes_same(other.seed, self.runs):
            raise RefusedError("slices with different bounds meet")

    def both_sides(self, owner: Padded, operand: ast.expr) -> tuple[int | None, int | None]:
        """How many axes there are on each side of the padded one."""
        ndim = self.runs.ndim(operand)
        left, right = owner.left, owner.right
        if ndim is not None:
            left = ndim - 1 - right if left is None and right is not None else left
            right = ndim - 1 - left if right is None and left is not None else right
        return left, right

    def mask(self, owner: Padded, operand: ast.expr) -> Mask:
        """The mask for a padded value, at `operand`."""
        seed = owner.seed
        start, stop = seed.limits(self.runs)
        _, right = self.both_sides(owner, operand)
        if right is not None:
            return Mask(seed.array, seed.axis, right, start, stop)
        if owner.base is not None:
            return Mask(*owner.base, None, start, stop)
        right = self.settled(owner).right
        if right is None:
            raise RefusedError(f"the number of axes of {self.quoted(operand)} is not known")
        return Mask(seed.array, seed.axis, right, start, stop)

    def settled(self, padded: Padded) -> Padded:
        """A value of known axes, if need be because its slice is taken to have no more than its index names."""
        seed = padded.seed
        if padded.right is not None or not padded.aligned or seed.left is None:
            return padded
        self.assume_axes(seed.place, padded, seed.left + 1 + seed.behind)
        return replace(padded, right=seed.behind)

    def tell_zero(self, operand: ast.expr, owner: Padded, consumer: ast.expr) -> None:
        zero = "False" if self.runs.dtype(operand) == "bool" else "0"
        mask = self.mask(owner, operand)
        self.tell(Form.FILL, operand, mask, owner, zero, within=consumer)

    def tell(
        self,
        form: Form,
        node: ast.expr,
        mask: Mask,
        owner: Padded,
        value: str = "",
        within: ast.expr | None = None,
        first: First | None = None,
    ) -> None:
        around = None if within is None else span_of(self.source, within)
        consumer = Consumer(
            form, span_of(self.source, node), mask, value, within=around, first=first
        )
        self.consumers[node, form] = consumer, owner.seed

    def assume_lengths(self, a: Seed, b: Seed) -> None:
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
        self, node: ast.expr, owner: Padded, count: int, *, at_most: bool = False
    ) -> None:
        """Note that `node`, which is padded, is taken to have so many axes."""
        words = f"{'at most ' * at_most}{_NUMBERS.get(count, f'{count} axes')}"
        self.caution(f"{self.quoted(node)} is taken to have {words}")
        is_slice = self.seed(node) is not None and owner.seed.is_whole
        if is_slice and self.ranks.setdefault(owner.seed, count) != count:
            raise RefusedError(f"the number of axes of {self.quoted(node)} is not known")

    def quoted(self, node: ast.expr) -> str:
        text = " ".join(segment(self.source, node).split())
        return f"`{text}`" if len(text) <= 40 else f"`{text[:39]}…`"


def described(node: ast.AST) -> str:
    """What a padded value must not go into, in words."""
    match node:
        case ast.Call():
            return "a call of which it is not known how to tell it which elements count"
        case ast.Subscript():
            return "another index"
    return "an expression of which it is not known how to tell it which elements count"
