"""How time and memory grow with the size of strange programs; it fails where twice the size takes far more than twice.

python benchmarks/scaling.py [PART OF A NAME …] [--limit SECONDS]
"""

import argparse
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from scaled import CASES, Case

#: Twice the size may take this many times as long, where it takes long enough to tell.
_STEEPEST = 3.0
_TELLING = 1.0
_MEGABYTE = 1024  # `ru_maxrss` counts kilobytes on Linux


@dataclass(frozen=True, slots=True)
class Run:
    """One run of the command line in a process of its own."""

    seconds: float
    megabytes: float
    finds_witness: bool
    problem: str


def run(case: Case, size: int, limit: float) -> Run:
    """Lint a program, with all the CPU time and the most memory that this takes."""
    with tempfile.TemporaryDirectory() as scratch:
        file, out, err = (Path(scratch) / name for name in ("program.py", "out", "err"))
        program = case.program(size)
        file.write_text(program, encoding="utf-8")
        command = [
            sys.executable,
            "-P",
            "-m",
            "jaxslice_lint",
            "--isolated",
            *case.options,
            file.name,
        ]
        with out.open("wb") as stdout, err.open("wb") as stderr:
            child = subprocess.Popen(command, cwd=scratch, stdout=stdout, stderr=stderr)
            timer = threading.Timer(limit, child.kill)
            timer.start()
            _, status, usage = os.wait4(child.pid, 0)
            timer.cancel()
        code = os.waitstatus_to_exitcode(status)
        said = err.read_text(encoding="utf-8").strip().splitlines()
        line = program.count("\n")
        told = out.read_text(encoding="utf-8")
        return Run(
            usage.ru_utime + usage.ru_stime,
            usage.ru_maxrss / _MEGABYTE,
            any(mark in told for mark in (f":{line}:", f'"row": {line}', "x, (i,)")),
            "" if code == 1 else f"status {code}: {said[-1] if said else 'killed'}",
        )


def rows(chosen: Sequence[Case], limit: float) -> Iterator[tuple[str, bool]]:
    """A row of the table for each kind of program, and whether it scales."""
    start = min(run(Case("", lambda _: "", 1), 1, limit).seconds for _ in range(3))
    for case in chosen:
        small, large = run(case, case.size, limit), run(case, 2 * case.size, limit)
        ratio = (large.seconds - start) / max(small.seconds - start, _TELLING / _STEEPEST)
        is_steep = ratio > _STEEPEST and large.seconds - start > _TELLING
        problem = large.problem or small.problem
        if not problem and not (small.finds_witness and large.finds_witness):
            problem = "the finding behind it is lost"
        told = problem or ("**steep**" if is_steep else "")
        cells = (
            case.name,
            f"{case.size:,}, {2 * case.size:,}",
            f"{small.seconds:.2f}, {large.seconds:.2f}",
            f"{large.megabytes:.0f}",
            f"{ratio:.1f}",
            told,
        )
        yield f"| {' | '.join(cells)} |", not told


def main() -> int:
    """Measure, print the table, and say by the exit status whether all of it scales."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="parts of the names of what is measured")
    parser.add_argument("--limit", type=float, default=60, help="seconds for one run")
    given = parser.parse_args()
    chosen = [
        case for case in CASES if not given.names or any(one in case.name for one in given.names)
    ]
    print("| program | sizes | CPU seconds | peak MB | ratio | |")
    print("| --- | --- | --- | --- | --- | --- |")
    failed = False
    for row, is_good in rows(chosen, given.limit):
        print(row, flush=True)
        failed |= not is_good
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
