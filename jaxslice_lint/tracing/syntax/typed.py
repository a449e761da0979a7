"""What a declared type adds to a value of unknown structure: its class, and with it fields and methods."""

import ast
from dataclasses import dataclass

from jaxslice_lint.facts.status import Status
from jaxslice_lint.jax_model.schema import Register
from jaxslice_lint.tracing.domain.advice import advise
from jaxslice_lint.tracing.domain.annotations import Type, TypeKind, type_of
from jaxslice_lint.tracing.domain.data import NONE, Data, Kind, static, unknown
from jaxslice_lint.tracing.domain.frames import Frame
from jaxslice_lint.tracing.domain.joins import join_all
from jaxslice_lint.tracing.domain.points import Point, PointOf
from jaxslice_lint.tracing.domain.protocol import Tracer
from jaxslice_lint.tracing.domain.values import (
    Class,
    Field,
    Function,
    Instance,
    Many,
    Mapping,
    Sequence,
    Value,
    is_none,
)
from jaxslice_lint.tracing.operations.iteration import part_of
from jaxslice_lint.tracing.operations.results import Leaves, is_tree
from jaxslice_lint.tracing.syntax.shaped import shaped

#: Classes whose fields are of classes whose fields …
_DEEPEST = 4
#: As deep, and as many at a time, are the subclasses of which an object may be as well.
_DEEPEST_HEIRS, _MOST_HEIRS = 2, 8


def annotated(tracer: Tracer, function: Function, variables: dict[str, Value]) -> dict[str, Value]:
    """`variables`, in which parameters that are annotated with a class of the analysed code are objects of it."""
    spec = function.node.args
    refined = dict(variables)
    for argument in (*spec.posonlyargs, *spec.args, *spec.kwonlyargs):
        value = variables.get(argument.arg)
        if argument.annotation is not None and isinstance(value, Data):
            point = PointOf(tracer, function.frame, argument)
            held = typed(point, value, argument.annotation, function.frame)
            refined[argument.arg] = shaped(point, held, function) if held is value else held
    return refined


def typed(point: Point, value: Data, annotation: ast.expr, scope: Frame) -> Value:
    """`value`, if its structure is not known, as `annotation` says, which is read in `scope`.

    `point` is the parameter or field that holds it.
    """
    return _Typing(point).declared(value, annotation, scope)


