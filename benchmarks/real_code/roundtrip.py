"""The round trip: a package's own tests as released, with all calls undone, and after `--fix`.

python benchmarks/real_code/roundtrip.py [--package NAME ...] [--environments FOLDER] [--cache FOLDER]

Prints a Markdown table. Unlike the rest of the benchmark it installs packages and runs their code: each gets an
environment of its own, in which `roundtrip.toml` says what it needs and which of its tests reach the undone sites.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

import tomllib
from fetch import HERE, Package, archive, default_cache
from lint import Run, lint
from tables import table
from undone_tree import Tree, undone_tree

_MOST_SECONDS = 600
#: What JAX raises for a traced bound of an array, in old and new words, or of anything else.
_REFUSAL = re.compile("IndexError: .*static|TracerIntegerConversionError")
_HEAD = (
    "package",
    "sites undone",
    "rewritten by `--fix`",
    "also `--unsafe-fixes`",
    "tests passed as released",
    "refused by JAX when undone",
    "passed after `--fix`",
    "passed after `--unsafe-fixes`",
    "of the tests in",
)


@dataclass(frozen=True, slots=True)
class Trial:
    """A release and how its tests are run: by which Python, with what installed, from which folder it is imported."""

    package: Package
    module: str
    folder: str
    python: str
    requirements: tuple[str, ...]
    tests: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tests:
    """The tests that passed, and those that JAX refused to run because of a traced bound."""

    passed: frozenset[str]
    refused: frozenset[str]


@dataclass(frozen=True, slots=True)
class Trip:
    """What became of a package. `safe` and `unsafe` count sites that were rewritten."""

    trial: Trial
    sites: int
    safe: int
    unsafe: int
    released: Tests
    undone: Tests
    fixed: Tests
    fixed_unsafely: Tests

    @property
    def row(self) -> list[str]:
        """The package in the table."""
        wanted = self.released.passed
        counts = [self.sites, self.safe, self.unsafe, len(wanted)]
        counts += [len(wanted & self.undone.refused)]
        counts += [len(wanted & one.passed) for one in (self.fixed, self.fixed_unsafely)]
        name = f"{self.trial.package.name} {self.trial.package.version}"
        return [name, *map(str, counts), ", ".join(f"`{name}`" for name in self.trial.tests)]


def trials(names: Sequence[str]) -> list[Trial]:
    """Those of `roundtrip.toml`, or those named."""
    listed = tomllib.loads((HERE / "roundtrip.toml").read_text(encoding="utf-8"))
    return [
        Trial(
            Package(name, row["version"], "sdist"),
            row["module"],
            row.get("folder", "."),
            row["python"],
            tuple(row["requirements"]),
            tuple(row["tests"]),
        )
        for name, row in listed.items()
        if not names or name in names
    ]


def trip(trial: Trial, cache: Path, environments: Path) -> Trip:
    """Undo, fix with and without unsafe fixes, and run the tests of each copy."""
    python = _environment(trial, environments)
    work = cache / "roundtrip" / trial.package.stem
    shutil.rmtree(work, ignore_errors=True)
    released = _unpacked(trial.package, cache, work / "released")
    tree = undone_tree(released, Path(shutil.copytree(released, work / "undone")))
    before = lint(tree.folder)
    safe, unsafe = _fixable(tree, before, "safe"), _fixable(tree, before, "unsafe")
    fixed = fixed_unsafely = _fixed(tree, before, work / "fixed", "safe")
    if unsafe:
        fixed_unsafely = _fixed(tree, before, work / "fixed-unsafely", "unsafe", "--unsafe-fixes")
    tests = {c: run_tests(trial, python, c) for c in {released, tree.folder, fixed, fixed_unsafely}}
    return Trip(
        trial,
        len(tree.sites),
        safe,
        unsafe,
        tests[released],
        tests[tree.folder],
        tests[fixed],
        tests[fixed_unsafely],
    )


def _environment(trial: Trial, environments: Path) -> Path:
    """The Python of the package's environment, which is made if it is not there."""
    folder = environments / trial.package.stem
    if not (folder / "installed").exists():
        subprocess.run([f"python{trial.python}", "-m", "venv", folder], check=True)
        pip = [folder / "bin" / "python", "-m", "pip", "install", "--quiet"]
        pinned = f"{trial.package.name}=={trial.package.version}"
        subprocess.run([*pip, pinned, "pytest", *trial.requirements], check=True)
        (folder / "installed").touch()
    return folder / "bin" / "python"


