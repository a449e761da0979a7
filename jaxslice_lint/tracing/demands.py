"""Where a program asks a tracer for its value: JAX raises there, before it comes to what follows."""

import ast
from collections import defaultdict
from dataclasses import replace
from functools import lru_cache

from jaxslice_lint.tracing.frames import Frame, TracerError, need_value
from jaxslice_lint.tracing.joins import alternatives
from jaxslice_lint.tracing.site import Status
from jaxslice_lint.tracing.values import Data, Flavor, Value, map_parts

#: What JAX raises for `bool`, for numbers, and for an index or a length.
FOR_BOOL = "TracerBoolConversionError"
FOR_NUMBER = "ConcretizationTypeError"
FOR_INDEX = "TracerIntegerConversionError"


def demanded(value: Value, frame: Frame, node: ast.AST, asker: str, error: str) -> Value:
    """What `asker` makes of a tracer: a value that says what is raised for it.

    Raises `TracerError` where a handler takes that, or where nothing but an assumption says that it is a tracer.
    """
    need_value(frame)
    if not isinstance(value, Data):
        return map_parts(value, lambda part: demanded(part, frame, node, asker, error))
    if not frame.path or value.status is not Status.TRACED:
        return value
    line = getattr(node, "lineno", 1)
    says = f"{error} at line {line}, where {asker} asks for its value"
    origin = value.origin or frame.step(node, value.why)
    return replace(value, origin=replace(origin, error=origin.error or says))


def demand_truth(value: Value, frame: Frame, node: ast.AST) -> None:
    """`node` is asked for `bool(value)`. Raises `TracerError` if that is a tracer for sure, and no container."""
    if frame.path and all(_is_tracer(one, frame, node) for one in alternatives(value)):
        raise TracerError


def _is_tracer(value: Value, frame: Frame, node: ast.AST) -> bool:
    if not isinstance(value, Data) or value.status is not Status.TRACED:
        return False
    return value.flavor is Flavor.JAX or _is_bound(node, frame)


def _is_bound(node: ast.AST, frame: Frame) -> bool:
    """Whether a variable is the bound of a slice somewhere in its function: it is no container then."""
    callee = frame.function.callee
    return isinstance(node, ast.Name) and callee is not None and node.id in _bounds(callee.node)


@lru_cache(maxsize=1024)
def _bounds(function: ast.AST) -> frozenset[str]:
    """The variables that are bounds of slices, alone or in sums, and those that they are assigned from."""
    pending: list[ast.expr] = []
    assigned: dict[str, list[ast.expr]] = defaultdict(list)
    for node in ast.walk(function):
        match node:
            case ast.Slice(lower=lower, upper=upper):
                pending += [bound for bound in (lower, upper) if bound is not None]
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                assigned[name].append(value)
    names: set[str] = set()
    while pending:
        match pending.pop():
            case ast.Name(id=name):
                names.add(name)
                pending += assigned.pop(name, ())
            case ast.IfExp(body=body, orelse=orelse):
                pending += [body, orelse]
            case ast.BinOp(left=left, right=right):
                pending += [left, right]
            case ast.UnaryOp(operand=operand):
                pending.append(operand)
    return frozenset(names)
