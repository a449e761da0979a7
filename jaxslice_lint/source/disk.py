"""Reading and writing source files: what is not rewritten stays byte for byte, nothing is ever half written."""

import codecs
import io
import os
import re
import shutil
import tempfile
import tokenize
from contextlib import suppress
from pathlib import Path

from jaxslice_lint.source.text import Source


class FileError(Exception):
    """A file that cannot be read or written; the message is one line and begins with its path."""


def read(path: Path) -> Source:
    """Read a file as Python would (PEP 263, BOM). Raises `FileError`."""
    if path.exists() and not path.is_file():
        raise FileError(f"{path}: not a regular file")
    try:
        return decode(path, path.read_bytes())
    except OSError as error:
        raise FileError(f"{path}: cannot be read: {error.strerror}") from error


def decode(path: Path, data: bytes) -> Source:
    """The source that `data` holds. Raises `FileError` if its encoding is unknown or wrong."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise FileError(f"{path}:1: UTF-16, which Python does not read")
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
    except SyntaxError as error:
        _decode(path, data, "utf-8")  # says it better, if that is the trouble
        raise FileError(f"{path}:1: {error}") from error
    text = _decode(path, data.removeprefix(codecs.BOM_UTF8), encoding.removesuffix("-sig"))
    return Source(path, text, encoding.removesuffix("-sig"), bom=data.startswith(codecs.BOM_UTF8))


def encode(source: Source) -> bytes:
    """The bytes of a source. Raises `FileError` if its encoding lacks a character."""
    try:
        return codecs.BOM_UTF8 * source.bom + source.text.encode(source.encoding)
    except UnicodeError as error:
        raise FileError(
            f"{source.path}: cannot be written as {source.encoding}: {error}"
        ) from error


def write(old: Source, new: Source) -> None:
    """Replace the file of `old` by `new` in one step, keeping its permissions; a symlink keeps pointing to it.

    Raises `FileError`, and leaves the file as it was, if it cannot be written or no longer holds `old`.
    """
    target = new.path.resolve()
    data = encode(new)
    try:
        held = target.read_bytes()
        if held == data:  # the same file under another name, by a symlink
            return
        if held != encode(old):
            raise FileError(f"{new.path}: not rewritten: the file has changed since it was read")
        if not os.access(target, os.W_OK):
            raise FileError(f"{new.path}: not rewritten: the file is read-only")
        _replace(target, data)
    except OSError as error:
        raise FileError(f"{new.path}: not rewritten: {error.strerror}") from error


def _replace(target: Path, data: bytes) -> None:
    handle, name = tempfile.mkstemp(prefix=".jaxslice-lint-", dir=target.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        shutil.copymode(target, temporary)
        status = target.stat()
        with suppress(
            OSError, AttributeError
        ):  # only root may give a file away; Windows has no owners
            os.chown(temporary, status.st_uid, status.st_gid)
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _decode(path: Path, data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = len(re.findall(rb"\r\n|\r|\n", data[: error.start])) + 1
        raise FileError(f"{path}:{line}: not valid {encoding}: {error.reason}") from error
    except (LookupError, UnicodeError) as error:
        raise FileError(f"{path}:1: cannot be decoded as {encoding}: {error}") from error
