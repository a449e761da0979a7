"""Whole programs that say what they should give: fixed, and run.

A program leaves in `got` what JAX gives, and in `want` what it means, by NumPy.
"""

from pathlib import Path

import numpy as np
from fixture_programs import fix

HEADER = """\
import jax
import jax.numpy as jnp
import numpy as np
from jax import lax, random

"""


def fixed(program: str, style: str = "lax") -> str:
    """The program after `--fix`."""
    return fix(Path("program.py"), HEADER + program, style)


def squeezed(text: str) -> str:
    """Code without the white space and the commas that line breaks bring with them."""
    joined = " ".join(text.split())
    return joined.replace("( ", "(").replace(" )", ")").replace(",)", ")").replace(" .", ".")


def run(text: str) -> None:
    """Assert that a program gives what it should."""
    scope: dict[str, object] = {}
    exec(text, scope)
    got, want = np.asarray(scope["got"]), np.asarray(scope["want"])
    np.testing.assert_allclose(got, want, rtol=1e-6)


def check(program: str, written: str) -> None:
    """Assert that the fixed program holds `written`, and gives what it should."""
    text = fixed(program)
    assert squeezed(written) in squeezed(text), text
    run(text)
