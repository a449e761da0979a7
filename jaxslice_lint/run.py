"""One run: discover files, read them, trace, check, take out what is suppressed, fix until nothing changes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from jaxslice_lint.facts.crash import Crash
from jaxslice_lint.facts.evaluation import Evaluation
from jaxslice_lint.facts.site import Site
from jaxslice_lint.jax_model.model import LIBRARIES, Model
from jaxslice_lint.report.outcome import FileOutcome, Outcome, Rewrite, is_applicable
from jaxslice_lint.report.summary import same_fix
from jaxslice_lint.rules import jsl902
from jaxslice_lint.rules.engine import check
from jaxslice_lint.rules.finding import Finding
from jaxslice_lint.rules.suppressions import suppress
from jaxslice_lint.settings import Settings
from jaxslice_lint.source.disk import FileError, decode, read
from jaxslice_lint.source.errors import in_words
from jaxslice_lint.source.files import discover
from jaxslice_lint.source.parse import ParseError
from jaxslice_lint.source.project import Project, neighbours, project_root
from jaxslice_lint.source.text import Source
from jaxslice_lint.source.writing import write

if TYPE_CHECKING:
    from jaxslice_lint.cache import Cache
    from jaxslice_lint.rewrite import Fix
    from jaxslice_lint.tracing import ProjectTrace
    from jaxslice_lint.verify.verdict import Verdict
    from jaxslice_lint.verify.verifier import Verifier

_MAX_ROUNDS = 100
_NOT_EXACT = "would spell some characters in other bytes than the file does"
_OLD_PYTHON = "the Python that runs jaxslice-lint does not parse the file"


def run_paths(
    paths: Sequence[Path], settings: Settings, *, fix: bool, cache: "Cache | None" = None
) -> Outcome:
    """Check the files at and below `paths`. With `fix` the outcome holds the fixed sources; nothing is written."""
    sources, failures = _read_all(paths, settings)
    outcome = run_sources(sources, settings, fix=fix, cache=cache)
    return replace(outcome, failures=(*failures, *outcome.failures))


def _read_all(paths: Sequence[Path], settings: Settings) -> tuple[list[Source], list[str]]:
    """The files at and below `paths`, and why some could not be read."""
    discovered = discover(paths, settings.filter)
    failures = list(discovered.problems)
    sources: list[Source] = []
    for path in discovered.files:
        try:
            sources.append(read(path))
        except FileError as error:
            failures.append(str(error))
    return sources, failures


def run_text(data: bytes, name: Path, settings: Settings, *, fix: bool) -> Outcome:
    """Check `data` as if it were the file `name`. There is no file in the outcome if it is left out or unreadable."""
    if settings.force_exclude and settings.filter.exclude.match(name):
        return Outcome(())
    try:
        return run_sources([decode(name, data)], settings, fix=fix)
    except FileError as error:
        return Outcome((), (str(error),))


def run_sources(
    sources: Sequence[Source], settings: Settings, *, fix: bool, cache: "Cache | None" = None
) -> Outcome:
    """Check sources, and with `fix` apply their fixes until nothing changes."""
    return run_project(project_of(sources, settings), settings, fix=fix, cache=cache)


def run_project(
    project: Project, settings: Settings, *, fix: bool = False, cache: "Cache | None" = None
) -> Outcome:
    """Check the given files of a project, and with `fix` apply their fixes until nothing changes. What is in the
    `cache` is not traced."""
    known = None if cache is None else cache.recall(project, settings)
    # What is written to a file is found anew, since anybody could have written to the cache.
    if known is not None and not (fix and any(one.fix for one in known.findings)):
        return known
    traced = _trace(project, settings.model)
    analyses = [
        _judge(_Analysis(source, source), project, traced, settings) for source in project.sources
    ]
    found = _outcome(analyses, project, traced)
    if cache is not None:
        cache.keep(project, settings, found)
    if fix:
        found = _outcome(_fix_all(analyses, project, settings), project, traced)
    return found


def _outcome(analyses: Sequence["_Analysis"], project: Project, traced: "ProjectTrace") -> Outcome:
    elsewhere = [_crash(crash) for crash in traced.crashes if crash.path not in project.given]
    return Outcome(
        tuple(FileOutcome(a.original, a.source, a.findings, a.sites, a.rewrites) for a in analyses),
        (*(failure for a in analyses for failure in a.failures), *elsewhere),
        tuple(
            f"{one.path}:{one.line}: gave up in {one.function}: {one.detail}"
            for one in traced.given_up
        ),
        tuple(f"{path}: {part.error.message}" for path, part in project.read_in_part.items()),
        spent=traced.spent,
    )


def debug_trace(
    paths: Sequence[Path], settings: Settings, file: Path, line: int | None
) -> tuple[Evaluation, ...]:
    """What the expressions on a line of a file are, as it and the files at and below `paths` reach it; without a line,
    what is passed to `reveal_traced` in it.

    Raises `FileError` if the file cannot be read or parsed, or has no such line.
    """
    from jaxslice_lint.tracing import trace_project, watch_line, watch_revealed

    wanted = read(file)
    others, _ = _read_all(paths, settings)
    project = project_of([wanted, *(one for one in others if one.path != file)], settings)
    error = project.syntax(file)
    if isinstance(error, ParseError):
        raise FileError(f"{file}:{error.line}:{error.column}: {error.message}")
    count = len(wanted.line_starts) - wanted.text.endswith(("\n", "\r"))
    if line is not None and not 1 <= line <= count:
        raise FileError(f"{file}: there is no line {line}, the last one is {count}")
    watch = watch_revealed(project, file) if line is None else watch_line(file, line)
    return trace_project(project, settings.model, watch=watch).evaluations


def project_of(sources: Sequence[Source], settings: Settings) -> Project:
    """The project that `sources` belong to, which are given."""
    return _project(sources, [source.path for source in sources], settings)


def project_around(path: Path, settings: Settings) -> Project:
    """The project that a file belongs to, with nothing given."""
    return _project((), [path], settings)


def _project(sources: Sequence[Source], paths: Sequence[Path], settings: Settings) -> Project:
    roots = dict.fromkeys(map(project_root, paths))
    others = partial(_other_files, paths, settings)
    return Project(sources, others, [root for root in roots if root is not None], LIBRARIES)


def _other_files(given: Sequence[Path], settings: Settings) -> Sequence[Path]:
    """The files of the projects that the given ones belong to."""
    folders: dict[Path, None] = {}
    for path in given:
        root = project_root(path)
        folders.update(dict.fromkeys(neighbours(path) if root is None else [root]))
    return discover(list(folders), settings.filter).files


def write_changes(outcome: Outcome, settings: Settings, given: Sequence[Path]) -> Outcome:
    """Write the files that the fixes changed; one that cannot be written is a failure, reported as it still is.

    `given`: the paths that were named.
    """
    files: list[FileOutcome] = []
    failures = list(outcome.failures)
    for file in outcome.files:
        try:
            if file.changed:
                write(file.original, file.source, given)
            files.append(file)
        except FileError as error:
            failures.append(str(error))
            files += run_sources([file.original], settings, fix=False).files
    return replace(outcome, files=tuple(files), failures=tuple(failures))


@dataclass(frozen=True, slots=True)
class _Analysis:
    """What is known of one file at some point of the run."""

    original: Source
    source: Source
    findings: tuple[Finding, ...] = ()
    sites: tuple[Site, ...] = ()
    rewrites: tuple[Rewrite, ...] = ()
    failures: tuple[str, ...] = ()


def _trace(project: Project, model: Model) -> "ProjectTrace":
    """Trace the given files; one that brings the tracer down costs the others nothing."""
    from jaxslice_lint.tracing import ProjectTrace, trace_project

    try:
        return trace_project(project, model)
    except Exception as error:
        if len(project.given) == 1:
            crash = Crash(project.given[0], "", 1, in_words(error))
            return ProjectTrace({}, crashes=(crash,))
    parts = [_trace(project.updated([source]), model) for source in project.sources]
    sites = {path: found for part in parts for path, found in part.sites.items()}
    misuses = {path: found for part in parts for path, found in part.misuses.items()}
    return ProjectTrace(
        sites,
        misuses,
        tuple(dict.fromkeys(crash for part in parts for crash in part.crashes)),
        tuple(dict.fromkeys(one for part in parts for one in part.given_up)),
    )


def _judge(
    analysis: _Analysis,
    project: Project,
    traced: "ProjectTrace",
    settings: Settings,
) -> _Analysis:
    from jaxslice_lint.remedies import with_static_remedies

    source = analysis.source
    enabled = settings.enabled(source.path)
    tree = project.syntax(source.path)
    if isinstance(tree, ParseError):
        findings = [jsl902.finding(source, tree)] if jsl902.RULE.code in enabled else []
        return replace(analysis, findings=tuple(findings), sites=())
    part = project.read_in_part.get(source.path)
    if part is not None:
        source = part.source
    sites = traced.sites.get(source.path, ())
    failures = [_crash(crash) for crash in traced.crashes if crash.path == source.path]
    found: list[Finding] = []
    try:
        misuses = traced.misuses.get(source.path, ())
        length = settings.longest_line(source.path)
        found = check(source, sites, settings.fix_style, misuses, length, tree)
        if part is None:
            try:
                found = with_static_remedies(found, traced, source, project, settings.model, length)
            except Exception as crash:
                failures.append(_crash(Crash(source.path, "", 1, in_words(crash))))
        else:
            # No rewrite of it could be parsed to see that it is one.
            found = [replace(one, fix=None, no_fix=_OLD_PYTHON) for one in found]
            found.append(jsl902.finding(source, part.error))
    except Exception as crash:
        failures.append(_crash(Crash(source.path, "", 1, in_words(crash))))
    remaining, unused = suppress(source, [f for f in found if f.code in enabled], enabled)
    if failures:
        unused = []  # what was not analysed may hold what a comment suppresses
    ordered = sorted([*remaining, *unused], key=lambda f: (f.span.line, f.span.column, f.code))
    return replace(analysis, findings=tuple(ordered), sites=sites, failures=tuple(failures))


def _fix_all(
    analyses: Sequence[_Analysis], project: Project, settings: Settings
) -> list[_Analysis]:
    """Apply all fixes, with `verify` those that a child process finds to be the same; none at all if it cannot tell."""
    if not settings.verify:
        return _fix(analyses, project, settings, None)
    from jaxslice_lint.verify.process import Child, interpreter
    from jaxslice_lint.verify.verdict import VerifyError
    from jaxslice_lint.verify.verifier import Verifier

    try:
        with Child(interpreter(settings.verify_python, settings.distrusted)) as child:
            return _fix(analyses, project, settings, Verifier(child))
    except VerifyError as error:
        first, *others = analyses
        return [replace(first, failures=(*first.failures, str(error))), *others]


def _fix(
    analyses: Sequence[_Analysis],
    project: Project,
    settings: Settings,
    verifier: "Verifier | None",
) -> list[_Analysis]:
    """Apply fixes and analyse again, until no file changes."""
    results = {analysis.source.path: analysis for analysis in analyses}
    pending = list(analyses)
    for _ in range(_MAX_ROUNDS):
        applied = [_apply(analysis, settings, verifier) for analysis in pending]
        results.update((analysis.source.path, analysis) for analysis in applied)
        changed = [
            a for a, before in zip(applied, pending, strict=True) if a.source != before.source
        ]
        if not changed:
            break
        project = project.updated([analysis.source for analysis in changed])
        traced = _trace(project, settings.model)
        pending = [_judge(analysis, project, traced, settings) for analysis in changed]
        results.update((analysis.source.path, analysis) for analysis in pending)
    else:
        message = f"failed to converge after {_MAX_ROUNDS} rounds of fixes: the file is left alone"
        for first in analyses:
            if any(first.source.path == left.source.path for left in pending):
                failure = f"{first.source.path}: {message}"
                results[first.source.path] = replace(first, failures=(*first.failures, failure))
    return [results[analysis.source.path] for analysis in analyses]


def _apply(analysis: _Analysis, settings: Settings, verifier: "Verifier | None") -> _Analysis:
    from jaxslice_lint.rewrite import apply_fixes

    path = analysis.source.path
    unsafe = settings.unsafe_fixes and settings.is_meant("unsafe_fixes", path)
    fixable = [f for f in analysis.findings if is_applicable(f, unsafe)]
    fixes = [finding.fix for finding in fixable if finding.fix]
    if not fixes or not settings.is_meant("fix", path):
        return analysis
    if not analysis.source.is_exact:
        failure = f"{path}: not rewritten: {analysis.source.encoding} {_NOT_EXACT}"
        return replace(analysis, failures=(*analysis.failures, failure))
    verdicts: dict[Fix, Verdict] = {}
    length = settings.longest_line(path)
    if verifier is None:
        applied = apply_fixes(analysis.source, fixes, length)
    else:
        applied, verdicts = verifier.apply(analysis.source, fixes, analysis.sites, length)
    if applied.problem:
        failure = f"{path}: internal error: not rewritten: {applied.problem}"
        return replace(analysis, failures=(*analysis.failures, failure))
    done = [finding for finding in fixable if finding.fix in applied.applied]
    return replace(
        analysis,
        source=replace(analysis.source, text=applied.text),
        findings=tuple(_refused(finding, verdicts) for finding in analysis.findings),
        rewrites=(*analysis.rewrites, *(_rewrite(finding, done, verdicts) for finding in done)),
    )


def _rewrite(
    finding: Finding, done: Sequence[Finding], verdicts: "Mapping[Fix, Verdict]"
) -> Rewrite:
    """What is told of the fix of one of the findings that are `done`."""
    assert finding.fix is not None
    line, column = finding.span.start
    first, verdict = finding.cured_with(done), verdicts.get(finding.fix)
    message = f"The {same_fix(first)}" if first else finding.fix.message
    told = (verdict.by, verdict.unverified, verdict.generated) if verdict else ()
    return Rewrite(finding.code, finding.name, line, column, message, *told)


def _refused(finding: Finding, verdicts: "Mapping[Fix, Verdict]") -> Finding:
    """The finding, without its fix if that must not be written."""
    verdict = verdicts.get(finding.fix) if finding.fix else None
    if verdict is None or not verdict.refusal:
        return finding
    return replace(finding, fix=None, help=verdict.refusal, no_fix=verdict.refusal)


def _crash(crash: Crash) -> str:
    """The last line of a traceback names the exception."""
    last = (crash.detail.strip().splitlines() or [""])[-1]
    where = f"{crash.path}, function {crash.function}" if crash.function else f"{crash.path}"
    return f"internal error in {where}: {last}; please report it together with this file"
