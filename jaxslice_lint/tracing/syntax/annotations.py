"""What an annotation adds to a value of unknown structure: its class, and with it fields and methods."""

import ast

from jaxslice_lint.facts.status import Status
from jaxslice_lint.jax_model import types
from jaxslice_lint.jax_model.lookup import canonical
from jaxslice_lint.tracing.domain.advice import advise
from jaxslice_lint.tracing.domain.data import NONE, Data, Flavor, static, unknown
from jaxslice_lint.tracing.domain.frames import Frame
from jaxslice_lint.tracing.domain.joins import join
from jaxslice_lint.tracing.domain.points import PointOf
from jaxslice_lint.tracing.domain.protocol import Tracer
from jaxslice_lint.tracing.domain.values import (
    Class,
    External,
    Function,
    Instance,
    Many,
    Mapping,
    Sequence,
    Value,
    is_none,
)
from jaxslice_lint.tracing.operations.iteration import part_of
from jaxslice_lint.tracing.operations.results import is_tree

#: Classes whose fields are of classes whose fields …
_DEEPEST = 4


def annotated(tracer: Tracer, function: Function, variables: dict[str, Value]) -> dict[str, Value]:
    """`variables`, in which parameters that are annotated with a class of the analysed code are objects of it."""
    if isinstance(function.node, ast.Lambda):
        return variables
    spec = function.node.args
    refined = dict(variables)
    for argument in (*spec.posonlyargs, *spec.args, *spec.kwonlyargs):
        value = variables.get(argument.arg)
        if argument.annotation is not None and isinstance(value, Data):
            refined[argument.arg] = typed(tracer, value, argument.annotation, function.frame)
    return refined


def typed(tracer: Tracer, value: Data, annotation: ast.expr, frame: Frame, depth: int = 0) -> Value:
    """`value`, if its structure is not known, as `annotation` says; `frame` is where that is written."""
    is_argument = value.status is Status.TRACED and value.flavor is Flavor.PYTREE
    is_unknown = value.status is Status.UNKNOWN and value.flavor is Flavor.ANY
    if depth > _DEEPEST or not (is_argument or is_unknown) or is_none(value):
        return value
    return _Reader(tracer, value, frame, depth).read(annotation)


class _Reader:
    """Reads one annotation of one value."""

    def __init__(self, tracer: Tracer, value: Data, frame: Frame, depth: int) -> None:
        self._tracer, self._value, self._frame, self._depth = tracer, value, frame, depth

    def read(self, annotation: ast.expr) -> Value:
        match annotation:
            case ast.Constant(value=str() as text):
                try:
                    return self.read(ast.parse(text, mode="eval").body)
                except SyntaxError:
                    return self._value
            case ast.BinOp(op=ast.BitOr(), left=left, right=right):
                return self._union([left, right])
            case ast.Subscript(value=generic, slice=index):
                parameters = list(index.elts) if isinstance(index, ast.Tuple) else [index]
                return self._generic(generic, parameters)
            case ast.Name() | ast.Attribute():
                cls = self._tracer.evaluate(annotation, self._frame)
                return self._object(cls) if isinstance(cls, Class) else self._value
        return self._value

    def _union(self, members: list[ast.expr]) -> Value:
        """`A | None`: anything else of several kinds is of none that is known."""
        kinds = [
            one for one in members if not (isinstance(one, ast.Constant) and one.value is None)
        ]
        read = [self.read(one) for one in kinds]
        if len(read) != 1 or isinstance(read[0], Data):
            return self._value
        return read[0] if len(kinds) == len(members) else join(NONE, read[0])

    def _generic(self, generic: ast.expr, parameters: list[ast.expr]) -> Value:
        kind = self._tracer.evaluate(generic, self._frame)
        if isinstance(kind, Class):
            return self._object(kind)
        path = canonical(kind.path) if isinstance(kind, External) else ""
        if path in types.UNIONS:
            is_optional = path == types.OPTIONAL
            return self._union([*parameters, ast.Constant(None)] if is_optional else parameters)
        if path in types.ANNOTATED:
            return self.read(parameters[0])
        if path in types.SEQUENCES or path in types.MAPPINGS:
            item = self._part(parameters[-1], parameters[-1], "item")
            if isinstance(item, Data):
                return self._value
            return Many(item) if path in types.SEQUENCES else Mapping((), item)
        if path in types.TUPLES and parameters:
            return self._tuple(parameters)
        return self._value

    def _tuple(self, parameters: list[ast.expr]) -> Value:
        last = parameters[-1]
        items = [self._part(one, one, f"item {i}") for i, one in enumerate(parameters)]
        if all(isinstance(one, Data) for one in items):
            return self._value
        is_open = isinstance(last, ast.Constant) and last.value is ...
        return Many(items[0]) if is_open else Sequence(tuple(items))

    def _part(self, annotation: ast.expr, node: ast.AST, name: str) -> Value:
        """A part of the value, itself annotated."""
        part = part_of(PointOf(self._tracer, self._frame, node), self._value, name)
        return typed(self._tracer, part, annotation, self._frame, self._depth + 1)

    def _object(self, cls: Class) -> Value:
        """A traced argument has the static fields of its class, and tracers in the others."""
        value = self._value
        if value.status is Status.UNKNOWN:
            return self._tracer.representative(cls)
        if not is_tree(cls) or not cls.fields:
            return value
        instance = Instance(cls, traced=True)
        for name, field in cls.fields.items():
            part: Value = part_of(
                PointOf(self._tracer, self._frame, cls.node), value, f"{self._depth} {name}"
            )
            if name in cls.static_fields:
                part = static(f"field `{name}` of `{cls.name}` is static")
            elif name in cls.unclear_fields:
                part = unknown(f"field `{name}` of `{cls.name}` may be static")
            if isinstance(part, Data) and field.annotation is not None and field.frame is not None:
                part = typed(self._tracer, part, field.annotation, field.frame, self._depth + 1)
            instance.attributes[name] = part
            advise(instance, name)
        return instance
