"""Abstract values: what JAX would know about a Python object while it traces.

All are immutable and hashable, so that a function called twice with equal values is traced once; an `Instance` is the
exception, it has identity. Where a value came from (`Origin`) never takes part in comparison.
"""

import ast
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from jaxslice_lint.facts.status import Step
from jaxslice_lint.jax_model.schema import Caller, ModuleClass, PytreeClass, Wrapper
from jaxslice_lint.source.immutable import immutable
from jaxslice_lint.source.nodes import FunctionNode
from jaxslice_lint.source.project import Module
from jaxslice_lint.tracing.domain.data import NO_CONSTANT, Data, NoConstant

if TYPE_CHECKING:
    from jaxslice_lint.tracing.domain.frames import Frame


@immutable
class Sequence:
    """A tuple or list of known items; for a list, `mutable`."""

    items: "tuple[Value, ...]"
    mutable: bool = False
    weight: int = field(init=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "weight", 1 + sum(map(weight_of, self.items)))


@immutable
class Many:
    """An iterable of unknown length: every element is like `element`, and those in `held` are among them for sure."""

    element: "Value"
    held: "tuple[Value, ...]" = ()


@immutable
class Mapping:
    """A dict with known keys, and what any other key would give; `factory` makes what is missing (`defaultdict`)."""

    items: "tuple[tuple[Hashable, Value], ...]"
    other: "Value | None" = None
    factory: "Value | None" = None
    weight: int = field(init=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "weight", 1 + sum(weight_of(item) for _, item in self.items))


@immutable
class Slice:
    """A `slice` object; its node is where it is written."""

    start: "Value"
    stop: "Value"
    step: "Value"
    node: ast.Slice | ast.Call | None = field(default=None, compare=False)


@immutable
class Shape:
    """`x.shape`: static integers, as many as `ndim` says if it does."""

    shape_of: int
    ndim: int | None


@immutable
class At:
    """`x.at`, and with an index `x.at[index]`."""

    operand: "Value"
    index: "Value | None" = None


@immutable
class External:
    """A module, function or class outside the analysed code, by its public dotted path."""

    path: str


@immutable
class Imported:
    """`from module import name`: looked up when it is used, since the module may be incomplete before."""

    module: Module
    name: str


@immutable
class Function:
    """A `def` or `lambda` with the frame it was made in, and the class that holds it."""

    node: FunctionNode = field(compare=False)
    frame: "Frame" = field(compare=False)
    defaults: "tuple[Value, ...]" = ()
    keyword_defaults: "tuple[tuple[str, Value], ...]" = ()
    owner: "Class | None" = field(default=None, compare=False)
    identity: tuple[int, int] = (0, 0)

    @property
    def name(self) -> str:
        """The name by which messages call it."""
        return "lambda" if isinstance(self.node, ast.Lambda) else self.node.name


@immutable
class Method:
    """A function bound to `self` (or to the class)."""

    function: "Value"
    instance: "Value"


@immutable
class DataMethod:
    """A method of an array or a container: `x.reshape`, `parts.append`."""

    owner: "Value"
    name: str


@immutable
class Partial:
    """`functools.partial(function, *args, **kwargs)`."""

    function: "Value"
    args: "tuple[Value, ...]" = ()
    kwargs: "tuple[tuple[str, Value], ...]" = ()


@immutable
class Wrapped:
    """A function under a transform, with the options that it was given."""

    wrapper: Wrapper
    function: "Value"
    options: "tuple[tuple[str, Value], ...]" = ()
    origin: Step | None = field(default=None, compare=False)


@immutable
class Transform:
    """An API of the tables, not yet called: `jax.jit`, `lax.scan`."""

    row: Wrapper | Caller


@immutable
class JaxFunction:
    """A function of JAX's own making (the pull-back of `vjp`): returns arrays."""


@immutable
class Structure:
    """The structure of a pytree (`jax.tree.structure(tree)`)."""

    tree: "Value"


@immutable
class Property:
    """A property of a class; `setter` is called with what is assigned to it."""

    function: "Value"
    setter: "Value | None" = None


@immutable
class StaticMethod:
    """A `staticmethod` (or with `of_class`, a `classmethod`)."""

    function: "Value"
    of_class: bool = False


@immutable
class Field:
    """An annotated name of a class body, and how the generated `__init__` fills it.

    `factory` makes its default, `converter` changes what is passed. A field that is not `stored` goes to
    `__post_init__` alone.
    """

    annotation: ast.expr | None = None
    frame: "Frame | None" = None
    factory: "Value | None" = None
    converter: "Value | None" = None
    in_init: bool = True
    keyword_only: bool = False
    stored: bool = True


