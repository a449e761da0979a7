"""Which of its arguments a function, a method or a format asks for."""

import re
from collections.abc import Iterator
from string import Formatter

from jaxslice_lint.jax_model.functions.schema import Asked, Asks, Function
from jaxslice_lint.tracing.domain.arguments import Arguments
from jaxslice_lint.tracing.domain.joins import is_traced
from jaxslice_lint.tracing.domain.protocol import Tracer
from jaxslice_lint.tracing.domain.values import Sequence, Value, known
from jaxslice_lint.tracing.operations.iteration import items_of

_CONVERSION = re.compile(r"%[-+ #0]*\d*(?:\.\d+)?([a-zA-Z%])")


def asked(tracer: Tracer, row: Function, arguments: Arguments) -> tuple[Value, ...]:
    """What a function asks for, by its row, apart from what it cannot do without."""
    return (*_without_names(tracer, row.asks, arguments), *_by_name(row, arguments))


def needs_value(row: Function, arguments: Arguments) -> bool:
    """Whether a function cannot do without the value of a tracer."""
    return any(
        is_traced(value)
        for parameter in row.asked
        if parameter.needed and all(arguments.keyword(one) is None for one in parameter.unless)
        for value in _given(parameter, arguments)
    )


def asked_by_percent(text: str, value: Value) -> tuple[Value, ...]:
    """What `text % value` asks for: all that is not written as a string."""
    kinds = [kind for kind in _CONVERSION.findall(text) if kind != "%"]
    values = value.items if isinstance(value, Sequence) and not value.mutable else (value,)
    if text.count("%") - 2 * text.count("%%") != len(kinds) or len(kinds) != len(values):
        return ()
    return tuple(one for kind, one in zip(kinds, values, strict=True) if kind not in "sra")


def asked_by_format(text: str, arguments: Arguments) -> tuple[Value, ...]:
    """What `text.format(*arguments)` asks for: all that has a format of its own."""
    found: list[Value] = []
    try:
        fields = [field for field in Formatter().parse(text) if field[1] is not None]
    except ValueError:
        return ()
    for count, (_, name, spec, conversion) in enumerate(fields):
        key = name or str(count)
        value = arguments.at(int(key)) if key.isdecimal() else arguments.keyword(key)
        if spec and not conversion and value is not None:
            found.append(value)
    return tuple(found)


def _without_names(tracer: Tracer, asks: Asks, arguments: Arguments) -> tuple[Value, ...]:
    """What a function asks for whose row does not name the parameters."""
    match asks:
        case Asks.ALL:
            return arguments.positional
        case Asks.ONLY if len(arguments.all()) == 1:
            return arguments.positional
        case Asks.FIRST_ITEM:
            return (items_of(tracer, arguments.first) or ())[:1]
        case Asks.ITEMS | Asks.SEVERAL_ITEMS if not arguments.keywords:
            items = items_of(tracer, arguments.first) or ()
            return items if len(items) > 1 or asks is Asks.ITEMS else ()
        case Asks.FORMATTED if len(arguments.positional) == 2:
            text = known(arguments.positional[1])
            return arguments.positional[:1] if isinstance(text, str) and text else ()
    return ()


def _by_name(row: Function, arguments: Arguments) -> Iterator[Value]:
    """What is given for the parameters that the row names; of a tuple its items."""
    for parameter in row.asked:
        if not parameter.needed:
            for value in _given(parameter, arguments):
                yield from _leaves(value)


def _given(parameter: Asked, arguments: Arguments) -> Iterator[Value]:
    """What is passed for a parameter, if anything is."""
    position, by_name = parameter.position, arguments.keyword(parameter.name)
    if position is not None and position < len(arguments.positional):
        yield arguments.positional[position]
    elif by_name is not None:
        yield by_name


def _leaves(value: Value) -> Iterator[Value]:
    """What a sequence holds, also in sequences in it."""
    if isinstance(value, Sequence):
        for item in value.items:
            yield from _leaves(item)
    else:
        yield value
