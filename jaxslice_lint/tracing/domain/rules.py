"""The differentiation rules that a program gives to its functions: `f.defjvp(rule)`, `f.defvjp(forward, backward)`."""

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import TypeAlias

from jaxslice_lint.tracing.domain.values import Value, Wrapped

#: The name of the method that took it, and its arguments.
Rule: TypeAlias = tuple[str, tuple[Value, ...]]


@dataclass(slots=True)
class Rules:
    """The rules of each function under a transform that takes some."""

    _given: dict[Hashable, list[Rule]] = field(default_factory=dict)

    def of(self, wrapped: Wrapped) -> list[Rule]:
        """The rules given to a function, in their order."""
        return self._given.get(wrapped.function, [])

    def add(self, wrapped: Wrapped, name: str, arguments: tuple[Value, ...]) -> None:
        """Note a call of the method `name` of a function."""
        known = self._given.setdefault(wrapped.function, [])
        if (name, arguments) not in known:
            known.append((name, arguments))
