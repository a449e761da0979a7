"""The functions, classes and other names of a file, and which names each of them mentions.

By names alone, and rather too many than too few: what is assigned to an attribute, passed by keyword or put into a list
may be had again by the name of that. Names of local variables stand for nothing else.
"""

import ast
import builtins
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from jaxslice_lint.jax_model.arrays import ARRAY_ATTRIBUTES, STATIC_ATTRIBUTES
from jaxslice_lint.jax_model.bases import CALLED_BY
from jaxslice_lint.source.nodes import (
    FunctionNode,
    all_parameters,
    children,
    is_candidate_slice,
    last_name,
    root_name,
    unquoted,
)
from jaxslice_lint.tracing.calls.activations import CONSTRUCTORS
from jaxslice_lint.tracing.driver.candidates import (
    is_candidate_misuse,
    makes_container,
    stored_name,
)
from jaxslice_lint.tracing.driver.handed import GIVING, HOLDING, found_by, is_constructed, parts_in
from jaxslice_lint.tracing.driver.index import Definition, Index, Scope, any_of, parts_of, passed_to
from jaxslice_lint.tracing.observe.slice_calls import is_candidate_call

_Handed = ast.Name | ast.Attribute | ast.Lambda
_Decorated = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
_Held = (
    ast.List | ast.Tuple | ast.Dict | ast.ListComp | ast.DictComp | ast.GeneratorExp | ast.Starred
)
#: Attributes that are those of arrays, nearly always: they lead nowhere.
_OF_ARRAYS = STATIC_ATTRIBUTES | ARRAY_ATTRIBUTES
_BUILTINS = frozenset(dir(builtins))
#: Methods through which a function hands itself to another one: `@rule.register`, `f.defvjp(forward, backward)`.
_TAKING = frozenset({"register", "defjvp", "defvjp", "defjvps", "def_vmap"})


def index_of(tree: ast.Module, is_foreign: Callable[[str], bool]) -> Index:
    """The definitions in a module; `is_foreign` tells the modules that lie outside of the project."""
    found = Index()
    scope = Scope(Definition(""))
    walk = _Walk(found, is_foreign, scope)
    walk.block(tree.body, scope)
    walk.judge_stores(scope)
    builtin = _BUILTINS - scope.bound
    for definition in found.functions.values():
        definition.mentions -= builtin
    found.definitions += [Definition(name, {source}) for name, source in scope.aliases]
    found.mentions = scope.definition.mentions | scope.names
    return found


