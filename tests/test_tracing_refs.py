"""Refs of Pallas kernels and what is made of them are no arrays: they are written to in place."""

from pathlib import Path

import pytest
from programs import findings_of

from jaxslice_lint.source.text import Source

PROGRAM = """
import jax
import jax.numpy as jnp
from jax.experimental import pallas as pl
from jax.experimental.pallas import mosaic_gpu as plgpu
from jax.experimental.pallas import tpu as pltpu


def kernel(x_ref, scratch_refs, o_ref):
    def body(i, carry):
        {body}
        return carry

    jax.lax.fori_loop(0, 4, body, 0)


run = pl.pallas_call(kernel, out_shape=jax.ShapeDtypeStruct((8,), jnp.uint32))
"""


@pytest.mark.parametrize(
    "body",
    [
        "o_ref[0] = x_ref[i]",
        "view = o_ref.reshape(4, 2)\n        view[0] = 1",
        "view = o_ref.bitcast(jnp.int32).reshape(8)\n        view[pl.ds(i, 2)] = 1",
        "view = x_ref.at[i].reshape(4)\n        view[0] = 1",
        "view = x_ref.bitcast(jnp.int32).at[0, i].bitcast(jnp.uint32)",
        "view = pltpu.annotate(x_ref, no_hazard_no_deps=True)\n        view[i] = 1",
        "view = pltpu.annotate(x_ref).at[:4].bitcast(jnp.uint32).reshape(-1)\n        view[1::2] = 1",
        "view = plgpu.transpose_ref(x_ref, (0,))\n        view[0] = 1",
        "*_, last = scratch_refs\n        last[0] = 1",
        "first, last = scratch_refs[:-1]\n        last[0] = 1",
        "scratch_refs[0][0] = 1",
    ],
)
def test_a_ref_may_be_written_to(body: str) -> None:
    assert findings_of(Source(Path("program.py"), PROGRAM.format(body=body))) == []


@pytest.mark.parametrize("start", ["i", "pl.program_id(0)"])
def test_a_public_kernel_that_others_may_call_keeps_its_rewrite(start: str) -> None:
    text = PROGRAM.format(body=f"k = {start}\n        o_ref[k:k + 2] += x_ref[0]")
    [finding] = findings_of(Source(Path("program.py"), text))
    assert finding.fix is not None
    assert finding.fix.safe


def test_what_is_read_from_a_ref_is_an_array() -> None:
    text = PROGRAM.format(body="tile = x_ref[...] + 1\n        tile[0] = 1")
    [finding] = findings_of(Source(Path("program.py"), text))
    assert finding.code == "JSL303"


def test_two_reads_of_a_ref_may_differ() -> None:
    body = "low = x_ref[0]\n        x_ref[0] = low + 1\n        high = x_ref[0] + 2\n        o_ref[low:high] = 1"
    [finding] = findings_of(Source(Path("program.py"), PROGRAM.format(body=body)))
    assert finding.code == "JSL104"
    assert finding.fix is None
