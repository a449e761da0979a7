"""Slice sites: what all ways of reaching a subscript say of it, merged into one `Site`."""

import ast
from collections.abc import Sequence
from dataclasses import replace

from jaxslice_lint.facts.site import Bound, Element, ElementKind, Operand, OperandKind, Site, Way
from jaxslice_lint.facts.status import Status
from jaxslice_lint.source.nodes import is_candidate_slice, segment, span_of, walk, written_elements
from jaxslice_lint.source.slice_calls import SliceCall
from jaxslice_lint.source.text import Source
from jaxslice_lint.tracing.domain.context import Guard
from jaxslice_lint.tracing.domain.protocol import Tracer
from jaxslice_lint.tracing.masks.flow import maskings
from jaxslice_lint.tracing.observe.givens import given
from jaxslice_lint.tracing.observe.new_values import merged
from jaxslice_lint.tracing.observe.recording import Recorder, Visit
from jaxslice_lint.tracing.observe.ways import called_from, common, telling


def sites_of(
    recorder: Recorder, tracer: Tracer, tree: ast.Module, source: Source
) -> tuple[Site, ...]:
    """One site per subscript, in the order of the file."""
    seen = recorder.visits.get(source.path, {})
    merged = {
        node: _merged(recorder, tracer, node, visits, source) for node, visits in seen.items()
    }
    masked = maskings(tracer, tree, source, merged, recorder.runs)
    found = [replace(site, masking=masked.get(node, "")) for node, site in merged.items()]
    found += [
        _unreached(node, source)
        for node in walk(tree)
        if isinstance(node, ast.Subscript)
        and node not in seen
        and any(is_candidate_slice(element) for element in written_elements(node))
    ]
    return tuple(sorted(found, key=lambda site: site.span))


def _seen(visits: list[Visit]) -> list[Visit]:
    """Those that a call shows, if there are any: what others may pass besides takes no finding away."""
    return [visit for visit in visits if not visit.entry] or visits


def _merged(
    recorder: Recorder, tracer: Tracer, node: ast.Subscript, visits: list[Visit], source: Source
) -> Site:
    certain = [visit for visit in visits if visit.certain and visit.is_traced]
    open_ones = [visit for visit in visits if visit.is_wrong]
    chosen = _seen(open_ones or certain)
    reached = [visit for visit in chosen if not visit.error]
    first = min(reached or chosen or visits, key=_order)
    site = Site(
        source.path,
        span_of(source, node),
        first.operand,
        first.elements,
        first.written,
        first.path,
        guarded=bool(certain) and not open_ones,
        handled=any(visit.guard is Guard.NAMED and visit.is_traced for visit in visits),
        error=first.error,
        called=node.path if isinstance(node, SliceCall) else "",
    )
    if not chosen:
        is_open = any({Status.UNKNOWN, Status.TRACED} & visit.statuses for visit in visits)
        return replace(
            site,
            elements=tuple(map(_unclaimed, first.elements)),
            ways=_ways(tracer, visits, source) if is_open else (),
        )
    others = [visit for visit in visits if visit not in chosen]
    notes = [*recorder.others.get(node, ())]
    notes += [f"where JAX raises {visit.error}" for visit in chosen if visit.error]
    agreed = common(first, chosen, others, notes)
    return replace(
        site,
        operand=agreed.operand,
        elements=agreed.elements,
        differs=agreed.differs,
        cut_off=agreed.cut_off,
        cut_at_end=agreed.cut_at_end,
        may_be_no_array=agreed.may_be_no_array,
        unseen=agreed.unseen or _maybe_nothing(recorder, node, agreed.elements, chosen),
        ways=_ways(tracer, visits, source),
        new_value=merged(
            node,
            [visit.new_values for visit in visits],
            [visit.new_values for visit in telling(visits)],
        ),
    )


def _ways(tracer: Tracer, visits: Sequence[Visit], source: Source) -> tuple[Way, ...]:
    return tuple(dict.fromkeys(_way(tracer, visit, source) for visit in visits))


def _maybe_nothing(
    recorder: Recorder, node: ast.Subscript, elements: Sequence[Element], visits: list[Visit]
) -> str:
    """What may be passed to a function that is handed on: a parameter that is a bound as it is may be None.

    In a window it is not: its other bound is the sum of it and a size.
    """
    functions = {id(visit.function.node) for visit in visits if visit.function}
    doubted = {name for key, name in recorder.may_be_nothing if key in functions}
    for written, element in zip(written_elements(node), elements, strict=False):
        if isinstance(written, ast.Slice) and element.has_traced_size:
            for name, bound in (("start", written.lower), ("stop", written.upper)):
                if isinstance(bound, ast.Name) and bound.id in doubted:
                    return (
                        f"others may reach it where its {name} is `None`: the function is handed on"
                    )
    return ""


def _order(visit: Visit) -> tuple[bool, bool, int]:
    """What is told of a site comes from ways of which most is known, and of these from the shortest."""
    return visit.entry, Status.UNKNOWN in visit.statuses, len(visit.path)


def _unclaimed(element: Element) -> Element:
    """An element of a way that is not certain: it makes no finding."""

    def bound(one: Bound) -> Bound:
        why = "it is traced on some paths only"
        return replace(one, status=Status.UNKNOWN, why=why) if one.status is Status.TRACED else one

    start, stop, step = map(bound, element.bounds)
    return replace(element, start=start, stop=stop, step=step, size=bound(element.size))


def _way(tracer: Tracer, visit: Visit, source: Source) -> Way:
    parts = [(segment(source, node), value) for node, value in visit.parts]
    return Way(
        visit.operand,
        visit.elements,
        tuple((text, given(tracer, value)) for text, value in (*visit.parameters.items(), *parts)),
        visit.is_traced,
        visit.entry,
        called_from(visit),
    )


def _unreached(node: ast.Subscript, source: Source) -> Site:
    """A site that tracing did not come to: nothing is claimed of its bounds."""

    def bound(part: ast.expr | None) -> Bound:
        if part is None:
            return Bound(Status.ABSENT)
        why = "no way through the program was found that leads here"
        return Bound(Status.UNKNOWN, why, segment(source, part), span_of(source, part))

    elements = tuple(
        Element(
            ElementKind.SLICE,
            segment(source, element),
            bound(element.lower),
            bound(element.upper),
            bound(element.step),
        )
        for element in written_elements(node)
        if isinstance(element, ast.Slice)
    )
    return Site(source.path, span_of(source, node), Operand(OperandKind.UNKNOWN), elements)
