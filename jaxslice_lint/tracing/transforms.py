"""What happens when a transform meets a function: the function is called with the values that JAX would give it."""

import ast
from dataclasses import replace

from jaxslice_lint.jax_model.lookup import short
from jaxslice_lint.jax_model.schema import How, Result, Wrapper
from jaxslice_lint.tracing.frames import Arguments, Frame, Mode
from jaxslice_lint.tracing.joins import is_traced, join_all
from jaxslice_lint.tracing.protocol import Tracer
from jaxslice_lint.tracing.results import Arrays, Leaves, array
from jaxslice_lint.tracing.signatures import Parameters, parameters_of
from jaxslice_lint.tracing.site import Status, Step
from jaxslice_lint.tracing.static_parameters import (
    StaticParameters,
    constants,
    static_parameters,
)
from jaxslice_lint.tracing.values import (
    NONE,
    Choice,
    Data,
    Flavor,
    Function,
    Instance,
    JaxFunction,
    Many,
    Mapping,
    Method,
    Partial,
    Sequence,
    Static,
    Transform,
    Value,
    Wrapped,
    is_none,
    known,
    unknown,
)


def wrap(tracer: Tracer, row: Wrapper, arguments: Arguments, frame: Frame, node: ast.AST) -> Value:
    """`jit(f, …)`; without a function (`jit(static_argnames=…)`) a decorator."""
    options = dict(zip(row.options, arguments.positional, strict=False)) | dict(arguments.keywords)
    function = options.pop(row.options[0], None)
    if function is None:
        return Partial(Transform(row), (), arguments.keywords)
    if isinstance(function, Instance):
        method = tracer.attribute(function, "__call__", frame, node)
        function = method if isinstance(method, Method) else function
    if isinstance(function, Static):
        function = function.function
    if isinstance(function, Choice):
        return Choice(
            tuple(
                wrap(
                    tracer,
                    row,
                    replace(arguments, positional=(one, *arguments.positional[1:])),
                    frame,
                    node,
                )
                for one in function.values
            )
        )
    if arguments.open:
        options["**"] = unknown("options passed with `**`")
    name = _name_of(function)
    origin = frame.step(node, f"`{short(row.path)}` traces `{name}`")
    wrapped = Wrapped(row, function, tuple(options.items()), origin=origin)
    if isinstance(function, Wrapped) and not _has_name(node) and function in frame.pending:
        # In `jit(vmap(f))` nobody else can call `vmap(f)`.
        frame.pending.remove(function)
    if not frame.guards:
        frame.pending.append(wrapped)
    return wrapped


def _has_name(node: ast.AST) -> bool:
    """Whether a transform is given its function by a variable."""
    return isinstance(node, ast.Call) and any(isinstance(a, ast.Name) for a in node.args[:1])


def _name_of(value: Value) -> str:
    match value:
        case Function():
            return value.name
        case Method(function=function) | Partial(function=function) | Wrapped(function=function):
            return _name_of(function)
    return "a function"


def call_wrapped(
    tracer: Tracer, wrapped: Wrapped, arguments: Arguments, frame: Frame, node: ast.AST
) -> Value:
    """The result of calling a transformed function."""
    row = wrapped.wrapper
    if not frame.trial:
        tracer.note_call(wrapped)
    step = wrapped.origin or frame.step(node, f"`{short(row.path)}` traces a function")
    passed = _passed(tracer, wrapped, arguments, frame, node, step)
    result = tracer.call(wrapped.function, passed, inside(frame, row, step), node)
    if row.how is How.CUSTOM_RULE and frame.mode is Mode.STAGED:
        _call_rules(tracer, wrapped, passed, result, inside(frame, row, step), node)
    return returned(tracer, row, wrapped, arguments, result, frame, node)


def inside(frame: Frame, row: Wrapper, step: Step) -> Frame:
    """`frame` as the caller that a function has under the transform `row`."""
    if row.how is How.TRANSPARENT and not row.stages:
        return frame
    mode = Mode.STAGED if row.stages else frame.mode
    if row.how is How.CUSTOM_RULE and not frame.path:
        return frame
    return replace(frame, mode=mode, path=(*frame.path, step), entering=True, trial=False)


