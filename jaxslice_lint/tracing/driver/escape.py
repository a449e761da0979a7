"""Escape analysis: which functions may be called in ways that are not seen. A rewrite may assume of them what their own
text says.

By names alone, and rather too many than too few: a function is exposed if others can import it, or if it escapes: its
name is mentioned otherwise than where it is called or handed to a transform that calls it.
"""

import ast
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path

from jaxslice_lint.jax_model.model import Model
from jaxslice_lint.source.nodes import FunctionNode, all_parameters, last_name, walk
from jaxslice_lint.source.project import Project
from jaxslice_lint.tracing.domain.values import Function

#: Tells by the node of a function the functions that call it, or in which it is defined, by their nodes.
Around = Callable[[int], dict[int, Function]]


@dataclass(slots=True)
class _Mentions:
    """What is mentioned in a file so that it may be called by somebody who is not seen: names and lambdas.

    `own`: those of the names that stand for what the file itself binds, and not for anything of another file.
    """

    names: set[str] = field(default_factory=set)
    own: set[str] = field(default_factory=set)
    lambdas: set[ast.Lambda] = field(default_factory=set)


@dataclass
class EscapeAnalysis:
    """Answers for the functions of a project."""

    project: Project
    model: Model
    _files: dict[Path, _Mentions] = field(default_factory=dict)

    def is_exposed(self, function: Function) -> bool:
        """Whether `function` may be called by somebody who is not seen."""
        is_public = not self._is_inner(function) and not function.name.startswith("_")
        return is_public or self.escapes(function)

    def is_handed_on(self, function: Function) -> bool:
        """Whether the project itself gives `function` to somebody who is not seen, alone or with an object.

        Special methods are called without their names.
        """
        is_special = function.owner is not None and function.name.startswith("__")
        return is_special or self.escapes(function)

    def exposed_among(self, functions: dict[int, Function], around: Around) -> dict[int, Function]:
        """Those of `functions` that are exposed, and of what is `around` the others: through these others get there.

        What an exposed function is passed is not known, so that nothing around it tells less.
        """
        pending, seen = [*functions.values()], {*functions}
        found: dict[int, Function] = {}
        while pending:
            function = pending.pop()
            key = id(function.node)
            if self.is_exposed(function):
                found[key] = function
                continue
            leading = around(key)
            pending += [one for number, one in leading.items() if number not in seen]
            seen |= {*leading}
        return found

    def _is_inner(self, function: Function) -> bool:
        frame = function.frame
        is_lambda = isinstance(function.node, ast.Lambda)
        return is_lambda or (frame.parent is not None and not frame.is_class)

    def escapes(self, function: Function) -> bool:
        """Whether the project itself hands on `function` to where nobody sees how it is called."""
        own = function.frame.source.path
        if isinstance(function.node, ast.Lambda):
            return function.node in self._mentions(own).lambdas
        name, is_inner = function.node.name, self._is_inner(function)
        mentions = self._mentions(own)
        if name in mentions.names or name in mentions.own:
            return True
        return not is_inner and any(
            name in self._mentions(path).names
            for path in self.project.mentioning(name)
            if path != own
        )

    def may_be_nothing(
        self, functions: dict[int, Function], around: Around
    ) -> set[tuple[int, str]]:
        """The parameters of `functions` as which somebody who is not seen may pass None."""
        return {
            (key, parameter.arg)
            for key, function in functions.items()
            for parameter in all_parameters(function.node.args)
            if self._may_be_nothing(function, parameter.arg, around)
        }

    def _may_be_nothing(self, function: Function, name: str, around: Around) -> bool:
        """Whether the function escapes, or one that hands on a parameter of its own as this one."""
        pending, seen = [(function, name)], {(id(function.node), name)}
        while pending:
            one, parameter = pending.pop()
            if self.escapes(one):
                return True
            for key, caller in around(id(one.node)).items():
                new = {own for own in _handed_on(caller, one, parameter) if (key, own) not in seen}
                seen |= {(key, own) for own in new}
                pending += [(caller, own) for own in new]
        return False

    def _mentions(self, path: Path) -> _Mentions:
        if path not in self._files:
            tree = self.project.tree(path)
            found = _Mentions()
            if isinstance(tree, ast.Module):
                self._collect(tree, found)
            self._files[path] = found
        return self._files[path]

    def _collect(self, tree: ast.Module, found: _Mentions) -> None:
        called: set[ast.expr] = set()
        nodes = walk(tree)
        defined = {
            node.name for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        }
        bound = defined | {
            node.arg if isinstance(node, ast.arg) else node.id
            for node in nodes
            if isinstance(node, ast.arg)
            or (isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store))
        }
        for node in nodes:
            match node:
                case ast.Call(func=func, args=arguments, keywords=keywords):
                    called.add(func)
                    name = last_name(func)
                    if name in self._takers or name in defined:
                        called.update(arguments)
                        called.update(keyword.value for keyword in keywords)
                case ast.FunctionDef(decorator_list=decorators):
                    called.update(decorators)
        imported = _imported(nodes)
        for node in nodes:
            match node:
                case ast.Name(id=name, ctx=ast.Load()) if node not in called:
                    is_own = name in bound and name not in imported and "*" not in imported
                    (found.own if is_own else found.names).add(imported.get(name, name))
                case ast.Attribute(attr=name) if node not in called:
                    found.names.add(name)
                case ast.Constant(value=str() as text) if text.isidentifier():
                    found.names.add(text)
                case ast.Lambda() if node not in called:
                    found.lambdas.add(node)

    @cached_property
    def _takers(self) -> frozenset[str]:
        """The names of APIs that call the functions that they are given, and tell how."""
        return frozenset(path.rpartition(".")[2] for path in self.model.transforms)


def _imported(nodes: Iterable[ast.AST]) -> dict[str, str]:
    """The names that a file imports, and what they are called where they come from."""
    imports = (node for node in nodes if isinstance(node, ast.ImportFrom | ast.Import))
    return {one.asname or one.name: one.name for node in imports for one in node.names}


def _handed_on(caller: Function, callee: Function, name: str) -> Iterator[str]:
    """The parameters of `caller` that it passes as they are for `name`, or may."""
    own = {argument.arg for argument in all_parameters(caller.node.args)}
    for call in _calls_in(caller.node).get(callee.name, ()):
        passed = _passed_for(call, callee, name)
        yield from (one.id for one in passed if isinstance(one, ast.Name) and one.id in own)


@lru_cache(maxsize=4096)  # asked for each parameter of each function that is called there
def _calls_in(function: FunctionNode) -> dict[str, list[ast.Call]]:
    """The calls in a function, by the last name of what they call."""
    found: dict[str, list[ast.Call]] = {}
    for node in walk(function):
        if isinstance(node, ast.Call):
            found.setdefault(last_name(node.func), []).append(node)
    return found


def _passed_for(call: ast.Call, callee: Function, name: str) -> Iterator[ast.AST]:
    """What a call passes for a parameter, or may pass: whatever is starred."""
    spec = callee.node.args
    names = [argument.arg for argument in (*spec.posonlyargs, *spec.args)]
    is_bound = callee.owner is not None and isinstance(call.func, ast.Attribute)
    given = zip(names[is_bound:], call.args, strict=False)
    yield from (one for parameter, one in given if parameter == name)
    yield from (one.value for one in call.keywords if one.arg in (name, None))
    for one in call.args:
        if isinstance(one, ast.Starred):
            yield from ast.walk(one)
