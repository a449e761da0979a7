"""The parameters of a function of the analysed code: which argument each is given."""

from jaxslice_lint.facts.status import Status
from jaxslice_lint.tracing.domain.arguments import Arguments
from jaxslice_lint.tracing.domain.data import NONE, UNKNOWN, Data, unknown
from jaxslice_lint.tracing.domain.dtypes import unnamed
from jaxslice_lint.tracing.domain.joins import join, join_all
from jaxslice_lint.tracing.domain.polynomials import atom
from jaxslice_lint.tracing.domain.protocol import Tracer
from jaxslice_lint.tracing.domain.signatures import Parameters
from jaxslice_lint.tracing.domain.symbolic import Atoms
from jaxslice_lint.tracing.domain.values import FUNCTIONS, Function, Many, Mapping, Sequence, Value


def bind_parameters(atoms: Atoms, function: Function, arguments: Arguments) -> dict[str, Value]:
    """The variables with which the body begins."""
    spec = function.node.args
    positional = [argument.arg for argument in (*spec.posonlyargs, *spec.args)]
    given = arguments.bind(positional)
    extra = arguments.positional[len(positional) :]
    names = [*positional, *(argument.arg for argument in spec.kwonlyargs)]
    bound = {name: given.pop(name) for name in names if name in given}
    if arguments.rest is not None:
        for name in positional:
            bound.setdefault(name, arguments.rest)
    defaults = _defaults(function, positional)
    for name in names:
        if name in bound:
            continue
        if name in defaults and not arguments.open:
            bound[name] = defaults[name]
        else:
            bound[name] = or_default(_not_seen(atoms, function, name), defaults.get(name))
    if spec.vararg is not None:
        rest = arguments.rest
        bound[spec.vararg.arg] = Sequence(extra) if rest is None else Many(join_all([*extra, rest]))
    if spec.kwarg is not None:
        bound[spec.kwarg.arg] = Mapping(tuple(given.items()), UNKNOWN if arguments.open else None)
    return bound


def or_default(value: Value, default: Value | None) -> Value:
    """`value`, which nobody was seen to pass, where the `default` may be as well: if it is a function, one can call
    it."""
    return join(value, default) if isinstance(default, FUNCTIONS) else value


def _not_seen(atoms: Atoms, function: Function, name: str) -> Data:
    """What somebody passes for a parameter who is not seen: if it is an array, then of one shape and dtype."""
    key = ("argument", id(function.node), name)
    shape_of = atoms.number((*key, "shape"), Status.STATIC)
    return Data(
        Status.UNKNOWN,
        poly=atom(atoms.number(key, Status.UNKNOWN)),
        dtype=unnamed(shape_of),
        shape_of=shape_of,
        why=f"what is passed for `{name}` is not known",
    )


def _defaults(function: Function, positional: list[str]) -> dict[str, Value]:
    count = len(function.defaults)
    defaults = dict(zip(positional[len(positional) - count :], function.defaults, strict=True))
    return {**defaults, **dict(function.keyword_defaults)}


def parameter(tracer: Tracer, parameters: Parameters, name: str) -> Value:
    """What a parameter of a function holds that nobody was seen to call."""
    function = parameters.function
    assert function is not None
    owner = function.owner
    spec = function.node.args
    first = next((a.arg for a in (*spec.posonlyargs, *spec.args)), None)
    if owner is not None and name == first and name in ("self", "cls"):
        return tracer.representative(owner, function.name) if name == "self" else owner
    value = _not_seen(tracer.atoms, function, name)
    return join(NONE, value) if name in parameters.none_defaults else value


def starred(parameters: Parameters) -> Value | None:
    """One of those that `*args` of such a function holds."""
    return None if parameters.vararg is None else unknown(f"an item of `*{parameters.vararg}`")
