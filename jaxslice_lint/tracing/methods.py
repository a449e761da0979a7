"""Methods of arrays and of Python's containers."""

import ast
from collections.abc import Hashable

from jaxslice_lint.jax_model import functions as model
from jaxslice_lint.tracing.frames import Arguments, Frame, need_value
from jaxslice_lint.tracing.frameworks import call_member, is_member
from jaxslice_lint.tracing.iteration import element_of, items_of, static_integer
from jaxslice_lint.tracing.jax_calls import dtype_name, is_integer
from jaxslice_lint.tracing.joins import is_static, is_traced, join, join_all
from jaxslice_lint.tracing.objects import replaced
from jaxslice_lint.tracing.protocol import Tracer
from jaxslice_lint.tracing.results import array
from jaxslice_lint.tracing.site import Status
from jaxslice_lint.tracing.symbolic import integer
from jaxslice_lint.tracing.targets import assign_owner
from jaxslice_lint.tracing.trees import unflattened
from jaxslice_lint.tracing.values import (
    NONE,
    UNKNOWN,
    At,
    Class,
    Data,
    DataMethod,
    Flavor,
    Instance,
    Many,
    Mapping,
    Sequence,
    Shape,
    Structure,
    Value,
    Wrapped,
    constant,
    known,
    unknown,
)
from jaxslice_lint.tracing.variables import content


def call_method(
    tracer: Tracer, method: DataMethod, arguments: Arguments, frame: Frame, node: ast.AST
) -> Value:
    """The result of `owner.name(*arguments)`."""
    owner, name = method.owner, method.name
    match owner:
        case Data():
            return _of_data(tracer, owner, name, arguments, frame, node)
        case At(operand=operand, indexed=True):
            return _of_at(tracer, operand, name, arguments, frame, node)
        case Sequence() | Many():
            return _of_sequence(tracer, owner, name, arguments, frame, node)
        case Mapping():
            return _of_mapping(tracer, owner, name, arguments, frame, node)
        case Wrapped():
            return _of_wrapped(tracer, owner, name, arguments, frame, node)
        case Instance(cls=cls) if is_member(cls, name):
            return call_member(tracer, owner, name, arguments, frame, node)
        case Instance():
            return _of_instance(tracer, owner, name, arguments, frame, node)
        case Class():
            return _of_class(tracer, owner, arguments, frame, node)
        case Shape():
            return static_integer(tracer, frame, node, "shapes are static")
        case Structure() if name == "unflatten" and arguments.positional:
            return unflattened(tracer, owner, arguments.positional[0], frame, node)
    return UNKNOWN


def _of_instance(
    tracer: Tracer, owner: Instance, name: str, arguments: Arguments, frame: Frame, node: ast.AST
) -> Value:
    """The methods that a NamedTuple or a dataclass has of itself."""
    fields = tuple((field, owner.attributes.get(field, UNKNOWN)) for field in owner.cls.fields)
    match name:
        case "replace" | "_replace":
            return replaced(tracer, owner, arguments, frame, node)
        case "_asdict" | "items" | "keys" | "values":
            mapping = Mapping(fields)
            return mapping if name == "_asdict" else _listed(mapping, name)
    return UNKNOWN


def _of_class(
    tracer: Tracer, owner: Class, arguments: Arguments, frame: Frame, node: ast.AST
) -> Value:
    """`C._make(items)` of a NamedTuple."""
    items = items_of(tracer, arguments.positional[0]) if arguments.positional else None
    made = Arguments(items) if items is not None else Arguments(rest=UNKNOWN)
    return tracer.instantiate(owner, made, frame, node)


