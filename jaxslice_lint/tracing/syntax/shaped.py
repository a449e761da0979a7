"""What annotations such as `Float[Array, "batch time"]` say of parameters: the number of their axes, which of them are
equally long, and their dtype."""

import ast
from dataclasses import replace

from jaxslice_lint.facts.status import Sign, Status
from jaxslice_lint.tracing.domain.annotations import TypeKind, type_of
from jaxslice_lint.tracing.domain.data import Data, Kind
from jaxslice_lint.tracing.domain.dtypes import without_symbol
from jaxslice_lint.tracing.domain.points import PointOf
from jaxslice_lint.tracing.domain.polynomials import Poly, atom, integer
from jaxslice_lint.tracing.domain.symbolic import Atoms, Extents
from jaxslice_lint.tracing.domain.values import Function


def shaped(point: PointOf[ast.arg], value: Data, function: Function) -> Data:
    """`value`, which a parameter of `function` holds, as its annotation says; what else is known of it counts more."""
    if not isinstance(point.node.annotation, ast.Subscript | ast.Constant):
        return value
    kind = type_of(point.tracer, point.node.annotation, function.frame)
    may_be = value.kind in (Kind.JAX, Kind.PYTREE) or value.status is Status.UNKNOWN
    if kind.kind is not TypeKind.ARRAY or not may_be:
        return value
    dtype = kind.dtype if without_symbol(value.dtype) is None else None
    found = replace(value, dtype=dtype) if dtype else value
    atoms = point.tracer.atoms
    names = None if kind.axes is None else kind.axes.split()
    if names is None or any(name == "..." or name.startswith("*") for name in names):
        return found
    is_known = value.shape_of is not None and isinstance(atoms.key(value.shape_of), Extents)
    if is_known or value.ndim not in (None, len(names)):
        return found
    lengths = [
        _length(atoms, function, name, (point.node.arg, place)) for place, name in enumerate(names)
    ]
    return replace(found, ndim=len(names), shape_of=atoms.shape(tuple(lengths)))


def _length(atoms: Atoms, function: Function, name: str, place: tuple[str, int]) -> Poly:
    """The length of an axis: that of all axes of its name in the function, unless the name may stand for several."""
    if name.isdecimal():
        return integer(int(name))
    label = name if name.isidentifier() and name != "_" else place
    key = ("argument", id(function.node), "axis", label)
    return atom(atoms.number(key, Status.STATIC, Sign.NON_NEGATIVE))
