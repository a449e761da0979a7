"""Calls of functions outside the analysed code: Python's own here, JAX's and NumPy's by the tables of `jax_model`."""

import ast
from collections.abc import Callable, Hashable
from dataclasses import replace

from jaxslice_lint.facts.status import Sign
from jaxslice_lint.jax_model.aliases import LIKE_PYTHON
from jaxslice_lint.jax_model.classes import FIELD_SPECIFIERS, NAMED_TUPLES
from jaxslice_lint.jax_model.functions.schema import Gives
from jaxslice_lint.jax_model.lookup import WATCHED, canonical, function
from jaxslice_lint.jax_model.names import NUMPY
from jaxslice_lint.tracing.calls.builtins import LIBRARY_QUESTIONS, QUESTIONS
from jaxslice_lint.tracing.calls.iterables import ITERABLES
from jaxslice_lint.tracing.calls.objects import named_tuple_class, namespace, replaced
from jaxslice_lint.tracing.calls.optimizers import chain
from jaxslice_lint.tracing.calls.restoring import restored
from jaxslice_lint.tracing.calls.splitting import SPLITTING
from jaxslice_lint.tracing.calls.stateful import made, maker
from jaxslice_lint.tracing.calls.stdlib import TOOLS
from jaxslice_lint.tracing.domain import foreign
from jaxslice_lint.tracing.domain.arguments import Arguments
from jaxslice_lint.tracing.domain.attributes import COMPUTED, forget_any_other, forget_passed
from jaxslice_lint.tracing.domain.data import NO_CONSTANT, NONE, UNKNOWN, Data, constant, unknown
from jaxslice_lint.tracing.domain.frames import need_value
from jaxslice_lint.tracing.domain.joins import is_traced, join_all
from jaxslice_lint.tracing.domain.points import Point
from jaxslice_lint.tracing.domain.polynomials import integer
from jaxslice_lint.tracing.domain.protocol import Tracer
from jaxslice_lint.tracing.domain.registrations import change_class, changes_classes, specifier
from jaxslice_lint.tracing.domain.values import (
    Class,
    External,
    Instance,
    Many,
    Mapping,
    Method,
    Partial,
    Property,
    Sequence,
    Shape,
    Slice,
    StaticMethod,
    Super,
    Value,
    held_by,
    is_none,
    known,
)
from jaxslice_lint.tracing.observe.watched_calls import look_at_call
from jaxslice_lint.tracing.operations.arithmetic import apply
from jaxslice_lint.tracing.operations.asked import asked, needs_value
from jaxslice_lint.tracing.operations.demands import FOR_BOOL, demand_all, demanded
from jaxslice_lint.tracing.operations.iteration import element_of, extent, items_of, static_integer
from jaxslice_lint.tracing.operations.jax_calls import call_by_tables
from jaxslice_lint.tracing.syntax.imports import import_module
from jaxslice_lint.tracing.syntax.targets import set_attribute

_Handler = Callable[[Point, Arguments], Value]


def call_external(point: Point, path: str, arguments: Arguments) -> Value:
    """The result of the function at a dotted path."""
    path = canonical(path)
    path = LIKE_PYTHON.get(path, path)
    if changes_classes(path):
        return change_class(path, arguments)
    if path in FIELD_SPECIFIERS:
        return specifier(path, arguments)
    if path in WATCHED:
        look_at_call(point, path, arguments)
    row = function(path)
    demand_all(asked(point.tracer, row, arguments), point.frame)
    if needs_value(row, arguments):
        need_value(point.frame)
    handler = _HANDLERS.get(path) or _BY_RESULT.get(row.gives)
    if handler is not None:
        return handler(point, arguments)
    if row.gives is Gives.UNKNOWN:
        made_object = foreign.made(point.tracer, path, arguments.keywords)
        if made_object is not None:
            return made_object
    forget_passed(point.tracer, arguments)
    return call_by_tables(point, path, arguments)


def _partial(_point: Point, arguments: Arguments) -> Value:
    if not arguments.positional or arguments.open or arguments.rest is not None:
        return UNKNOWN
    return Partial(arguments.positional[0], arguments.positional[1:], arguments.keywords)


def _length(point: Point, arguments: Arguments) -> Value:
    value = arguments.first
    match value:
        case Sequence(items=items):
            if not value.mutable:
                return constant(len(items), integer(len(items)))
        case Data(shape_of=shape_of) if shape_of is not None:
            return extent(point.tracer, shape_of, 0)
        case Shape(ndim=ndim) if ndim is not None:
            return constant(ndim, integer(ndim))
    return static_integer(point, "a length is static", sign=Sign.NON_NEGATIVE)


