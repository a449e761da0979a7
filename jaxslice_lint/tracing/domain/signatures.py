"""The parameters of a callable, as the one who calls it sees them."""

from dataclasses import dataclass, replace

from jaxslice_lint.jax_model.schema import Caller, Member
from jaxslice_lint.tracing.domain.classes import lookup
from jaxslice_lint.tracing.domain.values import (
    Class,
    DataMethod,
    Function,
    Instance,
    Method,
    Partial,
    StaticMethod,
    Value,
    Wrapped,
    is_none,
    known,
)

#: Methods of a module that call one of its own, with other arguments before: variables or keys.
_BINDING = frozenset({Member.APPLY, Member.INIT, Member.INIT_WITH_OUTPUT})


@dataclass(frozen=True, slots=True)
class Parameters:
    """`positional` in order, of which `required` have no default; `optional` may also be passed by keyword.

    `none_defaults`: parameters whose default is None; `choices`: those where it is a truth value or a string.
    `starred`: those that a framework takes as `*args` and hands on: where they are passed by position, nothing knows
    their names.
    """

    positional: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    required_keywords: tuple[str, ...] = ()
    none_defaults: frozenset[str] = frozenset()
    vararg: str | None = None
    kwarg: str | None = None
    function: Function | None = None
    starred: frozenset[str] = frozenset()
    choices: frozenset[str] = frozenset()


def parameters_of(value: Value) -> Parameters:
    """The parameters of a callable of the analysed code; none of any other."""
    match value:
        case Function():
            return _of_function(value)
        case Wrapped(wrapper=row, function=function):
            return _with_first(parameters_of(function), row.skips)
        case StaticMethod(function=function):
            return parameters_of(function)
        case Method(function=function):
            return _without_first(parameters_of(function), 1)
        case DataMethod(owner=Instance(cls=cls), name=name):
            return _of_member(cls, name, None)
        case Partial(function=function, args=args, kwargs=kwargs):
            inner = _without_first(_of_partial(function, dict(kwargs)), len(args))
            return _without_names(inner, frozenset(name for name, _ in kwargs))
    return Parameters()


def _of_function(value: Function) -> Parameters:
    spec = value.node.args
    positional = tuple(argument.arg for argument in (*spec.posonlyargs, *spec.args))
    count = len(positional) - len(value.defaults)
    defaults = dict(zip(positional[count:], value.defaults, strict=True))
    defaults |= dict(value.keyword_defaults)
    keyword_only = [argument.arg for argument in spec.kwonlyargs]
    return Parameters(
        positional,
        positional[:count],
        tuple(name for name in (*positional[count:], *keyword_only) if name in defaults),
        tuple(name for name in keyword_only if name not in defaults),
        frozenset(name for name, default in defaults.items() if is_none(default)),
        None if spec.vararg is None else spec.vararg.arg,
        None if spec.kwarg is None else spec.kwarg.arg,
        value,
        choices=frozenset(
            name for name, one in defaults.items() if isinstance(known(one), bool | str)
        ),
    )


def _of_partial(function: Value, given: dict[str, Value]) -> Parameters:
    match function:
        case DataMethod(owner=Instance(cls=cls), name=name):
            return _of_member(cls, name, given.get("method"))
    return parameters_of(function)


def _of_member(cls: Class, name: str, method: Value | None) -> Parameters:
    """The parameters of `module.apply`, which calls `method`, or `__call__`."""
    row = cls.framework
    if row is not None and name in row.calls:
        return _of_inherited(cls, row.calls[name])
    if row is None or row.members.get(name) not in _BINDING:
        return Parameters()
    named = "__call__" if method is None else known(method)
    called = lookup(cls, named) if isinstance(named, str) else method
    if called is None:
        return Parameters()
    own = parameters_of(called)
    return _with_first(own if isinstance(called, Method) else _without_first(own, 1), 1)


def _of_inherited(cls: Class, row: Caller) -> Parameters:
    """The parameters of a method that calls methods of `cls`."""
    called = lookup(cls, row.bodies[0].fun)
    if called is None:
        return Parameters()
    required = tuple(name for name in row.options if name not in row.optional)
    return Parameters(
        row.options,
        required,
        optional=tuple(name for name in row.options if name in row.optional),
        none_defaults=row.optional,
        function=parameters_of(called).function,
    )


def _with_first(parameters: Parameters, count: int) -> Parameters:
    """With `count` parameters before, which are the framework's own."""
    if not count:
        return parameters
    own = tuple(f"argument {number}" for number in range(1, count + 1))
    return replace(
        parameters,
        positional=(*own, *parameters.positional),
        required=(*own, *parameters.required),
        starred=frozenset(parameters.positional),
    )


def _without_first(parameters: Parameters, count: int) -> Parameters:
    gone = frozenset(parameters.positional[:count])
    return replace(
        parameters,
        positional=parameters.positional[count:],
        required=tuple(name for name in parameters.required if name not in gone),
        optional=tuple(name for name in parameters.optional if name not in gone),
    )


def _without_names(parameters: Parameters, gone: frozenset[str]) -> Parameters:
    """Without parameters that are bound by keyword; what follows one can be passed by keyword alone."""
    first = next((i for i, n in enumerate(parameters.positional) if n in gone), None)
    positional = parameters.positional[:first]
    later = tuple(n for n in parameters.positional[len(positional) :] if n not in gone)
    required = tuple(name for name in parameters.required if name in positional)
    return replace(
        parameters,
        positional=positional,
        required=required,
        optional=tuple(name for name in parameters.optional if name not in gone),
        required_keywords=(
            *(n for n in parameters.required_keywords if n not in gone),
            *(n for n in later if n in parameters.required),
        ),
    )


def name_of(value: Value) -> str:
    """The name of the function that a callable ends in."""
    match value:
        case Function():
            return value.name
        case Method(function=function) | Partial(function=function) | Wrapped(function=function):
            return name_of(function)
        case DataMethod(name=name):
            return name
    return "a function"
