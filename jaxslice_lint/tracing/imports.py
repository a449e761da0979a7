"""Import statements. Modules outside the analysed code are known by their dotted path alone."""

import ast

from jaxslice_lint.tracing.attributes import external
from jaxslice_lint.tracing.frames import Frame
from jaxslice_lint.tracing.protocol import Tracer
from jaxslice_lint.tracing.site import Status
from jaxslice_lint.tracing.symbolic import atom
from jaxslice_lint.tracing.targets import bind
from jaxslice_lint.tracing.values import External, unknown


def run_import(tracer: Tracer, node: ast.Import, frame: Frame) -> None:
    """`import a.b`, `import a.b as c`."""
    for alias in node.names:
        if alias.asname is not None:
            bind(tracer, alias.asname, external(alias.name), frame)
        else:
            root = alias.name.partition(".")[0]
            bind(tracer, root, External(root), frame)


def run_import_from(tracer: Tracer, node: ast.ImportFrom, frame: Frame) -> None:
    """`from a import b`. What a relative import brings is unknown."""
    for alias in node.names:
        name = alias.asname or alias.name
        if node.level or node.module is None:
            poly = atom(tracer.atoms.number(("import", node.module, alias.name), Status.UNKNOWN))
            bind(tracer, name, unknown(f"`{name}` comes from another module", poly), frame)
        elif alias.name != "*":
            bind(tracer, name, external(f"{node.module}.{alias.name}"), frame)
