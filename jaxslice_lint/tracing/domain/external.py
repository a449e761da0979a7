"""What is imported from outside of the analysed code."""

from jaxslice_lint.jax_model.lookup import canonical
from jaxslice_lint.tracing.domain.protocol import Tracer
from jaxslice_lint.tracing.domain.values import External, Transform, Value


def external(tracer: Tracer, path: str) -> Value:
    """The API at a dotted path."""
    path = canonical(path)
    row = tracer.model.transform(path)
    return External(path) if row is None else Transform(row)
