"""Misuses of arrays: what each way of reaching a call or an assignment says of it, merged into one `Misuse`."""

import ast
from dataclasses import dataclass, field, replace
from pathlib import Path

from jaxslice_lint.facts.misuse import Evidence, Misuse, MisuseKind
from jaxslice_lint.facts.site import Operand, OperandKind
from jaxslice_lint.jax_model.arrays import AT_METHODS, MEANT_AT_METHODS, UPDATE_METHODS
from jaxslice_lint.source.nodes import is_at, span_of, updated
from jaxslice_lint.source.text import Source
from jaxslice_lint.tracing.domain.classes import lookup
from jaxslice_lint.tracing.domain.context import Guard
from jaxslice_lint.tracing.domain.data import NO_CONSTANT, Data, Kind
from jaxslice_lint.tracing.domain.frames import Frame
from jaxslice_lint.tracing.domain.joins import alternatives, is_traced, without_none
from jaxslice_lint.tracing.domain.points import Point, PointOf
from jaxslice_lint.tracing.domain.values import Class, Instance, Sequence, Slice, Value, known
from jaxslice_lint.tracing.domain.variables import content
from jaxslice_lint.tracing.observe.evidence import evidence, evidence_of_type
from jaxslice_lint.tracing.observe.indices import operand_of

_ARRAYS = frozenset({Kind.JAX, Kind.PYTREE})


@dataclass(frozen=True, slots=True)
class _Visit:
    """A misuse as one call of its function saw it. `lacks`: what the text of the function must add.
    `certain`: the program gets here for sure, and fails."""

    misuse: Misuse
    lacks: Evidence = Evidence.NONE
    certain: bool = True


@dataclass(slots=True)
class MisuseRecorder:
    """Collects what is seen of the calls and assignments of each file; None once one of them was right."""

    visits: dict[Path, dict[ast.expr, _Visit | None]] = field(default_factory=dict)
    #: What others may come to in ways that are not known.
    unseen: set[ast.expr] = field(default_factory=set)

    def note(
        self, node: ast.expr, frame: Frame, misuse: Misuse | None, lacks: Evidence = Evidence.NONE
    ) -> None:
        """Note one sight of `node`: what is wrong with it, or None."""
        if frame.context.undecided:
            return
        of_file = self.visits.setdefault(frame.source.path, {})
        if misuse is None:
            of_file[node] = None
            return
        # A lost update raises no error that could be handled.
        handled = frame.context.guard is Guard.NAMED and misuse.kind is not MisuseKind.DISCARD
        certain = not (frame.context.guarded or frame.context.unsure)
        visit = _Visit(replace(misuse, handled=handled), lacks, certain)
        before = of_file.setdefault(node, visit)
        if before is not None and before is not visit:
            of_file[node] = _merged(before, visit)

    def misuses(self, tree: ast.Module, source: Source) -> tuple[Misuse, ...]:
        """One misuse per call or assignment, in the order of the file."""
        seen = self.visits.get(source.path, {})
        found = [
            replace(visit.misuse, unseen=node in self.unseen)
            for node, visit in seen.items()
            if visit is not None
            and visit.certain
            and visit.lacks in evidence(tree, node, visit.lacks)
        ]
        return tuple(sorted(found, key=lambda misuse: misuse.span))


def _merged(one: _Visit, other: _Visit) -> _Visit:
    shorter, longer = sorted(
        (one, other), key=lambda visit: (not visit.certain, len(visit.misuse.trace_path))
    )
    mine, theirs = shorter.misuse, longer.misuse
    same_value = mine.value == theirs.value
    misuse = replace(
        mine,
        operand=_common(mine.operand, theirs.operand),
        value=mine.value if same_value else Operand(OperandKind.UNKNOWN),
        sizes=mine.sizes or theirs.sizes,
        owner=mine.owner or theirs.owner,
        repeats=mine.repeats or theirs.repeats,
        handled=mine.handled or theirs.handled,
    )
    # A call that is known to pass an array is wrong, whatever else may be passed.
    lacks = one.lacks & other.lacks if longer.certain else shorter.lacks
    return _Visit(misuse, lacks, shorter.certain)


def _common(one: Operand, other: Operand) -> Operand:
    return Operand(
        one.kind if one.kind is other.kind else OperandKind.UNKNOWN,
        one.ndim if one.ndim == other.ndim else None,
        one.dtype if one.dtype == other.dtype else None,
    )


def look_at_method(point: Point, operand: Value, name: str) -> None:
    """`x.at[i].name(…)`, where `.at[…]` may have no such method."""
    if name in AT_METHODS or not isinstance(point.node, ast.Call):
        return
    func = point.node.func
    if not (isinstance(func, ast.Attribute) and func.attr == name and is_at(func.value)):
        return
    # Libraries give trees an `at` with methods of its own.
    is_array = _kind(operand) is Kind.JAX
    is_meant = name in MEANT_AT_METHODS and _kind(operand) in _ARRAYS
    misuse = (
        _misuse(MisuseKind.METHOD, point.node, name, operand, point.frame)
        if is_array or is_meant
        else None
    )
    point.tracer.note_use(point.node, point.frame, misuse)


