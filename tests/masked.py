"""Programs whose slices of traced size are masked."""

from collections.abc import Callable

import jax
from mask_programs import options
from programs import NAME

from jaxslice_lint.report.outcome import FileOutcome
from jaxslice_lint.run import run_text


def fixed(text: str, *, unsafe: bool = False) -> FileOutcome:
    """The outcome of `--fix` for a program."""
    outcome = run_text(text.encode(), NAME, options(unsafe=unsafe), fix=True)
    [file] = outcome.files
    return file


def function(text: str, *, unsafe: bool = False) -> Callable[..., jax.Array]:
    """`f` of a program after `--fix`."""
    file = fixed(text, unsafe=unsafe)
    assert not file.findings, file.findings[0].no_fix
    scope: dict[str, Callable[..., jax.Array]] = {}
    exec(file.source.text, scope)  # type: ignore[arg-type]
    return scope["f"]


IMPORTS = "import jax\nimport jax.numpy as jnp\n\n\n"
JIT = f"{IMPORTS}@jax.jit\n"
