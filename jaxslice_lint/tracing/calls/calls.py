"""Calls: what is called decides who answers."""

import ast
from functools import partial

from jaxslice_lint.facts.status import Status
from jaxslice_lint.jax_model.schema import Wrapper
from jaxslice_lint.tracing.calls.callers import call_caller
from jaxslice_lint.tracing.calls.external import call_external
from jaxslice_lint.tracing.calls.methods import call_method
from jaxslice_lint.tracing.calls.transforms import call_wrapped, wrap
from jaxslice_lint.tracing.domain.data import Data, Flavor, unknown
from jaxslice_lint.tracing.domain.frames import Arguments, Frame, one_of
from jaxslice_lint.tracing.domain.joins import alternatives, join_all
from jaxslice_lint.tracing.domain.protocol import Tracer
from jaxslice_lint.tracing.domain.values import (
    Choice,
    Class,
    DataMethod,
    External,
    Function,
    Instance,
    JaxFunction,
    Method,
    Partial,
    Static,
    Transform,
    Value,
    Wrapped,
)
from jaxslice_lint.tracing.operations.results import array
from jaxslice_lint.tracing.syntax.path_conditions import below


def call(tracer: Tracer, callee: Value, arguments: Arguments, frame: Frame, node: ast.AST) -> Value:
    """The result of calling `callee`; unknown where nothing is known of it."""
    match callee:
        case Function():
            return tracer.run(callee, arguments, frame, node)
        case Method(function=function, instance=instance):
            return call(tracer, function, arguments.prepend(instance), frame, node)
        case Partial():
            return _call_partial(tracer, callee, arguments, frame, node)
        case Wrapped():
            return call_wrapped(tracer, callee, arguments, frame, node)
        case Transform(row=row):
            if isinstance(row, Wrapper):
                return wrap(tracer, row, arguments, frame, node)
            return call_caller(tracer, row, arguments, frame, node)
        case External(path=path):
            return call_external(tracer, path, arguments, frame, node)
        case DataMethod():
            return call_method(tracer, callee, arguments, frame, node)
        case Class():
            return tracer.instantiate(callee, arguments, frame, node)
        case Instance():
            method = tracer.attribute(callee, "__call__", frame, node)
            if not isinstance(method, Data):
                return call(tracer, method, arguments, frame, node)
        case Static(function=function):
            return call(tracer, function, arguments, frame, node)
        case JaxFunction():
            why = "the result of a function that JAX made"
            return array(tracer, frame, node, arguments.all(), why, flavor=Flavor.PYTREE)
        case Choice():
            works = [
                partial(call, tracer, one, arguments, frame, node)
                for one in alternatives(callee)
                if not isinstance(one, Data)
            ]
            with below(None, frame):
                results = one_of(frame, works)
            return join_all(results, tracer.fresh(frame, node, Status.UNKNOWN, "paths"))
    poly = tracer.fresh(frame, node, Status.UNKNOWN)
    return unknown("the result of a function that is not known here", poly)


def _call_partial(
    tracer: Tracer, partial: Partial, arguments: Arguments, frame: Frame, node: ast.AST
) -> Value:
    keywords = {**dict(partial.kwargs), **dict(arguments.keywords)}
    merged = Arguments(
        (*partial.args, *arguments.positional),
        tuple(keywords.items()),
        arguments.rest,
        arguments.open,
    )
    return call(tracer, partial.function, merged, frame, node)
