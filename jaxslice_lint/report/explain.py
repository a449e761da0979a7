"""What `-v` says on stderr: why a bound was judged as it was, in which ways a slice is reached, why there is no
rewrite, and what was given up.
"""

from collections.abc import Iterator, Sequence
from functools import partial

from jaxslice_lint.facts.site import Bound, Element, Site, Way
from jaxslice_lint.facts.status import Status
from jaxslice_lint.report.outcome import Outcome
from jaxslice_lint.report.summary import reason
from jaxslice_lint.report.visible import as_lines


def explanations(outcome: Outcome) -> str:
    """A line for each bound that is not a literal, for each finding without a fix, and for what was given up."""
    return as_lines(_lines(outcome))


def _lines(outcome: Outcome) -> Iterator[str]:
    for file in outcome.files:
        for site in file.sites:
            yield from (_bound(site, bound) for bound in _worth_a_word(site.elements))
            if len(site.ways) > 1:
                yield from dict.fromkeys(map(partial(_way, site), site.ways))
        for finding in file.findings:
            if finding.fix is None:
                place = f"{finding.path}:{finding.span.line}:{finding.span.column}"
                yield f"{place}: {finding.code} has no rewrite: {reason(finding)}"
    yield from (*outcome.given_up, *outcome.read_in_part)


def _worth_a_word(elements: Sequence[Element]) -> Iterator[Bound]:
    """The bounds that are no literals."""
    for element in elements:
        for bound in element.bounds:
            literal = bound.text is not None and bound.text.lstrip("-").isdigit()
            if bound.status is not Status.ABSENT and not literal:
                yield bound


def _bound(site: Site, bound: Bound) -> str:
    span = bound.span or site.span
    why = f": {bound.why}" if bound.why else ""
    text = f" `{' '.join(bound.text.split())}`" if bound.text else ""
    return f"{site.path}:{span.line}:{span.column}: bound{text} is {bound.status.value}{why}"


def _way(site: Site, way: Way) -> str:
    """One of several ways of reaching a slice: what is known of its bounds there."""
    told = [
        f"`{' '.join(bound.text.split())}` is {bound.status.value}"
        if bound.text
        else f"a bound is {bound.status.value}"
        for bound in _worth_a_word(way.elements)
    ]
    where = "as others may call it" if way.entry else way.where or "at the top of a module"
    return f"{site.path}:{site.span.line}:{site.span.column}: reached {where}: {', '.join(told)}"
