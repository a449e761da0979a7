"""Small programs for tests of the tracer."""

import os
from dataclasses import replace
from pathlib import Path

from jaxslice_lint.facts.site import Element, Site
from jaxslice_lint.jax_model.model import DEFAULT, Model
from jaxslice_lint.rules import RULES, Finding
from jaxslice_lint.run import run_sources
from jaxslice_lint.settings import Settings
from jaxslice_lint.source.project import Project
from jaxslice_lint.source.text import Source
from jaxslice_lint.tracing import ProjectTrace, trace_project, watch_revealed

#: In no project, so that nothing is looked for around it.
NAME = Path("/nowhere/program.py")
#: How many times as many random programs as usual are tried.
EFFORT = int(os.environ.get("JAXSLICE_EFFORT", "1"))
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
    """The findings of a program, as if it stood in no project."""
    settings = Settings(frozenset(rule.code for rule in RULES), fix_style=style)
    outcome = run_sources([replace(file, path=NAME)], settings, fix=False)
    assert not outcome.failures, outcome.failures
    return list(outcome.files[0].findings)


def only_slice(program: str) -> Element:
    """The one traced slice of a program."""
    sites = sites_of(Source(Path("program.py"), HEADER + program))
    found = [e for site in sites for e in site.elements if e.is_traced]
    assert len(found) == 1
    return found[0]


def revealed(program: str) -> list[str]:
    """What a program passes to `reveal_traced`, in words and in the order of the text, each value once."""
    file = Source(NAME, f"{HEADER}\ndef reveal_traced(x):\n    return x\n\n{program}")
    project = Project([file])
    traced = trace_project(project, watch=watch_revealed(project, NAME))
    assert not traced.crashes, traced.crashes
    values = dict.fromkeys((evaluation.span, evaluation.value) for evaluation in traced.evaluations)
    return [value for _, value in sorted(values, key=lambda one: one[0])]