def _as_sequence(mutable: bool) -> _Handler:
    def handler(point: Point, arguments: Arguments) -> Value:
        if not arguments.positional:
            return Sequence((), mutable)
        value = arguments.positional[0]
        items = items_of(point.tracer, value)
        if items is not None:
            return Sequence(items, mutable)
        return Many(element_of(point, value), held_by(value))

    return handler


def _reordered(point: Point, arguments: Arguments) -> Value:
    return Many(element_of(point, arguments.first))


def _reversed(point: Point, arguments: Arguments) -> Value:
    items = items_of(point.tracer, arguments.first)
    return _reordered(point, arguments) if items is None else Sequence(items[::-1])


def _dict(point: Point, arguments: Arguments) -> Value:
    base = arguments.positional[0] if arguments.positional else Mapping(())
    if not isinstance(base, Mapping):
        base = _of_pairs(point.tracer, base)
    items: dict[Hashable, Value] = {**dict(base.items), **dict(arguments.keywords)}
    return Mapping(tuple(items.items()), UNKNOWN if arguments.open else base.other)


def _of_pairs(tracer: Tracer, value: Value) -> Mapping:
    """`dict(pairs)`."""
    items = items_of(tracer, value)
    pairs = [item.items for item in items or () if isinstance(item, Sequence)]
    if items is None or len(pairs) < len(items) or any(len(pair) != 2 for pair in pairs):
        return Mapping((), UNKNOWN)
    held = {known(key): held for key, held in pairs}
    return Mapping((), UNKNOWN) if NO_CONSTANT in held else Mapping(tuple(held.items()))


def _defaultdict(point: Point, arguments: Arguments) -> Value:
    rest = replace(arguments, positional=arguments.positional[1:])
    made = _dict(point, rest)
    return replace(made, factory=arguments.first) if isinstance(made, Mapping) else made


def _slice(point: Point, arguments: Arguments) -> Value:
    values = arguments.positional
    where = point.node if isinstance(point.node, ast.Call) else None
    if len(values) == 1:
        return Slice(NONE, values[0], NONE, where)
    if len(values) in (2, 3):
        return Slice(values[0], values[1], values[2] if len(values) == 3 else NONE, where)
    return UNKNOWN


def _extreme(symbol: str) -> _Handler:
    def handler(point: Point, arguments: Arguments) -> Value:
        values = list(arguments.positional)
        if len(values) == 1:
            items = items_of(point.tracer, values[0])
            if not items or arguments.keyword("key") is not None:
                return element_of(point, values[0])
            values = list(items)
        if not values or arguments.rest is not None or arguments.keyword("key") is not None:
            return unknown("the extreme of unknown values")
        result = values[0]
        for value in values[1:]:
            is_asked = is_traced(result) or is_traced(value)
            result = apply(point, symbol, result, value)
            if is_asked:
                result = demanded(result, point.frame, point.node, f"`{symbol}`", FOR_BOOL)
        return result

    return handler


def _sum(point: Point, arguments: Arguments) -> Value:
    value = arguments.first
    items = items_of(point.tracer, value)
    if items is None:
        element = element_of(point, value)
        return apply(point, "sum", element, constant(0, integer(0)))
    result: Value = constant(0, integer(0))
    for item in items:
        result = apply(point, "+", result, item)
    return result


def _absolute(point: Point, arguments: Arguments) -> Value:
    return apply(point, "abs", arguments.first, constant(0, integer(0)))


def _round(point: Point, arguments: Arguments) -> Value:
    """An array rounds itself: a tracer gives a tracer."""
    path = f"{NUMPY}.round" if is_traced(arguments.first) else "round"
    return call_by_tables(point, path, arguments)


def _divmod(point: Point, arguments: Arguments) -> Value:
    if len(arguments.positional) != 2:
        return UNKNOWN
    left, right = arguments.positional
    quotient = apply(point, "//", left, right)
    return Sequence((quotient, apply(point, "%", left, right)))


def _computed_name(point: Point) -> str:
    """Stands for the names that the call of `getattr` or `setattr` computes."""
    match point.node:
        case ast.Call(args=[_, name, *_]):
            constants = [part.value for part in ast.walk(name) if isinstance(part, ast.Constant)]
            return f"{COMPUTED}{constants})"
    return COMPUTED


def _getattr(point: Point, arguments: Arguments) -> Value:
    if len(arguments.positional) < 2:
        return UNKNOWN
    name = known(arguments.positional[1])
    if not isinstance(name, str):
        owner = arguments.positional[0]
        held = owner.attributes.get(_computed_name(point)) if isinstance(owner, Instance) else None
        return UNKNOWN if held is None else join_all([held, UNKNOWN])
    found = point.attribute(arguments.positional[0], name)
    return join_all([found, *arguments.positional[2:]])


