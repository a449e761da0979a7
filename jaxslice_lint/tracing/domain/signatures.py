"""The parameters of a callable, as the one who calls it sees them."""

from dataclasses import dataclass, replace

from jaxslice_lint.tracing.domain.values import (
    DataMethod,
    Function,
    Method,
    Partial,
    StaticMethod,
    Value,
    Wrapped,
    is_none,
)


@dataclass(frozen=True, slots=True)
class Parameters:
    """`positional` in order, of which `required` have no default; `optional` may also be passed by keyword.

    `none_defaults`: parameters whose default is None. `owner_first`: the first one is `self`.
    """

    positional: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    required_keywords: tuple[str, ...] = ()
    none_defaults: frozenset[str] = frozenset()
    vararg: str | None = None
    kwarg: str | None = None
    function: Function | None = None


def parameters_of(value: Value) -> Parameters:
    """The parameters of a callable of the analysed code; none of any other."""
    match value:
        case Function():
            return _of_function(value)
        case Wrapped(function=function) | StaticMethod(function=function):
            return parameters_of(function)
        case Method(function=function):
            return _without_first(parameters_of(function), 1)
        case Partial(function=function, args=args, kwargs=kwargs):
            inner = _without_first(parameters_of(function), len(args))
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
