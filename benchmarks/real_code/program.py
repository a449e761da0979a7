"""The functions of a package by name: where each is defined, and what it mentions.

This knows names and nesting only, nothing of values: it is to be independent of the tool that is measured.
"""

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from lax_calls import import_names


def definition_name(node: ast.AST) -> str:
    """What a function, class or lambda adds to a dotted path; empty for any other node."""
    match node:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return name
        case ast.Lambda():
            return f"<lambda {node.lineno}:{node.col_offset}>"
    return ""


@dataclass(frozen=True, slots=True)
class Key:
    """A function or a class: its file and its dotted path in it; the path of a module is empty."""

    path: str
    name: str

    def inside(self, name: str) -> "Key":
        """The key of what is defined in it."""
        return Key(self.path, f"{self.name}.{name}" if self.name else name)

    @property
    def parent(self) -> "Key":
        """What it is defined in."""
        return Key(self.path, self.name.rpartition(".")[0])

    @property
    def last(self) -> str:
        """Its bare name."""
        return self.name.rpartition(".")[2]


@dataclass(slots=True)
class Unit:
    """What is written under one key, without what is defined inside. A module is a unit as well.

    `nodes` are its calls, names and attributes.
    """

    key: Key
    is_class: bool = False
    nodes: list[ast.AST] = field(default_factory=list)
    lambdas: list[Key] = field(default_factory=list)
    decorators: list[ast.expr] = field(default_factory=list)
    parameters: list[str] = field(default_factory=list)
    bases: list[ast.expr] = field(default_factory=list)
    assigned: dict[str, list[ast.expr]] = field(default_factory=lambda: defaultdict(list))
    returned: list[ast.expr] = field(default_factory=list)


