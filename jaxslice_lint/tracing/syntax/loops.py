"""Loops: rounds of them that really happen, until nothing new can be learnt."""

import ast
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache

from jaxslice_lint.facts.status import Status
from jaxslice_lint.source.nodes import walk
from jaxslice_lint.tracing.domain.aliases import is_mutable
from jaxslice_lint.tracing.domain.data import Data
from jaxslice_lint.tracing.domain.frames import Loop
from jaxslice_lint.tracing.domain.joins import without_symbols
from jaxslice_lint.tracing.domain.points import Point, PointOf
from jaxslice_lint.tracing.domain.states import State, continue_from, merge_states
from jaxslice_lint.tracing.domain.values import Sequence, Value, is_none
from jaxslice_lint.tracing.operations.demands import demand
from jaxslice_lint.tracing.operations.iteration import element_of
from jaxslice_lint.tracing.operations.narrowing import narrow
from jaxslice_lint.tracing.syntax.path_conditions import decision, note_undecided
from jaxslice_lint.tracing.syntax.targets import assign

#: Rounds of a loop that are run: a value needs one round for each variable that it moves through.
_MOST_ROUNDS = 4
#: Loops over literals up to this length are run item by item, as JAX would unroll them.
_MOST_UNROLLED = 4
#: In so many loops around it, one is run more than once: each of them multiplies its rounds with those around.
_DEEPEST = 2


def run_for(point: PointOf[ast.For | ast.AsyncFor]) -> bool:
    """`for target in iterable`."""
    iterable = point.evaluate(point.node.iter)
    is_deep = len(point.frame.loops) > _DEEPEST
    if isinstance(iterable, Sequence) and not is_deep and _can_be_unrolled(iterable.items):
        return _unrolled(point, iterable.items)

    def start_round() -> bool:
        assign(
            point.tracer,
            point.node.target,
            element_of(point.at(point.node.iter), iterable),
            point.frame,
        )
        return True

    is_empty = isinstance(iterable, Sequence) and not iterable.items
    return _loop(point, start_round, has_items=not is_empty)


def _can_be_unrolled(items: tuple[Value, ...]) -> bool:
    """Whether a loop over `items` is run item by item: not where a container comes up twice, changed by then."""
    containers = [id(item) for item in items if is_mutable(item)]
    return 0 < len(items) <= _MOST_UNROLLED and len(set(containers)) == len(containers)


def _unrolled(point: PointOf[ast.For | ast.AsyncFor], items: tuple[Value, ...]) -> bool:
    """A loop over a short literal, item by item."""
    loop = Loop()
    point.frame.loops.append(loop)
    before = point.frame.variables
    falls_through = True
    for item in items:
        point.frame.round = point.tracer.new_number()
        assign(point.tracer, point.node.target, item, point.frame)
        falls_through = point.tracer.execute(point.node.body, point.frame)
        states = [*([point.frame.variables] if falls_through else []), *loop.continues]
        loop.continues = []
        if not states:
            falls_through = False
            break
        falls_through = True
        point.frame.variables = merge_states(point, states)
    point.frame.loops.pop()
    ends = list(loop.breaks)
    if falls_through and point.tracer.execute(point.node.orelse, point.frame):
        ends.append(point.frame.variables)
    return continue_from(point, ends, before)


def run_while(point: PointOf[ast.While]) -> bool:
    """`while test`."""
    undecided = point.frame.context.undecided

    def start_round() -> bool:
        value = point.evaluate(point.node.test)
        demand(value, point.frame)
        decided = decision(point.at(point.node.test), value)
        if decided is False:
            return False
        note_undecided(decided, point.frame)
        return narrow(point.tracer, point.node.test, True, point.frame)

    goes_on = _loop(point, start_round)
    point.frame.context = replace(point.frame.context, undecided=undecided)
    return goes_on


