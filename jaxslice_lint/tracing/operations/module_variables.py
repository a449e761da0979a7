"""The variables of a module of flax.linen: what its caller passed, and what it makes and changes itself."""

from collections.abc import Hashable
from dataclasses import replace

from jaxslice_lint.facts.status import Status
from jaxslice_lint.tracing.domain.data import (
    NO_CONSTANT,
    NONE,
    UNKNOWN,
    Data,
    Kind,
    constant,
    static,
    unknown,
)
from jaxslice_lint.tracing.domain.joins import is_static, is_traced, join
from jaxslice_lint.tracing.domain.points import Point
from jaxslice_lint.tracing.domain.values import Instance, Mapping, Value, known, map_parts
from jaxslice_lint.tracing.domain.variables import content, variable
from jaxslice_lint.tracing.operations.results import Leaves

#: What a module holds beside its attributes: the variables that it was given, the boxes of those that it made or
#: changed, by collection and name, and the module that made it.
GIVEN, MADE, PARENT = "(variables)", "(made)", "(parent)"


def given(module: Instance, what: str = GIVEN) -> Value:
    """What a module, or the module it is part of, was given as its variables (or as `what` says)."""
    holder: Value | None = module
    while isinstance(holder, Instance):
        if what in holder.attributes:
            return holder.attributes[what]
        holder = holder.attributes.get(PARENT)
    return UNKNOWN


def stored(point: Point, module: Instance, collection: object, made: Value) -> Value:
    """A variable as a module was given it; `made` is what it would be if the module had none yet."""
    variables = given(module)
    if isinstance(variables, Mapping):
        found = dict(variables.items).get(collection, variables.other)
        if found is None:
            return made
        variables = found
    if is_traced(variables):
        why = "it is a variable of a module"
        step = point.step(why)
        return Leaves(point, why, step, blocks=True).traced(of_any_float(made))
    poly = point.fresh(Status.STATIC)
    if is_static(variables):
        return static("a variable that is a concrete array", Kind.JAX, poly=poly)
    return unknown("a variable of a module whose variables are not known")


def of_any_float(value: Value) -> Value:
    """`value` as it may have been stored: a program may keep its floats in another dtype."""
    if not isinstance(value, Data):
        return map_parts(value, of_any_float)
    is_integer = value.dtype is not None and value.dtype.startswith(("int", "uint"))
    return value if is_integer else replace(value, dtype=None)


def box_of(point: Point, module: Instance, names: tuple[Value, ...], made: Value) -> Instance:
    """The box of a variable that a module makes, in which is `made` if the module has none yet."""
    key = _key(names)
    before = _boxes(module).get(key)
    if isinstance(before, Instance) and NO_CONSTANT not in key:
        return before
    box = variable(point.tracer, stored(point, module, key[0], made), point.frame)
    module.attributes[MADE] = Mapping(tuple({**_boxes(module), key: box}.items()))
    return box


def put(point: Point, module: Instance, arguments: tuple[Value, ...]) -> None:
    """`self.put_variable(collection, name, value)`."""
    value = (*arguments, UNKNOWN, UNKNOWN, UNKNOWN)[2]
    box = box_of(point, module, arguments[:2], value)
    before = content(box)
    box.attributes["value"] = join(before, value)
    if box.attributes["value"] != before:
        point.tracer.summaries.note_change()


def get(point: Point, module: Instance, arguments: tuple[Value, ...]) -> Value:
    """`self.get_variable(collection, name, default)`."""
    key = _key(arguments[:2])
    box = _boxes(module).get(key)
    if box is not None:
        return content(box)
    found = stored(point, module, key[0], UNKNOWN)
    default = (*arguments[2:], NONE)[0]
    return found if default == NONE else join(found, default)


def collections(point: Point, module: Instance) -> Value:
    """`self.variables`: by collection and name, what the module made, and what it was given."""
    passed = given(module)
    is_known = isinstance(passed, Mapping) and passed.other is None
    found: dict[Hashable, Value] = {}
    if isinstance(passed, Mapping):
        names = (name for name, _ in passed.items)
        found |= {name: stored(point, module, name, UNKNOWN) for name in names}
    other = None if is_known else stored(point, module, NO_CONSTANT, UNKNOWN)
    for (collection, name), box in _boxes(module).items():
        held = found.get(collection, other)
        if isinstance(held, Mapping):
            found[collection] = replace(held, items=(*held.items, (name, content(box))))
        else:
            found[collection] = Mapping(((name, content(box)),), held)
    return Mapping(tuple(found.items()), other)


def has(module: Instance, names: tuple[Value, ...]) -> Value:
    """Whether a module has a variable: not if its caller passed none like it and the module made none."""
    key, variables = _key(names), given(module)
    if not isinstance(variables, Mapping) or variables.other is not None:
        return static("whether there is a variable is known", Kind.PYTHON)
    is_passed = NO_CONSTANT in key or key[0] in dict(variables.items)
    if not is_passed and key not in _boxes(module):
        return constant(False)
    return static("whether there is a variable is known", Kind.PYTHON)


def _boxes(module: Instance) -> dict[tuple[Hashable, Hashable], Value]:
    """What a module made and changed, by collection and name."""
    made = module.attributes.get(MADE)
    pairs = made.items if isinstance(made, Mapping) else ()
    return {key: box for key, box in pairs if isinstance(key, tuple)}


def _key(names: tuple[Value, ...]) -> tuple[Hashable, Hashable]:
    """The collection and the name of a variable."""
    collection, name = (*names, UNKNOWN, UNKNOWN)[:2]
    return known(collection), known(name)
