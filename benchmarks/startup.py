"""How long one small clean file takes, as a multiple of `python -c pass` and beside ruff, all in one run.

python benchmarks/startup.py [ROUNDS]
"""

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

CLEAN = """\
import jax


@jax.jit
def head(x):
    return x[:4].sum()
"""


def seconds(command: list[str], folder: Path) -> float:
    """Wall time of one run of a command that must succeed."""
    begin = time.perf_counter()
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return time.perf_counter() - begin


def main() -> None:
    """Run the commands in turn, so that noise hits all of them alike, and print their medians."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    commands = {
        "python -c pass": [sys.executable, "-c", "pass"],
        "jaxslice-lint": [sys.executable, "-m", "jaxslice_lint", "clean.py"],
        "ruff check": [
            sys.executable,
            "-m",
            "ruff",
            "check",
            "--isolated",
            "--no-cache",
            "clean.py",
        ],
    }
    times: dict[str, list[float]] = {name: [] for name in commands}
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        (folder / "clean.py").write_text(CLEAN)
        for _ in range(rounds):
            for name, command in commands.items():
                times[name].append(seconds(command, folder))
    base = statistics.median(times["python -c pass"])
    for name, measured in times.items():
        median = statistics.median(measured)
        print(f"{name:<16} {median:6.3f} s  {median / base:5.1f} x")


if __name__ == "__main__":
    main()
