"""Where expressions stand in the function around a slice, and what its variables are assigned."""

import ast
from collections.abc import Mapping
from functools import cached_property

from jaxslice_lint.source.nodes import FunctionNode, span_of
from jaxslice_lint.source.text import Source, Span
from jaxslice_lint.tracing.masks.slices import RefusedError


def pairs(target: ast.expr, value: ast.expr) -> list[tuple[ast.expr, ast.expr]]:
    """What an assignment assigns to what: `a, b = x, y` are two."""
    match target, value:
        case ast.Tuple(elts=names), ast.Tuple(elts=values) if len(names) == len(values) and not any(
            isinstance(one, ast.Starred) for one in (*names, *values)
        ):
            return [*zip(names, values, strict=True)]
    return [(target, value)]


def _assignments(statement: ast.stmt) -> list[tuple[ast.expr, ast.expr]]:
    """What a statement assigns to what."""
    match statement:
        case ast.Assign(targets=[target], value=value):
            return pairs(target, value)
        case ast.AnnAssign(target=target, value=ast.expr() as value):
            return [(target, value)]
    return []


#: Statements that are run as a whole, and expressions parts of which may not be run, or several times.
_SIMPLE = (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Return, ast.Expr)
_PARTIAL = (
    ast.IfExp,
    ast.BoolOp,
    ast.Lambda,
    ast.ListComp,
    ast.SetComp,
    ast.DictComp,
    ast.GeneratorExp,
)


_LOOPS = (ast.For, ast.AsyncFor, ast.While)


class Surroundings:
    """The function around a slice. `parents`: the node around each node of the file."""

    def __init__(self, source: Source, parents: Mapping[ast.AST, ast.AST], node: ast.AST) -> None:
        self._source = source
        self._parents = parents
        self.function = self.function_around(node)

    def stores(self, name: str) -> list[ast.Name]:
        return [one for one in self._named(name) if not isinstance(one.ctx, ast.Load)]

    def _named(self, name: str) -> list[ast.Name]:
        return self._names.get(name, [])

    @cached_property
    def _names(self) -> dict[str, list[ast.Name]]:
        """Where each variable is read and assigned."""
        found: dict[str, list[ast.Name]] = {}
        for inner in ast.walk(self.function):
            if isinstance(inner, ast.Name):
                found.setdefault(inner.id, []).append(inner)
        return found

    def values_of(self, name: str) -> list[ast.expr]:
        """What is assigned to a variable, here or there."""
        found: list[ast.expr] = []
        for store in self.stores(name):
            parent: ast.AST = store
            while isinstance(parent, ast.expr) and not isinstance(parent, ast.NamedExpr):
                parent = self._parents[parent]
            value = getattr(parent, "value", None) or getattr(parent, "iter", None)
            if isinstance(value, ast.expr):
                found.append(value)
        return found

    def only_value(self, name: str) -> ast.expr | None:
        """What is assigned to a variable that is assigned once."""
        stores = self.stores(name)
        found = _assignments(self.statement(stores[0])) if len(stores) == 1 else []
        return next((value for target, value in found if target is stores[0]), None)

    def assigned_from(self, value: ast.expr) -> ast.expr | None:
        """The variable that `value` and nothing else is assigned to: where that is a slice, it is whole as before."""
        found = _assignments(self.statement(value))
        return next((target for target, one in found if one is value), None)

    def check_variable(self, name: str) -> None:
        if isinstance(self.function, ast.Module | ast.Lambda) or self.only_value(name) is None:
            raise RefusedError(f"`{name}` is assigned in several places")
        if any(
            name in inner.names
            for inner in ast.walk(self.function)
            if isinstance(inner, ast.Global | ast.Nonlocal)
        ):
            raise RefusedError(f"`{name}` is not a local variable")
        if any(self._is_in(store, (ast.ClassDef,)) for store in self.stores(name)):
            raise RefusedError(f"`{name}` is an attribute of a class")

    def _is_in(self, node: ast.AST, kinds: tuple[type[ast.stmt], ...]) -> bool:
        """Whether a statement of some kind lies between `node` and the function."""
        while node is not self.function and not isinstance(node, kinds):
            node = self._parents[node]
        return isinstance(node, kinds)

    def loads(self, name: str) -> list[ast.expr]:
        """Where a variable is read, but not what it held before it is assigned."""
        found = [one for one in self._named(name) if isinstance(one.ctx, ast.Load)]
        if any(self.function_around(one) is not self.function for one in found):
            raise RefusedError(f"an inner function reads `{name}`")
        return [one for one in found if not self._is_before(name, one)]

    def _is_before(self, name: str, load: ast.expr) -> bool:
        """Whether `load` is part of what the variable is assigned, once and for all."""
        value = self.only_value(name)
        if value is None:
            return False
        current: ast.AST = load
        while not isinstance(current, ast.stmt):
            if current is value:
                return not self._is_in(current, _LOOPS)
            current = self._parents[current]
        return False

    def function_around(self, node: ast.AST) -> ast.AST:
        current = self._parents.get(node, node)
        while not isinstance(current, FunctionNode | ast.Module):
            current = self._parents[current]
        return current

    def span_of_function(self) -> Span:
        if isinstance(self.function, ast.expr | ast.stmt):
            return span_of(self._source, self.function)
        return Span(1, 1, 1, 1)

    def place_for_names(self, node: ast.expr) -> Span | None:
        """The span of the statement around a slice, if what its bounds are is the same just before it."""
        statement, current = self.statement(node), self._parents[node]
        while current is not statement:
            if isinstance(current, _PARTIAL):
                return None
            current = self._parents[current]
        is_simple = isinstance(statement, _SIMPLE) and not isinstance(self.function, ast.Module)
        has_names = any(isinstance(one, ast.NamedExpr) for one in ast.walk(statement))
        return span_of(self._source, statement) if is_simple and not has_names else None

    def statement(self, node: ast.AST) -> ast.stmt:
        while not isinstance(node, ast.stmt):
            node = self._parents[node]
        return node

    def is_in_string(self, node: ast.AST) -> bool:
        """Whether `node` stands in an f-string, where Python before 3.12 says wrongly where."""
        while isinstance(node, ast.expr | ast.keyword) and not isinstance(node, ast.JoinedStr):
            node = self._parents[node]
        return isinstance(node, ast.JoinedStr)

    def comes_behind(self, node: ast.expr, mine: ast.stmt) -> bool:
        """Whether a statement runs each time before `node` does."""
        block, current = self._parents[mine], self._parents[node]
        while current is not block and not isinstance(current, ast.Module):
            current = self._parents[current]
        return current is block and node.lineno > (mine.end_lineno or mine.lineno)
