"""Findings in memory, as an editor asks for them: of one file of a project, or again after it was edited.

python benchmarks/speed/session.py FILE EDITS, in the folder of the project; prints the wall and processor seconds of
the first findings, or the medians of those after that many edits.
"""

import importlib
import statistics
import sys
import time
from pathlib import Path
from typing import Any

from jaxslice_lint.rules import RULES
from jaxslice_lint.settings import load


def seconds(session: Any, path: Path, text: str) -> tuple[float, float]:
    """Wall and processor time until the findings of a new text are there."""
    wall, cpu = time.perf_counter(), time.process_time()
    session.update(path, text)
    session.findings(path)
    return time.perf_counter() - wall, time.process_time() - cpu


def main() -> None:
    """Open the file, edit it as often as asked, and print the times."""
    path, edits = Path(sys.argv[1]), int(sys.argv[2])
    text = path.read_text(encoding="utf-8")
    session = importlib.import_module("jaxslice_lint.engine").Session(
        load(Path(), {}, {rule.code for rule in RULES})
    )
    times = [seconds(session, path, text)]
    for number in range(edits):
        edited = f"{text}\n\ndef edited_{number}():\n    return {number}\n"
        times.append(seconds(session, path, edited))
    counted = times[1:] or times
    print(*(statistics.median(column) for column in zip(*counted, strict=True)))


if __name__ == "__main__":
    main()
