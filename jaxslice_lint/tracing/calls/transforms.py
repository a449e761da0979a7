"""What happens when a transform meets a function: the function is called with the values that JAX would give it."""

import ast

from jaxslice_lint.facts.status import Step
from jaxslice_lint.jax_model.lookup import short
from jaxslice_lint.jax_model.schema import How, Result, Wrapper
from jaxslice_lint.tracing.calls.binding import parameter, starred
from jaxslice_lint.tracing.calls.passing import MAPPING, passed_arguments
from jaxslice_lint.tracing.domain.arguments import Arguments
from jaxslice_lint.tracing.domain.context import Mode
from jaxslice_lint.tracing.domain.data import Data, Kind, static, unknown
from jaxslice_lint.tracing.domain.frames import Frame
from jaxslice_lint.tracing.domain.joins import join_all
from jaxslice_lint.tracing.domain.points import Point, PointOf
from jaxslice_lint.tracing.domain.protocol import Tracer
from jaxslice_lint.tracing.domain.signatures import name_of, parameters_of
from jaxslice_lint.tracing.domain.static_parameters import constants, static_parameters
from jaxslice_lint.tracing.domain.values import (
    Class,
    Instance,
    JaxFunction,
    Many,
    Method,
    Partial,
    Sequence,
    StaticMethod,
    Transform,
    Union,
    Value,
    Wrapped,
    known,
)
from jaxslice_lint.tracing.operations.frameworks import lifted
from jaxslice_lint.tracing.operations.results import Arrays, Leaves, array


def is_root(wrapped: Wrapped) -> bool:
    """Whether a function under a transform is traced wherever it is called."""
    return wrapped.wrapper.how not in (How.TRANSPARENT, How.CUSTOM_RULE)


def wrap(point: Point, row: Wrapper, arguments: Arguments) -> Value:
    """`jit(f, …)`; without a function (`jit(static_argnames=…)`) a decorator."""
    options = arguments.bind(row.options)
    function = options.pop(row.function, None)
    if function is None:
        return Partial(Transform(row), arguments.positional, arguments.keywords)
    if isinstance(known(function), int):
        # With a number in place of the function (`assert_max_traces(1)`), it makes a decorator.
        return Partial(Transform(row), (), arguments.keywords)
    if arguments.open:
        options["**"] = unknown("options passed with `**`")
    return _wrapped(point, row, function, tuple(options.items()))


def _wrapped(
    point: Point, row: Wrapper, function: Value, options: tuple[tuple[str, Value], ...]
) -> Value:
    if isinstance(function, Union):
        one_of = [_wrapped(point, row, one, options) for one in function.values]
        return Union(tuple(one_of))
    if isinstance(function, Instance):
        method = point.attribute(function, "__call__")
        function = method if isinstance(method, Method | Union) else function
    if isinstance(function, StaticMethod):
        function = function.function
    if isinstance(function, Class) and row.receivers:
        return lifted(point, row, function, dict(options))
    name = name_of(function)
    origin = point.step(f"`{short(row.path)}` traces `{name}`")
    wrapped = Wrapped(row, function, options, origin=origin)
    if (
        isinstance(function, Wrapped)
        and not _has_name(row, point.node)
        and function in point.frame.pending
    ):
        # In `jit(vmap(f))` nobody else can call `vmap(f)`.
        point.frame.pending.remove(function)
    if not point.frame.context.guarded:
        point.frame.pending.append(wrapped)
    return wrapped


def _has_name(row: Wrapper, node: ast.AST) -> bool:
    """Whether a transform is given its function by a variable."""
    return isinstance(node, ast.Call) and any(
        isinstance(argument, ast.Name) for argument in node.args[row.position : row.position + 1]
    )