def _loop(
    point: PointOf[ast.For | ast.AsyncFor | ast.While],
    start_round: Callable[[], bool],
    *,
    has_items: bool = False,
) -> bool:
    """Rounds of a loop until the kinds of its variables no longer change; each round is one that really happens."""
    entry, ended = dict(point.frame.variables), point.frame.ended
    loop = Loop()
    ends: list[State] = [entry]
    moved: frozenset[str] | None = None
    rounds = _MOST_ROUNDS
    if len(point.frame.loops) > _DEEPEST:
        # What one round may leave it with, it may begin with.
        rounds, bound = 1, _bound(point.node)
        point.frame.variables = {
            name: _moved(point, value, name) if name in bound else value
            for name, value in entry.items()
        }
    point.frame.loops.append(loop)
    for count in range(rounds):
        point.frame.round = point.tracer.new_number()
        head = point.frame.variables
        point.frame.variables = dict(head)
        if not start_round():
            break
        falls_through = point.tracer.execute(point.node.body, point.frame)
        states = [*([point.frame.variables] if falls_through else []), *loop.continues]
        loop.continues = []
        if not states:
            break
        after = merge_states(point, states)
        ends.append(after)
        before = moved
        moved = _changed(entry, after)
        if count == _MOST_ROUNDS - 2:
            moved |= _bound(point.node) & after.keys()
        point.frame.variables = {
            name: _moved(point, value, name) if name in moved else value
            for name, value in after.items()
        }
        if moved == before and _same_kinds(head, point.frame.variables):
            break
    point.frame.loops.pop()
    point.frame.ended = ended  # its body need not run
    point.frame.round = point.tracer.new_number()
    always = isinstance(point.node, ast.While) and _is_true(point.node.test)
    if has_items and len(ends) > 1:
        ends[0] = _as_if_run(entry, ends[1:])
    point.frame.variables = merge_states(point, ends)
    finished = not always and point.tracer.execute(point.node.orelse, point.frame)
    exits = [*([point.frame.variables] if finished else []), *loop.breaks]
    return continue_from(point, exits, entry)


def _as_if_run(entry: State, rounds: list[State]) -> State:
    """The state before a loop, without the numbers of which each round makes tracers.

    They stay static only where there is nothing to run over, for which nobody writes a loop.
    """
    return {
        name: rounds[-1][name]
        if _is_static(value) and all(_is_traced(one.get(name)) for one in rounds)
        else value
        for name, value in entry.items()
    }


def _is_static(value: Value) -> bool:
    return isinstance(value, Data) and value.status is Status.STATIC and not is_none(value)


def _is_traced(value: Value | None) -> bool:
    return isinstance(value, Data) and value.status is Status.TRACED


def _is_true(test: ast.expr) -> bool:
    return isinstance(test, ast.Constant) and bool(test.value)


def _changed(entry: State, after: State) -> frozenset[str]:
    """The variables that a round leaves with another value than the loop began with."""
    return frozenset(
        name
        for name, value in after.items()
        if entry.get(name) is not value and entry.get(name) != value
    )


@lru_cache(maxsize=4096)  # a loop is run for each way into its function
def _bound(node: ast.AST) -> frozenset[str]:
    """The names that a loop binds: a value moved on from one to the next takes many rounds to reach the last."""
    return frozenset(
        inner.id
        for inner in walk(node)
        if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store)
    )


def _moved(point: Point, value: Value, name: str) -> Value:
    if isinstance(value, Data):
        poly = point.fresh(value.status, ("head", name))
        return Data(
            value.status,
            value.kind,
            poly=poly,
            ndim=value.ndim,
            dtype=value.dtype,
            shape_of=value.shape_of,
            why=value.why,
            origin=value.origin,
        )
    return without_symbols(value)


def _same_kinds(left: State, right: State) -> bool:
    if left.keys() != right.keys():
        return False
    return all(_kind(left[name]) == _kind(value) for name, value in right.items())


def _kind(value: Value) -> object:
    if isinstance(value, Data):
        return value.status, value.kind
    return without_symbols(value)


def run_break(point: PointOf[ast.Break]) -> bool:
    """`break`."""
    if point.frame.loops:
        point.frame.loops[-1].breaks.append(point.frame.variables)
    return False


def run_continue(point: PointOf[ast.Continue]) -> bool:
    """`continue`."""
    if point.frame.loops:
        point.frame.loops[-1].continues.append(point.frame.variables)
    return False
