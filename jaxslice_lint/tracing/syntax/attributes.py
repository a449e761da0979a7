"""`value.name`."""

import ast

from jaxslice_lint.facts.status import Status
from jaxslice_lint.jax_model.arrays import ARRAY_ATTRIBUTES, STATIC_ATTRIBUTES
from jaxslice_lint.jax_model.functions.methods import METHOD_NAMES
from jaxslice_lint.source.project import Module
from jaxslice_lint.tracing.domain.arguments import Arguments
from jaxslice_lint.tracing.domain.attributes import unseen
from jaxslice_lint.tracing.domain.classes import MANAGER, lookup, mro
from jaxslice_lint.tracing.domain.context import Mode
from jaxslice_lint.tracing.domain.data import UNKNOWN, Data, Kind, constant, static, unknown
from jaxslice_lint.tracing.domain.external import external
from jaxslice_lint.tracing.domain.foreign import is_foreign
from jaxslice_lint.tracing.domain.joins import alternatives, join_all, status_of
from jaxslice_lint.tracing.domain.owners import read_from
from jaxslice_lint.tracing.domain.points import Point
from jaxslice_lint.tracing.domain.polynomials import atom, integer
from jaxslice_lint.tracing.domain.shapes import entries_of
from jaxslice_lint.tracing.domain.values import (
    At,
    AttributeDict,
    Class,
    DataMethod,
    External,
    Function,
    Instance,
    JaxFunction,
    Many,
    Mapping,
    Method,
    Partial,
    Property,
    Sequence,
    Shape,
    Slice,
    StaticMethod,
    Structure,
    Super,
    Transform,
    Union,
    Value,
    Wrapped,
    is_none,
)
from jaxslice_lint.tracing.domain.variables import content
from jaxslice_lint.tracing.operations import frameworks
from jaxslice_lint.tracing.operations.iteration import static_integer
from jaxslice_lint.tracing.operations.results import new_shape
from jaxslice_lint.tracing.syntax.modules import member


def attribute(point: Point, value: Value, name: str) -> Value:
    """The attribute `name` of `value`."""
    match value:
        case External(path=path):
            return external(point.tracer, f"{path}.{name}")
        case Module():
            return member(point.tracer, value, name)
        case Data():
            return _of_data(point, value, name)
        case Instance() if name == "__dict__":
            return AttributeDict(value)
        case Instance():
            return _of_instance(point, value, name)
        case Class():
            return _of_class(point, value, name)
        case Super(cls=cls, instance=instance):
            return _of_super(point, cls, instance, name)
        case Union():
            return join_all(
                [attribute(point, one, name) for one in alternatives(value) if not is_none(one)],
                point.fresh(Status.UNKNOWN, "paths"),
            )
        case Wrapped(function=function) | Method(function=Wrapped(function=function)) if (
            name == "__wrapped__"
        ):
            return function
        case Mapping(items=items) if name not in _OF_DICTS and name in dict(items):
            return dict(items)[name]
        case (
            Shape()
            | Sequence()
            | Many()
            | Mapping()
            | At()
            | Wrapped()
            | JaxFunction()
            | Structure()
            | AttributeDict()
        ):
            return DataMethod(value, name)
        case Partial():
            return {"func": value.function, "args": Sequence(value.args)}.get(name, UNKNOWN)
        case Slice(start=start, stop=stop, step=step):
            parts = {"start": start, "stop": stop, "step": step}
            return parts.get(name, DataMethod(value, name))
        case Function() | Method() if name in ("__wrapped__", "__call__", "func"):
            return value
        case Function() if name == "__get__":
            return Partial(External("types.MethodType"), (value,), ())
    return unknown("an attribute of an object of unknown kind")


#: Attributes of dicts. Any other one that is among the keys is looked up as an item (`state.cache` of nnx).
_OF_DICTS = frozenset(dir(dict))


#: Attributes of an object that is a container, but for those that every object has and `__init__`.
_OF_CONTAINERS = frozenset({*dir(list), *dir(dict)} - {*dir(object)} | {"__init__"})


