"""Calls of functions outside the analysed code: Python's own here, JAX's and NumPy's by the tables of `jax_model`."""

import ast
import itertools
from collections.abc import Callable, Hashable
from dataclasses import replace

from jaxslice_lint.jax_model.classes import FIELD_SPECIFIERS, NAMED_TUPLES
from jaxslice_lint.jax_model.functions import WINDOW_FUNCTIONS
from jaxslice_lint.jax_model.lookup import canonical
from jaxslice_lint.tracing.arithmetic import apply
from jaxslice_lint.tracing.demands import FOR_BOOL, demanded
from jaxslice_lint.tracing.frames import Arguments, Frame, need_value
from jaxslice_lint.tracing.imports import import_module
from jaxslice_lint.tracing.iteration import (
    element_of,
    enumerated,
    extent,
    items_of,
    static_integer,
    zipped,
)
from jaxslice_lint.tracing.jax_calls import call_by_tables
from jaxslice_lint.tracing.joins import is_traced, join_all
from jaxslice_lint.tracing.objects import named_tuple_class, replaced
from jaxslice_lint.tracing.protocol import Tracer
from jaxslice_lint.tracing.questions import QUESTIONS
from jaxslice_lint.tracing.registrations import change_class, changes_classes, specifier
from jaxslice_lint.tracing.signs import sign_of
from jaxslice_lint.tracing.site import Sign, Status
from jaxslice_lint.tracing.symbolic import integer
from jaxslice_lint.tracing.targets import set_attribute
from jaxslice_lint.tracing.tools import TOOLS
from jaxslice_lint.tracing.values import (
    NO_CONSTANT,
    NONE,
    UNKNOWN,
    Class,
    Data,
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
    constant,
    is_none,
    known,
    unknown,
)
from jaxslice_lint.tracing.window_calls import look_at_window_call

_Handler = Callable[[Tracer, Arguments, Frame, ast.AST], Value]


def call_external(
    tracer: Tracer, path: str, arguments: Arguments, frame: Frame, node: ast.AST
) -> Value:
    """The result of the function at a dotted path."""
    path = canonical(path)
    if changes_classes(path):
        return change_class(path, arguments)
    if path in FIELD_SPECIFIERS:
        return specifier(path, arguments)
    if path in WINDOW_FUNCTIONS:
        look_at_window_call(tracer, path, arguments, frame, node)
    handler = _HANDLERS.get(path)
    if handler is not None:
        return handler(tracer, arguments, frame, node)
    return call_by_tables(tracer, path, arguments, frame, node)


def _first(arguments: Arguments) -> Value:
    return arguments.positional[0] if arguments.positional else UNKNOWN


def _partial(_tracer: Tracer, arguments: Arguments, _frame: Frame, _node: ast.AST) -> Value:
    if not arguments.positional or arguments.open or arguments.rest is not None:
        return UNKNOWN
    return Partial(arguments.positional[0], arguments.positional[1:], arguments.keywords)


def _length(tracer: Tracer, arguments: Arguments, frame: Frame, node: ast.AST) -> Value:
    value = _first(arguments)
    match value:
        case Sequence(items=items):
            if not value.mutable:
                return constant(len(items), integer(len(items)))
        case Data(shape_of=shape_of) if shape_of is not None:
            return extent(tracer, shape_of, 0)
        case Shape(ndim=ndim) if ndim is not None:
            return constant(ndim, integer(ndim))
    return static_integer(tracer, frame, node, "a length is static", sign=Sign.NON_NEGATIVE)


def _range(tracer: Tracer, arguments: Arguments, frame: Frame, node: ast.AST) -> Value:
    constants = [known(value) for value in arguments.positional]
    numbers = [value for value in constants if isinstance(value, int)]
    if numbers and len(numbers) == len(constants) and numbers[2:] != [0]:
        counters = range(*numbers[:3])
        if 0 < len(counters) <= 4:
            return Sequence(tuple(constant(i, integer(i)) for i in counters))
    if any(is_traced(value) for value in arguments.all()):
        need_value(frame)
        return Many(unknown("`range` of a tracer raises"))
    # Of two bounds the first is the start; a step may be negative.
    given = arguments.positional
    start = given[0] if len(given) == 2 else None if len(given) == 3 else constant(0, integer(0))
    sign = sign_of(tracer.atoms, start)
    return Many(static_integer(tracer, frame, node, "a Python loop counter", sign=sign))


