"""Calls that make iterables or go through them: `range`, `zip`, `map`, `itertools`."""

import ast
import itertools
from collections.abc import Callable

from jaxslice_lint.facts.status import Status
from jaxslice_lint.tracing.domain.data import UNKNOWN, constant, unknown
from jaxslice_lint.tracing.domain.frames import Arguments, Frame, need_value
from jaxslice_lint.tracing.domain.joins import is_traced, join_all
from jaxslice_lint.tracing.domain.protocol import Tracer
from jaxslice_lint.tracing.domain.signs import sign_of
from jaxslice_lint.tracing.domain.symbolic import integer
from jaxslice_lint.tracing.domain.values import Many, Sequence, Value, known
from jaxslice_lint.tracing.operations.iteration import (
    element_of,
    enumerated,
    items_of,
    static_integer,
    zipped,
)

_Handler = Callable[[Tracer, Arguments, Frame, ast.AST], Value]


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
    value = enumerated(tracer, arguments.first, frame, node)
    if start and isinstance(value, Sequence):
        rows = [element_of(tracer, arguments.first, frame, node)]
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
    items = items_of(tracer, arguments.first)
    if items is None:
        return Many(UNKNOWN)
    return Sequence(tuple(Sequence(pair) for pair in itertools.pairwise(items)))


def _next(tracer: Tracer, arguments: Arguments, frame: Frame, node: ast.AST) -> Value:
    return element_of(tracer, arguments.first, frame, node)


ITERABLES: dict[str, _Handler] = {
    "range": _range,
    "itertools.count": _count,
    "enumerate": _enumerate,
    "zip": _zip,
    "map": _map,
    "itertools.starmap": _starmap,
    "filter": _filter,
    "functools.reduce": _reduce,
    "itertools.product": _product,
    "itertools.chain": _chain,
    "itertools.pairwise": _pairwise,
    "next": _next,
}
