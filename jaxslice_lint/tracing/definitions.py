"""`def` and `class`: decorators, and what a class makes of its fields."""

import ast

from jaxslice_lint.jax_model.classes import (
    DATACLASS_BASES,
    DATACLASS_DECORATORS,
    NAMED_TUPLES,
    STATIC_SPECIFIERS,
)
from jaxslice_lint.jax_model.lookup import canonical, pytree_class
from jaxslice_lint.jax_model.schema import PytreeClass, Register
from jaxslice_lint.tracing.expressions import arguments_of, make_function
from jaxslice_lint.tracing.frames import Arguments, Frame
from jaxslice_lint.tracing.protocol import Tracer
from jaxslice_lint.tracing.values import (
    NO_CONSTANT,
    UNKNOWN,
    Class,
    External,
    Function,
    Method,
    Partial,
    Property,
    Sequence,
    Static,
    Value,
    Wrapped,
    constant,
    known,
)


def define_function(
    tracer: Tracer, node: ast.FunctionDef | ast.AsyncFunctionDef, frame: Frame
) -> Value:
    """The value that a decorated `def` binds; an unknown decorator is taken to be transparent."""
    value: Value = make_function(tracer, node, frame)
    for decorator in reversed(node.decorator_list):
        value = _decorated(tracer, decorator, value, frame)
    return value


def _decorated(tracer: Tracer, decorator: ast.expr, value: Value, frame: Frame) -> Value:
    callee = tracer.evaluate(decorator, frame)
    match callee:
        case External(path="property" | "functools.cached_property"):
            return Property(value)
        case External(path="staticmethod"):
            return Static(value)
        case External(path="classmethod"):
            return Static(value, of_class=True)
        case External(path=path) if path.endswith("contextmanager"):
            return UNKNOWN
    if isinstance(decorator, ast.Attribute) and decorator.attr in ("setter", "deleter"):
        return tracer.evaluate(decorator.value, frame)
    result = tracer.call(callee, Arguments((value,)), frame, decorator)
    if isinstance(result, (Function, Wrapped, Partial, Class, Property, Static, Method)):
        return result
    return value


def define_class(tracer: Tracer, node: ast.ClassDef, frame: Frame) -> Value:
    """The value that a `class` statement binds."""
    bases = tuple(tracer.evaluate(base, frame) for base in node.bases)
    cls = Class(node.name, node, frame, bases)
    for base in bases:
        if isinstance(base, Class):
            _inherit(cls, base)
        elif isinstance(base, External):
            _note_base(cls, canonical(base.path))
    body = Frame(
        frame.source,
        tracer.new_number(),
        node.name,
        frame.mode,
        frame.round,
        frame,
        is_class=True,
        depth=frame.depth + 1,
        entry=frame.entry,
    )
    tracer.execute(node.body, body)
    cls.attributes |= {name: _owned(value, cls) for name, value in body.variables.items()}
    _collect_fields(tracer, cls, body)
    result: Value = cls
    for decorator in reversed(node.decorator_list):
        result = _decorated_class(tracer, decorator, cls, frame)
    frame.pending += [_owned(value, cls) for value in body.pending]
    return result


def _owned(value: Value, cls: Class) -> Value:
    """A function found in a class body, with its class, for `super()` and for finding `self`."""
    match value:
        case Function():
            return Function(
                value.node, value.frame, value.defaults, value.keyword_defaults, cls, value.identity
            )
        case Wrapped():
            return Wrapped(value.wrapper, _owned(value.function, cls), value.options, value.origin)
        case Partial():
            return Partial(_owned(value.function, cls), value.args, value.kwargs)
        case Property(function=function):
            return Property(_owned(function, cls))
        case Static(function=function, of_class=of_class):
            return Static(_owned(function, cls), of_class)
    return value


def _inherit(cls: Class, base: Class) -> None:
    cls.fields += tuple(name for name in base.fields if name not in cls.fields)
    cls.static_fields |= base.static_fields
    cls.pytree = cls.pytree or base.pytree
    cls.is_dataclass = cls.is_dataclass or base.is_dataclass
    cls.is_named_tuple = cls.is_named_tuple or base.is_named_tuple


def _note_base(cls: Class, path: str) -> None:
    row = pytree_class(path)
    if row is not None:
        cls.pytree = row
    cls.is_dataclass = cls.is_dataclass or path in DATACLASS_BASES
    cls.is_named_tuple = cls.is_named_tuple or path in NAMED_TUPLES


def _collect_fields(tracer: Tracer, cls: Class, body: Frame) -> None:
    for statement in cls.node.body:
        if not isinstance(statement, ast.AnnAssign) or not isinstance(statement.target, ast.Name):
            continue
        name = statement.target.id
        if "ClassVar" in ast.dump(statement.annotation):
            continue
        if name not in cls.fields:
            cls.fields += (name,)
        if isinstance(statement.value, ast.Call):
            _note_specifier(tracer, cls, name, statement.value, body)


def _note_specifier(tracer: Tracer, cls: Class, name: str, call: ast.Call, body: Frame) -> None:
    """`field(static=True)`, `field(pytree_node=False)`, `field(metadata=dict(static=True))`."""
    arguments = arguments_of(tracer, call, body)
    default = arguments.keyword("default")
    if default is not None:
        cls.attributes[name] = default
    else:
        cls.attributes.pop(name, None)
    for keyword, value in STATIC_SPECIFIERS:
        given = arguments.keyword(keyword)
        if given is not None and known(given) is value:
            cls.static_fields |= {name}
    metadata = arguments.keyword("metadata")
    if metadata is not None and _says_static(tracer, metadata, body, call):
        cls.static_fields |= {name}


def _says_static(tracer: Tracer, metadata: Value, frame: Frame, node: ast.AST) -> bool:
    found = tracer.subscript(metadata, constant("static"), frame, node)
    return known(found) is True


def _decorated_class(tracer: Tracer, decorator: ast.expr, cls: Class, frame: Frame) -> Value:
    callee: Value
    arguments = Arguments()
    if isinstance(decorator, ast.Call):
        callee = tracer.evaluate(decorator.func, frame)
        arguments = arguments_of(tracer, decorator, frame)
        if isinstance(callee, External) and callee.path == "functools.partial":
            callee = arguments.positional[0] if arguments.positional else UNKNOWN
    else:
        callee = tracer.evaluate(decorator, frame)
    if isinstance(callee, External):
        path = canonical(callee.path)
        cls.is_dataclass = cls.is_dataclass or path in DATACLASS_DECORATORS
        row = pytree_class(path)
        if row is not None:
            register(cls, row, arguments)
    return cls


def register(cls: Class, row: PytreeClass, arguments: Arguments) -> None:
    """Make `cls` a pytree as `row` says."""
    cls.pytree = row
    if row.register is Register.NAMES:
        meta = arguments.keyword("meta_fields")
        names = known(meta) if meta is not None else NO_CONSTANT
        if isinstance(names, tuple):
            cls.static_fields |= {name for name in names if isinstance(name, str)}


def field_names(value: Value) -> tuple[str, ...]:
    """The strings in a list of field names, or in one string of them."""
    names = known(value)
    if isinstance(names, str):
        return tuple(names.replace(",", " ").split())
    if isinstance(value, Sequence) and isinstance(names, tuple):
        return tuple(name for name in names if isinstance(name, str))
    return ()
