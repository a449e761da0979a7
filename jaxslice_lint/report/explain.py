"""What `-v` says on stderr: why a bound was judged as it was, why a finding has no rewrite, and what was given up."""

from collections.abc import Iterator

from jaxslice_lint.facts.site import Bound, Site
from jaxslice_lint.facts.status import Status
from jaxslice_lint.report.outcome import Outcome
from jaxslice_lint.report.summary import reason


def explanations(outcome: Outcome) -> str:
    """A line for each bound that is not a literal, for each finding without a fix, and for what was given up."""
    return "".join(f"{line}\n" for line in _lines(outcome))


def _lines(outcome: Outcome) -> Iterator[str]:
    for file in outcome.files:
        for site in file.sites:
            yield from (_bound(site, bound) for bound in _worth_a_word(site))
        for finding in file.findings:
            if finding.fix is None:
                place = f"{finding.path}:{finding.span.line}:{finding.span.column}"
                yield f"{place}: {finding.code} has no rewrite: {reason(finding)}"
    yield from outcome.given_up


def _worth_a_word(site: Site) -> Iterator[Bound]:
    for element in site.elements:
        for bound in element.bounds:
            literal = bound.text is not None and bound.text.lstrip("-").isdigit()
            if bound.status is not Status.ABSENT and not literal:
                yield bound


def _bound(site: Site, bound: Bound) -> str:
    span = bound.span or site.span
    why = f": {bound.why}" if bound.why else ""
    text = f" `{bound.text}`" if bound.text else ""
    return f"{site.path}:{span.line}:{span.column}: bound{text} is {bound.status.value}{why}"
