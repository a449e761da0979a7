"""What is printed of a file: in each format, and as a diff that makes the fixed file when it is applied."""

import json
import subprocess
import tempfile
import traceback
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from jaxslice_lint.report.formats import FORMATS, View
from jaxslice_lint.report.outcome import Outcome
from jaxslice_lint.report.patch import patch

_PROGRAMS = (
    ["git", "apply", "-p0", "--whitespace=nowarn"],
    ["patch", "--binary", "-s", "-p0"],
)
_VIEWS = (View(), View(unsafe=True, verbose=True, color=True, width=60))


def printed(before: Outcome, after: Outcome, data: bytes, fixed: bytes) -> Iterator[str]:
    """What is wrong with the outputs."""
    for outcome, view in zip((before, after), _VIEWS, strict=True):
        for name, form in FORMATS.items():
            try:
                text = form.findings(outcome, view)
                form.statistics(outcome, view)
            except Exception:
                yield f"{name}: {traceback.format_exc()}"
                continue
            yield from _wrong(name, text, outcome)
    if fixed != data:
        yield from _applied(after, data, fixed)


def _wrong(name: str, text: str, outcome: Outcome) -> Iterator[str]:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        yield f"{name} cannot be printed: {error}"
    if name == "json":
        try:
            json.loads(text)
        except ValueError as error:
            yield f"JSON: {error}"
    if name == "concise":
        lines = text.removesuffix("\n").split("\n") if text else []
        if len(lines) != len(outcome.findings):
            yield f"{len(lines)} lines for {len(outcome.findings)} findings: {text!r}"


def _applied(outcome: Outcome, data: bytes, fixed: bytes) -> Iterator[str]:
    """What `git apply` or `patch` makes of the diff, if it is not the fixed file."""
    [file] = outcome.files
    name = Path("program.py")
    named = replace(
        file, original=replace(file.original, path=name), source=replace(file.source, path=name)
    )
    command = _PROGRAMS[len(data) % len(_PROGRAMS)]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(data)
        done = subprocess.run(
            command, input=patch(named), cwd=folder, capture_output=True, check=False
        )
        if done.returncode or path.read_bytes() != fixed:
            yield f"{command[0]}: {done.stderr!r} {done.stdout!r}"