@dataclass(eq=False, slots=True)
class Class:
    """A class of the analysed code."""

    name: str
    node: ast.ClassDef
    frame: "Frame"
    bases: "tuple[Value, ...]"
    attributes: "dict[str, Value]" = field(default_factory=dict)
    #: The annotated names in order; those that are metadata of a pytree, and those that may be.
    fields: dict[str, Field] = field(default_factory=dict)
    static_fields: frozenset[str] = frozenset()
    unclear_fields: frozenset[str] = frozenset()
    #: What makes its objects pytrees, and the functions that it was registered with.
    pytree: PytreeClass | None = None
    flatten: "Value | None" = None
    unflatten: "Value | None" = None
    #: No transform takes its objects.
    is_plain: bool = False
    #: What calls and extends its objects, if they are modules.
    framework: ModuleClass | None = None
    #: They are boxes that a framework keeps arrays in, and behave like the array.
    is_variable: bool = False
    #: The container of Python's that they are, by its path.
    container: str = ""
    is_dataclass: bool = False
    is_named_tuple: bool = False
    #: The fields of its objects are never assigned again.
    is_frozen: bool = False
    #: A decorator writes its `__init__`.
    generates_init: bool = False
    #: A base class is not known.
    is_open: bool = False
    subclasses: "list[Class]" = field(default_factory=list)
    #: The objects of it, and of those subclasses, that nobody was seen to make.
    representatives: "dict[tuple[Class, ...], Instance]" = field(default_factory=dict)
    mro: "tuple[Class, ...] | None" = None


@dataclass(eq=False, slots=True)
class Instance:
    """An object of a class of the analysed code; objects made later have a larger `number`.

    `variants`: what it is if it is of a subclass, for an object that nobody was seen to make.
    """

    cls: Class
    attributes: "dict[str, Value]" = field(default_factory=dict)
    number: int = 0
    traced: bool = False
    #: It stands for several objects: see `owners.py`.
    is_any: bool = False
    variants: "tuple[Instance, ...]" = ()


@immutable
class AttributeDict:
    """`x.__dict__`: who writes to it writes to the attributes of `x`."""

    owner: Instance


@immutable
class Super:
    """`super()`: attributes are looked up behind `cls`."""

    cls: Class
    instance: "Value"


@immutable
class Union:
    """One of several values, on different paths through the program."""

    values: "tuple[Value, ...]"


Value: TypeAlias = (
    Data
    | Sequence
    | Many
    | Mapping
    | Slice
    | Shape
    | At
    | External
    | Module
    | Imported
    | Function
    | Method
    | DataMethod
    | Partial
    | Wrapped
    | Transform
    | JaxFunction
    | Property
    | StaticMethod
    | Class
    | Instance
    | AttributeDict
    | Structure
    | Super
    | Union
)

FUNCTIONS = (Function, Method, Partial, Wrapped, JaxFunction)


def weight_of(value: Value) -> int:
    """The number of parts that a walk over the structure of `value` meets."""
    if isinstance(value, Data):  # most are
        return 1
    if isinstance(value, (Sequence, Mapping)):
        return value.weight
    parts_of = _PARTS.get(type(value))
    return 1 if parts_of is None else 1 + sum(map(weight_of, parts_of(value)))


#: A structure with more parts than this is not followed: sharing can make it exponentially large.
HEAVIEST = 2_000


#: What other values are made of, each where two that are equal have to be compared part by part.
_PARTS: "dict[type, Callable[[Any], Iterable[Value]]]" = {
    Many: lambda value: (value.element, *value.held),
    Union: lambda value: value.values,
    Slice: lambda value: (value.start, value.stop, value.step),
    At: lambda value: (value.operand,) if value.index is None else (value.operand, value.index),
    Function: lambda value: (*value.defaults, *(one for _, one in value.keyword_defaults)),
    Method: lambda value: (value.function, value.instance),
    DataMethod: lambda value: (value.owner,),
    Partial: lambda value: (value.function, *value.args, *(one for _, one in value.kwargs)),
    Wrapped: lambda value: (value.function, *(one for _, one in value.options)),
    Structure: lambda value: (value.tree,),
}


def is_none(value: Value) -> bool:
    """Whether a value is known to be None."""
    return isinstance(value, Data) and value.const is None


def known(value: Value) -> Hashable | NoConstant:
    """The Python constant that a value is, also a tuple of constants."""
    match value:
        case Data(const=const):
            return const
        case Sequence(items=items):
            constants = tuple(known(item) for item in items)
            return NO_CONSTANT if NO_CONSTANT in constants else constants
    return NO_CONSTANT


def held_by(value: Value) -> tuple[Value, ...]:
    """What is among the elements of an iterable for sure."""
    match value:
        case Sequence(items=held) | Many(held=held):
            return held
    return ()


def map_parts(value: Value, change: Callable[[Value], Value]) -> Value:
    """A container, or a union, with each of its parts changed; any other value as it is."""
    match value:
        case Sequence(items=items, mutable=mutable):
            return Sequence(tuple(map(change, items)), mutable)
        case Many(element=element, held=held):
            return Many(change(element), tuple(map(change, held)))
        case Mapping(items=pairs, other=other):
            changed = tuple((key, change(item)) for key, item in pairs)
            return Mapping(changed, None if other is None else change(other))
        case Union(values=values):
            return Union(tuple(map(change, values)))
    return value
