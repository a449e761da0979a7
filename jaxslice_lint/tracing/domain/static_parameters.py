"""Which parameters of a transformed function stay static, by the options that it was given."""

from dataclasses import dataclass

from jaxslice_lint.tracing.domain.data import NO_CONSTANT
from jaxslice_lint.tracing.domain.signatures import Parameters
from jaxslice_lint.tracing.domain.values import Value, Wrapped, is_none, known


@dataclass(frozen=True, slots=True)
class StaticParameters:
    """Which arguments of a transformed function stay static."""

    positions: frozenset[int]
    names: frozenset[str]

    def with_names(self, names: frozenset[str], parameters: Parameters) -> "StaticParameters":
        """These parameters, and those with `names`."""
        listed = parameters.positional
        positions = {listed.index(name) for name in names if name in listed}
        return StaticParameters(self.positions | positions, self.names | names)


def static_parameters(
    wrapped: Wrapped, parameters: Parameters, passed: int
) -> StaticParameters | None:
    """The static parameters by position and by name, or None where the options can't be read."""
    options = dict(wrapped.options)
    if "**" in options:
        return None
    given: list[object] = [*wrapped.wrapper.static]
    for kind, listed_in in (
        (int, wrapped.wrapper.static_nums),
        (str, wrapped.wrapper.static_names),
    ):
        for option in listed_in:
            found = constants(options.get(option))
            if found is None:
                return None
            given += [one for one in found if isinstance(one, kind)]
    count = max(len(parameters.positional), passed)
    positions = {n if n >= 0 else n + count for n in given if isinstance(n, int)}
    names = {name for name in given if isinstance(name, str)}
    listed = [name for name in parameters.positional if name not in parameters.starred]
    if wrapped.wrapper.hashes and _are_both_given(wrapped):
        # `jit` does not infer one from the other then: a parameter that is named can be traced by position.
        return StaticParameters(frozenset(positions), frozenset(names))
    names |= {listed[position] for position in positions if 0 <= position < len(listed)}
    positions |= {listed.index(name) for name in names if name in listed}
    return StaticParameters(frozenset(positions), frozenset(names))


def _are_both_given(wrapped: Wrapped) -> bool:
    """Whether static parameters are listed by number and by name."""
    row = wrapped.wrapper
    given = {name for name, value in wrapped.options if not is_none(value)}
    return not given.isdisjoint(row.static_nums) and not given.isdisjoint(row.static_names)


def constants(value: Value | None) -> tuple[object, ...] | None:
    """The constants in an option that takes one or several; none if the option is not given."""
    if value is None or is_none(value):
        return ()
    given = known(value)
    if given is NO_CONSTANT:
        return None
    return given if isinstance(given, tuple) else (given,)
