"""How much each piece of work takes: pieces that are done within others count for themselves."""

from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter

from jaxslice_lint.facts.spent import Spent


@dataclass(slots=True)
class Spending:
    """What has been spent so far, by file, function and line."""

    _spent: dict[tuple[Path, str, int], tuple[float, int]] = field(default_factory=dict)
    #: When the pieces that are not done yet were begun, and how long pieces within them have taken.
    _begun: list[tuple[float, float]] = field(default_factory=list)

    def begin(self) -> None:
        """Begin a piece of work."""
        self._begun.append((perf_counter(), 0.0))

    def end(self, path: Path, function: str, line: int, expressions: int) -> None:
        """End the piece that was begun last, in which so many expressions were evaluated."""
        begin, within = self._begun.pop()
        whole = perf_counter() - begin
        if self._begun:
            outer, before = self._begun[-1]
            self._begun[-1] = outer, before + whole
        seconds, count = self._spent.get((path, function, line), (0.0, 0))
        self._spent[path, function, line] = seconds + whole - within, count + expressions

    def told(self) -> tuple[Spent, ...]:
        """All that was spent."""
        return tuple(Spent(*place, *much) for place, much in self._spent.items())
