"""The syntax tree of a file, or where and why the running Python cannot parse it."""

import ast
import re
import sys
import warnings
from dataclasses import dataclass

from jaxslice_lint.source.depth import deep_recursion
from jaxslice_lint.source.tables import shorten_tables
from jaxslice_lint.source.text import Source

#: In a shorter file there is no table that takes noticeable time.
_LARGE = 50_000

#: Syntax by the Python version that introduced it, newest first: (version, where to look, pattern).
_NEWER_SYNTAX = (
    ((3, 14), "line", re.compile(r"""(?<![\w"'])(?:t|tr|rt)["']""", re.IGNORECASE)),
    ((3, 14), "line", re.compile(r"^\s*except\*?\s+[\w.]+\s*,\s*[\w., ]+:")),
    ((3, 13), "line", re.compile(r"^\s*(?:(?:async\s+)?def|class|type)\s+\w+\s*\[[^\]]*=")),
    ((3, 12), "line", re.compile(r"^\s*(?:(?:async\s+)?def|class)\s+\w+\s*\[")),
    ((3, 12), "line", re.compile(r"^\s*type\s+\w+\s*(?:\[.*\]\s*)?=")),
    ((3, 12), "message", re.compile(r"^f-string")),
    (
        (3, 12),
        "line",
        re.compile(r"""(?<![\w"'])(?:f|rf|fr)(["'])(?!\1).*\{[^}]*$""", re.IGNORECASE),
    ),
    ((3, 11), "line", re.compile(r"^\s*except\s*\*")),
    ((3, 11), "line", re.compile(r"\[(?:[^\]]*,)?\s*\*\s*\w")),
)
#: As far as a line is looked through: the patterns try all ways.
_LONGEST = 300


@dataclass(frozen=True, slots=True)
class ParseError:
    """Line and column count from 1. The message is a sentence without a full stop.

    `is_newer`: it seems to be the Python that is too old.
    """

    line: int
    column: int
    message: str
    is_newer: bool = False


def parse(source: Source) -> ast.Module | ParseError:
    """The syntax tree of `source`, or why it does not parse."""
    if "\0" in source.text:  # Python does not say where, or raises ValueError before 3.12
        return ParseError(
            *source.location(source.text.index("\0")), "source code cannot contain null bytes"
        )
    try:
        with warnings.catch_warnings(), deep_recursion():
            warnings.simplefilter("ignore")  # invalid escapes are the business of other linters
            tree = ast.parse(source.text)
    except SyntaxError as error:
        line = min(max(error.lineno or 1, 1), len(source.line_starts))
        column = min(max(error.offset or 1, 1), len(source.line(line)) + 1)
        needed = _needed(source.line(line), error.msg)
        return ParseError(line, column, error.msg + needed, bool(needed))
    except ValueError as error:  # lone surrogates
        return ParseError(1, 1, str(error))
    except (RecursionError, MemoryError):
        return ParseError(1, 1, "the code is nested too deeply for Python's parser")
    if len(source.text) > _LARGE:
        shorten_tables(tree)
    return tree


def _needed(line: str, message: str) -> str:
    searched = {"line": line[:_LONGEST], "message": message}
    for version, where, pattern in _NEWER_SYNTAX:
        if version > sys.version_info[:2] and pattern.search(searched[where]):
            running = "{}.{}".format(*sys.version_info)
            needed = "{}.{}".format(*version)
            return (
                f"; this seems to need Python {needed}, and jaxslice-lint runs on Python {running}: "
                "run it with the project's own Python"
            )
    return ""
