"""Which functions can get to a slice, or a call or assignment, worth a question: only those are traced as entries.

A function gets to one if it holds one, or mentions a function, class or attribute through which another that does can
be called.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property

from jaxslice_lint.source.nodes import FunctionNode
from jaxslice_lint.tracing.calls.objects import MOST_VARIANTS
from jaxslice_lint.tracing.driver.graphs import callees_first, closure
from jaxslice_lint.tracing.driver.index import Definition, Index, any_of


class Reach:
    """The names through which an open slice can be reached, in all of the given modules."""

    def __init__(self, indices: Iterable[Index] = ()) -> None:
        self._functions: dict[int, Definition] = {}
        definitions: list[Definition] = []
        indices = [*indices]
        for one in indices:
            self._functions |= one.functions
            definitions += one.definitions
        makers = {one.name for one in definitions if one.makes}
        mentioning: dict[str, list[str]] = defaultdict(list)
        for definition in definitions:
            for name in definition.mentions:
                mentioning[name].append(definition.name)
            if definition.made_by in makers:
                mentioning[definition.made_by].append(definition.name)
        mentioned = set(mentioning).union(
            *(one.mentions for one in indices),
            *(one.mentions for one in self._functions.values()),
        )
        for base, name in _called_as(indices, mentioned):
            mentioning[name].append(any_of(base))
        self._candidates = {one.name for one in definitions if one.is_candidate}
        self._mentioning = mentioning

    @cached_property
    def _names(self) -> set[str]:
        """The names through which a candidate can be reached."""
        return closure(self._candidates, self._mentioning)

    def includes(self, node: FunctionNode) -> bool:
        """Whether a function may get to an open slice."""
        found = self._functions.get(id(node))
        if found is None:
            return False
        return found.is_candidate or not self._names.isdisjoint(found.mentions)

    def holds_slice(self, node: FunctionNode) -> bool:
        """Whether an open slice stands in a function, or in one that is defined in it."""
        found = self._functions.get(id(node))
        return found is not None and found.holds_slice

    def callers_first(self, called: Iterable[tuple[str, FunctionNode]]) -> dict[str, int]:
        """The ranks of names, of which each is that of a function: who mentions another one comes before it.

        Those that mention each other come in any order.
        """
        mentions: dict[str, set[str]] = {}
        for name, node in called:
            found = self._functions.get(id(node))
            mentions.setdefault(name, set()).update(found.mentions if found else ())
        order = callees_first(
            {name: sorted(them & mentions.keys()) for name, them in mentions.items()}
        )
        return {name: -place for place, name in enumerate(order)}


def _called_as(indices: Iterable[Index], mentioned: set[str]) -> Iterator[tuple[str, str]]:
    """Base classes, each with a class whose objects may be called where one of the base class is expected.

    Nobody makes objects of a class that nothing mentions. A base class of very many says nothing of any.
    """
    callables: set[str] = set()
    heirs: dict[str, list[str]] = defaultdict(list)
    for one in indices:
        callables |= one.callables & mentioned
        for base, name in one.heirs:
            heirs[base].append(name)
    for base in heirs.keys() | callables:
        found = closure({base}, heirs)
        if len(found) <= MOST_VARIANTS:
            yield from ((base, name) for name in found & callables)
