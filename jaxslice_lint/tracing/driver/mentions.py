"""The functions, classes and other names of a file, and which names each of them mentions.

By names alone, and rather too many than too few: what is assigned to an attribute, passed by keyword or put into a list
may be had again by the name of that. Names of local variables stand for nothing else.
"""

import ast
import builtins
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace

from jaxslice_lint.jax_model.arrays import ARRAY_ATTRIBUTES, STATIC_ATTRIBUTES
from jaxslice_lint.jax_model.bases import CALLED_BY
from jaxslice_lint.source.nodes import FunctionNode, all_parameters, is_candidate_slice, last_name
from jaxslice_lint.tracing.driver.candidates import (
    is_candidate_misuse,
    makes_container,
    stored_name,
)
from jaxslice_lint.tracing.observe.slice_calls import is_candidate_call

_Handed = ast.Name | ast.Attribute | ast.Lambda
_Held = (
    ast.List | ast.Tuple | ast.Dict | ast.ListComp | ast.DictComp | ast.GeneratorExp | ast.Starred
)
#: Attributes that are those of arrays, nearly always: they lead nowhere.
_OF_ARRAYS = STATIC_ATTRIBUTES | ARRAY_ATTRIBUTES
_BUILTINS = frozenset(dir(builtins))
#: Nodes that say of another one what it does, and nothing more.
_SIGNS = frozenset(
    sign
    for kind in (ast.expr_context, ast.operator, ast.cmpop, ast.unaryop, ast.boolop)
    for sign in kind.__subclasses__()
)
#: Methods through which a function hands itself to another one: `@rule.register`, `f.defvjp(forward, backward)`.
_TAKING = frozenset({"register", "defjvp", "defvjp", "defjvps", "def_vmap"})
#: Methods with which a container is given what it holds.
_HOLDING = frozenset({"append", "extend", "insert", "setdefault", "update", "add"})


@dataclass(slots=True)
class Definition:
    """A function, class or other name, and what can be reached through it.

    `mentions`: names that are not its own local variables, and attributes, those of its inner functions included.
    `holds_slice`: it holds a slice with a bound that is not a literal, `is_candidate`: that, or what may be another
    misuse.
    `makes`: it returns functions or objects.
    `made_by`: the name stands for what a call of that function or class returns.
    """

    name: str
    mentions: set[str] = field(default_factory=set)
    holds_slice: bool = False
    is_candidate: bool = False
    makes: bool = False
    made_by: str = ""


@dataclass(slots=True)
class Index:
    """The definitions of one file; `functions` by the identity of their nodes."""

    definitions: list[Definition] = field(default_factory=list)
    functions: dict[int, Definition] = field(default_factory=dict)
    has_candidates: bool = False


def index_of(tree: ast.Module, is_foreign: Callable[[str], bool]) -> Index:
    """The definitions in a module; `is_foreign` tells the modules that lie outside of the project."""
    found = Index()
    scope = _Scope(Definition(""))
    walk = _Walk(found, is_foreign, scope)
    walk.block(tree.body, scope)
    walk.judge_stores(scope)
    for definition in found.functions.values():
        definition.mentions -= _BUILTINS - scope.bound
    found.definitions += [Definition(name, {source}) for name, source in scope.aliases]
    return found


@dataclass(slots=True)
class _Scope:
    """A function, class or module while it is walked.

    `bound`: its local variables. `inner`: the functions defined in it. `aliases`: names under which others hand on what
    a name of this scope stands for. `stored`: the names to whose elements it assigns; `makes`: whether a name is always
    bound to a container that is made there.
    """

    definition: Definition
    is_class: bool = False
    is_function: bool = False
    bound: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)
    inner: dict[str, Definition] = field(default_factory=dict)
    aliases: list[tuple[str, str]] = field(default_factory=list)
    stored: set[str] = field(default_factory=set)
    makes: dict[str, bool] = field(default_factory=dict)


