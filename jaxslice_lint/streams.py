"""The standard streams, which may be closed, full, or of an encoding that lacks characters."""

import errno
import io
import os
import sys
from contextlib import suppress
from typing import TextIO

from jaxslice_lint.report.visible import as_lines

_NAMES = ("standard input", "standard output", "standard error")


class StreamError(Exception):
    """What cannot be read or written; the message says which stream, and why."""


def prepare() -> None:
    """Make the streams take every character. Where one is closed, no file that is opened may get its number."""
    while (handle := os.open(os.devnull, os.O_RDWR)) < len(_NAMES):
        pass
    os.close(handle)
    for stream in (sys.stdout, sys.stderr):
        # A file name or a terminal that lacks a character is no reason to fail.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def leave(status: int) -> None:
    """End the process at once, when everything is written."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError, AttributeError):
            stream.flush()
    os._exit(status)


def given() -> bytes:
    """All of the standard input. Raises `StreamError`."""
    try:
        return _opened(sys.stdin, 0).buffer.read()
    except OSError as error:
        raise StreamError(f"{_NAMES[0]}: {error.strerror}") from error


def show(text: str | bytes) -> None:
    """Write to the standard output. Raises `StreamError`, and `BrokenPipeError` if its reader has gone."""
    try:
        stream = _opened(sys.stdout, 1)
        if isinstance(text, str):
            stream.write(text)
        else:
            stream.buffer.write(text)
        stream.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise StreamError(f"{_NAMES[1]}: {error.strerror}") from error


def tell(text: str) -> None:
    """Write to the standard error, where anybody listens there."""
    with suppress(OSError, StreamError):
        stream = _opened(sys.stderr, 2)
        stream.write(text)
        stream.flush()


def say(*lines: str) -> None:
    """Write lines to the standard error."""
    tell(as_lines(lines))


def leave_output() -> None:
    """Have nothing written to the standard output any more: Python would complain at exit about what it holds."""
    with suppress(OSError, ValueError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def is_terminal(*, error: bool) -> bool:
    """Whether somebody looks at the standard error, or the standard output."""
    stream = sys.stderr if error else sys.stdout
    return stream is not None and stream.isatty()


def _opened(stream: TextIO | None, number: int) -> TextIO:
    """A stream; Python has None for one that was closed when it started."""
    if stream is None:
        raise StreamError(f"{_NAMES[number]}: {os.strerror(errno.EBADF)}")
    return stream
