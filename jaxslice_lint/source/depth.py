"""How deep Python may recurse: code is nested as deep as its authors like."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

#: Python frames that a walk may use: nested calls of nested expressions. Python itself allows 1,000; so many fit into
#: the usual stack of a process with each release.
_FRAMES = 8_000


@contextmanager
def deep_recursion() -> Iterator[None]:
    """Go deep in here."""
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(max(limit, _FRAMES))
    try:
        yield
    finally:
        sys.setrecursionlimit(limit)