def _count(tracer: Tracer, _arguments: Arguments, frame: Frame, node: ast.AST) -> Value:
    return Many(static_integer(tracer, frame, node, "a Python loop counter"))


def _enumerate(tracer: Tracer, arguments: Arguments, frame: Frame, node: ast.AST) -> Value:
    start = arguments.positional[1:] or arguments.keyword("start")
    value = enumerated(tracer, _first(arguments), frame, node)
    if start and isinstance(value, Sequence):
        rows = [element_of(tracer, _first(arguments), frame, node)]
        return Many(Sequence((static_integer(tracer, frame, node, "a loop counter"), *rows)))
    return value


def _zip(tracer: Tracer, arguments: Arguments, frame: Frame, node: ast.AST) -> Value:
    if arguments.rest is not None:
        return Many(UNKNOWN)
    return zipped(tracer, arguments.positional, frame, node)


def _map(tracer: Tracer, arguments: Arguments, frame: Frame, node: ast.AST) -> Value:
    if len(arguments.positional) < 2:
        return Many(UNKNOWN)
    function, *iterables = arguments.positional
    if len(iterables) == 1:
        items = items_of(tracer, iterables[0])
        if items is not None and len(items) <= 4:
            results = [tracer.call(function, Arguments((item,)), frame, node) for item in items]
            return Sequence(tuple(results))
    elements = tuple(element_of(tracer, one, frame, node) for one in iterables)
    return Many(tracer.call(function, Arguments(elements), frame, node))


def _starmap(tracer: Tracer, arguments: Arguments, frame: Frame, node: ast.AST) -> Value:
    if len(arguments.positional) != 2:
        return Many(UNKNOWN)
    function, iterable = arguments.positional
    passed = items_of(tracer, element_of(tracer, iterable, frame, node))
    called = Arguments(open=True) if passed is None else Arguments(passed)
    return Many(tracer.call(function, called, frame, node))


def _filter(tracer: Tracer, arguments: Arguments, frame: Frame, node: ast.AST) -> Value:
    if len(arguments.positional) != 2:
        return Many(UNKNOWN)
    element = element_of(tracer, arguments.positional[1], frame, node)
    tracer.call(arguments.positional[0], Arguments((element,)), frame, node)
    return Many(element)


def _reduce(tracer: Tracer, arguments: Arguments, frame: Frame, node: ast.AST) -> Value:
    if len(arguments.positional) < 2:
        return UNKNOWN
    function, iterable, *initial = arguments.positional
    items = items_of(tracer, iterable)
    items = None if items is None else (*initial, *items)
    if items is not None and 0 < len(items) <= 8:
        result = items[0]
        for item in items[1:]:
            result = tracer.call(function, Arguments((result, item)), frame, node)
        return result
    element = element_of(tracer, iterable, frame, node)
    start = initial[0] if initial else element
    once = tracer.call(function, Arguments((start, element)), frame, node)
    again = tracer.call(function, Arguments((once, element)), frame, node)
    return join_all([start, again], tracer.fresh(frame, node, Status.UNKNOWN))


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
    return Many(element_of(tracer, _first(arguments), frame, node))


def _reversed(tracer: Tracer, arguments: Arguments, frame: Frame, node: ast.AST) -> Value:
    items = items_of(tracer, _first(arguments))
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
    return replace(made, factory=_first(arguments)) if isinstance(made, Mapping) else made


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
            return element_of(tracer, values[0], frame, node)
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
    value = _first(arguments)
    items = items_of(tracer, value)
    if items is None:
        element = element_of(tracer, value, frame, node)
        return apply(tracer, "sum", element, constant(0, integer(0)), frame, node)
    result: Value = constant(0, integer(0))
    for item in items:
        result = apply(tracer, "+", result, item, frame, node)
    return result


def _absolute(tracer: Tracer, arguments: Arguments, frame: Frame, node: ast.AST) -> Value:
    return apply(tracer, "abs", _first(arguments), constant(0, integer(0)), frame, node)


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
    return tracer.attribute(_first(arguments), "__dict__", frame, node)


