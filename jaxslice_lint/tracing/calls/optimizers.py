"""Optimizers: transformations of gradients in a chain, and states that hold one and what it is applied to."""

import ast
from collections.abc import Callable

from jaxslice_lint.jax_model.library_classes import CHAIN
from jaxslice_lint.jax_model.schema import Member
from jaxslice_lint.tracing.calls.objects import instantiate, replaced
from jaxslice_lint.tracing.domain.arguments import Arguments
from jaxslice_lint.tracing.domain.data import UNKNOWN, Data, constant, unknown
from jaxslice_lint.tracing.domain.points import Point
from jaxslice_lint.tracing.domain.polynomials import integer
from jaxslice_lint.tracing.domain.values import (
    Class,
    DataMethod,
    Field,
    Instance,
    Sequence,
    Value,
)
from jaxslice_lint.tracing.operations.arithmetic import apply
from jaxslice_lint.tracing.operations.iteration import unpack
from jaxslice_lint.tracing.operations.results import Arrays

#: The transformations that a chain consists of.
_PARTS = "(parts)"


def chain(point: Point, arguments: Arguments) -> Value:
    """`chain(first, second, …)`: a tuple of two functions, which call those of each part."""
    if arguments.rest is not None:
        return unknown("a chain of nobody knows how many transformations")
    node = ast.ClassDef("chain", [], [], [], [])
    fields = dict.fromkeys(CHAIN.members, Field())
    cls = Class("chain", node, point.frame, (), fields=fields, is_named_tuple=True, framework=CHAIN)
    new = Instance(cls, {_PARTS: Sequence(arguments.positional)}, point.tracer.new_number())
    new.attributes |= {name: DataMethod(new, name) for name in fields}
    return new


def _parts(chained: Instance) -> tuple[Value, ...]:
    parts = chained.attributes[_PARTS]
    return parts.items if isinstance(parts, Sequence) else ()


def _init_each(point: Point, chained: Instance, arguments: Arguments) -> Value:
    """The states of the parts, in order."""
    states = [point.call(point.attribute(one, "init"), arguments) for one in _parts(chained)]
    return Sequence(tuple(states))


def _update_each(point: Point, chained: Instance, arguments: Arguments) -> Value:
    """Each part changes what the one before it returned, and its own state."""
    updates, state, *rest = (*arguments.positional, UNKNOWN, UNKNOWN)[: _count(arguments)]
    parts = _parts(chained)
    before = unpack(point, state, len(parts), None)
    after: list[Value] = []
    for part, own in zip(parts, before, strict=True):
        passed = Arguments((updates, own, *rest), arguments.keywords)
        updates, new = _updated(point, part, passed)
        after.append(new)
    return Sequence((updates, Sequence(tuple(after))))


def _count(arguments: Arguments) -> int:
    return max(len(arguments.positional), 2)


def _updated(point: Point, transformation: Value, passed: Arguments) -> list[Value]:
    """What a transformation makes of gradients and of its state; one of a library keeps the structure of gradients."""
    update = point.attribute(transformation, "update")
    if isinstance(update, Data):
        gradients = Arrays(point, passed.all(), "what an optimizer makes of gradients")
        return [gradients.of(passed.first), unknown("the state of an optimizer of a library")]
    return unpack(point, point.call(update, passed), 2, None)


def _create(point: Point, cls: Class, arguments: Arguments) -> Value:
    """`TrainState.create(apply_fn=…, params=…, tx=…, …)`."""
    given = dict(arguments.keywords)
    init = point.attribute(given.get("tx", UNKNOWN), "init")
    state = point.call(init, Arguments((given.get("params", UNKNOWN),)))
    first = {"step": constant(0, integer(0)), "opt_state": state}
    keywords = tuple({**first, **given}.items())
    return instantiate(point, cls, Arguments((), keywords, open=arguments.open))


def _next(point: Point, state: Instance, arguments: Arguments) -> Value:
    """`state.apply_gradients(grads=…, …)`: a state with other parameters, and what else is given."""
    given = dict(arguments.keywords)
    gradients = given.pop("grads", UNKNOWN)
    held = [point.attribute(state, name) for name in ("opt_state", "params")]
    passed = Arguments((gradients, *held))
    updates, new = _updated(point, point.attribute(state, "tx"), passed)
    arrays = Arrays(point, (*held, updates), "a parameter after a step of an optimizer")
    one = constant(1, integer(1))
    changed: dict[str, Value] = {
        "step": apply(point, "+", point.attribute(state, "step"), one),
        "params": arrays.of(held[1]),
        "opt_state": new,
    }
    keywords = tuple({**changed, **given}.items())
    return replaced(point, state, Arguments((), keywords, open=arguments.open))


#: Methods of chains and states of training; of those of classes.
STEPS: dict[Member, Callable[[Point, Instance, Arguments], Value]] = {
    Member.INIT_EACH: _init_each,
    Member.UPDATE_EACH: _update_each,
    Member.NEXT_STATE: _next,
}
CREATORS: dict[Member, Callable[[Point, Class, Arguments], Value]] = {Member.CREATE_STATE: _create}
