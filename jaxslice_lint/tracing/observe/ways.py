"""All ways of reaching a subscript, and what they have in common: a rewrite must be right for each of them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from jaxslice_lint.facts.site import Bound, Element, ElementKind, Operand, OperandKind, Window
from jaxslice_lint.facts.status import Status
from jaxslice_lint.tracing.domain.symbolic import weakest
from jaxslice_lint.tracing.observe.recording import Visit

#: What is sliced in another way than arrays are.
_OTHER_OBJECTS = (OperandKind.SEQUENCE, OperandKind.REF, OperandKind.VARIABLE)


@dataclass(frozen=True, slots=True)
class Common:
    """What all ways of reaching a subscript agree on.

    `differs`: why no rewrite is right for all of them. `cut_off`: in some the bounds are static and may lie beyond
    the axis, only beyond its end if `cut_at_end`; `may_be_no_array`: in some of these what is sliced is not known.
    `unseen`: what others may do who call the function, for which a rewrite is not known to be right.
    """

    operand: Operand
    elements: tuple[Element, ...]
    differs: str
    cut_off: bool
    cut_at_end: bool
    may_be_no_array: bool
    unseen: str = ""


def common(
    first: Visit, traced: Sequence[Visit], others: Sequence[Visit], notes: Iterable[str]
) -> Common:
    """What the ways in which a slice is `traced` and all `others` agree on; `notes` are ways without any slice."""
    seen = [visit for visit in others if not visit.entry]
    unseen = [visit for visit in others if visit.entry]
    differs = next(_differences(first, [*traced, *seen], seen, notes), "")
    differs = differs or next(_nothing_passed(first, [*traced, *unseen]), "")
    if differs:
        elements = tuple(replace(one, windows=(), no_window=differs) for one in first.elements)
        return Common(_operand(traced, others), elements, differs, False, False, False)
    like = [one for one in unseen if _kinds(one) == _kinds(first)]
    elements = _elements(first, [*traced, *seen, *like])
    sliced = [position for position, one in enumerate(elements) if one.is_traced]
    eager = [visit for visit in others if visit.is_eager]
    slices = [one for visit in eager for one in visit.elements if one.kind is ElementKind.SLICE]
    return Common(
        _operand(traced, others),
        elements,
        differs,
        cut_off=not all(one.in_range for one in slices),
        cut_at_end=all(_is_cut_at_end(visit.elements[at]) for visit in eager for at in sliced),
        may_be_no_array=any(visit.operand.kind is OperandKind.UNKNOWN for visit in eager),
        unseen=next(_differences(first, [*traced, *unseen], unseen, ()), ""),
    )


def _is_cut_at_end(element: Element) -> bool:
    """Whether a slice with static bounds can lose elements at the end of its axis alone; its start is no integer that
    JAX would promote together with another one to a float, or refuse to."""
    return element.counts_up and all(one.dtype in ("int", "int32") for one in element.windows)


def _kinds(visit: Visit) -> list[ElementKind]:
    return [element.kind for element in visit.elements]


def _operand(traced: Sequence[Visit], others: Sequence[Visit]) -> Operand:
    operands = [visit.operand for visit in (*traced, *others)]
    shown = {visit.operand.ndim for visit in telling([*traced, *others])}
    kinds = {visit.operand.kind for visit in traced}
    if OperandKind.NUMPY in kinds:
        kinds = {OperandKind.NUMPY}  # what is right for it is right for JAX arrays
    elif any(visit.operand.kind is OperandKind.UNKNOWN for visit in others):
        kinds -= {OperandKind.ARRAY}
    ndims = {operand.ndim for operand in operands}
    dtypes = {operand.dtype for operand in operands}
    return Operand(
        kinds.pop() if len(kinds) == 1 else OperandKind.UNKNOWN,
        ndims.pop() if len(ndims) == 1 else None,
        dtypes.pop() if len(dtypes) == 1 else None,
        traced[0].operand.repeatable,
        shown.pop() if len(shown) == 1 else None,
    )


def telling(visits: Sequence[Visit]) -> Sequence[Visit]:
    """The ways that the program shows; if it shows none, those in which it is not others who say what comes."""
    shown = [visit for visit in visits if not visit.made_up]
    return shown or [visit for visit in visits if not visit.entry] or visits


def _differences(
    first: Visit, ways: Sequence[Visit], others: Sequence[Visit], notes: Iterable[str]
) -> Iterator[str]:
    """Why no rewrite is right for all ways, each in words."""
    for note in notes:
        yield f"the program also reaches it {note}"
    # What others pass is not known, and no other kind for that.
    shown = [visit for visit in ways if not visit.entry] or ways
    kinds = {visit.operand.kind for visit in shown}
    for visit in ways:
        kind = visit.operand.kind
        is_other = kind in _OTHER_OBJECTS and len(kinds) > 1
        is_host = kind is OperandKind.NUMPY and visit in others and not visit.entry
        if is_other or (is_host and not visit.is_traced):
            yield _said(visit, first, f"where a {kind.value} is sliced")
    for visit in ways:
        if _kinds(visit) != _kinds(first):
            yield _said(visit, first, "with another index")
            return
    yield from _nothing_passed(first, ways)
    for position, element in enumerate(first.elements):
        if element.kind is ElementKind.SLICE:
            yield from _differences_of_slice(position, first, ways)


def _nothing_passed(first: Visit, ways: Sequence[Visit]) -> Iterator[str]:
    """In which of several ways a bound is None, or may be, and in others not."""
    count = min(len(visit.elements) for visit in ways)
    for position in range(count):
        slices = [(visit, visit.elements[position]) for visit in ways]
        like = next((one for _, one in slices if one.is_traced), None)
        for visit, one in slices if like is not None else ():
            assert like is not None
            named = zip(("start", "stop", "step"), one.bounds, like.bounds, strict=True)
            for name, bound, other in named:
                is_absent = bound.status is Status.ABSENT
                if bound.may_be_none or is_absent is not (other.status is Status.ABSENT):
                    is_nothing = bound.may_be_none or is_absent
                    verb = "may be" if bound.may_be_none else "is"
                    yield _said(
                        visit,
                        first,
                        f"where its {name} {verb} {'' if is_nothing else 'not '}`None`",
                    )


def _differences_of_slice(position: int, first: Visit, ways: Sequence[Visit]) -> Iterator[str]:
    """Why no rewrite of one slice is right for all ways."""
    slices = [(visit, visit.elements[position]) for visit in ways]
    like = next((one for _, one in slices if one.is_traced), None)
    if like is None:
        return
    if any(one.has_traced_size for _, one in slices) or not like.windows:
        return
    window = like.windows[0]
    for visit, one in slices:
        if not one.windows:
            yield _said(visit, first, f"where {one.no_window or 'its size is not known'}")
        elif not any(_is_same(window, other) for other in one.windows):
            yield _said(visit, first, _other_window(window, one.windows[-1]))


def _is_same(one: Window, other: Window) -> bool:
    return (one.start, one.size, one.step) == (other.start, other.size, other.step)


def _other_window(window: Window, other: Window) -> str:
    if window.size != other.size:
        text = other.size if other.size.isdecimal() else f"`{other.size}`"
        return f"where its size is {text}"
    return "where it starts elsewhere" if window.start != other.start else "with another step"


def _said(visit: Visit, first: Visit, words: str) -> str:
    """A way in words; from where it comes, if that is another place than that of the first one."""
    if visit.entry:
        return f"others may reach it {words}"
    where = "" if visit.called == first.called else called_from(visit)
    return f"the program also reaches it {f'{where}, ' if where else ''}{words}"


def called_from(visit: Visit) -> str:
    """From where the function of a way is called, in words; empty if that is not known."""
    if visit.called is None:
        return ""
    source, node = visit.called
    return f"from {source.path.name}:{getattr(node, 'lineno', 1)}"


def _elements(first: Visit, ways: Sequence[Visit]) -> tuple[Element, ...]:
    """The elements as every way has them."""
    return tuple(
        _element(
            element,
            [visit.elements[position] for visit in ways],
            [visit.elements[position] for visit in telling(ways)],
        )
        for position, element in enumerate(first.elements)
    )


def _element(element: Element, others: Sequence[Element], shown: Sequence[Element]) -> Element:
    """One element: traced if it is so in one way, with a window that is right in each. In the ways that are `shown`
    the program tells what it holds."""
    traced = next((one for one in others if one.is_traced), element)
    sizes = [other.size for other in others]
    size = next((one for one in sizes if one.status is Status.TRACED), traced.size)
    all_windows = [one for other in others for one in other.windows]
    windows = tuple(
        replace(
            window,
            dtype=_dtype_of_start(all_windows, [one for other in shown for one in other.windows]),
            sign=weakest(one.sign for one in all_windows),
        )
        for window in traced.windows[:1]
        if size.status is not Status.TRACED
    )
    return replace(
        traced,
        start=_bound(traced.start, [other.start for other in others]),
        stop=_bound(traced.stop, [other.stop for other in others]),
        size=size,
        windows=windows,
        in_range=all(one.in_range for one in others),
        ndim=element.ndim if all(one.ndim == element.ndim for one in others) else None,
        const=element.const if all(one.const == element.const for one in others) else None,
    )


def _dtype_of_start(windows: Sequence[Window], shown: Sequence[Window]) -> str | None:
    """That of all starts; a narrow one, if there is any. JAX refuses starts of several dtypes."""
    narrow = next((one.dtype for one in windows if one.narrow), None)
    dtypes = {one.dtype for one in shown or windows}
    return dtypes.pop() if narrow is None and len(dtypes) == 1 else narrow


def _bound(bound: Bound, others: Sequence[Bound]) -> Bound:
    return replace(bound, sign=weakest(other.sign for other in others))
