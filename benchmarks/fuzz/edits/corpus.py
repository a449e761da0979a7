"""The programs that are mutated: those of `fixtures/` and `examples/`, alone or parts of several in one file."""

import ast
from functools import cache
from pathlib import Path

from fuzz.dice import Dice

_ROOT = Path(__file__).resolve().parents[3]


@cache
def programs() -> tuple[str, ...]:
    """The texts of all programs, in the order of their paths."""
    folders = (_ROOT / "fixtures", _ROOT / "examples")
    paths = [path for folder in folders for path in sorted(folder.rglob("*.py"))]
    return tuple(path.read_text(encoding="utf-8") for path in paths)


def drawn(dice: Dice) -> str:
    """One program, or some of the statements of several."""
    if dice.chance(0.6):
        return dice.choice(programs())
    parts = [_part(dice, text) for text in dice.some(programs(), 2, 4)]
    return "\n\n".join(parts)


def _part(dice: Dice, text: str) -> str:
    """The imports of a program, and some of its other statements."""
    lines = text.splitlines()
    chosen: list[str] = []
    for statement in ast.parse(text).body:
        is_import = isinstance(statement, ast.Import | ast.ImportFrom)
        if is_import or dice.chance(0.5):
            decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
            first = min([statement.lineno, *(one.lineno for one in decorators)])
            chosen += lines[first - 1 : statement.end_lineno]
    return "\n".join(chosen) + "\n"
