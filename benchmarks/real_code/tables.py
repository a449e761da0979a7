"""The results as Markdown; the only place that words them."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from precision import Precision
from recall import Recall, Site
from speed import Speed

_LARGEST = 5


def precision_tables(results: Sequence[Precision], title: str) -> str:
    """How many findings, and each of them."""
    judged = [(r.package.name, j) for r in results for j in r.findings]
    verdicts = Counter(j.verdict for _, j in judged)
    counts = ", ".join(f"{number} {verdict}" for verdict, number in sorted(verdicts.items()))
    unparsed = sum(r.unparsed for r in results)
    lines = [
        f"### {title}",
        "",
        f"{len(results)} packages, {len(judged)} findings{f' ({counts})' * bool(judged)}, "
        f"{unparsed} files with syntax newer than this Python.",
        "",
    ]
    if judged:
        rows = [
            [name, f"{j.finding.path}:{j.finding.line}", j.finding.code, j.verdict, j.why]
            for name, j in judged
        ]
        lines += [*table(["package", "place", "code", "verdict", "why"], rows), ""]
    return "\n".join([*lines, *_failures((r.package.name, r.failures) for r in results)])


def recall_tables(results: Sequence[Recall], *, with_assumed: bool) -> str:
    """Sites by package, then what is missed, what has no safe fix, and what could not be undone, by reason."""
    with_sites = [r for r in results if r.sites]
    sites = [site for r in with_sites for site in r.sites]
    head = ["package", "undone", "static", "traced by package", "found", "found in all"]
    head += [
        "rewritten",
        "also unsafe",
        *["users' sites", "found with `assume-traced`"] * with_assumed,
    ]
    rows = [[r.package.name, *_recall_row(r.sites, with_assumed)] for r in with_sites]
    rows.append(["**all**", *_recall_row(sites, with_assumed)])
    lines = ["### Recall", "", *table(head, rows), ""]
    lines += ["### Missed, by reason", ""]
    reasons = sorted({s.reason for s in sites if s.reason and s.traced_by != "static"})
    rows = [[reason, *_missed(sites, reason)] for reason in reasons]
    lines += [*table(["reason", "traced by the package", "traced by its users only"], rows), ""]
    doubts = Counter(s.doubt for s in sites if s.doubt).most_common()
    lines += ["### Found, but not rewritten safely", ""]
    lines += [*table(["reason", "sites"], [[why, str(n)] for why, n in doubts]), ""]
    skips = sum((r.skips for r in results), Counter())
    lines += ["### Calls that the codemod leaves alone", ""]
    lines += [*table(["reason", "calls"], [[k, str(n)] for k, n in skips.most_common()]), ""]
    return "\n".join([*lines, *_failures((r.package.name, r.failures) for r in results)])


def speed_table(results: Sequence[Speed]) -> str:
    """The largest packages on top."""
    ordered = sorted(results, key=lambda r: -r.lines)
    head = [
        "package",
        "files",
        "lines",
        "wall s",
        "CPU s",
        "lines / CPU s",
        "× `ast.parse`",
        "peak MB",
    ]
    rows = [
        [
            f"**{r.package.name}**" if place < _LARGEST else r.package.name,
            str(r.files),
            str(r.lines),
            f"{r.seconds:.1f}",
            f"{r.cpu_seconds:.1f}",
            f"{r.lines / r.cpu_seconds:.0f}",
            f"{r.ratio:.1f}",
            f"{r.megabytes:.0f}",
        ]
        for place, r in enumerate(ordered)
    ]
    return "\n".join(["### Speed, cold", "", *table(head, rows), ""])


def _recall_row(sites: Sequence[Site], with_assumed: bool) -> list[str]:
    def count(holds: Callable[[Site], object]) -> int:
        return sum(1 for site in sites if holds(site))

    traced = [site for site in sites if site.is_traced_by_package]
    users = [site for site in sites if not site.traced_by]
    row = [
        str(len(sites)),
        str(count(lambda site: site.traced_by == "static")),
        str(len(traced)),
        _share(sum(bool(site.found) for site in traced), len(traced)),
        str(count(lambda site: site.found)),
        str(count(lambda site: site.rewritten == "safe")),
        str(count(lambda site: site.rewritten == "unsafe")),
    ]
    if with_assumed:
        row += [str(len(users)), _share(sum(bool(site.assumed) for site in users), len(users))]
    return row


def _missed(sites: Sequence[Site], reason: str) -> list[str]:
    missed = [site for site in sites if site.reason == reason]
    return [
        str(sum(site.is_traced_by_package for site in missed)),
        str(sum(not site.traced_by for site in missed)),
    ]


def _share(part: int, whole: int) -> str:
    return f"{part} ({part / whole:.0%})" if whole else "0"


def _failures(results: Iterable[tuple[str, Sequence[str]]]) -> list[str]:
    counts = Counter((name, line) for name, failures in results for line in failures)
    lines = [
        f"* {name}: {line} ({n} times)" if n > 1 else f"* {name}: {line}"
        for (name, line), n in counts.items()
    ]
    return ["What the tool could not do:", "", *lines, ""] if lines else []


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    texts = [head, ["---"] * len(head), *rows]
    return ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in texts]
