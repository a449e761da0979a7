"""Calling functions of the analysed code: parameters, frames, and one traced result per kind of call."""

import ast
from collections.abc import Hashable
from dataclasses import dataclass, field, replace
from functools import partial

from jaxslice_lint.facts.status import Status, Step
from jaxslice_lint.source.nodes import FunctionNode, all_parameters
from jaxslice_lint.tracing.domain.aliases import change_passed, containers, copied
from jaxslice_lint.tracing.domain.arguments import Arguments
from jaxslice_lint.tracing.domain.canonical import Canonical
from jaxslice_lint.tracing.domain.data import NONE, UNKNOWN, Data, unknown
from jaxslice_lint.tracing.domain.frames import STOPPED, Frame, Mode, unless_stopped
from jaxslice_lint.tracing.domain.joins import join_all
from jaxslice_lint.tracing.domain.named import detached, named
from jaxslice_lint.tracing.domain.points import Point, PointOf
from jaxslice_lint.tracing.domain.protocol import Tracer
from jaxslice_lint.tracing.domain.symbolic import atom
from jaxslice_lint.tracing.domain.values import Function, Many, Mapping, Sequence, Value
from jaxslice_lint.tracing.operations.demands import demand_all
from jaxslice_lint.tracing.syntax.typed import annotated

#: Deeper than this nobody follows; the value is unknown.
_DEEPEST = 24
#: Kinds of calls of one function that are told apart, inside a trace and outside.
_MOST_CONTEXTS = {True: 24, False: 6}
#: Calls of one function inside each other that are followed.
_MOST_ACTIVE = 5
#: They make a new object each time, which keeps the symbols of its maker.
_CONSTRUCTORS = frozenset({"__init__", "__post_init__"})


@dataclass(frozen=True, slots=True)
class _Result:
    """What a call returned, and what the containers that it changed in place have become, where that is known.

    `first_new`: the number of the first symbol that the call made. Objects made by it exceed `made_before`.
    `traced_slices`: how many slices with traced bounds were seen in it, `steps` the length of the path on which.
    `ended`: JAX raises in it, whatever path it takes, because a tracer has no value. `asked`: the parameters, and
    the variables around it, whose value it asks for on all paths.
    """

    value: Value
    finals: dict[str, Value]
    first_new: int
    made_before: int
    traced_slices: int
    steps: int
    ended: bool
    asked: tuple[str, ...]


@dataclass(slots=True)
class Memory:
    """What functions returned: per function and per what they were called with.

    `changed`: the parameters whose containers a function changes in place. `borrowed`: the names of enclosing functions
    in which a function's windows are written. `changes` counts the changes of what functions can read without being
    passed it. `tried`: the functions called by way of trial. `around`: those that call a function, or in which it is
    defined. `certain`: the functions entered from where it is known whether a trace goes on, and `stopped`
    those in which JAX raised on all paths because a tracer has no value. `traced_slices` counts
    the sights of slices with traced bounds.
    """

    results: dict[Hashable, _Result] = field(default_factory=dict)
    active: dict[tuple[int, int], int] = field(default_factory=dict)
    contexts: dict[tuple[int, bool], int] = field(default_factory=dict)
    passed: set[tuple[int, bool, tuple[int, ...]]] = field(default_factory=set)
    entered: set[int] = field(default_factory=set)
    tried: set[int] = field(default_factory=set)
    around: dict[int, dict[int, Function]] = field(default_factory=dict)
    certain: set[int] = field(default_factory=set)
    stopped: set[int] = field(default_factory=set)
    free: dict[int, tuple[str, ...]] = field(default_factory=dict)
    changed: dict[int, frozenset[str]] = field(default_factory=dict)
    borrowed: dict[int, frozenset[str]] = field(default_factory=dict)
    changes: int = 0
    traced_slices: int = 0


