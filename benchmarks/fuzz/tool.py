"""The tool under test, called in this process on texts in memory, or a stand-in for it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from fuzz.watch import Site

#: In no project, so that nothing is looked for around it.
_FOLDER = Path("/nowhere")
Mode = Literal["report", "safe", "unsafe"]


@dataclass(frozen=True, slots=True)
class Found:
    """One finding. `fix`: "safe", "unsafe" or "" for none; `caution`: why an unsafe one is unsafe."""

    code: str
    site: Site
    message: str
    fix: str
    caution: str


@dataclass(frozen=True, slots=True)
class Report:
    """What the tool did: the texts it left, what it finds in them, how many fixes it applied, what it could not do."""

    files: Mapping[str, str]
    found: tuple[Found, ...]
    rewrites: int
    failures: tuple[str, ...]


Tool = Callable[[Mapping[str, str], Mode], Report]


def jaxslice_lint(files: Mapping[str, str], mode: Mode) -> Report:
    """Run `jaxslice-lint`, `--fix` or `--fix --unsafe-fixes` with default settings on all files at once."""
    from jaxslice_lint.rules import RULES
    from jaxslice_lint.run import run_sources
    from jaxslice_lint.settings import Settings
    from jaxslice_lint.source.text import Source

    sources = [Source(_FOLDER / name, text) for name, text in files.items()]
    settings = Settings(frozenset(rule.code for rule in RULES), unsafe_fixes=mode == "unsafe")
    outcome = run_sources(sources, settings, fix=mode != "report")
    names = dict(zip((source.path for source in sources), files, strict=True))
    found = []
    for finding in outcome.findings:
        span, fix = finding.span, finding.fix
        site = Site(names[finding.path], span.line, span.column, span.end_line, span.end_column)
        safety = "" if fix is None else "safe" if fix.safe else "unsafe"
        caution = fix.caution if fix else ""
        found.append(Found(finding.code, site, finding.message, safety, caution))
    return Report(
        {names[file.original.path]: file.source.text for file in outcome.files},
        tuple(found),
        len(outcome.rewrites),
        outcome.failures,
    )
