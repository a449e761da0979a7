"""The folder of the cache: made so that backups, Git and others leave it alone, and bounded.

It may lie in a repository of which nothing is trusted: links are not followed, and what another program or another user
made is not used.
"""

import os
import re
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from jaxslice_lint.source.disk import FileError, read_kept
from jaxslice_lint.source.paths import exists

CACHE_NAME = ".jaxslice_cache"
_TAG = "CACHEDIR.TAG"
#: The first line is that of https://bford.info/cachedir/; the second one tells whose cache it is.
_SIGNATURE = (
    b"Signature: 8a477f597d28d172789f06886806bc55\n# This folder is a cache of jaxslice-lint.\n"
)
_IGNORE = ".gitignore"
_SUFFIX = ".json"
_ENTRY = re.compile(r"[0-9a-f]{32}\.json")
_BEGINNING, _UNFINISHED = "unfinished-", re.compile(r"unfinished-[a-z0-9_]{8}")
#: Seconds after which an unfinished file is nobody's any more.
_ABANDONED = 3600
#: Entries that are kept, and their bytes; those that were used last stay.
_MOST_ENTRIES, _MOST_BYTES = 64, 64 * 2**20


class CacheError(Exception):
    """Why the cache is not used; the message is one line and begins with its path."""


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder with entries, texts with names."""

    path: Path

    def __str__(self) -> str:
        return str(self.path)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to read. Raises `CacheError`."""
        with self._telling("read"):
            return not self._is_ours()

    def read(self, name: str) -> bytes | None:
        """One entry; None if there is none. Raises `CacheError`."""
        path = self._at(name)
        if path.is_symlink() or not path.is_file():
            return None
        try:
            return read_kept(path)
        except FileError as error:
            raise CacheError(str(error)) from error

    def discard(self, name: str) -> None:
        """Remove an entry that is of no use."""
        with suppress(OSError):
            self._at(name).unlink()

    def touch(self, name: str) -> None:
        """Note that an entry is used."""
        with suppress(OSError):
            os.utime(self._at(name))

    def write(self, name: str, data: bytes) -> None:
        """Keep an entry, in one step: other runs see the old one or the new one. Raises `CacheError`."""
        with self._telling("written"):
            if not self._is_ours():
                self.path.mkdir(parents=True, exist_ok=True)
                self._put(self.path / _TAG, _SIGNATURE)
            if not exists(self.path / _IGNORE):
                self._put(self.path / _IGNORE, b"*\n")
            self._put(self._at(name), data)
            self._bound()

    def remove(self) -> bool:
        """Delete the folder and what this tool wrote into it; whether there was one. Raises `CacheError`."""
        with self._telling("removed"):
            if not self._is_ours():
                return False
            others: list[str] = []
            for file in self.path.iterdir():
                if _ENTRY.fullmatch(file.name) or _UNFINISHED.fullmatch(file.name):
                    file.unlink(missing_ok=True)
                elif file.name not in (_TAG, _IGNORE):
                    others.append(file.name)
            if others:
                raise CacheError(f"{self.path}: cannot be removed: it holds `{min(others)}`")
            for name in (_IGNORE, _TAG):
                (self.path / name).unlink(missing_ok=True)
            self.path.rmdir()
        return True

    @contextmanager
    def _telling(self, what: str) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise CacheError(f"{self.path}: cannot be {what}: {error.strerror}") from error

    def _at(self, name: str) -> Path:
        return self.path / f"{name}{_SUFFIX}"

    def _is_ours(self) -> bool:
        """Whether the folder is there. Raises `CacheError` if it is not of this tool and this user; and `OSError`."""
        try:
            status = self.path.lstat()
        except FileNotFoundError:
            return False
        if not stat.S_ISDIR(status.st_mode):
            raise CacheError(f"{self.path}: not used as cache: it is no folder")
        if hasattr(os, "getuid") and status.st_uid != os.getuid():
            raise CacheError(f"{self.path}: not used as cache: it belongs to another user")
        try:
            tag = read_kept(self.path / _TAG)
        except FileError:
            tag = b""
        # Another run may be making it, or have been killed over that.
        if tag != _SIGNATURE and not all(_is_own(file.name) for file in self.path.iterdir()):
            raise CacheError(f"{self.path}: not used as cache: jaxslice-lint did not make it")
        return tag == _SIGNATURE

    def _put(self, path: Path, data: bytes) -> None:
        handle, name = tempfile.mkstemp(prefix=_BEGINNING, dir=self.path)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise

    def _bound(self) -> None:
        total = 0
        for count, (entry, size) in enumerate(self._entries()):
            total += size
            if count >= _MOST_ENTRIES or (count and total > _MOST_BYTES):
                entry.unlink(missing_ok=True)
        for file in self.path.iterdir():
            with suppress(FileNotFoundError):  # another run has just finished or removed it
                if (
                    _UNFINISHED.fullmatch(file.name)
                    and file.lstat().st_mtime + _ABANDONED < time.time()
                ):
                    file.unlink()

    def _entries(self) -> Iterator[tuple[Path, int]]:
        """The files of the entries and their sizes, those that were used last first."""
        found: list[tuple[int, str, int]] = []
        with os.scandir(self.path) as files:
            for file in files:
                if _ENTRY.fullmatch(file.name):
                    with suppress(FileNotFoundError):  # another run has just removed it
                        status = file.stat(follow_symlinks=False)
                        if stat.S_ISREG(status.st_mode):
                            found.append((status.st_mtime_ns, file.name, status.st_size))
        for _, name, size in sorted(found, reverse=True):
            yield self.path / name, size


def _is_own(name: str) -> bool:
    return bool(_ENTRY.fullmatch(name) or _UNFINISHED.fullmatch(name) or name in (_TAG, _IGNORE))
