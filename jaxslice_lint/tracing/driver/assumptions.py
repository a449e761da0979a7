"""Functions that only users of the analysed code trace: run in a trace, with arguments as their annotations say."""

import ast
from dataclasses import replace

from jaxslice_lint.facts.status import Step
from jaxslice_lint.source.nodes import all_parameters
from jaxslice_lint.tracing.calls.binding import parameter
from jaxslice_lint.tracing.calls.transforms import is_root
from jaxslice_lint.tracing.domain.arguments import Arguments
from jaxslice_lint.tracing.domain.context import Context, Mode
from jaxslice_lint.tracing.domain.data import NONE
from jaxslice_lint.tracing.domain.frames import Frame
from jaxslice_lint.tracing.domain.joins import join
from jaxslice_lint.tracing.domain.points import PointOf
from jaxslice_lint.tracing.domain.protocol import Tracer
from jaxslice_lint.tracing.domain.signatures import parameters_of
from jaxslice_lint.tracing.domain.values import (
    Function,
    Instance,
    Property,
    StaticMethod,
    Value,
    Wrapped,
)
from jaxslice_lint.tracing.operations.frameworks import in_trace
from jaxslice_lint.tracing.operations.results import Leaves
from jaxslice_lint.tracing.syntax.declared import declared

#: They run where an object is made, mostly outside any trace.
_CONSTRUCTORS = frozenset({"__init__", "__new__", "__post_init__"})


def run_assumed(tracer: Tracer, function: Function) -> None:
    """Run a function inside a trace if `assume-traced` covers it."""
    path = path_of(function)
    found = None if path is None else tracer.model.assumption(path)
    if found is None or isinstance(function.node, ast.Lambda):
        return
    names = {argument.arg for argument in all_parameters(function.node.args)}
    if function.name in _CONSTRUCTORS and not found.traced & names:
        return
    callee = _callee(function)
    if callee is not None:
        note = f"`assume-traced` says that `{function.name}` is traced"
        run_in_trace(tracer, callee, function, note, found.traced)


def path_of(function: Function) -> str | None:
    """The dotted path under which others import a function; None of one that is made inside another."""
    names = [function.name]
    frame = function.frame
    while frame.parent is not None:
        if not frame.is_class:
            return None
        names.append(frame.name)
        frame = frame.parent
    return ".".join([frame.name, *reversed(names)])


def _callee(function: Function) -> Value | None:
    """What others call by the function's name; None if it takes other arguments, or is traced wherever it is called."""
    held = function.frame.variables if function.owner is None else function.owner.attributes
    bound = held.get(function.name)
    if isinstance(bound, StaticMethod | Property):
        bound = bound.function
    if bound is None or parameters_of(bound) != parameters_of(function):
        return None
    return None if isinstance(bound, Wrapped) and is_root(bound) else bound


def run_in_trace(
    tracer: Tracer,
    callee: Value,
    function: Function,
    note: str,
    traced: frozenset[str] = frozenset(),
) -> None:
    """Call `callee`, which ends in `function`, as something outside the analysed code does inside a trace.

    `note` says who traces it. Parameters in `traced` are traced whatever their annotations say.
    """
    module = function.frame.module
    caller = Frame(
        module.source,
        tracer.new_number(),
        module.name,
        Context(Mode.STAGED, entering=True, assumed=True, made_up=True),
        tracer.new_number(),
        module,
    )
    step = caller.step(function.node, note)
    caller.context = replace(caller.context, path=(step,))
    arguments = assumed_arguments(tracer, function, caller, step, traced)
    PointOf(tracer, caller, function.node).call(callee, arguments)


def assumed_arguments(
    tracer: Tracer, function: Function, frame: Frame, step: Step, traced: frozenset[str]
) -> Arguments:
    """The arguments of a function in a trace of which nothing is known but the annotations."""
    parameters = parameters_of(function)

    def value(argument: ast.arg) -> Value:
        name = argument.arg
        why = f"`{name}` is an argument of `{function.name}`"
        given = parameter(tracer, parameters, name)
        if isinstance(given, Instance):
            # What a trace writes to `self` is nothing that other calls may find there.
            given = _copy(tracer, given)
            if given.cls.framework is not None:
                given = in_trace(given, Leaves(PointOf(tracer, frame, argument), why, step))
        typed = declared(PointOf(tracer, frame, argument), function.frame, why, step)
        if typed is not None:
            given = join(NONE, typed) if name in parameters.none_defaults else typed
        if name not in traced:
            return given
        return Leaves(PointOf(tracer, frame, argument), why, step).traced(given)

    spec = function.node.args
    return Arguments(
        tuple(value(argument) for argument in (*spec.posonlyargs, *spec.args)),
        tuple((argument.arg, value(argument)) for argument in spec.kwonlyargs),
        None if spec.vararg is None else value(spec.vararg),
        open=spec.kwarg is not None,
    )


def _copy(tracer: Tracer, value: Instance) -> Instance:
    variants = tuple(_copy(tracer, one) for one in value.variants)
    attributes, number = dict(value.attributes), tracer.new_number()
    return replace(value, attributes=attributes, number=number, variants=variants)
