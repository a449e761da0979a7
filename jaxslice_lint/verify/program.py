"""One side of a fragment as a function of its unknowns, which the child process can run."""

import ast
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from jaxslice_lint.verify import gate
from jaxslice_lint.verify.expressions import CALL
from jaxslice_lint.verify.fragment import Side
from jaxslice_lint.verify.guards import INDEX, SLICE, SPAN, TAKE, WRITE, Guards
from jaxslice_lint.verify.statements import (
    GO_ON,
    OUTPUTS,
    REJECT,
    STORED,
    Statements,
    function,
    locals_in,
)
from jaxslice_lint.verify.unknowns import ANY, Unknowns
from jaxslice_lint.verify.verdict import NotRunnableError, would_run

FUNCTION = "fragment"
#: What the child process answers to.
_HELPERS = frozenset({CALL, TAKE, INDEX, SPAN, SLICE, WRITE, REJECT, GO_ON})


@dataclass(frozen=True, slots=True)
class Program:
    """A function named `fragment` whose parameters are the unknowns; it takes others, too.

    `modules`: what imports bind its other names to; `paths`: all that it uses of them. `stepwise`: JAX may call a
    function in it that has a guarded slice.
    """

    code: str
    modules: Mapping[str, str]
    paths: frozenset[str]
    stepwise: bool

    def described(self) -> dict[str, object]:
        """What the child process is told of it."""
        return {"code": self.code, "modules": dict(self.modules), "paths": sorted(self.paths)}


def program(
    side: Side, unknowns: Unknowns, guards: Guards, outputs: Iterable[str], *, whole: bool
) -> Program:
    """The code of `side` with `unknowns` for what is not run. `whole`: it is that of a function, from start to end.

    It gives a value, or those of its variables that are `outputs`, and with it what it stores to unknowns. Raises
    `NotRunnableError`.
    """
    writer = Statements(side, unknowns, guards, compares_calls=whole)
    if isinstance(side.nodes[0], ast.expr):
        value = writer.visit(side.nodes[0], ANY)
        if isinstance(value, ast.Name) and not isinstance(side.nodes[0], ast.Name):
            raise NotRunnableError(would_run(side.nodes[0]))
        body: list[ast.stmt] = [ast.Return(value)]
    else:
        body = writer.statements([node for node in side.nodes if isinstance(node, ast.stmt)])
        states = [locals_in(OUTPUTS), locals_in(STORED)]
        body.append(ast.Return(ast.Tuple(states, ast.Load())))
    arguments = ast.arguments(
        [], [*map(ast.arg, unknowns.names.values())], None, [], [], ast.arg("_others"), []
    )
    listed = {OUTPUTS: sorted(set(outputs)), STORED: sorted(set(writer.stored))}
    module = ast.Module(
        [
            *ast.parse("".join(f"{name} = {names!r}\n" for name, names in listed.items())).body,
            function(FUNCTION, arguments, body),
        ],
        [],
    )
    code = ast.unparse(ast.fix_missing_locations(module))
    gate.check(ast.parse(code), writer.modules, _HELPERS)  # what its text says is what is run
    return Program(code, writer.modules, frozenset(writer.paths), writer.guards_nested)
