"""What is measured on a project, in this order: later rows find the caches that earlier ones filled."""

import importlib.util
import shutil
import subprocess
import sys
import venv
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from startup import CLEAN

from speed.process import Row, environment
from speed.projects import Project, change

PARSE = "`ast.parse`"
#: The rows for programs of each size: the others would take hours for the largest.
SIZED = (
    PARSE,
    "jaxslice-lint, no cache",
    "jaxslice-lint, empty cache",
    "jaxslice-lint, warm, nothing changed",
    "jaxslice-lint, warm, a leaf changed",
    "ruff, no cache",
)
#: Other tools that are measured where they are on the path.
OTHERS = ("ruff", "mypy", "pyright")

_PARSE_ALL = """\
import ast, sys
for name in open(sys.argv[1]).read().splitlines():
    with open(name, "rb") as file:
        try:
            ast.parse(file.read())
        except (SyntaxError, ValueError):
            pass
"""
#: Without the working directory on the path: a package in it may have the name of one that the tool imports.
_PYTHON = (sys.executable, "-P")
_OWN = (*_PYTHON, "-m", "jaxslice_lint")
#: 2: some files could not be read in full, as where the syntax is newer than Python. The others were looked at.
_OWN_STATUSES = (0, 1, 2)
_SESSION = Path(__file__).with_name("session.py")
_EDITS = 5
_MYPY = (
    "--ignore-missing-imports",
    "--no-error-summary",
    "--no-site-packages",
    "--explicit-package-bases",
)


@dataclass(frozen=True, slots=True)
class Bench:
    """Where the others are found that are measured, by name, and a scratch folder for caches."""

    others: Mapping[str, str]
    scratch: Path


def on_project(project: Project, bench: Bench) -> Iterator[Row]:
    """All rows for a project. `ast.parse` comes three times: the machine may become slower on the way."""
    listing = bench.scratch / "files"
    listing.write_text("\n".join(str(file) for file in project.files))
    parse = Row(PARSE, [*_PYTHON, "-c", _PARSE_ALL, listing])
    yield parse
    yield from _own(project, bench.scratch / "own")
    if importlib.util.find_spec("jaxslice_lint.engine"):
        yield from _session(project)
    yield parse
    makers = {"ruff": _ruff, "mypy": _mypy, "pyright": _pyright}
    for name, program in bench.others.items():
        yield from makers[name](program, project, bench.scratch)
    yield parse


def on_small_file(bench: Bench) -> Iterator[Row]:
    """One file outside any project, beside a Python that does nothing."""
    file = bench.scratch / "small.py"
    file.write_text(CLEAN)
    cache = bench.scratch / "small"
    yield Row("`python -c pass`", [sys.executable, "-c", "pass"])
    yield _own_row("no cache", "--no-cache", file)
    yield _own_row("warm", "--cache-dir", cache, file)
    if ruff := bench.others.get("ruff"):
        yield Row("ruff, no cache", (ruff, "check", "--isolated", "--no-cache", file))


def _own(project: Project, cache: Path) -> Iterator[Row]:
    cached = ("--cache-dir", cache)
    empty = partial(shutil.rmtree, cache, ignore_errors=True)
    yield _own_row("no cache", "--no-cache", ".")
    yield _own_row("empty cache", *cached, ".", prepare=empty)
    yield _own_row("warm, nothing changed", *cached, ".")
    for name, file in (("a leaf", project.chosen.leaf), ("the core", project.chosen.core)):
        yield _own_row(f"warm, {name} changed", *cached, ".", prepare=partial(change, file))
    yield _own_row("one file, no cache", "--no-cache", project.chosen.sliced)
    yield _own_row("one file, warm", *cached, project.chosen.sliced)


def _own_row(name: str, *arguments: str | Path, prepare: Callable[[], object] = tuple) -> Row:
    return Row(f"jaxslice-lint, {name}", [*_OWN, *arguments], prepare, _OWN_STATUSES)


def _session(project: Project) -> Iterator[Row]:
    for name, edits in (("opened", 0), ("edited", _EDITS)):
        command = (*_PYTHON, _SESSION, project.chosen.sliced, str(edits))
        yield Row(f"jaxslice-lint, one file {name} in memory", command, tells=True)


def _ruff(program: str, project: Project, scratch: Path) -> Iterator[Row]:
    """With the rules about names only: of files in which it finds something, ruff caches nothing."""
    check = (program, "check", "--isolated", "--select", "F")
    cached = (*check, "--cache-dir", scratch / "ruff")
    yield Row("ruff, no cache", (*check, "--no-cache"))
    yield Row("ruff, warm", cached, partial(_fill, cached, project.folder))


def _fill(command: Sequence[str | Path], folder: Path) -> None:
    """Fill the cache of a command by running it once."""
    subprocess.run(command, cwd=folder, capture_output=True, env=environment(), check=False)


def _mypy(program: str, project: Project, scratch: Path) -> Iterator[Row]:
    """Without settings and without what is installed, of which the tool reads nothing either.

    Modules are named by their paths. Those whose path is no name are left out: mypy stops at the second of one name.
    """
    cache, listing = scratch / "mypy", scratch / "mypy_files"
    paths = [file.relative_to(project.folder).with_suffix("") for file in project.files]
    named = [path for path in paths if all(part.isidentifier() for part in path.parts)]
    listing.write_text("\n".join(f"{path}.py" for path in named))
    command: list[str | Path] = [program, "--config-file=", "--cache-dir", cache, *_MYPY]
    command.append(f"@{listing}")
    yield Row("mypy, empty cache", command, partial(shutil.rmtree, cache, ignore_errors=True))
    yield Row("mypy, warm", command)


def _pyright(program: str, _: Project, scratch: Path) -> Iterator[Row]:
    """With a Python that has nothing installed. Pyright keeps no cache."""
    bare = scratch / "bare"
    venv.create(bare, with_pip=False)
    yield Row("pyright", [program, "--outputjson", "--pythonpath", bare / "bin" / "python"])
