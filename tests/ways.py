"""Programs that reach a slice in several ways: fixed, and run."""

import inspect
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from fixture_programs import fix as fixed
from fixture_programs import lint

from jaxslice_lint.rules.finding import Finding

HEADER = """\
import functools
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

"""
VALUES = {
    "x": jnp.arange(12.0) ** 1.5,
    "m": jnp.arange(30.0).reshape(6, 5),
    "i": 3,
    "j": 5,
    "n": 4,
    "stride": 2,
}


def outcome(program: str, *, fix: bool = False, unsafe: bool = False) -> tuple[str, list[Finding]]:
    """The program after `--fix`, and what is found in it then; before, if nothing is to be fixed."""
    path, text = Path("program.py"), HEADER + program
    if fix:
        text = fixed(path, text, unsafe=unsafe)
    return text, lint(path, text)


def result(text: str, *, eagerly: bool) -> Any:
    """What `f` of a program gives, and what the program prints to `shown`."""
    scope: dict[str, Any] = {"__name__": "__main__", "shown": []}
    exec(compile(text, "program.py", "exec"), scope)
    names = inspect.signature(inspect.unwrap(scope["f"])).parameters
    arguments = [VALUES[name] for name in names]
    if eagerly:
        with jax.disable_jit():
            value = scope["f"](*arguments)
    else:
        value = scope["f"](*arguments)
    return [np.asarray(leaf).round(3).tolist() for leaf in jax.tree.leaves([value, scope["shown"]])]


def check(program: str) -> None:
    """Assert that something is found, and that neither safe nor unsafe fixes change what the program does."""
    text, findings = outcome(program)
    assert findings
    before = result(text, eagerly=True)
    for unsafe in (False, True):
        text, left = outcome(program, fix=True, unsafe=unsafe)
        assert result(text, eagerly=bool(left)) == before
