"""Modules of frameworks: who calls their methods, what they inherit, and where their variables come from."""

import ast
from dataclasses import replace

from jaxslice_lint.facts.status import Status
from jaxslice_lint.jax_model.schema import Caller, Member, Wrapper
from jaxslice_lint.tracing.domain.arguments import Arguments
from jaxslice_lint.tracing.domain.data import NONE, UNKNOWN, Data, Kind, constant, static, unknown
from jaxslice_lint.tracing.domain.frames import Frame
from jaxslice_lint.tracing.domain.points import Point
from jaxslice_lint.tracing.domain.protocol import Tracer
from jaxslice_lint.tracing.domain.signatures import parameters_of
from jaxslice_lint.tracing.domain.static_parameters import constants
from jaxslice_lint.tracing.domain.values import (
    Class,
    DataMethod,
    External,
    Field,
    Function,
    Instance,
    Mapping,
    Method,
    Sequence,
    Transform,
    Value,
    Wrapped,
    is_none,
    known,
)
from jaxslice_lint.tracing.domain.variables import content
from jaxslice_lint.tracing.operations.module_variables import (
    GIVEN,
    MADE,
    PARENT,
    box_of,
    collections,
    get,
    given,
    has,
    put,
    stored,
)
from jaxslice_lint.tracing.operations.results import Leaves, array

#: What a module holds beside its attributes and variables: whether it is set up, and whether it is being initialized.
_SET_UP, _INITIALIZING = "(set up)", "(initializing)"
#: Keyword arguments of `apply` and `init` that do not go to the method.
_OPTIONS = frozenset({"rngs", "method", "mutable", "capture_intermediates"})


def is_traced_method(tracer: Tracer, function: Function) -> bool:
    """Whether a framework calls this method inside a trace."""
    row = None if function.owner is None else function.owner.framework
    if row is None or isinstance(function.node, ast.Lambda):
        return False
    marks = [tracer.evaluate(one, function.frame) for one in function.node.decorator_list]
    marked = any(isinstance(mark, External) and mark.path in row.marks for mark in marks)
    return marked or function.name in row.methods


def traced_parameters(function: Function) -> frozenset[str]:
    """The parameters for which the framework passes tracers, whatever their annotations say."""
    assert function.owner is not None
    row, names = function.owner.framework, parameters_of(function).positional
    places = () if row is None else row.traced.get(function.name, ())
    return frozenset(names[place] for place in places if place < len(names))


def tracing_note(function: Function) -> str:
    """What calls a traced method."""
    owner = function.owner
    assert owner is not None
    assert owner.framework is not None
    package = owner.framework.path.rpartition(".")[0]
    return f"`{package}` traces `{owner.name}.{function.name}`"


def in_trace(module: Instance, leaves: Leaves) -> Instance:
    """A module of whose making nothing is known, as its framework calls it: its variables are tracers."""
    if module.cls.pytree is None:
        return _holding(module, leaves.traced(Data(Status.UNKNOWN)))
    traced = leaves.traced(module)
    return traced if isinstance(traced, Instance) else module


def _holding(module: Instance, variables: Value, number: int = 0) -> Instance:
    """A copy of a module as it was made, with `variables`."""
    held = {name: value for name, value in module.attributes.items() if name != MADE}
    if _SET_UP in held:
        held = {name: value for name, value in held.items() if name in module.cls.fields}
    variants = tuple(_holding(one, variables, number) for one in module.variants)
    return Instance(module.cls, {**held, GIVEN: variables}, number, variants=variants)


def adopt(module: Instance, frame: Frame) -> None:
    """Note that a module is made by a method of another, whose variables it shares."""
    while frame.parent is not None:
        maker = next(iter(frame.variables.values()), None)
        if frame.owner is not None and isinstance(maker, Instance):
            module.attributes[PARENT] = maker
            return
        frame = frame.parent


def member(point: Point, module: Instance, name: str) -> Value | None:
    """What a module has that is neither in its class nor written by it so far."""
    row = module.cls.framework
    if row is None:
        return None
    if name in row.members or name in row.calls:
        return DataMethod(module, name)
    if name in row.properties:
        is_scope = row.properties[name] is Member.SCOPE
        return module if is_scope else collections(point, module)
    if not row.setup or _SET_UP in module.attributes:
        return None
    module.attributes[_SET_UP] = NONE
    setup = point.attribute(module, row.setup)
    if isinstance(setup, Method):
        point.call(setup, Arguments())
    return module.attributes.get(name)


def call_overrides(point: Point, module: Instance, row: Caller, arguments: Arguments) -> Value:
    """The result of a method that a module inherits, and which calls methods of the module itself."""
    passed = arguments.bind(row.options)
    absent = () if arguments.open else tuple((name, NONE) for name in row.optional - passed.keys())
    own = tuple((body.fun, point.attribute(module, body.fun)) for body in row.bodies)
    given = replace(arguments, keywords=(*arguments.keywords, *sorted(absent), *own))
    return point.call(Transform(row), given)


