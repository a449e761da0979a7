"""Which expressions may be evaluated once instead of twice: they do nothing but compute, the same each time."""

import ast

from jaxslice_lint.facts.status import Status
from jaxslice_lint.jax_model.functions.methods import METHOD_NAMES
from jaxslice_lint.jax_model.lookup import is_pure
from jaxslice_lint.source.nodes import all_parameters
from jaxslice_lint.tracing.domain.classes import lookup
from jaxslice_lint.tracing.domain.data import Data
from jaxslice_lint.tracing.domain.frames import looked_at_again
from jaxslice_lint.tracing.domain.joins import alternatives
from jaxslice_lint.tracing.domain.points import Point, PointOf
from jaxslice_lint.tracing.domain.values import (
    External,
    Function,
    Instance,
    Method,
    Property,
    Value,
)

_DOING = (
    *(ast.NamedExpr, ast.Await, ast.Yield, ast.YieldFrom, ast.Lambda),
    *(ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp),
)
#: The statements of a function that does nothing but compute what it returns.
_COMPUTING = (ast.Return, ast.Assign, ast.AnnAssign, ast.If, ast.Pass, ast.Assert, ast.Raise)
#: Methods that change nothing, whatever has them: a queue has `get`, a stream `take`, a list `sort`.
_METHODS = METHOD_NAMES - {"choose", "compress", "copy", "get", "item", "sort", "take"}
#: Calls inside each other that are looked at.
_DEEPEST = 4


def is_effectless(point: PointOf[ast.expr]) -> bool:
    """Whether `node` may be evaluated once instead of twice: nothing happens, and it gives the same value each time."""
    with looked_at_again(point.frame):
        return _computes(point, frozenset(), _DEEPEST)


def _computes(point: Point, own: frozenset[str], depth: int) -> bool:
    """Whether evaluating `node` does nothing else. The variables in `own` are those of a function that does not run."""
    return all(_is_pure_part(point.at(part), own, depth) for part in ast.walk(point.node))


def _is_pure_part(point: Point, own: frozenset[str], depth: int) -> bool:
    match point.node:
        case ast.Call(func=func):
            callee = None if _is_about(func, own) else point.evaluate(func)
            return _calls_pure(point, callee, depth) or _is_array_method(point.at(func), own)
        case ast.Attribute(value=value, attr=name, ctx=ast.Load()):
            owner = None if _is_about(value, own) else point.evaluate(value)
            found = lookup(owner.cls, name) if isinstance(owner, Instance) else None
            return not isinstance(found, Property) or _only_computes(point, found.function, depth)
        case ast.Subscript(value=value, ctx=ast.Load()):
            owner = None if _is_about(value, own) else point.evaluate(value)
            return not isinstance(owner, Instance) or owner.cls.is_variable
        case ast.Attribute() | ast.Subscript():
            return False
    return not isinstance(point.node, _DOING)


def _is_about(node: ast.expr, own: frozenset[str]) -> bool:
    return any(isinstance(one, ast.Name) and one.id in own for one in ast.walk(node))


def _calls_pure(point: Point, callee: Value | None, depth: int) -> bool:
    match callee:
        case External(path=path):
            return is_pure(path)
        case Function():
            return _only_computes(point, callee, depth)
        case Method(function=function):
            return _only_computes(point, function, depth)
    return False


def _is_array_method(point: PointOf[ast.expr], own: frozenset[str]) -> bool:
    if not isinstance(point.node, ast.Attribute):
        return False
    if _is_about(point.node, own):
        return point.node.attr in _METHODS
    owners = alternatives(point.evaluate(point.node.value))
    is_traced = all(isinstance(one, Data) and one.status is Status.TRACED for one in owners)
    is_data = all(isinstance(one, Data) for one in owners)
    return is_traced or (is_data and point.node.attr in _METHODS)


def _only_computes(point: Point, function: Value, depth: int) -> bool:
    """Whether a function of the program does nothing but compute what it returns, as one does that reads a shape."""
    if not isinstance(function, Function) or depth == 0:
        return False
    node = function.node
    own = {one.arg for one in all_parameters(node.args)}
    own |= {
        one.id
        for one in ast.walk(node)
        if isinstance(one, ast.Name) and not isinstance(one.ctx, ast.Load)
    }
    inside = PointOf(point.tracer, function.frame, node)
    match node:
        case ast.Lambda(body=body):
            parts: list[ast.AST] = [body]
        case (
            ast.FunctionDef(body=[ast.Expr(value=ast.Constant()), *rest])
            | ast.FunctionDef(body=rest)
        ):
            parts = [*rest]
        case _:
            return False
    return all(
        _computes(inside.at(part), frozenset(own), depth - 1)
        and all(isinstance(one, _COMPUTING) for one in ast.walk(part) if isinstance(one, ast.stmt))
        for part in parts
    )
