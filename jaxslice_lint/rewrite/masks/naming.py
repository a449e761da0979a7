"""Masks that several consumers are told are bound to a name, before the first of them."""

from collections import Counter
from collections.abc import Iterable, Iterator

from jaxslice_lint.facts.masking import Form, Mask, Masking
from jaxslice_lint.facts.site import Site
from jaxslice_lint.rewrite.masks.spelling import MaskSpelling
from jaxslice_lint.rewrite.text.edit import Edit
from jaxslice_lint.rewrite.text.names import Names
from jaxslice_lint.source.text import Source

_NAME = "valid"


def named_masks(masking: Masking, sites: Iterable[Site], names: Names) -> dict[Mask, str]:
    """The masks of one fix that get names: other ones than those of all fixes of the same function."""
    found: dict[Mask, None] = {}
    for site in sites:
        other = site.masking
        if isinstance(other, Masking) and other.scope == masking.scope:
            found.update(dict.fromkeys(_repeated(other, names.source)))
    taken = {*names.used_in(masking.scope)}
    given: dict[Mask, str] = {}
    for mask in found:
        given[mask] = next(name for name in _candidates(mask) if name not in taken)
        taken.add(given[mask])
    return {mask: given[mask] for mask in _repeated(masking, names.source)}


def definitions(named: dict[Mask, str], spelling: MaskSpelling, source: Source) -> Iterator[Edit]:
    """The statements that bind masks to names."""
    for mask, name in named.items():
        assert mask.statement is not None
        start = source.line_starts[mask.statement.line - 1]
        indent = source.text[start : source.offset(*mask.statement.start)]
        text = f"{indent}{name} = {spelling.definition(mask)}\n"
        yield Edit(start, start, text)


def _repeated(masking: Masking, source: Source) -> list[Mask]:
    """The masks that several consumers are told, and that may be bound to a name."""
    consumers = [one for one in masking.consumers if one.form is not Form.OFFSET]
    told = [mask for one in consumers for mask in one.masks]
    if len(told) < 2:  # as most are: each fix of a function asks for all others
        return []
    masks = Counter(mask.of_axis for mask in told)
    return [mask for mask, count in masks.items() if count > 1 and _has_place(mask, source)]


def _has_place(mask: Mask, source: Source) -> bool:
    """Whether a line can be added before the statement of a mask."""
    if mask.statement is None:
        return False
    start = source.line_starts[mask.statement.line - 1]
    return not source.text[start : source.offset(*mask.statement.start)].strip()


def _candidates(mask: Mask) -> Iterator[str]:
    yield _NAME
    if mask.array.isidentifier():
        yield f"{_NAME}_{mask.array}"
    number = 2
    while True:
        yield f"{_NAME}_{number}"
        number += 1
