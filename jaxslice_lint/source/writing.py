"""Writing a fixed file: in one step, in its project only, and so that nothing else about the file changes."""

import os
import re
import shutil
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from jaxslice_lint.source.disk import FileError, encode
from jaxslice_lint.source.paths import absolute, real
from jaxslice_lint.source.project import project_root
from jaxslice_lint.source.text import Source

_PREFIX = ".jaxslice-lint-"
_TEMPORARY = re.compile(rf"{re.escape(_PREFIX)}(\d+)-[a-z0-9_]{{8}}")
#: Seconds after which a temporary file is nobody's any more, whoever made it.
_ABANDONED = 3600


def write(old: Source, new: Source, given: Sequence[Path]) -> None:
    """Replace the file of `old` by `new`, keeping its mode, owner and group; a symbolic link keeps pointing to it.

    `given`: the paths that were named. Raises `FileError`, and leaves the file as it was, if one of them cannot be
    kept, if a link leads to where nothing may be written, and if the file no longer holds `old`.
    """
    try:
        target = real(new.path)
        if target.read_bytes() == (data := encode(new)):
            return  # the same file under another name, by a symbolic link, or another run was faster
        if why := _forbidden(new.path, target, given):
            raise FileError(f"{new.path}: not rewritten: {why}")
        _remove_leftovers(target.parent)
        _replace(target, encode(old), data)
    except _RefusedError as error:
        raise FileError(f"{new.path}: not rewritten: {error}") from error
    except OSError as error:
        raise FileError(f"{new.path}: not rewritten: {error.strerror}") from error


class _RefusedError(Exception):
    """What cannot be kept; the message is the reason."""


def _forbidden(path: Path, target: Path, given: Sequence[Path]) -> str:
    """Why what stands at `path` must not be written; empty if it may be."""
    full = absolute(path)
    for link in (full, *full.parents):
        if link.is_symlink():
            root = project_root(link)
            if root is not None and not target.is_relative_to(real(root)):
                return f"a symbolic link leads out of the project, to {target}"
    is_named = full in map(absolute, given)
    if is_named or any(target.is_relative_to(real(one)) for one in given):
        return ""
    return f"a symbolic link leads out of the given paths, to {target}"


def _replace(target: Path, held: bytes, data: bytes) -> None:
    status = target.stat()
    if status.st_nlink > 1:
        raise _RefusedError(
            "the file has other names (hard links), which would keep the old content"
        )
    if not os.access(target, os.W_OK):
        raise _RefusedError("the file is read-only")
    handle, name = tempfile.mkstemp(prefix=f"{_PREFIX}{os.getpid()}-", dir=target.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()  # what is written later would take privileges away again
            _keep_owner(status, temporary)
            shutil.copystat(target, temporary)
            os.utime(temporary)
            if _kept(temporary) != _kept(target):
                raise _RefusedError("its mode or attributes cannot be kept")
            os.fsync(file.fileno())
        # As late as possible: an editor may have saved the file in the meantime.
        if target.read_bytes() != held:
            raise _RefusedError("the file has changed since it was read")
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    _sync(target.parent)


def _keep_owner(status: os.stat_result, temporary: Path) -> None:
    made = temporary.stat()
    if (made.st_uid, made.st_gid) == (status.st_uid, status.st_gid):
        return
    try:
        os.chown(temporary, status.st_uid, status.st_gid)
    except OSError as error:
        raise _RefusedError(f"its owner or group cannot be kept: {error.strerror}") from error


def _kept(path: Path) -> tuple[int, dict[str, bytes]]:
    """What must be the same of the new file: its mode, and its extended attributes where there are such."""
    if not hasattr(os, "listxattr"):
        return path.stat().st_mode, {}
    try:
        return path.stat().st_mode, {name: os.getxattr(path, name) for name in os.listxattr(path)}
    except OSError:  # the file system has none
        return path.stat().st_mode, {}


def _sync(folder: Path) -> None:
    """Have the new name of a file on the disk as well."""
    with suppress(OSError):  # Windows opens no folders
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _remove_leftovers(folder: Path) -> None:
    """Remove the temporary files of runs that were killed."""
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            match = _TEMPORARY.fullmatch(entry.name)
            if match and _is_left(entry, int(match[1])):
                with suppress(OSError):
                    Path(entry.path).unlink()


def _is_left(entry: "os.DirEntry[str]", process: int) -> bool:
    if time.time() - entry.stat(follow_symlinks=False).st_mtime > _ABANDONED:
        return True
    if os.name != "posix":  # elsewhere asking for a process may end it
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    except (OSError, OverflowError):
        return False
    return False
