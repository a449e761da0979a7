"""Binding and looking up names, attributes and items."""

import ast
import builtins
from dataclasses import replace

from jaxslice_lint.facts.status import Status
from jaxslice_lint.tracing.domain.aliases import rebind
from jaxslice_lint.tracing.domain.arguments import Arguments
from jaxslice_lint.tracing.domain.attributes import UNSEEN, forget
from jaxslice_lint.tracing.domain.canonical import is_argument, substitute
from jaxslice_lint.tracing.domain.classes import lookup
from jaxslice_lint.tracing.domain.contents import content_of, hold
from jaxslice_lint.tracing.domain.data import NO_CONSTANT, UNKNOWN, Data, constant, unknown
from jaxslice_lint.tracing.domain.frames import Frame, unbound
from jaxslice_lint.tracing.domain.joins import (
    alternatives,
    is_traced,
    join,
    join_all,
    without_symbols,
)
from jaxslice_lint.tracing.domain.named import named
from jaxslice_lint.tracing.domain.points import Point, PointOf
from jaxslice_lint.tracing.domain.polynomials import Poly, atom
from jaxslice_lint.tracing.domain.protocol import Tracer
from jaxslice_lint.tracing.domain.values import (
    AttributeDict,
    Class,
    External,
    Imported,
    Instance,
    Many,
    Mapping,
    Method,
    Property,
    Sequence,
    Shape,
    Slice,
    Union,
    Value,
    is_none,
    known,
)
from jaxslice_lint.tracing.domain.variables import content, is_variable
from jaxslice_lint.tracing.observe.misuses import look_at_store
from jaxslice_lint.tracing.operations.demands import demand, needs_value_of_index
from jaxslice_lint.tracing.operations.iteration import unpack
from jaxslice_lint.tracing.syntax.modules import resolved, starred

_BUILTINS = frozenset(dir(builtins))


def resolve(tracer: Tracer, name: str, frame: Frame) -> Value:
    """The value that `name` has here."""
    holder = frame.holder(name)
    if holder is not None:
        value = holder.variables[name]
        return resolved(tracer, value) if isinstance(value, (Imported, Union)) else value
    found = starred(tracer, frame.module, name)
    if found is not None:
        return found
    if name in _BUILTINS:
        return External(name)
    poly = atom(tracer.atoms.number(("name", name), Status.UNKNOWN))
    return unknown(f"`{name}` is not known here", poly)


def assign(tracer: Tracer, target: ast.expr, value: Value, frame: Frame) -> None:
    """`target = value`."""
    match target:
        case ast.Name(id=name):
            bind(tracer, name, value, frame)
        case ast.Tuple(elts=elements) | ast.List(elts=elements):
            starred = [i for i, e in enumerate(elements) if isinstance(e, ast.Starred)]
            star = starred[0] if starred else None
            _note_rank(target, value, star, frame)
            parts = unpack(PointOf(tracer, frame, target), value, len(elements), star)
            for element, part in zip(elements, parts, strict=True):
                assign(tracer, element, part, frame)
        case ast.Starred(value=inner):
            assign(tracer, inner, value, frame)
        case ast.Attribute(value=owner, attr=name):
            holder = tracer.evaluate(owner, frame)
            if isinstance(holder, Mapping):  # a dict whose items are its attributes
                assign_owner(tracer, owner, with_item(holder, constant(name), value), frame)
            set_attribute(PointOf(tracer, frame, target), holder, name, value)
        case ast.Subscript():
            _set_item(tracer, target, value, frame)


def bind(tracer: Tracer, name: str, value: Value, frame: Frame) -> None:
    """Bind `name` as an assignment in `frame` does."""
    if name in frame.global_names:
        module = frame.module
        value = _outliving(tracer, value, frame)
        _rebind_outside(tracer, module, name, value)
        return
    if name in frame.nonlocal_names and frame.parent is not None:
        holder = frame.parent.holder(name)
        if holder is not None:
            _rebind_outside(tracer, holder, name, _outliving(tracer, value, frame))
            return
    value = named(tracer.atoms, (frame.source.path, frame.name, name), value)
    if frame.parent is None and frame.variables.get(name, value) != value:
        tracer.summaries.note_change()
    frame.variables[name] = value
    frame.variables.pop(unbound(name), None)


def _rebind_outside(tracer: Tracer, holder: Frame, name: str, value: Value) -> None:
    """Bind a name of another frame: other calls may see it before or after."""
    before = holder.variables.get(name, value)
    after = join(before, value)
    if after != before:
        tracer.summaries.note_change()
    holder.variables[name] = after


def _outliving(tracer: Tracer, value: Value, frame: Frame) -> Value:
    """`value` as it is stored outside of `frame`: arguments get a symbol that stands for them in this call alone."""

    def renamed(number: int) -> Poly:
        if not is_argument(tracer.atoms, number):
            return atom(number)
        key = ("stored", frame.round, number)
        status, sign = tracer.atoms.atom_status(number), tracer.atoms.sign_of_atom(number)
        return atom(tracer.atoms.number(key, status, sign))

    return substitute(value, tracer.atoms, renamed)


def _note_rank(target: ast.expr, value: Value, star: int | None, frame: Frame) -> None:
    """`n, m = x.shape` says that every array of this shape has two axes."""
    if star is not None or not isinstance(value, Shape) or value.ndim is not None:
        return
    assert isinstance(target, (ast.Tuple, ast.List))
    for name, held in list(frame.variables.items()):
        if isinstance(held, Data) and held.shape_of == value.shape_of and held.ndim is None:
            frame.variables[name] = with_ndim(held, len(target.elts))


