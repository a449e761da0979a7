"""Slice sites: what each way of reaching a subscript says of it, merged into one `Site`."""

import ast
from dataclasses import dataclass, field, replace
from pathlib import Path

from jaxslice_lint.source.text import Source
from jaxslice_lint.tracing.consumers import maskings
from jaxslice_lint.tracing.frames import Frame
from jaxslice_lint.tracing.indices import Seen, operand_of, see_elements
from jaxslice_lint.tracing.joins import alternatives
from jaxslice_lint.tracing.protocol import Tracer
from jaxslice_lint.tracing.purity import is_fresh_array
from jaxslice_lint.tracing.runs import Values
from jaxslice_lint.tracing.site import (
    Bound,
    Element,
    ElementKind,
    Operand,
    OperandKind,
    Site,
    Status,
    Step,
)
from jaxslice_lint.tracing.spelling import segment, span_of
from jaxslice_lint.tracing.values import (
    UNKNOWN,
    At,
    Choice,
    Class,
    Data,
    External,
    Instance,
    Many,
    Mapping,
    Sequence,
    Slice,
    Value,
    known,
)
from jaxslice_lint.tracing.variables import is_variable


@dataclass(slots=True)
class Visit:
    """A subscript as one call of its function saw it."""

    operand: Operand
    elements: tuple[Element, ...]
    written: bool
    path: tuple[Step, ...]
    guarded: bool
    entry: bool

    @property
    def is_traced(self) -> bool:
        """Whether some slice has a traced bound."""
        return any(element.is_traced for element in self.elements)

    @property
    def may_be_traced(self) -> bool:
        """Inside a trace, with a bound of unknown status: its window must be that of the others."""
        bounds = [bound for element in self.elements for bound in element.bounds]
        unknown = any(bound.status is Status.UNKNOWN for bound in bounds)
        return unknown and not self.is_traced and bool(self.path) and not self.entry

    @property
    def is_eager(self) -> bool:
        """The program gets here with static bounds, or outside any trace with bounds not known."""
        bounds = [bound for element in self.elements for bound in element.bounds]
        statuses = {bound.status for bound in bounds} - {Status.ABSENT}
        if self.entry or Status.TRACED in statuses:
            return False
        return statuses == {Status.STATIC} or not self.path


@dataclass(slots=True)
class Recorder:
    """Collects what is seen of the subscripts of each file.

    `runs`: what the expressions around a slice of traced size were, in each run of its function.
    """

    visits: dict[Path, dict[ast.Subscript, list[Visit]]] = field(default_factory=dict)
    runs: dict[ast.Subscript, list[Values]] = field(default_factory=dict)

    def visit(
        self, tracer: Tracer, node: ast.Subscript, operand: Value, index: Value, frame: Frame
    ) -> bool:
        """Note one sight of `node`, if it holds a slice with a bound that is not a literal; whether one is traced."""
        items = _items(index)
        if not any(isinstance(item, Slice) for item in items) or not _may_be_sliced(operand, items):
            return False
        if _is_literal(node) or frame.hidden:
            return False
        seen = Seen(tracer, node, operand, items, frame)
        elements = see_elements(seen)
        if not frame.path and any(element.is_traced for element in elements):
            # There are no tracers outside of a trace: the value comes from one that has ended.
            return False
        visit = Visit(
            replace(operand_of(operand), fresh=_is_fresh(tracer, node, frame)),
            elements,
            seen.written,
            _path(elements, frame),
            frame.guards > 0 or frame.unsure,
            frame.entry,
        )
        of_file = self.visits.setdefault(frame.source.path, {})
        of_file.setdefault(node, []).append(visit)
        if visit.is_traced and frame.values is not None:
            runs = self.runs.setdefault(node, [])
            if not any(values is frame.values for values in runs):
                runs.append(frame.values)
        return visit.is_traced

    def misses_slices(self, node: ast.AST, source: Source) -> bool:
        """Whether `node` holds an open slice that no call got to."""
        seen = self.visits.get(source.path, {})
        return any(
            isinstance(one, ast.Subscript)
            and one not in seen
            and any(map(is_open_slice, ast.walk(one.slice)))
            for one in ast.walk(node)
        )

    def sites(self, tracer: Tracer, tree: ast.Module, source: Source) -> tuple[Site, ...]:
        """One site per subscript, in the order of the file."""
        seen = self.visits.get(source.path, {})
        merged = {node: _merged(node, visits, source) for node, visits in seen.items()}
        masked = maskings(tracer, tree, source, merged, self.runs)
        found = [replace(site, masking=masked.get(node, "")) for node, site in merged.items()]
        found += [
            _unreached(node, source)
            for node in ast.walk(tree)
            if isinstance(node, ast.Subscript)
            and node not in seen
            and any(is_open_slice(element) for element in written_elements(node))
        ]
        return tuple(sorted(found, key=lambda site: site.span))


def _items(index: Value) -> tuple[Value, ...]:
    """The elements of an index; of a tuple of unknown length its slices, and something unknown."""
    match index:
        case Sequence(items=items, mutable=False):
            return items
        case Many(element=element):
            slices = [one for one in alternatives(element) if isinstance(one, Slice)]
            return (*slices, UNKNOWN)
    return (index,)


