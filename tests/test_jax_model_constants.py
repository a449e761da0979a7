"""The table of constants: each stands at its path with its value, and indices that add an axis by it are known."""

import importlib
from pathlib import Path

import numpy as np
import pytest
from programs import findings_of

from jaxslice_lint.jax_model.constants import CONSTANTS
from jaxslice_lint.source.text import Source


@pytest.mark.parametrize("path", CONSTANTS)
def test_a_constant_has_its_value(path: str) -> None:
    module, _, name = path.rpartition(".")
    np.testing.assert_equal(getattr(importlib.import_module(module), name), CONSTANTS[path])


def test_an_axis_that_is_added_by_its_name_is_no_obstacle() -> None:
    program = (
        "import jax\nimport jax.numpy as jnp\n\n\n@jax.jit\ndef f(x, i):\n"
        "    return x[i : i + 2, jnp.newaxis]\n"
    )
    [finding] = findings_of(Source(Path("program.py"), program))
    assert finding.fix is not None
    assert "jax.lax.dynamic_slice_in_dim(x, i, 2)[:, jnp.newaxis]" in finding.fix.edits[0].content