class _Walk:
    """One pass over a syntax tree."""

    def __init__(self, found: Index, is_foreign: Callable[[str], bool], module: _Scope) -> None:
        self._found, self._is_foreign, self._module = found, is_foreign, module
        self._foreign: set[str] = set()
        self._numpy: set[str] = set()

    def block(self, body: Iterable[ast.AST], scope: _Scope) -> None:
        for statement in body:
            self._visit(statement, scope)

    def _visit(self, node: ast.AST, scope: _Scope) -> None:
        if type(node) in _SIGNS:
            return
        match node:
            case ast.Name(id=name, ctx=ctx):
                (scope.names if isinstance(ctx, ast.Load) else scope.bound).add(name)
            case ast.Attribute(value=value, attr=name):
                if _root(node) not in self._foreign:
                    if name not in _OF_ARRAYS and not name.startswith("__"):
                        scope.definition.mentions.add(name)
                    self._visit(value, scope)
            case ast.Constant(value=str() as text):
                if text.isidentifier():
                    scope.definition.mentions.add(text)
            case ast.Constant():
                pass
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.Lambda():
                self._function(node, scope)
            case ast.ClassDef():
                self._class(node, scope)
            case ast.Import(names=names):
                for alias in names:
                    self._imported(alias, alias.name, scope)
            case ast.ImportFrom(names=names, level=level, module=module):
                for alias in names:
                    self._imported(alias, "" if level else module or "", scope)
            case _:
                self._note(node, scope)
                for name in node._fields:
                    value = getattr(node, name)
                    parts = value if isinstance(value, list) else (value,)
                    self.block((part for part in parts if isinstance(part, ast.AST)), scope)

    def _note(self, node: ast.AST, scope: _Scope) -> None:
        """What a statement or expression says beside its parts."""
        is_open = is_candidate_slice(node) or is_candidate_call(node)
        if is_open or is_candidate_misuse(node):
            scope.definition.holds_slice |= is_open
            scope.definition.is_candidate = self._found.has_candidates = True
        if stored := stored_name(node):
            scope.stored.add(stored)
        match node:
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    self._assigned(target, value, scope)
            case ast.AnnAssign(target=target, value=value):
                if scope.is_class and isinstance(target, ast.Name):
                    self._define(target.id, _parts_of(scope.definition.name))
                if value is not None:
                    self._assigned(target, value, scope)
            case ast.Call():
                self._call(node, scope)
            case ast.Dict(keys=keys, values=values):
                for key, value in zip(keys, values, strict=True):
                    if isinstance(key, ast.Constant) and isinstance(key.value, str):
                        self._alias(key.value, value, scope)
            case ast.Return(value=ast.Name() | ast.Attribute() | ast.Call()):
                scope.definition.makes = True

    def _imported(self, alias: ast.alias, module: str, scope: _Scope) -> None:
        name = alias.asname or alias.name.partition(".")[0]
        if module == "numpy":
            self._numpy.add(name)
        if module and self._is_foreign(module):
            self._foreign.add(name)
            return
        if not scope.is_function:
            scope.bound.add(name)
        if name != alias.name:
            self._define(name, alias.name.rpartition(".")[2])

    def _function(self, node: FunctionNode, scope: _Scope) -> None:
        name = "" if isinstance(node, ast.Lambda) else node.name
        inner = _Scope(Definition(name), is_function=True)
        for argument in all_parameters(node.args):
            inner.bound.add(argument.arg)
            if (
                argument.annotation is not None
            ):  # its class says what is called where the argument is
                self._visit(argument.annotation, inner)
        if isinstance(node, ast.Lambda):
            self._visit(node.body, inner)
        else:
            self._decorated(node, scope)
            self.block(node.body, inner)
            scope.bound.add(name)
        for default in (*node.args.defaults, *filter(None, node.args.kw_defaults)):
            self._visit(default, scope)
            self._visit(default, inner)
        self._close(inner, scope)
        self._found.functions[id(node)] = inner.definition
        scope.inner[name] = inner.definition
        if scope.is_function:
            # An inner function is called through the one that it stands in.
            scope.definition.makes = True
        elif name:
            self._found.definitions.append(inner.definition)
        # A class stands for the methods that nobody calls by name.
        if not scope.is_class or name.startswith("__"):
            self._merge(inner, scope)

    def _decorated(self, node: ast.FunctionDef | ast.AsyncFunctionDef, scope: _Scope) -> None:
        for decorator in node.decorator_list:
            self._visit(decorator, scope)
            called = decorator.func if isinstance(decorator, ast.Call) else decorator
            match called:
                case ast.Attribute(value=ast.Name(id=taker), attr=attr) if attr in _TAKING:
                    self._define(taker, node.name)

    def _class(self, node: ast.ClassDef, scope: _Scope) -> None:
        inner = _Scope(Definition(node.name, makes=True), is_class=True)
        self.block((*node.bases, *node.keywords, *node.decorator_list), scope)
        methods = [
            one for one in node.body if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)
        ]
        self.block((one for one in node.body if one not in methods), inner)
        # Its bases are called for it; what else its body mentions is done when the module is run.
        inner.definition.mentions.clear()
        inner.names = {last_name(base) for base in node.bases if _root(base) not in self._foreign}
        self.block(methods, inner)
        inner.definition.mentions |= inner.names
        for one in methods:
            for inherited in CALLED_BY.get(one.name, ()):
                self._define(inherited, one.name)
        self._found.definitions.append(inner.definition)
        scope.bound.add(node.name)
        scope.aliases += inner.aliases
        if scope.is_function:
            scope.definition.makes = True
            self._merge(inner, scope)

    def _close(self, scope: _Scope, outer: _Scope) -> None:
        """At the end of a function its local names are known: what is left of the others belongs to `outer`."""
        self.judge_stores(scope)
        scope.names -= scope.bound
        scope.definition.mentions |= scope.names
        for name, source in scope.aliases:
            if source in scope.inner:
                local = scope.inner[source]
                self._found.definitions.append(replace(local, name=name, made_by=""))
            elif source not in scope.bound:
                outer.aliases.append((name, source))

    def judge_stores(self, scope: _Scope) -> None:
        """A scope is a candidate that assigns to elements of what may be an array."""
        for name in scope.stored:
            bound = self._module.makes.get(name, True) if name not in scope.bound else False
            if not scope.makes.get(name, bound):
                scope.definition.is_candidate = self._found.has_candidates = True

    def _merge(self, inner: _Scope, outer: _Scope) -> None:
        own = inner.definition.mentions - inner.names
        outer.definition.mentions |= own
        outer.names |= inner.names
        outer.definition.holds_slice |= inner.definition.holds_slice
        outer.definition.is_candidate |= inner.definition.is_candidate

    def _assigned(self, target: ast.expr, value: ast.expr, scope: _Scope) -> None:
        if isinstance(target, ast.Name):
            made = makes_container(value, self._numpy)
            scope.makes[target.id] = made and scope.makes.get(target.id, True)
        for name in _found_by(target, scope.is_function):
            self._alias(name, value, scope)

    def _call(self, node: ast.Call, scope: _Scope) -> None:
        for keyword in node.keywords:
            if keyword.arg is not None and isinstance(keyword.value, _Handed):
                self._alias(keyword.arg, keyword.value, scope)
        taker = last_name(node.func)
        match node.func:
            case ast.Attribute(value=ast.Name(id=owner), attr=attr) if attr in _TAKING:
                taker = owner
            case ast.Attribute(value=ast.Name() | ast.Attribute() as owner, attr=attr) if (
                attr in _HOLDING
            ):
                self._held(last_name(owner), node.args, scope)
                return
            case _ if not taker[:1].isupper():
                return
            case _:
                taker = _parts_of(taker)
        for argument in node.args:
            if isinstance(argument, _Handed):
                self._alias(taker, argument, scope)

    def _held(self, name: str, arguments: Iterable[ast.expr], scope: _Scope) -> None:
        """What a container is given can be had from it; a local one is not found elsewhere by its name."""
        for argument in arguments if name not in scope.bound else ():
            self._alias(name, argument, scope)

    def _alias(self, name: str, value: ast.expr, scope: _Scope) -> None:
        """What may be called as `value` may be called as `name`."""
        match value:
            case ast.Name(id=source):
                scope.aliases.append((name, source))
            case ast.Attribute(value=owner, attr=source):
                self._define(name, source)
                if not isinstance(owner, ast.Name | ast.Attribute):
                    self._alias(name, owner, scope)
            case ast.Lambda():
                inner = _Scope(Definition(name), is_function=True)
                self._function(value, inner)
                made = self._found.functions[id(value)]
                self._found.definitions.append(replace(made, name=name))
            case ast.Call(func=called, args=arguments, keywords=keywords):
                if isinstance(called, ast.Attribute) and isinstance(called.value, _Held):
                    self._alias(name, called.value, scope)
                made_by = last_name(called)
                self._found.definitions.append(Definition(name, made_by=made_by))
                if made_by[:1].isupper():
                    self._define(name, made_by)
                for argument in (*arguments, *(keyword.value for keyword in keywords)):
                    if isinstance(argument, _Handed | _Held | ast.BinOp) or _is_constructed(
                        argument
                    ):
                        self._alias(name, argument, scope)
            case ast.Tuple(elts=parts) | ast.List(elts=parts) | ast.Dict(values=parts):
                for part in parts:
                    self._alias(name, part, scope)
            case ast.ListComp(elt=part) | ast.GeneratorExp(elt=part) | ast.DictComp(value=part):
                self._alias(name, part, scope)
            case ast.Starred(value=part):
                self._alias(name, part, scope)
            case ast.BinOp(left=left, right=right):
                self._alias(name, left, scope)
                self._alias(name, right, scope)
            case ast.IfExp(body=body, orelse=orelse):
                self._alias(name, body, scope)
                self._alias(name, orelse, scope)
            case ast.BoolOp(values=parts):
                for part in parts:
                    self._alias(name, part, scope)

    def _define(self, name: str, source: str) -> None:
        self._found.definitions.append(Definition(name, {source}))


def _is_constructed(node: ast.expr) -> bool:
    """Whether an expression makes an object of a class, by its name."""
    return isinstance(node, ast.Call) and last_name(node.func)[:1].isupper()


def _root(node: ast.expr) -> str:
    """The name that a chain of attributes begins with."""
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def _parts_of(name: str) -> str:
    """Stands for what is passed to a class, and can be had from the fields of its objects."""
    return f"{name}()"


def _found_by(target: ast.expr, local: bool) -> Iterator[str]:
    """The names by which other functions may find what is assigned to `target`."""
    match target:
        case ast.Name(id=name) if not local:
            yield name
        case ast.Attribute(attr=name):
            yield name
        case ast.Subscript(value=value):
            yield last_name(value)
        case ast.Tuple(elts=elements) | ast.List(elts=elements):
            for element in elements:
                yield from _found_by(element, local)
