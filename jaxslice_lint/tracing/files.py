"""Tracing files: which of them deserve it, and what happens when the analysis itself fails."""

import ast
import sys
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from jaxslice_lint.source.text import Source
from jaxslice_lint.tracing.frames import Frame, Mode
from jaxslice_lint.tracing.site import Site
from jaxslice_lint.tracing.sites import is_number
from jaxslice_lint.tracing.tracer import AbstractTracer, OutOfFuelError

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
    if "[" not in source.text or "jax" not in source.text:
        return FileTrace()
    tree = ast.parse(source.text)
    if not any(_may_be_site(node) for node in ast.walk(tree)):
        return FileTrace()
    tracer = AbstractTracer()
    frame = Frame(source, tracer.new_number(), source.path.stem, Mode.EAGER, tracer.new_number())
    crashes: list[Crash] = []
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(max(limit, _STACK))
    try:
        _run(lambda: tracer.execute(tree.body, frame), tracer, crashes)
        tracer.memory.results.clear()
        _run(lambda: tracer.finish(frame), tracer, crashes)
        _run(tracer.run_uncalled, tracer, crashes)
        _run(tracer.run_uncalled_roots, tracer, crashes)
    finally:
        sys.setrecursionlimit(limit)
    return FileTrace(tracer.recorder.sites(frame), tuple(crashes))


def _may_be_site(node: ast.AST) -> bool:
    """A slice with a bound that is not a literal, or a `slice` object."""
    match node:
        case ast.Slice(lower=lower, upper=upper, step=step):
            bounds = [bound for bound in (lower, upper, step) if bound is not None]
            return not all(is_number(bound) for bound in bounds)
        case ast.Call(func=ast.Name(id="slice")):
            return True
    return False


def _run(stage: Callable[[], object], tracer: AbstractTracer, crashes: list[Crash]) -> None:
    """One stage of the analysis; what it found before it failed stands."""
    try:
        stage()
    except OutOfFuelError:
        return
    except RecursionError:
        return
    except Exception:  # a crash on one file must not lose the findings of the others
        crashes.append(Crash(tracer.current or "<module>", traceback.format_exc()))
