"""One run: discover files, read them, trace, check, take out what is suppressed, fix until nothing changes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from jaxslice_lint.report.outcome import FileOutcome, Outcome, Rewrite, is_applicable
from jaxslice_lint.rewrite import Fix, apply_fixes
from jaxslice_lint.rules import check, rule
from jaxslice_lint.rules.finding import Finding
from jaxslice_lint.settings import Settings
from jaxslice_lint.source.disk import FileError, decode, read, write
from jaxslice_lint.source.files import discover
from jaxslice_lint.source.parse import ParseError, parse_error
from jaxslice_lint.source.text import Source, Span
from jaxslice_lint.suppress import suppress
from jaxslice_lint.tracing import FileTrace, trace_files
from jaxslice_lint.tracing.site import Site

SYNTAX_ERROR = "JSL902"
_MAX_ROUNDS = 100


def run_paths(paths: Sequence[Path], settings: Settings, *, fix: bool) -> Outcome:
    """Check the files at and below `paths`. With `fix` the outcome holds the fixed sources; nothing is written."""
    discovered = discover(paths, settings.filter)
    failures = list(discovered.problems)
    sources: list[Source] = []
    for path in discovered.files:
        try:
            sources.append(read(path))
        except FileError as error:
            failures.append(str(error))
    outcome = run_sources(sources, settings, fix=fix)
    return replace(outcome, failures=(*failures, *outcome.failures))


def run_text(data: bytes, name: Path, settings: Settings, *, fix: bool) -> Outcome:
    """Check `data` as if it were the file `name`. There is no file in the outcome if it is left out or unreadable."""
    if settings.force_exclude and settings.filter.exclude.match(name):
        return Outcome(())
    try:
        return run_sources([decode(name, data)], settings, fix=fix)
    except FileError as error:
        return Outcome((), (str(error),))


def run_sources(sources: Sequence[Source], settings: Settings, *, fix: bool) -> Outcome:
    """Check sources, and with `fix` apply their fixes until nothing changes."""
    analyses = [_Analysis(source, source) for source in sources]
    analyses = _analyse(analyses, settings)
    if fix:
        analyses = _fix(analyses, settings)
    return Outcome(
        tuple(FileOutcome(a.original, a.source, a.findings, a.sites, a.rewrites) for a in analyses),
        tuple(failure for a in analyses for failure in a.failures),
    )


def write_changes(outcome: Outcome, settings: Settings) -> Outcome:
    """Write the files that the fixes changed; one that cannot be written is a failure, reported as it still is."""
    files: list[FileOutcome] = []
    failures = list(outcome.failures)
    for file in outcome.files:
        try:
            if file.changed:
                write(file.original, file.source)
            files.append(file)
        except FileError as error:
            failures.append(str(error))
            files += run_sources([file.original], settings, fix=False).files
    return Outcome(tuple(files), tuple(failures))


@dataclass(frozen=True, slots=True)
class _Analysis:
    """What is known of one file at some point of the run."""

    original: Source
    source: Source
    findings: tuple[Finding, ...] = ()
    sites: tuple[Site, ...] = ()
    rewrites: tuple[Rewrite, ...] = ()
    failures: tuple[str, ...] = ()


def _analyse(pending: Sequence[_Analysis], settings: Settings) -> list[_Analysis]:
    errors = {analysis.source.path: parse_error(analysis.source) for analysis in pending}
    traced = _trace([a.source for a in pending if errors[a.source.path] is None])
    return [_judge(a, errors[a.source.path], traced, settings) for a in pending]


def _trace(sources: Sequence[Source]) -> dict[Path, FileTrace | Exception]:
    """Trace files; one that brings the tracer down costs the others nothing."""
    try:
        return dict(trace_files(sources))
    except Exception as error:
        if len(sources) == 1:
            return {sources[0].path: error}
        return {path: found for source in sources for path, found in _trace([source]).items()}


def _judge(
    analysis: _Analysis,
    error: ParseError | None,
    traced: dict[Path, FileTrace | Exception],
    settings: Settings,
) -> _Analysis:
    source = analysis.source
    enabled = settings.enabled(source.path)
    if error is not None:
        findings = [_syntax_error(source, error)] if SYNTAX_ERROR in enabled else []
        return replace(analysis, findings=tuple(findings), sites=())
    trace = traced[source.path]
    if isinstance(trace, Exception):
        return replace(analysis, findings=(), sites=(), failures=(_crash(source, "", trace),))
    failures = [_crash(source, crash.function, crash.detail) for crash in trace.crashes]
    found: list[Finding] = []
    try:
        found = check(source, trace.sites, settings.fix_style)
    except Exception as crash:
        failures.append(_crash(source, "", crash))
    remaining, unused = suppress(source, [f for f in found if f.code in enabled], enabled)
    if failures:
        unused = []  # what was not analysed may hold what a comment suppresses
    ordered = sorted([*remaining, *unused], key=lambda f: (f.span.line, f.span.column, f.code))
    return replace(analysis, findings=tuple(ordered), sites=trace.sites, failures=tuple(failures))


def _fix(analyses: Sequence[_Analysis], settings: Settings) -> list[_Analysis]:
    """Apply fixes and analyse again, until no file changes."""
    results = {analysis.source.path: analysis for analysis in analyses}
    pending = list(analyses)
    for _ in range(_MAX_ROUNDS):
        applied = [_apply(analysis, settings.unsafe_fixes) for analysis in pending]
        results.update((analysis.source.path, analysis) for analysis in applied)
        changed = [
            a for a, before in zip(applied, pending, strict=True) if a.source != before.source
        ]
        if not changed:
            break
        pending = _analyse(changed, settings)
        results.update((analysis.source.path, analysis) for analysis in pending)
    else:
        message = f"failed to converge after {_MAX_ROUNDS} rounds of fixes: the file is left alone"
        for first in analyses:
            if any(first.source.path == left.source.path for left in pending):
                failure = f"{first.source.path}: {message}"
                results[first.source.path] = replace(first, failures=(*first.failures, failure))
    return [results[analysis.source.path] for analysis in analyses]


def _apply(analysis: _Analysis, unsafe: bool) -> _Analysis:
    fixable = [f for f in analysis.findings if is_applicable(f, unsafe)]
    fixes = [finding.fix for finding in fixable if finding.fix]
    if not fixes:
        return analysis
    applied = apply_fixes(analysis.source, fixes)
    if applied.problem:
        failure = f"{analysis.source.path}: internal error: not rewritten: {applied.problem}"
        return replace(analysis, failures=(*analysis.failures, failure))
    rewrites = [_rewrite(f, f.fix) for f in fixable if f.fix in applied.applied]
    return replace(
        analysis,
        source=replace(analysis.source, text=applied.text),
        rewrites=(*analysis.rewrites, *rewrites),
    )


def _rewrite(finding: Finding, fix: Fix | None) -> Rewrite:
    message = fix.message if fix else ""
    return Rewrite(finding.code, finding.name, finding.span.line, finding.span.column, message)


def _syntax_error(source: Source, error: ParseError) -> Finding:
    end = min(error.column + 1, len(source.line(error.line)) + 1)
    span = Span(error.line, error.column, error.line, max(end, error.column))
    name = rule(SYNTAX_ERROR).name
    message = f"Syntax error: {error.message}"
    return Finding(SYNTAX_ERROR, name, message, source.path, span, no_fix="the file does not parse")


def _crash(source: Source, function: str, error: Exception | str) -> str:
    """`error` is an exception or the text of a traceback, whose last line names the exception."""
    detail = f"{type(error).__name__}: {error}" if isinstance(error, Exception) else error
    last = (detail.strip().splitlines() or [""])[-1]
    where = f"{source.path}, function {function}" if function else f"{source.path}"
    return f"internal error in {where}: {last}; please report it together with this file"
