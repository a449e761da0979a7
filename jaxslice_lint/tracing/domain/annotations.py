"""What an annotation says, whoever asks: read into a small description, with its names resolved as the program does."""

import ast
from dataclasses import replace
from enum import Enum, auto

from jaxslice_lint.jax_model import types
from jaxslice_lint.jax_model.lookup import canonical
from jaxslice_lint.source.immutable import immutable
from jaxslice_lint.tracing.domain.frames import Frame
from jaxslice_lint.tracing.domain.protocol import Tracer
from jaxslice_lint.tracing.domain.values import Class, External


class TypeKind(Enum):
    """What values of a type are."""

    UNKNOWN = auto()
    NONE = auto()
    INTEGER = auto()  #: by what is written; under `jit` it may be an array
    BOOL = auto()
    STATIC = auto()  #: what no transform traces
    ARRAY = auto()
    HOST_ARRAY = auto()
    TREE = auto()  #: of arrays, or of what `parts` says
    TUPLE = auto()
    SEQUENCE = auto()
    MAPPING = auto()
    UNION = auto()
    CLASS = auto()  #: objects of a class of the analysed code


@immutable
class Type:
    """What an annotation says.

    `parts`: the items of a tuple, the elements of a sequence or tree, the values of a mapping, the members of a union,
    of which none is a union itself; empty if they are not told. `is_open`: a tuple of any number of items, each like
    its only part. `cls`: the class, if it is one of the analysed code. `axes`, `dtype`: the names of the axes of an
    array and its dtype, if they are told.
    """

    kind: TypeKind
    parts: tuple["Type", ...] = ()
    is_open: bool = False
    cls: Class | None = None
    axes: str | None = None
    dtype: str | None = None

    @property
    def members(self) -> tuple["Type", ...]:
        """The types that a value may have: those in a union, else this one."""
        return self.parts if self.kind is TypeKind.UNION else (self,)


_UNKNOWN = Type(TypeKind.UNKNOWN)
_NONE = Type(TypeKind.NONE)
_KINDS = {
    **dict.fromkeys(types.STATIC, TypeKind.STATIC),
    **dict.fromkeys(types.TREES, TypeKind.TREE),
    **dict.fromkeys(types.HOST_ARRAYS, TypeKind.HOST_ARRAY),
    **dict.fromkeys(types.ARRAYS, TypeKind.ARRAY),
    **dict.fromkeys(types.TUPLES, TypeKind.TUPLE),
    **dict.fromkeys(types.SEQUENCES, TypeKind.SEQUENCE),
    **dict.fromkeys(types.MAPPINGS, TypeKind.MAPPING),
    "int": TypeKind.INTEGER,
    "bool": TypeKind.BOOL,
}


def type_of(tracer: Tracer, annotation: ast.expr | None, scope: Frame) -> Type:
    """What `annotation` says; `scope` is where it is written."""
    return _Reader(tracer, scope).read(annotation)


@immutable
class _Reader:
    tracer: Tracer
    scope: Frame

    def read(self, annotation: ast.expr | None) -> Type:
        match annotation:
            case ast.Constant(value=None):
                return _NONE
            case ast.Constant(value=str(text)):
                return self._text(text)
            case ast.BinOp(left=left, op=ast.BitOr(), right=right):
                return self._union((left, right))
            case ast.Subscript(value=generic, slice=index):
                inner = tuple(index.elts) if isinstance(index, ast.Tuple) else (index,)
                return self._generic(self._named(generic), inner)
            case ast.Name() | ast.Attribute():
                return _plain(self._named(annotation))
        return _UNKNOWN

    def _text(self, text: str) -> Type:
        try:
            return self.read(ast.parse(text, mode="eval").body)
        except (SyntaxError, ValueError):
            return _UNKNOWN

    def _named(self, annotation: ast.expr) -> str | Class:
        """The path of a type outside the analysed code, or a class in it; empty if it is neither."""
        if isinstance(annotation, ast.Name | ast.Attribute):
            found = self.tracer.evaluate(annotation, self.scope)
            if isinstance(found, Class):
                return found
            if isinstance(found, External):
                path = canonical(found.path)
                return self.tracer.libraries.get(path, path)
        return ""

    def _generic(self, named: str | Class, inner: tuple[ast.expr, ...]) -> Type:
        """`named[inner]`."""
        plain = _plain(named)
        if not inner:  # `tuple[()]`
            return plain
        if named in types.UNIONS:
            return self._union(inner, is_optional=named == types.OPTIONAL)
        if named in types.ANNOTATED:
            return self.read(inner[0])
        if isinstance(named, str) and named in types.SHAPED_ARRAYS:
            axes = inner[1].value if len(inner) > 1 and isinstance(inner[1], ast.Constant) else None
            told = axes if isinstance(axes, str) else None
            return replace(self.read(inner[0]), axes=told, dtype=types.SHAPED_ARRAYS[named])
        match plain.kind:
            case TypeKind.TUPLE:
                return self._tuple(inner)
            case TypeKind.TREE:  # a name for its structure may stand behind
                return Type(plain.kind, (self.read(inner[0]),))
            case TypeKind.SEQUENCE | TypeKind.MAPPING:
                return Type(plain.kind, (self.read(inner[-1]),))
        return plain

    def _union(self, inner: tuple[ast.expr, ...], *, is_optional: bool = False) -> Type:
        members = [member for one in inner for member in self.read(one).members]
        return Type(TypeKind.UNION, (*members, _NONE) if is_optional else tuple(members))

    def _tuple(self, inner: tuple[ast.expr, ...]) -> Type:
        last = inner[-1]
        is_open = isinstance(last, ast.Constant) and last.value is ...
        items = inner[:-1] if is_open else inner
        return Type(TypeKind.TUPLE, tuple(self.read(one) for one in items), is_open)


def _plain(named: str | Class) -> Type:
    """`named`, with nothing in brackets behind it."""
    if isinstance(named, Class):
        return Type(TypeKind.CLASS, cls=named)
    return Type(_KINDS.get(named, TypeKind.UNKNOWN))