def _may_be_sliced(operand: Value, items: tuple[Value, ...]) -> bool:
    """Whether a slice of `operand` needs static bounds: not so for dicts, types, and objects with their own `[]`."""
    if any(isinstance(known(item), str) for item in items):
        return False
    for one in alternatives(operand):
        match one:
            case Class() | External() | Mapping():
                return False
            case Instance(cls=cls) if not cls.is_named_tuple and not is_variable(one):
                return False
            case Data(const=str()):
                return True
    return not isinstance(operand, Choice) or any(
        isinstance(one, (Data, At, Sequence)) or is_variable(one) for one in operand.values
    )


def is_open_slice(node: ast.AST) -> bool:
    """Whether a node is a slice with a bound that is not a literal; only these are worth a question."""
    match node:
        case ast.Slice(lower=lower, upper=upper, step=step):
            bounds = [bound for bound in (lower, upper, step) if bound is not None]
            return not all(_is_number(bound) for bound in bounds)
        case ast.Call(func=ast.Name(id="slice")):
            return True
    return False


def _is_fresh(tracer: Tracer, node: ast.Subscript, frame: Frame) -> bool:
    """Whether `x` of `x.at[…]` is made on the spot."""
    at = node.value
    return isinstance(at, ast.Attribute) and is_fresh_array(tracer, at.value, frame)


def _is_number(node: ast.expr) -> bool:
    if isinstance(node, ast.UnaryOp):
        return _is_number(node.operand)
    return isinstance(node, ast.Constant)


def _is_literal(node: ast.Subscript) -> bool:
    """Whether every slice that is written in an index is a literal one."""
    slices = [element for element in written_elements(node) if isinstance(element, ast.Slice)]
    return bool(slices) and not any(is_open_slice(one) for one in slices)


def written_elements(node: ast.Subscript) -> list[ast.expr]:
    """The elements of an index as they stand in the source."""
    return node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]


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


def _path(elements: tuple[Element, ...], frame: Frame) -> tuple[Step, ...]:
    """The trace path; where a traced bound was made on the way, that is a step of it."""
    path = frame.path
    for element in elements:
        for bound in element.bounds:
            origin = bound.origin
            if bound.status is Status.TRACED and origin is not None and origin not in path:
                path = (*path, origin)
    return path


def _merged(node: ast.Subscript, visits: list[Visit], source: Source) -> Site:
    traced = [visit for visit in visits if visit.is_traced]
    open_ones = [visit for visit in traced if not visit.guarded]
    chosen = open_ones or traced or visits
    first = min(chosen, key=lambda visit: len(visit.path))
    possible = [visit for visit in visits if visit.may_be_traced]
    elements = _merged_elements(first, [*chosen, *possible]) if traced else first.elements
    eager = [visit for visit in visits if visit.is_eager]
    return Site(
        source.path,
        span_of(source, node),
        _merged_operand(chosen),
        elements,
        first.written,
        first.path,
        also_static=bool(traced and eager),
        guarded=bool(traced) and not open_ones,
    )


def _merged_operand(visits: list[Visit]) -> Operand:
    kinds = {visit.operand.kind for visit in visits}
    ndims = {visit.operand.ndim for visit in visits}
    dtypes = {visit.operand.dtype for visit in visits}
    return Operand(
        kinds.pop() if len(kinds) == 1 else OperandKind.UNKNOWN,
        ndims.pop() if len(ndims) == 1 else None,
        dtypes.pop() if len(dtypes) == 1 else None,
        visits[0].operand.fresh,
    )


def _merged_elements(first: Visit, visits: list[Visit]) -> tuple[Element, ...]:
    """The elements as every traced visit agrees on them; a window only where all have the same."""
    merged: list[Element] = []
    for position, element in enumerate(first.elements):
        same = [visit.elements[position] for visit in visits if len(visit.elements) > position]
        if len(same) < len(visits) or any(one.kind is not element.kind for one in same):
            return tuple(_without_window(one) for one in first.elements)
        merged.append(_agreed(element, same))
    return tuple(merged)


def _agreed(element: Element, others: list[Element]) -> Element:
    """One element as all visits see it: traced if it is so in one of them, with a window that is right in each."""
    traced = next((one for one in (element, *others) if one.is_traced), element)
    narrow = any(other.window is not None and other.window.narrow for other in others)
    windows = {other.window and replace(other.window, narrow=narrow) for other in others}
    sizes = [other.size for other in others]
    size = next((one for one in sizes if one.status is Status.TRACED), traced.size)
    agreed = replace(
        traced,
        size=size,
        ndim=element.ndim if all(one.ndim == element.ndim for one in others) else None,
        const=element.const if all(one.const == element.const for one in others) else None,
    )
    if len(windows) > 1:
        return _without_window(agreed)
    return replace(agreed, window=windows.pop())


def _without_window(element: Element) -> Element:
    if element.window is None:
        return element
    return replace(
        element, window=None, no_window="its window differs between the calls that reach it"
    )
