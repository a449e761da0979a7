"""Tracing files: which of them deserve it, and what happens when the analysis itself fails."""

import ast
import re
import sys
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from jaxslice_lint.jax_model.lookup import ROOT_PACKAGES
from jaxslice_lint.source.text import Source
from jaxslice_lint.tracing.frames import Frame, Mode
from jaxslice_lint.tracing.site import Site
from jaxslice_lint.tracing.sites import is_open_slice
from jaxslice_lint.tracing.tracer import AbstractTracer, OutOfFuelError

#: What a file must mention for anything in it to be traced.
_MENTIONS_JAX = re.compile("|".join(map(re.escape, ROOT_PACKAGES)))
#: Python frames that tracing may use: nested calls of nested expressions.
_STACK = 8_000


@dataclass(frozen=True, slots=True)
class Crash:
    """An error of the analysis itself: the function of the analysed code it happened in, and the traceback."""

    function: str
    detail: str


@dataclass(frozen=True, slots=True)
class FileTrace:
    """What abstract tracing says of one file."""

    sites: tuple[Site, ...] = ()
    crashes: tuple[Crash, ...] = ()


def trace_files(sources: Sequence[Source]) -> dict[Path, FileTrace]:
    """Trace each file. Raises SyntaxError for one that does not parse."""
    return {source.path: trace_file(source) for source in sources}


def trace_file(source: Source) -> FileTrace:
    """Trace one file. Raises SyntaxError if it does not parse."""
    if "[" not in source.text or not _MENTIONS_JAX.search(source.text):
        return FileTrace()
    tree = ast.parse(source.text)
    if not any(is_open_slice(node) for node in ast.walk(tree)):
        return FileTrace()
    tracer = AbstractTracer()
    frame = Frame(source, tracer.new_number(), source.path.stem, Mode.EAGER, tracer.new_number())
    crashes: list[Crash] = []
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(max(limit, _STACK))
    try:
        for unit in tracer.units(tree.body, frame):
            _run(unit, tracer, frame, crashes)
    finally:
        sys.setrecursionlimit(limit)
    return FileTrace(tracer.recorder.sites(tree, source), tuple(crashes))


def _run(
    unit: Callable[[], object], tracer: AbstractTracer, frame: Frame, crashes: list[Crash]
) -> None:
    """One unit of work; what was found before it failed stands."""
    tracer.refuel()
    tracer.current = frame.name
    try:
        unit()
    except (OutOfFuelError, RecursionError):
        frame.loops.clear()
    except Exception:  # a crash in one function must not lose the findings of the others
        frame.loops.clear()
        crashes.append(Crash(tracer.current, traceback.format_exc()))
