"""Running statements: one state at every point, joined where paths meet."""

import ast
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial

from jaxslice_lint.jax_model.functions import (
    EAGER_CONTEXTS,
    EXPECTING_ERRORS,
    GUARDS,
    UNTRACED_CONTEXTS,
)
from jaxslice_lint.jax_model.lookup import canonical
from jaxslice_lint.tracing.domain.aliases import is_mutable
from jaxslice_lint.tracing.domain.data import NONE, UNKNOWN
from jaxslice_lint.tracing.domain.frames import Arguments, Frame, Mode, TracerError, unless_stopped
from jaxslice_lint.tracing.domain.joins import alternatives, join_all, without_symbols
from jaxslice_lint.tracing.domain.protocol import Tracer
from jaxslice_lint.tracing.domain.states import State, continue_from, merge_states
from jaxslice_lint.tracing.domain.values import (
    Choice,
    Class,
    DataMethod,
    External,
    Instance,
    Many,
    Value,
    is_none,
    known,
)
from jaxslice_lint.tracing.domain.values import Sequence as Items
from jaxslice_lint.tracing.observe.misuses import look_at_statement
from jaxslice_lint.tracing.operations.arithmetic import binary
from jaxslice_lint.tracing.operations.demands import demand
from jaxslice_lint.tracing.operations.narrowing import narrow
from jaxslice_lint.tracing.syntax.definitions import define_class, define_function
from jaxslice_lint.tracing.syntax.expressions import arguments_of
from jaxslice_lint.tracing.syntax.imports import run_import, run_import_from
from jaxslice_lint.tracing.syntax.loops import run_break, run_continue, run_for, run_while
from jaxslice_lint.tracing.syntax.path_conditions import below, decision, look_apart, run_branches
from jaxslice_lint.tracing.syntax.patterns import match_cases
from jaxslice_lint.tracing.syntax.targets import assign, assign_owner, bind


def execute(tracer: Tracer, body: Sequence[ast.stmt], frame: Frame) -> bool:
    """Run `body`; whether its end can be reached."""
    for position, statement in enumerate(body, start=1):
        handler = _HANDLERS.get(type(statement))
        if handler is not None and not unless_stopped(
            frame, partial(handler, tracer, statement, frame), False
        ):
            return False
        if frame.forks:
            look_apart(tracer, body[position:], frame)
    return True


def _expression(tracer: Tracer, node: ast.Expr, frame: Frame) -> bool:
    tracer.evaluate(node.value, frame)
    look_at_statement(tracer, node.value, frame)
    return True


def _assign(tracer: Tracer, node: ast.Assign, frame: Frame) -> bool:
    if isinstance(node.value, ast.IfExp) and all(isinstance(t, ast.Name) for t in node.targets):
        body, orelse = (
            partial(unless_stopped, frame, partial(_store, tracer, node, value, frame), False)
            for value in (node.value.body, node.value.orelse)
        )
        return run_branches(tracer, node, node.value.test, (body, orelse), frame)
    return _store(tracer, node, node.value, frame)


def _store(tracer: Tracer, node: ast.Assign, value: ast.expr, frame: Frame) -> bool:
    stored = tracer.evaluate(value, frame)
    for target in node.targets:
        assign(tracer, target, stored, frame)
    return True


def _annotated(tracer: Tracer, node: ast.AnnAssign, frame: Frame) -> bool:
    if node.value is not None:
        assign(tracer, node.target, tracer.evaluate(node.value, frame), frame)
    return True


def _augmented(tracer: Tracer, node: ast.AugAssign, frame: Frame) -> bool:
    before = tracer.evaluate(node.target, frame)
    value = binary(tracer, node.op, before, tracer.evaluate(node.value, frame), frame, node)
    if is_mutable(before):
        assign_owner(tracer, node.target, value, frame)
    else:
        assign(tracer, node.target, value, frame)
    return True


def _return(tracer: Tracer, node: ast.Return, frame: Frame) -> bool:
    value = NONE if node.value is None else tracer.evaluate(node.value, frame)
    frame.leave()
    frame.returned.append(value)
    return False


def _raise(tracer: Tracer, node: ast.Raise, frame: Frame) -> bool:
    if node.exc is not None:
        tracer.evaluate(node.exc, frame)
    return False