def _passed(
    tracer: Tracer, wrapped: Wrapped, arguments: Arguments, frame: Frame, node: ast.AST, step: Step
) -> Arguments:
    """The arguments as the wrapped function sees them."""
    row = wrapped.wrapper
    how = row.how
    if how is How.CUSTOM_RULE:
        how = How.TRACED if frame.mode is Mode.STAGED else How.TRANSPARENT
    if how is How.TRANSPARENT:
        return arguments
    parameters = parameters_of(wrapped.function)
    if how is How.KERNEL:
        return _refs(tracer, parameters, frame, node, step)
    static = static_parameters(wrapped, parameters, len(arguments.positional))
    axes = dict(wrapped.options).get("in_axes") if how in _MAPPING else None
    is_mapping = how in _MAPPING
    # Inside `pmap`, what is not mapped is a tracer too: it is compiled.
    passes_unmapped = is_mapping and not row.stages

    def leaves(name: str) -> Leaves:
        why = f"`{name}` is an argument of `{_name_of(wrapped.function)}` under `{short(row.path)}`"
        only = how in _ARRAYS_ONLY
        return Leaves(tracer, frame, node, why, step, arrays_only=only, blocks=row.blocks)

    def passed(value: Value, name: str, position: int | None) -> Value:
        if static is None:
            return value if is_traced(value) else unknown("it may be a static argument")
        if position in static.positions or name in static.names:
            return value
        if how is How.VECTORIZED and isinstance(value, Data) and value.flavor is Flavor.PYTHON:
            return value
        if position is None or not is_mapping:
            return leaves(name).traced(value, drop_axis=is_mapping)
        mapped = _mapped(leaves(name), value, _axis(axes, position))
        return mapped if passes_unmapped else leaves(name).traced(mapped)

    names = parameters.positional
    rest = parameters.vararg or "an argument"
    new = [
        passed(value, names[position] if position < len(names) else rest, position)
        for position, value in enumerate(arguments.positional)
    ]
    keywords = [(name, passed(value, name, None)) for name, value in arguments.keywords]
    return Arguments(
        tuple(new),
        tuple(keywords),
        _passed_rest(arguments, static, how, leaves(rest)),
        arguments.open,
    )


def _passed_rest(
    arguments: Arguments, static: StaticParameters | None, how: How, leaves: Leaves
) -> Value | None:
    """An item of a starred argument, as the wrapped function sees it."""
    rest = arguments.rest
    if rest is None or static is None:
        return rest
    if static.positions or how in _MAPPING:
        return unknown("an item of a starred argument")
    return leaves.traced(rest)


_MAPPING = (How.MAPPED, How.ARRAYS_MAPPED)
_ARRAYS_ONLY = (How.ARRAYS_TRACED, How.ARRAYS_MAPPED)


def _axis(axes: Value | None, position: int) -> Value | None:
    """The entry of `in_axes` for one argument."""
    if isinstance(axes, Sequence):
        return axes.items[position] if position < len(axes.items) else None
    return axes


def _mapped(leaves: Leaves, value: Value, axis: Value | None) -> Value:
    """An argument of a mapped function: one element along an axis, or unchanged where its axis is None."""
    match axis:
        case None:
            return leaves.traced(value, drop_axis=True)
        case Data(const=None):
            return value
        case Data(const=int()):
            return leaves.all_traced(value, drop_axis=True)
        case Sequence(items=axes) if isinstance(value, Sequence) and len(axes) == len(value.items):
            parts = [_mapped(leaves, v, a) for v, a in zip(value.items, axes, strict=True)]
            return Sequence(tuple(parts), value.mutable)
        case Mapping(items=axes) if isinstance(value, Mapping):
            by_name = dict(axes)
            return Mapping(
                tuple((k, _mapped(leaves, v, by_name.get(k, NONE))) for k, v in value.items)
            )
        case Sequence(items=axes) if axes and all(is_none(a) for a in axes):
            return value
    return value if is_traced(value) else unknown("it may be mapped or not")


def _refs(
    tracer: Tracer, parameters: Parameters, frame: Frame, node: ast.AST, step: Step
) -> Arguments:
    def ref(name: str) -> Data:
        return Data(
            Status.TRACED,
            Flavor.REF,
            poly=tracer.fresh(frame, node, Status.TRACED, name),
            why=f"`{name}` is a Ref",
            origin=step,
        )

    rest = None if parameters.vararg is None else ref(parameters.vararg)
    return Arguments(tuple(ref(name) for name in parameters.required), rest=rest)


