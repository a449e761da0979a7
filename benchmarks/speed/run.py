"""What a run costs as a multiple of `ast.parse` of the same files, cold and warm, beside ruff, mypy and pyright.

python benchmarks/speed/run.py [--package NAME …] [--scale] [--rounds N] [--write]

Prints Markdown; `--write` also puts it into `benchmarks/README.md`, between its markers, with a plot. It measures the
installed `jaxslice-lint`, or the one of `PYTHONPATH`, and whichever of the other tools are on the path; the plot needs
matplotlib. It needs Python 3.11.
"""

import argparse
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from real_code.fetch import default_cache, packages

from speed import report, rows
from speed.process import Row, StoppedError, Used, measured, middle
from speed.projects import Project, of_size, release

_README = Path(__file__).parents[1] / "README.md"
_PLOT = _README.with_name("speed.svg")
_BEGIN, _END = "<!-- speed -->", "<!-- end of speed -->"
_PACKAGES = (
    "brax",
    "craftax",
    "equinox",
    "flax",
    "jax",
    "jaxmarl",
    "keras",
    "maxtext",
    "optax",
    "torax",
)
_SIZES = (30_000, 300_000, 3_000_000)
_SMALL_ROUNDS = 15


def main() -> None:
    """Measure what the options ask for."""
    options = _options()
    others = _others()
    small = _on_small_file(others)
    chosen = packages(options.package or _PACKAGES)
    projects = [
        _on_project(partial(release, package, options.cache), others, options.rounds)
        for package in chosen
    ]
    sized = [
        _on_project(partial(of_size, size, options.cache), others, 1, rows.SIZED)
        for size in _SIZES * options.scale
    ]
    text = "\n".join(_parts(small, projects, sized, others))
    print(text)
    if options.write:
        _write(text, _plotted(projects, sized))


def _others() -> dict[str, str]:
    """The other tools that are on the path; on stderr, which are not."""
    found = {name: shutil.which(name) for name in rows.OTHERS}
    for name in (name for name, program in found.items() if not program):
        _say(f"{name} is not on the path: left out")
    return {name: program for name, program in found.items() if program}


def _on_small_file(others: Mapping[str, str]) -> dict[str, Used]:
    with tempfile.TemporaryDirectory() as scratch:
        bench = rows.Bench(others, Path(scratch))
        return _used("one small file", rows.on_small_file(bench), bench.scratch, _SMALL_ROUNDS)


def _on_project(
    make: Callable[[Path], Project],
    others: Mapping[str, str],
    rounds: int,
    names: Collection[str] = (),
) -> report.Measured:
    """All rows of a project, or those named, on a copy of it that is thrown away."""
    with tempfile.TemporaryDirectory() as scratch:
        bench = rows.Bench(others, Path(scratch))
        project = make(bench.scratch / "project")
        for name, file in asdict(project.chosen).items():
            _say(f"{project.name}: {name}: {file.relative_to(project.folder)}")
        wanted = (row for row in rows.on_project(project, bench) if not names or row.name in names)
        return report.Measured(project, _used(project.name, wanted, project.folder, rounds))


def _used(title: str, wanted: Iterable[Row], folder: Path, rounds: int) -> dict[str, Used]:
    """What each row used; on stderr, how far that is, and which rows say nothing."""
    runs: dict[str, list[Used]] = {}
    for row in wanted:
        try:
            these = measured(row, folder, rounds)
        except StoppedError as error:
            _say(f"{title}: {row.name}: left out, {error}")
        else:
            runs.setdefault(row.name, []).extend(these)
            used = middle(these)
            told = f"{used.wall:.2f} s, CPU {used.cpu:.2f} s, {used.megabytes:.0f} MB"
            _say(f"{title}: {row.name}: {told}")
    return {name: middle(these) for name, these in runs.items()}


def _parts(
    small: Mapping[str, Used],
    projects: Sequence[report.Measured],
    sized: Sequence[report.Measured],
    others: Mapping[str, str],
) -> Iterator[str]:
    versions = [
        subprocess.check_output([one, "--version"], text=True).strip() for one in others.values()
    ]
    tools = ", ".join([f"Python {platform.python_version()}", *versions])
    yield f"{date.today()}, {tools}, {os.cpu_count()} cores.\n"
    yield report.small_table(small)
    yield report.ratio_table(projects)
    if sized:
        yield report.size_table(sized)
    yield "<details><summary>All runs</summary>\n"
    yield report.detail_table(projects)
    yield "</details>"


def _plotted(projects: Sequence[report.Measured], sized: Sequence[report.Measured]) -> str:
    """The line that shows the plot, or nothing without matplotlib."""
    try:
        report.plot(projects, sized, _PLOT)
    except ImportError:
        _say("matplotlib is not installed: no plot")
        return ""
    return f"![Processor time of each run]({_PLOT.name})\n\n"


def _write(text: str, picture: str) -> None:
    before, _, rest = _README.read_text(encoding="utf-8").partition(_BEGIN)
    _, _, after = rest.partition(_END)
    whole = f"{before}{_BEGIN}\n{picture}{text}\n{_END}{after}"
    _README.write_text(whole, encoding="utf-8")


def _say(line: str) -> None:
    print(time.strftime("%H:%M:%S"), line, file=sys.stderr, flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument(
        "--package", action="append", default=[], metavar="NAME", help="this one, not the usual ten"
    )
    parser.add_argument("--scale", action="store_true", help="also programs of up to 3M lines")
    parser.add_argument(
        "--rounds", type=int, default=1, metavar="N", help="runs of each row, for their median"
    )
    parser.add_argument(
        "--cache", type=Path, default=default_cache(), help="where releases are kept"
    )
    parser.add_argument("--write", action="store_true", help="write tables and plot for the README")
    return parser.parse_args()


if __name__ == "__main__":
    main()
