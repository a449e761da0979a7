"""Loops: rounds of them that really happen, until nothing new can be learnt."""

import ast
from collections.abc import Callable
from functools import lru_cache

from jaxslice_lint.tracing.domain.aliases import is_mutable
from jaxslice_lint.tracing.domain.data import Data
from jaxslice_lint.tracing.domain.frames import Frame, Loop
from jaxslice_lint.tracing.domain.joins import without_symbols
from jaxslice_lint.tracing.domain.protocol import Tracer
from jaxslice_lint.tracing.domain.states import State, continue_from, merge_states
from jaxslice_lint.tracing.domain.values import Sequence, Value
from jaxslice_lint.tracing.operations.demands import demand
from jaxslice_lint.tracing.operations.iteration import element_of
from jaxslice_lint.tracing.operations.narrowing import narrow
from jaxslice_lint.tracing.syntax.path_conditions import decision, hide
from jaxslice_lint.tracing.syntax.targets import assign

#: Rounds of a loop that are run: a value needs one round for each variable that it moves through.
_MOST_ROUNDS = 4
#: Loops over literals up to this length are run item by item, as JAX would unroll them.
_MOST_UNROLLED = 4


def run_for(tracer: Tracer, node: ast.For | ast.AsyncFor, frame: Frame) -> bool:
    """`for target in iterable`."""
    iterable = tracer.evaluate(node.iter, frame)
    if isinstance(iterable, Sequence) and _can_be_unrolled(iterable.items):
        return _unrolled(tracer, node, iterable.items, frame)

    def start_round() -> bool:
        assign(tracer, node.target, element_of(tracer, iterable, frame, node.iter), frame)
        return True

    return _loop(tracer, node, start_round, frame)


def _can_be_unrolled(items: tuple[Value, ...]) -> bool:
    """Whether a loop over `items` is run item by item: not where a container comes up twice, changed by then."""
    containers = [id(item) for item in items if is_mutable(item)]
    return 0 < len(items) <= _MOST_UNROLLED and len(set(containers)) == len(containers)


def _unrolled(
    tracer: Tracer, node: ast.For | ast.AsyncFor, items: tuple[Value, ...], frame: Frame
) -> bool:
    """A loop over a short literal, item by item."""
    loop = Loop()
    frame.loops.append(loop)
    before = frame.variables
    falls_through = True
    for item in items:
        frame.round = tracer.new_number()
        assign(tracer, node.target, item, frame)
        falls_through = tracer.execute(node.body, frame)
        states = [*([frame.variables] if falls_through else []), *loop.continues]
        loop.continues = []
        if not states:
            falls_through = False
            break
        falls_through = True
        frame.variables = merge_states(tracer, states, frame, node)
    frame.loops.pop()
    ends = list(loop.breaks)
    if falls_through and tracer.execute(node.orelse, frame):
        ends.append(frame.variables)
    return continue_from(tracer, ends, before, frame, node)


def run_while(tracer: Tracer, node: ast.While, frame: Frame) -> bool:
    """`while test`."""
    hidden = frame.hidden

    def start_round() -> bool:
        value = tracer.evaluate(node.test, frame)
        demand(value, frame)
        decided = decision(value, node.test, frame)
        if decided is False:
            return False
        hide(decided, frame)
        return narrow(tracer, node.test, True, frame)

    goes_on = _loop(tracer, node, start_round, frame)
    frame.hidden = hidden
    return goes_on


def _loop(
    tracer: Tracer,
    node: ast.For | ast.AsyncFor | ast.While,
    start_round: Callable[[], bool],
    frame: Frame,
) -> bool:
    """Rounds of a loop until the kinds of its variables no longer change; each round is one that really happens."""
    entry, ended = dict(frame.variables), frame.ended
    loop = Loop()
    ends: list[State] = [entry]
    frame.loops.append(loop)
    moved: frozenset[str] | None = None
    for count in range(_MOST_ROUNDS):
        frame.round = tracer.new_number()
        head = frame.variables
        frame.variables = dict(head)
        if not start_round():
            break
        falls_through = tracer.execute(node.body, frame)
        states = [*([frame.variables] if falls_through else []), *loop.continues]
        loop.continues = []
        if not states:
            break
        after = merge_states(tracer, states, frame, node)
        ends.append(after)
        before = moved
        moved = _changed(entry, after)
        if count == _MOST_ROUNDS - 2:
            moved |= _bound(node) & after.keys()
        frame.variables = {
            name: _moved(tracer, value, frame, node, name) if name in moved else value
            for name, value in after.items()
        }
        if moved == before and _same_kinds(head, frame.variables):
            break
    frame.loops.pop()
    frame.ended = ended  # its body need not run
    frame.round = tracer.new_number()
    always = isinstance(node, ast.While) and _is_true(node.test)
    frame.variables = merge_states(tracer, ends, frame, node)
    finished = not always and tracer.execute(node.orelse, frame)
    exits = [*([frame.variables] if finished else []), *loop.breaks]
    return continue_from(tracer, exits, entry, frame, node)


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
        for inner in ast.walk(node)
        if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store)
    )


def _moved(tracer: Tracer, value: Value, frame: Frame, node: ast.AST, name: str) -> Value:
    if isinstance(value, Data):
        poly = tracer.fresh(frame, node, value.status, ("head", name))
        return Data(
            value.status,
            value.flavor,
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
        return value.status, value.flavor
    return without_symbols(value)


def run_break(_tracer: Tracer, _node: ast.Break, frame: Frame) -> bool:
    """`break`."""
    if frame.loops:
        frame.loops[-1].breaks.append(frame.variables)
    return False


def run_continue(_tracer: Tracer, _node: ast.Continue, frame: Frame) -> bool:
    """`continue`."""
    if frame.loops:
        frame.loops[-1].continues.append(frame.variables)
    return False
