"""What is imported from outside of the analysed code."""

import ast
from pathlib import Path

from jaxslice_lint.jax_model.lookup import canonical, library_class
from jaxslice_lint.jax_model.schema import LibraryClass
from jaxslice_lint.source.text import Source
from jaxslice_lint.tracing.domain.context import Context, Mode
from jaxslice_lint.tracing.domain.frames import Frame
from jaxslice_lint.tracing.domain.protocol import Tracer
from jaxslice_lint.tracing.domain.registrations import note_api
from jaxslice_lint.tracing.domain.values import Class, External, Field, Transform, Value


def external(tracer: Tracer, path: str) -> Value:
    """The API at a dotted path."""
    path = canonical(path)
    described = library_class(path)
    if described is not None:
        return _class(tracer, described)
    row = tracer.model.transform(path)
    return External(path) if row is None else Transform(row)


def _class(tracer: Tracer, row: LibraryClass) -> Class:
    """The class that a row describes, always the same."""
    found = tracer.libraries.get(row.path)
    if found is None:
        name = row.path.rpartition(".")[2]
        source = Source(Path(row.path), "")
        number = tracer.new_number()
        frame = Frame(source, number, row.path, Context(Mode.EAGER), number)
        found = Class(name, ast.ClassDef(name, [], [], [], []), frame, ())
        note_api(found, row.base)
        found.fields = dict.fromkeys(row.fields, Field())
        found.static_fields, found.framework = row.static, row.behaviour
        tracer.libraries[row.path] = found
    return found
