"""The measurements as Markdown tables and as a plot."""

import importlib
import statistics
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from speed.process import Used
from speed.projects import Project
from speed.rows import PARSE

_HEADS = ("wall s", "CPU s", "peak MB")


@dataclass(frozen=True, slots=True)
class Measured:
    """What the rows of one project used, by their names. A row that could not be measured is missing."""

    project: Project
    used: Mapping[str, Used]

    def ratio(self, row: str) -> float:
        """Processor time of a row as a multiple of that of `ast.parse`."""
        return self.used[row].cpu / self.used[PARSE].cpu

    def per_1000(self, row: str) -> float:
        """Processor seconds of a row for each thousand lines."""
        return self.used[row].cpu / self.project.lines * 1000


def row_names(projects: Iterable[Measured]) -> list[str]:
    """The names of all rows, in the order of measuring."""
    return list(dict.fromkeys(row for one in projects for row in one.used))


def ratio_table(projects: Sequence[Measured]) -> str:
    """A row for each kind of run, a column for each project: processor time as a multiple of that of `ast.parse`."""
    names = [one.project.name for one in projects]

    def lines() -> Iterator[list[str]]:
        for row in row_names(projects):
            known = {id(one): one.ratio(row) for one in projects if row in one.used}
            cells = (_times(known.get(id(one))) for one in projects)
            yield [row, *cells, _times(statistics.median(known.values()))]

    return _table(["CPU × `ast.parse`", *names, "median"], lines())


def detail_table(projects: Sequence[Measured]) -> str:
    """A row for each run."""

    def lines() -> Iterator[list[str]]:
        for one in projects:
            title = f"**{one.project.name}**"
            for row, used in one.used.items():
                yield [title, row, *_numbers(used), _times(one.ratio(row))]

    return _table(["project", "run", *_HEADS, "× `ast.parse`"], lines())


def small_table(used: Mapping[str, Used]) -> str:
    """One small file: a row for each command."""
    return _table(
        ["one small file", *_HEADS], ([name, *_numbers(one)] for name, one in used.items())
    )


def size_table(projects: Sequence[Measured]) -> str:
    """Cost against size: a row for each run on each program."""

    def lines() -> Iterator[list[str]]:
        for one in projects:
            size = [f"{one.project.lines:,}", f"{len(one.project.files):,}"]
            for row, used in one.used.items():
                costs = [f"{one.per_1000(row):.4f}", _times(one.ratio(row))]
                yield [*size, row, *_numbers(used), *costs]

    heads = ["lines", "files", "run", *_HEADS, "CPU s per 1,000 lines", "× `ast.parse`"]
    return _table(heads, lines())


def plot(projects: Sequence[Measured], sized: Sequence[Measured], path: Path) -> None:
    """Draw the ratios of all projects, a line of dots for each kind of run, and below them cost against size.

    Raises `ImportError` without matplotlib.
    """
    pyplot: Any = importlib.import_module("matplotlib.pyplot")
    pyplot.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": path.name})
    heights = [1 + 0.3 * len(row_names(projects)), *[4] * bool(sized)]
    figure, places = pyplot.subplots(
        len(heights), figsize=(9, sum(heights)), height_ratios=heights, squeeze=False
    )
    ratios, *costs = places[:, 0]
    _draw_ratios(ratios, projects)
    for axes in costs:
        _draw_costs(axes, sized)
    for axes in (ratios, *costs):
        axes.set_xscale("log")
        axes.grid(alpha=0.3)
        axes.legend(fontsize="small", loc="upper left", bbox_to_anchor=(1, 1))
    figure.savefig(path, bbox_inches="tight", metadata={"Date": None})


def _draw_ratios(axes: Any, projects: Sequence[Measured]) -> None:
    rows = row_names(projects)
    for one in projects:
        places = [rows.index(row) for row in one.used]
        axes.plot([one.ratio(row) for row in one.used], places, "o", label=one.project.name)
    axes.set_yticks(range(len(rows)), [_plain(row) for row in rows])
    axes.invert_yaxis()
    axes.set_xlabel("processor time as a multiple of that of ast.parse")


def _draw_costs(axes: Any, sized: Sequence[Measured]) -> None:
    for row in row_names(sized):
        having = [one for one in sized if row in one.used]
        lines = [one.project.lines for one in having]
        axes.plot(lines, [one.per_1000(row) for one in having], "o-", label=_plain(row))
    axes.set_yscale("log")
    axes.set_xlabel("lines of the program")
    axes.set_ylabel("CPU seconds per 1,000 lines")


def _plain(row: str) -> str:
    return row.replace("`", "")


def _numbers(used: Used) -> list[str]:
    return [_seconds(used.wall), _seconds(used.cpu), f"{used.megabytes:.0f}"]


def _seconds(time: float) -> str:
    return f"{time:.{3 if time < 1 else 2 if time < 10 else 1}f}"


def _times(ratio: float | None) -> str:
    return "–" if ratio is None else f"{ratio:.3g}"


def _table(heads: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    rows = [heads, ["---"] * len(heads), *lines]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)
