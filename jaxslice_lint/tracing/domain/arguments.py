"""What a call passes, and how that is found by the parameters that it is for."""

from collections.abc import Iterable

from jaxslice_lint.source.immutable import immutable
from jaxslice_lint.tracing.domain.data import UNKNOWN
from jaxslice_lint.tracing.domain.values import Value


@immutable
class Arguments:
    """What a call passes. `rest`: an element of a starred argument of unknown length; `open`: `**` of unknown names."""

    positional: tuple[Value, ...] = ()
    keywords: tuple[tuple[str, Value], ...] = ()
    rest: Value | None = None
    open: bool = False

    @property
    def first(self) -> Value:
        """The first positional one."""
        return self.positional[0] if self.positional else UNKNOWN

    def at(self, position: int) -> Value | None:
        """The positional one at `position`."""
        return self.positional[position] if position < len(self.positional) else None

    def keyword(self, name: str) -> Value | None:
        """The value passed by keyword `name`."""
        return next((value for key, value in self.keywords if key == name), None)

    def get(self, position: int, *names: str) -> Value | None:
        """What is passed to one parameter: the one at `position`, or of one of `names`."""
        named = (self.keyword(name) for name in names)
        return next((value for value in named if value is not None), self.at(position))

    def bind(self, names: Iterable[str]) -> dict[str, Value]:
        """What is passed to parameters of these names, in order, and by keyword to any others."""
        return {**dict(zip(names, self.positional, strict=False)), **dict(self.keywords)}

    def all(self) -> tuple[Value, ...]:
        """Every value passed."""
        rest = () if self.rest is None else (self.rest,)
        return (*self.positional, *(value for _, value in self.keywords), *rest)

    def prepend(self, *values: Value) -> "Arguments":
        """The arguments with more positional ones before them."""
        return Arguments((*values, *self.positional), self.keywords, self.rest, self.open)
