"""The benchmark on real code: precision, recall and speed on pinned releases.

python benchmarks/real_code/run.py [--package NAME ...] [--pass precision|recall|speed] [--assume-traced] [--jobs N]

Prints Markdown; `--write` also puts it into `benchmarks/README.md`, between its two markers. It reads the installed
`jaxslice-lint`, or the one of `PYTHONPATH`, and needs Python 3.11.
"""

import argparse
import json
import platform
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from datetime import date
from functools import partial
from pathlib import Path
from typing import TypeVar

import triage
from fetch import HERE, default_cache, fetch, packages
from lint import lint
from precision import precision
from recall import recall
from speed import speed
from tables import precision_tables, recall_tables, speed_table

_Result = TypeVar("_Result")
_README = HERE.parent / "README.md"
_PASSES = ("precision", "recall", "speed")
_BEGIN, _END = "<!-- last run -->", "<!-- end of last run -->"


def main() -> None:
    """Run what the options ask for."""
    options = _options()
    chosen = packages(options.package)
    cache: Path = options.cache
    assumed: bool = options.assume_traced
    passes: list[str] = options.passes or list(_PASSES)
    parts: list[str] = []
    pool = ThreadPoolExecutor(options.jobs)
    if {"precision", "speed"} & {*passes}:
        alone = "speed" in passes
        runs = (map if alone else pool.map)(lambda p: _told(p.name, lint(fetch(p, cache))), chosen)
        released = dict(zip(chosen, runs, strict=True))
        if "precision" in passes:
            judged = [precision(p, run) for p, run in released.items()]
            parts.append(precision_tables(judged, "Precision"))
        if "speed" in passes:
            speeds = [speed(p, fetch(p, cache), run) for p, run in released.items()]
            parts.append(speed_table(speeds))
    if "precision" in passes and assumed:
        judged = [
            precision(p, _told(p.name, lint(fetch(p, cache), assume_traced=roots)))
            for p in chosen
            if (roots := triage.assumed(p))
        ]
        parts.append(precision_tables(judged, "Precision with `assume-traced`"))
    if "recall" in passes:
        results = []
        with options.sites.open("w") if options.sites else nullcontext() as listing:
            work = partial(recall, cache=cache, with_assumed=assumed)
            for package, result in zip(chosen, pool.map(work, chosen), strict=True):
                results.append(_told(package.name, result))
                for site in result.sites if listing else ():
                    print(json.dumps(site.as_json()), file=listing, flush=True)
        parts.append(recall_tables(results, with_assumed=assumed))
    report = "\n".join(parts)
    print(report)
    if options.write:
        _write(report)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument(
        "--package", action="append", default=[], metavar="NAME", help="only this one"
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


def _told(name: str, result: _Result) -> _Result:
    """Say on stderr how far the run is."""
    print(time.strftime("%H:%M:%S"), name, file=sys.stderr, flush=True)
    return result


def _write(report: str) -> None:
    text = _README.read_text(encoding="utf-8")
    before, _, rest = text.partition(_BEGIN)
    _, _, after = rest.partition(_END)
    head = f"{date.today()}, Python {platform.python_version()}."
    _README.write_text(f"{before}{_BEGIN}\n{head}\n\n{report}\n{_END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
