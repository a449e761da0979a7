"""Calls of functions outside the analysed code: Python's own here, JAX's and NumPy's by the tables of `jax_model`."""

import ast
from collections.abc import Callable, Hashable
from dataclasses import replace

from jaxslice_lint.facts.status import Sign
from jaxslice_lint.jax_model.classes import FIELD_SPECIFIERS, NAMED_TUPLES
from jaxslice_lint.jax_model.functions import LIKE_PYTHON, WINDOW_FUNCTIONS
from jaxslice_lint.jax_model.lookup import canonical
from jaxslice_lint.jax_model.names import NUMPY
from jaxslice_lint.tracing.calls.builtins import QUESTIONS
from jaxslice_lint.tracing.calls.iterables import ITERABLES
from jaxslice_lint.tracing.calls.objects import named_tuple_class, namespace, replaced
from jaxslice_lint.tracing.calls.stdlib import TOOLS
from jaxslice_lint.tracing.domain.data import NO_CONSTANT, NONE, UNKNOWN, Data, constant, unknown
from jaxslice_lint.tracing.domain.frames import Arguments, Frame
from jaxslice_lint.tracing.domain.joins import is_traced, join_all
from jaxslice_lint.tracing.domain.protocol import Tracer
from jaxslice_lint.tracing.domain.registrations import change_class, changes_classes, specifier
from jaxslice_lint.tracing.domain.symbolic import integer
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
    Static,
    Super,
    Value,
    is_none,
    known,
)
from jaxslice_lint.tracing.observe.window_calls import look_at_window_call
from jaxslice_lint.tracing.operations.arithmetic import apply
from jaxslice_lint.tracing.operations.asked import asked
from jaxslice_lint.tracing.operations.demands import FOR_BOOL, demand_all, demanded
from jaxslice_lint.tracing.operations.iteration import element_of, extent, items_of, static_integer
from jaxslice_lint.tracing.operations.jax_calls import call_by_tables
from jaxslice_lint.tracing.syntax.imports import import_module
from jaxslice_lint.tracing.syntax.targets import set_attribute

_Handler = Callable[[Tracer, Arguments, Frame, ast.AST], Value]


def call_external(
    tracer: Tracer, path: str, arguments: Arguments, frame: Frame, node: ast.AST
) -> Value:
    """The result of the function at a dotted path."""
    path = canonical(path)
    path = LIKE_PYTHON.get(path, path)
    if changes_classes(path):
        return change_class(path, arguments)
    if path in FIELD_SPECIFIERS:
        return specifier(path, arguments)
    if path in WINDOW_FUNCTIONS:
        look_at_window_call(tracer, path, arguments, frame, node)
    demand_all(asked(tracer, path, arguments), frame)
    handler = _HANDLERS.get(path)
    if handler is not None:
        return handler(tracer, arguments, frame, node)
    return call_by_tables(tracer, path, arguments, frame, node)


def _partial(_tracer: Tracer, arguments: Arguments, _frame: Frame, _node: ast.AST) -> Value:
    if not arguments.positional or arguments.open or arguments.rest is not None:
        return UNKNOWN
    return Partial(arguments.positional[0], arguments.positional[1:], arguments.keywords)


def _length(tracer: Tracer, arguments: Arguments, frame: Frame, node: ast.AST) -> Value:
    value = arguments.first
    match value:
        case Sequence(items=items):
            if not value.mutable:
                return constant(len(items), integer(len(items)))
        case Data(shape_of=shape_of) if shape_of is not None:
            return extent(tracer, shape_of, 0)
        case Shape(ndim=ndim) if ndim is not None:
            return constant(ndim, integer(ndim))
    return static_integer(tracer, frame, node, "a length is static", sign=Sign.NON_NEGATIVE)


def _as_sequence(mutable: bool) -> _Handler:
    def handler(tracer: Tracer, arguments: Arguments, frame: Frame, node: ast.AST) -> Value:
        if not arguments.positional:
            return Sequence((), mutable)
        value = arguments.positional[0]
        items = items_of(tracer, value)
        if items is not None:
            return Sequence(items, mutable)
        return Many(element_of(tracer, value, frame, node))

    return handler


def _reordered(tracer: Tracer, arguments: Arguments, frame: Frame, node: ast.AST) -> Value:
    return Many(element_of(tracer, arguments.first, frame, node))


def _reversed(tracer: Tracer, arguments: Arguments, frame: Frame, node: ast.AST) -> Value:
    items = items_of(tracer, arguments.first)
    return _reordered(tracer, arguments, frame, node) if items is None else Sequence(items[::-1])


def _dict(tracer: Tracer, arguments: Arguments, _frame: Frame, _node: ast.AST) -> Value:
    base = arguments.positional[0] if arguments.positional else Mapping(())
    if not isinstance(base, Mapping):
        base = _of_pairs(tracer, base)
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


def _defaultdict(tracer: Tracer, arguments: Arguments, frame: Frame, node: ast.AST) -> Value:
    rest = replace(arguments, positional=arguments.positional[1:])
    made = _dict(tracer, rest, frame, node)
    return replace(made, factory=arguments.first) if isinstance(made, Mapping) else made


def _slice(_tracer: Tracer, arguments: Arguments, _frame: Frame, node: ast.AST) -> Value:
    values = arguments.positional
    where = node if isinstance(node, ast.Call) else None
    if len(values) == 1:
        return Slice(NONE, values[0], NONE, where)
    if len(values) in (2, 3):
        return Slice(values[0], values[1], values[2] if len(values) == 3 else NONE, where)
    return UNKNOWN


