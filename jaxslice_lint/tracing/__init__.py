"""Abstract tracing: what JAX would know of every slice in a project. `ast` only; nothing is imported or executed."""

from jaxslice_lint.tracing.driver.files import ProjectTrace, trace_project
from jaxslice_lint.tracing.driver.watching import watch_line, watch_revealed

__all__ = ["ProjectTrace", "trace_project", "watch_line", "watch_revealed"]
