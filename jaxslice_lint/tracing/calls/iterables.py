"""Calls that make iterables or go through them: `range`, `zip`, `map`, `itertools`."""

import itertools
from collections.abc import Callable

from jaxslice_lint.facts.status import Status
from jaxslice_lint.tracing.domain.arguments import Arguments
from jaxslice_lint.tracing.domain.data import UNKNOWN, constant, unknown
from jaxslice_lint.tracing.domain.frames import need_value
from jaxslice_lint.tracing.domain.joins import is_traced, join_all
from jaxslice_lint.tracing.domain.points import Point
from jaxslice_lint.tracing.domain.polynomials import integer
from jaxslice_lint.tracing.domain.signs import sign_of
from jaxslice_lint.tracing.domain.values import Many, Sequence, Value, known
from jaxslice_lint.tracing.operations.iteration import (
    element_of,
    enumerated,
    items_of,
    static_integer,
    zipped,
)

_Handler = Callable[[Point, Arguments], Value]


def _range(point: Point, arguments: Arguments) -> Value:
    constants = [known(value) for value in arguments.positional]
    numbers = [value for value in constants if isinstance(value, int)]
    if numbers and len(numbers) == len(constants) and numbers[2:] != [0]:
        counters = range(*numbers[:3])
        if 0 < len(counters) <= 4:
            return Sequence(tuple(constant(i, integer(i)) for i in counters))
    if any(is_traced(value) for value in arguments.all()):
        need_value(point.frame)
        return Many(unknown("`range` of a tracer raises"))
    # Of two bounds the first is the start; a step may be negative.
    given = arguments.positional
    start = given[0] if len(given) == 2 else None if len(given) == 3 else constant(0, integer(0))
    sign = sign_of(point.tracer.atoms, start)
    return Many(static_integer(point, "a Python loop counter", sign=sign))


def _count(point: Point, _arguments: Arguments) -> Value:
    return Many(static_integer(point, "a Python loop counter"))


def _enumerate(point: Point, arguments: Arguments) -> Value:
    start = arguments.get(1, "start")
    value = enumerated(point, arguments.first)
    if start is not None and isinstance(value, Sequence):
        rows = [element_of(point, arguments.first)]
        return Many(Sequence((static_integer(point, "a loop counter"), *rows)))
    return value


def _zip(point: Point, arguments: Arguments) -> Value:
    if arguments.rest is not None:
        return Many(UNKNOWN)
    return zipped(point, arguments.positional)


def _map(point: Point, arguments: Arguments) -> Value:
    if len(arguments.positional) < 2:
        return Many(UNKNOWN)
    function, *iterables = arguments.positional
    if len(iterables) == 1:
        items = items_of(point.tracer, iterables[0])
        if items is not None and len(items) <= 4:
            results = [point.call(function, Arguments((item,))) for item in items]
            return Sequence(tuple(results))
    elements = tuple(element_of(point, one) for one in iterables)
    return Many(point.call(function, Arguments(elements)))


def _starmap(point: Point, arguments: Arguments) -> Value:
    if len(arguments.positional) != 2:
        return Many(UNKNOWN)
    function, iterable = arguments.positional
    passed = items_of(point.tracer, element_of(point, iterable))
    called = Arguments(open=True) if passed is None else Arguments(passed)
    return Many(point.call(function, called))


def _filter(point: Point, arguments: Arguments) -> Value:
    if len(arguments.positional) != 2:
        return Many(UNKNOWN)
    element = element_of(point, arguments.positional[1])
    point.call(arguments.positional[0], Arguments((element,)))
    return Many(element)


def _reduce(point: Point, arguments: Arguments) -> Value:
    if len(arguments.positional) < 2:
        return UNKNOWN
    function, iterable, *initial = arguments.positional
    items = items_of(point.tracer, iterable)
    items = None if items is None else (*initial, *items)
    if items is not None and 0 < len(items) <= 8:
        result = items[0]
        for item in items[1:]:
            result = point.call(function, Arguments((result, item)))
        return result
    element = element_of(point, iterable)
    start = initial[0] if initial else element
    once = point.call(function, Arguments((start, element)))
    again = point.call(function, Arguments((once, element)))
    return join_all([start, again], point.fresh(Status.UNKNOWN))


def _product(point: Point, arguments: Arguments) -> Value:
    parts = tuple(element_of(point, one) for one in arguments.positional)
    return Many(Sequence(parts))


def _chain(point: Point, arguments: Arguments) -> Value:
    columns = [items_of(point.tracer, value) for value in arguments.positional]
    known_items = [item for column in columns if column is not None for item in column]
    if arguments.rest is None and None not in columns:
        return Sequence(tuple(known_items))
    return Many(join_all([element_of(point, one) for one in arguments.all()]))


def _pairwise(point: Point, arguments: Arguments) -> Value:
    items = items_of(point.tracer, arguments.first)
    if items is None:
        return Many(UNKNOWN)
    return Sequence(tuple(Sequence(pair) for pair in itertools.pairwise(items)))


def _next(point: Point, arguments: Arguments) -> Value:
    return element_of(point, arguments.first)


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