def look_at_statement(point: PointOf[ast.expr]) -> None:
    """An expression that is a statement: an update whose result is lost?"""
    match point.node:
        case ast.Call(func=ast.Attribute(value=ast.Subscript() as at, attr=name)) if is_at(at):
            if name not in UPDATE_METHODS:
                return
            assert isinstance(at.value, ast.Attribute)
            operand = content(point.evaluate(at.value.value))
            holder = updated(point.node)
            misuse = None
            if _kind(operand) in _ARRAYS and not _may_wrap(point.at(holder)):
                misuse = _misuse(MisuseKind.DISCARD, point.node, name, operand, point.frame)
                misuse = replace(misuse, owner=_owner(point.at(holder)))
            point.tracer.note_use(point.node, point.frame, misuse)


def look_at_store(point: PointOf[ast.Subscript], owner: Value, index: Value) -> None:
    """`x[index] = v`, where `x` may be a JAX array."""
    kind = _kind(owner)
    key = known(index)
    # `x[...] = v` is how Refs and the variables of frameworks are written to.
    is_other = kind not in _ARRAYS or isinstance(key, str) or key is ...
    if is_other or point.frame.context.assumed or _may_wrap(point.at(point.node.value)):
        point.tracer.note_use(point.node, point.frame, None)
        return
    misuse = replace(
        _misuse(MisuseKind.STORE, point.node, "", owner, point.frame),
        owner=_owner(point.at(point.node.value)),
        repeats=any(_may_repeat(item) for item in _items(index)),
    )
    lacks = Evidence.NONE
    if kind is Kind.PYTREE:
        lacks = Evidence.NO_REF if _refuses_containers(index) else Evidence.ALL
        lacks &= ~evidence_of_type(point)
    point.tracer.note_use(point.node, point.frame, misuse, lacks)


def _refuses_containers(index: Value) -> bool:
    """Whether lists and dicts refuse `index`: a tracer, or a slice among several indices."""
    if isinstance(index, Sequence):
        return any(isinstance(item, Slice) for item in index.items)
    return is_traced(index)


def _items(index: Value) -> tuple[Value, ...]:
    return index.items if isinstance(index, Sequence) and not index.mutable else (index,)


def _may_repeat(item: Value) -> bool:
    """Whether an element of an index may name several elements, and one of them twice."""
    return not (
        isinstance(item, Slice)
        or known(item) is not NO_CONSTANT
        or (isinstance(item, Data) and (item.ndim == 0 or item.dtype == "bool"))
    )


def _kind(value: Value) -> Kind:
    """The kind that a value has on every path; ANY if they differ."""
    found = {
        one.kind if isinstance(one, Data) else Kind.ANY for one in alternatives(without_none(value))
    }
    if found == _ARRAYS:
        return Kind.PYTREE
    return found.pop() if len(found) == 1 else Kind.ANY


def _may_wrap(point: PointOf[ast.expr]) -> bool:
    """Whether an attribute may hold something else than what was assigned to it."""
    if not isinstance(point.node, ast.Attribute):
        return False
    return any(
        isinstance(one, Instance)
        and (one.cls.is_open or lookup(one.cls, "__setattr__") is not None)
        for one in alternatives(point.evaluate(point.node.value))
    )


def _owner(point: PointOf[ast.expr]) -> str:
    """Why an attribute may not be assigned; empty for any other expression."""
    if not isinstance(point.node, ast.Attribute):
        return ""
    for one in alternatives(point.evaluate(point.node.value)):
        match one:
            case Instance(cls=Class(is_variable=True)):
                continue
            case Instance(cls=cls) if not _is_frozen(cls, point.node.attr):
                if not point.frame.context.in_trace:
                    continue
                return f"`{ast.unparse(point.node)}` would keep a tracer when the trace is over"
        return f"`{ast.unparse(point.node)}` belongs to an object that may be immutable"
    return ""


def _is_frozen(cls: Class, name: str) -> bool:
    """Whether a class may refuse to have `name` assigned: those of pytrees and frameworks do, and some properties."""
    made_so = cls.is_named_tuple or cls.is_dataclass or cls.is_open or cls.pytree or cls.framework
    return bool(made_so) or lookup(cls, name) is not None


def _misuse(kind: MisuseKind, node: ast.expr, name: str, operand: Value, frame: Frame) -> Misuse:
    span = span_of(frame.source, node)
    return Misuse(
        kind, frame.source.path, span, name, operand_of(operand), trace_path=frame.context.path
    )