def run_function(point: Point, memory: Memory, function: Function, arguments: Arguments) -> Value:
    """The result of calling `function` at `node`; traced anew only for arguments not seen before."""
    tracer, caller, node = point.tracer, point.frame, point.node
    key_of_node = id(function.node)
    memory.entered.add(key_of_node)
    if caller.trial:
        memory.tried.add(key_of_node)
    around = memory.around.setdefault(key_of_node, {})
    for one in (caller.function.callee, function.frame.function.callee):
        if one is not None:
            around[id(one.node)] = one
    if caller.mode is not Mode.OPEN:
        memory.certain.add(key_of_node)
    active = memory.active.get(_closure(function), 0)
    if caller.depth >= _DEEPEST:
        tracer.give_up(function, f"it is called more than {_DEEPEST} calls deep")
    if caller.depth >= _DEEPEST or active > _MOST_ACTIVE:
        return unknown("the result of a deep or recursive call")
    canonical, given = Canonical(tracer.atoms, key_of_node), arguments
    if function.name not in _CONSTRUCTORS:
        arguments = canonical.arguments(arguments)
    key = _key(memory, function, arguments, caller)
    found = memory.results.get(key)
    if found is not None and not (
        found.traced_slices and len(_path(function, caller, node)) < found.steps
    ):
        memory.traced_slices += found.traced_slices
        result = copied(tracer, found.value, found.made_before)
    else:
        # The second time for the sake of the trace path alone: people are shown the shortest.
        context = (key_of_node, bool(caller.path))
        contexts = memory.contexts.get(context, 0) - (found is not None)
        most = _MOST_CONTEXTS[bool(caller.path)]
        passed = (*context, _passed_functions(arguments))
        # What calls the functions that it is passed is another thing with each.
        if contexts > most and (not passed[-1] or passed in memory.passed):
            return unknown("the result of a function called in many ways")
        if contexts == most or active == _MOST_ACTIVE:
            # This call stands for all that are not traced: nothing relates its arguments.
            arguments = canonical.unrelated(arguments)
        memory.contexts[context] = contexts + 1
        memory.passed.add(passed)
        result, found = _traced_anew(point, memory, function, arguments)
        memory.results[key] = found
    caller.ended |= found.ended and bool(caller.path)
    if found.asked:
        values = {**_captured(memory, function), **bind_parameters(tracer, function, given)}
        demand_all((values[name] for name in found.asked), caller)
    caller.function.borrowed |= memory.borrowed.get(key_of_node, frozenset())
    call = (id(node), caller.round)
    if key_of_node in memory.changed:
        finals = {
            name: canonical.restored(value, found.first_new, call)
            for name, value in found.finals.items()
        }
        change_passed(tracer, function, given, memory.changed[key_of_node], finals, caller)
    restored = canonical.restored(result, found.first_new, call)
    return detached(tracer.atoms, ("result", id(node)), restored)


def _traced_anew(
    point: Point, memory: Memory, function: Function, arguments: Arguments
) -> tuple[Value, _Result]:
    """What the call returns, and what of it other calls of the kind can be told."""
    tracer, caller, node = point.tracer, point.frame, point.node
    closure = _closure(function)
    active = memory.active.get(closure, 0)
    first_new, made_before = tracer.atoms.count, tracer.new_number()
    before = memory.traced_slices
    memory.active[closure] = active + 1
    try:
        result, finals, ended, asked = _trace(point, memory, function, arguments)
    finally:
        memory.active[closure] = active
    value = copied(tracer, result, made_before)
    seen = memory.traced_slices - before
    steps = len(_path(function, caller, node))
    return result, _Result(value, finals, first_new, made_before, seen, steps, ended, asked)


def _closure(function: Function) -> tuple[int, int]:
    """What is active once more where a function calls itself; two wrappers made by one decorator are not the same."""
    return id(function.node), id(function.frame)


def _passed_functions(arguments: Arguments) -> tuple[int, ...]:
    """The functions among the arguments, by their nodes."""
    return tuple(id(value.node) for value in arguments.all() if isinstance(value, Function))


