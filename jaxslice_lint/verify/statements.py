"""Statements of the analysed code, with an unknown for each part that is not run."""

import ast
from collections.abc import Sequence
from dataclasses import dataclass, field
from types import EllipsisType

from jaxslice_lint.facts.site import GivenKind
from jaxslice_lint.jax_model.allowed import KEEPING_DECORATORS, NAMING_CONTEXTS
from jaxslice_lint.source.nodes import all_parameters
from jaxslice_lint.verify.expressions import Expressions
from jaxslice_lint.verify.guards import INDEX, placeless
from jaxslice_lint.verify.unknowns import ANY, ARRAY, FLAG, Role
from jaxslice_lint.verify.verdict import NotRunnableError

#: What the child process answers to in place of a `raise`, and of the condition of a `while`.
REJECT, GO_ON = "_reject", "_go_on"
#: The lists of the names of variables that a fragment gives, and of the unknowns that it stores to.
OUTPUTS, STORED = "_outputs", "_stored"
_INTEGERS = Role("int", 1, traced=True)
_WORDS = {
    ast.With: "a `with`",
    ast.Try: "a `try`",
    ast.Match: "a `match`",
    ast.ClassDef: "a `class`",
    ast.Global: "a `global`",
    ast.Nonlocal: "a `nonlocal`",
}


