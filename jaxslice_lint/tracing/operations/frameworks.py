"""Modules of frameworks: who calls their methods, what they inherit, and where their variables come from."""

import ast
from dataclasses import replace

from jaxslice_lint.facts.status import Status
from jaxslice_lint.jax_model.schema import Caller, Member, Wrapper
from jaxslice_lint.tracing.domain.arguments import Arguments
from jaxslice_lint.tracing.domain.data import NONE, UNKNOWN, Data, Kind, constant, static, unknown
from jaxslice_lint.tracing.domain.frames import Frame
from jaxslice_lint.tracing.domain.joins import is_static, is_traced
from jaxslice_lint.tracing.domain.points import Point
from jaxslice_lint.tracing.domain.protocol import Tracer
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
    map_parts,
)
from jaxslice_lint.tracing.domain.variables import variable
from jaxslice_lint.tracing.operations.results import Leaves, array

#: What a module holds beside its attributes: its variables, the module that made it, and whether it is set up.
_VARIABLES, _PARENT, _SET_UP = "(variables)", "(parent)", "(set up)"
_INITIALIZING = "(initializing)"
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
    held = module.attributes
    if _SET_UP in held:
        held = {name: value for name, value in held.items() if name in module.cls.fields}
    variants = tuple(_holding(one, variables, number) for one in module.variants)
    return Instance(module.cls, {**held, _VARIABLES: variables}, number, variants=variants)


def adopt(module: Instance, frame: Frame) -> None:
    """Note that a module is made by a method of another, whose variables it shares."""
    while frame.parent is not None:
        maker = next(iter(frame.variables.values()), None)
        if frame.owner is not None and isinstance(maker, Instance):
            module.attributes[_PARENT] = maker
            return
        frame = frame.parent


def member(point: Point, module: Instance, name: str) -> Value | None:
    """What a module has that is neither in its class nor written by it so far."""
    row = module.cls.framework
    if row is None:
        return None
    if name in row.members:
        return DataMethod(module, name)
    if not row.setup or _SET_UP in module.attributes:
        return None
    module.attributes[_SET_UP] = NONE
    setup = point.attribute(module, row.setup)
    if isinstance(setup, Method):
        point.call(setup, Arguments())
    return module.attributes.get(name)


def is_member(cls: Class, name: str) -> bool:
    """Whether modules of `cls` inherit `name` from their framework."""
    return cls.framework is not None and name in cls.framework.members


def call_member(point: Point, module: Instance, name: str, arguments: Arguments) -> Value:
    """The result of a method that a module inherits from its framework."""
    row = module.cls.framework
    assert row is not None
    positional = arguments.positional
    match row.members[name]:
        case Member.PARAMETER:
            key = array(point, (), "a random key")
            module.attributes[_name_of("params", *positional[:1])] = NONE
            made = _made(point, positional[1:2], (key, *positional[2:]))
            return _stored(point, module, "params", made)
        case Member.VARIABLE:
            collection = known(positional[0]) if positional else None
            module.attributes[_name_of(collection, *positional[1:2])] = NONE
            made = _made(point, positional[2:3], positional[3:])
            value = _stored(point, module, collection, made)
            return variable(point.tracer, value, point.frame)
        case Member.ARRAY:
            return _stored(point, module, None, UNKNOWN)
        case Member.HAS_VARIABLE:
            return _has_variable(module, positional)
        case Member.INITIALIZING:
            return _variables(module, _INITIALIZING)
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


def _stored(point: Point, module: Instance, collection: object, made: Value) -> Value:
    """A variable of a module; `made` is what it would be if the module had none yet."""
    variables = _variables(module)
    if isinstance(variables, Mapping):
        found = dict(variables.items).get(collection, variables.other)
        if found is None:
            return made
        variables = found
    if is_traced(variables):
        why = "it is a variable of a module"
        step = point.step(why)
        return Leaves(point, why, step, blocks=True).traced(of_any_float(made))
    poly = point.fresh(Status.STATIC)
    if is_static(variables):
        return static("a variable that is a concrete array", Kind.JAX, poly=poly)
    return unknown("a variable of a module whose variables are not known")


def _name_of(collection: object, name: Value = UNKNOWN) -> str:
    """The key under which a module notes that it has made a variable."""
    return f"({collection}) {known(name)}"


def _has_variable(module: Instance, names: tuple[Value, ...]) -> Value:
    """Whether a module has a variable: not if its caller passed none like it and the module made none."""
    collection, name = (*names, UNKNOWN, UNKNOWN)[:2]
    kind, variables = known(collection), _variables(module)
    if not isinstance(variables, Mapping) or variables.other is not None:
        return static("whether there is a variable is known", Kind.PYTHON)
    is_passed = not isinstance(kind, str) or kind in dict(variables.items)
    if not is_passed and _name_of(kind, name) not in module.attributes:
        return constant(False)
    return static("whether there is a variable is known", Kind.PYTHON)


def of_any_float(value: Value) -> Value:
    """`value` as it may have been stored: a program may keep its floats in another dtype."""
    if not isinstance(value, Data):
        return map_parts(value, of_any_float)
    is_integer = value.dtype is not None and value.dtype.startswith(("int", "uint"))
    return value if is_integer else replace(value, dtype=None)


def _variables(module: Instance, what: str = _VARIABLES) -> Value:
    """What a module, or the module it is part of, was given as its variables (or as `what` says)."""
    holder: Value | None = module
    while isinstance(holder, Instance):
        if what in holder.attributes:
            return holder.attributes[what]
        holder = holder.attributes.get(_PARENT)
    return UNKNOWN


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