def _of_data(
    tracer: Tracer, owner: Data, name: str, arguments: Arguments, frame: Frame, node: ast.AST
) -> Value:
    if owner.flavor is Flavor.PYTREE or owner.status is Status.UNKNOWN:
        tree = _of_tree(tracer, owner, name, arguments, frame, node)
        if tree is not None:
            return tree
    if name in model.CONCRETIZING_METHODS:
        return _concrete(owner, name, frame)
    if name == "astype":
        return _astype(tracer, owner, arguments, frame, node)
    if name in model.ARRAY_METHODS or owner.status is Status.TRACED:
        return _array_method(tracer, owner, name, arguments, frame, node)
    status = owner.status
    if not all(is_static(value) for value in arguments.all()):
        status = Status.UNKNOWN
    poly = tracer.fresh(frame, node, status)
    return Data(status, poly=poly, why=f"`.{name}()` of {owner.why or 'an object'}")


def _of_tree(
    tracer: Tracer, owner: Data, name: str, arguments: Arguments, frame: Frame, node: ast.AST
) -> Value | None:
    """Methods that dicts, NamedTuples and dataclasses have: an argument may be any of these."""
    inner = Data(owner.status, owner.flavor, why=owner.why, origin=owner.origin)
    key = Data(Status.STATIC, Flavor.PYTHON, why="a key is static")
    match name:
        case "items":
            return Many(Sequence((key, inner)))
        case "keys":
            return Many(key)
        case "values":
            return Many(inner)
        case "get" | "pop":
            return element_of(tracer, Many(inner), frame, node)
        case "_replace" | "replace" | "copy":
            if all(is_traced(value) for value in arguments.all()):
                return owner
            return unknown("a changed copy, in which something may be static")
    return None


def _concrete(owner: Data, name: str, frame: Frame) -> Value:
    """`.item()` and `.tolist()`: of a tracer they raise, so the code behind never runs with anything else."""
    if owner.status is Status.TRACED:
        need_value(frame)
        return owner
    if name == "tolist" and owner.ndim != 0:
        return Many(Data(owner.status, Flavor.PYTHON, why=owner.why))
    return Data(
        owner.status, Flavor.PYTHON, owner.const, owner.poly, 0, owner.dtype, None, owner.why
    )


def _astype(
    tracer: Tracer, owner: Data, arguments: Arguments, frame: Frame, node: ast.AST
) -> Value:
    given = arguments.keyword("dtype") or (arguments.positional or (UNKNOWN,))[0]
    dtype = dtype_name(given)
    result = array(
        tracer,
        frame,
        node,
        (owner,),
        "a converted array",
        ndim=owner.ndim,
        dtype=dtype,
        shape_of=owner.shape_of,
        flavor=_jax_flavor(owner),
    )
    poly = owner.poly
    if poly is not None and is_integer(dtype) and not is_integer(owner.dtype):
        poly = tracer.atoms.operation("cast", poly)
    status = owner.status if owner.flavor is Flavor.NUMPY else result.status
    return Data(
        status,
        result.flavor,
        poly=poly or result.poly,
        ndim=owner.ndim,
        dtype=dtype,
        shape_of=owner.shape_of,
        why=result.why,
        origin=result.origin,
    )


def _jax_flavor(owner: Data) -> Flavor:
    return Flavor.NUMPY if owner.flavor is Flavor.NUMPY else Flavor.JAX