def call_member(point: Point, module: Instance, name: str, arguments: Arguments) -> Value:
    """The result of a method that a module inherits from its framework."""
    row = module.cls.framework
    assert row is not None
    positional = arguments.positional
    match row.members[name]:
        case Member.PARAMETER:
            key = array(point, (), "a random key")
            names = (constant("params"), *positional[:1])
            made = _made(point, positional[1:2], (key, *positional[2:]))
            return content(box_of(point, module, names, made))
        case Member.VARIABLE:
            made = _made(point, positional[2:3], positional[3:])
            return box_of(point, module, positional[:2], made)
        case Member.GET_VARIABLE:
            return get(point, module, positional)
        case Member.PUT_VARIABLE:
            put(point, module, positional)
            return NONE
        case Member.ARRAY:
            return stored(point, module, None, UNKNOWN)
        case Member.HAS_VARIABLE:
            return has(module, positional)
        case Member.INITIALIZING:
            return given(module, _INITIALIZING)
        case Member.STATIC:
            return static(f"`.{name}()` is known while tracing")
        case Member.SECOND:
            return positional[1] if len(positional) > 1 else UNKNOWN
        case Member.BIND:
            return _holding(module, (positional or (UNKNOWN,))[0], point.tracer.new_number())
        case Member.COPY:
            held = {**module.attributes, **dict(arguments.keywords)}
            return Instance(module.cls, held, point.tracer.new_number())
    return _call_bound(point, module, row.members[name], arguments)


def _call_bound(point: Point, module: Instance, kind: Member, arguments: Arguments) -> Value:
    """`module.apply(variables, …)`, `module.init(key, …)`."""
    if not arguments.positional:
        return unknown("the result of a module whose variables are not known")
    is_apply = kind is Member.APPLY
    first, *passed = arguments.positional
    bound = _holding(module, first if is_apply else Mapping(()), point.tracer.new_number())
    bound.attributes[_INITIALIZING] = constant(not is_apply)
    options = {key: value for key, value in arguments.keywords if key in _OPTIONS}
    keywords = tuple(pair for pair in arguments.keywords if pair[0] not in _OPTIONS)
    method = _method(point, bound, options.get("method", NONE))
    inner = Arguments(tuple(passed), keywords, arguments.rest, arguments.open)
    result = point.call(method, inner)
    why = "the variables of a module"
    variables = array(point, arguments.all(), why, kind=Kind.PYTREE, part=why)
    if kind is Member.INIT:
        return variables
    returned = [options.get(name) for name in ("mutable", "capture_intermediates")]
    if is_apply and all(one is None or known(one) is False for one in returned):
        return result
    if is_apply and not all(one is None or constants(one) for one in returned):
        return unknown("the result of a module, maybe with its variables")
    return Sequence((result, variables))


def _method(point: Point, module: Instance, method: Value) -> Value:
    """The method of `module` that `method=` names; `__call__` by default."""
    name = "__call__" if is_none(method) else known(method)
    if isinstance(name, str):
        return point.attribute(module, name)
    match method:
        case Method(function=function):
            return Method(function, module)
        case DataMethod():
            return UNKNOWN
    return Method(method, module)


def _made(point: Point, makers: tuple[Value, ...], arguments: tuple[Value, ...]) -> Value:
    """What the function makes that is given for a variable which does not exist yet."""
    return point.call(makers[0], Arguments(arguments)) if makers else UNKNOWN


def function_tuple(tracer: Tracer, row: Caller, given: Value, frame: Frame) -> Value:
    """`hk.transform(f)`: functions that call `f`; `hk.without_apply_rng` of them."""
    if row.functions:
        made: dict[str, Value] = {name: Wrapped(one, given) for name, one in row.functions}
    elif isinstance(given, Instance) and isinstance(given.attributes.get(row.fewer), Wrapped):
        made = dict(given.attributes)
        before = made[row.fewer]
        assert isinstance(before, Wrapped)
        fewer = replace(before.wrapper, skips=before.wrapper.skips - 1)
        made[row.fewer] = Wrapped(fewer, before.function)
    else:
        return unknown("functions of a framework")
    node = ast.ClassDef("Transformed", [], [], [], [])
    cls = Class(
        "Transformed", node, frame, (), fields=dict.fromkeys(made, Field()), is_named_tuple=True
    )
    return Instance(cls, made, tracer.new_number())


def lifted(point: Point, row: Wrapper, cls: Class, options: dict[str, Value]) -> Class:
    """A class of modules under a lifted transform: a class of the same kind with transformed methods."""
    names = constants(options.pop("methods", None)) or ("__call__",)
    changed: dict[str, Value] = {}
    for name in names:
        method = point.attribute(cls, str(name))
        if not isinstance(method, Data):
            arguments = Arguments((method,), tuple(options.items()))
            changed[str(name)] = point.call(Transform(row), arguments)
    return replace(
        cls,
        frame=point.frame,
        bases=(cls,),
        attributes=changed,
        subclasses=[],
        representatives={},
        mro=None,
    )
