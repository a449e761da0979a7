"""One side of a fragment as a function of its unknowns, which the child process can run."""

import ast
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from jaxslice_lint.rewrite.scopes import Binding, scopes_around
from jaxslice_lint.tracing.site import ElementKind, Site
from jaxslice_lint.verify import allowed
from jaxslice_lint.verify.fragment import Side, offsets
from jaxslice_lint.verify.guards import INDEX, TAKE, guarded, placeless
from jaxslice_lint.verify.holes import ANY, ARRAY, Holes, Role, ranked
from jaxslice_lint.verify.verdict import NotRunnableError

FUNCTION = "fragment"
_OBJECTS = frozenset({"self", "cls"})
_INTEGER = Role("int")
_STATEMENTS = (
    ast.Assign | ast.AugAssign | ast.AnnAssign | ast.Return | ast.Expr | ast.Pass | ast.If | ast.For
)


@dataclass(frozen=True, slots=True)
class Program:
    """A function named `fragment` whose parameters are the unknowns.

    `modules`: what imports bind its other names to; `paths`: all that it uses of them.
    """

    code: str
    modules: Mapping[str, str]
    paths: frozenset[str]


def program(
    side: Side, holes: Holes, sites: Mapping[tuple[int, int], Site], outputs: Iterable[str]
) -> Program:
    """The code of `side` with `holes` for what is not run. `sites` are the slices to guard, by their offsets.

    Raises `NotRunnableError`.
    """
    writer = _Writer(side, holes, sites)
    if isinstance(side.nodes[0], ast.expr):
        body: list[ast.stmt] = [ast.Return(writer.visit(side.nodes[0], ANY))]
    else:
        body = [writer.statement(node) for node in side.nodes if isinstance(node, ast.stmt)]
        body.append(_returned([*outputs, *writer.stored]))
    arguments = ast.arguments(
        [], [ast.arg(name) for name in holes.names.values()], None, [], [], None, []
    )
    function = ast.FunctionDef(FUNCTION, arguments, body, [], lineno=1)
    # Python 3.12 has a field more.
    function.type_params = []  # type: ignore[attr-defined]
    module = ast.fix_missing_locations(ast.Module([function], []))
    return Program(ast.unparse(module), writer.modules, frozenset(writer.paths))


def _returned(names: Sequence[str]) -> ast.stmt:
    """A return of those of `names` that are bound by then."""
    listed = sorted(set(names))
    return ast.parse(f"return {{k: v for k, v in locals().items() if k in {listed!r}}}").body[0]


