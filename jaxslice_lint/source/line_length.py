"""How long the lines of a project may be, by the settings of its formatter."""

from functools import lru_cache
from pathlib import Path
from typing import Any

from jaxslice_lint.source.disk import FileError, read_setting
from jaxslice_lint.source.paths import absolute
from jaxslice_lint.source.toml import TomlError, parse_toml

#: That of black and ruff where nothing else is said.
LINE_LENGTH = 88


def project_line_length(path: Path) -> int:
    """The `line-length` of ruff or black in the nearest pyproject.toml at or above the file `path`
    that sets it."""
    for folder in absolute(path).parents:
        length = _line_length(folder / "pyproject.toml")
        if length is not None:
            return length
    return LINE_LENGTH


def _line_length(path: Path) -> int | None:
    try:
        data = read_setting(path)
    except FileError:
        return None
    if data is None or b"line-length" not in data:
        return None
    tools = _tables(data).get("tool")
    for name in ("ruff", "black"):
        table = tools.get(name) if isinstance(tools, dict) else None
        length = table.get("line-length") if isinstance(table, dict) else None
        if isinstance(length, int) and not isinstance(length, bool) and length > 0:
            return length
    return None


@lru_cache(maxsize=16)  # a project has one such file, which every file of it asks for
def _tables(data: bytes) -> dict[str, Any]:
    try:
        return parse_toml(data)
    except TomlError:
        return {}
