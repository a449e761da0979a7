"""What is seen of subscripts while functions run: every way in which one is reached, whatever its index is."""

import ast
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeAlias

from jaxslice_lint.facts.site import Element, NewValue, Operand
from jaxslice_lint.facts.status import Status, Step
from jaxslice_lint.source.nodes import is_candidate_slice, walk, written_elements
from jaxslice_lint.source.slice_calls import SliceCall
from jaxslice_lint.source.text import Source
from jaxslice_lint.tracing.domain.context import Guard
from jaxslice_lint.tracing.domain.data import UNKNOWN
from jaxslice_lint.tracing.domain.frames import Frame, looked_at_again
from jaxslice_lint.tracing.domain.joins import alternatives
from jaxslice_lint.tracing.domain.points import PointOf
from jaxslice_lint.tracing.domain.values import (
    Class,
    External,
    Function,
    Instance,
    Many,
    Mapping,
    Sequence,
    Slice,
    Value,
    is_none,
    known,
)
from jaxslice_lint.tracing.domain.variables import is_variable
from jaxslice_lint.tracing.observe.indices import Seen, operand_of, see_elements
from jaxslice_lint.tracing.observe.repetition import may_be_written_twice
from jaxslice_lint.tracing.observe.slice_calls import is_candidate_call

#: What the expressions of a function were in one run of it.
Values: TypeAlias = dict[ast.expr, Value]

#: Ways that join before a subscript and are told apart there.
_MOST_JOINED = 8


@dataclass(frozen=True, slots=True)
class Visit:
    """A subscript as one call of its function saw it."""

    operand: Operand
    elements: tuple[Element, ...]
    #: The index is written in the subscript, and not built elsewhere.
    written: bool
    path: tuple[Step, ...]
    guard: Guard
    #: Tests, of which it is not known what they say, may keep the tracer away.
    unsure: bool
    #: Nobody was seen to call the function, it is called by way of trial.
    entry: bool
    #: What the functions around it are passed is made up, not seen in the program.
    made_up: bool = False
    #: This way is taken, not only perhaps.
    certain: bool = True
    #: What JAX raises for a bound before it comes to the slice.
    error: str = ""
    #: What is sliced, the index and its bounds, by their text.
    parts: tuple[tuple[ast.expr, Value], ...] = ()
    #: What the function was passed, where it was called, if that is known, and which one it is.
    parameters: dict[str, Value] = field(default_factory=dict)
    called: tuple[Source, ast.AST] | None = None
    function: Function | None = None
    #: What is written there, if that is known: other places of the function are among them.
    new_values: dict[ast.expr, list[NewValue]] = field(default_factory=dict)

    @property
    def statuses(self) -> set[Status]:
        """What is known of the bounds of its slices."""
        found = {bound.status for element in self.elements for bound in element.bounds}
        return found - {Status.ABSENT}

    @property
    def is_traced(self) -> bool:
        """Whether some slice has a traced bound."""
        return Status.TRACED in self.statuses

    @property
    def is_wrong(self) -> bool:
        """Whether the program gets here for sure, and fails."""
        return self.certain and self.is_traced and self.guard is Guard.NONE and not self.unsure

    @property
    def is_eager(self) -> bool:
        """The program gets here with static bounds, or outside any trace with bounds not known."""
        if self.entry or self.is_traced:
            return False
        return Status.UNKNOWN not in self.statuses or not self.path