def _of_data(point: Point, value: Data, name: str) -> Value:
    if is_none(value):
        return UNKNOWN
    is_array = value.kind in (Kind.JAX, Kind.NUMPY, Kind.REF)
    if name == "shape":
        shape_of = value.shape_of
        return Shape(new_shape(point) if shape_of is None else shape_of, value.ndim)
    if name == "ndim" and value.ndim is not None:
        return constant(value.ndim, integer(value.ndim))
    if name in ("ndim", "size"):
        shape_of = new_shape(point) if value.shape_of is None else value.shape_of
        axis = -100 if name == "size" else -101
        return static(
            f"`.{name}` of an array is static",
            Kind.PYTHON,
            poly=point.tracer.atoms.extent(shape_of, axis),
            ndim=0,
            dtype="int",
        )
    if name == "dtype":
        why = "`.dtype` of an array is static"
        return static(why, Kind.PYTHON, poly=point.fresh(Status.STATIC), dtype=value.dtype)
    if name in STATIC_ATTRIBUTES:
        return static_integer(point, f"`.{name}` of an array is static")
    if name == "at":
        return At(value)
    if name in ARRAY_ATTRIBUTES:
        return _array_attribute(point, value, name)
    if (value.kind is Kind.PYTREE or value.of_tree) and name not in METHOD_NAMES:
        return _of_tree(point, value, name)
    if is_array or name in METHOD_NAMES or value.status is Status.UNKNOWN:
        return DataMethod(value, name)
    if value.status is Status.STATIC and value.kind is not Kind.PYTHON:
        poly = point.fresh(Status.STATIC)
        return static("an attribute of a static object", value.kind, poly=poly)
    return DataMethod(value, name)


_TREE_METHODS = frozenset(
    {"items", "keys", "values", "get", "copy", "_replace", "replace", "pop", "__getitem__"}
)


def _of_tree(point: Point, value: Data, name: str) -> Value:
    """An attribute of a traced argument of unknown class: it may be a static field."""
    if name in _TREE_METHODS:
        return DataMethod(value, name)
    poly = point.fresh(Status.UNKNOWN)
    why = "an attribute of a traced argument of unknown class may be static"
    return Data(Status.UNKNOWN, poly=poly, why=why, of_tree=True)


def _array_attribute(point: Point, value: Data, name: str) -> Data:
    status = value.status
    if (
        status is Status.STATIC
        and value.kind is Kind.JAX
        and point.frame.context.mode is Mode.STAGED
    ):
        status = Status.TRACED
    keeps_shape = name in ("real", "imag") or value.ndim in (0, 1)
    entries = entries_of(point.tracer.atoms, value.shape_of, value.ndim)
    shape_of = value.shape_of if keeps_shape else None
    if name == "T" and entries is not None:
        shape_of = point.tracer.atoms.shape(entries[::-1])
    return Data(
        status,
        value.kind,
        poly=point.fresh(status),
        ndim=value.ndim,
        dtype=value.dtype,
        shape_of=new_shape(point) if shape_of is None else shape_of,
        why=value.why,
        origin=value.origin,
    )


def _of_instance(point: Point, value: Instance, name: str) -> Value:
    if not value.variants:
        return _of_one(point, value, name)
    own = lookup(value.cls, name)
    owners = [one for one in value.variants if _overrides(one, value, name)]
    if not owners or not (name not in value.attributes and (own is None or is_abstract(own))):
        owners = [value, *owners]
    found = [_of_one(point, one, name) for one in owners]
    return _any_of(point, found)


def _overrides(variant: Instance, value: Instance, name: str) -> bool:
    """Whether `variant`, which is `value` if that is of a subclass, has an attribute `name` of its own."""
    if name in variant.attributes:
        return variant.attributes[name] != value.attributes.get(name)
    return lookup(variant.cls, name) is not lookup(value.cls, name)


def is_abstract(value: Value) -> bool:
    """Whether a method does nothing but to say that subclasses have it."""
    match value:
        case Property(function=inner) | StaticMethod(function=inner) | Wrapped(function=inner):
            return is_abstract(inner)
        case Function(node=ast.FunctionDef(body=body)):
            return all(
                isinstance(one, ast.Pass | ast.Raise)
                or (isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant))
                for one in body
            )
    return False


def _any_of(point: Point, found: list[Value]) -> Value:
    """The attribute of an object that has one of several classes."""
    data = [value for value in found if isinstance(value, Data)]
    others = [value for value in found if not isinstance(value, Data)]
    if not data:
        return others[0] if len(others) == 1 else Union(tuple(others))
    polys = tuple(value.poly for value in data)
    joined = join_all(data, point.fresh(Status.UNKNOWN, "variants"))
    if None not in polys:
        # The class of the object decides which of these it is, here and wherever else it is read.
        key = ("variants", polys)
        joined = join_all(data, atom(point.tracer.atoms.number(key, status_of(joined))))
    return Union((*alternatives(joined), *others)) if others else joined


