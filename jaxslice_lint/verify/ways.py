"""The ways in which the program reaches the code that a fix changes, each to be run."""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from jaxslice_lint.facts.site import Given, GivenKind, OperandKind, Site, Way
from jaxslice_lint.facts.status import Sign
from jaxslice_lint.verify.fragment import Place

#: How many ways are run, and how many are told apart of those that differ in numbers alone.
MOST, MOST_NUMBERS = 8, 6
_MOST_JOINED = 64


@dataclass(frozen=True, slots=True)
class Values:
    """What is known of some texts, and for all that are integers the numbers that the program is seen to pass."""

    given: Mapping[str, Given] = field(default_factory=dict)
    numbers: tuple[Mapping[str, int], ...] = ()

    def joined(self, other: "Values") -> "Values":
        """The same with the numbers of `other`, too."""
        more = [one for one in other.numbers if one not in self.numbers]
        return Values(self.given, (*self.numbers, *more)[:MOST_NUMBERS])


@dataclass(frozen=True, slots=True)
class Case:
    """One kind of way: what the function around the code is given, and what texts hold at the code.

    `words`: how it differs from the others; empty if it is the only one.
    """

    passed: Values = Values()
    there: Values = Values()
    ways: Mapping[Place, Way] = field(default_factory=dict)
    words: str = ""


def cases(sites: Mapping[Place, Site]) -> list[Case]:
    """The ways through all of some sites of one function, as far as they differ for who runs the code."""
    found: dict[object, Case] = {}
    for ways in _joined(sites):
        case = _case(ways)
        known = found.setdefault(_key(case), case)
        found[_key(case)] = replace(
            known,
            passed=known.passed.joined(case.passed),
            there=known.there.joined(case.there),
        )
    kept: list[Case] = []
    for case in found.values():
        if not any(_covers(one, case) for one in kept):
            kept = [*(one for one in kept if not _covers(case, one)), case]
    different = _different(kept)
    return [replace(one, words=_words(one, different)) for one in kept]


def _joined(sites: Mapping[Place, Site]) -> Iterator[dict[Place, Way]]:
    """Ways of the sites that agree in what the function is given; where none do, each by itself."""
    with_ways = {place: site.ways for place, site in sites.items() if site.ways}
    products = itertools.product(*with_ways.values())
    joined = [
        dict(zip(with_ways, ways, strict=True))
        for ways in itertools.islice(products, _MOST_JOINED)
        if _agree(ways)
    ]
    met = {(place, way) for ways in joined for place, way in ways.items()}
    yield from joined
    for place, ways in with_ways.items():
        yield from ({place: way} for way in ways if (place, way) not in met)


def _agree(ways: Sequence[Way]) -> bool:
    passed = [_first(way) for way in ways]
    return all(
        one[text] == other[text]
        for one, other in itertools.combinations(passed, 2)
        for text in one.keys() & other.keys()
    )


def _case(ways: dict[Place, Way]) -> Case:
    passed: dict[str, Given] = {}
    there: dict[str, Given] = {}
    for way in ways.values():
        passed |= _first(way)
        there |= dict(way.given)
    return Case(_values(passed), _values(there), ways)


def _values(given: Mapping[str, Given]) -> Values:
    numbers = {text: n for one, value in given.items() for text, n in _numbers(one, value)}
    return Values(given, (numbers,) if numbers else ())


def _numbers(text: str, given: Given) -> Iterator[tuple[str, int]]:
    if given.kind is GivenKind.STATIC and given.const is not None:
        yield text, given.const
    for part, item in parts(text, given):
        yield from _numbers(part, item)


def parts(text: str, given: Given) -> list[tuple[str, Given]]:
    """The items of a sequence or the bounds of a slice, by their text."""
    if given.kind is GivenKind.SLICE:
        names = [f"{text}.{bound}" for bound in ("start", "stop", "step")]
    else:
        names = [f"{text}[{place}]" for place in range(len(given.items))]
    return list(zip(names, given.items, strict=True))


def _first(way: Way) -> dict[str, Given]:
    """What the texts of a way hold where the function starts: its parameters stand first."""
    return dict(reversed(way.given))


def _key(case: Case) -> object:
    return (
        tuple(sorted((text, repr(_plain(one))) for text, one in case.passed.given.items())),
        tuple(sorted((text, repr(_plain(one))) for text, one in case.there.given.items())),
        tuple((place, way.operand, _texts(way)) for place, way in case.ways.items()),
    )


def _covers(general: Case, case: Case) -> bool:
    """Whether `general` runs the code with whatever `case` does."""
    operands = [
        (general.ways[place].operand.kind if place in general.ways else None, way.operand.kind)
        for place, way in case.ways.items()
    ]
    return all(one in (other, OperandKind.UNKNOWN) for other, one in operands) and all(
        text in outer.given and _includes(outer.given[text], given)
        for outer, inner in ((general.passed, case.passed), (general.there, case.there))
        for text, given in inner.given.items()
    )


def _includes(general: Given, given: Given) -> bool:
    is_any_array = general == Given(GivenKind.ARRAY) and given.kind is GivenKind.ARRAY
    return general == given or given.kind is GivenKind.OTHER or is_any_array


def _texts(way: Way) -> tuple[str | None, ...]:
    return tuple(element.text for element in way.elements)


def _plain(given: Given) -> Given:
    """What counts of a value but for its number."""
    sign = Sign.ANY if given.const is not None else given.sign
    return replace(given, const=None, sign=sign, items=tuple(map(_plain, given.items)))


def _different(found: Sequence[Case]) -> list[str]:
    """The texts whose values are of another kind in some case."""
    texts = dict.fromkeys(text for case in found for text in case.there.given)
    kinds = {text: {_kind(case.there.given.get(text)) for case in found} for text in texts}
    return [text for text in texts if len(kinds[text]) > 1]


def _words(case: Case, different: Sequence[str]) -> str:
    said = [f"`{text}` is {_kind(case.there.given.get(text))}" for text in different]
    return " and ".join(said[:3])


def _kind(given: Given | None) -> str:
    match given:
        case None | Given(kind=GivenKind.OTHER):
            return "of another type"
        case Given(kind=GivenKind.NONE):
            return "`None`"
        case Given(kind=GivenKind.STATIC):
            return "static"
        case Given(kind=GivenKind.TRACED) | Given(kind=GivenKind.ARRAY, ndim=None):
            return "traced"
        case Given(kind=GivenKind.SLICE, items=items):
            return f"a slice of {', '.join(map(_kind, items))}"
        case Given(kind=GivenKind.SEQUENCE):
            return "a sequence"
    return f"a {given.kind.value}"