@dataclass(slots=True)
class Recorder:
    """Collects what is seen of the subscripts of each file."""

    visits: dict[Path, dict[ast.Subscript, list[Visit]]] = field(default_factory=dict)
    #: Subscripts that were seen with no slice in them, or of something that is not sliced as arrays are, in words.
    others: dict[ast.Subscript, dict[str, None]] = field(default_factory=dict)
    #: The functions and parameters that somebody who is not seen may pass None.
    may_be_nothing: set[tuple[int, str]] = field(default_factory=set)
    #: What the expressions around a slice of traced size were, in each run of its function.
    runs: dict[ast.Subscript, list[Values]] = field(default_factory=dict)

    def visit(self, point: PointOf[ast.Subscript], operand: Value, index: Value) -> bool:
        """Note one sight of `node`; whether a slice in it has a traced bound."""
        if _is_literal(point.node):
            return False
        indices = [*itertools.islice(_indices(index), _MOST_JOINED)]
        if not any(isinstance(item, Slice) for items in indices for item in items):
            if not _is_plain(point.node):
                self._note_other(point.node, "where the index is no slice", point.frame)
            return False
        if isinstance(point.node, SliceCall) and not point.node.is_direct:
            self.others.setdefault(point.node, {})["through another function"] = None
        visits: list[Visit] = []
        operands = [one for one in alternatives(operand) if not is_none(one)]
        for one, items in itertools.product(operands, indices):
            if not any(isinstance(item, Slice) for item in items):
                self._note_other(point.node, "where the index is no slice", point.frame)
            elif not _is_sliced(one, items):
                self._note_other(point.node, "where what is sliced is no array", point.frame)
            else:
                with looked_at_again(point.frame):
                    visits.append(_visit(point, one, items))
        return self._keep(point.node, visits, point.frame, len(operands) * len(indices))

    def _note_other(self, node: ast.Subscript, words: str, frame: Frame) -> None:
        if not frame.context.entry and not frame.context.undecided:
            self.others.setdefault(node, {})[words] = None

    def _keep(self, node: ast.Subscript, visits: list[Visit], frame: Frame, possible: int) -> bool:
        if frame.context.undecided:
            # It may be another path that leads here: that is no finding, but a fix has to be right for it.
            visits = [visit for visit in visits if visit.is_eager]
        if not visits:
            return False
        if not frame.context.in_trace and any(visit.is_traced for visit in visits):
            # There are no tracers outside of a trace: the value comes from one that has ended.
            return False
        if frame.ended and not any(visit.error for visit in visits):
            # JAX does not come here: it raised before, since a tracer has no value.
            return False
        is_only = possible == 1 or all(visit.is_traced for visit in visits)
        certain = len(visits) == possible and is_only
        seen = self.visits.setdefault(frame.source.path, {}).setdefault(node, [])
        seen += [replace(visit, certain=certain) for visit in visits]
        values = frame.activation.values
        if values is not None:
            runs = self.runs.setdefault(node, [])
            if not any(values is one for one in runs):
                runs.append(values)
        return certain and any(visit.is_traced for visit in visits)

    @property
    def has_findings(self) -> bool:
        """Whether some slice was seen with a traced bound for sure."""
        return any(
            one.is_traced and one.certain
            for of_file in self.visits.values()
            for visits in of_file.values()
            for one in visits
        )

    def with_findings(self) -> dict[int, Function]:
        """The functions with traced slices, by their nodes."""
        return {
            id(one.function.node): one.function
            for of_file in self.visits.values()
            for visits in of_file.values()
            if any(visit.is_traced and visit.certain for visit in visits)
            for one in visits
            if one.function is not None
        }

    def misses_slices(self, node: ast.AST, source: Source) -> bool:
        """Whether `node` holds an open slice that no call got to."""
        seen = {
            one.call if isinstance(one, SliceCall) else one
            for one in self.visits.get(source.path, {})
        }
        return any(one not in seen and _is_open(one) for one in walk(node))


def _is_open(node: ast.AST) -> bool:
    if isinstance(node, ast.Subscript):
        return any(map(is_candidate_slice, walk(node.slice)))
    return is_candidate_call(node)


def _visit(point: PointOf[ast.Subscript], operand: Value, items: tuple[Value, ...]) -> Visit:
    seen = Seen(point, operand, items)
    elements = see_elements(seen)
    activation = point.frame.activation
    return Visit(
        replace(operand_of(operand), repeatable=may_be_written_twice(point)),
        elements,
        seen.written,
        _path(elements, point.frame),
        point.frame.context.guard,
        point.frame.context.unsure,
        point.frame.context.entry,
        point.frame.context.made_up,
        error=_error(elements),
        parts=seen.parts(),
        parameters=activation.given,
        called=activation.called,
        function=activation.callee,
        new_values=activation.new_values,
    )


def _indices(index: Value) -> Iterator[tuple[Value, ...]]:
    """The elements of an index, for each of the values that it may be on different paths."""
    for one in alternatives(index):
        match one:
            case Sequence(items=items, mutable=False):
                yield from itertools.product(*map(alternatives_of_slices, items))
            case Many(element=element):
                # Of a tuple of unknown length its slices, and something unknown.
                slices = [part for part in alternatives(element) if isinstance(part, Slice)]
                yield (*slices, UNKNOWN)
            case _:
                yield (one,)


def alternatives_of_slices(item: Value) -> tuple[Value, ...]:
    """The values that an element of an index may be, if one of them is a slice."""
    each = alternatives(item)
    return each if any(isinstance(one, Slice) for one in each) else (item,)


def _is_sliced(operand: Value, items: tuple[Value, ...]) -> bool:
    """Whether a slice of `operand` needs static bounds: not so for dicts, types, and objects with their own `[]`."""
    if any(isinstance(known(item), str) for item in items):
        return False
    match operand:
        case Class() | External() | Mapping():
            return False
        case Instance(cls=cls):
            return cls.is_named_tuple or is_variable(operand)
    return True


def _is_plain(node: ast.Subscript) -> bool:
    """Whether a subscript has a slice written in it on every way, or none on any."""
    return any(isinstance(one, ast.Slice) for one in written_elements(node)) or all(
        isinstance(one, ast.Constant | ast.UnaryOp) for one in written_elements(node)
    )


def _is_literal(node: ast.Subscript) -> bool:
    """Whether every slice that is written in an index is a literal one."""
    slices = [element for element in written_elements(node) if isinstance(element, ast.Slice)]
    return bool(slices) and not any(is_candidate_slice(one) for one in slices)


def _path(elements: tuple[Element, ...], frame: Frame) -> tuple[Step, ...]:
    """The trace path; where a traced bound was made on the way, that is a step of it."""
    path = frame.context.path
    for element in elements:
        for bound in element.bounds:
            origin = bound.origin
            if bound.status is Status.TRACED and origin is not None and origin not in path:
                path = (*path, origin)
    return path


def _error(elements: tuple[Element, ...]) -> str:
    """What JAX raises for one of the bounds, before it comes to the slice."""
    origins = [bound.origin for element in elements for bound in element.bounds]
    return next((origin.error for origin in origins if origin is not None and origin.error), "")
