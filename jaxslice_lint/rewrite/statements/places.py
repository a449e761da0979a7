"""Where an expression stands in a file, by its `ast`: the statement and the function around it."""

import ast
from dataclasses import dataclass
from functools import cached_property

from jaxslice_lint.rewrite.text.edit import NoRewriteError
from jaxslice_lint.rewrite.text.scopes import Scope
from jaxslice_lint.source.nodes import FunctionNode
from jaxslice_lint.source.text import Source, Span

_Loops = ast.For | ast.AsyncFor | ast.While
_Scope = ast.Module | ast.ClassDef | FunctionNode


@dataclass(frozen=True)
class Place:
    """An expression, and the nodes around it from the module inwards."""

    source: Source
    node: ast.expr
    around: tuple[ast.AST, ...]

    @cached_property
    def statement(self) -> ast.stmt:
        """The innermost statement."""
        return next(node for node in reversed(self.around) if isinstance(node, ast.stmt))

    @cached_property
    def scope(self) -> _Scope:
        """The function, class or module whose names the statement binds."""
        inside = self.around[: self.around.index(self.statement)]
        return next(node for node in reversed(inside) if isinstance(node, _Scope))

    def text(self, first: int, last: int) -> str:
        """The text between two offsets."""
        return self.source.text[first:last]

    def start(self, node: ast.expr | ast.stmt) -> int:
        """The offset at which a node begins."""
        span = self._span(node)
        return self.source.offset(span.line, span.column)

    def end(self, node: ast.expr | ast.stmt) -> int:
        """The offset behind a node."""
        span = self._span(node)
        return self.source.offset(span.end_line, span.end_column)

    def written(self, node: ast.expr) -> str:
        """The text of an expression."""
        return self.text(self.start(node), self.end(node))

    def _span(self, node: ast.expr | ast.stmt) -> Span:
        return _span(self.source, node)

    def check_assignable(self, target: ast.expr) -> None:
        """Raise `NoRewriteError` unless `target = …` in place of the statement would be seen by what follows."""
        if isinstance(target, ast.Attribute):
            return
        if not isinstance(target, ast.Name):
            raise NoRewriteError("what is updated has no name to which the result could be bound")
        name = target.id
        if not Scope(self.scope).of(name) or name in _declared(self.scope):
            raise NoRewriteError(
                f"`{name}` belongs to an enclosing scope: an assignment would make another, local one"
            )
        if not isinstance(self.scope, ast.Module) and not self._is_read_later(name):
            raise NoRewriteError(f"nothing reads `{name}` afterwards: return the updated array")

    def _is_read_later(self, name: str) -> bool:
        """Whether `name` is read behind the statement, in a loop around it, or by an inner function."""
        changed = {
            id(node.value)
            for node in ast.walk(self.scope)
            if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store)
        }
        loops = [node for node in self.around if isinstance(node, _Loops)]
        first, last = self.start(self.statement), self.end(self.statement)
        for node in ast.walk(self.scope):
            if not (isinstance(node, ast.Name) and node.id == name):
                continue
            if not isinstance(node.ctx, ast.Load) or id(node) in changed:
                continue
            at = self.start(node)
            if at > last or (
                at < first and any(self.start(loop) <= at < self.end(loop) for loop in loops)
            ):
                return True
        return any(
            isinstance(node, FunctionNode) and node is not self.scope and _reads(node, name)
            for node in ast.walk(self.scope)
        )

    def may_be_alias(self, target: ast.expr) -> bool:
        """Whether `target` may be another name, or a part, of an array that the program reads elsewhere."""
        if not isinstance(target, ast.Name):
            return False
        return any(_shares(node, target.id) for node in ast.walk(self.scope))


def place_of(source: Source, tree: ast.Module, span: Span) -> Place:
    """The place of the expression at `span`."""
    around: list[ast.AST] = []

    def find(node: ast.AST) -> ast.expr | None:
        around.append(node)
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr | ast.stmt):
                where = _span(source, child)
                if isinstance(child, ast.expr) and where == span:
                    return child
                if not (_head(child) <= span.start and span.end <= where.end):
                    continue
            if (found := find(child)) is not None:
                return found
        around.pop()
        return None

    node = find(tree)
    assert node is not None
    return Place(source, node, tuple(around))


def _head(node: ast.expr | ast.stmt) -> tuple[int, int]:
    """Where a node begins, its decorators included; columns are of no interest then."""
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(one.lineno for one in decorators)]), 0


def _span(source: Source, node: ast.expr | ast.stmt) -> Span:
    assert node.end_lineno is not None
    assert node.end_col_offset is not None
    return source.span(node.lineno, node.col_offset, node.end_lineno, node.end_col_offset)


def _declared(node: _Scope) -> set[str]:
    declarations = (ast.Global, ast.Nonlocal)
    return {
        name for inner in ast.walk(node) if isinstance(inner, declarations) for name in inner.names
    }


def _reads(node: ast.AST, name: str) -> bool:
    return any(
        isinstance(inner, ast.Name) and inner.id == name and isinstance(inner.ctx, ast.Load)
        for inner in ast.walk(node)
    )


def _shares(node: ast.AST, name: str) -> bool:
    """Whether a statement gives an array a second name, of which `name` is one, or binds it to parts of one."""
    match node:
        case ast.Assign(targets=targets, value=value):
            shared = isinstance(value, ast.Name | ast.Attribute | ast.Subscript)
            if isinstance(value, ast.Name) and value.id == name:
                return True
            return len(targets) > 1 or shared if _binds(targets, name) else False
        case ast.For(target=target) | ast.AsyncFor(target=target):
            return _binds([target], name)
    return False


def _binds(targets: list[ast.expr], name: str) -> bool:
    return any(isinstance(target, ast.Name) and target.id == name for target in targets)
