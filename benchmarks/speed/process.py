"""A process of its own for each measurement: wall time, processor time with that of its children, peak of memory."""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

#: `ru_maxrss` counts kilobytes on Linux and bytes elsewhere.
_MEGABYTE = 1024 if sys.platform == "linux" else 1024**2
#: What the command line of this tool says before it complains about its options, with the status of other errors.
_USAGE = "Usage:"


@dataclass(frozen=True, slots=True)
class Used:
    """What a process used. `megabytes` is at least the peak of the process that started it, which is small here."""

    wall: float
    cpu: float
    megabytes: float


@dataclass(frozen=True, slots=True)
class Row:
    """Something to measure.

    `prepare` is called before each run and not measured. `good` are the exit statuses of a run that went to its end. A
    command that `tells` prints the wall and processor seconds of the part of it that counts.
    """

    name: str
    command: Sequence[str | Path]
    prepare: Callable[[], object] = tuple
    good: tuple[int, ...] = (0, 1)
    tells: bool = False


class StoppedError(Exception):
    """A command did not go to its end, so that its time says nothing."""


def measured(row: Row, folder: Path, rounds: int) -> list[Used]:
    """What a command used in each of some runs in `folder`. Raises `StoppedError`."""
    runs = []
    for _ in range(rounds):
        row.prepare()
        runs.append(_run(row, folder))
    return runs


def middle(runs: Sequence[Used]) -> Used:
    """The medians of some runs, and their highest peak."""
    return Used(
        statistics.median(run.wall for run in runs),
        statistics.median(run.cpu for run in runs),
        max(run.megabytes for run in runs),
    )


def _run(row: Row, folder: Path) -> Used:
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        begin = time.perf_counter()
        child = subprocess.Popen(row.command, cwd=folder, stdout=out, stderr=err, env=environment())
        _, status, used = os.wait4(child.pid, 0)
        wall = time.perf_counter() - begin
        child.returncode = os.waitstatus_to_exitcode(status)
        printed, said = _text(out), _text(err)
    if child.returncode not in row.good or said.startswith(_USAGE):
        last = (said or printed).rpartition("\n")[2]
        raise StoppedError(f"status {child.returncode}: {last}")
    cpu = used.ru_utime + used.ru_stime
    if row.tells:
        wall, cpu = map(float, printed.split())
    return Used(wall, cpu, used.ru_maxrss / _MEGABYTE)


def _text(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode(errors="replace").strip()


def environment() -> dict[str, str]:
    """The environment of all runs: relative entries of `PYTHONPATH` hold in other folders too, and ruff takes one
    core, as the others do."""
    entries = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    paths = os.pathsep.join(str(Path(entry).resolve()) for entry in entries if entry)
    return os.environ | {"PYTHONPATH": paths, "RAYON_NUM_THREADS": "1"}
