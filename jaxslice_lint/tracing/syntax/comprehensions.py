"""Comprehensions and generator expressions."""

import ast
from collections.abc import Callable, Hashable
from dataclasses import replace
from functools import partial
from typing import TypeVar

from jaxslice_lint.tracing.domain.data import NO_CONSTANT, Data, constant
from jaxslice_lint.tracing.domain.dtypes import without_symbol
from jaxslice_lint.tracing.domain.frames import STOPPED, Frame, unless_stopped
from jaxslice_lint.tracing.domain.joins import without_symbols
from jaxslice_lint.tracing.domain.points import PointOf
from jaxslice_lint.tracing.domain.protocol import Tracer
from jaxslice_lint.tracing.domain.values import Many, Mapping, Sequence, Value, is_none, known
from jaxslice_lint.tracing.operations.arithmetic import truth
from jaxslice_lint.tracing.operations.demands import demand
from jaxslice_lint.tracing.operations.iteration import element_of, items_of
from jaxslice_lint.tracing.operations.narrowing import narrow
from jaxslice_lint.tracing.syntax.path_conditions import note_undecided
from jaxslice_lint.tracing.syntax.targets import assign

T = TypeVar("T")

#: A comprehension over more items is not run item by item.
_MOST_ITEMS = 8
#: Nor is one in so many others: each multiplies what is run with those around.
_DEEPEST = 2


def generator_expression(point: PointOf[ast.GeneratorExp]) -> Value:
    """A generator that is kept: what it reads may be another value when it runs."""
    late = _comprehension_frame(point.frame, point.node)
    for inner in ast.walk(point.node):
        if not isinstance(inner, ast.Name) or not isinstance(inner.ctx, ast.Load):
            continue
        holder = late.holder(inner.id)
        value = None if holder is None else holder.variables[inner.id]
        if isinstance(value, Data) and not is_none(value):
            poly = point.fresh(value.status, ("late", inner.id))
            other = replace(value, const=NO_CONSTANT, poly=poly, shape_of=None)
            late.variables[inner.id] = replace(other, dtype=without_symbol(value.dtype))
    run = partial(
        comprehension,
        PointOf(point.tracer, late, point.node),
        point.frame if point.frame.is_class else None,
    )
    never: Value = Many(STOPPED)
    return unless_stopped(late, run, never)


def comprehension(
    point: PointOf[ast.ListComp | ast.SetComp | ast.GeneratorExp], outer: Frame | None = None
) -> Value:
    """The items, run now; in full over a short known sequence. What it runs over is looked up in `outer`."""
    inner = _comprehension_frame(point.frame, point.node)
    item = partial(point.tracer.evaluate, point.node.elt, inner)
    items = _all_items(point.tracer, point.node, inner, outer or point.frame, item)
    if items is not None:
        point.frame.ended = inner.ended
        result: Value = Sequence(tuple(items), mutable=True)
    else:
        result = Many(without_symbols(unless_stopped(inner, item, STOPPED)))
    point.frame.pending += inner.pending
    return result


def dict_comprehension(point: PointOf[ast.DictComp]) -> Value:
    """The dict, of known keys over a short known sequence."""
    inner = _comprehension_frame(point.frame, point.node)

    stopped: tuple[Hashable, Value] = (NO_CONSTANT, STOPPED)

    def pair() -> tuple[Hashable, Value]:
        key = point.tracer.evaluate(point.node.key, inner)
        value = point.tracer.evaluate(point.node.value, inner)
        demand(key, inner)
        return known(key), value

    pairs = _all_items(point.tracer, point.node, inner, point.frame, pair)
    if pairs is not None:
        point.frame.ended = inner.ended
    if pairs is not None and all(key is not NO_CONSTANT for key, _ in pairs):
        result = Mapping(tuple(dict(pairs).items()))
    else:
        result = Mapping((), without_symbols(unless_stopped(inner, pair, stopped)[1]))
    point.frame.pending += inner.pending
    return result


def _all_items(
    tracer: Tracer,
    node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp,
    inner: Frame,
    outer: Frame,
    item: Callable[[], T],
) -> list[T] | None:
    """Each item in turn; None where that is not known, and then any of them is at hand.

    What the first `for` runs over is evaluated outside of the comprehension, where the names of a class are seen.
    """
    around = [outer, *(inner for _ in node.generators[1:])]
    sizes = [
        _generator(tracer, generator, inner, where)
        for generator, where in zip(node.generators, around, strict=True)
    ]
    is_deep = _depth(outer) >= _DEEPEST
    if len(sizes) != 1 or sizes[0] is None or node.generators[0].ifs or is_deep:
        return None
    items = []
    for value in sizes[0]:
        inner.round = tracer.new_number()
        assign(tracer, node.generators[0].target, value, inner)
        items.append(item())
    return items


def _depth(frame: Frame) -> int:
    """In how many comprehensions something stands."""
    depth = 0
    while "." in frame.variables and frame.parent is not None:
        frame, depth = frame.parent, depth + 1
    return depth


def _comprehension_frame(frame: Frame, node: ast.AST) -> Frame:
    inner = frame.inner(frame.number, frame.name)
    inner.variables["."] = constant(f"comprehension {getattr(node, 'lineno', 0)}")
    return inner


def _generator(
    tracer: Tracer, generator: ast.comprehension, frame: Frame, outer: Frame
) -> tuple[Value, ...] | None:
    """Bind one `for` of a comprehension, over a value in `outer`; the items, if that is a short known sequence."""
    iterable = tracer.evaluate(generator.iter, outer)
    frame.ended |= outer.ended
    assign(
        tracer,
        generator.target,
        element_of(PointOf(tracer, frame, generator.iter), iterable),
        frame,
    )
    for condition in generator.ifs:
        value = tracer.evaluate(condition, frame)
        demand(value, frame)
        note_undecided(truth(value), frame)
        narrow(tracer, condition, True, frame)
    items = items_of(tracer, iterable)
    return items if items is not None and 0 < len(items) <= _MOST_ITEMS else None
