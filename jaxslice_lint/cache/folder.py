"""The folder of the cache: made so that backups, Git and others leave it alone, and bounded.

It may lie in a repository of which nothing is trusted: links are not followed, and what another program or another user
made is not used.
"""

import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import suppress
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
_SUFFIX, _UNFINISHED = ".json", ".tmp"
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

    def names(self) -> list[str]:
        """The names of the entries, those that were used last first. Raises `CacheError`."""
        if not self._is_ours():
            return []
        return [entry.name.removesuffix(_SUFFIX) for entry, _ in self._entries()]

    def read(self, name: str) -> bytes | None:
        """One entry; None if another run has just removed it. Raises `CacheError`."""
        try:
            return read_kept(self._at(name))
        except FileError as error:
            if exists(self._at(name)):
                raise CacheError(str(error)) from error
            return None

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
        try:
            if not self._is_ours():
                self._make()
            self._put(self._at(name), data)
            self._bound()
        except OSError as error:
            raise CacheError(f"{self.path}: cannot be written: {error.strerror}") from error

    def remove(self) -> bool:
        """Delete the folder and what this tool wrote into it; whether there was one. Raises `CacheError`."""
        try:
            if not self._is_ours():
                return False
            for file in self.path.iterdir():
                if file.suffix in (_SUFFIX, _UNFINISHED) or file.name in (_TAG, _IGNORE):
                    file.unlink()
            self.path.rmdir()
        except OSError as error:
            raise CacheError(f"{self.path}: cannot be removed: {error.strerror}") from error
        return True

    def _at(self, name: str) -> Path:
        return self.path / f"{name}{_SUFFIX}"

    def _is_ours(self) -> bool:
        """Whether the folder is there. Raises `CacheError` if it is not one of this tool and this user."""
        try:
            status = self.path.lstat()
        except FileNotFoundError:
            return False
        except OSError as error:
            raise CacheError(f"{self.path}: cannot be read: {error.strerror}") from error
        if not stat.S_ISDIR(status.st_mode):
            raise CacheError(f"{self.path}: not used as cache: it is no folder")
        if hasattr(os, "getuid") and status.st_uid != os.getuid():
            raise CacheError(f"{self.path}: not used as cache: it belongs to another user")
        try:
            tag = read_kept(self.path / _TAG)
        except FileError:
            tag = b""
        if tag != _SIGNATURE and any(self.path.iterdir()):
            raise CacheError(f"{self.path}: not used as cache: jaxslice-lint did not make it")
        return tag == _SIGNATURE

    def _make(self) -> None:
        self.path.mkdir(parents=True, exist_ok=True)
        self._put(self.path / _TAG, _SIGNATURE)
        self._put(self.path / _IGNORE, b"*\n")

    def _put(self, path: Path, data: bytes) -> None:
        handle, name = tempfile.mkstemp(suffix=_UNFINISHED, dir=self.path)
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

    def _entries(self) -> Iterator[tuple[Path, int]]:
        """The files of the entries and their sizes, those that were used last first."""
        found: list[tuple[int, str, int]] = []
        with os.scandir(self.path) as files:
            for file in files:
                if file.name.endswith(_SUFFIX):
                    with suppress(OSError):  # another run has just removed it
                        status = file.stat(follow_symlinks=False)
                        found.append((status.st_mtime_ns, file.name, status.st_size))
        for _, name, size in sorted(found, reverse=True):
            yield self.path / name, size
