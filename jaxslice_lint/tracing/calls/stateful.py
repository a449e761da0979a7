"""States of stateful layers (`eqx.nn.State`): arrays apart from the model, which it gets at by indices."""

from collections.abc import Callable

from jaxslice_lint.facts.status import Status
from jaxslice_lint.jax_model.library_classes import MADE_WITH_STATE, STATE
from jaxslice_lint.jax_model.schema import Member
from jaxslice_lint.tracing.domain.arguments import Arguments
from jaxslice_lint.tracing.domain.context import Mode
from jaxslice_lint.tracing.domain.data import UNKNOWN, Data, Kind, static, unknown
from jaxslice_lint.tracing.domain.external import external
from jaxslice_lint.tracing.domain.joins import is_traced, join
from jaxslice_lint.tracing.domain.points import Point
from jaxslice_lint.tracing.domain.values import Class, External, Instance, Partial, Sequence, Value
from jaxslice_lint.tracing.operations.module_variables import of_any_float
from jaxslice_lint.tracing.operations.results import Leaves, array

#: What stands for all arrays of a state, and what an index begins with.
_VALUES, _INIT = "values", "init"


def maker(_point: Point, arguments: Arguments) -> Value:
    """`make_with_state(Model)`: called like the class, it returns (model, state)."""
    return Partial(External(MADE_WITH_STATE), (arguments.first,))


def made(point: Point, arguments: Arguments) -> Value:
    """`make_with_state(Model)(…)`."""
    rest = Arguments(
        arguments.positional[1:], arguments.keywords, arguments.rest, open=arguments.open
    )
    model = point.call(arguments.first, rest)
    cls = external(point.tracer, STATE)
    assert isinstance(cls, Class)
    values = array(point, (), "the state of a model", kind=Kind.PYTREE)
    state = Instance(cls, {_VALUES: values}, point.tracer.new_number(), is_traced(values))
    return Sequence((model, state))


def _get(point: Point, state: Instance, arguments: Arguments) -> Value:
    """`state.get(index)`: an array like that which the index begins with."""
    values, index = state.attributes.get(_VALUES, UNKNOWN), arguments.first
    begun = index.attributes.get(_INIT, UNKNOWN) if isinstance(index, Instance) else UNKNOWN
    if is_traced(values):
        why = "it is in the state of a model"
        leaves = Leaves(point, why, point.step(why), blocks=True)
        return leaves.traced(of_any_float(begun))
    if isinstance(values, Data) and values.status is Status.STATIC:
        poly = point.fresh(Status.STATIC)
        return static("a concrete array in the state of a model", Kind.JAX, poly=poly)
    return unknown("a value in a state of which nothing is known")


def _set(point: Point, state: Instance, arguments: Arguments) -> Value:
    """`state.set(index, value)`: another state, whose arrays have the same shapes and dtypes."""
    value = (*arguments.positional, UNKNOWN, UNKNOWN)[1]
    is_staged = point.frame.context.mode is Mode.STAGED
    is_number = isinstance(value, Data) and value.kind is Kind.PYTHON
    before = state.attributes.get(_VALUES, UNKNOWN)
    if is_traced(value) is not is_traced(before) and not (is_staged and is_number):
        before = join(before, unknown("a state in which something else was set"))
    return _with(point, state, before)


def _part(point: Point, state: Instance, _arguments: Arguments) -> Value:
    """`state.substate(layer)`."""
    return _with(point, state, state.attributes.get(_VALUES, UNKNOWN))


def _update(point: Point, state: Instance, arguments: Arguments) -> Value:
    """`state.update(substate)`."""
    part = arguments.first
    values = part.attributes.get(_VALUES, UNKNOWN) if isinstance(part, Instance) else UNKNOWN
    return _with(point, state, join(state.attributes.get(_VALUES, UNKNOWN), values))


def _with(point: Point, state: Instance, values: Value) -> Instance:
    return Instance(state.cls, {_VALUES: values}, point.tracer.new_number(), is_traced(values))


#: Methods of states.
STATEFUL: dict[Member, Callable[[Point, Instance, Arguments], Value]] = {
    Member.GET_STATE: _get,
    Member.SET_STATE: _set,
    Member.PART_OF_STATE: _part,
    Member.UPDATED_STATE: _update,
}
