"""Pieces of programs, which are kept as text in `pieces/`: what to write more of when the fuzzer should know more."""

from dataclasses import dataclass
from pathlib import Path

_FOLDER = Path(__file__).parent / "pieces"
_BETWEEN = "\n---\n"


@dataclass(frozen=True, slots=True)
class Template:
    """Statements, maybe none, and an expression that shows what they do."""

    statements: str
    expression: str

    @property
    def lines(self) -> tuple[str, ...]:
        """The statements line by line."""
        return tuple(self.statements.split("\n")) if self.statements else ()

    @property
    def title(self) -> str:
        """One line that tells it from others."""
        return f"{self.statements.partition(chr(10))[0]} => {self.expression}"[:70].strip()


def templates(name: str) -> tuple[Template, ...]:
    """Statements, and behind `=>` the expression; `---` stands between two of them."""
    found = []
    for part in functions(name):
        statements, _, expression = part.rpartition("=> ")
        found.append(Template(statements.strip("\n"), expression))
    return tuple(found)


def functions(name: str) -> tuple[str, ...]:
    """Definitions, with `---` between two of them."""
    return tuple(part.strip("\n") for part in _text(name).split(_BETWEEN))


def expressions(name: str) -> tuple[str, ...]:
    """One expression on each line."""
    return tuple(_text(name).splitlines())


def _text(name: str) -> str:
    return (_FOLDER / f"{name}.txt").read_text(encoding="utf-8").strip("\n")
