"""Lint code that has nothing to do with JAX, or everything, file by file and as folders: no crash, no hang, no excess.

python benchmarks/sweep.py FOLDER … [--jobs N]

Each file and each folder is linted in a process of its own, with `--fix --diff --unsafe-fixes`. Prints Markdown: how
many there were, the slowest and the largest of them; and each internal error on standard error. Exits with 1 if there
is one, if a file took longer than 10 s of CPU, or anything more than 1 GB.
"""

import argparse
import os
import resource
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from jaxslice_lint.cli import main as lint

#: Seconds of CPU a file may take, and bytes that a process may.
SLOWEST, LARGEST = 10.0, 10**9
#: Seconds after which a process is ended.
_PATIENCE = 1200


@dataclass(frozen=True, slots=True)
class Sample:
    """What linting one path took, and what it said of internal errors."""

    path: Path
    is_folder: bool
    status: int
    seconds: float
    memory: int
    errors: tuple[str, ...]


def main() -> None:
    """Lint everything below the folders, then the folders themselves."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    failed = False
    print(
        "| folder | files | internal errors | slowest file | CPU s | largest MB | as a folder: CPU s | MB |"
    )
    print("| --- | ---: | ---: | --- | ---: | ---: | ---: | ---: |")
    for folder in options.folders:
        files = sorted(folder.rglob("*.py"))
        with ThreadPoolExecutor(options.jobs) as pool:
            samples = [*pool.map(_sample, [*files, folder])]
        *each, whole = samples
        slowest = max(each, key=lambda one: one.seconds)
        errors = [error for one in samples for error in one.errors]
        failed |= bool(errors) or slowest.seconds > SLOWEST
        failed |= any(one.memory > LARGEST for one in samples)
        largest = max(one.memory for one in each)
        print(
            f"| {folder.name} | {len(files)} | {len(errors)} | {slowest.path.relative_to(folder)} |"
            f" {slowest.seconds:.1f} | {largest / 1e6:.0f} | {whole.seconds:.1f} | {whole.memory / 1e6:.0f} |",
            flush=True,
        )
        for line in [*errors, *_excesses(samples)]:
            print(line, file=sys.stderr, flush=True)
    sys.exit(failed)


def _excesses(samples: list[Sample]) -> Iterator[str]:
    for one in samples:
        if (one.seconds > SLOWEST and not one.is_folder) or one.memory > LARGEST:
            yield f"{one.path}: {one.seconds:.1f} s, {one.memory / 1e6:.0f} MB"
        if one.status not in (0, 1, 2):
            yield f"{one.path}: ended with {one.status}"


def _sample(path: Path) -> Sample:
    read, write = os.pipe()
    process = os.fork()
    if not process:
        _lint(path, write)
    os.close(write)
    with os.fdopen(read, "rb") as pipe:
        said = pipe.read().decode(errors="replace")
    _, status, usage = os.wait4(process, 0)
    errors = tuple(line for line in said.splitlines() if "internal error" in line)
    code = os.waitstatus_to_exitcode(status)
    if code not in (0, 1, 2):
        errors = (*errors, f"{path}: ended with {code}: {said[-300:]}")
    seconds = usage.ru_utime + usage.ru_stime
    return Sample(path, path.is_dir(), code, seconds, usage.ru_maxrss * 1024, errors)


def _lint(path: Path, pipe: int) -> None:
    """Lint a path in this process, which then ends. What it says on standard error goes to the pipe."""
    status = 70
    try:
        os.dup2(pipe, 2)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        sys.stdout, sys.stderr = os.fdopen(1, "w"), os.fdopen(2, "w")
        os.chdir(path if path.is_dir() else path.parent)
        resource.setrlimit(resource.RLIMIT_CPU, (_PATIENCE, _PATIENCE))
        sys.argv = ["jaxslice-lint", "--isolated", "--fix", "--diff", "--unsafe-fixes", str(path)]
        lint()
    except SystemExit as ended:
        status = int(ended.code or 0)
    except BaseException as error:
        os.write(2, f"{path}: internal error: {type(error).__name__}: {error}\n".encode())
    finally:
        os._exit(status)


if __name__ == "__main__":
    main()
