"""Speed: one cold run over each package, beside `ast.parse` of the same files right after it."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from fetch import Package
from lint import Run

_PARSE = """\
import ast, pathlib, sys
for path in sorted(pathlib.Path(".").rglob("*.py")):
    try:
        ast.parse(path.read_bytes())
    except (SyntaxError, ValueError):
        pass
"""


@dataclass(frozen=True, slots=True)
class Speed:
    """One package: wall and processor seconds, those of `ast.parse`, and the peak of memory."""

    package: Package
    files: int
    lines: int
    seconds: float
    cpu_seconds: float
    parse_seconds: float
    megabytes: float

    @property
    def ratio(self) -> float:
        """Processor time as a multiple of that of `ast.parse`: other load on the machine hits both alike."""
        return self.cpu_seconds / self.parse_seconds


def speed(package: Package, folder: Path, run: Run) -> Speed:
    """Set a run over a release beside `ast.parse`."""
    paths = list(folder.rglob("*.py"))
    lines = sum(path.read_bytes().count(b"\n") for path in paths)
    return Speed(
        package, len(paths), lines, run.seconds, run.cpu_seconds, _parse(folder), run.megabytes
    )


def _parse(folder: Path) -> float:
    child = subprocess.Popen([sys.executable, "-c", _PARSE], cwd=folder)
    _, _, used = os.wait4(child.pid, 0)
    child.returncode = 0
    return used.ru_utime + used.ru_stime
