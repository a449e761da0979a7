"""Which parameters of a transformed function stay static, by the options that it was given."""

from dataclasses import dataclass

from jaxslice_lint.tracing.signatures import Parameters
from jaxslice_lint.tracing.values import NO_CONSTANT, Value, Wrapped, is_none, known


@dataclass(frozen=True, slots=True)
class StaticParameters:
    """Which arguments of a transformed function stay static."""

    positions: frozenset[int]
    names: frozenset[str]


def static_parameters(
    wrapped: Wrapped, parameters: Parameters, passed: int
) -> StaticParameters | None:
    """The static parameters by position and by name, or None where the options can't be read."""
    options = dict(wrapped.options)
    if "**" in options:
        return None
    positions: set[int] = set()
    names: set[str] = set()
    count = max(len(parameters.positional), passed)
    for option in wrapped.wrapper.static_nums:
        numbers = constants(options.get(option))
        if numbers is None:
            return None
        positions |= {n if n >= 0 else n + count for n in numbers if isinstance(n, int)}
    for option in wrapped.wrapper.static_names:
        strings = constants(options.get(option))
        if strings is None:
            return None
        names |= {name for name in strings if isinstance(name, str)}
    listed = parameters.positional
    names |= {listed[position] for position in positions if 0 <= position < len(listed)}
    positions |= {listed.index(name) for name in names if name in listed}
    return StaticParameters(frozenset(positions), frozenset(names))


def constants(value: Value | None) -> tuple[object, ...] | None:
    """The constants in an option that takes one or several; none if the option is not given."""
    if value is None or is_none(value):
        return ()
    given = known(value)
    if given is NO_CONSTANT:
        return None
    return given if isinstance(given, tuple) else (given,)
