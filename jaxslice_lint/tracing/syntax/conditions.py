"""Expressions of which some part may not be evaluated: `and`, `or`, and `if` with `else`."""

import ast
from functools import partial

from jaxslice_lint.facts.status import Status
from jaxslice_lint.tracing.domain.data import NONE, UNKNOWN
from jaxslice_lint.tracing.domain.frames import STOPPED, Frame, TracerError, unbound, unless_stopped
from jaxslice_lint.tracing.domain.joins import join, join_all, status_of
from jaxslice_lint.tracing.domain.protocol import Tracer
from jaxslice_lint.tracing.domain.values import Value
from jaxslice_lint.tracing.operations.arithmetic import is_test, truth
from jaxslice_lint.tracing.operations.demands import demand
from jaxslice_lint.tracing.operations.narrowing import is_narrowed, narrow
from jaxslice_lint.tracing.syntax.path_conditions import below, decision


def boolean(tracer: Tracer, node: ast.BoolOp, frame: Frame) -> Value:
    """`a and b`, `a or b`."""
    stops_at = isinstance(node.op, ast.Or)
    results: list[Value] = []
    before, ended = frame.variables, frame.ended
    frame.variables = dict(before)
    decided: bool | None = not stops_at
    is_certain = True
    for operand in node.values:
        is_last = operand is node.values[-1]
        work = partial(_operand, tracer, operand, is_last, frame)
        with below(decided, frame):
            value = work() if is_certain else unless_stopped(frame, work, STOPPED)
        decided = truth(value)
        if is_certain:
            before, ended = dict(frame.variables), frame.ended
        if decided is None or decided is stops_at or is_last:
            results.append(value)
        if decided is stops_at or value is STOPPED:
            break
        if not narrow(tracer, operand, not stops_at, frame):
            break
        is_certain = is_certain and decided is not None
    frame.ended = ended
    _keep_walrus(before, frame, node)
    return join_all(results)


def _operand(tracer: Tracer, node: ast.expr, is_last: bool, frame: Frame) -> Value:
    """An operand of `and` or `or`; whether it is true is asked for all but the last."""
    value = tracer.evaluate(node, frame)
    if not is_last:
        demand(value, frame)
    return value


def _keep_walrus(before: dict[str, Value], frame: Frame, node: ast.AST) -> None:
    """Back to the state before a condition, with what assignment expressions in it have bound."""
    after, frame.variables = frame.variables, before
    for inner in ast.walk(node) if frame.function.walrus else ():
        if isinstance(inner, ast.NamedExpr):
            name = inner.target.id
            value = after.get(name, UNKNOWN)
            if name in before:
                frame.variables[name] = join(before[name], value)
            else:
                frame.variables |= {name: value, unbound(name): NONE}


def conditional(tracer: Tracer, node: ast.IfExp, frame: Frame) -> Value:
    """`a if test else b`."""
    test = tracer.evaluate(node.test, frame)
    demand(test, frame)
    decided = decision(test, node.test, frame)
    unsure, ended = frame.unsure, frame.ended
    still_runs = False
    frame.unsure = unsure or (is_test(test) and not is_narrowed(node.test))
    before = frame.variables
    results: list[Value] = []
    afters: list[dict[str, Value]] = []
    for branch, outcome in ((node.body, True), (node.orelse, False)):
        if decided is not None and decided is not outcome:
            continue
        frame.variables, frame.ended = dict(before), ended
        if not narrow(tracer, node.test, outcome, frame):
            continue
        with below(decided, frame):
            results.append(unless_stopped(frame, partial(tracer.evaluate, branch, frame), STOPPED))
        still_runs |= not frame.ended
        afters.append(frame.variables)
    frame.variables, frame.unsure, frame.ended = before, unsure, not still_runs
    for after in afters:
        frame.variables = after
        _keep_walrus(before, frame, node)
    if results and all(result is STOPPED for result in results):
        raise TracerError
    status = status_of(results[0]) if results else Status.UNKNOWN
    return join_all(results, tracer.fresh(frame, node, status))
