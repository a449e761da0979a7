"""Whether parameters of jitted functions could be static.

`static_argnames` cures a traced size if the parameter that it comes from can be static: if no call passes it a tracer
or an array. That is tried by tracing the program as if it were so.
"""

import ast

from jaxslice_lint.facts.status import Status
from jaxslice_lint.facts.what_if import Conflict
from jaxslice_lint.tracing.domain.annotations import Type, TypeKind, type_of
from jaxslice_lint.tracing.domain.data import Data, Kind
from jaxslice_lint.tracing.domain.protocol import Tracer
from jaxslice_lint.tracing.domain.signatures import Parameters
from jaxslice_lint.tracing.domain.values import Instance, Many, Sequence, Value
from jaxslice_lint.tracing.domain.values import Mapping as Dict

_NUMBERS = (TypeKind.INTEGER, TypeKind.BOOL, TypeKind.NONE)


def conflicts_within(
    tracer: Tracer, parameters: Parameters, names: frozenset[str]
) -> list[Conflict]:
    """Which of the parameters `names` of a function cannot be named as static, or are used as arrays in it."""
    if parameters.function is None:
        return [Conflict(name, "its function is not known") for name in sorted(names)]
    node, scope = parameters.function.node, parameters.function.frame
    spec = node.args
    found: list[Conflict] = []
    for argument in (*spec.posonlyargs, *spec.args, *spec.kwonlyargs):
        if argument.arg not in names:
            continue
        if argument in spec.posonlyargs:
            found.append(Conflict(argument.arg, "it is positional-only"))
        if argument.annotation is not None and not _may_be_number(
            type_of(tracer, argument.annotation, scope)
        ):
            found.append(Conflict(argument.arg, "its annotation says that it is no number"))
        if _is_used_as_array(node, argument.arg):
            found.append(Conflict(argument.arg, "it is used as an array or object"))
    if not names <= {
        argument.arg for argument in (*spec.posonlyargs, *spec.args, *spec.kwonlyargs)
    }:
        found.append(Conflict(min(names), "it has no name of its own"))
    return found


def _may_be_number(kind: Type) -> bool:
    return all(one.kind in _NUMBERS for one in kind.members)


def _is_used_as_array(node: ast.AST, name: str) -> bool:
    return any(
        isinstance(inner, ast.Attribute | ast.Subscript)
        and isinstance(inner.value, ast.Name)
        and inner.value.id == name
        for inner in ast.walk(node)
    )


def conflict_with(value: Value, name: str) -> Conflict | None:
    """Why `value` cannot be passed to a static parameter, if it is known not to be one."""
    match value:
        case Data(status=Status.TRACED, origin=origin):
            return Conflict(name, "a call passes it a tracer", origin)
        case Data(kind=Kind.JAX | Kind.NUMPY):
            return Conflict(name, "a call passes it an array")
        case Sequence(mutable=True) | Many() | Dict():
            return Conflict(name, "a call passes it a list or dict")
        case Instance(traced=True):
            return Conflict(name, "a call passes it an object with tracers in it")
    return None