def returned(
    tracer: Tracer,
    row: Wrapper,
    wrapped: Wrapped,
    arguments: Arguments,
    result: Value,
    frame: Frame,
    node: ast.AST,
) -> Value:
    """What the caller gets."""
    why = f"the result of a function under `{short(row.path)}`"
    is_plain = (row.how is How.TRANSPARENT and not row.stages) or (
        row.how is How.CUSTOM_RULE and frame.mode is not Mode.STAGED
    )
    if is_plain and row.result is Result.ARRAYS:
        return result
    # A tracer of the transform itself does not leave it: what was passed decides.
    arrays = Arrays(tracer, frame, node, arguments.all(), why)
    match row.result:
        case Result.GRADIENT:
            gradient = arrays.of(_differentiated(wrapped, arguments))
            return _with_auxiliary(wrapped, gradient, arrays.of(result))
        case Result.VALUE_AND_GRADIENT:
            return Sequence((arrays.of(result), arrays.of(_differentiated(wrapped, arguments))))
    if row.how in _MAPPING or row.how is How.VECTORIZED:
        is_plain = row.how in _MAPPING and "out_axes" not in dict(wrapped.options)
        return arrays.of(result, axes=1 if is_plain else None)
    return shaped(tracer, row.result, arrays, result, frame, node)


def _with_auxiliary(wrapped: Wrapped, gradient: Value, result: Value) -> Value:
    """The gradient, and with `has_aux` what the function returned beside its value."""
    option = dict(wrapped.options).get("has_aux")
    if option is None or known(option) is False:
        return gradient
    if known(option) is True and isinstance(result, Sequence) and len(result.items) == 2:
        return Sequence((gradient, result.items[1]))
    return unknown("a gradient, maybe with something else")


def shaped(
    tracer: Tracer, kind: Result, arrays: Arrays, result: Value, frame: Frame, node: ast.AST
) -> Value:
    """The result of an API that returns `kind`, when its function returned `result`."""
    match kind:
        case Result.ARRAYS | Result.CARRY:
            return arrays.of(result)
        case Result.STACKED:
            return arrays.of(result, axes=1)
        case Result.PAIR:
            return Sequence((arrays.of(result), _tree(tracer, frame, node)))
        case Result.ERROR_AND_OUT:
            return Sequence((_tree(tracer, frame, node), arrays.of(result)))
        case Result.FUNCTION_AND_ARRAYS:
            return Sequence((JaxFunction(), Many(_tree(tracer, frame, node))))
        case Result.OUT_AND_FUNCTION:
            return Sequence((arrays.of(result), JaxFunction()))
        case Result.FUNCTION:
            return JaxFunction()
        case Result.STATIC:
            return Data(Status.STATIC, why="known while tracing")
    return _tree(tracer, frame, node)


def _tree(tracer: Tracer, frame: Frame, node: ast.AST) -> Data:
    return array(tracer, frame, node, (), "the result of a JAX function", flavor=Flavor.PYTREE)


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


def _call_rules(
    tracer: Tracer, wrapped: Wrapped, passed: Arguments, result: Value, frame: Frame, node: ast.AST
) -> None:
    """Run the differentiation rules of a `custom_jvp` or `custom_vjp` function as its derivative would."""
    static = static_parameters(wrapped, parameters_of(wrapped.function), len(passed.positional))
    if static is None:
        return
    fixed = [v for i, v in enumerate(passed.positional) if i in static.positions]
    rest = Sequence(tuple(v for i, v in enumerate(passed.positional) if i not in static.positions))
    for name, rules in tracer.rules_of(wrapped):
        if name == "defjvp" and rules:
            tracer.call(rules[0], Arguments((*fixed, rest, rest)), frame, node)
        elif name == "defvjp" and len(rules) == 2:
            forward = tracer.call(rules[0], passed, frame, node)
            saved = (
                forward.items[1]
                if isinstance(forward, Sequence) and len(forward.items) == 2
                else None
            )
            residuals = _tree(tracer, frame, node) if saved is None else saved
            why = "a residual of a custom_vjp function"
            leaves = Leaves(tracer, frame, node, why, frame.step(node, why))
            gradient = leaves.traced(result)
            tracer.call(
                rules[1], Arguments((*fixed, leaves.traced(residuals), gradient)), frame, node
            )


def root_arguments(tracer: Tracer, wrapped: Wrapped, *, optional: bool = False) -> Arguments:
    """Arguments for a transformed function that nobody was seen to call: what JAX would pass to any.

    With `optional`, also those whose default is None.
    """
    parameters = parameters_of(wrapped.function)
    positional = [tracer.parameter(parameters, name) for name in parameters.required]
    names = [*parameters.required_keywords]
    if optional:
        names += [name for name in parameters.optional if name in parameters.none_defaults]
    keywords = [(name, tracer.parameter(parameters, name)) for name in names]
    rest = None if parameters.vararg is None else unknown(f"an item of `*{parameters.vararg}`")
    return Arguments(tuple(positional), tuple(keywords), rest, parameters.kwarg is not None)
