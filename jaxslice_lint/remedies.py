"""Static arguments as a cure for traced sizes: tried out by tracing the program as if they were static."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from jaxslice_lint.facts.site import Bound, Element
from jaxslice_lint.facts.status import Status, Step
from jaxslice_lint.facts.what_if import WhatIf
from jaxslice_lint.jax_model.model import Model
from jaxslice_lint.rules import RULES
from jaxslice_lint.rules.finding import Finding
from jaxslice_lint.source.project import Project
from jaxslice_lint.source.text import Source
from jaxslice_lint.tracing import ProjectTrace, trace_project

#: The rules whose findings a static size cures.
_CODES = frozenset(rule.code for rule in RULES if rule.is_cured_by_static_size)
#: Parameters that have to become static one because of another.
_MOST_ROUNDS = 6
_IF_STATIC = "or make the size static with `static_argnames` (one compilation per value)"


def with_static_remedies(
    findings: Sequence[Finding],
    traced: ProjectTrace,
    source: Source,
    project: Project,
    model: Model,
    line_length: int,
) -> list[Finding]:
    """The findings, those without a rewrite with `static_argnames` as one where that cures them.

    Where less would do, such as another declaration of a field, the help says so.
    """
    if not any(finding.code in _CODES for finding in findings):
        return list(findings)
    trial = _Trial(project.updated([source]), model, source)
    result: list[Finding] = []
    for finding in findings:
        if finding.code in _CODES:
            bounds = _uncured(traced, finding)
            if finding.fix is None:
                finding = _cured(finding, trial.cure(bounds, finding), source, line_length)
            advice = dict.fromkeys(bound.origin.advice if bound.origin else "" for bound in bounds)
            if advice and all(advice):
                before = [finding.help] if finding.fix else []
                finding = replace(finding, help="; or ".join([*before, *advice]))
        result.append(finding)
    return result


def _cured(finding: Finding, cure: WhatIf | str, source: Source, line_length: int) -> Finding:
    from jaxslice_lint.rewrite.statements.changing import changing_arguments
    from jaxslice_lint.rewrite.statements.static_argnames import static_fix
    from jaxslice_lint.rewrite.text.fit import fitted

    if isinstance(cure, str):
        return _unfixed(finding, cure)
    if changing := changing_arguments(cure, source):
        cost = _cost(changing)
        return replace(_unfixed(finding, cost), help=f"{finding.help}; {cost}")
    fix = static_fix(cure, source)
    if isinstance(fix, str):
        return replace(_unfixed(finding, fix), help=f"{finding.help}; {_IF_STATIC}")
    [laid_out] = fitted(source, [fix], line_length)
    return replace(finding, fix=laid_out, help=fix.message, no_fix="")


def _unfixed(finding: Finding, reason: str) -> Finding:
    reasons = [one for one in (finding.no_fix, reason) if one]
    return replace(finding, no_fix="; ".join(reasons))


def _cost(changing: Sequence[str]) -> str:
    """Why arguments are not made static that are other numbers at each call."""
    listed = " and ".join(f"`{name}`" for name in dict.fromkeys(changing))
    verb = "changes" if len(dict.fromkeys(changing)) == 1 else "change"
    return f"{listed} {verb} from call to call, and would cost one compilation per value if static"


@dataclass(slots=True)
class _Trial:
    """What if: about the functions that lead to the slices of one file."""

    project: Project
    model: Model
    source: Source
    _traces: dict[frozenset[tuple[Step, frozenset[str]]], ProjectTrace] = field(
        default_factory=dict
    )

    def cure(self, bounds: Sequence[Bound], finding: Finding) -> WhatIf | str:
        """The parameters that must be static so that none of `bounds` is traced, or why that cannot be."""
        supposed: dict[Step, frozenset[str]] = {}
        origins = [bound.origin for bound in bounds]
        for _ in range(_MOST_ROUNDS):
            if not _add(origins, supposed):
                return "its size does not come from an argument that could be static"
            trace = self._trace(supposed)
            blocked = [c for c in trace.conflicts if c.origin is None or not c.origin.argument]
            if blocked:
                return f"`{blocked[0].name}` cannot be a static argument: {blocked[0].why}"
            origins = [conflict.origin for conflict in trace.conflicts]
            if not origins:
                left = _uncured(trace, finding)
                if not left:
                    return self._least(supposed, finding)
                origins = [bound.origin for bound in left]
        return "its size depends on too many arguments"

    def _least(self, supposed: WhatIf, finding: Finding) -> WhatIf:
        """`supposed` without what is not needed: a position may stay traced if the size is static."""
        for step, names in supposed.items():
            for name in sorted(names):
                fewer = {**supposed, step: supposed[step] - {name}}
                fewer = {one: some for one, some in fewer.items() if some}
                if not fewer:
                    continue
                trace = self._trace(fewer)
                if not trace.conflicts and not _uncured(trace, finding):
                    return self._least(fewer, finding)
        return supposed

    def _trace(self, supposed: WhatIf) -> ProjectTrace:
        key = frozenset(supposed.items())
        if key not in self._traces:
            self._traces[key] = trace_project(self.project, self.model, supposed)
        return self._traces[key]


def _uncured(trace: ProjectTrace, finding: Finding) -> list[Bound]:
    """The bounds and sizes that are not known while JAX traces; a position may be, if the size is."""
    misuses = [one for one in trace.misuses.get(finding.path, ()) if one.span == finding.span]
    sites = [one for one in trace.sites.get(finding.path, ()) if one.span == finding.span]
    sizes = [size for misuse in misuses for size in misuse.sizes]
    bounds = [bound for site in sites for element in site.elements for bound in _unknown(element)]
    return sizes + bounds


def _unknown(element: Element) -> list[Bound]:
    known = (Status.STATIC, Status.ABSENT)
    has_window = element.is_traced and element.window is not None
    bounds = [element.step] if has_window else element.bounds
    return [bound for bound in bounds if bound.status not in known]


def _add(origins: Iterable[Step | None], supposed: dict[Step, frozenset[str]]) -> bool:
    """Suppose that the arguments which made tracers are static; whether that is anything new."""
    before = sum(map(len, supposed.values()))
    for origin in origins:
        if origin is not None and origin.argument:
            supposed[origin] = supposed.get(origin, frozenset()) | {origin.argument}
    return sum(map(len, supposed.values())) > before
