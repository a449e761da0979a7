"""The tool under test, called on the bytes of a file: in this process, or as a user calls it."""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from jaxslice_lint.report.outcome import Outcome
from jaxslice_lint.rules import RULES
from jaxslice_lint.run import run_text
from jaxslice_lint.settings import Settings

#: In no project, so that nothing is looked for around it.
NAME = Path("/nowhere/program.py")


@dataclass(frozen=True, slots=True)
class Options:
    """With which options the tool is run."""

    unsafe: bool = False
    style: str = "lax"
    line_length: int = 88

    @property
    def arguments(self) -> tuple[str, ...]:
        """The same on the command line."""
        unsafe = ("--unsafe-fixes",) if self.unsafe else ()
        length = f"line-length={self.line_length}"
        return (*unsafe, "--config", f"fix-style='{self.style}'", "--config", length)


Tool = Callable[[bytes, Options, bool], Outcome]


def jaxslice_lint(data: bytes, options: Options, fix: bool) -> Outcome:
    """Check the bytes of a file, and fix them with `fix`."""
    settings = Settings(
        frozenset(rule.code for rule in RULES),
        unsafe_fixes=options.unsafe,
        fix_style=options.style,
        line_length=options.line_length,
    )
    return run_text(data, NAME, settings, fix=fix)


def from_command_line(
    path: Path, options: Options, *more: str
) -> subprocess.CompletedProcess[bytes]:
    """The same as a process of its own, which reads and writes a file."""
    command = [sys.executable, "-m", "jaxslice_lint", "--isolated", *options.arguments, *more]
    return subprocess.run(
        [*command, path.name], cwd=path.parent, capture_output=True, check=False, timeout=120
    )
