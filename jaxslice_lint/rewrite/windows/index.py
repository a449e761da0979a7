"""The index of a site: its elements with their nodes, the axes they consume, and what is left of it
after a rewrite."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass

import libcst as cst

from jaxslice_lint.facts.site import Element, ElementKind, Site, Window
from jaxslice_lint.rewrite.text.edit import NoRewriteError
from jaxslice_lint.rewrite.text.syntax import Use


@dataclass(frozen=True)
class Index:
    """The elements of an index as a tuple, and the node that stands for each."""

    elements: tuple[Element, ...]
    nodes: tuple[cst.SubscriptElement, ...]

    @property
    def traced(self) -> dict[int, Window]:
        """The windows of the traced slices, by position."""
        return {
            position: element.window
            for position, element in enumerate(self.elements)
            if element.is_traced and element.window is not None
        }


@dataclass(frozen=True)
class Axis:
    """What a template takes of one axis: a window, one element (`const` 0 or -1), or all of it."""

    window: Window | None = None
    const: int | None = None

    @property
    def is_whole(self) -> bool:
        return self.window is None and self.const is None


@dataclass(frozen=True)
class Layout:
    """The axes counted from the left and those counted from the right; all axes in between are
    taken whole."""

    left: tuple[Axis, ...]
    right: tuple[Axis, ...]


def read_index(site: Site, use: Use) -> Index:
    """The index of `site`. Raises `NoRewriteError` for a traced slice without a window, or an
    element that cannot be written."""
    for element in site.elements:
        if element.is_traced and element.window is None:
            raise NoRewriteError(
                element.no_window or "the slice has no static size that could be written"
            )
    return Index(site.elements, written(site, use))


def written(site: Site, use: Use) -> tuple[cst.SubscriptElement, ...]:
    """The elements of the index as they stand in the subscript, or would if it were not built elsewhere."""
    nodes = tuple(use.subscript.slice)
    if site.written and not site.called and len(nodes) == len(site.elements):
        return nodes
    return tuple(_written(element) for element in site.elements)


def _written(element: Element) -> cst.SubscriptElement:
    if element.is_traced:
        return cst.SubscriptElement(PLAIN)
    if element.text is None:
        raise NoRewriteError(
            "an element of the index is built elsewhere and cannot be written here"
        )
    subscript = cst.ensure_type(cst.parse_expression(f"_[{element.text}]"), cst.Subscript)
    if len(subscript.slice) != 1:
        raise NoRewriteError("an element of the index is a tuple")
    return subscript.slice[0]


def axis_of(elements: Sequence[Element], position: int) -> int:
    """The axis that the element at `position` indexes: from the left, or negative after an
    Ellipsis."""
    before, after = elements[:position], elements[position + 1 :]
    kinds = [element.kind for element in before]
    if ElementKind.ELLIPSIS in kinds:
        return -1 - sum(consumed(element) for element in after)
    return sum(consumed(element) for element in before)


def consumed(element: Element) -> int:
    """How many axes `element` consumes. Raises `NoRewriteError` if that is not known."""
    match element.kind:
        case ElementKind.SLICE | ElementKind.INTEGER:
            return 1
        case ElementKind.NEWAXIS:
            return 0
        case ElementKind.MASK if element.ndim is not None:
            return element.ndim
    text = f"`{element.text}`" if element.text else "an element"
    raise NoRewriteError(
        f"the sliced axis is not known: {text} of the index may consume several axes"
    )


def _is_countable(element: Element) -> bool:
    return element.kind is not ElementKind.UNKNOWN and (
        element.kind is not ElementKind.MASK or element.ndim is not None
    )


def single_elements(elements: Sequence[Element]) -> frozenset[int]:
    """The positions of integers that a window may take as single elements: they are in range on any
    axis.

    Others must stay as they are: JAX drops an update out of range, where a window would be moved
    into the array.
    """
    if not all(map(_is_countable, elements)):
        return frozenset()
    return frozenset(
        position
        for position, element in enumerate(elements)
        if element.kind is ElementKind.INTEGER and element.const in (0, -1)
    )


def layout(elements: Sequence[Element], single: Container[int] = ()) -> Layout:
    """The axes that a template over several axes takes; the integers at positions `single` as
    single elements."""
    numbered = list(enumerate(elements))
    kinds = [element.kind for element in elements]
    split = kinds.index(ElementKind.ELLIPSIS) if ElementKind.ELLIPSIS in kinds else len(kinds)
    left = _axes(numbered[:split], single)
    right = _axes(numbered[:split:-1], single)[::-1]
    return Layout(left, right)


def _axes(outwards: Sequence[tuple[int, Element]], single: Container[int]) -> tuple[Axis, ...]:
    """The axes of elements that are counted from one end, up to the last one that is not whole."""
    taken = [position for position, element in outwards if element.is_traced or position in single]
    axes: list[Axis] = []
    for position, element in outwards:
        if not taken:
            break
        if position in taken:
            taken.remove(position)
            axes.append(Axis(element.window) if element.is_traced else Axis(const=element.const))
        else:
            axes += [Axis()] * consumed(element)
    return tuple(axes)


PLAIN = cst.Slice(lower=None, upper=None)


def stepped(window: Window) -> cst.Slice:
    """What is left of a traced slice after its window was taken: `:`, or `::step`."""
    if window.step == 1:
        return PLAIN
    step = cst.parse_expression(window.step_text or str(window.step))
    return cst.Slice(lower=None, upper=None, step=step, second_colon=cst.Colon())


def replaced(
    index: Index, replacements: Mapping[int, cst.BaseSlice]
) -> tuple[cst.SubscriptElement, ...]:
    """The nodes of the index with some slices replaced, all else as it was written."""
    return tuple(
        node.with_changes(slice=replacements[position]) if position in replacements else node
        for position, node in enumerate(index.nodes)
    )


def rest(
    index: Index, replacements: Mapping[int, cst.BaseSlice]
) -> tuple[cst.SubscriptElement, ...]:
    """The index to apply after the windows were taken: empty if it takes everything, without `:` at
    its end if that is the same."""
    nodes = replaced(index, replacements)
    if all(_takes_all(node) for node in nodes):
        return ()
    count = len(nodes)
    if not any(element.kind is ElementKind.ELLIPSIS for element in index.elements):
        while is_plain(nodes[count - 1]):
            count -= 1
        # A single index that might be a list or a tuple means something else without its `:`.
        if count == 1 < len(nodes) and not _is_single(index.elements[0]):
            count = 2
    if count == len(nodes):
        return nodes
    return (
        *nodes[: count - 1],
        nodes[count - 1].with_changes(comma=cst.MaybeSentinel.DEFAULT),
    )


def _is_single(element: Element) -> bool:
    return element.const is not None or element.kind in (ElementKind.SLICE, ElementKind.NEWAXIS)


def is_plain(node: cst.SubscriptElement) -> bool:
    """Whether an element of an index is `:`."""
    match node.slice:
        case cst.Slice(lower=None, upper=None, step=None):
            return True
    return False


def _takes_all(node: cst.SubscriptElement) -> bool:
    match node.slice:
        case cst.Index(value=cst.Ellipsis()):
            return True
    return is_plain(node)
