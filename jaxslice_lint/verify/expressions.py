"""Expressions of the analysed code, with an unknown for each part that is not run."""

import ast
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from jaxslice_lint.facts.site import GivenKind
from jaxslice_lint.jax_model import allowed
from jaxslice_lint.rewrite.text.scopes import Binding, Scopes
from jaxslice_lint.source.nodes import all_parameters
from jaxslice_lint.verify.fragment import Side, offsets
from jaxslice_lint.verify.guards import TAKE, Guarded, Guards
from jaxslice_lint.verify.unknowns import ANY, ARRAY, FLAG, NUMBER, Role, Unknowns, ranked
from jaxslice_lint.verify.verdict import NotRunnableError, shortened, would_run

#: What the child process answers to in place of a call that is not run.
CALL = "_call"
_OBJECTS = frozenset({"self", "cls"})
_INTEGER = Role("int")
_NOT_RUN = (ast.NamedExpr, ast.Await, ast.Yield, ast.YieldFrom)
#: What belongs to the program and is no computation: it only has a value.
_ATOMS = ast.Name | ast.Attribute | ast.Subscript
_Comprehension = ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp


@dataclass(slots=True)
class Expressions:
    """Writes the expressions of one side of a fragment.

    `compares_calls`: calls that are not run are given the same arguments, which is compared; `nested`: how many
    functions and comprehensions of the fragment are around the current place, where that cannot be done.
    """

    side: Side
    unknowns: Unknowns
    guards: Guards
    compares_calls: bool = False
    nested: int = 0
    #: Whether a guarded slice stands in a function of the fragment, which JAX may call.
    guards_nested: bool = False
    #: The functions that are defined in the fragment.
    functions: set[str] = field(default_factory=set)
    modules: dict[str, str] = field(default_factory=dict)
    paths: set[str] = field(default_factory=set)
    _bound: list[frozenset[str]] = field(default_factory=list)
    _targets: dict[str, str] = field(default_factory=dict)
    _calls: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for scope in reversed(Scopes(self.side.tree, self.side.source).around(self.side.span)):
            for name in scope.by_name:
                self._targets[name] = _target(scope.of(name))

    def visit(self, node: ast.expr, role: Role) -> ast.expr:
        """`node` with an unknown for each part that is not run. `role` is what its use says of its value.

        Raises `NotRunnableError`.
        """
        match node:
            case ast.Constant():
                return node
            case ast.Name(id=name):
                return self._name(node, name, role)
            case ast.Attribute():
                return self._attribute(node, role)
            case ast.Call():
                return self._call(node, role)
            case ast.Subscript():
                return self._subscript(node, role)
            case ast.BinOp(left=left, op=op, right=right):
                inner = role if role.is_integer else ANY
                return ast.BinOp(self.visit(left, inner), op, self.visit(right, inner))
            case ast.UnaryOp(op=op, operand=operand):
                return ast.UnaryOp(op, self.visit(operand, role))
            case ast.IfExp(test=test, body=body, orelse=orelse):
                condition = self.visit(test, FLAG)
                return ast.IfExp(condition, self.visit(body, role), self.visit(orelse, role))
            case ast.NamedExpr(target=ast.Name(id=name), value=value) if not self.nested:
                written = self.visit(value, role)
                self.bind({name})
                return ast.NamedExpr(ast.Name(name, ast.Store()), written)
            case ast.Lambda():
                return self._lambda(node)
            case ast.ListComp() | ast.SetComp() | ast.GeneratorExp() | ast.DictComp():
                return self._comprehension(node)
            case ast.Tuple(elts=elts):
                return ast.Tuple([self.visit(one, ANY) for one in elts], ast.Load())
            case ast.List(elts=elts):
                return ast.List([self.visit(one, ANY) for one in elts], ast.Load())
            case ast.Starred(value=value):
                return ast.Starred(self.visit(value, ANY), ast.Load())
            case ast.BoolOp(op=op, values=values):
                return ast.BoolOp(op, [self.visit(one, role) for one in values])
            case ast.Compare(left=left, ops=ops, comparators=others):
                inner = NUMBER if role is FLAG else ANY
                return ast.Compare(
                    self.visit(left, inner), ops, [self.visit(one, inner) for one in others]
                )
            case ast.Slice(lower=lower, upper=upper, step=step):
                bounds = [self.visit(b, _INTEGER) if b else None for b in (lower, upper, step)]
                return ast.Slice(*bounds)
            case ast.Dict(keys=keys, values=values) if all(keys):
                named = [self.visit(one, ANY) for one in keys if one is not None]
                return ast.Dict([*named], [self.visit(one, ANY) for one in values])
        return self.unknown(node, role)

    def unknown(self, node: ast.expr, role: Role) -> ast.expr:
        """An unknown in place of `node`, which must hold nothing that has to be run."""
        self.check(node)
        calls = [inner.func for inner in ast.walk(node) if isinstance(inner, ast.Call)]
        for function in calls:
            self._leave_out(function)
        if self._path(node) or not (calls or isinstance(node, _ATOMS)):
            self._leave_out(node)
        return self._named(ast.unparse(node), role)

    def check(self, node: ast.expr) -> None:
        """Raises `NotRunnableError` if `node` holds what cannot be left out."""
        if any(isinstance(n, _NOT_RUN) for n in ast.walk(node)):
            raise NotRunnableError("its code has an await, a yield or a nested walrus")
        if self._holds_slice(node):
            raise NotRunnableError(would_run(node))

    def _named(self, text: str, role: Role) -> ast.expr:
        return ast.Name(self.unknowns.name(text, role), ast.Load())

    def bind(self, names: Iterable[str]) -> None:
        """From here on, `names` are local variables of the fragment."""
        self._bound.append(frozenset(names))

    def is_bound(self, name: str) -> bool:
        """Whether the fragment has bound this name."""
        return any(name in bound for bound in self._bound)

    def inside(self, names: Iterable[str], write: Callable[[], ast.expr]) -> ast.expr:
        """What `write` gives where `names` are bound, in a function or comprehension of the fragment."""
        before = len(self._bound)
        self.bind(names)
        self.nested += 1
        try:
            return write()
        finally:
            self.nested -= 1
            del self._bound[before:]

    def guarded(self, node: ast.expr) -> Guarded | None:
        """The slice to guard at the place of `node`."""
        if not hasattr(node, "lineno"):
            return None
        return self.guards.of(offsets(self.side.source, node))

    def _holds_slice(self, node: ast.expr) -> bool:
        slices = [i for i in ast.walk(node) if isinstance(i, ast.Subscript | ast.Call)]
        return any(self.guarded(inner) is not None for inner in slices)

    def _name(self, node: ast.Name, name: str, role: Role) -> ast.expr:
        if self.is_bound(name):
            return node
        if path := self._path(node):
            return self._known(node, path, role)
        if name in allowed.BUILTINS and name not in self._targets:
            return node
        return self.unknown(node, role)

    def _known(self, node: ast.expr, path: str, role: Role) -> ast.expr:
        if not allowed.is_allowed(path):
            return self.unknown(node, role)
        root = next(n for n in ast.walk(node) if isinstance(n, ast.Name))
        self.modules[root.id] = self._targets[root.id]
        self.paths.add(path)
        return node

    def _path(self, node: ast.expr) -> str:
        """The dotted path of a name that an import binds; empty for others."""
        match node:
            case ast.Name(id=name) if not self.is_bound(name):
                return self._targets.get(name, "")
            case ast.Attribute(value=value, attr=attr):
                path = self._path(value)
                return path and f"{path}.{attr}"
        return ""

    def _attribute(self, node: ast.Attribute, role: Role) -> ast.expr:
        if path := self._path(node):
            return self._known(node, path, role)
        base = node.value
        of_object = isinstance(base, ast.Name) and base.id in _OBJECTS
        plain = isinstance(base, ast.Name | ast.Attribute)
        if not of_object and (
            node.attr in allowed.PROPERTIES or (node.attr in allowed.COMMON and not plain)
        ):
            inner = replace(role, kind="array") if node.attr in ("at", "T", "mT") else ARRAY
            if role.kind == "mask" and node.attr == "T":
                inner = role
            return ast.Attribute(self.visit(base, inner), node.attr, ast.Load())
        return self.unknown(node, role)

    def _call(self, node: ast.Call, role: Role) -> ast.expr:
        if (found := self.guarded(node)) and found.site.called:
            return self._subscript(found.as_subscript(node), role)
        if (written := self._write(node)) is not None:
            return written
        function = self._function(node.func, role)
        if function is None:
            return self._not_run(node, lambda text: self._named(text, role))
        name = node.func.attr if isinstance(node.func, ast.Attribute) else ast.unparse(node.func)
        argument = ANY
        if role.is_integer and name in allowed.OF_INTEGERS:
            argument = role
        elif name in ("range", "slice"):
            argument = replace(_INTEGER, static=name == "range")
        arguments = [self.visit(one, argument) for one in node.args]
        keywords = [
            ast.keyword(k.arg, self.visit(k.value, Role("dtype") if k.arg == "dtype" else argument))
            for k in node.keywords
        ]
        return ast.Call(function, arguments, keywords)

    def _write(self, node: ast.Call) -> ast.expr | None:
        """A method of `x.at[…]` of which it is known what it is given; None for any other call."""
        match node:
            case ast.Call(
                func=ast.Attribute(value=ast.Subscript() as subscript, attr=method),
                args=[value],
                keywords=[],
            ) if found := self.guarded(subscript):
                if isinstance(value, ast.Starred) or method not in allowed.METHODS:
                    return None
                return found.write(self._subscript(subscript, ANY), method, self.visit(value, ANY))
        return None

    def _not_run(self, node: ast.Call, result: Callable[[str], ast.expr]) -> ast.expr:
        """A call of what is not run: an unknown, made by `result`. Its arguments are compared where they can differ."""
        self._leave_out(node.func)
        text = ast.unparse(node)
        is_new = self.unknowns.closed and text not in self.unknowns.calls
        differs = self._depends(node) or self._holds_slice(node) or is_new
        if not self.compares_calls or self.nested or not differs:
            self.check(node)
            self.unknowns.calls.add(text)
            return result(text)
        self.check(node.func)
        function = " ".join(ast.unparse(node.func).split())
        count = self._calls[function] = self._calls.get(function, 0) + 1
        made = result(f"{function}(…)" + f" no. {count}" * (count > 1))
        arguments = [ast.Constant(function), made, *(self.visit(one, ANY) for one in node.args)]
        if isinstance(node.func, ast.Attribute) and self._depends(node.func.value):
            arguments.append(self.visit(node.func.value, ANY))
        keywords = [ast.keyword(k.arg, self.visit(k.value, ANY)) for k in node.keywords]
        return ast.Call(ast.Name(CALL, ast.Load()), arguments, keywords)

    def _leave_out(self, node: ast.expr) -> None:
        self.unknowns.left_out[shortened(node)] = None

    def _depends(self, node: ast.expr) -> bool:
        """Whether a variable of the fragment stands in `node`."""
        names = [inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)]
        return any(map(self.is_bound, names))

    def _function(self, node: ast.expr, role: Role) -> ast.expr | None:
        """What is called, if it may be run."""
        if path := self._path(node):
            return self._known(node, path, ANY) if allowed.is_allowed(path) else None
        match node:
            case ast.Name(id=name):
                known = name in allowed.BUILTINS and name not in self._targets
                return node if known or name in self.functions else None
            case ast.Attribute(value=ast.Name(id=name)) if name in _OBJECTS:
                return None
            case ast.Attribute(value=value, attr=attr) if attr in allowed.OF_CONTAINERS and (
                self._is_local(value) or isinstance(value, ast.Dict | ast.List)
            ):
                return ast.Attribute(self.visit(value, ANY), attr, ast.Load())
            case ast.Attribute(value=value, attr=attr) if attr in allowed.METHODS:
                inner = role if role.is_integer and attr in allowed.OF_INTEGERS else ARRAY
                return ast.Attribute(self.visit(value, inner), attr, ast.Load())
            case ast.Lambda():
                return self._lambda(node)
        return None

    def _lambda(self, node: ast.Lambda) -> ast.expr:
        arguments = self.arguments(node.args)
        names = {one.arg for one in all_parameters(node.args)}
        return self.inside(names, lambda: ast.Lambda(arguments, self.visit(node.body, ANY)))

    def arguments(self, node: ast.arguments) -> ast.arguments:
        """The parameters of a function of the fragment, without annotations."""
        defaults = [self.visit(one, ANY) for one in node.defaults]
        named = [one and self.visit(one, ANY) for one in node.kw_defaults]

        def plain(some: list[ast.arg]) -> list[ast.arg]:
            return [ast.arg(one.arg) for one in some]

        rest = [one and ast.arg(one.arg) for one in (node.vararg, node.kwarg)]
        return ast.arguments(
            plain(node.posonlyargs),
            plain(node.args),
            rest[0],
            plain(node.kwonlyargs),
            named,
            rest[1],
            defaults,
        )

    def _comprehension(self, node: _Comprehension) -> ast.expr:
        bound = {
            name.id
            for one in node.generators
            for name in ast.walk(one.target)
            if isinstance(name, ast.Name)
        }

        # The first iterable is evaluated outside, and no target can be but a name.
        first = self.visit(node.generators[0].iter, ANY)

        def written() -> ast.expr:
            generators = [
                ast.comprehension(
                    _names_alone(one.target),
                    self.visit(one.iter, ANY) if number else first,
                    [self.visit(c, FLAG) for c in one.ifs],
                    0,
                )
                for number, one in enumerate(node.generators)
            ]
            if isinstance(node, ast.DictComp):
                return ast.DictComp(
                    self.visit(node.key, ANY), self.visit(node.value, ANY), generators
                )
            return type(node)(self.visit(node.elt, ANY), generators)

        return self.inside(bound, written)

    def _subscript(self, node: ast.Subscript, role: Role) -> ast.expr:
        if found := self.guarded(node):
            self.guards_nested |= self.nested > 0
            return found.call(node, self.visit(node.value, found.operand), TAKE, self.visit)
        elements = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        is_key = any(isinstance(e, ast.Constant) and isinstance(e.value, str) for e in elements)
        if (is_key and not self._is_local(node.value)) or self._is_part(node):
            return self.unknown(node, role)
        axes = sum(not (isinstance(e, ast.Constant) and e.value in (None, ...)) for e in elements)
        of_shape = isinstance(node.value, ast.Attribute) and node.value.attr == "shape"
        base = self.visit(node.value, ARRAY if of_shape else ranked(role, axes))
        written = [self.visit(e, Role("index", static=of_shape)) for e in elements]
        index = ast.Tuple(written, ast.Load()) if isinstance(node.slice, ast.Tuple) else written[0]
        return ast.Subscript(base, index, ast.Load())

    def _is_local(self, node: ast.expr) -> bool:
        return isinstance(node, ast.Name) and self.is_bound(node.id)

    def _is_part(self, node: ast.Subscript) -> bool:
        """Whether `node` is an item of a tuple that the function is given."""
        text = ast.unparse(node)
        given = self.unknowns.given.get(ast.unparse(node.value))
        is_given = given is not None and given.kind is GivenKind.SEQUENCE
        return is_given and text in self.unknowns.given and not self._is_local(node.value)


def _names_alone(target: ast.expr) -> ast.expr:
    """The target of a comprehension. Raises `NotRunnableError` for one that assigns to something else than names."""
    parts = (ast.Name, ast.Tuple, ast.List, ast.Starred, ast.expr_context)
    if not all(isinstance(part, parts) for part in ast.walk(target)):
        raise NotRunnableError(f"it assigns to `{ast.unparse(target)}`")
    return target


def _target(bindings: tuple[Binding, ...]) -> str:
    """The dotted path of what an import binds, if nothing else binds its name."""
    targets = {binding.target for binding in bindings if not binding.fallback}
    return targets.pop() if len(targets) == 1 else ""