def call_wrapped(point: Point, wrapped: Wrapped, arguments: Arguments) -> Value:
    """The result of calling a transformed function."""
    row = wrapped.wrapper
    if not point.frame.context.trial:
        point.tracer.called.add(wrapped)
    if point.frame.context.mode is Mode.UNTRACED and row.is_jit:
        return point.call(wrapped.function, arguments)
    step = wrapped.origin or point.step(f"`{short(row.path)}` traces a function")
    passed = passed_arguments(point, wrapped, arguments, step)
    inner = inside(point.frame, row, step)
    result = PointOf(point.tracer, inner, point.node).call(wrapped.function, passed)
    point.frame.ended |= inner.ended and point.frame.context.in_trace
    # The forward rule usually calls the function itself: that call is not differentiated again.
    if (
        row.how is How.CUSTOM_RULE
        and point.frame.context.mode is Mode.STAGED
        and step not in point.frame.context.path
    ):
        _call_rules(
            PointOf(point.tracer, inside(point.frame, row, step), point.node),
            wrapped,
            passed,
            result,
        )
    return returned(point, row, wrapped, arguments, result)


def inside(frame: Frame, row: Wrapper, step: Step) -> Frame:
    """`frame` as the caller that a function has under the transform `row`."""
    if row.how is How.TRANSPARENT and not row.stages:
        return frame
    mode = Mode.STAGED if row.stages else frame.context.mode
    if row.how is How.CUSTOM_RULE and not frame.context.in_trace:
        return frame
    return frame.under(frame.context.traced(mode, step))


def returned(
    point: Point, row: Wrapper, wrapped: Wrapped, arguments: Arguments, result: Value
) -> Value:
    """What the caller gets."""
    why = f"the result of a function under `{short(row.path)}`"
    is_plain = (row.how is How.TRANSPARENT and not row.stages) or (
        row.how is How.CUSTOM_RULE and point.frame.context.mode is not Mode.STAGED
    )
    if is_plain and row.result is Result.ARRAYS:
        return result
    # A tracer of the transform itself does not leave it: what was passed decides.
    advice = ""
    if row.how is How.TRACED:
        advice = f"call the function without `{short(row.path)}`, which makes a tracer of its static result"
    arrays = Arrays(point, arguments.all(), why, advice)
    match row.result:
        case Result.GRADIENT:
            gradient = arrays.of(_differentiated(wrapped, arguments))
            return _with_auxiliary(wrapped, gradient, arrays.of(result))
        case Result.VALUE_AND_GRADIENT:
            return Sequence((arrays.of(result), arrays.of(_differentiated(wrapped, arguments))))
    if row.how is How.SCANNED:
        return _scanned(wrapped, arguments, result, arrays)
    if row.how in MAPPING or row.how is How.VECTORIZED:
        is_plain = row.how in MAPPING and "out_axes" not in dict(wrapped.options)
        return arrays.of(result, axes=1 if is_plain else None)
    return shaped(point, row.result, arrays, result)


def _scanned(wrapped: Wrapped, arguments: Arguments, result: Value, arrays: Arrays) -> Value:
    """(carry, stacked results) of a lifted scan, unless its options may say otherwise."""
    position = wrapped.wrapper.receivers
    is_usual = position > 0 or not {"in_axes", "out_axes"} & dict(wrapped.options).keys()
    if not is_usual or not isinstance(result, Sequence) or len(result.items) != 2:
        return arrays.of(result, axes=None)
    carry = (*arguments.positional[position : position + 1], result.items[0])[0]
    return Sequence((arrays.of(carry), arrays.of(result.items[1], axes=1)))


def _with_auxiliary(wrapped: Wrapped, gradient: Value, result: Value) -> Value:
    """The gradient, and with `has_aux` what the function returned beside its value."""
    option = dict(wrapped.options).get("has_aux")
    if option is None or known(option) is False:
        return gradient
    if known(option) is True and isinstance(result, Sequence) and len(result.items) == 2:
        return Sequence((gradient, result.items[1]))
    return unknown("a gradient, maybe with something else")


