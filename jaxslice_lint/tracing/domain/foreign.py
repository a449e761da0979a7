"""Classes outside of the analysed code that no table knows: what programs are seen to put into their objects."""

import ast
from collections.abc import Collection, Iterable
from pathlib import Path

from jaxslice_lint.jax_model.classes import FOREIGN
from jaxslice_lint.source.text import Source
from jaxslice_lint.tracing.domain.context import Context, Mode
from jaxslice_lint.tracing.domain.data import Data, Kind
from jaxslice_lint.tracing.domain.frames import Frame
from jaxslice_lint.tracing.domain.joins import is_traced
from jaxslice_lint.tracing.domain.protocol import Tracer
from jaxslice_lint.tracing.domain.values import (
    Class,
    Field,
    Instance,
    Many,
    Mapping,
    Sequence,
    Value,
)


def foreign_class(tracer: Tracer, path: str) -> Class:
    """The class at a dotted path, always the same."""
    found = tracer.libraries.get(path)
    if found is None:
        name, number = path.rpartition(".")[2], tracer.new_number()
        frame = Frame(Source(Path(path), ""), number, path, Context(Mode.EAGER), number)
        node = ast.ClassDef(name, [], [], [], [])
        found = tracer.libraries[path] = Class(name, node, frame, ())
    return found


def made(tracer: Tracer, path: str, given: Collection[tuple[str, Value]]) -> Instance | None:
    """`State(step=jnp.array(0), …)`: an object with the arrays that are passed by keyword; None without any."""
    if not _is_name_of_class(path) or not any(_holds_array(value) for _, value in given):
        return None
    cls = foreign_class(tracer, path)
    cls.pytree, cls.is_open = FOREIGN, True
    return with_arrays(tracer, cls, given)


def with_arrays(tracer: Tracer, cls: Class, given: Iterable[tuple[str, Value]]) -> Instance:
    """An object of a class with those attributes that are arrays or hold some: no static field does."""
    held = {name: value for name, value in given if _holds_array(value)}
    cls.fields |= dict.fromkeys(held, Field())
    return Instance(cls, held, tracer.new_number(), any(map(is_traced, held.values())))


def _is_name_of_class(path: str) -> bool:
    name = path.rpartition(".")[2]
    return name[:1].isupper() and not name.isupper()


def is_foreign(cls: Class) -> bool:
    """Whether nothing is known of a class but what is seen to be put into its objects."""
    return cls.pytree is FOREIGN


def _holds_array(value: Value) -> bool:
    match value:
        case Data(kind=kind):
            return kind is Kind.JAX or is_traced(value)
        case Sequence(items=items):
            return any(map(_holds_array, items))
        case Mapping(items=items):
            return any(_holds_array(item) for _, item in items)
        case Many(element=element):
            return _holds_array(element)
        case Instance(cls=cls, traced=traced):
            return traced or is_foreign(cls)
    return False
