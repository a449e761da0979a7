"""Programs whose comments say which of their slices are traced."""

from pathlib import Path
from textwrap import dedent

from programs import sites_of

from jaxslice_lint.facts.site import Site
from jaxslice_lint.jax_model.model import DEFAULT, Model
from jaxslice_lint.source.text import Source

HEADER = """\
import contextlib, dataclasses, functools, itertools, operator
from typing import NamedTuple
import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
"""
#: What programs with classes and containers begin with.
IMPORTS = """
import abc, copy
from collections import defaultdict, namedtuple
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Callable, Generic, Optional, Tuple, TypeVar, Union
import chex, equinox as eqx, flax
x = jnp.arange(64.0)
"""


def check(body: str, model: Model = DEFAULT) -> None:
    """Assert that exactly the lines marked `# traced` have a slice with a traced bound, and that nothing crashed.

    Lines marked `# static` have to be reached; those marked `# silent` are not traced, reached or not.
    """
    text = HEADER + dedent(body)
    sites = sites_of(Source(Path("program.py"), text), model)
    lines = text.split("\n")
    found = {
        lines[site.span.line - 1].strip()
        for site in sites
        if not site.guarded and any(element.is_traced for element in site.elements)
    }
    seen = {lines[site.span.line - 1].strip() for site in sites if _is_reached(site)}
    assert found == {line.strip() for line in lines if line.endswith("# traced")}
    assert {line.strip() for line in lines if line.endswith("# static")} <= seen


def _is_reached(site: Site) -> bool:
    return all("no way" not in bound.why for element in site.elements for bound in element.bounds)


def jitted(body: str, *, before: str = "") -> str:
    """A program that jits `f(x, i, k)` with `k` static, whose body is `body`."""
    head = '@functools.partial(jax.jit, static_argnames="k")\ndef f(x, i, k):\n'
    lines = "".join(f"    {line}\n" for line in dedent(body).strip().split("\n"))
    return dedent(before) + "\n" + head + lines + "\nf(jnp.ones(9), 1, 2)\n"
