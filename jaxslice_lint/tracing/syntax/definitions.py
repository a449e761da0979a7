"""`def` and `class`: decorators, and what a class makes of its fields."""

import ast
from dataclasses import replace

from jaxslice_lint.tracing.domain.arguments import Arguments
from jaxslice_lint.tracing.domain.classes import mro
from jaxslice_lint.tracing.domain.frames import Frame, TracerError
from jaxslice_lint.tracing.domain.points import PointOf
from jaxslice_lint.tracing.domain.protocol import Tracer
from jaxslice_lint.tracing.domain.registrations import collect_fields, note_bases
from jaxslice_lint.tracing.domain.values import (
    Class,
    Function,
    Method,
    Partial,
    Property,
    Sequence,
    StaticMethod,
    Value,
    Wrapped,
    known,
)
from jaxslice_lint.tracing.syntax.expressions import make_function

#: Decorators of one function that are looked at: each of them asks all below it for their parameters.
_MOST_DECORATORS = 20


def define_function(point: PointOf[ast.FunctionDef | ast.AsyncFunctionDef]) -> Value:
    """The value that a decorated `def` binds; an unknown decorator is taken to be transparent."""
    value: Value = make_function(point)
    for decorator in reversed(point.node.decorator_list[-_MOST_DECORATORS:]):
        value = _decorated(point.tracer, decorator, value, point.frame)
    return value


def _decorated(tracer: Tracer, decorator: ast.expr, value: Value, frame: Frame) -> Value:
    callee = tracer.evaluate(decorator, frame)
    if isinstance(decorator, ast.Attribute) and decorator.attr in ("setter", "deleter"):
        described = tracer.evaluate(decorator.value, frame)
        if isinstance(described, Property) and decorator.attr == "setter":
            return Property(described.function, value)
        return described
    result = PointOf(tracer, frame, decorator).call(callee, Arguments((value,)))
    if isinstance(result, (Function, Wrapped, Partial, Class, Property, StaticMethod, Method)):
        return result
    return value


def define_class(point: PointOf[ast.ClassDef]) -> Value:
    """The value that a `class` statement binds."""
    bases = tuple(point.evaluate(base) for base in point.node.bases)
    cls = Class(point.node.name, point.node, point.frame, bases)
    mro(cls)
    note_bases(cls)
    body = _run_body(point)
    cls.attributes |= {name: _owned(value, cls) for name, value in body.variables.items()}
    collect_fields(point.tracer, cls, body)
    result: Value = cls
    for decorator in reversed(point.node.decorator_list):
        result = _decorated(point.tracer, decorator, result, point.frame)
    point.frame.pending += [_owned(value, cls) for value in body.pending]
    return result


def _run_body(point: PointOf[ast.ClassDef]) -> Frame:
    """Run a class body, here and now: it is in the same trace as what is around it."""
    body = point.frame.inner(point.tracer.new_number(), point.node.name)
    body.is_class = True
    body.context = replace(body.context, depth=body.context.depth + 1)
    goes_on = point.tracer.execute(point.node.body, body)
    point.frame.context = replace(body.context, depth=point.frame.context.depth)
    if body.stopped and not goes_on:
        raise TracerError
    point.frame.stopped |= body.stopped
    return body


def _owned(value: Value, cls: Class) -> Value:
    """A function found in a class body, with its class, for `super()` and for finding `self`."""
    match value:
        case Function():
            return Function(
                value.node, value.frame, value.defaults, value.keyword_defaults, cls, value.identity
            )
        case Wrapped():
            return Wrapped(value.wrapper, _owned(value.function, cls), value.options, value.origin)
        case Partial():
            return Partial(_owned(value.function, cls), value.args, value.kwargs)
        case Property(function=function, setter=setter):
            return Property(_owned(function, cls), None if setter is None else _owned(setter, cls))
        case StaticMethod(function=function, of_class=of_class):
            return StaticMethod(_owned(function, cls), of_class)
    return value


def field_names(value: Value) -> tuple[str, ...]:
    """The strings in a list of field names, or in one string of them."""
    names = known(value)
    if isinstance(names, str):
        return tuple(names.replace(",", " ").split())
    if isinstance(value, Sequence) and isinstance(names, tuple):
        return tuple(name for name in names if isinstance(name, str))
    return ()
