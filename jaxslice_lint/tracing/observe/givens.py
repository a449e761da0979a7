"""What a function is given in one way, as far as it matters for running it with values like these."""

from jaxslice_lint.facts.site import Given, GivenKind
from jaxslice_lint.facts.status import Status
from jaxslice_lint.tracing.domain.data import Data, Kind
from jaxslice_lint.tracing.domain.dtypes import told
from jaxslice_lint.tracing.domain.joins import alternatives
from jaxslice_lint.tracing.domain.protocol import Tracer
from jaxslice_lint.tracing.domain.signs import sign_of
from jaxslice_lint.tracing.domain.values import Sequence, Slice, Value, is_none

#: Sequences with more items, or that hold others this deep, are something else.
_MOST_ITEMS, _DEEPEST = 16, 3
_KINDS = {
    Kind.JAX: GivenKind.ARRAY,
    Kind.PYTREE: GivenKind.ARRAY,
    Kind.NUMPY: GivenKind.NUMPY,
}


def given(tracer: Tracer, value: Value, depth: int = 0) -> Given:
    """What is known of `value`; of one of several, of the first."""
    one = next((one for one in alternatives(value) if not is_none(one)), value)
    match one:
        case Data():
            return _of_data(tracer, one)
        case Slice(start=start, stop=stop, step=step):
            bounds = tuple(given(tracer, bound, depth + 1) for bound in (start, stop, step))
            return Given(GivenKind.SLICE, items=bounds)
        case Sequence(items=items) if len(items) <= _MOST_ITEMS and depth < _DEEPEST:
            parts = tuple(given(tracer, item, depth + 1) for item in items)
            return Given(GivenKind.SEQUENCE, items=parts)
    return Given(GivenKind.OTHER)


def _of_data(tracer: Tracer, value: Data) -> Given:
    if is_none(value):
        return Given(GivenKind.NONE)
    is_integer = value.ndim == 0 and (value.dtype or "").startswith(("int", "uint"))
    sign = sign_of(tracer.atoms, value)
    if value.status is Status.STATIC and value.kind is Kind.PYTHON and is_integer:
        const = value.const if isinstance(value.const, int) else None
        return Given(GivenKind.STATIC, 0, told(value.dtype), const, sign)
    if value.status is Status.TRACED and is_integer:
        return Given(GivenKind.TRACED, 0, told(value.dtype), None, sign)
    kind = _KINDS.get(value.kind, GivenKind.OTHER)
    return Given(kind, value.ndim, told(value.dtype), None, sign)