def _assert(tracer: Tracer, node: ast.Assert, frame: Frame) -> bool:
    value = tracer.evaluate(node.test, frame)
    demand(value, frame)
    decided = decision(value, node.test, frame)
    if decided is None and frame.fact is not None:
        frame.hidden |= frame.fact.may_decide(node.test)
    return decided is not False and narrow(tracer, node.test, True, frame)


def _delete(tracer: Tracer, node: ast.Delete, frame: Frame) -> bool:
    for target in node.targets:
        if isinstance(target, ast.Name):
            frame.variables.pop(target.id, None)
        elif isinstance(target, ast.Subscript):
            owner = tracer.evaluate(target.value, frame)
            if isinstance(owner, Items):
                assign_owner(tracer, target.value, Many(join_all(owner.items)), frame)
    return True


def _if(tracer: Tracer, node: ast.If, frame: Frame) -> bool:
    branches = (
        partial(execute, tracer, node.body, frame),
        partial(execute, tracer, node.orelse, frame),
    )
    return run_branches(tracer, node, node.test, branches, frame)


def _try(tracer: Tracer, node: ast.Try, frame: Frame) -> bool:
    before = dict(frame.variables)
    guard = any(_handles_index_errors(tracer, handler, frame) for handler in node.handlers)
    frame.guards += guard
    loops, mode = len(frame.loops), frame.mode
    try:
        falls_through = execute(tracer, node.body, frame)
    except TracerError:
        if not guard:
            raise
        falls_through = False
        del frame.loops[loops:]
        frame.mode = mode
    frame.guards -= guard
    inside = frame.variables
    ends: list[State] = []
    if falls_through and execute(tracer, node.orelse, frame):
        ends.append(frame.variables)
    for handler in node.handlers:
        frame.variables = _interrupted(tracer, node, before, inside, frame)
        if handler.name:
            bind(tracer, handler.name, UNKNOWN, frame)
        if execute(tracer, handler.body, frame):
            ends.append(frame.variables)
    reached = continue_from(tracer, ends, before, frame, node)
    return execute(tracer, node.finalbody, frame) and reached


def _interrupted(
    tracer: Tracer,
    node: ast.Try | ast.With | ast.AsyncWith,
    before: State,
    inside: State,
    frame: Frame,
) -> State:
    """The state after an error somewhere in the body of `node`."""
    state = merge_states(tracer, [before, inside], frame, node)
    for name in _bound_again(node.body) & state.keys():
        state[name] = without_symbols(state[name])
    return state


def _bound_again(body: list[ast.stmt]) -> frozenset[str]:
    """The names that `body` binds more than once: what interrupts it may find a value in between."""
    stores = Counter(
        node.id
        for statement in body
        for node in ast.walk(statement)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    )
    return frozenset(name for name, count in stores.items() if count > 1)


def _handles_index_errors(tracer: Tracer, handler: ast.ExceptHandler, frame: Frame) -> bool:
    """Whether a handler takes the error of a traced bound and goes on; one that raises again does not."""
    if handler.body and isinstance(handler.body[-1], ast.Raise):
        return False
    return handler.type is None or _may_be_index_error(tracer.evaluate(handler.type, frame))


def _may_be_index_error(kind: Value) -> bool:
    """Whether a type of exceptions, or one of several, takes the error of a traced bound, as far as it is known."""
    match kind:
        case External(path=path):
            return canonical(path) in GUARDS
        case Items(items=items):
            return any(map(_may_be_index_error, items))
        case Many(element=element):
            return _may_be_index_error(element)
        case Choice():
            return any(map(_may_be_index_error, alternatives(kind)))
    return not isinstance(kind, Class) and not is_none(kind)


