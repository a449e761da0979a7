"""Small programs for tests of the tracer."""

from pathlib import Path

from jaxslice_lint.source.text import Source
from jaxslice_lint.tracing import trace_file
from jaxslice_lint.tracing.site import Element

HEADER = """\
import jax, jax.numpy as jnp
from functools import partial
from jax import lax
"""


def only_slice(program: str) -> Element:
    """The one traced slice of a program."""
    trace = trace_file(Source(Path("program.py"), HEADER + program))
    assert not trace.crashes
    found = [e for site in trace.sites for e in site.elements if e.is_traced]
    assert len(found) == 1
    return found[0]
