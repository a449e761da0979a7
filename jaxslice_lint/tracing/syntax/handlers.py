"""Which errors the program handles: a traced bound below a handler that goes on without the slice is no finding."""

import ast
import builtins

from jaxslice_lint.jax_model.contexts import ALL_ERRORS, INDEX_ERRORS, PROGRAM_ENDS
from jaxslice_lint.jax_model.lookup import canonical
from jaxslice_lint.source.nodes import dotted_name, last_name
from jaxslice_lint.tracing.domain.context import Guard
from jaxslice_lint.tracing.domain.data import UNKNOWN
from jaxslice_lint.tracing.domain.joins import alternatives
from jaxslice_lint.tracing.domain.points import Point, PointOf
from jaxslice_lint.tracing.domain.values import (
    Class,
    External,
    Function,
    Many,
    Method,
    Sequence,
    Union,
    Value,
    Wrapped,
    is_none,
)

_ENDS = frozenset(path.rpartition(".")[2] for path in PROGRAM_ENDS)
_TRACEBACK = "traceback."


def guard_of(point: PointOf[ast.Try], handler: ast.ExceptHandler) -> Guard:
    """How a handler takes the error of a traced bound and goes on; one that raises or ends the program doesn't."""
    last = handler.body[-1]
    if isinstance(last, ast.Raise) or ends_program(point, last):
        return Guard.NONE
    guard = Guard.ANY if handler.type is None else guard_by(point.evaluate(handler.type))
    return Guard.NONE if guard is Guard.ANY and _only_reports(point, handler) else guard


def guard_by(kind: Value) -> Guard:
    """How a type of exceptions, or one of several, takes the error of a traced bound, as far as it is known."""
    match kind:
        case External(path=path):
            if canonical(path) in INDEX_ERRORS:
                return Guard.NAMED
            return Guard.ANY if path in ALL_ERRORS else Guard.NONE
        case Sequence(items=items):
            return max(map(guard_by, items), default=Guard.NONE)
        case Many(element=element):
            return guard_by(element)
        case Union():
            return max(map(guard_by, alternatives(kind)))
        case Class():
            return Guard.NONE
    return Guard.NONE if is_none(kind) else Guard.ANY


def ends_program(point: Point, statement: ast.stmt) -> bool:
    """Whether a statement is `sys.exit()` or the like."""
    match statement:
        case ast.Expr(value=ast.Call(func=(ast.Name() | ast.Attribute()) as callee)):
            return last_name(callee) in _ENDS and _path(point, callee) in PROGRAM_ENDS
    return False


def _only_reports(point: Point, handler: ast.ExceptHandler) -> bool:
    """Whether a handler of all errors tells of the error, and computes nothing in place of what has failed."""
    nodes = [node for statement in handler.body for node in ast.walk(statement)]
    if not any(_tells(point, node, handler.name) for node in nodes):
        return False
    return not any(_replaces(point, node) for node in nodes)


def _tells(point: Point, node: ast.AST, name: str | None) -> bool:
    """Whether something is done with the error, by its name or by what finds it without being passed it."""
    match node:
        case ast.Name(id=found):
            return found == name
        case ast.keyword(arg="exc_info"):
            return True
        case ast.Call(func=(ast.Name() | ast.Attribute()) as callee):
            return last_name(callee) == "exception" or _path(point, callee).startswith(_TRACEBACK)
    return False


def _replaces(point: Point, node: ast.AST) -> bool:
    """Whether a statement calls what may do the work that has failed: for its value, or in the analysed code."""
    match node:
        case ast.Expr(value=ast.Call(func=callee)):
            return isinstance(_named(point, callee), Function | Method | Wrapped)
        case ast.Return(value=value) | ast.Assign(value=value) | ast.AugAssign(value=value):
            inner = () if value is None else ast.walk(value)
            calls = [one.func for one in inner if isinstance(one, ast.Call)]
            return any(not _is_words(point, callee) for callee in calls)
    return False


def _is_words(point: Point, callee: ast.expr) -> bool:
    """Whether a call makes text or a number of Python's."""
    path = _path(point, callee)
    return hasattr(builtins, path) or path.startswith(_TRACEBACK)


def _path(point: Point, callee: ast.expr) -> str:
    """The dotted path of what is called; empty for what is none of another package."""
    value = _named(point, callee)
    return value.path if isinstance(value, External) else ""


def _named(point: Point, callee: ast.expr) -> Value:
    """What is called by its name; other expressions may do something, and are not evaluated for a question."""
    return point.evaluate(callee) if dotted_name(callee) else UNKNOWN
