"""Modules of the analysed code as values: loaded when a name in them is first needed, as often as not at all."""

import ast
from functools import partial

from jaxslice_lint.facts.status import Status
from jaxslice_lint.source.project import Module
from jaxslice_lint.tracing.domain.arguments import Arguments
from jaxslice_lint.tracing.domain.context import Context, Mode
from jaxslice_lint.tracing.domain.data import constant, unknown
from jaxslice_lint.tracing.domain.external import external
from jaxslice_lint.tracing.domain.frames import Frame
from jaxslice_lint.tracing.domain.joins import join_all
from jaxslice_lint.tracing.domain.points import PointOf
from jaxslice_lint.tracing.domain.polynomials import atom
from jaxslice_lint.tracing.domain.protocol import Tracer
from jaxslice_lint.tracing.domain.values import Function, Imported, Union, Value

_HOOK = "__getattr__"


def load(tracer: Tracer, module: Module) -> Frame | None:
    """The frame of a module, whose statements are run on the first call; None if it cannot be parsed."""
    if module.path is None:
        return None
    found = tracer.modules.get(module.path)
    if found is not None:
        return found
    tree, source = tracer.project.tree(module.path), tracer.project.source(module.path)
    if source is None or not isinstance(tree, ast.Module):
        return None
    frame = Frame(
        source, tracer.new_number(), module.name, Context(Mode.EAGER), tracer.new_number()
    )
    frame.variables["__name__"] = constant(module.name)
    tracer.modules[module.path] = frame
    for statement in tree.body:
        tracer.attempt(partial(tracer.execute, [statement], frame), frame)
    return frame


def resolved(tracer: Tracer, value: Value) -> Value:
    """`value`, names that were imported looked up in their modules."""
    match value:
        case Imported(module=module, name=name):
            return member(tracer, module, name)
        case Union(values=values) if any(isinstance(one, Imported) for one in values):
            return join_all([resolved(tracer, one) for one in values])
    return value


def member(tracer: Tracer, module: Module, name: str) -> Value:
    """`module.name`; what the tables know they answer, also where its source is among the analysed files."""
    path = f"{module.name}.{name}" if module.name else name
    if tracer.model.knows(path):
        return external(tracer, path)
    frame = load(tracer, module)
    if frame is not None and name in frame.variables:
        return _guarded(tracer, module, frame, name)
    child = tracer.project.child(module, name)
    if child is not None:
        return child
    if frame is None:
        return external(tracer, path)
    found = starred(tracer, frame, name)
    hook = frame.variables.get(_HOOK)
    if found is None and isinstance(hook, Function) and name != _HOOK:
        found = PointOf(tracer, frame, hook.node).call(hook, Arguments((constant(name),)))
    return external(tracer, path) if found is None else found


def _guarded(tracer: Tracer, module: Module, frame: Frame, name: str) -> Value:
    """A variable of a module.

    Modules that import it from each other in a circle have none; a package may import its own modules from itself.
    """
    key = (frame.number, name)
    if key in tracer.importing:
        child = tracer.project.child(module, name)
        if child is not None:
            return child
        poly = atom(tracer.atoms.number(("import", *key), Status.UNKNOWN))
        return unknown(f"`{name}` is imported in a circle", poly)
    tracer.importing.add(key)
    try:
        return resolved(tracer, frame.variables[name])
    finally:
        tracer.importing.discard(key)


def starred(tracer: Tracer, frame: Frame, name: str) -> Value | None:
    """What `from … import *` in a module brings under `name`."""
    for module in reversed(frame.stars):
        if isinstance(module, str):
            if tracer.model.knows(f"{module}.{name}"):
                return external(tracer, f"{module}.{name}")
        elif not name.startswith("_") and (inner := load(tracer, module)) is not None:
            if name in inner.variables:
                return _guarded(tracer, module, inner, name)
            if inner is not frame and (found := starred(tracer, inner, name)) is not None:
                return found
    return None
