"""Which functions can get to a slice worth a question: only those are traced as entries.

By names alone, and rather too many than too few: a function gets to a slice if it holds one, or mentions the name of a
function, class, field or variable through which another that does can be called.
"""

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from jaxslice_lint.tracing.sites import is_open_slice

_FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
#: Methods through which a function hands itself to another one: `@rule.register`, `f.defvjp(forward, backward)`.
_TAKING = frozenset({"register", "defjvp", "defvjp", "defjvps", "def_vmap"})


@dataclass(slots=True)
class Definition:
    """What is mentioned in a function, inner functions included, or in what a name is bound to.

    `is_open`: it holds a slice with a bound that is not a literal.
    """

    name: str
    mentions: set[str] = field(default_factory=set)
    is_open: bool = False

    def add(self, other: "Definition") -> None:
        """Mention what `other` does."""
        self.mentions |= other.mentions
        self.is_open = self.is_open or other.is_open


@dataclass(slots=True)
class Index:
    """The definitions of one file; `functions` by the identity of their nodes."""

    definitions: list[Definition] = field(default_factory=list)
    functions: dict[int, Definition] = field(default_factory=dict)
    has_open_slices: bool = False


def index(tree: ast.Module) -> Index:
    """The definitions in a module."""
    found = Index()
    _Walk(found).body(tree.body, Definition(""), outer=None)
    return found


class Reach:
    """The names through which an open slice can be reached, in all of the given modules."""

    def __init__(self, indices: Iterable[Index] = ()) -> None:
        self._functions: dict[int, Definition] = {}
        mentioning: dict[str, list[str]] = defaultdict(list)
        pending: list[str] = []
        for one in indices:
            self._functions |= one.functions
            for definition in one.definitions:
                if definition.is_open:
                    pending.append(definition.name)
                for name in definition.mentions:
                    mentioning[name].append(definition.name)
        self._names = set(pending)
        while pending:
            for name in mentioning.get(pending.pop(), ()):
                if name not in self._names:
                    self._names.add(name)
                    pending.append(name)

    def includes(self, node: _FunctionNode) -> bool:
        """Whether a function may get to an open slice."""
        found = self._functions.get(id(node))
        if found is None:
            return False
        return found.is_open or not self._names.isdisjoint(found.mentions)


