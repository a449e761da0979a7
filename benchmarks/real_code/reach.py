"""Which functions a package itself traces: an over-approximation by name.

A function is traced if it is given to a transform, by name, decorator, lambda, `partial` or a function that returns
it; if it is a `__call__` or `@compact` method of a Flax or Haiku module; or if a traced function mentions it. A
method that is mentioned on an object of unknown class is every method of that name. So this says "traced" too often,
and `undone.toml` corrects it by hand; it misses only what is handed around in containers.
"""

import ast
from collections import defaultdict
from collections.abc import Iterator

from program import Key, Program, Unit, definition_name

#: Which arguments of an API that traces are functions. A name is enough, whatever module it is from.
_TRANSFORMS: dict[str, tuple[int, ...]] = {
    **dict.fromkeys(("jit", "pjit", "pmap", "vmap", "xmap", "filter_jit", "filter_vmap"), (0,)),
    **dict.fromkeys(("filter_pmap", "checkpoint", "remat", "shard_map", "smap"), (0,)),
    **dict.fromkeys(("filter_checkpoint", "checkpoint_name_scope", "linearize", "checkify"), (0,)),
    **dict.fromkeys(("eval_shape", "filter_eval_shape", "make_jaxpr", "vectorize"), (0,)),
    **dict.fromkeys(("pallas_call", "emit_pipeline", "core_map", "run_scoped", "run_state"), (0,)),
    **dict.fromkeys(("scan", "associative_scan", "when", "loop", "filter_scan"), (0,)),
    "fori_loop": (2,),
    "while_loop": (0, 1),
    "cond": (1, 2),
    "switch": (1,),
    "map": (0,),
    "platform_dependent": (0,),
}
_KEYWORDS = frozenset(
    (
        "f",
        "fun",
        "func",
        "body",
        "body_fun",
        "cond_fun",
        "true_fun",
        "false_fun",
        "kernel",
        "target",
        "branches",
    )
)
_BUILT_IN = frozenset({"map"})
_MODULES = ("flax.", "haiku.")
_CONSTRUCTORS = ("__init__", "__post_init__", "__call__", "setup", "__new__", "forward")
#: Methods of arrays and containers, which programs mention on every line.
_COMMON = frozenset((*dir(dict), *dir(list), *dir(str))) - {"update"} | {
    "at",
    "set",
    "sum",
    "shape",
    "dtype",
}


def traced_functions(program: Program) -> dict[Key, str]:
    """The functions that the package traces: by "transform", or by "module" if only a module's method reaches them."""
    reach = _Reach(program)
    by_transform = reach.closure(reach.roots())
    modules = {key for key in program.units if _is_module_method(program, key)}
    found = dict.fromkeys(reach.closure(modules), "module")
    return found | dict.fromkeys(by_transform, "transform")


def _is_module_method(program: Program, key: Key) -> bool:
    parent = program.units.get(key.parent)
    if not key.name or parent is None or not parent.is_class:
        return False
    unit = program.units[key]
    is_call = key.last == "__call__" or any(_last(d) == "compact" for d in unit.decorators)
    return is_call and any(
        o.startswith(_MODULES) for o in program.families.origins(key.parent.last)
    )


