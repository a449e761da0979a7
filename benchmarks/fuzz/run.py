"""Random whole programs, judged by JAX: does the tool find what JAX refuses, and do its rewrites mean the same?

python benchmarks/fuzz/run.py [--programs N] [--seed S] [--keep FOLDER] [--shrink]

Prints Markdown: the counts, and each failure with its seed, its kind and the program. Exit status 1 if there are any.
"""

import argparse
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
os.environ.setdefault("JAX_PLATFORMS", "cpu")

from fuzz.campaign import campaign
from fuzz.judge import FAILURES, Failure, Verdict, judge
from fuzz.shrink import shrunk
from fuzz.tool import jaxslice_lint


def main() -> None:
    """Run what the options ask for."""
    options = _options()
    counts: Counter[str] = Counter()
    kept: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    failures: list[tuple[Verdict, Failure]] = []
    for verdict in campaign(range(options.seed, options.seed + options.programs), jaxslice_lint):
        counts += verdict.counts
        if verdict.discarded:
            counts["discarded"] += 1
            reasons[verdict.discarded] += 1
        failures += [(verdict, failure) for failure in verdict.failures]
        for failure in verdict.failures:
            kept[failure.kind] += 1
        for kind in {failure.kind for failure in verdict.failures} if options.keep else ():
            _keep(options.keep, verdict, kind, options.shrink)
        if options.verbose:
            _say(verdict)
    print("\n".join(_table(counts, kept)))
    if options.verbose:
        print(reasons.most_common(40))
    for _, failure in failures[: options.shown]:
        print("\n".join(_shown(failure)))
    sys.exit(bool(failures))


def _say(verdict: Verdict) -> None:
    now = time.strftime("%H:%M:%S")
    kinds = ", ".join(f"{f.kind}: {f.detail}"[:150] for f in verdict.failures)
    missed = f"missed {verdict.misses}" if verdict.misses else ""
    parts = (now, verdict.program.seed, *verdict.program.parts, missed, verdict.discarded, kinds)
    print(*parts, file=sys.stderr, flush=True)


def _table(counts: Counter[str], failures: Counter[str]) -> Iterator[str]:
    yield "| what | count |"
    yield "| --- | --- |"
    names = ["programs", "discarded", "traced slices", "found", "missed", "unjudged findings"]
    for name in (
        *names,
        "safe rewrites",
        "changes out of bounds",
        "unsafe rewrites",
        "covered changes",
    ):
        yield f"| {name} | {counts[name]} |"
    for kind in FAILURES:
        yield f"| {kind} | {failures[kind]} |"


def _shown(failure: Failure) -> Iterator[str]:
    yield f"\n## Seed {failure.program.seed}: {failure.kind}\n\n{failure.detail}\n"
    yield f"```python\n{failure.program.shown()}```"
    if failure.fixed:
        yield f"\nAfter the fix:\n\n```python\n{failure.fixed.shown()}```"


def _keep(folder: Path, verdict: Verdict, kind: str, shrink: bool) -> None:
    """Write the program to a folder of its own, maybe made small, with what is wrong beside it."""
    program = verdict.program
    if shrink:
        verdict = judge(shrunk(program, kind, jaxslice_lint), jaxslice_lint)
    place = folder / f"{kind.replace(' ', '_')}_{program.seed}"
    for name, text in verdict.program.files.items():
        path = place / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    texts = ["\n".join(_shown(failure)) for failure in verdict.failures]
    (place / "failure.md").write_text("\n".join(texts), encoding="utf-8")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--programs", type=int, default=200, metavar="N", help="how many")
    parser.add_argument("--seed", type=int, default=0, metavar="S", help="of the first")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="write failing programs there")
    parser.add_argument("--shrink", action="store_true", help="make what is kept small first")
    parser.add_argument("--shown", type=int, default=100, metavar="N", help="failures to print")
    parser.add_argument("--verbose", action="store_true", help="one line for each program")
    return parser.parse_args()


if __name__ == "__main__":
    main()