class _Walk:
    """One pass over a syntax tree. `scope` collects what is mentioned; `outer` is the class that a statement stands in."""

    def __init__(self, found: Index) -> None:
        self._found = found

    def body(self, body: list[ast.stmt], scope: Definition, outer: Definition | None) -> None:
        is_function = scope.name and scope is not outer
        for statement in body:
            match statement:
                case ast.FunctionDef() | ast.AsyncFunctionDef():
                    self._function(statement, scope, outer)
                case ast.ClassDef():
                    self._class(statement, scope)
                case ast.Assign(targets=targets, value=value):
                    self._assigned(targets, value, scope, local=bool(is_function))
                case ast.AnnAssign(target=target, value=value):
                    if outer is not None and isinstance(target, ast.Name):
                        self._define(target.id, {outer.name})
                    if value is not None:
                        self._assigned([target], value, scope, local=bool(is_function))
                case _:
                    self._statement(statement, scope, outer)

    def _statement(self, node: ast.stmt, scope: Definition, outer: Definition | None) -> None:
        """A statement that may hold others: `if`, `for`, `try`, …"""
        for name in node._fields:
            value = getattr(node, name)
            if isinstance(value, list) and value and isinstance(value[0], ast.stmt):
                self.body(value, scope, outer)
            else:
                self._part(value, scope, outer)

    def _part(self, value: object, scope: Definition, outer: Definition | None) -> None:
        match value:
            case list():
                for one in value:
                    self._part(one, scope, outer)
            case ast.expr():
                self._expression(value, scope)
            case ast.stmt():
                self._statement(value, scope, outer)
            case ast.excepthandler() | ast.match_case():
                for name in value._fields:
                    inner = getattr(value, name)
                    if name == "body":
                        self.body(inner, scope, outer)
                    else:
                        self._part(inner, scope, outer)
            case ast.AST():
                for name in value._fields:
                    self._part(getattr(value, name), scope, outer)

    def _function(
        self,
        node: ast.FunctionDef | ast.AsyncFunctionDef,
        scope: Definition,
        outer: Definition | None,
    ) -> None:
        for part in (*node.decorator_list, *node.args.defaults, *filter(None, node.args.kw_defaults)):
            self._expression(part, scope)
        for decorator in node.decorator_list:
            match decorator:
                case ast.Attribute(value=ast.Name(id=taker), attr=attr) if attr in _TAKING:
                    self._define(taker, {node.name})
                case ast.Call(func=ast.Attribute(value=ast.Name(id=taker), attr=attr)):
                    if attr in _TAKING:
                        self._define(taker, {node.name})
        inner = Definition(node.name)
        self.body(node.body, inner, None)
        self._found.functions[id(node)] = inner
        # An inner function is called through the one that it stands in.
        if not scope.name or scope is outer:
            self._found.definitions.append(inner)
        # A class stands for the methods that nobody calls by name.
        if scope is not outer or node.name.startswith("__"):
            scope.add(inner)

    def _class(self, node: ast.ClassDef, scope: Definition) -> None:
        for part in (*node.bases, *(keyword.value for keyword in node.keywords)):
            self._expression(part, scope)
            if isinstance(part, ast.Name | ast.Attribute):
                self._define(_last_name(part), {node.name})
        for decorator in node.decorator_list:
            self._expression(decorator, scope)
        inner = Definition(node.name)
        self.body(node.body, inner, inner)
        self._found.definitions.append(inner)

    def _assigned(
        self, targets: list[ast.expr], value: ast.expr, scope: Definition, *, local: bool
    ) -> None:
        inner = Definition("")
        self._expression(value, inner)
        scope.add(inner)
        for target in targets:
            self._expression(target, scope)
            for name in _bound(target, local):
                self._found.definitions.append(Definition(name, inner.mentions, inner.is_open))

    def _expression(self, node: ast.expr, scope: Definition) -> None:
        match node:
            case ast.Name(id=name):
                scope.mentions.add(name)
            case ast.Attribute(value=value, attr=name):
                scope.mentions.add(name)
                self._expression(value, scope)
            case ast.Constant(value=value):
                if isinstance(value, str) and value.isidentifier():
                    scope.mentions.add(value)
            case ast.Lambda(body=body):
                inner = Definition("lambda")
                self._expression(body, inner)
                self._found.functions[id(node)] = inner
                scope.add(inner)
            case ast.Call():
                self._call(node, scope)
            case ast.Slice():
                self._note_slice(node, scope)
                self._children(node, scope)
            case ast.Dict(keys=keys, values=values):
                for key, value in zip(keys, values, strict=True):
                    if isinstance(key, ast.Constant) and isinstance(key.value, str):
                        self._alias(key.value, value)
                self._children(node, scope)
            case _:
                self._children(node, scope)

    def _children(self, node: ast.AST, scope: Definition) -> None:
        for name in node._fields:
            value = getattr(node, name)
            for one in value if isinstance(value, list) else (value,):
                if isinstance(one, ast.expr):
                    self._expression(one, scope)
                elif isinstance(one, ast.comprehension | ast.keyword):
                    self._children(one, scope)

    def _call(self, node: ast.Call, scope: Definition) -> None:
        self._note_slice(node, scope)
        for keyword in node.keywords:
            if keyword.arg is not None:
                self._alias(keyword.arg, keyword.value)
        match node.func:
            case ast.Attribute(value=ast.Name(id=taker), attr=attr) if attr in _TAKING:
                pass
            case ast.Name(id=taker) | ast.Attribute(attr=taker) if taker[:1].isupper():
                pass
            case _:
                taker = ""
        for argument in node.args if taker else ():
            self._alias(taker, argument)
        self._children(node, scope)

    def _alias(self, name: str, value: ast.expr) -> None:
        """A function that is handed on under a name."""
        if isinstance(value, ast.Name | ast.Attribute):
            self._define(name, {_last_name(value)})
        elif isinstance(value, ast.Lambda | ast.Call) and _hands_on(value):
            inner = Definition("")
            self._expression(value, inner)
            self._found.definitions.append(Definition(name, inner.mentions, inner.is_open))

    def _note_slice(self, node: ast.AST, scope: Definition) -> None:
        if is_open_slice(node):
            scope.is_open = self._found.has_open_slices = True

    def _define(self, name: str, mentions: set[str]) -> None:
        self._found.definitions.append(Definition(name, mentions))


def _last_name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def _hands_on(node: ast.Lambda | ast.Call) -> bool:
    """A lambda, or a call that makes a function of functions: `partial(f, 3)`, `jax.jit(f)`."""
    if isinstance(node, ast.Lambda):
        return True
    return any(isinstance(argument, ast.Name | ast.Attribute | ast.Lambda) for argument in node.args[:1])


def _bound(target: ast.expr, local: bool) -> Iterator[str]:
    """The names by which other functions may find what is assigned to `target`."""
    match target:
        case ast.Name(id=name) if not local:
            yield name
        case ast.Attribute(attr=name):
            yield name
        case ast.Subscript(value=value):
            yield _last_name(value)
        case ast.Tuple(elts=elements) | ast.List(elts=elements):
            for element in elements:
                yield from _bound(element, local)
