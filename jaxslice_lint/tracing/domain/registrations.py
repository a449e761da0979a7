"""What decorators, base classes and calls make of a class: dataclasses, NamedTuples, pytrees."""

import ast
from dataclasses import replace

from jaxslice_lint.facts.status import Status
from jaxslice_lint.jax_model.classes import (
    BASES_WITHOUT_FIELDS,
    CONTAINERS,
    DATACLASS_BASES,
    DATACLASS_DECORATORS,
    FIELD_SPECIFIERS,
    FROZEN,
    NAMED_TUPLES,
    STATIC_FIELDS,
    STATIC_SPECIFIERS,
)
from jaxslice_lint.jax_model.flax import VARIABLES
from jaxslice_lint.jax_model.lookup import canonical, module_class, pytree_class
from jaxslice_lint.jax_model.schema import PytreeClass, Register
from jaxslice_lint.tracing.domain.arguments import Arguments
from jaxslice_lint.tracing.domain.data import NO_CONSTANT, Data, Kind, constant
from jaxslice_lint.tracing.domain.frames import Frame
from jaxslice_lint.tracing.domain.points import Point, PointOf
from jaxslice_lint.tracing.domain.protocol import Tracer
from jaxslice_lint.tracing.domain.values import Class, External, Field, Partial, Value, known


def changes_classes(path: str) -> bool:
    """Whether the API at `path` is called with a class, to make something of it."""
    return path in DATACLASS_DECORATORS or pytree_class(path) is not None


def change_class(path: str, arguments: Arguments) -> Value:
    """`dataclass(C)`, `register_dataclass(C, …)`: the class; without one, a decorator."""
    row = pytree_class(path)
    names = ("nodetype",) if row is None else row.options
    options = arguments.bind(names)
    cls = options.pop("nodetype", None)
    if cls is None:
        return Partial(External(path), (), arguments.keywords)
    if not isinstance(cls, Class):
        return cls
    if path in DATACLASS_DECORATORS:
        _make_dataclass(cls, options)
        cls.is_frozen |= path in FROZEN or known(options.get("frozen", constant(False))) is True
    if row is not None:
        _register(cls, row, options)
    return cls


def _make_dataclass(cls: Class, options: dict[str, Value]) -> None:
    cls.is_dataclass = True
    cls.generates_init = known(options.get("init", constant(True))) is not False
    if known(options.get("kw_only", constant(False))) is True:
        for name in own_fields(cls):
            cls.fields[name] = replace(cls.fields[name], keyword_only=True)


def _register(cls: Class, row: PytreeClass, options: dict[str, Value]) -> None:
    cls.pytree = row
    cls.flatten, cls.unflatten = options.get("flatten"), options.get("unflatten")
    names = known(options["meta_fields"]) if "meta_fields" in options else NO_CONSTANT
    if row.register is Register.NAMES and isinstance(names, tuple):
        cls.static_fields |= {name for name in names if isinstance(name, str)}


def note_bases(cls: Class) -> None:
    """Take over what the bases of `cls` say of its fields; `cls.mro` is known."""
    for base in reversed(cls.bases):
        if isinstance(base, Class):
            base.subclasses.append(cls)
            cls.static_fields |= base.static_fields
            cls.unclear_fields |= base.unclear_fields
            cls.pytree = cls.pytree or base.pytree
            cls.flatten, cls.unflatten = (
                cls.flatten or base.flatten,
                cls.unflatten or base.unflatten,
            )
            cls.is_dataclass = cls.is_dataclass or base.is_dataclass
            cls.is_named_tuple = cls.is_named_tuple or base.is_named_tuple
            cls.is_frozen = cls.is_frozen or base.is_frozen
            cls.is_variable = cls.is_variable or base.is_variable
            cls.framework = cls.framework or base.framework
            cls.container = cls.container or base.container
            cls.is_open = cls.is_open or base.is_open
        elif isinstance(base, External):
            note_api(cls, canonical(base.path))
        else:
            cls.is_open = True
    for one in reversed((cls.mro or (cls,))[1:]):
        cls.fields |= one.fields