def _wraps(_tracer: Tracer, _arguments: Arguments, _frame: Frame, _node: ast.AST) -> Value:
    # A decorator that returns what it decorates, as `cast` does with its second argument.
    return Partial(External("typing.cast"), (UNKNOWN,))


def _replace(tracer: Tracer, arguments: Arguments, frame: Frame, node: ast.AST) -> Value:
    return replaced(tracer, _first(arguments), arguments, frame, node)


def _next(tracer: Tracer, arguments: Arguments, frame: Frame, node: ast.AST) -> Value:
    return element_of(tracer, _first(arguments), frame, node)


def _product(tracer: Tracer, arguments: Arguments, frame: Frame, node: ast.AST) -> Value:
    parts = tuple(element_of(tracer, one, frame, node) for one in arguments.positional)
    return Many(Sequence(parts))


def _chain(tracer: Tracer, arguments: Arguments, frame: Frame, node: ast.AST) -> Value:
    columns = [items_of(tracer, value) for value in arguments.positional]
    known_items = [item for column in columns if column is not None for item in column]
    if arguments.rest is None and None not in columns:
        return Sequence(tuple(known_items))
    return Many(join_all([element_of(tracer, one, frame, node) for one in arguments.all()]))


def _pairwise(tracer: Tracer, arguments: Arguments, _frame: Frame, _node: ast.AST) -> Value:
    items = items_of(tracer, _first(arguments))
    if items is None:
        return Many(UNKNOWN)
    return Sequence(tuple(Sequence(pair) for pair in itertools.pairwise(items)))


def _identity(_tracer: Tracer, arguments: Arguments, _frame: Frame, _node: ast.AST) -> Value:
    return _first(arguments)


def _named_tuple(_tracer: Tracer, arguments: Arguments, frame: Frame, _node: ast.AST) -> Value:
    return named_tuple_class(arguments, frame)


def _bound_method(_tracer: Tracer, arguments: Arguments, _frame: Frame, _node: ast.AST) -> Value:
    if len(arguments.positional) == 2:
        return Method(arguments.positional[0], arguments.positional[1])
    return UNKNOWN


def _static_method(_tracer: Tracer, arguments: Arguments, _frame: Frame, _node: ast.AST) -> Value:
    return Static(_first(arguments))


def _class_method(_tracer: Tracer, arguments: Arguments, _frame: Frame, _node: ast.AST) -> Value:
    return Static(_first(arguments), of_class=True)


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
    "jax.tree_util.Partial": _partial,
    "functools.reduce": _reduce,
    "functools.wraps": _wraps,
    "types.MethodType": _bound_method,
    "importlib.import_module": import_module,
    "dataclasses.replace": _replace,
    "itertools.product": _product,
    "itertools.chain": _chain,
    "itertools.pairwise": _pairwise,
    "itertools.count": _count,
    "collections.namedtuple": _named_tuple,
    "typing.cast": lambda _t, arguments, _f, _n: (arguments.positional or (UNKNOWN,))[-1],
    **dict.fromkeys(NAMED_TUPLES, _named_tuple),
    **QUESTIONS,
    **TOOLS,
    "len": _length,
    "range": _range,
    "enumerate": _enumerate,
    "zip": _zip,
    "map": _map,
    "itertools.starmap": _starmap,
    "filter": _filter,
    "collections.deque": _as_sequence(mutable=True),
    "flax.nnx.List": _as_sequence(mutable=True),
    "list": _as_sequence(mutable=True),
    "tuple": _as_sequence(mutable=False),
    "flax.nnx.data": _identity,
    "iter": _identity,
    "next": _next,
    "sorted": _reordered,
    "set": _reordered,
    "frozenset": _reordered,
    "reversed": _reversed,
    "dict": _dict,
    "flax.nnx.Dict": _dict,
    "collections.OrderedDict": _dict,
    "collections.defaultdict": _defaultdict,
    "slice": _slice,
    "max": _extreme("max"),
    "min": _extreme("min"),
    "sum": _sum,
    "abs": _absolute,
    "divmod": _divmod,
    "getattr": _getattr,
    "setattr": _setattr,
    "object.__setattr__": _setattr,
    "super": _super,
    "vars": _vars,
}
