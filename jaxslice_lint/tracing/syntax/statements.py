"""Running statements: one state at every point, joined where paths meet."""

import ast
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from jaxslice_lint.jax_model.contexts import (
    EAGER_CONTEXTS,
    EXPECTING_ERRORS,
    UNTRACED_CONTEXTS,
)
from jaxslice_lint.jax_model.lookup import canonical
from jaxslice_lint.source.nodes import walk
from jaxslice_lint.tracing.domain.aliases import is_mutable
from jaxslice_lint.tracing.domain.arguments import Arguments
from jaxslice_lint.tracing.domain.attributes import forget
from jaxslice_lint.tracing.domain.context import Guard, Mode
from jaxslice_lint.tracing.domain.data import NONE, UNKNOWN, Data
from jaxslice_lint.tracing.domain.frames import Frame, TracerError, unless_stopped
from jaxslice_lint.tracing.domain.joins import join_all, without_symbols
from jaxslice_lint.tracing.domain.points import PointOf
from jaxslice_lint.tracing.domain.protocol import Tracer
from jaxslice_lint.tracing.domain.states import State, continue_from, merge_states
from jaxslice_lint.tracing.domain.values import (
    AttributeDict,
    DataMethod,
    External,
    Instance,
    Many,
    Value,
    known,
)
from jaxslice_lint.tracing.domain.values import Sequence as Items
from jaxslice_lint.tracing.observe.misuses import look_at_statement
from jaxslice_lint.tracing.operations.arithmetic import binary
from jaxslice_lint.tracing.operations.demands import demand
from jaxslice_lint.tracing.operations.narrowing import narrow
from jaxslice_lint.tracing.syntax.definitions import define_class, define_function
from jaxslice_lint.tracing.syntax.expressions import arguments_of
from jaxslice_lint.tracing.syntax.handlers import ends_program, guard_by, guard_of
from jaxslice_lint.tracing.syntax.imports import run_import, run_import_from
from jaxslice_lint.tracing.syntax.loops import run_break, run_continue, run_for, run_while
from jaxslice_lint.tracing.syntax.path_conditions import (
    asks_for_path,
    below,
    decision,
    note_undecided,
    run_alone,
    run_branches,
)
from jaxslice_lint.tracing.syntax.path_facts import keep
from jaxslice_lint.tracing.syntax.patterns import match_cases
from jaxslice_lint.tracing.syntax.targets import assign, assign_owner, bind
from jaxslice_lint.tracing.syntax.typed import typed


def execute(tracer: Tracer, body: Sequence[ast.stmt], frame: Frame) -> bool:
    """Run `body`; whether its end can be reached."""
    for position, statement in enumerate(body, start=1):
        handler = _HANDLERS.get(type(statement))
        if handler is not None and not unless_stopped(
            frame, partial(handler, PointOf(tracer, frame, statement)), False
        ):
            return False
        if frame.parted:
            run_alone(tracer, body[position:], frame)
    return True


def _expression(point: PointOf[ast.Expr]) -> bool:
    point.evaluate(point.node.value)
    look_at_statement(point.at(point.node.value))
    return not ends_program(point, point.node)


def _assign(point: PointOf[ast.Assign]) -> bool:
    if isinstance(point.node.value, ast.IfExp) and all(
        isinstance(t, ast.Name) for t in point.node.targets
    ):
        body, orelse = (
            partial(unless_stopped, point.frame, partial(_store, point, value), False)
            for value in (point.node.value.body, point.node.value.orelse)
        )
        return run_branches(point, point.node.value.test, (body, orelse))
    return _store(point, point.node.value)


def _store(point: PointOf[ast.Assign], value: ast.expr) -> bool:
    stored = point.evaluate(value)
    for target in point.node.targets:
        assign(point.tracer, target, stored, point.frame)
        if isinstance(target, ast.Name):
            keep(target.id, value, point.frame)
    return True


def _annotated(point: PointOf[ast.AnnAssign]) -> bool:
    if point.node.value is not None:
        value = point.evaluate(point.node.value)
        if isinstance(value, Data) and not point.frame.is_class:
            value = typed(point, value, point.node.annotation, point.frame)
        assign(point.tracer, point.node.target, value, point.frame)
    return True


def _augmented(point: PointOf[ast.AugAssign]) -> bool:
    before, other = point.evaluate(point.node.target), point.evaluate(point.node.value)
    if isinstance(before, AttributeDict):
        point.call(DataMethod(before, "update"), Arguments((other,)))
        return True
    value = binary(point, point.node.op, before, other)
    if is_mutable(before):
        assign_owner(point.tracer, point.node.target, value, point.frame)
    else:
        assign(point.tracer, point.node.target, value, point.frame)
    return True


