"""How long it took to trace something."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Spent:
    """The `seconds` for tracing what a function does when it is run as others would run it, with all that it calls; a
    module under its name and line 1. `expressions` is the number of those that were evaluated."""

    path: Path
    function: str
    line: int
    seconds: float
    expressions: int
