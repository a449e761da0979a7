"""Random choices: everything about a program follows from its seed."""

import random
from collections.abc import Sequence
from typing import TypeVar

_Item = TypeVar("_Item")


class Dice(random.Random):
    """`random.Random` with the few questions that the generator asks."""

    def chance(self, probability: float) -> bool:
        """True that often."""
        return self.random() < probability

    def pick(self, *options: _Item) -> _Item:
        """One of the options."""
        return self.choice(options)

    def some(self, options: Sequence[_Item], least: int, most: int) -> list[_Item]:
        """A few of the options in random order, each at most once."""
        count = min(self.randint(least, most), len(options))
        return self.sample(options, count)

    def mixed(self, items: Sequence[_Item]) -> list[_Item]:
        """All of the items in random order."""
        return self.sample(items, len(items))