@dataclass(slots=True)
class _Writer:
    side: Side
    holes: Holes
    sites: Mapping[tuple[int, int], Site]
    modules: dict[str, str] = field(default_factory=dict)
    paths: set[str] = field(default_factory=set)
    #: The names of unknowns that the fragment assigns to, such as attributes.
    stored: list[str] = field(default_factory=list)
    _bound: list[frozenset[str]] = field(default_factory=list)
    _targets: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for scope in reversed(scopes_around(self.side.tree, self.side.source, self.side.span)):
            for name in {binding.name for binding in scope.bindings}:
                self._targets[name] = _target(scope.of(name))

    def statement(self, node: ast.stmt) -> ast.stmt:
        """`node` with holes. Raises `NotRunnableError` for what has effects or leaves the fragment."""
        if not isinstance(node, _STATEMENTS):
            what = type(node).__name__
            raise NotRunnableError(f"a statement that is not run stands in between ({what})")
        match node:
            case ast.Assign(targets=targets, value=value):
                written = self.visit(value, ANY)
                return ast.Assign([self._store(target) for target in targets], written, lineno=1)
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                written = self.visit(value, ANY)
                return ast.Assign([self._store(target)], written, lineno=1)
            case ast.AugAssign(target=target, op=op, value=value):
                before = self.visit(_loaded(target), ANY)
                written = ast.BinOp(before, op, self.visit(value, ANY))
                return ast.Assign([self._store(target)], written, lineno=1)
            case ast.Return(value=value):
                return ast.Return(self.visit(value, ANY) if value else None)
            case ast.Expr(value=value):
                return ast.Expr(self.visit(value, ANY))
            case ast.If(test=test, body=body, orelse=orelse):
                condition = self.visit(test, ANY)
                return ast.If(condition, self._block(body), self._block(orelse))
            case ast.For(target=target, iter=iterated, body=body, orelse=orelse):
                over = self.visit(iterated, ARRAY)
                stored = self._store(target)
                return ast.For(stored, over, self._block(body), self._block(orelse), lineno=1)
        return ast.Pass()

    def _block(self, body: Sequence[ast.stmt]) -> list[ast.stmt]:
        before = list(self._bound)
        block = [self.statement(node) for node in body]
        self._bound = before
        return block

    def _store(self, target: ast.expr) -> ast.expr:
        match target:
            case ast.Name(id=name):
                self._bound.append(frozenset({name}))
                return ast.Name(name, ast.Store())
            case ast.Tuple(elts=elts) | ast.List(elts=elts):
                return ast.Tuple([self._store(one) for one in elts], ast.Store())
            case ast.Attribute():
                name = self.holes.name(ast.unparse(target), ANY)
                self.stored.append(name)
                return ast.Name(name, ast.Store())
            case ast.Subscript(value=value) if site := self._site(target):
                base = self.visit(value, self._operand(target))
                index = guarded(site, target, base, INDEX, self.visit)
                return ast.Subscript(base, index, ast.Store())
            case ast.Subscript(value=value) if self.holes.is_ref(ast.unparse(value)):
                written = self._subscript(target, ANY)
                assert isinstance(written, ast.Subscript)
                return ast.Subscript(written.value, written.slice, ast.Store())
        raise NotRunnableError(f"it assigns to `{ast.unparse(target)}`")

    def visit(self, node: ast.expr, role: Role) -> ast.expr:
        """`node` with a hole for each part that is not run. `role` is what its use says of its value."""
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
                condition = self.visit(test, ANY)
                return ast.IfExp(condition, self.visit(body, role), self.visit(orelse, role))
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
                return ast.BoolOp(op, [self.visit(one, ANY) for one in values])
            case ast.Compare(left=left, ops=ops, comparators=others):
                return ast.Compare(self.visit(left, ANY), ops, [self.visit(o, ANY) for o in others])
            case ast.Slice(lower=lower, upper=upper, step=step):
                bounds = [self.visit(b, _INTEGER) if b else None for b in (lower, upper, step)]
                return ast.Slice(*bounds)
            case ast.Dict(keys=keys, values=values) if all(keys):
                return ast.Dict(keys, [self.visit(one, ANY) for one in values])
        return self._hole(node, role)

    def _hole(self, node: ast.expr, role: Role) -> ast.expr:
        if any(
            isinstance(n, ast.NamedExpr | ast.Await | ast.Yield | ast.YieldFrom)
            for n in ast.walk(node)
        ):
            raise NotRunnableError("its code has a walrus, an await or a yield")
        for inner in ast.walk(node):
            if isinstance(inner, ast.Subscript) and self._site(inner) is not None:
                text = " ".join(ast.unparse(node).split())
                raise NotRunnableError(f"it would take running `{text}`, which is not done")
        return ast.Name(self.holes.name(ast.unparse(node), role), ast.Load())

    def _name(self, node: ast.Name, name: str, role: Role) -> ast.expr:
        if any(name in bound for bound in self._bound):
            return node
        if path := self._path(node):
            return self._known(node, path, role)
        if name in allowed.BUILTINS and name not in self._targets:
            return node
        return self._hole(node, role)

    def _known(self, node: ast.expr, path: str, role: Role) -> ast.expr:
        if not allowed.is_allowed(path):
            return self._hole(node, role)
        root = next(n for n in ast.walk(node) if isinstance(n, ast.Name))
        self.modules[root.id] = self._targets[root.id]
        self.paths.add(path)
        return node

    def _path(self, node: ast.expr) -> str:
        """The dotted path of a name that an import binds; empty for others."""
        match node:
            case ast.Name(id=name) if not any(name in bound for bound in self._bound):
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
        return self._hole(node, role)

    def _call(self, node: ast.Call, role: Role) -> ast.expr:
        function = self._function(node.func, role)
        if function is None:
            return self._hole(node, role)
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

    def _function(self, node: ast.expr, role: Role) -> ast.expr | None:
        """What is called, if it may be run."""
        if path := self._path(node):
            return self._known(node, path, ANY) if allowed.is_allowed(path) else None
        match node:
            case ast.Name(id=name):
                known = name in allowed.BUILTINS and name not in self._targets
                return node if known else None
            case ast.Attribute(value=ast.Name(id=name)) if name in _OBJECTS:
                return None
            case ast.Attribute(value=value, attr=attr) if attr in allowed.METHODS:
                inner = role if role.is_integer and attr in allowed.OF_INTEGERS else ARRAY
                return ast.Attribute(self.visit(value, inner), attr, ast.Load())
            case ast.Lambda():
                return self._lambda(node)
        return None

    def _lambda(self, node: ast.Lambda) -> ast.expr:
        if node.args.defaults or any(node.args.kw_defaults):
            raise NotRunnableError("a lambda with defaults stands in it")
        names = {a.arg for a in ast.walk(node.args) if isinstance(a, ast.arg)}
        return self._inside(names, lambda: ast.Lambda(node.args, self.visit(node.body, ANY)))

    def _comprehension(
        self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp
    ) -> ast.expr:
        bound = {
            name.id
            for one in node.generators
            for name in ast.walk(one.target)
            if isinstance(name, ast.Name)
        }

        def written() -> ast.expr:
            generators = [
                ast.comprehension(
                    one.target, self.visit(one.iter, ANY), [self.visit(c, ANY) for c in one.ifs], 0
                )
                for one in node.generators
            ]
            if isinstance(node, ast.DictComp):
                return ast.DictComp(
                    self.visit(node.key, ANY), self.visit(node.value, ANY), generators
                )
            return type(node)(self.visit(node.elt, ANY), generators)

        return self._inside(bound, written)

    def _inside(self, names: Iterable[str], write: Callable[[], ast.expr]) -> ast.expr:
        self._bound.append(frozenset(names))
        try:
            return write()
        finally:
            self._bound.pop()

    def _site(self, node: ast.Subscript) -> Site | None:
        return self.sites.get(offsets(self.side.source, node)) if hasattr(node, "lineno") else None

    def _operand(self, node: ast.Subscript) -> Role:
        site = self._site(node)
        elements = site.elements if site else ()
        kinds = (ElementKind.SLICE, ElementKind.INTEGER)
        least = sum(e.ndim or 1 for e in elements if e.kind in (*kinds, ElementKind.MASK))
        return Role("array", least, operand=site.operand if site else None)

    def _subscript(self, node: ast.Subscript, role: Role) -> ast.expr:
        site = self._site(node)
        if site is not None:
            base = self.visit(node.value, self._operand(node))
            return guarded(site, node, base, TAKE, self.visit)
        elements = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        if any(isinstance(e, ast.Constant) and isinstance(e.value, str) for e in elements):
            return self._hole(node, role)
        axes = sum(not (isinstance(e, ast.Constant) and e.value in (None, ...)) for e in elements)
        of_shape = isinstance(node.value, ast.Attribute) and node.value.attr == "shape"
        base = self.visit(node.value, ARRAY if of_shape else ranked(role, axes))
        written = [self.visit(e, Role("index", static=of_shape)) for e in elements]
        index = ast.Tuple(written, ast.Load()) if isinstance(node.slice, ast.Tuple) else written[0]
        return ast.Subscript(base, index, ast.Load())


def _target(bindings: tuple[Binding, ...]) -> str:
    """The dotted path of what an import binds, if nothing else binds its name."""
    targets = {binding.target for binding in bindings if not binding.fallback}
    return targets.pop() if len(targets) == 1 else ""


def _loaded(target: ast.expr) -> ast.expr:
    return placeless(ast.parse(ast.unparse(target), mode="eval").body)