def with_ndim(value: Data, ndim: int) -> Data:
    """`value`, its number of axes now known."""
    return Data(
        value.status,
        value.kind,
        const=value.const,
        poly=value.poly,
        ndim=ndim,
        dtype=value.dtype,
        shape_of=value.shape_of,
        why=value.why,
        origin=value.origin,
    )


def set_attribute(point: Point, owner: Value, name: str, value: Value) -> None:
    """`owner.name = value`."""
    owners = [
        each
        for one in alternatives(owner)
        for each in ((one, *one.variants) if isinstance(one, Instance) else (one,))
    ]
    for one in owners:
        described = lookup(one.cls, name) if isinstance(one, Instance) else None
        if isinstance(described, Property) and described.setter is not None:
            setter = Method(described.setter, one)
            point.call(setter, Arguments((value,)))
        elif isinstance(one, Instance) and name == "__dict__":
            _replace_attributes(point, one, value)
        elif isinstance(one, (Instance, Class)):
            _store(point, one, name, value)


def _store(point: Point, owner: Instance | Class, name: str, value: Value) -> None:
    value = _outliving(point.tracer, value, point.frame)
    before = owner.attributes.get(name, value)
    after = join(before, value)
    if after != before:
        point.tracer.summaries.note_change()
    owner.attributes[name] = after


def _replace_attributes(point: Point, owner: Instance, new: Value) -> None:
    """`owner.__dict__ = new`."""
    if not isinstance(new, Mapping):
        forget(point.tracer, owner)
        return
    gone = {name: UNSEEN for name in owner.attributes if name not in dict(new.items)}
    set_attributes(point, owner, Mapping((*new.items, *gone.items()), new.other))


def set_attributes(point: Point, owner: Instance, new: Value) -> None:
    """`owner.__dict__.update(new)`, which no property sees."""
    if not isinstance(new, Mapping):
        forget(point.tracer, owner)
        return
    named = {name: value for name, value in new.items if isinstance(name, str)}
    if new.other is not None or len(named) < len(new.items):
        forget(point.tracer, owner)
    for name, value in named.items():
        for one in (owner, *owner.variants):
            _store(point, one, name, value)


def _set_item(tracer: Tracer, target: ast.Subscript, value: Value, frame: Frame) -> None:
    owner = tracer.evaluate(target.value, frame)
    index = tracer.evaluate(target.slice, frame)
    tracer.visit(target, owner, index, frame)
    if needs_value_of_index(owner):
        demand(index, frame)
    look_at_store(PointOf(tracer, frame, target), owner, index)
    for box in filter(is_variable, alternatives(owner)):
        whole = value if known(index) is ... else without_symbols(content(box))
        set_attribute(PointOf(tracer, frame, target), box, "value", whole)
    for one in alternatives(owner):
        if isinstance(one, AttributeDict):
            new = with_item(Mapping(()), index, value)
            set_attributes(PointOf(tracer, frame, target), one.owner, new)
    if isinstance(owner, (Mapping, Sequence, Many)):
        assign_owner(tracer, target.value, with_item(owner, index, value), frame)
    if isinstance(owner, Instance) and lookup(owner.cls, "__setitem__") is None:
        inside = content_of(owner)
        if isinstance(inside, (Mapping, Sequence, Many)):
            hold(PointOf(tracer, frame, target), owner, with_item(inside, index, value))


def with_item(owner: Mapping | Sequence | Many, index: Value, value: Value) -> Value:
    """A container after `owner[index] = value`."""
    key = known(index)
    match owner:
        case Mapping(items=items, other=other):
            if key is NO_CONSTANT:
                joined = value if other is None else join(other, value)
                every = tuple((k, join(v, value)) for k, v in items)
                return replace(owner, items=every, other=joined)
            return replace(owner, items=tuple({**dict(items), key: value}.items()))
        case Sequence(items=items, mutable=mutable):
            if isinstance(index, Slice):
                return _with_slice(owner, index, value)
            if isinstance(key, int) and -len(items) <= key < len(items):
                new = list(items)
                new[key] = value
                return Sequence(tuple(new), mutable)
            if is_traced(value):
                return Many(join_all([*items, value]), (value,))
            return Sequence(tuple(join(item, value) for item in items), mutable)
        case Many(element=element):
            held = () if isinstance(index, Slice) else (value,)
            return Many(join(element, value), held)


def _with_slice(owner: Sequence, index: Slice, value: Value) -> Value:
    """A list after `owner[start:stop] = value`."""
    bounds = [known(bound) for bound in (index.start, index.stop)]
    whole = [bound for bound in bounds if bound is None or isinstance(bound, int)]
    if len(whole) == 2 and is_none(index.step) and isinstance(value, Sequence):
        items = list(owner.items)
        items[slice(*whole)] = value.items
        return Sequence(tuple(items), owner.mutable)
    return Many(UNKNOWN)


def assign_owner(tracer: Tracer, owner: ast.expr, value: Value, frame: Frame) -> None:
    """Rebind the name, attribute or item that holds a container which was changed in place."""
    if isinstance(owner, ast.Name):
        holder = frame.holder(owner.id)
        if holder is not None:
            if holder is not frame:
                value = _outliving(tracer, value, frame)
            if holder is not frame or frame.parent is None:
                tracer.summaries.note_change()
            rebind(tracer, holder.variables[owner.id], value, frame)
    elif isinstance(owner, ast.Subscript):
        holding = tracer.evaluate(owner.value, frame)
        if isinstance(holding, (Mapping, Sequence, Many)):
            after = with_item(holding, tracer.evaluate(owner.slice, frame), value)
            rebind(tracer, tracer.evaluate(owner, frame), value, frame)
            assign_owner(tracer, owner.value, after, frame)
    elif isinstance(owner, ast.Attribute):
        set_attribute(
            PointOf(tracer, frame, owner), tracer.evaluate(owner.value, frame), owner.attr, value
        )
