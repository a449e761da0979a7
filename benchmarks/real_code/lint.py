"""One run of the tool in a process of its own, and what it said: findings, failures, `-v`, time and memory."""

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_BOUND = re.compile(
    r"(?P<path>.+?):(?P<line>\d+):(?P<column>\d+): bound (?:`(?P<text>.*?)` )?is (?P<verdict>.+)"
)


@dataclass(frozen=True, slots=True)
class Finding:
    """A finding; `path` is relative to the folder of the run, `fix` is safe, unsafe or empty.

    `calls`: whether the fix writes a call of `lax`, and not an index. `doubt`: why there is no safe fix.
    """

    path: str
    line: int
    column: int
    end_line: int
    end_column: int
    code: str
    message: str
    fix: str
    calls: bool
    doubt: str


@dataclass(frozen=True, slots=True)
class Run:
    """What came of one run. `verdicts` are those of `-v`, by path, line and column of a bound.

    `megabytes` is the peak of the process, at least that of the process which started it.
    """

    findings: tuple[Finding, ...]
    failures: tuple[str, ...]
    verdicts: dict[tuple[str, int, int], str]
    seconds: float
    cpu_seconds: float
    megabytes: float


def lint(
    folder: Path, *options: str, assume_traced: Sequence[str] = (), verbose: bool = False
) -> Run:
    """Run the tool on a folder, with its default settings but for the options."""
    command = [sys.executable, "-m", "jaxslice_lint", ".", "--output-format", "json", *options]
    command += ["-v"] * verbose
    if assume_traced:
        command += ["--config", f"assume-traced = {json.dumps(list(assume_traced))}"]
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        begin = time.perf_counter()
        child = subprocess.Popen(command, cwd=folder, stdout=out, stderr=err, env=_environment())
        _, status, used = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - begin
        child.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        findings, said = out.read(), err.read().splitlines()
    failures = [line for line in said if line.startswith(("error: ", "Traceback", "Usage: "))]
    if child.returncode not in {0, 1, 2} or (child.returncode == 2 and not failures):
        failures.append(f"exit status {child.returncode}")
    objects = json.loads(findings) if findings else []
    return Run(
        tuple(_finding(item, folder) for item in objects),
        tuple(failures),
        _verdicts(said),
        seconds,
        used.ru_utime + used.ru_stime,
        used.ru_maxrss / (1024 if sys.platform == "linux" else 1024**2),
    )


def _environment() -> dict[str, str]:
    """The environment for a run in another folder: relative entries of `PYTHONPATH` would be lost."""
    paths = [
        str(Path(p).resolve()) for p in os.environ.get("PYTHONPATH", "").split(os.pathsep) if p
    ]
    return os.environ | {"PYTHONPATH": os.pathsep.join(paths)}


def _finding(item: dict[str, object], folder: Path) -> Finding:
    match item:
        case {
            "code": str(code),
            "filename": str(filename),
            "location": {"row": int(line), "column": int(column)},
            "end_location": {"row": int(end_line), "column": int(end_column)},
            "message": str(message),
            "fix": fix,
            "no_fix": no_fix,
        }:
            path = Path(filename).relative_to(folder.absolute()).as_posix()
            safety = str(fix["applicability"]) if isinstance(fix, dict) else ""
            calls = "dynamic_" in json.dumps(fix)
            doubt = str((fix["caution"] if isinstance(fix, dict) else no_fix) or "")
            span = (line, column, end_line, end_column)
            return Finding(path, *span, code, message, safety, calls, doubt)
    raise ValueError(f"not a finding: {item}")


def _verdicts(said: Sequence[str]) -> dict[tuple[str, int, int], str]:
    verdicts: dict[tuple[str, int, int], str] = {}
    for line in said:
        if match := _BOUND.fullmatch(line):
            place = (match["path"], int(match["line"]), int(match["column"]))
            verdicts[place] = match["verdict"]
    return verdicts
