"""Kill `--fix` over many files at random moments: is each file the old one or the new one, and is nothing left behind?

python benchmarks/interrupt.py [--kills N] [--files N] [--seed S]

Between kills, other runs, an editor and a checkout work on the same files. Prints Markdown, and exits with 1 if a file
was neither or something was lost.
"""

import argparse
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

OLD = """import jax


@jax.jit
def window(x, i):
    return x[i:i + 3]
"""
NEW = OLD.replace("x[i:i + 3]", "jax.lax.dynamic_slice_in_dim(x, i, 3)")
SAVED = OLD + "\n\nsaved = True\n"
_FIX = (sys.executable, "-P", "-m", "jaxslice_lint", "--fix", "-q", ".")


def main() -> None:
    """Kill as often as the options ask for, then let one run come to its end."""
    options = _options()
    counts: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        names = [f"{number}.py" for number in range(options.files)]
        _renew(folder, names)
        began = time.monotonic()
        _fix(folder).communicate()
        whole = time.monotonic() - began
        dice = random.Random(options.seed)
        for _ in range(options.kills):
            _renew(folder, names)
            counts += _killed(folder, names, dice, whole)
        _renew(folder, names)
        _fix(folder).communicate()
        counts["files left over"] += len({one.name for one in folder.iterdir()} - {*names})
        counts["not fixed in the end"] += sum((folder / one).read_text() != NEW for one in names)
    print("| | |\n| --- | ---: |")
    print("\n".join(f"| {what} | {counts[what]} |" for what in _ROWS))
    sys.exit(any(counts[what] for what in _FAULTS))


def _killed(folder: Path, names: list[str], dice: random.Random, whole: float) -> Counter[str]:
    """One run that is killed, with others at work; what was found in the files then."""
    counts: Counter[str] = Counter(kills=1)
    other = _fix(folder) if dice.random() < 0.3 else None
    run = _fix(folder)
    # Most of a run is reading and analysing: what is asked about is its end.
    time.sleep(whole * dice.uniform(0.2, 1.3 if other is None else 2.0))
    saved, gone = dice.sample(names, 2)
    edits = dice.random() < 0.5
    if edits:
        (folder / saved).write_text(SAVED)
        (folder / gone).unlink()
    run.send_signal(signal.SIGKILL)
    counts["ended before"] += run.wait() == 0
    if other is not None:
        other.communicate()
        counts["runs beside"] += 1
    for name in names:
        if not (folder / name).exists():
            counts["lost"] += not (edits and name == gone)
            continue
        text = (folder / name).read_text()
        counts["resurrected"] += edits and name == gone
        kept = (SAVED, NEW + SAVED.removeprefix(OLD))
        if edits and name == saved:
            counts["saved by an editor, then lost"] += text not in kept
        else:
            counts["neither old nor new"] += text not in (OLD, NEW)
            counts["new"] += text == NEW
            counts["old"] += text == OLD
    return counts


def _renew(folder: Path, names: list[str]) -> None:
    for name in names:
        (folder / name).write_text(OLD)


def _fix(folder: Path) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(_FIX, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--files", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args()


_FAULTS = (
    *("neither old nor new", "lost", "resurrected", "saved by an editor, then lost"),
    *("not fixed in the end", "files left over"),
)
_ROWS = ("kills", "ended before", "runs beside", "old", "new", *_FAULTS)

if __name__ == "__main__":
    main()