@dataclass(slots=True)
class _Typing:
    """Makes parts of values. `part`: which one this is. `is_one_of_many`: nothing tells it from others, so that its
    integers have no symbols. `depth`: the parts that it is a part of.
    """

    point: Point
    part: str = ""
    is_one_of_many: bool = False
    depth: int = 0

    def declared(self, value: Data, annotation: ast.expr, scope: Frame) -> Value:
        """`value` as its annotation says."""
        if self._is_known(value):
            return value
        return self._as(value, type_of(self.point.tracer, annotation, scope))

    def typed(self, value: Data, kind: Type) -> Value:
        """`value` as a type says."""
        return value if self._is_known(value) else self._as(value, kind)

    def _is_known(self, value: Data) -> bool:
        is_argument = value.status is Status.TRACED and value.kind is Kind.PYTREE
        is_unknown = value.status is Status.UNKNOWN and value.kind is Kind.ANY
        return self.depth > _DEEPEST or not (is_argument or is_unknown) or is_none(value)

    def _as(self, value: Data, kind: Type) -> Value:
        match kind:
            case Type(kind=TypeKind.CLASS, cls=Class() as cls):
                return self._object(value, cls)
            case Type(kind=TypeKind.UNION, parts=members):
                return self._union(value, members)
            case Type(kind=TypeKind.TUPLE, parts=parts) if parts:
                return self._tuple(value, parts, kind.is_open)
            case Type(kind=TypeKind.SEQUENCE | TypeKind.MAPPING, parts=(part,)):
                element = self._element(value, part)
                if isinstance(element, Data):
                    return value
                is_sequence = kind.kind is TypeKind.SEQUENCE
                return Many(element) if is_sequence else Mapping((), element)
        return value

    def _union(self, value: Data, members: tuple[Type, ...]) -> Value:
        """`A | B | None`; nothing is known where it is not of each member."""
        kinds = [one for one in members if one.kind is not TypeKind.NONE]
        each = [self._as(value, kind) for kind in kinds]
        if not each or any(isinstance(one, Data) for one in each):
            return value
        return join_all(each if len(kinds) == len(members) else [NONE, *each])

    def _tuple(self, value: Data, parts: tuple[Type, ...], is_open: bool) -> Value:
        if is_open:
            element = self._element(value, parts[0])
            return value if isinstance(element, Data) else Many(element)
        items: list[Value] = []
        for place, kind in enumerate(parts):
            item = self._of(f"[{place}]")
            items.append(item.typed(item._taken_from(value), kind))
        all_data = all(isinstance(item, Data) for item in items)
        return value if all_data else Sequence(tuple(items))

    def _element(self, value: Data, kind: Type) -> Value:
        """Any element of a container."""
        element = self._of("[]")
        element.is_one_of_many = True
        return element.typed(element._taken_from(value), kind)

    def _of(self, part: str) -> "_Typing":
        return _Typing(self.point, f"{self.part}{part}", self.is_one_of_many, self.depth + 1)

    def _taken_from(self, whole: Data) -> Data:
        """This part of the value that it is a part of."""
        part = part_of(self.point, whole, self.part)
        return part.renumbered(None, None, part.dtype) if self.is_one_of_many else part

    def _traced(self, value: Data, made: Value) -> Value:
        """`value`, with the structure of what its constructor was seen to make."""
        if isinstance(made, Data) or value.origin is None:
            return value
        return Leaves(self.point, f"{value.why}{self.part}", value.origin).traced(made)

    def _is_array(self, field: Field) -> bool:
        """Whether a field is declared as an array: no static field is one."""
        if field.annotation is None or field.frame is None:
            return False
        return type_of(self.point.tracer, field.annotation, field.frame).kind is TypeKind.ARRAY

    def _object(self, value: Data, cls: Class) -> Value:
        """A traced argument has the static fields of its class, and tracers in the others.

        So has one of a class whose base class is not known, since it would not be an argument otherwise; but there only
        arrays are known to be no static fields.
        """
        if value.status is Status.UNKNOWN:
            return self.point.tracer.representative(cls)
        if cls.pytree is not None and cls.pytree.register is Register.ARRAYS:
            return self._traced(value, self.point.tracer.representative(cls))
        heirs = self.point.tracer.representative(cls).variants
        if self.depth > _DEEPEST_HEIRS or len(heirs) > _MOST_HEIRS:
            heirs = ()
        variants = [self._with_fields(value, one.cls) for one in heirs if _may_be_traced(one.cls)]
        if not variants and not (cls.fields and _may_be_traced(cls)):
            return value
        instance = self._with_fields(value, cls)
        instance.variants = tuple(variants)
        return instance

    def _with_fields(self, value: Data, cls: Class) -> Instance:
        """`value` as an object of `cls` itself."""
        instance = Instance(cls, traced=True)
        made = self.point.tracer.representative(cls).attributes
        for name, field in cls.fields.items():
            of = self._of(f".{name}")
            part = of._taken_from(value)
            if name in cls.static_fields:
                part = static(f"field `{name}` of `{cls.name}` is static")
            elif name in cls.unclear_fields or not (is_tree(cls) or self._is_array(field)):
                part = unknown(f"field `{name}` of `{cls.name}` may be static")
            held: Value = part
            if field.annotation is not None and field.frame is not None:
                held = of.declared(part, field.annotation, field.frame)
            if held is part and part.status is Status.TRACED and name in made:
                held = of._traced(part, made[name])
            instance.attributes[name] = held
            advise(instance, name)
        return instance


def _may_be_traced(cls: Class) -> bool:
    """Whether an object of `cls` may be passed into a trace; one with a base that is not known may."""
    return is_tree(cls) or cls.is_open