def _key(memory: Memory, function: Function, arguments: Arguments, caller: Frame) -> Hashable:
    free = memory.free.get(id(function.node))
    if free is None:
        free = memory.free[id(function.node)] = free_names(function.node)
    names = (*free, *sorted(memory.borrowed.get(id(function.node), ())))
    captured = tuple(_identity(function.frame.holder(name), name) for name in names)
    return (
        function,
        arguments,
        caller.mode,
        caller.guards > 0,
        caller.assumed,
        caller.unsure,
        caller.apart,
        caller.hidden,
        caller.ended,
        bool(caller.path),
        captured,
        memory.changes,
    )


def _captured(memory: Memory, function: Function) -> dict[str, Value]:
    """The variables of the functions around it that a function reads."""
    holders = ((name, function.frame.holder(name)) for name in memory.free[id(function.node)])
    return {
        name: holder.variables[name]
        for name, holder in holders
        if holder is not None and holder.parent is not None
    }


def _identity(holder: Frame | None, name: str) -> Hashable:
    return None if holder is None or holder.parent is None else holder.variables[name]


def free_names(node: FunctionNode) -> tuple[str, ...]:
    """The names that a function reads and does not bind, its inner functions' included."""
    loaded: set[str] = set()
    bound = {argument.arg for argument in all_parameters(node.args)}
    pending: list[ast.AST] = [node.body] if isinstance(node, ast.Lambda) else [*node.body]
    while pending:  # by hand: this takes half the time of `ast.walk`, and every function comes here
        inner = pending.pop()
        if isinstance(inner, ast.Name):
            (loaded if isinstance(inner.ctx, ast.Load) else bound).add(inner.id)
            continue
        for value in vars(inner).values():
            if isinstance(value, list):
                pending += [one for one in value if isinstance(one, ast.AST)]
            elif isinstance(value, ast.AST):
                pending.append(value)
    return tuple(sorted(loaded - bound))


def _trace(
    point: Point, memory: Memory, function: Function, arguments: Arguments
) -> tuple[Value, dict[str, Value], bool, tuple[str, ...]]:
    """What the call returns, what it has changed, whether JAX raises in it on every path, and what it asks for."""
    tracer, caller, node = point.tracer, point.frame, point.node
    inside = function.node
    frame = Frame(
        function.frame.source,
        tracer.new_number(),
        function.name,
        caller.mode,
        tracer.new_number(),
        function.frame,
        path=_path(function, caller, node),
        depth=caller.depth + 1,
        guards=caller.guards,
        assumed=caller.assumed,
        unsure=caller.unsure,
        apart=caller.apart,
        hidden=caller.hidden,
        owner=function.owner,
        entry=caller.trial or caller.supposed,
        supposed=caller.supposed,
        values=tracer.values_of(inside),
        ended=caller.ended,
        called=(caller.source, node),
        callee=function,
    )
    bound = {
        name: _as_parameter(tracer, function, name, value)
        for name, value in bind_parameters(tracer, function, arguments).items()
    }
    frame.variables = annotated(tracer, function, bound)
    frame.passed = containers(frame.variables)
    entry = {**_captured(memory, function), **frame.variables}
    if frame.values is not None:
        frame.given = dict(frame.variables)
    if isinstance(inside, ast.Lambda):
        result = unless_stopped(frame, partial(tracer.evaluate, inside.body, frame), STOPPED)
        frame.leave()
        tracer.finish(frame)
        _note_borrowed(memory, inside, frame)
        return result, {}, frame.ended or result is STOPPED, _asked(entry, frame)
    if tracer.execute(inside.body, frame):
        frame.leave()
        frame.returned.append(NONE)
    tracer.finish(frame)
    _note_borrowed(memory, inside, frame)
    if frame.changed:
        before = memory.changed.get(id(inside), frozenset())
        memory.changed[id(inside)] = before | frame.changed
    if frame.yielded:
        return Many(join_all(frame.yielded)), {}, False, ()
    ended = (frame.ended or frame.stopped) and not frame.alive
    if ended:
        memory.stopped.add(id(inside))
    if frame.stopped and not frame.returned:
        frame.returned.append(STOPPED)
    poly = PointOf(tracer, frame, inside).fresh(Status.UNKNOWN, "returned")
    returned = join_all(frame.returned, poly) if frame.returned else NONE
    return returned, _finals(inside, frame), ended, _asked(entry, frame)