class _Walk:
    """One pass over a syntax tree."""

    def __init__(self, found: Index, is_foreign: Callable[[str], bool], module: Scope) -> None:
        self._found, self._is_foreign, self._module = found, is_foreign, module
        self._foreign: set[str] = set()
        self._numpy: set[str] = set()

    def block(self, body: Iterable[ast.AST], scope: Scope) -> None:
        for node in body:
            self._visit(node, scope)

    def _visit(self, node: ast.AST, scope: Scope) -> None:
        _VISITORS.get(type(node), _Walk._parts)(self, node, scope)

    def _parts(self, node: ast.AST, scope: Scope) -> None:
        self.block(children(node), scope)

    def _name(self, node: ast.Name, scope: Scope) -> None:
        (scope.names if isinstance(node.ctx, ast.Load) else scope.bound).add(node.id)

    def _attribute(self, node: ast.Attribute, scope: Scope) -> None:
        if root_name(node) in self._foreign:
            return
        owner: ast.expr = node
        while isinstance(owner, ast.Attribute):
            if owner.attr not in _OF_ARRAYS and not owner.attr.startswith("__"):
                scope.definition.mentions.add(owner.attr)
            owner = owner.value
        self._visit(owner, scope)

    def _constant(self, node: ast.Constant, scope: Scope) -> None:
        if isinstance(node.value, str) and node.value.isidentifier():
            scope.definition.mentions.add(node.value)

    def _import(self, node: ast.Import | ast.ImportFrom, scope: Scope) -> None:
        for alias in node.names:
            module = alias.name
            if isinstance(node, ast.ImportFrom):
                module = "" if node.level else node.module or ""
            self._imported(alias, module, scope)

    def _question(self, node: ast.AST, scope: Scope) -> None:
        """What may be worth a question."""
        is_open = is_candidate_slice(node) or is_candidate_call(node)
        if is_open or is_candidate_misuse(node):
            scope.definition.holds_slice |= is_open
            scope.definition.is_candidate = self._found.has_candidates = True
        self._parts(node, scope)

    def _subscript(self, node: ast.Subscript, scope: Scope) -> None:
        if stored := stored_name(node):
            scope.stored.add(stored)
        self._question(node, scope)

    def _call(self, node: ast.Call, scope: Scope) -> None:
        self._handed_over(node, scope)
        self._question(node, scope)

    def _assignment(self, node: ast.Assign, scope: Scope) -> None:
        for target in node.targets:
            self._assigned(target, node.value, scope)
        self._parts(node, scope)

    def _annotated(self, node: ast.AnnAssign, scope: Scope) -> None:
        if scope.is_class and isinstance(node.target, ast.Name):
            self._define(node.target.id, parts_of(scope.definition.name))
            self._declared(node.target.id, node.annotation)
        if node.value is not None:
            self._assigned(node.target, node.value, scope)
        self._parts(node, scope)

    def _dict(self, node: ast.Dict, scope: Scope) -> None:
        for key, value in zip(node.keys, node.values, strict=True):
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                self._alias(key.value, value, scope)
        self._parts(node, scope)

    def _return(self, node: ast.Return, scope: Scope) -> None:
        if isinstance(node.value, ast.Name | ast.Attribute | ast.Call):
            scope.definition.makes = True
        self._parts(node, scope)

    def _imported(self, alias: ast.alias, module: str, scope: Scope) -> None:
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

    def _function(self, node: FunctionNode, scope: Scope) -> None:
        name = "" if isinstance(node, ast.Lambda) else node.name
        inner = Scope(Definition(name), is_function=True)
        for argument in all_parameters(node.args):
            inner.bound.add(argument.arg)
            inner.parameters.add(argument.arg)
            if argument.annotation is not None:
                self._annotation(argument.annotation, inner)
        if isinstance(node, ast.Lambda):
            self._visit(node.body, inner)
        else:
            self._decorated(node, scope)
            self.block(node.body, inner)
            scope.bound.add(name)
        for default in (*node.args.defaults, *filter(None, node.args.kw_defaults)):
            self._visit(default, scope)
            self._visit(default, inner)
            if isinstance(default, _Handed | ast.Call):
                self._alias(passed_to(inner, scope), default, scope)
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

    def _annotation(self, node: ast.expr, scope: Scope) -> None:
        """The class of a parameter says what is called where that is called; it may be of a subclass."""
        inner = Scope(scope.definition)
        self._visit(unquoted(node), inner)
        classes = inner.names - self._foreign - _BUILTINS
        scope.names |= classes
        scope.definition.mentions |= set(map(any_of, classes))

    def _declared(self, field: str, annotation: ast.expr) -> None:
        """What a field holds is of its class."""
        scope = Scope(Definition(field))
        self._annotation(annotation, scope)
        scope.definition.mentions |= scope.names
        if scope.definition.mentions:
            self._found.definitions.append(scope.definition)

    def _decorated(self, node: _Decorated, scope: Scope) -> None:
        """A decorator may keep what it is given."""
        for decorator in node.decorator_list:
            self._visit(decorator, scope)
            called = decorator.func if isinstance(decorator, ast.Call) else decorator
            match called:
                case ast.Attribute(value=ast.Name(id=taker), attr=attr) if attr in _TAKING:
                    self._define(taker, node.name)
            if last_name(called) and root_name(called) not in self._foreign:
                self._define(parts_of(last_name(called)), node.name)

    def _class(self, node: ast.ClassDef, scope: Scope) -> None:
        inner = Scope(Definition(node.name, makes=True), is_class=True)
        self.block((*node.bases, *node.keywords), scope)
        self._decorated(node, scope)
        methods = [
            one for one in node.body if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)
        ]
        self.block((one for one in node.body if one not in methods), inner)
        # Its bases are called for it; what else its body mentions is done when the module is run.
        inner.definition.mentions.clear()
        bases = [base.value if isinstance(base, ast.Subscript) else base for base in node.bases]
        inherited = {last_name(base) for base in bases if root_name(base) not in self._foreign}
        inner.names = set(inherited)
        self.block(methods, inner)
        if any(one.name.startswith("__") and one.name not in CONSTRUCTORS for one in methods):
            self._found.callables.add(node.name)
        self._found.heirs += [(base, node.name) for base in inherited]
        inner.definition.mentions |= inner.names
        for one in methods:
            for caller in CALLED_BY.get(one.name, ()):
                self._define(caller, one.name)
        self._found.definitions.append(inner.definition)
        scope.bound.add(node.name)
        scope.aliases += inner.aliases
        if scope.is_function:
            scope.definition.makes = True
            self._merge(inner, scope)

    def _close(self, scope: Scope, outer: Scope) -> None:
        """At the end of a function its local names are known: what is left of the others belongs to `outer`."""
        for name, value in scope.kept:
            self._keep(name, value, scope, outer)
        self.judge_stores(scope)
        scope.names -= scope.bound
        scope.definition.mentions |= scope.names
        for name, source in scope.aliases:
            if source in scope.inner:
                local = scope.inner[source]
                self._found.definitions.append(replace(local, name=name, made_by=""))
            elif source not in scope.bound:
                outer.aliases.append((name, source))

    def _keep(self, name: str, value: ast.expr, scope: Scope, outer: Scope) -> None:
        """What is kept under `name`, where it is a local variable or what that makes."""
        waiting, seen = [value], set[str]()
        while waiting:
            for part in parts_in(waiting.pop()):
                source = last_name(part.func if isinstance(part, ast.Call) else part)
                if source in seen:
                    continue
                seen.add(source)
                for given in scope.assigned.get(source, ()):
                    self._alias(name, given, scope)
                    waiting.append(given)
                if source in scope.parameters:
                    self._passed(name, scope, outer)

    def _passed(self, name: str, scope: Scope, outer: Scope) -> None:
        """What the function of `scope` is passed can be had by `name`."""
        own = passed_to(scope, outer)
        self._define(name, own)
        if outer.is_function:  # who calls `outer` is given the function, and passes it something
            self._define(own, parts_of(outer.definition.name))

    def judge_stores(self, scope: Scope) -> None:
        """A scope is a candidate that assigns to elements of what may be an array."""
        for name in scope.stored:
            bound = self._module.makes.get(name, True) if name not in scope.bound else False
            if not scope.makes.get(name, bound):
                scope.definition.is_candidate = self._found.has_candidates = True

    def _merge(self, inner: Scope, outer: Scope) -> None:
        own = inner.definition.mentions - inner.names
        outer.definition.mentions |= own
        outer.names |= inner.names
        outer.definition.holds_slice |= inner.definition.holds_slice
        outer.definition.is_candidate |= inner.definition.is_candidate

    def _assigned(self, target: ast.expr, value: ast.expr, scope: Scope) -> None:
        if isinstance(target, ast.Name):
            made = makes_container(value, self._numpy)
            scope.makes[target.id] = made and scope.makes.get(target.id, True)
            if scope.is_function:
                scope.assigned.setdefault(target.id, []).append(value)
        for name in found_by(target, scope.is_function):
            self._alias(name, value, scope)
            scope.kept.append((name, value))

    def _handed_over(self, node: ast.Call, scope: Scope) -> None:
        """What a call passes may be called by who takes it."""
        for keyword in node.keywords:
            if keyword.arg is not None and isinstance(keyword.value, _Handed):
                self._alias(keyword.arg, keyword.value, scope)
        if not node.args:
            return
        taker = last_name(node.func)
        match node.func:
            case ast.Attribute(value=ast.Name(id=owner), attr=attr) if attr in _TAKING:
                taker = owner
            case ast.Attribute(value=ast.Name() | ast.Attribute() as owner, attr=attr) if (
                attr in HOLDING
            ):
                self._held(last_name(owner), node.args, scope)
                return
            case _ if not taker[:1].isupper():
                return
            case _:
                taker = parts_of(taker)
        for argument in node.args:
            if isinstance(argument, _Handed):
                self._alias(taker, argument, scope)

    def _held(self, name: str, arguments: Iterable[ast.expr], scope: Scope) -> None:
        """What a container is given can be had from it."""
        for argument in arguments:
            if name in scope.bound:
                scope.assigned.setdefault(name, []).append(argument)
            else:
                self._alias(name, argument, scope)
                scope.kept.append((name, argument))

    def _alias(self, name: str, value: ast.expr, scope: Scope) -> None:
        """What may be called as `value` may be called as `name`."""
        for part in parts_in(value):
            match part:
                case ast.Name(id=source):
                    scope.aliases.append((name, source))
                case ast.Attribute(value=owner, attr=source):
                    self._define(name, source)
                    if not isinstance(owner, ast.Name | ast.Attribute):
                        self._alias(name, owner, scope)
                case ast.Lambda():
                    inner = Scope(Definition(name), is_function=True)
                    self._function(part, inner)
                    made = self._found.functions[id(part)]
                    self._found.definitions.append(replace(made, name=name))
                case ast.Call():
                    self._made(name, part, scope)

    def _made(self, name: str, call: ast.Call, scope: Scope) -> None:
        """What a call returns may be called as `name`."""
        match call.func:
            case ast.Attribute(value=owner, attr=attr):
                if attr in GIVING or isinstance(owner, _Held):
                    self._alias(name, owner, scope)
            case ast.Name():
                pass
            case _:
                self._alias(name, call.func, scope)
        made_by = last_name(call.func)
        if not made_by.startswith("__"):
            self._found.definitions.append(Definition(name, made_by=made_by))
        if made_by[:1].isupper():
            self._define(name, made_by)
            self._found.heirs += [
                (name, last_name(keyword.value))
                for keyword in call.keywords
                if keyword.arg == "bound"
            ]
        for argument in (*call.args, *(keyword.value for keyword in call.keywords)):
            if isinstance(argument, _Handed | _Held | ast.BinOp) or is_constructed(argument):
                self._alias(name, argument, scope)

    def _define(self, name: str, source: str) -> None:
        self._found.definitions.append(Definition(name, {source}))


#: The other nodes say nothing beside their parts.
_VISITORS: dict[type[ast.AST], Callable[[_Walk, Any, Scope], None]] = {
    ast.Name: _Walk._name,
    ast.Attribute: _Walk._attribute,
    ast.Constant: _Walk._constant,
    ast.FunctionDef: _Walk._function,
    ast.AsyncFunctionDef: _Walk._function,
    ast.Lambda: _Walk._function,
    ast.ClassDef: _Walk._class,
    ast.Import: _Walk._import,
    ast.ImportFrom: _Walk._import,
    ast.Slice: _Walk._question,
    ast.Subscript: _Walk._subscript,
    ast.Expr: _Walk._question,
    ast.Call: _Walk._call,
    ast.Assign: _Walk._assignment,
    ast.AnnAssign: _Walk._annotated,
    ast.Dict: _Walk._dict,
    ast.Return: _Walk._return,
}
