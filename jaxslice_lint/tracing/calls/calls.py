"""Calls: what is called decides who answers."""

import ast
from functools import partial

from jaxslice_lint.facts.status import Status
from jaxslice_lint.jax_model.schema import Wrapper
from jaxslice_lint.source.nodes import dotted_name
from jaxslice_lint.tracing.calls.callers import call_caller
from jaxslice_lint.tracing.calls.external import call_external
from jaxslice_lint.tracing.calls.functions import run_function
from jaxslice_lint.tracing.calls.methods import call_method
from jaxslice_lint.tracing.calls.objects import instantiate
from jaxslice_lint.tracing.calls.transforms import call_wrapped, wrap
from jaxslice_lint.tracing.domain.arguments import Arguments
from jaxslice_lint.tracing.domain.attributes import forget_passed
from jaxslice_lint.tracing.domain.data import Data, Kind, unknown
from jaxslice_lint.tracing.domain.frames import one_of
from jaxslice_lint.tracing.domain.joins import alternatives, join_all
from jaxslice_lint.tracing.domain.points import Point
from jaxslice_lint.tracing.domain.values import (
    Class,
    DataMethod,
    External,
    Function,
    Instance,
    JaxFunction,
    Method,
    Partial,
    StaticMethod,
    Transform,
    Union,
    Value,
    Wrapped,
)
from jaxslice_lint.tracing.operations.results import array
from jaxslice_lint.tracing.syntax.path_conditions import below


def call(point: Point, callee: Value, arguments: Arguments) -> Value:
    """The result of calling `callee`; unknown where nothing is known of it."""
    match callee:
        case Function():
            return run_function(point, callee, arguments)
        case Method(function=function, instance=instance):
            return call(point, function, arguments.prepend(instance))
        case Partial():
            return _call_partial(point, callee, arguments)
        case Wrapped():
            return call_wrapped(point, callee, arguments)
        case Transform(row=row):
            if isinstance(row, Wrapper):
                return wrap(point, row, arguments)
            return call_caller(point, row, arguments)
        case External(path=path):
            return call_external(point, path, arguments)
        case DataMethod():
            return call_method(point, callee, arguments)
        case Class():
            return instantiate(point, callee, arguments)
        case Instance():
            method = point.attribute(callee, "__call__")
            if not isinstance(method, Data):
                return call(point, method, arguments)
        case StaticMethod(function=function):
            return call(point, function, arguments)
        case JaxFunction():
            why = "the result of a function that JAX made"
            return array(point, arguments.all(), why, kind=Kind.PYTREE)
        case Union():
            works = [
                partial(call, point, one, arguments)
                for one in alternatives(callee)
                if not isinstance(one, Data)
            ]
            with below(None, point.frame):
                results = one_of(point.frame, works)
            return join_all(results, point.fresh(Status.UNKNOWN, "paths"))
    forget_passed(point.tracer, arguments)
    name = dotted_name(point.node.func) if isinstance(point.node, ast.Call) else ""
    why = "the result of a function that is not known here"
    return unknown(f"{why}: `{name}`" if name else why, point.fresh(Status.UNKNOWN))


def _call_partial(point: Point, partial: Partial, arguments: Arguments) -> Value:
    keywords = {**dict(partial.kwargs), **dict(arguments.keywords)}
    merged = Arguments(
        (*partial.args, *arguments.positional),
        tuple(keywords.items()),
        arguments.rest,
        arguments.open,
    )
    return call(point, partial.function, merged)