def _return(point: PointOf[ast.Return]) -> bool:
    value = NONE if point.node.value is None else point.evaluate(point.node.value)
    point.frame.leave()
    point.frame.returned.append(value)
    return False


def _raise(point: PointOf[ast.Raise]) -> bool:
    if point.node.exc is not None:
        point.evaluate(point.node.exc)
    return False


def _assert(point: PointOf[ast.Assert]) -> bool:
    value = point.evaluate(point.node.test)
    demand(value, point.frame)
    decided = decision(point.at(point.node.test), value)
    if decided is None and asks_for_path(point.node.test, point.frame):
        note_undecided(decided, point.frame)
    return decided is not False and narrow(point.tracer, point.node.test, True, point.frame)


def _delete(point: PointOf[ast.Delete]) -> bool:
    for target in point.node.targets:
        if isinstance(target, ast.Name):
            point.frame.variables.pop(target.id, None)
        elif isinstance(target, ast.Subscript):
            owner = point.evaluate(target.value)
            if isinstance(owner, AttributeDict):
                forget(point.tracer, owner.owner)
            elif isinstance(owner, Items):
                assign_owner(point.tracer, target.value, Many(join_all(owner.items)), point.frame)
    return True


def _if(point: PointOf[ast.If]) -> bool:
    branches = (
        partial(execute, point.tracer, point.node.body, point.frame),
        partial(execute, point.tracer, point.node.orelse, point.frame),
    )
    return run_branches(point, point.node.test, branches)


def _try(point: PointOf[ast.Try]) -> bool:
    before = dict(point.frame.variables)
    guard = max((guard_of(point, handler) for handler in point.node.handlers), default=Guard.NONE)
    loops, outside = len(point.frame.loops), point.frame.context
    point.frame.context = replace(outside, guard=max(outside.guard, guard))
    try:
        falls_through = execute(point.tracer, point.node.body, point.frame)
    except TracerError:
        if guard is Guard.NONE:
            raise
        falls_through = False
        del point.frame.loops[loops:]
        point.frame.context = replace(point.frame.context, mode=outside.mode)
    point.frame.context = replace(point.frame.context, guard=outside.guard)
    inside = point.frame.variables
    ends: list[State] = []
    if falls_through and execute(point.tracer, point.node.orelse, point.frame):
        ends.append(point.frame.variables)
    for handler in point.node.handlers:
        point.frame.variables = _interrupted(point, before, inside)
        if handler.name:
            bind(point.tracer, handler.name, UNKNOWN, point.frame)
        if execute(point.tracer, handler.body, point.frame):
            ends.append(point.frame.variables)
    reached = continue_from(point, ends, before)
    return execute(point.tracer, point.node.finalbody, point.frame) and reached


def _interrupted(
    point: PointOf[ast.Try | ast.With | ast.AsyncWith], before: State, inside: State
) -> State:
    """The state after an error somewhere in the body of `node`."""
    state = merge_states(point, [before, inside])
    for name in _bound_again(point.node.body) & state.keys():
        state[name] = without_symbols(state[name])
    return state


def _bound_again(body: list[ast.stmt]) -> frozenset[str]:
    """The names that `body` binds more than once: what interrupts it may find a value in between."""
    stores = Counter(
        node.id
        for statement in body
        for node in walk(statement)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    )
    return frozenset(name for name, count in stores.items() if count > 1)


def _with(point: PointOf[ast.With | ast.AsyncWith]) -> bool:
    outside, inner, swallows = point.frame.context, Guard.NONE, False
    for item in point.node.items:
        manager = point.evaluate(item.context_expr)
        callee = item.context_expr.func if isinstance(item.context_expr, ast.Call) else None
        value = UNKNOWN if callee is None else point.evaluate(callee)
        if isinstance(value, External) and canonical(value.path) in EAGER_CONTEXTS:
            point.frame.context = replace(point.frame.context, mode=Mode.EAGER)
        is_untraced = callee is not None and _disables_jit(point.at(item.context_expr), value)
        if is_untraced:
            inside = point.frame.context.mode
            mode = inside if inside is Mode.STAGED else Mode.UNTRACED
            # Who writes this looks for an error: what makes tracers there all the same is not told of.
            point.frame.context = replace(point.frame.context, mode=mode, unsure=True)
        expected = _expected_errors(point.at(item.context_expr), value)
        swallows = swallows or expected is not None
        inner = max(inner, *map(guard_by, expected or ()), Guard.NONE)
        point.frame.context = replace(point.frame.context, guard=max(outside.guard, inner))
        if isinstance(manager, Instance):
            enter = point.at(item.context_expr).attribute(manager, "__enter__")
            manager = point.at(item.context_expr).call(enter, Arguments())
        if item.optional_vars is not None:
            assign(point.tracer, item.optional_vars, manager, point.frame)
    before, loops = dict(point.frame.variables), len(point.frame.loops)
    try:
        falls_through = execute(point.tracer, point.node.body, point.frame)
    except TracerError:
        if inner is Guard.NONE:
            raise
        falls_through = False
        del point.frame.loops[loops:]
    point.frame.context = replace(
        point.frame.context, mode=outside.mode, guard=outside.guard, unsure=outside.unsure
    )
    if not swallows:
        return falls_through
    ends = [point.frame.variables] if falls_through else []
    ends.append(_interrupted(point, before, point.frame.variables))
    return continue_from(point, ends, before)


