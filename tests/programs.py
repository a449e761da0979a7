"""Small programs for tests of the tracer."""

from pathlib import Path

from jaxslice_lint.jax_model.model import DEFAULT, Model
from jaxslice_lint.rules import Finding, check
from jaxslice_lint.source.project import Project
from jaxslice_lint.source.text import Source
from jaxslice_lint.tracing import ProjectTrace, trace_project
from jaxslice_lint.tracing.site import Element, Site

HEADER = """\
import jax, jax.numpy as jnp
from functools import partial
from jax import lax
"""


def trace(*files: Source, model: Model = DEFAULT) -> ProjectTrace:
    """What abstract tracing says of a project of some files."""
    traced = trace_project(Project(files), model)
    assert not traced.crashes, traced.crashes
    return traced


def sites_of(file: Source, model: Model = DEFAULT) -> tuple[Site, ...]:
    """The slices of a program of one file."""
    return trace(file, model=model).sites[file.path]


def findings_of(file: Source, style: str = "lax") -> list[Finding]:
    """What the tool finds in a program of one file."""
    traced = trace(file)
    return check(file, traced.sites[file.path], style, traced.misuses[file.path])


def only_slice(program: str) -> Element:
    """The one traced slice of a program."""
    sites = sites_of(Source(Path("program.py"), HEADER + program))
    found = [e for site in sites for e in site.elements if e.is_traced]
    assert len(found) == 1
    return found[0]
