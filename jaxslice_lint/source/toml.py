"""TOML, whoever wrote it."""

import re
import sys
from typing import Any

#: The most parts of a key `a.b.c`: for each, Python's reader walks through all tables above it.
_MOST_PARTS = 64
_TOKEN = re.compile(
    r"""(?P<part>[\w-]+|"(?:[^"\\\n]|\\.)*"?|'[^'\n]*'?)|(?P<dot>\.)|(?P<space>[ \t]+)|.""",
    re.DOTALL,
)


class TomlError(Exception):
    """What is no TOML, or too much of it; the message is the reason."""


def parse_toml(text: str | bytes) -> dict[str, Any]:
    """The table that `text` is. Raises `TomlError`."""
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    try:
        decoded = text if isinstance(text, str) else text.decode()
    except UnicodeDecodeError:
        raise TomlError("not valid utf-8") from None
    if _longest_key(decoded) > _MOST_PARTS:
        raise TomlError(f"a key of more than {_MOST_PARTS} parts")
    try:
        return tomllib.loads(decoded)
    except tomllib.TOMLDecodeError as error:
        raise TomlError(f"not valid TOML: {error}") from error
    except (RecursionError, MemoryError):
        raise TomlError("nested too deeply") from None
    except ValueError as error:  # Python reads no number of more than 4,300 digits
        raise TomlError(f"a number that cannot be read: {error}") from error


def _longest_key(text: str) -> int:
    """How many parts the longest key has, or what looks like one."""
    if text.count(".") < _MOST_PARTS:
        return 0
    longest = parts = 0
    for token in _TOKEN.finditer(text):
        if token["dot"]:
            parts += 1
            longest = max(longest, parts)
        elif not (token["part"] or token["space"]):
            parts = 0
    return longest
