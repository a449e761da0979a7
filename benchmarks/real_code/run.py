"""The benchmark on real code: precision, recall and speed on pinned releases.

python benchmarks/real_code/run.py [--apps] [--package NAME ...] [--pass precision|recall|speed] [--assume-traced]
    [--jobs N]

Prints Markdown; `--write` also puts it into `benchmarks/README.md`, between its two markers. It reads the installed
`jaxslice-lint`, or the one of `PYTHONPATH`, and needs Python 3.11.
"""

import argparse
import json
import platform
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from datetime import date
from functools import partial
from pathlib import Path
from typing import TypeVar

import triage
from fetch import HERE, Package, applications, default_cache, fetch, packages
from lint import Run, lint
from precision import precision
from recall import recall
from speed import speed
from tables import precision_tables, recall_tables, speed_table

_Result = TypeVar("_Result")
_README = HERE.parent / "README.md"
_PASSES = ("precision", "recall", "speed")
#: Around the last report on the packages, and around that on the applications.
_MARKERS = {
    False: ("<!-- last run -->", "<!-- end of last run -->"),
    True: ("<!-- applications -->", "<!-- end of applications -->"),
}


def main() -> None:
    """Run what the options ask for."""
    options = _options()
    chosen = applications(options.package) if options.apps else packages(options.package)
    passes = {*(options.passes or _PASSES)}
    parts: list[str] = []
    if {"precision", "speed"} & passes:
        parts += _released(chosen, passes, options)
    if "precision" in passes and options.assume_traced:
        parts.append(_assumed([p for p in chosen if triage.assumed(p)], options))
    if "recall" in passes:
        parts.append(_undone(chosen, options))
    report = "\n".join(parts)
    print(report)
    if options.write:
        _write(report, *_MARKERS[options.apps])


def _released(
    chosen: Sequence[Package], passes: set[str], options: argparse.Namespace
) -> Iterator[str]:
    """Precision and speed, from the same runs: one at a time where speed is measured."""
    jobs = 1 if "speed" in passes else options.jobs
    runs = list(_each(lambda p: lint(fetch(p, options.cache)), chosen, jobs))
    both = list(zip(chosen, runs, strict=True))
    if "precision" in passes:
        yield precision_tables([precision(p, run) for p, run in both], "Precision")
    if "speed" in passes:
        yield speed_table([speed(p, fetch(p, options.cache), run) for p, run in both])


def _assumed(chosen: Sequence[Package], options: argparse.Namespace) -> str:
    """Precision, with what the users of the packages trace."""

    def work(package: Package) -> Run:
        return lint(fetch(package, options.cache), assume_traced=triage.assumed(package))

    runs = zip(chosen, _each(work, chosen, options.jobs), strict=True)
    return precision_tables([precision(*one) for one in runs], "Precision with `assume-traced`")


def _undone(chosen: Sequence[Package], options: argparse.Namespace) -> str:
    """Recall, and the list of sites if that is asked for."""
    work = partial(recall, cache=options.cache, with_assumed=options.assume_traced)
    results = []
    with options.sites.open("w") if options.sites else nullcontext() as listing:
        for result in _each(work, chosen, options.jobs):
            results.append(result)
            for site in result.sites if listing else ():
                print(json.dumps(site.as_json()), file=listing, flush=True)
    return recall_tables(results, with_assumed=options.assume_traced)


def _each(
    work: Callable[[Package], _Result], chosen: Sequence[Package], jobs: int
) -> Iterator[_Result]:
    """What `work` gives for each package, `jobs` at a time; on stderr, how far that is."""
    with ThreadPoolExecutor(jobs) as pool:
        for package, result in zip(chosen, pool.map(work, chosen), strict=True):
            print(time.strftime("%H:%M:%S"), package.name, file=sys.stderr, flush=True)
            yield result


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument(
        "--package", action="append", default=[], metavar="NAME", help="only this one"
    )
    parser.add_argument(
        "--apps", action="store_true", help="the applications of apps.toml, not the releases"
    )
    parser.add_argument(
        "--pass", action="append", choices=_PASSES, dest="passes", help="only this one"
    )
    parser.add_argument(
        "--assume-traced", action="store_true", help="also with the roots of assume.toml"
    )
    parser.add_argument(
        "--cache", type=Path, default=default_cache(), help="where releases are kept"
    )
    parser.add_argument(
        "--sites", type=Path, metavar="FILE", help="list each undone site as JSON lines"
    )
    parser.add_argument(
        "--jobs",
        type=int,
        default=1,
        metavar="N",
        help="packages side by side, but where speed is measured",
    )
    parser.add_argument("--write", action="store_true", help="write the tables into the README")
    return parser.parse_args()


def _write(report: str, begin: str, end: str) -> None:
    text = _README.read_text(encoding="utf-8")
    before, _, rest = text.partition(begin)
    _, _, after = rest.partition(end)
    head = f"{date.today()}, Python {platform.python_version()}."
    _README.write_text(f"{before}{begin}\n{head}\n\n{report}\n{end}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
