"""The last look at what the child process is to run: whoever wrote it, it holds nothing that is not on the list."""

import ast
from collections.abc import Collection, Iterator, Mapping

from jaxslice_lint.jax_model import allowed
from jaxslice_lint.verify.statements import OUTPUTS, STORED, locals_in
from jaxslice_lint.verify.verdict import NotRunnableError

_NODES = (
    *(ast.Module, ast.FunctionDef, ast.arguments, ast.arg, ast.Return, ast.Assign, ast.Expr),
    *(ast.For, ast.While, ast.If, ast.Assert, ast.Pass, ast.Break, ast.Continue, ast.Lambda),
    *(ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.comprehension, ast.NamedExpr),
    *(ast.Name, ast.Attribute, ast.Subscript, ast.Slice, ast.Starred, ast.Constant, ast.Tuple),
    *(ast.List, ast.Dict, ast.Call, ast.keyword, ast.BinOp, ast.UnaryOp, ast.BoolOp, ast.Compare),
    *(ast.IfExp, ast.expr_context, ast.operator, ast.unaryop, ast.boolop, ast.cmpop),
)
#: What is put around a fragment, which alone may ask for all variables at once.
_ALL = "locals"
_AROUND = frozenset(ast.dump(locals_in(names)) for names in (OUTPUTS, STORED))
_ATTRIBUTES = allowed.PROPERTIES | allowed.COMMON | allowed.METHODS | allowed.OF_CONTAINERS
#: What may be called: a result of something else could be anything.
_CALLED = (ast.Name, ast.Attribute, ast.Lambda)
_LISTED = (ast.List, ast.Constant, ast.expr_context)


def check(code: ast.Module, modules: Mapping[str, str], helpers: Collection[str]) -> None:
    """Raise `NotRunnableError` if `code` does anything else than to compute.

    `modules`: what names of packages stand for; `helpers`: the names of what the child process answers to.
    """
    if not all(map(_is_definition, code.body)):
        raise NotRunnableError("it does more than to define a function")
    nodes = [*_nodes(code)]
    bound = {name for node in nodes for name in _bound(node)}
    if taken := bound.intersection([*modules, *helpers, _ALL]):
        raise NotRunnableError(f"it binds `{min(taken)}`, which stands for something else")
    known = bound | allowed.BUILTINS | set(helpers)
    owners = {id(node.value) for node in nodes if isinstance(node, ast.Attribute)}
    for node in nodes:
        path = _path(node, modules) if id(node) in owners else None
        leads_on = path is not None and allowed.holds(path)
        if not leads_on and not _is_harmless(node, modules, known):
            raise NotRunnableError(f"`{ast.unparse(node)}` is not run")


def _is_definition(node: ast.stmt) -> bool:
    """Whether a statement of the module defines a function, of which nothing is evaluated now, or names constants."""
    match node:
        case ast.FunctionDef(decorator_list=[], args=ast.arguments(defaults=[], kw_defaults=[])):
            return True
        case ast.Assign(value=value):
            return all(isinstance(one, _LISTED) for one in ast.walk(value))
    return False


def _nodes(tree: ast.AST) -> Iterator[ast.AST]:
    """All that is the program's own in a tree."""
    left = [tree]
    while left:
        node = left.pop()
        if not (isinstance(node, ast.DictComp) and ast.dump(node) in _AROUND):
            yield node
            left += reversed([*ast.iter_child_nodes(node)])


def _bound(node: ast.AST) -> list[str]:
    """The names that a node binds."""
    match node:
        case ast.Name(id=name, ctx=ast.Store()) | ast.arg(arg=name) | ast.FunctionDef(name=name):
            return [name]
    return []


def _is_harmless(node: ast.AST, modules: Mapping[str, str], known: Collection[str]) -> bool:
    match node:
        case ast.Name(id=name) if name in modules:
            return allowed.is_allowed(modules[name])
        case ast.FunctionDef(decorator_list=[_, *_]):
            return False
        case ast.Name(id=name) | ast.arg(arg=name) | ast.FunctionDef(name=name):
            return name in known and not name.startswith("__")
        case ast.Attribute(attr=name, ctx=context):
            path = _path(node, modules)
            is_listed = name in _ATTRIBUTES if path is None else allowed.is_allowed(path)
            return is_listed and isinstance(context, ast.Load)
        case ast.Call(func=called):
            return isinstance(called, _CALLED)
    return isinstance(node, _NODES)


def _path(node: ast.AST, modules: Mapping[str, str]) -> str | None:
    """The dotted path of what a package holds; None for anything else."""
    match node:
        case ast.Name(id=name):
            return modules.get(name)
        case ast.Attribute(value=value, attr=name):
            path = _path(value, modules)
            return None if path is None else f"{path}.{name}"
    return None
