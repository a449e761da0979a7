"""Import statements: what they bind is looked up in its module when it is used."""

import ast

from jaxslice_lint.facts.status import Status
from jaxslice_lint.source.project import Module
from jaxslice_lint.tracing.domain.arguments import Arguments
from jaxslice_lint.tracing.domain.data import UNKNOWN, unknown
from jaxslice_lint.tracing.domain.external import external
from jaxslice_lint.tracing.domain.points import Point, PointOf
from jaxslice_lint.tracing.domain.polynomials import atom
from jaxslice_lint.tracing.domain.protocol import Tracer
from jaxslice_lint.tracing.domain.values import Imported, Value, known
from jaxslice_lint.tracing.syntax.targets import bind


def run_import(point: PointOf[ast.Import]) -> None:
    """`import a.b`, `import a.b as c`."""
    importer = point.tracer.project.module(point.frame.source.path)
    for alias in point.node.names:
        name = alias.name if alias.asname else alias.name.partition(".")[0]
        found = point.tracer.project.find(name, importer)
        bind(point.tracer, alias.asname or name, found or external(point.tracer, name), point.frame)


def run_import_from(point: PointOf[ast.ImportFrom]) -> None:
    """`from a import b`, `from . import b`, `from a import *`."""
    importer = point.tracer.project.module(point.frame.source.path)
    name = point.node.module or ""
    module = point.tracer.project.find(name, importer, point.node.level)
    for alias in point.node.names:
        if alias.name != "*":
            value = _imported(point.tracer, module, point.node, alias.name)
            bind(point.tracer, alias.asname or alias.name, value, point.frame)
        elif module is not None or not point.node.level:
            point.frame.module.stars.append(module or name)


def import_module(point: Point, arguments: Arguments) -> Value:
    """`importlib.import_module("a.b")`, `importlib.import_module(".b", __package__)`."""
    name = known(arguments.positional[0]) if arguments.positional else None
    if not isinstance(name, str) or not name.strip("."):
        return UNKNOWN
    importer = point.tracer.project.module(point.frame.source.path)
    bare = name.lstrip(".")
    found = point.tracer.project.find(bare, importer, len(name) - len(bare))
    return found or (UNKNOWN if name.startswith(".") else external(point.tracer, name))


def _imported(tracer: Tracer, module: Module | None, node: ast.ImportFrom, name: str) -> Value:
    if module is not None:
        return Imported(module, name)
    if not node.level:
        return external(tracer, f"{node.module}.{name}")
    poly = atom(tracer.atoms.number(("import", node.module, name), Status.UNKNOWN))
    return unknown(f"`{name}` comes from another module", poly)