def _unpacked(package: Package, cache: Path, folder: Path) -> Path:
    """The whole sdist: tests read more than Python files."""
    with tempfile.TemporaryDirectory() as scratch:
        with tarfile.open(archive(package, cache / "archives")) as tar:
            tar.extractall(scratch, filter="data")
        (top,) = Path(scratch).iterdir()
        shutil.copytree(top, folder)
    return folder


def _fixed(tree: Tree, before: Run, copy: Path, safety: str, *options: str) -> Path:
    """A copy of the undone package after `--fix`, which must leave no finding that it can rewrite."""
    shutil.copytree(tree.folder, copy)
    run = lint(copy, "--fix", *options)
    left = [finding for finding in run.findings if finding.fix in {"safe", safety}]
    if left or run.failures or before.failures:
        raise SystemExit(f"{copy}: {left or run.failures or before.failures}")
    return copy


def _fixable(tree: Tree, run: Run, safety: str) -> int:
    """How many undone sites have a rewrite of this safety."""
    ends = {(path, site.end.line, site.end.column) for path, site in tree.sites}
    return sum(f.fix == safety and (f.path, f.end_line, f.end_column) in ends for f in run.findings)


def run_tests(trial: Trial, python: Path, copy: Path) -> Tests:
    """Run the chosen tests on a copy of the package. Raises `SystemExit` if another copy is imported."""
    folder = (copy / trial.folder).resolve()
    environment = os.environ | {"PYTHONPATH": str(folder), "JAX_PLATFORMS": "cpu"}
    where = [python, "-c", f"import {trial.module}; print({trial.module}.__path__[0])"]
    told = subprocess.run(where, cwd=copy, env=environment, capture_output=True, text=True)
    if Path(told.stdout.strip() or "/").parent != folder:
        raise SystemExit(
            f"{trial.module} is not imported from {folder}: {told.stdout}{told.stderr}"
        )
    report = copy / "junit.xml"
    command = [python, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--junitxml={report}"]
    with report.with_suffix(".log").open("w") as log:
        subprocess.run(
            [*command, *trial.tests],
            cwd=copy,
            env=environment,
            stdout=log,
            stderr=log,
            timeout=_MOST_SECONDS,
        )
    return _outcomes(report)


def _outcomes(report: Path) -> Tests:
    passed: set[str] = set()
    refused: set[str] = set()
    for case in ElementTree.parse(report).iter("testcase"):
        name = f"{case.get('classname')}::{case.get('name')}"
        told = [child for child in case if child.tag in {"failure", "error", "skipped"}]
        if not told:
            passed.add(name)
        elif _REFUSAL.match(told[0].get("message") or ""):
            refused.add(name)
    return Tests(frozenset(passed), frozenset(refused))


def main() -> None:
    """Run what the options ask for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--package", action="append", default=[], metavar="NAME")
    parser.add_argument("--cache", type=Path, default=default_cache())
    parser.add_argument("--environments", type=Path, help="default: in the cache")
    options = parser.parse_args()
    environments = options.environments or options.cache / "environments"
    rows = []
    for trial in trials(options.package):
        print(trial.package.name, file=sys.stderr, flush=True)
        rows.append(trip(trial, options.cache, environments).row)
    print("\n".join(table(_HEAD, rows)))


if __name__ == "__main__":
    main()
