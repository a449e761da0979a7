"""What a parameter holds inside a trace where its declared type is all that is known of it."""

import ast
from dataclasses import dataclass, replace

from jaxslice_lint.facts.status import Status, Step
from jaxslice_lint.tracing.domain.annotations import Type, TypeKind, type_of
from jaxslice_lint.tracing.domain.data import NONE, Data, Kind, static, traced, unknown
from jaxslice_lint.tracing.domain.frames import Frame
from jaxslice_lint.tracing.domain.joins import is_traced, join_all
from jaxslice_lint.tracing.domain.points import PointOf
from jaxslice_lint.tracing.domain.polynomials import Poly
from jaxslice_lint.tracing.domain.values import (
    Class,
    Instance,
    Many,
    Mapping,
    Sequence,
    Value,
    is_none,
)
from jaxslice_lint.tracing.operations.results import is_tree, new_shape


def declared(point: PointOf[ast.arg], scope: Frame, why: str, step: Step) -> Value | None:
    """What a parameter holds inside a trace by its annotation, which is read in `scope`; None if it says nothing.

    `point` is the parameter in the frame of the caller, `step` what traces the arguments, and `why` says whose
    argument this is.
    """
    annotation = point.node.annotation
    return _Declaration(point, why, step).value(type_of(point.tracer, annotation, scope))


@dataclass(frozen=True, slots=True)
class _Declaration:
    """Makes what has a type.

    `part` is the part of the argument that has it, `within` the classes that it is a part of. `is_one_of_many`: nothing
    tells it from others, so that its integers have no symbols.
    """

    point: PointOf[ast.arg]
    why: str
    step: Step
    part: str = ""
    within: tuple[Class, ...] = ()
    is_one_of_many: bool = False

    def value(self, kind: Type) -> Value | None:
        """What has this type; None if it says nothing."""
        match kind:
            case Type(kind=TypeKind.NONE):
                return NONE
            case Type(kind=TypeKind.ARRAY):
                return self._traced(Kind.JAX)
            case Type(kind=TypeKind.BOOL | TypeKind.STATIC):
                return self._static()
            case Type(kind=TypeKind.CLASS, cls=Class() as cls):
                return self._object(cls)
            case Type(kind=TypeKind.UNION, parts=members):
                return self._union(members)
            case Type(kind=TypeKind.TUPLE, parts=parts):
                return self._tuple(parts, kind.is_open)
            case Type(kind=TypeKind.TREE, parts=()):
                return self._traced(Kind.PYTREE)
            case Type(parts=(part,)):
                return self._many(kind.kind, part)
        return None

    def _many(self, kind: TypeKind, part: Type) -> Value | None:
        """A tree or container whose elements have the type `part`."""
        element = self._element(part)
        if element is None or not is_traced(element):
            return None
        if kind is TypeKind.TREE:
            return self._traced(Kind.PYTREE)
        return Many(element) if kind is TypeKind.SEQUENCE else Mapping((), element)

    def _element(self, kind: Type) -> Value | None:
        return replace(self._of("[]"), is_one_of_many=True).value(kind)

    def _union(self, members: tuple[Type, ...]) -> Value | None:
        """One of several types; an array of NumPy's stands for itself only where it is not one among arrays."""
        values = [self.value(one) for one in members if one.kind is not TypeKind.HOST_ARRAY]
        found = [value for value in values if value is not None]
        if len(found) < len(values) or all(is_none(value) for value in found):
            return None
        return join_all(found)

    def _tuple(self, parts: tuple[Type, ...], is_open: bool) -> Value:
        """A tuple without arrays is a shape by custom."""
        if is_open:
            element = self._element(parts[0])
            is_shape = element is None or not is_traced(element)
            return self._static() if element is None or is_shape else Many(element)
        items = [self._of(f"[{place}]").known(one) for place, one in enumerate(parts)]
        return Sequence(tuple(items)) if any(map(is_traced, items)) else self._static()

    def _object(self, cls: Class) -> Value | None:
        """A pytree of the analysed code, in which the annotations of its fields say what is traced."""
        if not is_tree(cls) or cls in self.within:
            return None
        instance = Instance(cls, {name: self._field(cls, name) for name in cls.fields})
        instance.traced = any(is_traced(value) for value in instance.attributes.values())
        return instance if instance.traced else None

    def _field(self, cls: Class, name: str) -> Value:
        field = cls.fields[name]
        part = replace(self._of(f".{name}"), within=(*self.within, cls))
        if name in cls.static_fields:
            return part._static()
        if name in cls.unclear_fields or field.annotation is None or field.frame is None:
            return part._unknown()
        return part.known(type_of(self.point.tracer, field.annotation, field.frame))

    def known(self, kind: Type) -> Value:
        """As `value`, something unknown if the type says nothing."""
        value = self.value(kind)
        return self._unknown() if value is None else value

    def _unknown(self) -> Data:
        why = f"the type of a part of `{self.point.node.arg}` does not say whether it is traced"
        return unknown(why, self._symbol(Status.UNKNOWN, self.part))

    def _of(self, part: str) -> "_Declaration":
        return replace(self, part=f"{self.part}{part}")

    def _symbol(self, status: Status, part: str) -> Poly | None:
        return None if self.is_one_of_many else self.point.fresh(status, part)

    def _traced(self, kind: Kind) -> Data:
        """The same symbol for the same part: the members of a union are one value."""
        part = f"traced {self.part}"
        return traced(
            self.why,
            self.step,
            kind,
            poly=self._symbol(Status.TRACED, part),
            shape_of=None if self.is_one_of_many else new_shape(self.point, part),
        )

    def _static(self) -> Data:
        poly = self._symbol(Status.STATIC, f"static {self.part}")
        why = f"{self.why}, of a type that is not traced"
        return static(why, poly=poly)