def shaped(point: Point, kind: Result, arrays: Arrays, result: Value) -> Value:
    """The result of an API that returns `kind`, when its function returned `result`."""
    match kind:
        case Result.ARRAYS | Result.CARRY:
            return arrays.of(result)
        case Result.STACKED:
            return arrays.of(result, axes=1)
        case Result.PAIR:
            return Sequence((arrays.of(result), _tree(point)))
        case Result.ERROR_AND_OUT:
            return Sequence((_tree(point), arrays.of(result)))
        case Result.FUNCTION_AND_ARRAYS:
            return Sequence((JaxFunction(), Many(_tree(point))))
        case Result.OUT_AND_FUNCTION:
            return Sequence((arrays.of(result), JaxFunction()))
        case Result.FUNCTION:
            return JaxFunction()
        case Result.STATIC:
            return static("known while tracing")
    return _tree(point)


def _tree(point: Point) -> Data:
    return array(point, (), "the result of a JAX function", kind=Kind.PYTREE)


def _differentiated(wrapped: Wrapped, arguments: Arguments) -> Value:
    option = dict(wrapped.options).get("argnums")
    numbers = (0,) if option is None else constants(option)
    if numbers is None or not arguments.positional:
        return unknown("a gradient")
    positional = arguments.positional
    chosen = [positional[n] for n in numbers if isinstance(n, int) and n < len(positional)]
    if isinstance(option, Sequence):
        return Sequence(tuple(chosen))
    return join_all(chosen)


def _call_rules(point: Point, wrapped: Wrapped, passed: Arguments, result: Value) -> None:
    """Run the differentiation rules of a `custom_jvp` or `custom_vjp` function as its derivative would."""
    static = static_parameters(wrapped, parameters_of(wrapped.function), len(passed.positional))
    if static is None:
        return
    fixed = [v for i, v in enumerate(passed.positional) if i in static.positions]
    rest = Sequence(tuple(v for i, v in enumerate(passed.positional) if i not in static.positions))
    for name, rules in point.tracer.rules.of(wrapped):
        if name == "defjvp" and rules:
            point.call(rules[0], Arguments((*fixed, rest, rest)))
        elif name == "defvjp" and len(rules) == 2:
            forward = point.call(rules[0], passed)
            saved = (
                forward.items[1]
                if isinstance(forward, Sequence) and len(forward.items) == 2
                else None
            )
            residuals = unknown("what the forward rule saves") if saved is None else saved
            why = "a residual of a custom_vjp function"
            step = point.step(why)
            gradient = Leaves(point, why, step).traced(result)
            # Python numbers among the residuals are handed through as they are.
            saved = Leaves(point, why, step, arrays_only=True).traced(residuals)
            point.call(rules[1], Arguments((*fixed, saved, gradient)))


def root_arguments(
    tracer: Tracer, wrapped: Wrapped, optional: frozenset[str] = frozenset()
) -> Arguments:
    """Arguments for a transformed function that nobody was seen to call, and for those of its `optional` parameters:
    what JAX would pass to any."""
    parameters = parameters_of(wrapped.function)
    positional = [parameter(tracer, parameters, name) for name in parameters.required]
    names = [*parameters.required_keywords]
    names += [name for name in parameters.optional if name in optional]
    choice = static("one of several values", Kind.PYTHON)
    keywords = [
        (name, choice if name in parameters.choices else parameter(tracer, parameters, name))
        for name in names
    ]
    is_open = parameters.kwarg is not None
    return Arguments(tuple(positional), tuple(keywords), starred(parameters), is_open)


def static_choices(wrapped: Wrapped) -> frozenset[str]:
    """The static parameters of which a function takes one of several values, another one by default."""
    parameters = parameters_of(wrapped.function)
    static = static_parameters(wrapped, parameters, 0)
    return frozenset() if static is None else parameters.choices & static.names


def waits_for_calls(value: Wrapped) -> bool:
    """Whether calls say more of what is traced than the function itself.

    `jnp.vectorize` traces the arguments that have more axes than its signature.
    """
    return value.wrapper.how is How.VECTORIZED
