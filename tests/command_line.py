"""The command line as a child process, and the small project that it is run on."""

import os
import subprocess
import sys
from pathlib import Path

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
        [sys.executable, "-m", "jaxslice_lint", *arguments],
        cwd=folder,
        input=stdin.encode() if isinstance(stdin, str) else stdin,
        capture_output=True,
        env={**inherited, **environment},
        check=False,
    )
    out, err = done.stdout.decode(), done.stderr.decode()
    assert "Traceback" not in err
    return subprocess.CompletedProcess(done.args, done.returncode, out, err)
