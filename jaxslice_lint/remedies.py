"""Static arguments as a cure for traced sizes: tried out by tracing the program as if they were static."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from jaxslice_lint.jax_model.model import Model
from jaxslice_lint.rules.finding import Finding
from jaxslice_lint.source.project import Project
from jaxslice_lint.source.text import Source
from jaxslice_lint.tracing import ProjectTrace, trace_project
from jaxslice_lint.tracing.hypotheses import Hypothesis
from jaxslice_lint.tracing.site import Bound, Site, Status, Step

#: The rules whose findings a static size cures.
_CODES = frozenset({"JSL103", "JSL104", "JSL105"})
#: Parameters that have to become static one because of another.
_MOST_ROUNDS = 6


def with_static_remedies(
    findings: Sequence[Finding],
    sites: Iterable[Site],
    source: Source,
    project: Project,
    model: Model,
) -> list[Finding]:
    """The findings, those without a rewrite with `static_argnames` as one where that cures them."""
    if not any(finding.fix is None and finding.code in _CODES for finding in findings):
        return list(findings)
    from jaxslice_lint.rewrite.static_argnames import static_fix

    by_span = {site.span: site for site in sites}
    trial = _Trial(project.updated([source]), model, source)
    result: list[Finding] = []
    for finding in findings:
        site = by_span.get(finding.span)
        if finding.fix is None and finding.code in _CODES and site is not None:
            cure = trial.cure(site)
            fix = cure if isinstance(cure, str) else static_fix(cure, source)
            if isinstance(fix, str):
                finding = replace(finding, no_fix=_joined(finding.no_fix, fix))
            else:
                finding = replace(finding, fix=fix, help=fix.message, no_fix="")
        result.append(finding)
    return result


def _joined(*reasons: str) -> str:
    return "; ".join(reason for reason in reasons if reason)


@dataclass(slots=True)
class _Trial:
    """Hypotheses about the functions that lead to the slices of one file."""

    project: Project
    model: Model
    source: Source
    _traces: dict[frozenset[tuple[Step, frozenset[str]]], ProjectTrace] = field(
        default_factory=dict
    )

    def cure(self, site: Site) -> Hypothesis | str:
        """The parameters that must be static so that `site` has no traced bound, or why that cannot be."""
        supposed: dict[Step, frozenset[str]] = {}
        current: Site | None = site
        for _ in range(_MOST_ROUNDS):
            if current is not None:
                origins = [bound.origin for bound in _traced_bounds(current)]
                if not _add(origins, supposed):
                    return "its size does not come from an argument that could be static"
            trace = self._trace(supposed)
            current = None
            blocked = [c for c in trace.conflicts if c.origin is None or not c.origin.argument]
            if blocked:
                return f"`{blocked[0].name}` cannot be a static argument: {blocked[0].why}"
            if trace.conflicts:
                if not _add([conflict.origin for conflict in trace.conflicts], supposed):
                    return f"`{trace.conflicts[0].name}` cannot be a static argument"
                continue
            current = next((s for s in trace.sites[site.path] if s.span == site.span), None)
            if current is None or _is_cured(current):
                return self._least(supposed, site)
        return "its size depends on too many arguments"

    def _least(self, supposed: Hypothesis, site: Site) -> Hypothesis:
        """`supposed` without what is not needed: a position may stay traced if the size is static."""
        for step, names in supposed.items():
            for name in sorted(names):
                fewer = {**supposed, step: supposed[step] - {name}}
                fewer = {one: some for one, some in fewer.items() if some}
                trace = self._trace(fewer)
                current = next((s for s in trace.sites[site.path] if s.span == site.span), None)
                if fewer and not trace.conflicts and (current is None or _is_cured(current)):
                    return self._least(fewer, site)
        return supposed

    def _trace(self, supposed: Hypothesis) -> ProjectTrace:
        key = frozenset(supposed.items())
        if key not in self._traces:
            self._traces[key] = trace_project(self.project, self.model, supposed)
        return self._traces[key]


def _traced_bounds(site: Site) -> list[Bound]:
    return [
        bound
        for element in site.elements
        for bound in element.bounds
        if bound.status is Status.TRACED
    ]


def _is_cured(site: Site) -> bool:
    """Whether all slices have a size that is known while JAX traces."""
    known = (Status.STATIC, Status.ABSENT)
    return all(
        element.step.status in known
        and (element.window is not None or all(b.status in known for b in element.bounds))
        for element in site.elements
    )


def _add(origins: Iterable[Step | None], supposed: dict[Step, frozenset[str]]) -> bool:
    """Suppose that the arguments which made tracers are static; whether that is anything new."""
    before = sum(map(len, supposed.values()))
    for origin in origins:
        if origin is not None and origin.argument:
            supposed[origin] = supposed.get(origin, frozenset()) | {origin.argument}
    return sum(map(len, supposed.values())) > before
