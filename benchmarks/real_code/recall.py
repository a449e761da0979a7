"""Recall: of the slices that were `lax.dynamic_slice*` calls, how many are found, how many become calls again, and
why the rest is missed.
"""

import re
import shutil
import tempfile
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path

import triage
from fetch import Package, fetch
from lint import Finding, Run, lint
from program import Key, Program
from reach import traced_functions
from undo import UndoneSite
from undone_tree import Tree, parsed, undone_tree

_CODES = ("JSL101", "JSL102", "JSL103", "JSL104")
#: What `-v` says of the start of a missed slice, and the group in which it is counted.
_REASONS = (
    (r"unknown: what is passed for", "nobody is seen to call the function"),
    (
        r"unknown: the result of a function that is not known",
        "the result of a function that is not known",
    ),
    (r"unknown: .*attribute", "an attribute of an unknown object"),
    (r"unknown", "another unknown value"),
    (r"static", "judged static"),
    (r"traced", "traced, but not reported"),
    (r"$", "the slice is not reached"),
)

#: Where a subscript ends: path, line and column. No two end at one place, but several may begin there.
_End = tuple[str, int, int]


@dataclass(frozen=True, slots=True)
class Site:
    """An undone site and what became of it.

    `traced_by` is "transform", "module", "static" (the start is no tracer in fact) or empty (only users trace it).
    `found` is the code of the finding, `fix` its safety, `doubt` why it has no safe one; `assumed` is the code with
    `assume-traced`.
    `line` and `column` are those of the undone text.
    """

    package: str
    file: str
    line: int
    column: int
    released_line: int
    function: str
    kind: str
    traced_by: str
    found: str
    fix: str
    rewritten: str
    doubt: str
    assumed: str
    why: str
    reason: str

    def as_json(self) -> dict[str, object]:
        """For the listing."""
        return asdict(self) | {"traced_by_package": self.is_traced_by_package}

    @property
    def is_traced_by_package(self) -> bool:
        """Whether the package itself traces the function, as far as names and `undone.toml` tell."""
        return self.traced_by in {"transform", "module"}


@dataclass(frozen=True, slots=True)
class Recall:
    """One package: its undone sites, calls that could not be undone by reason, and what the tool failed at."""

    package: Package
    sites: tuple[Site, ...]
    skips: Counter[str]
    failures: tuple[str, ...]


def recall(package: Package, cache: Path, *, with_assumed: bool) -> Recall:
    """Undo, lint, compare, and fix."""
    released = fetch(package, cache)
    copy = cache / "undone" / package.folder
    shutil.rmtree(copy, ignore_errors=True)
    tree = undone_tree(released, copy)
    if not tree.sites:
        return Recall(package, (), tree.skips, ())
    run = lint(copy, verbose=True)
    roots = triage.assumed(package) if with_assumed else []
    assumed = lint(copy, assume_traced=roots) if roots else run
    rewritten, failed = _rewritten(tree, run)
    traced = _traced_by(package, released, tree)
    found, found_assumed = _by_end(run), _by_end(assumed)
    sites = []
    for path, site in tree.sites:
        end = (path, site.end.line, site.end.column)
        finding, then = found.get(end), found_assumed.get(end)
        why = "" if finding else _why(path, site, run)
        sites.append(
            Site(
                package.name,
                path,
                site.start.line,
                site.start.column,
                site.released_line,
                site.function,
                site.kind,
                traced[path, site.released_line, site.function],
                finding.code if finding else "",
                finding.fix if finding else "",
                rewritten.get(end, ""),
                finding.doubt if finding else "",
                then.code if then else "",
                why,
                "" if finding else _group(why),
            )
        )
    failures = (*run.failures, *(assumed.failures if roots else ()), *failed)
    return Recall(package, tuple(sites), tree.skips, failures)


def _traced_by(package: Package, released: Path, tree: Tree) -> dict[tuple[str, int, str], str]:
    """How each site is traced: by names, corrected by what was decided by hand."""
    functions = traced_functions(Program(parsed(released)))
    verdicts = triage.site_verdicts(package)
    traced: dict[tuple[str, int, str], str] = {}
    for path, site in tree.sites:
        by_name = functions.get(Key(path, site.function), "")
        verdict = verdicts.get((path, site.released_line))
        match verdict.verdict if verdict else None:
            case triage.STATIC:
                by_name = "static"
            case triage.USERS:
                by_name = ""
            case triage.TRACED:
                by_name = by_name or "transform"
        traced[path, site.released_line, site.function] = by_name
    return traced


def _by_end(run: Run) -> dict[_End, Finding]:
    return {(f.path, f.end_line, f.end_column): f for f in run.findings if f.code in _CODES}


def _why(path: str, site: UndoneSite, run: Run) -> str:
    """What `-v` says of the first start that is not traced; empty if it says nothing."""
    said = [run.verdicts.get((path, place.line, place.column), "") for place in site.bounds]
    untraced = [verdict for verdict in said if not verdict.startswith("traced")]
    return next(iter(untraced or said), "")


def _group(why: str) -> str:
    return next(group for pattern, group in _REASONS if re.match(pattern, why))


def _rewritten(tree: Tree, before: Run) -> tuple[dict[_End, str], list[str]]:
    """The sites whose finding `--fix --unsafe-fixes` turned into calls, with the safety of the fix.

    A file counts only if it then has fewer findings and more calls, by as many as its fixes write.
    """
    fixable = {end: f for end, f in _by_end(before).items() if f.fix}
    written = Counter(f.path for f in fixable.values() if f.calls)
    if not fixable:
        return {}, []
    with tempfile.TemporaryDirectory() as scratch:
        copy = shutil.copytree(tree.folder, Path(scratch, "fixed"))
        run = lint(copy, "--fix", "--unsafe-fixes")
        calls = {path: _calls(copy / path) - _calls(tree.folder / path) for path, *_ in fixable}
    left = Counter(f.path for f in run.findings if f.code in _CODES)
    expected = Counter(f.path for end, f in _by_end(before).items() if end not in fixable)
    ends = {(path, site.end.line, site.end.column) for path, site in tree.sites}
    done: dict[_End, str] = {}
    problems = list(run.failures)
    for path, gained in sorted(calls.items()):
        here = {end: f.fix for end, f in fixable.items() if end[0] == path}
        if left[path] == expected[path] and gained >= written[path]:
            done |= {end: safety for end, safety in here.items() if end in ends}
        else:
            told = f"{len(here)} fixes, {gained} more calls, {left[path]} findings left"
            problems.append(f"{path}: {told}")
    return done, problems


def _calls(path: Path) -> int:
    """How many calls the file has that a fix may write: of `x[i:i + 1][0]` it is one of an index."""
    calls = r"\bdynamic_(?:update_)?(?:slice(?:_in_dim)?|index_in_dim)\("
    return len(re.findall(calls, path.read_text(encoding="utf-8")))