def note_api(cls: Class, path: str) -> None:
    """Take over what a base class or decorator of a library says of the fields of `cls`."""
    cls.pytree = pytree_class(path) or cls.pytree
    cls.is_dataclass = cls.is_dataclass or path in DATACLASS_BASES
    cls.is_named_tuple = cls.is_named_tuple or path in NAMED_TUPLES
    cls.is_frozen = cls.is_frozen or path in FROZEN | NAMED_TUPLES
    cls.is_variable = cls.is_variable or path in VARIABLES
    cls.framework = module_class(path) or cls.framework
    cls.container = path if path in CONTAINERS else cls.container
    known_bases = (
        BASES_WITHOUT_FIELDS | DATACLASS_BASES | NAMED_TUPLES | VARIABLES | CONTAINERS.keys()
    )
    is_known = cls.pytree is not None or module_class(path) is not None or path in known_bases
    cls.is_open = cls.is_open or not is_known


def own_fields(cls: Class) -> list[str]:
    """The names that the body of `cls` itself annotates."""
    return [
        statement.target.id
        for statement in cls.node.body
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name)
        if statement.target.id in cls.fields
    ]


def collect_fields(tracer: Tracer, cls: Class, body: Frame) -> None:
    """Note the annotated names in the body of `cls`, and what their specifiers say."""
    keyword_only = any(
        one.arg == "kw_only" and known(tracer.evaluate(one.value, body)) is True
        for one in cls.node.keywords
    )
    for statement in cls.node.body:
        if not isinstance(statement, ast.AnnAssign) or not isinstance(statement.target, ast.Name):
            continue
        kind = ast.dump(statement.annotation)
        if "KW_ONLY" in kind:
            keyword_only = True
        elif "ClassVar" not in kind:
            name = statement.target.id
            is_stored = "InitVar" not in kind
            cls.fields[name] = Field(
                statement.annotation, body, keyword_only=keyword_only, stored=is_stored
            )
            _note_default(tracer, cls, name, statement.value, body)


def specifier(path: str, arguments: Arguments) -> Partial:
    """`field(static=True)`: what it says of a field is kept as the call itself."""
    options = arguments.bind(FIELD_SPECIFIERS[path])
    return Partial(External(path), (), tuple(options.items()))


def _note_default(
    tracer: Tracer, cls: Class, name: str, node: ast.expr | None, body: Frame
) -> None:
    value = cls.attributes.get(name)
    match value:
        case Partial(function=External(path=path), kwargs=kwargs) if path in FIELD_SPECIFIERS:
            del cls.attributes[name]
            options = dict(kwargs)
            if "default" in options:
                cls.attributes[name] = options["default"]
            cls.fields[name] = _specified(cls.fields[name], options)
            if _makes_static(PointOf(tracer, body, cls.node), path, options):
                cls.static_fields |= {name}
        case Data(status=Status.UNKNOWN, kind=Kind.ANY) if isinstance(node, ast.Call):
            if isinstance(tracer.evaluate(node.func, body), (Data, External)):
                cls.unclear_fields |= {name}


def _specified(field: Field, options: dict[str, Value]) -> Field:
    return replace(
        field,
        factory=options.get("default_factory", options.get("factory")),
        converter=options.get("converter"),
        in_init=known(options.get("init", constant(True))) is not False,
        keyword_only=field.keyword_only or known(options.get("kw_only", constant(False))) is True,
    )


def _makes_static(point: Point, path: str, options: dict[str, Value]) -> bool:
    """`field(static=True)`, `field(pytree_node=False)`, `field(metadata=dict(static=True))`."""
    if path in STATIC_FIELDS:
        return True
    if any(name in options and known(options[name]) is value for name, value in STATIC_SPECIFIERS):
        return True
    metadata = options.get("metadata")
    if metadata is None:
        return False
    return known(point.subscript(metadata, constant("static"))) is True
