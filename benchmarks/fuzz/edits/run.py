"""Mutated programs, strange texts and random syntax: does the tool survive them, and what do its edits leave alone?

python benchmarks/fuzz/edits/run.py [--programs N] [--seed S] [--kind KIND …] [--keep FOLDER]

Prints Markdown: the counts, and each failure with its seed. Exit status 1 if there are any.
"""

import argparse
import resource
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(1, str(Path(__file__).resolve().parents[3]))

from fuzz.edits.judge import FAILURES, Failure, judge
from fuzz.edits.programs import KINDS, Program, generated_all
from fuzz.edits.tool import jaxslice_lint

#: One in so many is also given to a process of its own, which takes long to start.
_PROGRAMS_PER_COMMAND = 100
_COUNTS = ("files", "do not parse", "files rewritten", "findings", "rewrites", "given up")


def main() -> None:
    """Run what the options ask for."""
    options = _options()
    seeds = range(options.seed, options.seed + -(-options.programs // len(options.kind)))
    counts: dict[str, Counter[str]] = {kind: Counter() for kind in KINDS}
    failures: list[tuple[Program, Failure]] = []
    start = time.process_time()
    for number, program in enumerate(generated_all(seeds, options.kind)):
        is_told = number % _PROGRAMS_PER_COMMAND == 0
        verdict = judge(program.data, program.options, jaxslice_lint, command=is_told)
        counts[program.kind] += verdict.counts
        for failure in verdict.failures:
            counts[program.kind][failure.kind] += 1
            failures.append((program, failure))
            if options.keep:
                _keep(options.keep, program, failure)
    print("\n".join(_table(counts)))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"\n{time.process_time() - start:.0f} s of processor time, {peak} MB at most")
    for program, failure in failures[: options.shown]:
        title = f"\n## {program.kind}, seed {program.seed}: {failure.kind}"
        print(f"{title}\n\n{failure.detail}\n\n{program.options}")
    sys.exit(bool(failures))


def _table(counts: dict[str, Counter[str]]) -> Iterator[str]:
    yield f"| what | {' | '.join(KINDS)} |"
    yield f"| --- |{' --- |' * len(KINDS)}"
    for name in (*_COUNTS, *FAILURES):
        yield f"| {name} | {' | '.join(str(counts[kind][name]) for kind in KINDS)} |"


def _keep(folder: Path, program: Program, failure: Failure) -> None:
    """Write a program to a folder of its own, with what is wrong beside it."""
    place = folder / f"{failure.kind.replace(' ', '_')}_{program.kind}_{program.seed}"
    place.mkdir(parents=True, exist_ok=True)
    (place / "program.py").write_bytes(program.data)
    (place / "fixed.py").write_bytes(failure.fixed)
    text = f"{failure.detail}\n\n{program.options}\n"
    (place / "failure.md").write_text(text, encoding="utf-8", errors="backslashreplace")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--programs", type=int, default=300, metavar="N", help="how many")
    parser.add_argument("--seed", type=int, default=0, metavar="S", help="of the first")
    parser.add_argument("--kind", nargs="+", choices=KINDS, default=KINDS, help="only these")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="write failing programs there")
    parser.add_argument("--shown", type=int, default=100, metavar="N", help="failures to print")
    return parser.parse_args()


if __name__ == "__main__":
    main()
