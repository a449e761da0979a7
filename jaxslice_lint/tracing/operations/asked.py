"""Which of its arguments a function, a method or a format asks for."""

import re
from collections.abc import Iterable, Iterator
from string import Formatter

from jaxslice_lint.jax_model import demands
from jaxslice_lint.tracing.domain.arguments import Arguments
from jaxslice_lint.tracing.domain.protocol import Tracer
from jaxslice_lint.tracing.domain.values import Sequence, Value, known
from jaxslice_lint.tracing.operations.iteration import items_of

_CONVERSION = re.compile(r"%[-+ #0]*\d*(?:\.\d+)?([a-zA-Z%])")


def asked(tracer: Tracer, path: str, arguments: Arguments) -> tuple[Value, ...]:
    """What the function at a dotted path asks for."""
    if path in demands.ASKING_ALL_ARGUMENTS:
        return arguments.positional
    if path in demands.ASKING_FIRST_ITEM:
        return (items_of(tracer, arguments.first) or ())[:1]
    if path in demands.ASKING_ALL_ITEMS and not arguments.keywords:
        items = items_of(tracer, arguments.first) or ()
        return items if len(items) > 1 or path != "sorted" else ()
    if path == "format" and len(arguments.positional) == 2:
        text = known(arguments.positional[1])
        return arguments.positional[:1] if isinstance(text, str) and text else ()
    which = demands.ASKED_ARGUMENTS.get(path)
    if path in demands.ASKING_ALONE and len(arguments.all()) == 1:
        which = (0,)
    return _chosen(which, arguments)


def asked_by_method(name: str, arguments: Arguments) -> tuple[Value, ...]:
    """What a method of an array asks for."""
    return _chosen(demands.ASKED_BY_METHODS.get(name), arguments)


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


def _chosen(which: Iterable[int | str] | None, arguments: Arguments) -> tuple[Value, ...]:
    if which is None:
        return ()
    given = (arguments.at(one) if isinstance(one, int) else arguments.keyword(one) for one in which)
    return tuple(leaf for value in given if value is not None for leaf in _leaves(value))


def _leaves(value: Value) -> Iterator[Value]:
    """What a sequence holds, also in sequences in it."""
    if isinstance(value, Sequence):
        for item in value.items:
            yield from _leaves(item)
    else:
        yield value
