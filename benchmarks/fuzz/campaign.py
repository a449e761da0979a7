"""Many programs in one process."""

from collections.abc import Iterable, Iterator

import jax

from fuzz.generate import generated
from fuzz.judge import Verdict, judge
from fuzz.tool import Tool

#: Compiled code of programs that are done is of no use any more, and slows down what comes.
_PROGRAMS_PER_CACHE = 300


def campaign(seeds: Iterable[int], tool: Tool) -> Iterator[Verdict]:
    """The verdict for the program of each seed."""
    for number, seed in enumerate(seeds, 1):
        yield judge(generated(seed), tool)
        if number % _PROGRAMS_PER_CACHE == 0:
            jax.clear_caches()  # type: ignore[no-untyped-call]