def _disables_jit(point: PointOf[ast.expr], callee: Value) -> bool:
    """Whether a context manager is `disable_jit()`, and not `disable_jit(False)`."""
    if not (isinstance(callee, External) and canonical(callee.path) in UNTRACED_CONTEXTS):
        return False
    given = arguments_of(point.at(point.node)).all() if isinstance(point.node, ast.Call) else ()
    return all(known(one) is not False for one in given)


def _expected_errors(point: PointOf[ast.expr], callee: Value) -> tuple[Value, ...] | None:
    """The types in `raises(...)`, `self.assertRaises(...)`, `suppress(...)`; None for anything else."""
    match callee:
        case DataMethod(name=name):
            pass
        case External(path=path):
            name = path.rpartition(".")[2]
        case _:
            func = point.node.func if isinstance(point.node, ast.Call) else None
            name = func.attr if isinstance(func, ast.Attribute) else ""
    if name not in EXPECTING_ERRORS or not isinstance(point.node, ast.Call):
        return None
    given = arguments_of(point.at(point.node))
    if name == "suppress":
        return given.all()
    return (given.get(0, "expected_exception") or given.rest or UNKNOWN,)


def _match(point: PointOf[ast.Match]) -> bool:
    before, ended = point.frame.variables, point.frame.ended
    ends: list[State] = []
    subject = point.evaluate(point.node.subject)
    exhausted = False
    for case, certain in match_cases(point, subject):
        with below(certain or None, point.frame):
            if execute(point.tracer, case.body, point.frame):
                ends.append(point.frame.variables)
        exhausted = exhausted or certain
        point.frame.variables, point.frame.ended = dict(before), ended
    if not exhausted:
        ends.append(dict(before))
    return continue_from(point, ends, before)


def _define_function(point: PointOf[ast.FunctionDef | ast.AsyncFunctionDef]) -> bool:
    bind(point.tracer, point.node.name, define_function(point), point.frame)
    return True


def _define_class(point: PointOf[ast.ClassDef]) -> bool:
    bind(point.tracer, point.node.name, define_class(point), point.frame)
    return True


def _global(point: PointOf[ast.Global]) -> bool:
    point.frame.global_names |= frozenset(point.node.names)
    return True


def _nonlocal(point: PointOf[ast.Nonlocal]) -> bool:
    point.frame.nonlocal_names |= frozenset(point.node.names)
    return True


def _import(point: PointOf[ast.Import]) -> bool:
    run_import(point)
    return True


def _import_from(point: PointOf[ast.ImportFrom]) -> bool:
    run_import_from(point)
    return True


_HANDLERS: dict[type[ast.stmt], Callable[[PointOf[Any]], bool]] = {
    ast.Expr: _expression,
    ast.Assign: _assign,
    ast.AnnAssign: _annotated,
    ast.AugAssign: _augmented,
    ast.Return: _return,
    ast.Raise: _raise,
    ast.Assert: _assert,
    ast.Delete: _delete,
    ast.If: _if,
    ast.For: run_for,
    ast.AsyncFor: run_for,
    ast.While: run_while,
    ast.Break: run_break,
    ast.Continue: run_continue,
    ast.Try: _try,
    ast.With: _with,
    ast.AsyncWith: _with,
    ast.Match: _match,
    ast.FunctionDef: _define_function,
    ast.AsyncFunctionDef: _define_function,
    ast.ClassDef: _define_class,
    ast.Global: _global,
    ast.Nonlocal: _nonlocal,
    ast.Import: _import,
    ast.ImportFrom: _import_from,
}
if hasattr(ast, "TryStar"):
    _HANDLERS[ast.TryStar] = _try
