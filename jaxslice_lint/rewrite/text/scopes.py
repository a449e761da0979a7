"""Which names the scopes of a file bind, read off its `ast`: enough to know what a name means at a
site."""

import ast
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace

from jaxslice_lint.source.nodes import FunctionNode, span_of
from jaxslice_lint.source.text import Source, Span

Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
ScopeNode = ast.Module | ast.ClassDef | FunctionNode | Comprehension
_SCOPES = (
    ast.ClassDef,
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.Lambda,
    ast.ListComp,
    ast.SetComp,
    ast.DictComp,
    ast.GeneratorExp,
)


@dataclass(frozen=True, slots=True)
class Binding:
    """One place that binds a name. `target` is what an import binds it to (`jax.lax`), empty for
    anything else.

    `certain`: the statement runs whenever its scope does. `loads`: the module that the import
    names. `fallback`: in a handler of `try: import …`, which does not run in a program that traces
    anything with JAX.
    """

    name: str
    target: str
    line: int
    certain: bool
    loads: str = ""
    fallback: bool = False


class Scope:
    """The names that `node` itself binds, those of nested scopes left out."""

    def __init__(self, node: ScopeNode) -> None:
        self.node = node
        self.by_name: dict[str, list[Binding]] = {}
        for binding in _bindings(node):
            self.by_name.setdefault(binding.name, []).append(binding)
        #: Those that imports bind.
        self.imports = [one for each in self.by_name.values() for one in each if one.target]

    def of(self, name: str) -> tuple[Binding, ...]:
        """The bindings of one name."""
        return tuple(self.by_name.get(name, ()))


class Scopes:
    """The scopes of a file."""

    def __init__(self, tree: ast.Module, source: Source) -> None:
        self._tree = tree
        self._known: dict[ScopeNode, Scope] = {}
        #: Where each scope below the module begins and ends, and the scope around it, in the order of the text.
        self._places: list[tuple[_Place, _Place, ScopeNode]] = []
        self._around: dict[ScopeNode, ScopeNode] = {}
        pending: list[tuple[ast.AST, ScopeNode]] = [(tree, tree)]
        while pending:
            node, around = pending.pop()
            for child in ast.iter_child_nodes(node):
                if isinstance(child, _SCOPES):
                    self._around[child] = around
                    span = span_of(source, child)
                    self._places.append((span.start, span.end, child))
                    pending.append((child, child))
                elif not isinstance(child, ast.Constant | ast.Name):
                    pending.append((child, around))
        self._places.sort(key=lambda place: place[0])
        self._ends = {node: end for _, end, node in self._places}

    def around(self, site: Span) -> list[Scope]:
        """The scopes whose names are visible at `site`, from the innermost to the module."""
        last = bisect_right(self._places, site.start, key=lambda place: place[0]) - 1
        node: ScopeNode | None = self._places[last][2] if last >= 0 else self._tree
        visible: list[ScopeNode] = []
        while node is not None:
            encloses = node is self._tree or self._ends[node] >= site.end
            if encloses and not (visible and isinstance(node, ast.ClassDef)):
                visible.append(node)
            node = self._around.get(node)
        return [self._scope(one) for one in visible]

    def _scope(self, node: ScopeNode) -> Scope:
        if node not in self._known:
            self._known[node] = Scope(node)
        return self._known[node]


_Place = tuple[int, int]


def all_bindings(tree: ast.Module) -> Iterator[Binding]:
    """Every binding of the file, in any scope."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.Module, *_SCOPES)):
            yield from _bindings(node)


def _bindings(node: ScopeNode) -> Iterator[Binding]:
    match node:
        case ast.Module(body=body) | ast.ClassDef(body=body):
            children: list[ast.AST] = list(body)
        case ast.FunctionDef(body=body) | ast.AsyncFunctionDef(body=body):
            yield from _parameters(node.args)
            children = list(body)
        case ast.Lambda(body=expression):
            yield from _parameters(node.args)
            children = [expression]
        case _:
            children = list(ast.iter_child_nodes(node))
    for child in children:
        yield from _bound_by(child, certain=True)


def _parameters(arguments: ast.arguments) -> Iterator[Binding]:
    for node in ast.walk(arguments):
        if isinstance(node, ast.arg):
            yield Binding(node.arg, "", node.lineno, True)


def _bound_by(node: ast.AST, *, certain: bool) -> Iterator[Binding]:
    match node:
        case ast.Import(names=aliases):
            for alias in aliases:
                yield _imported(alias, "", node.lineno, certain)
            return
        case ast.ImportFrom(names=aliases, module=module, level=level):
            for alias in aliases:
                # A relative import is never JAX: it keeps an empty target.
                yield _imported(alias, "" if level else f"{module}.", node.lineno, certain, level)
            return
        case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
            yield Binding(name, "", node.lineno, certain)
        case ast.Global(names=names) | ast.Nonlocal(names=names):
            for name in names:
                yield Binding(name, "", node.lineno, certain)
        case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)):
            yield Binding(name, "", node.lineno, certain)
        case ast.MatchStar(name=str(name)) | ast.MatchMapping(rest=str(name)):
            yield Binding(name, "", node.lineno, certain)
        case ast.ClassDef(name=name) | ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
            yield Binding(name, "", node.lineno, certain)
        case ast.Try(body=[ast.Import() | ast.ImportFrom(), *_] as body):
            yield from _bound_by_import_attempt(node, body, certain)
            return
    if isinstance(node, Comprehension):  # a walrus in it binds a name around it
        inside = [one.target for one in ast.walk(node) if isinstance(one, ast.NamedExpr)]
        yield from (Binding(one.id, "", one.lineno, False) for one in inside)
    if isinstance(node, _SCOPES):
        return
    for child in ast.iter_child_nodes(node):
        yield from _bound_by(child, certain=certain and not isinstance(node, ast.stmt))


def _bound_by_import_attempt(
    node: ast.Try, body: list[ast.stmt], certain: bool
) -> Iterator[Binding]:
    for statement in body:
        yield from _bound_by(statement, certain=certain)
    for handler in node.handlers:
        yield from (replace(b, fallback=True) for b in _bound_by(handler, certain=False))
    for statement in [*node.orelse, *node.finalbody]:
        yield from _bound_by(statement, certain=False)


def _imported(alias: ast.alias, prefix: str, line: int, certain: bool, level: int = 0) -> Binding:
    if level:
        return Binding(alias.asname or alias.name, "", line, certain)
    path = prefix + alias.name
    if alias.asname or prefix:
        return Binding(alias.asname or alias.name, path, line, certain, path)
    root = alias.name.partition(".")[0]
    return Binding(root, root, line, certain, path)