@dataclass(slots=True)
class Statements(Expressions):
    """Writes the statements of one side of a fragment.

    `stored`: the names of unknowns that it assigns to, such as attributes.
    """

    stored: list[str] = field(default_factory=list)

    def block(self, body: Sequence[ast.stmt]) -> list[ast.stmt]:
        """Statements that may not be run; the names that they bind are bound in them alone."""
        before = len(self._bound)
        written = self.statements(body)
        del self._bound[before:]
        return written

    def statements(self, body: Sequence[ast.stmt]) -> list[ast.stmt]:
        """`body` with unknowns. Raises `NotRunnableError` for what has effects or leaves the fragment."""
        return [self._statement(node) for node in body] or [ast.Pass()]

    def _statement(self, node: ast.stmt) -> ast.stmt:
        match node:
            case ast.Assign(targets=targets, value=value):
                written = self._assigned(targets, value)
                return ast.Assign([self._store(target) for target in targets], written, lineno=1)
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                written = self.visit(value, ANY)
                return ast.Assign([self._store(target)], written, lineno=1)
            case ast.AugAssign(target=target, op=op, value=value):
                before = self.visit(_loaded(target), ANY)
                written = ast.BinOp(before, op, self.visit(value, ANY))
                return ast.Assign([self._store(target)], written, lineno=1)
            case ast.Return(value=value):
                return self._return(self.visit(value, ANY) if value else ast.Constant(None))
            case ast.Expr(value=value):
                return ast.Expr(self.visit(value, ANY))
            case ast.If():
                return self._if(node)
            case ast.For(target=target, iter=iterated, body=body, orelse=orelse):
                is_integer = isinstance(target, ast.Name) and target.id in self.unknowns.integers
                over = self.visit(iterated, _INTEGERS if is_integer else ARRAY)
                stored = self._store(target)
                return ast.For(stored, over, self.block(body), self.block(orelse), lineno=1)
            case ast.While(test=test, body=body, orelse=orelse):
                condition = ast.Call(ast.Name(GO_ON, ast.Load()), [self.visit(test, FLAG)], [])
                return ast.While(condition, self.block(body), self.block(orelse))
            case ast.With(items=items, body=body) if all(map(self._is_naming, items)):
                return ast.If(ast.Constant(True), self.statements(body), [])
            case ast.FunctionDef():
                return self._definition(node)
            case ast.Raise():
                return ast.Expr(ast.Call(ast.Name(REJECT, ast.Load()), [], []))
            case ast.Assert(test=test):
                return (
                    ast.Assert(self.visit(test, FLAG)) if not self.unknowns.closed else ast.Pass()
                )
            case ast.Delete(targets=targets) if all(isinstance(t, ast.Name) for t in targets):
                return ast.Pass()
            case ast.Break() | ast.Continue():
                return node
            case ast.Pass() | ast.Import() | ast.ImportFrom() | ast.AnnAssign(value=None):
                return ast.Pass()
        what = _WORDS.get(type(node), f"a {type(node).__name__}")
        raise NotRunnableError(f"{what} statement is not run")

    def _is_naming(self, item: ast.withitem) -> bool:
        """Whether a context leaves the values as they are that are computed in it."""
        call = item.context_expr
        return isinstance(call, ast.Call) and self._path(call.func) in NAMING_CONTEXTS

    def _if(self, node: ast.If) -> ast.stmt:
        """Names that both branches bind, or the one that goes on, are bound behind it."""
        condition = self.visit(node.test, FLAG)
        before = len(self._bound)
        body = self.statements(node.body)
        first = frozenset[str]().union(*self._bound[before:])
        del self._bound[before:]
        orelse = self.statements(node.orelse) if node.orelse else []
        second = frozenset[str]().union(*self._bound[before:])
        del self._bound[before:]
        if _ends(node.body):
            self.bind(second)
        else:
            self.bind(first if _ends(node.orelse) else first & second)
        return ast.If(condition, body, orelse)

    def _return(self, value: ast.expr) -> ast.stmt:
        if self.nested:
            return ast.Return(value)
        return ast.Return(ast.Tuple([value, locals_in(STORED)], ast.Load()))

    def _definition(self, node: ast.FunctionDef) -> ast.stmt:
        for decorator in node.decorator_list:
            if self._path(decorator) not in KEEPING_DECORATORS:
                raise NotRunnableError(f"what `{ast.unparse(decorator)}` decorates is not run")
        arguments = self.arguments(node.args)
        self.bind({node.name})
        self.functions.add(node.name)
        before, stored = len(self._bound), len(self.stored)
        self.bind({one.arg for one in all_parameters(node.args)})
        self.nested += 1
        body = self.statements(node.body)
        self.nested -= 1
        del self._bound[before:]
        if len(self.stored) > stored:
            raise NotRunnableError(f"`{node.name}` assigns to what is not its own")
        return function(node.name, arguments, body)

    def _assigned(self, targets: Sequence[ast.expr], value: ast.expr) -> ast.expr:
        """The value of an assignment; of what is unpacked and not run, its items."""
        match targets, value:
            case [ast.Tuple() | ast.List() as target], ast.Call(func=called) if (
                _is_plain(target) and self._function(called, ANY) is None
            ):
                return self._not_run(value, lambda text: self._items(text, target))
            case [ast.Tuple() | ast.List() as target], _ if _is_plain(target) and self._is_unpacked(
                value
            ):
                return self._items(ast.unparse(value), target)
            case [ast.Tuple(elts=parts)], ast.Tuple(elts=values) if len(parts) == len(values):
                pairs = zip(parts, values, strict=True)
                return ast.Tuple([self._assigned([one], other) for one, other in pairs], ast.Load())
            case [ast.Name(id=name)], _:
                if isinstance(value, ast.Lambda):
                    self.functions.add(name)
                return self.visit(value, self._known_of(name))
        return self.visit(value, ANY)

    def _known_of(self, name: str) -> Role:
        """What the uses of a variable say of its value."""
        if name in self.unknowns.integers:
            return Role("int")
        return FLAG if name in self.unknowns.flags else ANY

    def _is_unpacked(self, value: ast.expr) -> bool:
        """Whether `value` is unknown, and no array for all that is known."""
        match value:
            case ast.Name(id=name):
                given = self.unknowns.given.get(name)
                is_known = self.is_bound(name) or self._path(value)
                is_array = given is not None and given.kind in (GivenKind.ARRAY, GivenKind.NUMPY)
                return not (is_known or (given is not None and is_array and given.ndim))
            case ast.Attribute(value=ast.Name(id=name), attr=attr):
                return attr != "shape" and not self.is_bound(name) and not self._path(value)
        return False

    def _items(self, text: str, target: ast.Tuple | ast.List) -> ast.expr:
        """The items of an unknown that is unpacked to `target`."""
        items: list[ast.expr] = []
        for place, one in enumerate(target.elts):
            item = f"{text}[{place}]"
            if isinstance(one, ast.Tuple | ast.List):
                items.append(self._items(item, one))
            else:
                role = self._known_of(one.id) if isinstance(one, ast.Name) else ANY
                items.append(self._named(item, role))
        return ast.Tuple(items, ast.Load())

    def _store(self, target: ast.expr) -> ast.expr:
        match target:
            case ast.Name(id=name):
                self.bind({name})
                return ast.Name(name, ast.Store())
            case ast.Tuple(elts=elts) | ast.List(elts=elts):
                return ast.Tuple([self._store(one) for one in elts], ast.Store())
            case ast.Starred(value=value):
                return ast.Starred(self._store(value), ast.Store())
            case (
                ast.Attribute() | ast.Subscript(slice=ast.Constant(value=str() | EllipsisType()))
            ) if not (isinstance(target, ast.Subscript) and self._is_local(target.value)):
                name = self.unknowns.name(ast.unparse(target), ANY)
                self.stored.append(name)
                return ast.Name(name, ast.Store())
            case ast.Subscript(value=value) if found := self.guarded(target):
                base = self.visit(value, found.operand)
                return ast.Subscript(base, found.call(target, base, INDEX, self.visit), ast.Store())
            case ast.Subscript(value=value) if self._is_local(value) or self.unknowns.is_ref(
                ast.unparse(value)
            ):
                written = self._subscript(target, ANY)
                assert isinstance(written, ast.Subscript)
                return ast.Subscript(written.value, written.slice, ast.Store())
        raise NotRunnableError(f"it assigns to `{ast.unparse(target)}`")


def function(name: str, arguments: ast.arguments, body: list[ast.stmt]) -> ast.FunctionDef:
    """A function definition, on any version of Python."""
    node = ast.FunctionDef(name, arguments, body, [], lineno=1)
    # Python 3.12 has a field more.
    node.type_params = []  # type: ignore[attr-defined]
    return node


def locals_in(listed: str) -> ast.expr:
    """The local variables that a list of names names, as far as they are bound."""
    text = f"{{k: v for k, v in locals().items() if k in {listed}}}"
    return ast.parse(text, mode="eval").body


def _is_plain(target: ast.Tuple | ast.List) -> bool:
    """Whether what is unpacked has as many items as the target."""
    return not any(isinstance(one, ast.Starred) for one in ast.walk(target))


def _ends(body: Sequence[ast.stmt]) -> bool:
    """Whether a block never goes on with what follows it."""
    return bool(body) and isinstance(body[-1], ast.Return | ast.Raise | ast.Continue | ast.Break)


def _loaded(target: ast.expr) -> ast.expr:
    return placeless(ast.parse(ast.unparse(target), mode="eval").body)
