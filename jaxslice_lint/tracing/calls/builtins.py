"""Questions that a program asks of its values: a tracer may answer otherwise than a number."""

from collections.abc import Callable

from jaxslice_lint.facts.status import Status
from jaxslice_lint.jax_model.arrays import ARRAY_ATTRIBUTES, STATIC_ATTRIBUTES
from jaxslice_lint.jax_model.functions.methods import METHOD_NAMES
from jaxslice_lint.jax_model.functions.schema import Gives
from jaxslice_lint.tracing.domain.arguments import Arguments
from jaxslice_lint.tracing.domain.data import TEST, UNKNOWN, Data, Kind, constant, static
from jaxslice_lint.tracing.domain.joins import alternatives, is_traced
from jaxslice_lint.tracing.domain.points import Point
from jaxslice_lint.tracing.domain.values import FUNCTIONS, Class, Instance, Transform, Value, known
from jaxslice_lint.tracing.operations.arithmetic import is_test, truth
from jaxslice_lint.tracing.operations.demands import demand
from jaxslice_lint.tracing.operations.narrowing import is_instance

_Handler = Callable[[Point, Arguments], Value]
_ATTRIBUTES = STATIC_ATTRIBUTES | ARRAY_ATTRIBUTES | METHOD_NAMES


def _boolean() -> Data:
    return static("a Python truth value", Kind.PYTHON, ndim=0, dtype="bool")


def _undecided(subject: Value) -> Data:
    """The answer to a question about `subject` that may have another answer for a tracer."""
    return TEST if any(is_traced(one) for one in alternatives(subject)) else _boolean()


def _isinstance(_point: Point, arguments: Arguments) -> Value:
    if len(arguments.positional) != 2:
        return UNKNOWN
    subject, kinds = arguments.positional
    verdicts = {is_instance(one, kinds) for one in alternatives(subject)}
    verdict = verdicts.pop() if len(verdicts) == 1 else None
    return _undecided(subject) if verdict is None else constant(verdict)


def _hasattr(_point: Point, arguments: Arguments) -> Value:
    if len(arguments.positional) != 2:
        return UNKNOWN
    subject, name = arguments.positional[0], known(arguments.positional[1])
    is_array = isinstance(subject, Data) and subject.kind is Kind.JAX
    return constant(True) if is_array and name in _ATTRIBUTES else _undecided(subject)


def _is_concrete(_point: Point, arguments: Arguments) -> Value:
    subject = arguments.first
    if isinstance(subject, Data) and subject.status is not Status.UNKNOWN:
        return constant(subject.status is Status.STATIC)
    return _undecided(subject)


def _ask(_point: Point, arguments: Arguments) -> Value:
    return _undecided(arguments.first)


def _bool(point: Point, arguments: Arguments) -> Value:
    value = arguments.first
    demand(value, point.frame)
    decided = truth(value)
    if decided is not None:
        return constant(decided)
    return TEST if is_test(value) else _boolean()


def _callable(_point: Point, arguments: Arguments) -> Value:
    value = arguments.first
    if isinstance(value, (*FUNCTIONS, Class, Transform)):
        return constant(True)
    if isinstance(value, Data) and value.status is not Status.UNKNOWN:
        return constant(False)
    return _boolean()


def _type(_point: Point, arguments: Arguments) -> Value:
    value = arguments.first
    if isinstance(value, Instance):
        return value.cls
    return TEST if any(is_traced(one) for one in alternatives(value)) else UNKNOWN


QUESTIONS: dict[str, _Handler] = {
    "isinstance": _isinstance,
    "hasattr": _hasattr,
    "bool": _bool,
    "callable": _callable,
    "type": _type,
}
#: Those of libraries, by what their rows say that they give.
LIBRARY_QUESTIONS: dict[Gives | None, _Handler] = {
    Gives.IS_SCALAR: _ask,
    Gives.IS_CONCRETE: _is_concrete,
}
