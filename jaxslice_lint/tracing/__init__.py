"""Abstract tracing: follows the analysed program as JAX would trace it, and yields its slice sites."""

from jaxslice_lint.tracing.files import Crash, FileTrace, trace_file, trace_files

__all__ = ["Crash", "FileTrace", "trace_file", "trace_files"]
