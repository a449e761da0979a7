"""Expressions of which some part may not be evaluated: `and`, `or`, and `if` with `else`."""

import ast
from dataclasses import replace
from functools import partial

from jaxslice_lint.facts.status import Status
from jaxslice_lint.source.nodes import walk
from jaxslice_lint.tracing.domain.data import NONE, UNKNOWN
from jaxslice_lint.tracing.domain.frames import STOPPED, Frame, TracerError, unbound, unless_stopped
from jaxslice_lint.tracing.domain.joins import join, join_all, status_of
from jaxslice_lint.tracing.domain.points import PointOf
from jaxslice_lint.tracing.domain.values import Value
from jaxslice_lint.tracing.operations.arithmetic import is_test
from jaxslice_lint.tracing.operations.demands import demand
from jaxslice_lint.tracing.operations.narrowing import is_narrowed, narrow
from jaxslice_lint.tracing.syntax.path_conditions import below, decision


def boolean(point: PointOf[ast.BoolOp]) -> Value:
    """`a and b`, `a or b`."""
    stops_at = isinstance(point.node.op, ast.Or)
    results: list[Value] = []
    before, ended = point.frame.variables, point.frame.ended
    point.frame.variables = dict(before)
    decided: bool | None = not stops_at
    is_certain = True
    for operand in point.node.values:
        is_last = operand is point.node.values[-1]
        work = partial(_operand, point.at(operand), is_last)
        with below(decided, point.frame):
            value = work() if is_certain else unless_stopped(point.frame, work, STOPPED)
        decided = decision(point.at(operand), value)
        if is_certain:
            before, ended = dict(point.frame.variables), point.frame.ended
        if decided is None or decided is stops_at or is_last:
            results.append(value)
        if decided is stops_at or value is STOPPED:
            break
        if not narrow(point.tracer, operand, not stops_at, point.frame):
            break
        is_certain = is_certain and decided is not None
    point.frame.ended = ended
    _keep_walrus(before, point.frame, point.node)
    return join_all(results)


def _operand(point: PointOf[ast.expr], is_last: bool) -> Value:
    """An operand of `and` or `or`; whether it is true is asked for all but the last."""
    value = point.evaluate(point.node)
    if not is_last:
        demand(value, point.frame)
    return value


def _keep_walrus(before: dict[str, Value], frame: Frame, node: ast.AST) -> None:
    """Back to the state before a condition, with what assignment expressions in it have bound."""
    after, frame.variables = frame.variables, before
    for inner in walk(node) if frame.function.walrus else ():
        if isinstance(inner, ast.NamedExpr):
            name = inner.target.id
            value = after.get(name, UNKNOWN)
            if name in before:
                frame.variables[name] = join(before[name], value)
            else:
                frame.variables |= {name: value, unbound(name): NONE}


def conditional(point: PointOf[ast.IfExp]) -> Value:
    """`a if test else b`."""
    test = point.evaluate(point.node.test)
    demand(test, point.frame)
    decided = decision(point.at(point.node.test), test)
    outside = point.frame.context
    still_runs = False
    if is_test(test) and not is_narrowed(point.node.test):
        point.frame.context = replace(outside, unsure=True)
    before = point.frame.variables
    results: list[Value] = []
    afters: list[dict[str, Value]] = []
    for branch, outcome in ((point.node.body, True), (point.node.orelse, False)):
        if decided is not None and decided is not outcome:
            continue
        point.frame.variables, point.frame.ended = dict(before), outside.ended
        if not narrow(point.tracer, point.node.test, outcome, point.frame):
            continue
        with below(decided, point.frame):
            results.append(
                unless_stopped(
                    point.frame, partial(point.tracer.evaluate, branch, point.frame), STOPPED
                )
            )
        still_runs |= not point.frame.ended
        afters.append(point.frame.variables)
    point.frame.variables, point.frame.context = before, outside
    point.frame.ended = not still_runs
    for after in afters:
        point.frame.variables = after
        _keep_walrus(before, point.frame, point.node)
    if results and all(result is STOPPED for result in results):
        raise TracerError
    status = status_of(results[0]) if results else Status.UNKNOWN
    return join_all(results, point.fresh(status))
