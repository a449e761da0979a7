"""A limit on the processor time of one program, which no `except Exception` holds up."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class TooSlow(BaseException):
    """More processor time was used than one program may."""


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Raise `TooSlow` where the block uses more processor time; only in the main thread."""

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise TooSlow

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
