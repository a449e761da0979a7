"""How long the lines of a project may be, by the settings of its formatter."""

import sys
from functools import lru_cache
from pathlib import Path
from typing import Any

#: That of black and ruff where nothing else is said.
LINE_LENGTH = 88


def project_line_length(path: Path) -> int:
    """The `line-length` of ruff or black in the nearest pyproject.toml at or above the file `path`
    that sets it."""
    for folder in path.absolute().parents:
        length = _line_length(folder / "pyproject.toml")
        if length is not None:
            return length
    return LINE_LENGTH


def _line_length(path: Path) -> int | None:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None
    if "line-length" not in text:
        return None
    tools = _tables(text).get("tool")
    for name in ("ruff", "black"):
        table = tools.get(name) if isinstance(tools, dict) else None
        length = table.get("line-length") if isinstance(table, dict) else None
        if isinstance(length, int) and not isinstance(length, bool) and length > 0:
            return length
    return None


@lru_cache(maxsize=16)  # a project has one such file, which every file of it asks for
def _tables(text: str) -> dict[str, Any]:
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return {}
