"""What a change to the analysis changes: findings and fixes of two revisions, on all pinned releases.

python benchmarks/real_code/compare.py BEFORE [AFTER] [--folder PATH ...] [--package NAME ...] [--jobs N]

BEFORE and AFTER are revisions of git; without AFTER it is the working tree. Each release is read as it is, and with its
`lax.dynamic_slice` calls undone; `--folder` reads other folders instead. Prints one diff: nothing, where nothing
differs. Exit status 1 if something does. What a revision says is kept in the cache.
"""

import argparse
import difflib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fetch import HERE, default_cache, fetch, packages
from undone_tree import undone_tree

_ROOT = HERE.parent.parent
_TOOL = "jaxslice_lint"


@dataclass(frozen=True, slots=True)
class Revision:
    """The tool at one point of its history: the folder that holds it, and where its records are kept."""

    name: str
    tool: Path
    records: Path


def main() -> None:
    """Run what the options ask for."""
    options = _options()
    with tempfile.TemporaryDirectory() as scratch:
        sides = [
            _revision(name, options.cache, Path(scratch))
            for name in (options.before, options.after)
        ]
        folders = list(_folders(options))
        work = dict.fromkeys((side, *folder) for folder in folders for side in sides)
        with ThreadPoolExecutor(options.jobs) as pool:
            records = dict(zip(work, pool.map(lambda one: _record(*one), work), strict=True))
    differences = 0
    for label, folder in folders:
        before, after = (records[side, label, folder] for side in sides)
        lines = difflib.unified_diff(
            before, after, f"{label} before", f"{label} after", lineterm=""
        )
        for line in lines:
            differences += 1
            print(line)
    print(f"{len(folders)} folders, {differences} lines of differences", file=sys.stderr)
    sys.exit(differences > 0)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("before", help="a revision of git")
    parser.add_argument("after", nargs="?", default="", help="another; or else the working tree")
    parser.add_argument(
        "--folder", action="append", type=Path, default=[], help="read this one, and no release"
    )
    parser.add_argument(
        "--package", action="append", default=[], metavar="NAME", help="only this one"
    )
    parser.add_argument(
        "--cache", type=Path, default=default_cache(), help="where releases are kept"
    )
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), metavar="N")
    return parser.parse_args()


def _revision(name: str, cache: Path, scratch: Path) -> Revision:
    """A copy of the tool, so that what is edited during the run does not count."""
    if not name:
        shutil.copytree(_ROOT / _TOOL, scratch / _TOOL)
        return Revision("the working tree", scratch, scratch / "records")
    git = ["git", "-C", str(_ROOT)]
    commit = subprocess.check_output([*git, "rev-parse", f"{name}^{{commit}}"], text=True).strip()
    home = cache / "revisions" / commit
    if not (home / _TOOL).is_dir():
        home.mkdir(parents=True, exist_ok=True)
        files = subprocess.check_output([*git, "archive", commit, _TOOL])
        subprocess.run(["tar", "-x", "-C", str(home)], input=files, check=True)
    return Revision(name, home, home / "records")


def _folders(options: argparse.Namespace) -> Iterator[tuple[str, Path]]:
    """What is read, each with a label that is a file name."""
    for folder in options.folder:
        yield str(folder.resolve()).strip("/").replace("/", "-"), folder.resolve()
    for package in packages(options.package) if not options.folder else ():
        released = fetch(package, options.cache)
        yield f"{package.stem}-released", released
        copy = options.cache / "undone" / package.stem
        if not copy.is_dir():
            undone_tree(released, copy)
        yield f"{package.stem}-undone", copy


def _record(revision: Revision, label: str, folder: Path) -> list[str]:
    """What a revision says of a folder, a line for each fact."""
    kept = revision.records / label
    if not kept.is_file():
        text = "".join(f"{line}\n" for line in _lint(revision, folder))
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(text, encoding="utf-8")
        print(time.strftime("%H:%M:%S"), revision.name, label, file=sys.stderr, flush=True)
    return kept.read_text(encoding="utf-8").splitlines()


def _lint(revision: Revision, folder: Path) -> Iterator[str]:
    """One run, in which Python finds no other copy of the tool."""
    command = [
        sys.executable,
        "-P",
        "-m",
        _TOOL,
        ".",
        "--output-format",
        "json",
        "-v",
    ]
    done = subprocess.run(
        command,
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(revision.tool), "PYTHONHASHSEED": "0"},
        capture_output=True,
        text=True,
        check=False,
    )
    for item in json.loads(done.stdout or "[]"):
        yield from _finding(item, folder)
    yield from sorted({*done.stderr.splitlines()})
    yield f"exit status {done.returncode}"


def _finding(item: dict[str, Any], folder: Path) -> Iterator[str]:
    yield f"{_place(item, folder)}: {item['code']} {item['message']}"
    for step in item["trace_path"]:
        yield f"    {_place(step, folder)}: {step['note']}"
    if fix := item["fix"]:
        yield f"    {fix['applicability']} fix: {fix['message']} ({fix['caution']})"
        for edit in fix["edits"]:
            first, last = edit["location"], edit["end_location"]
            span = f"{first['row']}:{first['column']}-{last['row']}:{last['column']}"
            yield f"    {span}: {edit['content']!r}"
    else:
        yield f"    no fix: {item['no_fix']}"


def _place(item: dict[str, Any], folder: Path) -> str:
    path = Path(item["filename"]).relative_to(folder).as_posix()
    return f"{path}:{item['location']['row']}:{item['location']['column']}"


if __name__ == "__main__":
    main()
