"""What is imported from outside of the analysed code."""

from jaxslice_lint.jax_model.constants import CONSTANTS
from jaxslice_lint.jax_model.lookup import canonical, library_class
from jaxslice_lint.jax_model.schema import LibraryClass
from jaxslice_lint.tracing.domain.data import constant
from jaxslice_lint.tracing.domain.foreign import foreign_class
from jaxslice_lint.tracing.domain.protocol import Tracer
from jaxslice_lint.tracing.domain.registrations import note_api
from jaxslice_lint.tracing.domain.values import Class, External, Field, Transform, Value


def external(tracer: Tracer, path: str) -> Value:
    """The API or constant at a dotted path."""
    path = canonical(path)
    described = library_class(path)
    if described is not None:
        return _class(tracer, described)
    if path in CONSTANTS:
        return constant(CONSTANTS[path])
    row = tracer.model.transform(path)
    return External(path) if row is None else Transform(row)


def _class(tracer: Tracer, row: LibraryClass) -> Class:
    """The class that a row describes, always the same."""
    found = foreign_class(tracer, row.path)
    if not found.fields and found.pytree is None:
        note_api(found, row.base)
        found.fields = dict.fromkeys(row.fields, Field())
        found.static_fields, found.framework = row.static, row.behaviour
    return found
