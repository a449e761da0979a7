"""Tracing the files of a project: which of them deserve it, and what is found in each."""

import ast
import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from jaxslice_lint.facts.crash import Crash
from jaxslice_lint.facts.evaluation import Evaluation, Watch
from jaxslice_lint.facts.misuse import Misuse
from jaxslice_lint.facts.site import Site
from jaxslice_lint.facts.spent import Spent
from jaxslice_lint.facts.what_if import Conflict, WhatIf
from jaxslice_lint.jax_model.lookup import WATCHED
from jaxslice_lint.jax_model.model import DEFAULT, Model
from jaxslice_lint.source.depth import deep_recursion
from jaxslice_lint.source.import_graph import ImportGraph
from jaxslice_lint.source.project import Project
from jaxslice_lint.tracing.driver.assembling import sites_of
from jaxslice_lint.tracing.driver.tracer import AbstractTracer
from jaxslice_lint.tracing.driver.watching import WatchingTracer

#: What stands in every file with a slice, or with a call of a window function.
_MARKS = ("[", *(path.rpartition(".")[2] for path in WATCHED))


@dataclass(frozen=True, slots=True)
class ProjectTrace:
    """What abstract tracing says of the given files of a project, and how long it took."""

    sites: dict[Path, tuple[Site, ...]]
    misuses: dict[Path, tuple[Misuse, ...]] = field(default_factory=dict)
    crashes: tuple[Crash, ...] = ()
    given_up: tuple[Crash, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    spent: tuple[Spent, ...] = ()
    evaluations: tuple[Evaluation, ...] = ()


def trace_project(
    project: Project,
    model: Model = DEFAULT,
    what_if: WhatIf | None = None,
    watch: Watch | None = None,
) -> ProjectTrace:
    """Trace the given files of a project, as all of its modules reach them. Files that do not parse have no sites.

    With a `what_if`, as if it were true; `conflicts` say which calls it would break. With a `watch`,
    `evaluations` say what the watched expressions were.
    """
    sites: dict[Path, tuple[Site, ...]] = dict.fromkeys(project.given, ())
    misuses: dict[Path, tuple[Misuse, ...]] = dict.fromkeys(project.given, ())
    tracer = (
        AbstractTracer(project, model, what_if or {})
        if watch is None
        else WatchingTracer(project, model, what_if or {}, watch=watch)
    )
    with deep_recursion(), _without_garbage_collection():
        targets = [path for path in project.given if _has_candidates(tracer, path)]
        tracer.trace(*_entrances(project, model, targets))
    for path in targets:
        tree, source = project.tree(path), project.source(path)
        assert isinstance(tree, ast.Module)
        assert source is not None
        sites[path] = sites_of(tracer.recorder, tracer, tree, source)
        misuses[path] = tracer.misuses.misuses(tree, source)
    return ProjectTrace(
        sites,
        misuses,
        tuple(tracer.crashes),
        tuple(dict.fromkeys(tracer.given_up)),
        tuple(tracer.conflicts),
        tracer.spending.told(),
        tuple(tracer.evaluations) if isinstance(tracer, WatchingTracer) else (),
    )


def _has_candidates(tracer: AbstractTracer, path: Path) -> bool:
    source = tracer.project.source(path)
    if source is None or not any(mark in source.text for mark in _MARKS):
        return False
    index = tracer.index(path)
    return index is not None and index.has_candidates


def _entrances(
    project: Project, model: Model, targets: list[Path]
) -> tuple[list[Path], list[Path]]:
    """The files from which the program can get to the targets if anything there traces, and the others on the way."""
    if not targets:
        return [], []
    graph = ImportGraph(project)
    reaching = sorted(graph.reaching([*targets, *graph.bases(targets)]), key=str)
    able = graph.reaching([path for path in project.paths if _may_trace(project, model, path)])
    return [path for path in reaching if path in able], [p for p in reaching if p not in able]


def _may_trace(project: Project, model: Model, path: Path) -> bool:
    source = project.source(path)
    return source is not None and model.may_trace(project.module(path).name, source.text)


@contextmanager
def _without_garbage_collection() -> Iterator[None]:
    """Most of what tracing makes lives as long as the tracer: looking for garbage again and again finds none."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
