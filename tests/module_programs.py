"""Programs of several modules, in one text: `## path` begins a file, and comments say which slices are traced."""

import re
from collections.abc import Sequence
from pathlib import Path
from textwrap import dedent

from jaxslice_lint.jax_model.model import LIBRARIES
from jaxslice_lint.source.project import Project
from jaxslice_lint.source.text import Source
from jaxslice_lint.tracing import ProjectTrace, trace_project

ROOT = Path("/project")
_FILE = re.compile(r"^## (\S+)\n", re.MULTILINE)


def files_of(text: str) -> list[Source]:
    """The files that a text describes."""
    parts = _FILE.split(dedent(text).strip("\n") + "\n")[1:]
    return [Source(ROOT / name, body) for name, body in zip(parts[::2], parts[1::2], strict=True)]


def trace_given(text: str, given: Sequence[str]) -> ProjectTrace:
    """What tracing says of some files of a project, as if only these were named on the command line."""
    files = {file.path: file for file in files_of(text)}
    project = Project(files.values(), roots=[ROOT], libraries=LIBRARIES)
    return trace_project(project.updated([files[ROOT / name] for name in given]))


def traced_lines(traced: ProjectTrace, files: Sequence[Source]) -> set[tuple[str, str]]:
    """File and text of the lines with a slice that has a traced bound."""
    texts = {file.path: file for file in files}
    return {
        (path.name, texts[path].line(site.span.line).strip())
        for path, sites in traced.sites.items()
        for site in sites
        if not site.guarded and any(element.is_traced for element in site.elements)
    }


def check(text: str) -> None:
    """Assert that exactly the lines marked `# traced` have a traced slice, whatever the order of the files."""
    files = files_of(text)
    marked = {
        (file.path.name, line.strip())
        for file in files
        for line in file.text.split("\n")
        if line.endswith("# traced")
    }
    for ordered in (files, files[::-1]):
        traced = trace_project(Project(ordered, roots=[ROOT], libraries=LIBRARIES))
        assert not traced.crashes, traced.crashes
        assert traced_lines(traced, files) == marked