def _asked(entry: dict[str, Value], frame: Frame) -> tuple[str, ...]:
    """The names whose value was asked for wherever the function was left; `entry` is what they held before."""
    return tuple(
        name
        for name, value in entry.items()
        if frame.exits
        and isinstance(value, Data)
        and all(_is_asked(state.get(name), value) for state in frame.exits)
    )


def _as_parameter(tracer: Tracer, function: Function, name: str, value: Value) -> Value:
    """What a function sees of what it is passed: no number, and nothing that only its callers know."""
    label = (id(function.node), name)
    if function.name in _CONSTRUCTORS:
        return detached(tracer.atoms, label, value)
    return named(tracer.atoms, label, value)


def _is_asked(held: Value | None, before: Data) -> bool:
    return isinstance(held, Data) and held.asked and held == replace(before, asked=True)


def _finals(node: ast.FunctionDef | ast.AsyncFunctionDef, frame: Frame) -> dict[str, Value]:
    """What changed containers are at the end, if there is one end and their names still stand for them."""
    if not frame.changed or len(frame.returned) != 1:
        return {}
    bound = {
        inner.id
        for statement in node.body
        for inner in ast.walk(statement)
        if isinstance(inner, ast.Name) and not isinstance(inner.ctx, ast.Load)
    }
    return {name: frame.variables[name] for name in frame.changed if name not in bound}


def _note_borrowed(memory: Memory, node: ast.AST, frame: Frame) -> None:
    if frame.borrowed:
        memory.borrowed[id(node)] = memory.borrowed.get(id(node), frozenset()) | frame.borrowed


def _path(function: Function, caller: Frame, node: ast.AST) -> tuple[Step, ...]:
    """The way to the new frame: a call inside a trace is a step of it."""
    if not caller.path or caller.entering:
        return caller.path
    return (*caller.path, caller.step(node, f"`{caller.name}` calls `{function.name}`"))


def bind_parameters(tracer: Tracer, function: Function, arguments: Arguments) -> dict[str, Value]:
    """The variables with which the body begins."""
    spec = function.node.args
    positional = [argument.arg for argument in (*spec.posonlyargs, *spec.args)]
    given = arguments.bind(positional)
    extra = arguments.positional[len(positional) :]
    names = [*positional, *(argument.arg for argument in spec.kwonlyargs)]
    bound = {name: given.pop(name) for name in names if name in given}
    if arguments.rest is not None:
        for name in positional:
            bound.setdefault(name, arguments.rest)
    defaults = _defaults(function, positional)
    for name in names:
        if name in bound:
            continue
        if name in defaults and not arguments.open:
            bound[name] = defaults[name]
        else:
            poly = atom(tracer.atoms.number(("argument", id(function.node), name), Status.UNKNOWN))
            bound[name] = unknown(f"what is passed for `{name}` is not known", poly)
    if spec.vararg is not None:
        rest = arguments.rest
        bound[spec.vararg.arg] = Sequence(extra) if rest is None else Many(join_all([*extra, rest]))
    if spec.kwarg is not None:
        bound[spec.kwarg.arg] = Mapping(tuple(given.items()), UNKNOWN if arguments.open else None)
    return bound


def _defaults(function: Function, positional: list[str]) -> dict[str, Value]:
    count = len(function.defaults)
    defaults = dict(zip(positional[len(positional) - count :], function.defaults, strict=True))
    return {**defaults, **dict(function.keyword_defaults)}
