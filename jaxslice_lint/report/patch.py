"""Unified diffs of what `--fix` would change, for `patch -p0`."""

import difflib
import os
import re
from collections.abc import Iterator
from pathlib import Path

from jaxslice_lint.report.outcome import FileOutcome
from jaxslice_lint.source.disk import encode
from jaxslice_lint.source.text import Source

_PLAIN = re.compile(rb"[ -!#-\[\]-~]+")
_SPECIAL = re.compile(rb"[^ -!#-\[\]-~]")
_ESCAPES = {b'"': b'\\"', b"\\": b"\\\\", b"\t": b"\\t", b"\n": b"\\n", b"\r": b"\\r"}


def patch(file: FileOutcome) -> bytes:
    """The diff of one file, in the file's own encoding; empty if nothing changes."""
    name = _quoted(file.original.path)
    lines = difflib.unified_diff(_lines(file.original), _lines(file.source), name, name)
    return "".join(_closed(lines)).encode("utf-8", "surrogateescape")


def _quoted(path: Path) -> str:
    """A name as Git writes it in diffs: with octal numbers where it could be taken for something else, and with a tab
    behind it where it holds a space."""
    data = os.fsencode(path)
    if _PLAIN.fullmatch(data):
        return f"{path}\t" if b" " in data else f"{path}"
    escaped = _SPECIAL.sub(lambda match: _ESCAPES.get(match[0]) or b"\\%03o" % match[0][0], data)
    return f'"{escaped.decode("ascii")}"'


def _lines(source: Source) -> list[str]:
    # Bytes pass through as surrogates, and only "\n" ends a line: this is how `patch` sees a file.
    *whole, rest = encode(source).decode("utf-8", "surrogateescape").split("\n")
    return [f"{line}\n" for line in whole] + [rest] * bool(rest)


def _closed(lines: Iterator[str]) -> Iterator[str]:
    for line in lines:
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
