"""Abstract values in words."""

from jaxslice_lint.source.project import Module
from jaxslice_lint.tracing.domain.data import NO_CONSTANT, Data, Kind
from jaxslice_lint.tracing.domain.dtypes import told
from jaxslice_lint.tracing.domain.signatures import name_of
from jaxslice_lint.tracing.domain.values import (
    At,
    Class,
    DataMethod,
    External,
    Function,
    Instance,
    Many,
    Mapping,
    Method,
    Partial,
    Sequence,
    Shape,
    Slice,
    Transform,
    Union,
    Value,
    Wrapped,
)

_MOST_PARTS = 8


def described(value: Value) -> str:
    """`value` in words, on one line, and why it is so if that is known of the whole."""
    why = f": {value.why}" if isinstance(value, Data) and value.why else ""
    return f"{_words(value)}{why}"


def _words(value: Value) -> str:
    match value:
        case Data():
            return _data(value)
        case Sequence(items=items, mutable=mutable):
            parts = ", ".join(map(_words, items[:_MOST_PARTS])) + ", …" * (len(items) > _MOST_PARTS)
            return f"[{parts}]" if mutable else f"({parts})"
        case Many(element=element):
            return f"any number of ({_words(element)})"
        case Mapping(items=items, other=other):
            pairs = [f"{key!r}: {_words(part)}" for key, part in items[:_MOST_PARTS]]
            pairs += [] if other is None else [f"…: {_words(other)}"]
            return "{" + ", ".join(pairs) + "}"
        case Slice(start=start, stop=stop, step=step):
            return f"slice({_words(start)}, {_words(stop)}, {_words(step)})"
        case Shape(ndim=ndim):
            return "a shape" if ndim is None else f"a shape of {ndim} axes"
        case At(operand=operand):
            return f"`.at` of {_words(operand)}"
        case Instance(cls=cls, traced=traced):
            return f"an object of `{cls.name}`" + ", whose data is traced" * traced
        case Union(values=values):
            return " | ".join(map(_words, values))
    return _object(value)


def _data(value: Data) -> str:
    words = [value.status.value]
    if value.const is not NO_CONSTANT:
        words.append(repr(value.const))
    elif value.kind is not Kind.ANY:
        words.append(_KINDS[value.kind])
    dtype = told(value.dtype)
    words += [dtype] if dtype and value.const is NO_CONSTANT else []
    if value.ndim is not None and value.const is NO_CONSTANT:
        words.append("scalar" if value.ndim == 0 else f"with {value.ndim} axes")
    return " ".join(words)


_KINDS = {
    Kind.PYTHON: "Python value",
    Kind.NUMPY: "NumPy array",
    Kind.JAX: "JAX array",
    Kind.PYTREE: "pytree",
    Kind.REF: "Ref",
    Kind.TEST: "answer whether it is a tracer",
}


def _object(value: Value) -> str:
    match value:
        case External(path=path):
            return f"`{path}`"
        case Module(name=name):
            return f"module `{name}`"
        case Class(name=name):
            return f"class `{name}`"
        case Transform(row=row):
            return f"transform `{row.path}`"
        case Wrapped(wrapper=wrapper):
            return f"`{name_of(value)}` under `{wrapper.path}`"
        case Partial(function=function):
            return f"partial of {_words(function)}"
        case Function() | Method() | DataMethod():
            return f"function `{name_of(value)}`"
    return type(value).__name__