def _array_method(
    tracer: Tracer, owner: Data, name: str, arguments: Arguments, frame: Frame, node: ast.AST
) -> Value:
    ndim, shape_of = None, None
    if name in model.SAME_SHAPE_METHODS:
        ndim, shape_of = owner.ndim, owner.shape_of
    elif name == "reshape":
        ndim = _reshaped(arguments)
    elif name in ("ravel", "flatten"):
        ndim = 1
    elif name == "transpose":
        ndim = owner.ndim
    elif name in _REDUCTIONS and not arguments.positional and not arguments.keywords:
        ndim = 0
    inputs = (owner, *arguments.all())
    if owner.flavor is Flavor.NUMPY and not any(is_traced(value) for value in inputs):
        status = Status.STATIC if all(is_static(v) for v in inputs) else Status.UNKNOWN
        poly = tracer.fresh(frame, node, status)
        return Data(status, Flavor.NUMPY, poly=poly, ndim=ndim, shape_of=shape_of, why=owner.why)
    if owner.flavor is Flavor.PYTHON:
        poly = tracer.fresh(frame, node, owner.status)
        return Data(owner.status, Flavor.PYTHON, poly=poly, why=owner.why)
    if owner.flavor is Flavor.ANY and owner.status is not Status.TRACED:
        poly = tracer.fresh(frame, node, Status.UNKNOWN)
        return Data(Status.UNKNOWN, Flavor.ANY, poly=poly, ndim=ndim, why=owner.why)
    return array(
        tracer,
        frame,
        node,
        inputs,
        f"`.{name}()` gives a tracer inside a trace",
        ndim=ndim,
        dtype=owner.dtype if ndim is not None else None,
        shape_of=shape_of,
    )


_REDUCTIONS = frozenset(
    {"sum", "prod", "mean", "max", "min", "any", "all", "argmax", "argmin", "std", "var"}
)


def _reshaped(arguments: Arguments) -> int | None:
    if arguments.rest is not None:
        return None
    if len(arguments.positional) == 1:
        shape = arguments.positional[0]
        if isinstance(shape, Sequence):
            return len(shape.items)
        return 1 if isinstance(shape, Data) and shape.ndim == 0 else None
    return len(arguments.positional) or None


def _of_at(
    tracer: Tracer, operand: Value, name: str, arguments: Arguments, frame: Frame, node: ast.AST
) -> Value:
    """`x.at[index].set(v)`: the array `x` with other values."""
    operand = content(operand)
    if not isinstance(operand, Data):
        return UNKNOWN
    inputs = (operand, *arguments.all())
    if name == "apply" and arguments.positional:
        tracer.call(arguments.positional[0], Arguments((operand,)), frame, node)
    if name not in model.UPDATE_METHODS:
        return array(tracer, frame, node, inputs, "an element of an array", dtype=operand.dtype)
    return array(
        tracer,
        frame,
        node,
        inputs,
        "an updated array",
        ndim=operand.ndim,
        dtype=operand.dtype,
        shape_of=operand.shape_of,
    )


def _of_sequence(
    tracer: Tracer,
    owner: Sequence | Many,
    name: str,
    arguments: Arguments,
    frame: Frame,
    node: ast.AST,
) -> Value:
    first = arguments.positional[0] if arguments.positional else UNKNOWN
    last = arguments.positional[-1] if arguments.positional else UNKNOWN
    match name:
        case "append" | "add" | "appendleft":
            _changed(tracer, _with_items(owner, (first,)), frame, node)
            return NONE
        case "insert":
            _changed(tracer, _inserted(owner, known(first), last), frame, node)
            return NONE
        case "extend":
            more = first.items if isinstance(first, Sequence) else None
            new = (
                Many(join(_any_item(owner), element_of(tracer, first, frame, node)))
                if more is None
                else _with_items(owner, more)
            )
            _changed(tracer, new, frame, node)
            return NONE
        case "pop" | "popleft":
            at = -1 if name == "pop" else 0
            item, rest = _popped(owner, known(first) if arguments.positional else at)
            _changed(tracer, rest, frame, node)
            return element_of(tracer, owner, frame, node) if item is None else item
        case "sort" | "reverse" | "remove" | "rotate":
            _changed(tracer, Many(_any_item(owner)), frame, node)
            return NONE
        case "clear":
            _changed(tracer, Sequence((), mutable=True), frame, node)
            return NONE
        case "index" | "count":
            return static_integer(tracer, frame, node, "a position in a sequence")
        case "copy":
            return owner
        case "items":
            return Many(Sequence((UNKNOWN, UNKNOWN)))
    return UNKNOWN


