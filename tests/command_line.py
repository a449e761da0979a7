"""The command line as a child process, and the small project that it is run on."""

import os
import subprocess
import sys
from pathlib import Path

COMMAND = (sys.executable, "-P", "-m", "jaxslice_lint")

BAD = """\
import jax
from jax import lax


@jax.jit
def window(x, i):
    return x[i : i + 3].sum()
"""
FIXED = BAD.replace("x[i : i + 3]", "lax.dynamic_slice_in_dim(x, i, 3)")
UNFIXABLE = """\
import jax


@jax.jit
def head(x, ends):
    return x[: ends[0]]
"""
CLEAN = """\
import jax


@jax.jit
def head(x):
    return x[:4]
"""


def lint(
    folder: Path, *arguments: str, stdin: str | bytes = b"", **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run the command in `folder`, away from the terminal and the colours of whoever runs the tests."""
    inherited = {
        k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "FORCE_COLOR", "COLUMNS")
    }
    done = subprocess.run(
        [*COMMAND, *arguments],
        cwd=folder,
        input=stdin.encode() if isinstance(stdin, str) else stdin,
        capture_output=True,
        env={**inherited, **environment},
        timeout=120,
        check=False,
    )
    out, err = (said.decode(errors="surrogateescape") for said in (done.stdout, done.stderr))
    assert "Traceback" not in err
    return subprocess.CompletedProcess(done.args, done.returncode, out, err)


def concise(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command with one line for each finding."""
    return lint(folder, "--output-format", "concise", *arguments)
