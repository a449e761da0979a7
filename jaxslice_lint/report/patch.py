"""Unified diffs of what `--fix` would change, for `patch -p0`."""

import difflib
from collections.abc import Iterator

from jaxslice_lint.report.outcome import FileOutcome
from jaxslice_lint.source.disk import encode
from jaxslice_lint.source.text import Source


def patch(file: FileOutcome) -> bytes:
    """The diff of one file, in the file's own encoding; empty if nothing changes."""
    path = file.original.path
    lines = difflib.unified_diff(_lines(file.original), _lines(file.source), str(path), str(path))
    return "".join(_closed(lines)).encode("utf-8", "surrogateescape")


def _lines(source: Source) -> list[str]:
    # Bytes pass through as surrogates, and only "\n" ends a line: this is how `patch` sees a file.
    *whole, rest = encode(source).decode("utf-8", "surrogateescape").split("\n")
    return [f"{line}\n" for line in whole] + [rest] * bool(rest)


def _closed(lines: Iterator[str]) -> Iterator[str]:
    for line in lines:
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