def _inserted(owner: Sequence | Many, position: object, item: Value) -> Value:
    if not isinstance(owner, Sequence) or not isinstance(position, int):
        return Many(join(_any_item(owner), item))
    items = [*owner.items]
    items.insert(position, item)
    return Sequence(tuple(items), owner.mutable)


def _popped(owner: Sequence | Many, position: object) -> tuple[Value | None, Value]:
    """The item at `position` if it is known, and what is left."""
    if not isinstance(owner, Sequence) or not isinstance(position, int):
        return None, Many(_any_item(owner))
    items = list(owner.items)
    if not -len(items) <= position < len(items):
        return None, Many(_any_item(owner))
    item = items.pop(position)
    return item, Sequence(tuple(items), owner.mutable)


def _any_item(owner: Sequence | Many) -> Value:
    return owner.element if isinstance(owner, Many) else join_all(owner.items)


def _with_items(owner: Sequence | Many, items: tuple[Value, ...]) -> Value:
    if isinstance(owner, Sequence) and len(owner.items) + len(items) <= 32:
        return Sequence((*owner.items, *items), owner.mutable)
    return Many(join_all([_any_item(owner), *items]))


def _changed(tracer: Tracer, value: Value, frame: Frame, node: ast.AST) -> None:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        assign_owner(tracer, node.func.value, value, frame)


def _of_mapping(
    tracer: Tracer, owner: Mapping, name: str, arguments: Arguments, frame: Frame, node: ast.AST
) -> Value:
    key = known(arguments.positional[0]) if arguments.positional else None
    match name:
        case "items" | "values" | "keys":
            return _listed(owner, name)
        case "get" | "pop" | "setdefault":
            default = arguments.positional[1] if len(arguments.positional) > 1 else NONE
            held = dict(owner.items)
            missing = default if owner.other is None else join(owner.other, default)
            found = held.get(key, missing)
            if name != "get":
                left = {k: v for k, v in held.items() if k != key or name == "setdefault"}
                left |= {key: found} if name == "setdefault" else {}
                _changed(tracer, Mapping(tuple(left.items()), owner.other), frame, node)
            return found
        case "clear":
            _changed(tracer, Mapping(()), frame, node)
            return NONE
        case "update":
            new: dict[Hashable, Value] = {**dict(owner.items), **dict(arguments.keywords)}
            other = owner.other
            for value in arguments.positional:
                if isinstance(value, Mapping):
                    new |= dict(value.items)
                    other = other or value.other
                else:
                    new, other = dict.fromkeys(new, UNKNOWN), UNKNOWN
            _changed(tracer, Mapping(tuple(new.items()), other), frame, node)
            return NONE
        case "copy":
            return owner
    return UNKNOWN


def _listed(owner: Mapping, name: str) -> Value:
    def row(key: Value, value: Value) -> Value:
        return {"items": Sequence((key, value)), "keys": key, "values": value}[name]

    rows = [row(_key(key), value) for key, value in owner.items]
    if owner.other is None:
        return Sequence(tuple(rows))
    any_key = Data(Status.STATIC, Flavor.PYTHON, why="a key is static")
    return Many(join_all([*rows, row(any_key, owner.other)]))


def _key(key: object) -> Value:
    if isinstance(key, int) and not isinstance(key, bool):
        return constant(key, integer(key))
    return constant(key) if isinstance(key, (str, bool, float, type(None))) else UNKNOWN


def _of_wrapped(
    tracer: Tracer, owner: Wrapped, name: str, arguments: Arguments, frame: Frame, node: ast.AST
) -> Value:
    """`f.lower(x)` of a jitted function, `f.defjvp(rule)` of one with its own derivative."""
    if name in model.STAGING_METHODS:
        tracer.call(owner, arguments, frame, node)
        return Data(Status.STATIC, why="known while tracing")
    if name in ("defjvp", "defvjp"):
        tracer.add_rule(owner, name, arguments.positional)
        return arguments.positional[0] if arguments.positional else UNKNOWN
    return UNKNOWN
