"""TOML, whoever wrote it."""

import sys
from typing import Any


class TomlError(Exception):
    """What is no TOML, or too much of it; the message is the reason."""


def parse_toml(text: str | bytes) -> dict[str, Any]:
    """The table that `text` is. Raises `TomlError`."""
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    try:
        return tomllib.loads(text if isinstance(text, str) else text.decode())
    except UnicodeDecodeError:
        raise TomlError("not valid utf-8") from None
    except tomllib.TOMLDecodeError as error:
        raise TomlError(f"not valid TOML: {error}") from error
    except (RecursionError, MemoryError):
        raise TomlError("nested too deeply") from None
    except ValueError as error:  # Python reads no number of more than 4,300 digits
        raise TomlError(f"a number that cannot be read: {error}") from error
