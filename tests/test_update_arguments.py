"""The arguments of an update that lacks an axis, however they stand in parentheses."""

from pathlib import Path

import pytest
from mask_programs import options
from whole_programs import check

from jaxslice_lint.run import run_text


@pytest.mark.parametrize(
    ("call", "written"),
    [
        ("lax.dynamic_update_slice(x, row, (i, 0))", "(x, row, i, 0)"),
        ("lax.dynamic_update_slice(x, row, ((i, 0)))", "(x, row, i, 0)"),
        ("lax.dynamic_update_slice(x, (row), ([(i), 0]))", "(x, (row), i, 0)"),
        ("lax.dynamic_update_slice(x, ((row)) , (((i, (0)))))", "(x, ((row)) , i, 0)"),
        ("lax.dynamic_update_slice(x, row, (\n    (i, 0)\n))", "(x, row, i, 0)"),
        ("lax.dynamic_update_slice(x, row, start_indices=((i, 0)))", "(x, row, index=i, axis=0)"),
        ("lax.dynamic_update_slice(x, start_indices=((i, 0)), update=(row))", "update=(row))"),
        ("lax.dynamic_update_slice_in_dim(x, row, ((i)), 0)", "(x, row, i, 0)"),
        (
            "lax.dynamic_update_slice_in_dim(x, row, start_index=((i)), axis=(0))",
            "index=i, axis=(0))",
        ),
        (
            f"lax.dynamic_update_slice_in_dim(x, row, start_index={'(' * 70}i{')' * 70}, axis=0)",
            "index=i",
        ),
    ],
)
def test_parentheses_belong_to_the_argument_in_them(call: str, written: str) -> None:
    check(
        f"""
@jax.jit
def put(i):
    x, row = jnp.zeros((6, 4)), jnp.arange(4.0)
    return {call}

got = put(2)
want = np.zeros((6, 4))
want[2] = np.arange(4)
""",
        written,
    )


def test_a_comment_beside_a_start_makes_the_fix_unsafe() -> None:
    program = b"""
import jax
import jax.numpy as jnp
from jax import lax

@jax.jit
def put(i):
    x, row = jnp.zeros((6, 4)), jnp.arange(4.0)
    return lax.dynamic_update_slice(x, row, (  # the first (of them
        (i, 0)
    ))
"""
    outcome = run_text(program, Path("program.py"), options(unsafe=False), fix=False)
    [finding] = outcome.findings
    assert finding.fix is not None
    assert finding.fix.caution == "the comment `# the first (of them` would be lost"
