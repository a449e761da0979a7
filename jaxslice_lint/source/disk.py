"""Reading files: sources as Python reads them, and settings, which are small and nothing but files."""

import codecs
import io
import os
import re
import stat
import tokenize
from pathlib import Path

from jaxslice_lint.source.text import Source

_MEBIBYTE = 2**20
#: The most mebibytes of a configuration or a `.gitignore`, of a source, whose tree takes up to 500 times as much, and
#: of what the tool keeps.
_SETTING, _SOURCE, _KEPT = 1, 10, 64
#: Decoding them takes a time that grows with the square of the length.
_NOT_OF_FILES = ("punycode", "idna")
_LINE_END = re.compile(rb"\r\n|\r|\n")


class FileError(Exception):
    """A file that cannot be read or written; the message is one line and begins with its path."""


def read(path: Path) -> Source:
    """Read a file as Python would (PEP 263, BOM). Raises `FileError`."""
    return decode(path, _content(path, _SOURCE))


def read_setting(path: Path) -> bytes | None:
    """What a configuration or a `.gitignore` holds; None if there is none. Raises `FileError`."""
    if not os.path.lexists(path):
        return None
    return _content(path, _SETTING)


def read_kept(path: Path) -> bytes:
    """A file that the tool wrote itself, behind no symbolic link. Raises `FileError`."""
    return _content(path, _KEPT, getattr(os, "O_NOFOLLOW", 0))


def _content(path: Path, most: int, flags: int = 0) -> bytes:
    """The bytes of a regular file of `most` mebibytes. A pipe or a device is not waited for. Raises `FileError`."""
    try:
        flags |= os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
        handle = os.open(path, flags)
        with os.fdopen(handle, "rb") as file:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                raise FileError(f"{path}: not a regular file")
            data = file.read(most * _MEBIBYTE + 1)
    except IsADirectoryError:
        raise FileError(f"{path}: not a regular file") from None
    except OSError as error:
        raise FileError(f"{path}: cannot be read: {error.strerror}") from error
    if len(data) > most * _MEBIBYTE:
        raise FileError(f"{path}: larger than {most} MiB, which is not read")
    return data


def decode(path: Path, data: bytes) -> Source:
    """The source that `data` holds. Raises `FileError` if its encoding is unknown or wrong."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise FileError(f"{path}:1: UTF-16, which Python does not read")
    # `tokenize` knows no lines that end with "\r" alone.
    head = b"\n".join(_LINE_END.split(data, 2)[:2])
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(head).readline)
    except SyntaxError as error:
        _decode(path, data, "utf-8")  # says it better, if that is the trouble
        raise FileError(f"{path}:1: {error}") from error
    if encoding in _NOT_OF_FILES:
        raise FileError(f"{path}:1: {encoding} is an encoding of names, not of files")
    body, encoding = data.removeprefix(codecs.BOM_UTF8), encoding.removesuffix("-sig")
    text = _decode(path, body, encoding)
    has_bom = data.startswith(codecs.BOM_UTF8)
    return Source(path, text, encoding, has_bom, _is_exact(text, encoding, body))


def encode(source: Source) -> bytes:
    """The bytes of a source. Raises `FileError` if its encoding lacks a character."""
    try:
        return codecs.BOM_UTF8 * source.bom + source.text.encode(source.encoding)
    except UnicodeError as error:
        raise FileError(
            f"{source.path}: cannot be written as {source.encoding}: {error}"
        ) from error


def _decode(path: Path, data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = len(_LINE_END.findall(data, 0, error.start)) + 1
        raise FileError(f"{path}:{line}: not valid {encoding}: {error.reason}") from error
    except (LookupError, UnicodeError) as error:
        raise FileError(f"{path}:1: cannot be decoded as {encoding}: {error}") from error


def _is_exact(text: str, encoding: str, body: bytes) -> bool:
    if encoding == "utf-8":  # it has one spelling of each character
        return True
    try:
        return text.encode(encoding) == body
    except UnicodeError:
        return False
