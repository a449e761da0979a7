"""What one expression was, in one way in which the program reached it: for whoever debugs a verdict."""

import ast
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from jaxslice_lint.facts.status import Step
from jaxslice_lint.source.text import Span

#: Whether an expression of a file is watched.
Watch: TypeAlias = Callable[[Path, ast.expr], bool]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The `value`, in words, of the expression `text` at `span`.

    `function`: the function that it stands in, called from `called`. `path`: how that came into a trace. `entry`:
    nobody was seen to call it so, but others may. `run`: a number for each run of the function.
    """

    file: Path
    span: Span
    text: str
    value: str
    function: str
    called: str
    path: tuple[Step, ...]
    entry: bool
    run: int