class Program:
    """All files of a package."""

    def __init__(self, files: Iterable[tuple[str, ast.Module]]) -> None:
        self.units: dict[Key, Unit] = {}
        self.imports: dict[str, dict[str, str]] = {}
        self.top_level: dict[str, list[Key]] = defaultdict(list)
        self.methods: dict[str, list[Key]] = defaultdict(list)
        for path, tree in files:
            self.imports[path] = import_names(tree)
            self._collect(self._unit(Key(path, "")), tree.body)
        for unit in self.units.values():
            parent = self.units.get(unit.key.parent)
            if unit.key.name and parent is not None:
                group = self.methods if parent.key.name else self.top_level
                group[unit.key.last].append(unit.key)
        self.families = _Families(self)

    def named(self, name: str, scope: Key) -> list[Key]:
        """What a bare name may be: by scope, else by import, whatever module of the package has that name."""
        for outer in self._scopes(scope):
            if outer.inside(name) in self.units:
                return [outer.inside(name)]
        if name in self.imports[scope.path]:
            return self.top_level.get(self.imports[scope.path][name].rpartition(".")[2], [])
        return []

    def values(self, name: str, scope: Key) -> Iterator[tuple[ast.expr, Key]]:
        """What the nearest scope that assigns to a name assigns, and that scope."""
        for outer in self._scopes(scope):
            if values := self.units[outer].assigned.get(name):
                yield from ((value, outer) for value in values)
                return

    def attribute(self, node: ast.Attribute, scope: Key) -> list[Key]:
        """What `base.name` may be: a method of its class family for `self`, else any function of that name.

        Functions inside functions are meant too: they are returned in tuples, and called as attributes of those.
        """
        base = node.value
        if isinstance(base, ast.Name) and base.id in {"self", "cls"}:
            owner = self.owner(scope)
            family = self.families.of(owner) if owner else set()
            return [key for key in self.methods.get(node.attr, []) if key.parent.last in family]
        if (
            isinstance(base, ast.Call)
            and isinstance(base.func, ast.Name)
            and base.func.id == "super"
        ):
            owner = self.owner(scope)
            family = self.families.of(owner) if owner else set()
            return [key for key in self.methods.get(node.attr, []) if key.parent.last in family]
        head = base
        while isinstance(head, ast.Attribute):
            head = head.value
        if isinstance(head, ast.Name) and head.id in self.imports[scope.path]:
            return [*self.top_level.get(node.attr, []), *self._static(node)]
        return self.methods.get(node.attr, [])

    def owner(self, scope: Key) -> Key | None:
        """The class around a scope."""
        return next((s for s in self._scopes(scope) if self.units[s].is_class), None)

    def _static(self, node: ast.Attribute) -> list[Key]:
        """Methods named by `Class.method`."""
        last = node.value.attr if isinstance(node.value, ast.Attribute) else None
        last = node.value.id if isinstance(node.value, ast.Name) else last
        return [key for key in self.methods.get(node.attr, []) if key.parent.last == last]

    def _scopes(self, scope: Key) -> Iterator[Key]:
        while True:
            yield scope
            if not scope.name:
                return
            scope = scope.parent

    def _unit(self, key: Key) -> Unit:
        return self.units.setdefault(key, Unit(key))

    def _collect(self, unit: Unit, body: Iterable[ast.AST]) -> None:
        """Give each node to the innermost definition around it."""
        pending = list(body)
        while pending:
            node = pending.pop()
            if isinstance(node, ast.Lambda):
                inner = self._unit(unit.key.inside(definition_name(node)))
                unit.lambdas.append(inner.key)
                inner.parameters = [argument.arg for argument in node.args.args]
                inner.returned.append(node.body)
                pending += node.args.defaults
                self._collect(inner, [node.body])
                continue
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                inner = self._unit(unit.key.inside(node.name))
                inner.decorators += node.decorator_list
                pending += node.decorator_list
                if isinstance(node, ast.ClassDef):
                    inner.is_class = True
                    inner.bases += node.bases
                else:
                    arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
                    inner.parameters = [argument.arg for argument in arguments]
                self._collect(inner, node.body)
                continue
            if isinstance(node, ast.Call | ast.Name | ast.Attribute):
                unit.nodes.append(node)
            match node:
                case ast.Assign(targets=targets, value=value):
                    for target in targets:
                        if isinstance(target, ast.Name):
                            unit.assigned[target.id].append(value)
                case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                    unit.assigned[name].append(value)
                case ast.Return(value=ast.expr() as value):
                    unit.returned.append(value)
            pending += ast.iter_child_nodes(node)


class _Families:
    """Which classes inherit from each other, by bare name."""

    def __init__(self, program: Program) -> None:
        self.bases: dict[str, set[str]] = defaultdict(set)
        self.heirs: dict[str, set[str]] = defaultdict(set)
        self.outside: dict[str, set[str]] = defaultdict(set)
        for unit in program.units.values():
            for base in unit.bases:
                dotted = _dotted(base)
                head, _, rest = dotted.partition(".")
                full = program.imports[unit.key.path].get(head, head) + (f".{rest}" if rest else "")
                last = dotted.rpartition(".")[2]
                self.bases[unit.key.last].add(last)
                self.heirs[last].add(unit.key.last)
                self.outside[unit.key.last].add(full)

    def of(self, owner: Key) -> set[str]:
        """The class with its ancestors and its heirs, by bare name."""
        return self._closure(owner.last, self.bases) | self._closure(owner.last, self.heirs)

    def origins(self, name: str) -> set[str]:
        """The dotted names of all bases of a class and of its ancestors."""
        ancestors = self._closure(name, self.bases)
        return {full for ancestor in ancestors for full in self.outside.get(ancestor, ())}

    def _closure(self, name: str, step: dict[str, set[str]]) -> set[str]:
        seen: set[str] = set()
        pending = [name]
        while pending:
            if (name := pending.pop()) not in seen:
                seen.add(name)
                pending += step.get(name, ())
        return seen


def _dotted(node: ast.expr) -> str:
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=value, attr=name):
            return f"{_dotted(value)}.{name}"
        case ast.Subscript(value=value):
            return _dotted(value)
    return ""