def _setattr(point: Point, arguments: Arguments) -> Value:
    if len(arguments.positional) == 3:
        owner, name_value, value = arguments.positional
        name = known(name_value)
        if isinstance(name, str):
            set_attribute(point, owner, name, value)
        elif isinstance(owner, Instance):
            for attribute in list(owner.attributes):
                if not attribute.startswith(COMPUTED):
                    set_attribute(point, owner, attribute, UNKNOWN)
            forget_any_other(point.tracer, owner)
            set_attribute(point, owner, _computed_name(point), value)
    return NONE


def _new_object(point: Point, arguments: Arguments) -> Value:
    """`cls.__new__(cls)`: an object without attributes, which the program sets one by one."""
    cls = arguments.first
    if not isinstance(cls, Class) or cls.container or cls.is_variable or cls.is_named_tuple:
        return UNKNOWN
    return Instance(cls, number=point.tracer.new_number())


def _super(point: Point, arguments: Arguments) -> Value:
    if len(arguments.positional) == 2 and isinstance(arguments.positional[0], Class):
        return Super(arguments.positional[0], arguments.positional[1])
    instance = next(iter(point.frame.variables.values()), UNKNOWN)
    if point.frame.owner is not None and isinstance(instance, (Instance, Class)):
        return Super(point.frame.owner, instance)
    return UNKNOWN


def _vars(point: Point, arguments: Arguments) -> Value:
    return point.attribute(arguments.first, "__dict__")


def _wraps(_point: Point, _arguments: Arguments) -> Value:
    # A decorator that returns what it decorates, as `cast` does with its second argument.
    return Partial(External("typing.cast"), (UNKNOWN,))


def _replace(point: Point, arguments: Arguments) -> Value:
    return replaced(point, arguments.first, arguments)


def _identity(_point: Point, arguments: Arguments) -> Value:
    return arguments.first


def _named_tuple(point: Point, arguments: Arguments) -> Value:
    return named_tuple_class(arguments, point.frame)


def _bound_method(_point: Point, arguments: Arguments) -> Value:
    if len(arguments.positional) == 2:
        return Method(arguments.positional[0], arguments.positional[1])
    return UNKNOWN


def _static_method(_point: Point, arguments: Arguments) -> Value:
    return StaticMethod(arguments.first)


def _class_method(_point: Point, arguments: Arguments) -> Value:
    return StaticMethod(arguments.first, of_class=True)


def _property(_point: Point, arguments: Arguments) -> Value:
    given = arguments.bind(("fget", "fset"))
    setter = given.get("fset", NONE)
    return Property(given.get("fget", UNKNOWN), None if is_none(setter) else setter)


_HANDLERS: dict[str, _Handler] = {
    "staticmethod": _static_method,
    "classmethod": _class_method,
    "property": _property,
    "functools.cached_property": _property,
    "functools.partial": _partial,
    "functools.wraps": _wraps,
    "types.MethodType": _bound_method,
    "types.SimpleNamespace": namespace,
    "importlib.import_module": import_module,
    "dataclasses.replace": _replace,
    "collections.namedtuple": _named_tuple,
    "typing.cast": lambda _, arguments: (arguments.positional or (UNKNOWN,))[-1],
    "typing.TypeVar": lambda _, arguments: arguments.keyword("bound") or UNKNOWN,
    **dict.fromkeys(NAMED_TUPLES, _named_tuple),
    **QUESTIONS,
    **TOOLS,
    **ITERABLES,
    "len": _length,
    "collections.deque": _as_sequence(mutable=True),
    "list": _as_sequence(mutable=True),
    "tuple": _as_sequence(mutable=False),
    "iter": _identity,
    "sorted": _reordered,
    "set": _reordered,
    "frozenset": _reordered,
    "reversed": _reversed,
    "dict": _dict,
    "collections.OrderedDict": _dict,
    "collections.defaultdict": _defaultdict,
    "slice": _slice,
    "max": _extreme("max"),
    "min": _extreme("min"),
    "sum": _sum,
    "abs": _absolute,
    "divmod": _divmod,
    "round": _round,
    "getattr": _getattr,
    "setattr": _setattr,
    "object.__setattr__": _setattr,
    "object.__new__": _new_object,
    "super": _super,
    "vars": _vars,
}
#: Those of libraries, by what their rows say that they give.
_BY_RESULT: dict[Gives | None, _Handler] = {
    **LIBRARY_QUESTIONS,
    **SPLITTING,
    Gives.CHAIN: chain,
    Gives.MODEL_MAKER: maker,
    Gives.MODEL_AND_STATE: made,
    Gives.RESTORED: restored,
}
