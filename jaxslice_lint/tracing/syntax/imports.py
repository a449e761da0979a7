"""Import statements: what they bind is looked up in its module when it is used."""

import ast

from jaxslice_lint.facts.status import Status
from jaxslice_lint.source.project import Module
from jaxslice_lint.tracing.domain.data import UNKNOWN, unknown
from jaxslice_lint.tracing.domain.frames import Arguments, Frame
from jaxslice_lint.tracing.domain.protocol import Tracer
from jaxslice_lint.tracing.domain.symbolic import atom
from jaxslice_lint.tracing.domain.values import Imported, Value, known
from jaxslice_lint.tracing.syntax.attributes import external
from jaxslice_lint.tracing.syntax.targets import bind


def run_import(tracer: Tracer, node: ast.Import, frame: Frame) -> None:
    """`import a.b`, `import a.b as c`."""
    importer = tracer.project.module(frame.source.path)
    for alias in node.names:
        name = alias.name if alias.asname else alias.name.partition(".")[0]
        found = tracer.project.find(name, importer)
        bind(tracer, alias.asname or name, found or external(tracer, name), frame)


def run_import_from(tracer: Tracer, node: ast.ImportFrom, frame: Frame) -> None:
    """`from a import b`, `from . import b`, `from a import *`."""
    importer = tracer.project.module(frame.source.path)
    name = node.module or ""
    module = tracer.project.find(name, importer, node.level)
    for alias in node.names:
        if alias.name != "*":
            value = _imported(tracer, module, node, alias.name)
            bind(tracer, alias.asname or alias.name, value, frame)
        elif module is not None or not node.level:
            frame.module.stars.append(module or name)


def import_module(tracer: Tracer, arguments: Arguments, frame: Frame, _node: ast.AST) -> Value:
    """`importlib.import_module("a.b")`, `importlib.import_module(".b", __package__)`."""
    name = known(arguments.positional[0]) if arguments.positional else None
    if not isinstance(name, str) or not name.strip("."):
        return UNKNOWN
    importer = tracer.project.module(frame.source.path)
    bare = name.lstrip(".")
    found = tracer.project.find(bare, importer, len(name) - len(bare))
    return found or (UNKNOWN if name.startswith(".") else external(tracer, name))


def _imported(tracer: Tracer, module: Module | None, node: ast.ImportFrom, name: str) -> Value:
    if module is not None:
        return Imported(module, name)
    if not node.level:
        return external(tracer, f"{node.module}.{name}")
    poly = atom(tracer.atoms.number(("import", node.module, name), Status.UNKNOWN))
    return unknown(f"`{name}` comes from another module", poly)
