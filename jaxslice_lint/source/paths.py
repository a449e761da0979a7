"""Questions about paths that are answered whatever stands there, also where nobody may look."""

import os
from pathlib import Path


def working_folder() -> Path | None:
    """The working directory; None if it was deleted."""
    try:
        return Path.cwd()
    except OSError:
        return None


def absolute(path: Path) -> Path:
    """The path from the root, without `.` and `..`; `resolve()` would follow symbolic links."""
    try:
        return Path(os.path.abspath(path))  # noqa: PTH100
    except OSError:  # the working directory was deleted
        return path


def shown(path: Path) -> Path:
    """The path as messages show it: relative to the working directory if it is below it, else absolute."""
    full, here = absolute(path), working_folder()
    return full.relative_to(here) if here and full.is_relative_to(here) else full


def real(path: Path) -> Path:
    """The path behind all symbolic links."""
    return Path(os.path.realpath(path))


def exists(path: Path) -> bool:
    """Whether something is there, as far as one may look."""
    return os.path.exists(path)  # noqa: PTH110  Path.exists() raises where nobody may look


def is_folder(path: Path) -> bool:
    """Whether a folder is there, as far as one may look."""
    return os.path.isdir(path)  # noqa: PTH112  as above
