"""How programs could keep a value static that is a tracer: advice for what no rewrite can decide."""

import ast
from dataclasses import replace

from jaxslice_lint.tracing.domain.data import NONE, Data, Kind
from jaxslice_lint.tracing.domain.values import Instance, Value, known


def kept_static(instead_of: str) -> str:
    """What to do where an operation of JAX makes a tracer of static values."""
    return (
        f"compute it with `np`, `len` or plain Python in place of {instead_of}: they keep it static"
    )


def advise(owner: Instance, name: str, given: Value = NONE) -> None:
    """Say of an attribute how it could be static, if it is a tracer now and was the integer `given`, or is declared
    as one and was no array."""
    row, value = owner.cls.pytree, owner.attributes.get(name)
    if isinstance(given, Data) and given.kind in (Kind.JAX, Kind.NUMPY):
        return
    if row is None or not row.advice or not isinstance(value, Data) or value.origin is None:
        return
    field = owner.cls.fields.get(name)
    is_declared = field is not None and _is_int(field.annotation)
    if is_declared or isinstance(known(given), int):
        advice = f"make `{name}` of `{owner.cls.name}` static: {row.advice}"
        owner.attributes[name] = replace(value, origin=replace(value.origin, advice=advice))


def _is_int(annotation: ast.expr | None) -> bool:
    match annotation:
        case ast.Name(id="int") | ast.Constant(value="int"):
            return True
    return False
