"""Where the analysis failed, or went no further."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Crash:
    """In the `function` at `line` of a file, empty and 1 for the module; `detail`: the traceback, or the reason."""

    path: Path
    function: str
    line: int
    detail: str
