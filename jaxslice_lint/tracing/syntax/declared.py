"""What a parameter holds inside a trace where its declared type is all that is known of it."""

import ast
from dataclasses import dataclass, replace

from jaxslice_lint.facts.status import Status, Step
from jaxslice_lint.jax_model import types
from jaxslice_lint.jax_model.lookup import canonical
from jaxslice_lint.tracing.domain.data import NONE, Data, Flavor, static, traced, unknown
from jaxslice_lint.tracing.domain.frames import Frame
from jaxslice_lint.tracing.domain.joins import is_traced, join_all, without_symbols
from jaxslice_lint.tracing.domain.points import PointOf
from jaxslice_lint.tracing.domain.values import (
    Class,
    External,
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
    if point.node.annotation is None:
        return None
    return _Declaration(point, scope, why, step).value(point.node.annotation)


@dataclass(frozen=True, slots=True)
class _Declaration:
    """Reads types; `part` is the part of the argument that has the type, `within` the classes that it is a part of."""

    point: PointOf[ast.arg]
    scope: Frame
    why: str
    step: Step
    part: str = ""
    within: tuple[Class, ...] = ()

    def value(self, annotation: ast.expr) -> Value | None:
        match annotation:
            case ast.Constant(value=None):
                return NONE
            case ast.Constant(value=str(text)):
                return self._text(text)
            case ast.BinOp(left=left, op=ast.BitOr(), right=right):
                return self._union((left, right))
            case ast.Subscript(value=base, slice=index):
                inner = tuple(index.elts) if isinstance(index, ast.Tuple) else (index,)
                return self._generic(self._named(base), inner)
            case ast.Name() | ast.Attribute():
                return self._plain(self._named(annotation))
        return None

    def _text(self, text: str) -> Value | None:
        try:
            return self.value(ast.parse(text, mode="eval").body)
        except SyntaxError:
            return None

    def _named(self, annotation: ast.expr) -> str | Class:
        """The path of a type outside the analysed code, or a class in it; empty if it is neither."""
        if isinstance(annotation, ast.Name | ast.Attribute):
            found = self.point.tracer.evaluate(annotation, self.scope)
            if isinstance(found, Class):
                return found
            if isinstance(found, External):
                return canonical(found.path)
        return ""

    def _plain(self, named: str | Class) -> Value | None:
        if isinstance(named, Class):
            return self._object(named)
        if named in types.ARRAYS:
            return self._traced(Flavor.JAX)
        if named in types.TREES:
            return self._traced(Flavor.PYTREE)
        return self._static() if named in types.STATIC else None

    def _generic(self, named: str | Class, inner: tuple[ast.expr, ...]) -> Value | None:
        """`named[inner]`."""
        if not inner:  # `tuple[()]`
            return self._plain(named)
        if named in types.UNIONS:
            is_optional = named == types.OPTIONAL
            return self._union((*inner, ast.Constant(None)) if is_optional else inner)
        if named in types.SHAPED_ARRAYS or named in types.ANNOTATED:
            return self.value(inner[0])
        if named in types.TUPLES:
            return self._tuple(inner)
        if named in types.TREES or named in types.SEQUENCES or named in types.MAPPINGS:
            element = self._of(f"{self.part}[]").value(inner[-1])
            if element is None or not is_traced(element):
                return None
            if named in types.TREES:
                return self._traced(Flavor.PYTREE)
            element = without_symbols(element)
            return Many(element) if named in types.SEQUENCES else Mapping((), element)
        return self._plain(named)

    def _union(self, members: tuple[ast.expr, ...]) -> Value | None:
        """One of several types; an array of NumPy's stands for itself only where it is not one among arrays."""
        values = [self.value(one) for one in members if self._named(one) not in types.HOST_ARRAYS]
        found = [value for value in values if value is not None]
        if len(found) < len(values) or all(is_none(value) for value in found):
            return None
        return join_all(found)

    def _tuple(self, inner: tuple[ast.expr, ...]) -> Value:
        """A tuple without arrays is a shape by custom."""
        parts = [self._of(f"{self.part}[{n}]").known(one) for n, one in enumerate(inner)]
        if not any(is_traced(part) for part in parts):
            return self._static()
        if isinstance(inner[-1], ast.Constant) and inner[-1].value is ...:
            return Many(without_symbols(parts[0]))
        return Sequence(tuple(parts))

    def _object(self, cls: Class) -> Value | None:
        """A pytree of the analysed code, in which the annotations of its fields say what is traced."""
        if not is_tree(cls) or cls in self.within:
            return None
        instance = Instance(cls, {name: self._field(cls, name) for name in cls.fields})
        instance.traced = any(is_traced(value) for value in instance.attributes.values())
        return instance if instance.traced else None

    def _field(self, cls: Class, name: str) -> Value:
        field = cls.fields[name]
        part = self._of(f"{self.part}.{name}", field.frame, cls)
        if name in cls.static_fields:
            return part._static()
        if name in cls.unclear_fields or field.annotation is None:
            return part._unknown()
        return part.known(field.annotation)

    def known(self, annotation: ast.expr) -> Value:
        """As `value`, something unknown if the annotation says nothing."""
        value = self.value(annotation)
        return self._unknown() if value is None else value

    def _unknown(self) -> Data:
        why = f"the type of a part of `{self.point.node.arg}` does not say whether it is traced"
        poly = self.point.fresh(Status.UNKNOWN, self.part)
        return unknown(why, poly)

    def _of(
        self, part: str, scope: Frame | None = None, cls: Class | None = None
    ) -> "_Declaration":
        within = self.within if cls is None else (*self.within, cls)
        return replace(self, part=part, scope=scope or self.scope, within=within)

    def _traced(self, flavor: Flavor) -> Data:
        """The same symbol for the same part: the members of a union are one value."""
        part = f"traced {self.part}"
        return traced(
            self.why,
            self.step,
            flavor,
            poly=self.point.fresh(Status.TRACED, part),
            shape_of=new_shape(self.point, part),
        )

    def _static(self) -> Data:
        poly = self.point.fresh(Status.STATIC, f"static {self.part}")
        why = f"{self.why}, of a type that is not traced"
        return static(why, poly=poly)