def _of_one(point: Point, value: Instance, name: str) -> Value:
    if name in value.attributes:
        return read_from(point, value, value.attributes[name])
    if value.cls.is_variable:
        return _of_variable(point, value, name)
    if name == "__class__":
        return value.cls
    if name == "__setattr__" and lookup(value.cls, name) is None:
        return Partial(External("setattr"), (value,))
    found, other = lookup(value.cls, name), unseen(point, value)
    if found is not None:
        own = bound(point, found, value)
        return own if other is None or not isinstance(found, Data) else join_all([own, other])
    if name in _REPLACING and (is_foreign(value.cls) or value.cls.is_open):
        return DataMethod(value, name)
    if name in _GENERATED_METHODS and (value.cls.is_named_tuple or value.cls.is_dataclass):
        return DataMethod(value, name)
    fallback = lookup(value.cls, "__getattr__")
    if isinstance(fallback, Function) and not name.startswith("__"):
        made = point.call(fallback, Arguments((value, constant(name))))
        return made if other is None else join_all([made, other])
    if value.cls.container and name in _OF_CONTAINERS:
        return DataMethod(value, name)
    if value.cls.framework is not None:
        member = frameworks.member(point, value, name)
        if member is not None:
            return member
    if other is not None:
        return other
    poly = point.fresh(Status.UNKNOWN)
    return unknown(f"attribute `{name}` of `{value.cls.name}` is not known here", poly)


#: Methods of NamedTuples, and of dataclasses that are mappings.
_REPLACING = frozenset({"_replace", "replace"})
_GENERATED_METHODS = frozenset({"_replace", "replace", "_asdict", "items", "keys", "values"})


def _of_variable(point: Point, value: Instance, name: str) -> Value:
    """An attribute of a box is one of what it holds."""
    if name == "get_value":
        return Partial(External("typing.cast"), (UNKNOWN, content(value)))
    if name == "set_value":
        return UNKNOWN
    if name == "at":
        return At(value)
    return attribute(point, content(value), name)


def _of_class(point: Point, cls: Class, name: str) -> Value:
    found = lookup(cls, name)
    match found:
        case None if name == "_make" and cls.is_named_tuple:
            return DataMethod(cls, name)
        case None if name == "__new__":
            return External("object.__new__")
        case None if cls.framework is not None and name in cls.framework.creators:
            return DataMethod(cls, name)
        case None:
            poly = point.fresh(Status.UNKNOWN)
            return unknown(f"attribute `{name}` of `{cls.name}` is not known here", poly)
        case StaticMethod(function=function, of_class=of_class):
            return Method(function, cls) if of_class else function
        case Property(function=function):
            return function
    return found


def _of_super(point: Point, cls: Class, instance: Value, name: str) -> Value:
    made_by = instance.cls if isinstance(instance, Instance) else instance
    order = mro(made_by) if isinstance(made_by, Class) else ()
    behind = order[order.index(cls) + 1 :] if cls in order else mro(cls)[1:]
    for base in behind:
        if name in base.attributes:
            return bound(point, base.attributes[name], instance)
    if isinstance(instance, Instance) and instance.cls.container and name in _OF_CONTAINERS:
        return DataMethod(instance, name)
    if name == "__setattr__":
        return Partial(External("object.__setattr__"), (instance,))
    if name == "__new__":
        return External("object.__new__")
    return unknown(f"`super().{name}` is not known here")


def bound(point: Point, value: Value, instance: Value) -> Value:
    """What an attribute of a class becomes when it is read from an object."""
    match value:
        case Function() | Wrapped():
            return Method(value, instance)
        case Property(function=function):
            return point.call(Method(function, instance), Arguments())
        case StaticMethod(function=function, of_class=of_class):
            owner = instance.cls if isinstance(instance, Instance) else instance
            return Method(function, owner) if of_class else function
        case Partial(function=Transform()):
            return UNKNOWN
        case Partial(function=External(path=path), args=(function,)) if path == MANAGER:
            return Partial(value.function, (bound(point, function, instance),))
    return value