class _Reach:
    """Resolves mentions. `takers` are the package's own functions that hand an argument to a transform."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.takers: dict[str, set[int]] = defaultdict(set)
        self.taker_names: dict[str, set[str]] = defaultdict(set)
        for _ in range(3):
            for unit in program.units.values():
                self._learn(unit)

    def roots(self) -> set[Key]:
        """All that is given to a transform."""
        found: set[Key] = set()
        for unit in self.program.units.values():
            if any(_is_transform(d) for d in unit.decorators):
                found |= set(self._opened(unit.key))
            for argument in self._given(unit):
                found |= self.functions(argument, unit.key)
        return found

    def closure(self, roots: set[Key]) -> set[Key]:
        """The roots and all that they mention, and so on."""
        seen: set[Key] = set()
        pending = list(roots)
        while pending:
            key = pending.pop()
            if key in seen:
                continue
            seen.add(key)
            pending += self.program.units[key].lambdas
            for node in self.program.units[key].nodes:
                pending += self._mentioned(node, key)
        return seen

    def functions(self, node: ast.expr, scope: Key, depth: int = 4) -> set[Key]:
        """The functions that an expression may stand for."""
        if depth == 0:
            return set()
        match node:
            case ast.Name(id=name):
                found = {
                    key for named in self.program.named(name, scope) for key in self._opened(named)
                }
                for value, where in self.program.values(name, scope):
                    found |= self.functions(value, where, depth - 1)
                return found
            case ast.Attribute():
                return set(self.program.attribute(node, scope))
            case ast.Lambda():
                return {scope.inside(definition_name(node))} & self.program.units.keys()
            case ast.IfExp(body=one, orelse=other):
                return self.functions(one, scope, depth) | self.functions(other, scope, depth)
            case ast.List(elts=parts) | ast.Tuple(elts=parts) | ast.BoolOp(values=parts):
                return {key for part in parts for key in self.functions(part, scope, depth)}
            case ast.Call(func=function, args=arguments):
                found = {key for a in arguments for key in self.functions(a, scope, depth - 1)}
                for called in self.functions(function, scope, depth - 1):
                    for value in self.program.units[called].returned:
                        found |= self.functions(value, called, depth - 1)
                return found
        return set()

    def _mentioned(self, node: ast.AST, scope: Key) -> Iterator[Key]:
        match node:
            case ast.Name(id=name, ctx=ast.Load()):
                for key in self.program.named(name, scope):
                    yield from self._opened(key)
                for value, where in self.program.values(name, scope):
                    if not isinstance(value, ast.Call) or _last(value.func) == "partial":
                        yield from self.functions(value, where, 2)
            case ast.Attribute(attr=name, ctx=ast.Load()) if name not in _COMMON:
                for key in self.program.attribute(node, scope):
                    yield from self._opened(key)

    def _opened(self, key: Key) -> Iterator[Key]:
        """A function, or what runs when a class is called and its object is."""
        yield key
        if self.program.units[key].is_class:
            for name in _CONSTRUCTORS:
                if (method := key.inside(name)) in self.program.units:
                    yield method

    def _given(self, unit: Unit) -> Iterator[ast.expr]:
        """The arguments in the place of a function, of each call of a transform in this unit."""
        for node in unit.nodes:
            if not isinstance(node, ast.Call):
                continue
            name = _last(node.func)
            if name == "partial" and node.args and _is_transform(node.args[0]):
                name, arguments = _last(node.args[0]), node.args[1:]
            else:
                arguments = node.args
            if name in _BUILT_IN and isinstance(node.func, ast.Name):
                continue
            places = {*_TRANSFORMS.get(name, ()), *self.takers.get(name, ())}
            known = _KEYWORDS if name in _TRANSFORMS else self.taker_names.get(name, set())
            yield from (a for number, a in enumerate(arguments) if number in places)
            yield from (k.value for k in node.keywords if k.arg in known and places)

    def _learn(self, unit: Unit) -> None:
        own = unit.parameters[1:] if unit.parameters[:1] in (["self"], ["cls"]) else unit.parameters
        for scope in self._with_inner(unit):
            for argument in self._given(scope):
                for node in ast.walk(argument):
                    if (
                        isinstance(node, ast.Name)
                        and node.id in own
                        and unit.key.last not in _TRANSFORMS
                    ):
                        self.takers[unit.key.last].add(own.index(node.id))
                        self.taker_names[unit.key.last].add(node.id)

    def _with_inner(self, unit: Unit) -> Iterator[Unit]:
        if unit.is_class or not unit.key.name:
            return
        yield unit


def _is_transform(node: ast.expr) -> bool:
    """Whether a decorator or an argument of `partial` names a transform."""
    match node:
        case ast.Call(func=function, args=arguments):
            return _is_transform(function) or (
                _last(function) == "partial" and any(map(_is_transform, arguments))
            )
        case ast.Name() | ast.Attribute():
            return _last(node) in _TRANSFORMS
    return False


def _last(node: ast.expr) -> str:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case ast.Call(func=function):
            return _last(function)
    return ""