def _extreme(symbol: str) -> _Handler:
    def handler(tracer: Tracer, arguments: Arguments, frame: Frame, node: ast.AST) -> Value:
        values = list(arguments.positional)
        if len(values) == 1:
            items = items_of(tracer, values[0])
            if not items or "key" in dict(arguments.keywords):
                return element_of(tracer, values[0], frame, node)
            values = list(items)
        if not values or arguments.rest is not None or arguments.keyword("key") is not None:
            return unknown("the extreme of unknown values")
        result = values[0]
        for value in values[1:]:
            is_asked = is_traced(result) or is_traced(value)
            result = apply(tracer, symbol, result, value, frame, node)
            if is_asked:
                result = demanded(result, frame, node, f"`{symbol}`", FOR_BOOL)
        return result

    return handler


def _sum(tracer: Tracer, arguments: Arguments, frame: Frame, node: ast.AST) -> Value:
    value = arguments.first
    items = items_of(tracer, value)
    if items is None:
        element = element_of(tracer, value, frame, node)
        return apply(tracer, "sum", element, constant(0, integer(0)), frame, node)
    result: Value = constant(0, integer(0))
    for item in items:
        result = apply(tracer, "+", result, item, frame, node)
    return result


def _absolute(tracer: Tracer, arguments: Arguments, frame: Frame, node: ast.AST) -> Value:
    return apply(tracer, "abs", arguments.first, constant(0, integer(0)), frame, node)


def _round(tracer: Tracer, arguments: Arguments, frame: Frame, node: ast.AST) -> Value:
    """An array rounds itself: a tracer gives a tracer."""
    path = f"{NUMPY}.round" if is_traced(arguments.first) else "round"
    return call_by_tables(tracer, path, arguments, frame, node)


def _divmod(tracer: Tracer, arguments: Arguments, frame: Frame, node: ast.AST) -> Value:
    if len(arguments.positional) != 2:
        return UNKNOWN
    left, right = arguments.positional
    quotient = apply(tracer, "//", left, right, frame, node)
    return Sequence((quotient, apply(tracer, "%", left, right, frame, node)))


def _getattr(tracer: Tracer, arguments: Arguments, frame: Frame, node: ast.AST) -> Value:
    if len(arguments.positional) < 2:
        return UNKNOWN
    name = known(arguments.positional[1])
    if not isinstance(name, str):
        return UNKNOWN
    found = tracer.attribute(arguments.positional[0], name, frame, node)
    return join_all([found, *arguments.positional[2:]])


def _setattr(tracer: Tracer, arguments: Arguments, frame: Frame, node: ast.AST) -> Value:
    if len(arguments.positional) == 3:
        owner, name_value, value = arguments.positional
        name = known(name_value)
        if isinstance(name, str):
            set_attribute(tracer, owner, name, value, frame, node)
        elif isinstance(owner, Instance):
            for attribute in list(owner.attributes):
                set_attribute(tracer, owner, attribute, UNKNOWN, frame, node)
    return NONE


def _super(_tracer: Tracer, arguments: Arguments, frame: Frame, _node: ast.AST) -> Value:
    if len(arguments.positional) == 2 and isinstance(arguments.positional[0], Class):
        return Super(arguments.positional[0], arguments.positional[1])
    instance = next(iter(frame.variables.values()), UNKNOWN)
    if frame.owner is not None and isinstance(instance, (Instance, Class)):
        return Super(frame.owner, instance)
    return UNKNOWN


def _vars(tracer: Tracer, arguments: Arguments, frame: Frame, node: ast.AST) -> Value:
    return tracer.attribute(arguments.first, "__dict__", frame, node)


def _wraps(_tracer: Tracer, _arguments: Arguments, _frame: Frame, _node: ast.AST) -> Value:
    # A decorator that returns what it decorates, as `cast` does with its second argument.
    return Partial(External("typing.cast"), (UNKNOWN,))


def _replace(tracer: Tracer, arguments: Arguments, frame: Frame, node: ast.AST) -> Value:
    return replaced(tracer, arguments.first, arguments, frame, node)


def _identity(_tracer: Tracer, arguments: Arguments, _frame: Frame, _node: ast.AST) -> Value:
    return arguments.first


def _named_tuple(_tracer: Tracer, arguments: Arguments, frame: Frame, _node: ast.AST) -> Value:
    return named_tuple_class(arguments, frame)


def _bound_method(_tracer: Tracer, arguments: Arguments, _frame: Frame, _node: ast.AST) -> Value:
    if len(arguments.positional) == 2:
        return Method(arguments.positional[0], arguments.positional[1])
    return UNKNOWN


def _static_method(_tracer: Tracer, arguments: Arguments, _frame: Frame, _node: ast.AST) -> Value:
    return Static(arguments.first)


def _class_method(_tracer: Tracer, arguments: Arguments, _frame: Frame, _node: ast.AST) -> Value:
    return Static(arguments.first, of_class=True)


def _property(_tracer: Tracer, arguments: Arguments, _frame: Frame, _node: ast.AST) -> Value:
    given = dict(zip(("fget", "fset"), arguments.positional, strict=False))
    given |= dict(arguments.keywords)
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
    "typing.cast": lambda _t, arguments, _f, _n: (arguments.positional or (UNKNOWN,))[-1],
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
    "super": _super,
    "vars": _vars,
}
