"""Deliberate faults in the tool, one at a time: do the tests notice each?

python benchmarks/mutations/run.py [--name PART ...] [--jobs N] [--everything]

`mutations.toml` lists them: a line of the code and what it becomes, and the tests that should fail. Each is made in a
copy of the repository. One that those tests do not notice has survived; with `--everything` all other tests are run
before that is said. Prints a table by room; exit status 1 if fewer than nine of ten are noticed.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import tomllib

_HERE = Path(__file__).parent
_ROOT = _HERE.parent.parent
_COPIED = ("jaxslice_lint", "tests", "fixtures", "examples", "benchmarks", "pyproject.toml")
_COPIED_TEXTS = ("README.md", "CONTRIBUTING.md", "ARCHITECTURE.md", ".pre-commit-hooks.yaml")
_LEAST = 0.9


@dataclass(frozen=True, slots=True)
class Mutation:
    """A fault: in `file` of the package, `before` becomes `after`. `fault` says what is wrong then."""

    file: str
    before: str
    after: str
    fault: str
    tests: tuple[str, ...]

    @property
    def room(self) -> str:
        """The folder of the file."""
        return str(Path(self.file).parent)

    def apply(self, root: Path) -> None:
        """Make the fault. Raises `ValueError` if the text does not stand in the file exactly once."""
        path = root / "jaxslice_lint" / self.file
        text = path.read_text(encoding="utf-8")
        if text.count(self.before) != 1:
            raise ValueError(f"{self.file}: found {text.count(self.before)} times: {self.before!r}")
        path.write_text(text.replace(self.before, self.after), encoding="utf-8")


def main() -> None:
    """Run what the options ask for."""
    options = _options()
    mutations = [one for one in _mutations() if _is_chosen(one, options.name)]
    with tempfile.TemporaryDirectory() as scratch:
        for number, mutation in enumerate(mutations):  # before the first is run: all must fit
            mutation.apply(_copy(Path(scratch, f"check{number}"), package_only=True))
            shutil.rmtree(Path(scratch, f"check{number}"))
        work = partial(_is_noticed, scratch=Path(scratch), everything=options.everything)
        with ThreadPoolExecutor(options.jobs) as pool:
            noticed = list(pool.map(work, mutations))
    _report(list(zip(mutations, noticed, strict=True)))
    sys.exit(sum(noticed) < _LEAST * len(noticed))


def _mutations() -> list[Mutation]:
    rows = tomllib.loads((_HERE / "mutations.toml").read_text(encoding="utf-8"))["mutation"]
    return [Mutation(**{**row, "tests": tuple(row["tests"])}) for row in rows]


def _is_chosen(mutation: Mutation, parts: Iterable[str]) -> bool:
    parts = list(parts)
    return not parts or any(part in f"{mutation.file} {mutation.fault}" for part in parts)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument(
        "--name", action="append", default=[], metavar="PART", help="of the file or the fault"
    )
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), metavar="N")
    parser.add_argument("--everything", action="store_true", help="run all tests on a survivor")
    return parser.parse_args()


def _copy(target: Path, *, package_only: bool = False) -> Path:
    """A copy of the repository, or of the package alone."""
    for name in _COPIED[:1] if package_only else (*_COPIED, *_COPIED_TEXTS):
        source = _ROOT / name
        if source.is_dir():
            ignored = shutil.ignore_patterns("__pycache__", ".mypy_cache")
            shutil.copytree(source, target / name, ignore=ignored)
        else:
            shutil.copy(source, target / name)
    return target


def _is_noticed(mutation: Mutation, scratch: Path, *, everything: bool) -> bool:
    with tempfile.TemporaryDirectory(dir=scratch) as folder:
        root = _copy(Path(folder, "copy"))
        mutation.apply(root)
        noticed = not _pass(root, mutation.tests) or (everything and not _pass(root, ("tests",)))
    print("noticed " if noticed else "SURVIVED", mutation.file, mutation.fault, file=sys.stderr)
    return noticed


def _pass(root: Path, tests: Iterable[str]) -> bool:
    """Whether tests pass in a copy. Raises `RuntimeError` if they cannot be run."""
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [*command, "-o", "addopts=", *tests],
        cwd=root,
        env=os.environ | {"PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        check=False,
    )
    # 2: the tests could not be collected, since the fault breaks an import; that is noticed, too.
    if done.returncode not in (0, 1, 2):
        raise RuntimeError(f"{tests}: {done.stdout}{done.stderr}")
    return done.returncode == 0


def _report(results: list[tuple[Mutation, bool]]) -> None:
    rooms: dict[str, list[bool]] = defaultdict(list)
    for mutation, noticed in results:
        rooms[mutation.room].append(noticed)
    print("| room | faults | noticed |\n| --- | --- | --- |")
    for room, noticed in sorted(rooms.items()):
        print(f"| `{room}` | {len(noticed)} | {sum(noticed)} |")
    total = sum(noticed for _, noticed in results)
    print(f"| all | {len(results)} | {total} |")
    for mutation, noticed in results:
        if not noticed:
            print(f"\nSurvived: `{mutation.file}`: {mutation.fault}")


if __name__ == "__main__":
    main()