def _with(tracer: Tracer, node: ast.With | ast.AsyncWith, frame: Frame) -> bool:
    mode, guards, swallows = frame.mode, frame.guards, False
    for item in node.items:
        manager = tracer.evaluate(item.context_expr, frame)
        callee = item.context_expr.func if isinstance(item.context_expr, ast.Call) else None
        value = UNKNOWN if callee is None else tracer.evaluate(callee, frame)
        if isinstance(value, External) and canonical(value.path) in EAGER_CONTEXTS:
            frame.mode = Mode.EAGER
        is_untraced = callee is not None and _disables_jit(tracer, value, item.context_expr, frame)
        if is_untraced and frame.mode is not Mode.STAGED:
            frame.mode = Mode.UNTRACED
        expected = _expected_errors(tracer, value, item.context_expr, frame)
        swallows = swallows or expected is not None
        if is_untraced or any(map(_may_be_index_error, expected or ())):
            frame.guards += 1
        if isinstance(manager, Instance):
            enter = tracer.attribute(manager, "__enter__", frame, item.context_expr)
            manager = tracer.call(enter, Arguments(), frame, item.context_expr)
        if item.optional_vars is not None:
            assign(tracer, item.optional_vars, manager, frame)
    before, guarded, loops = dict(frame.variables), frame.guards > guards, len(frame.loops)
    try:
        falls_through = execute(tracer, node.body, frame)
    except TracerError:
        if not guarded:
            raise
        falls_through = False
        del frame.loops[loops:]
    frame.mode, frame.guards = mode, guards
    if not swallows:
        return falls_through or guarded
    ends = [frame.variables] if falls_through else []
    ends.append(_interrupted(tracer, node, before, frame.variables, frame))
    return continue_from(tracer, ends, before, frame, node)


def _disables_jit(tracer: Tracer, callee: Value, node: ast.expr, frame: Frame) -> bool:
    """Whether a context manager is `disable_jit()`, and not `disable_jit(False)`."""
    if not (isinstance(callee, External) and canonical(callee.path) in UNTRACED_CONTEXTS):
        return False
    given = arguments_of(tracer, node, frame).all() if isinstance(node, ast.Call) else ()
    return all(known(one) is not False for one in given)


def _expected_errors(
    tracer: Tracer, callee: Value, node: ast.expr, frame: Frame
) -> tuple[Value, ...] | None:
    """The types in `raises(...)`, `self.assertRaises(...)`, `suppress(...)`; None for anything else."""
    match callee:
        case DataMethod(name=name):
            pass
        case External(path=path):
            name = path.rpartition(".")[2]
        case _:
            func = node.func if isinstance(node, ast.Call) else None
            name = func.attr if isinstance(func, ast.Attribute) else ""
    if name not in EXPECTING_ERRORS or not isinstance(node, ast.Call):
        return None
    given = arguments_of(tracer, node, frame)
    if name == "suppress":
        return given.all()
    named = given.keyword("expected_exception") or given.rest or UNKNOWN
    return (*given.positional, named)[:1]


def _match(tracer: Tracer, node: ast.Match, frame: Frame) -> bool:
    before, ended = frame.variables, frame.ended
    ends: list[State] = []
    subject = tracer.evaluate(node.subject, frame)
    exhausted = False
    for case, certain in match_cases(tracer, node, subject, frame):
        with below(certain or None, frame):
            if execute(tracer, case.body, frame):
                ends.append(frame.variables)
        exhausted = exhausted or certain
        frame.variables, frame.ended = dict(before), ended
    if not exhausted:
        ends.append(dict(before))
    return continue_from(tracer, ends, before, frame, node)


def _define_function(
    tracer: Tracer, node: ast.FunctionDef | ast.AsyncFunctionDef, frame: Frame
) -> bool:
    bind(tracer, node.name, define_function(tracer, node, frame), frame)
    return True


def _define_class(tracer: Tracer, node: ast.ClassDef, frame: Frame) -> bool:
    bind(tracer, node.name, define_class(tracer, node, frame), frame)
    return True


def _global(_tracer: Tracer, node: ast.Global, frame: Frame) -> bool:
    frame.global_names |= frozenset(node.names)
    return True


def _nonlocal(_tracer: Tracer, node: ast.Nonlocal, frame: Frame) -> bool:
    frame.nonlocal_names |= frozenset(node.names)
    return True


def _import(tracer: Tracer, node: ast.Import, frame: Frame) -> bool:
    run_import(tracer, node, frame)
    return True


def _import_from(tracer: Tracer, node: ast.ImportFrom, frame: Frame) -> bool:
    run_import_from(tracer, node, frame)
    return True


_HANDLERS: dict[type[ast.stmt], Callable[..., bool]] = {
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
