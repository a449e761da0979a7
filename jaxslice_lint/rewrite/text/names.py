"""How a file spells a name of JAX at a site: with its own imports where they reach, else with one
more import."""

import ast
from dataclasses import dataclass
from functools import cached_property

from jaxslice_lint.jax_model.names import LAX, NUMPY, PALLAS
from jaxslice_lint.rewrite.text.edit import Edit, NoRewriteError
from jaxslice_lint.rewrite.text.imports import added, imports_jax
from jaxslice_lint.rewrite.text.scopes import Binding, Scope, Scopes, all_bindings
from jaxslice_lint.source.line_length import LINE_LENGTH
from jaxslice_lint.source.nodes import span_of
from jaxslice_lint.source.text import Source, Span


@dataclass(frozen=True, slots=True)
class _Import:
    """How an import is added: the statement, the name it binds and what that stands for, the statement for when that
    name is taken, and how an attribute of the module is written with the name."""

    statement: str
    name: str
    target: str
    renamed: str
    spelling: str = "{name}.{attribute}"


_IMPORTS = {
    "jax": _Import("import jax", "jax", "jax", "import jax as {}"),
    LAX: _Import("from jax import lax", "lax", LAX, "from jax import lax as {}"),
    NUMPY: _Import("import jax.numpy as jnp", "jnp", NUMPY, "import jax.numpy as {}"),
    PALLAS: _Import(
        "from jax.experimental import pallas as pl",
        "pl",
        PALLAS,
        "from jax.experimental import pallas as {}",
    ),
    "functools": _Import(
        "from functools import partial",
        "partial",
        "functools.partial",
        "from functools import partial as {}",
        "{name}",
    ),
}
#: What `import jax` alone makes reachable as an attribute of `jax`.
_ATTRIBUTES_OF_JAX = ("jax", LAX, NUMPY)
#: What stands for a builtin where a file binds its name. (Without x64, JAX warns of `jnp.int_`.)
_INSTEAD = {"int": (NUMPY, "int32")}


@dataclass(frozen=True, slots=True)
class Spelling:
    """An expression for a name of JAX, and the edits that add the import it needs."""

    text: str
    edits: tuple[Edit, ...] = ()


@dataclass(frozen=True)
class Names:
    """The names of one file, whose lines of imports are at most `line_length` long where that can be."""

    source: Source
    line_length: int = LINE_LENGTH
    #: The syntax tree of the file, if somebody has it.
    parsed: ast.Module | None = None

    @cached_property
    def _tree(self) -> ast.Module:
        return self.parsed or ast.parse(self.source.text)

    @cached_property
    def _scopes(self) -> Scopes:
        return Scopes(self._tree, self.source)

    @cached_property
    def _all(self) -> tuple[Binding, ...]:
        return tuple(all_bindings(self._tree))

    @cached_property
    def _names(self) -> frozenset[str]:
        """The names that the file binds, in any scope."""
        return frozenset(binding.name for binding in self._all)

    def spell(self, module: str, attribute: str, site: Span) -> Spelling:
        """How to write `attribute` of `module` (`jax.lax`, `dynamic_slice`; `builtins`, `int`) at `site`.

        Raises `NoRewriteError` if that needs an import that cannot be added.
        """
        if module == "builtins":
            if not self._names & {attribute, "*"}:
                return Spelling(attribute)
            module, attribute = _INSTEAD[attribute]
        scopes = self._scopes.around(site)
        imports = [b for scope in scopes for b in scope.imports if self._reaches(b, scopes, site)]
        for target, text in (
            (f"{module}.{attribute}", "{}"),
            (module, f"{{}}.{attribute}"),
        ):
            for binding in imports:
                if binding.target == target:
                    return Spelling(text.format(binding.name))
        for binding in imports:
            # `import jax.numpy` binds `jax`, and loads what it names.
            if binding.target == "jax" and (
                module in _ATTRIBUTES_OF_JAX or binding.loads.startswith(module)
            ):
                return Spelling(f"{binding.name}{module.removeprefix('jax')}.{attribute}")
        return self._added(module, attribute, scopes)

    def used_in(self, function: Span) -> frozenset[str]:
        """The names that stand in a function."""
        if function not in self._used:
            self._used[function] = self._found_in(function)
        return self._used[function]

    @cached_property
    def _used(self) -> dict[Span, frozenset[str]]:
        return {}

    def _found_in(self, function: Span) -> frozenset[str]:
        inside = [
            node
            for top in ast.walk(self._tree)
            if isinstance(top, ast.FunctionDef | ast.AsyncFunctionDef)
            and span_of(self.source, top) == function
            for node in ast.walk(top)
        ]
        read = {node.id for node in inside if isinstance(node, ast.Name)}
        return frozenset(read | {node.arg for node in inside if isinstance(node, ast.arg)})

    def _reaches(self, binding: Binding, scopes: list[Scope], site: Span) -> bool:
        """Whether an import is what its name means at `site`."""
        if not (binding.certain and binding.line < site.line):
            return False
        owner = next(scope for scope in scopes if scope.of(binding.name))
        if binding not in owner.of(binding.name) or binding.name in self._declared:
            return False
        return all(
            other.target == binding.target or other.fallback for other in owner.of(binding.name)
        )

    @cached_property
    def _declared(self) -> frozenset[str]:
        """The names that some function declares global or nonlocal, and may bind again."""
        declarations = (ast.Global, ast.Nonlocal)
        nodes = [node for node in ast.walk(self._tree) if isinstance(node, declarations)]
        return frozenset(name for node in nodes for name in node.names)

    def _added(self, module: str, attribute: str, scopes: list[Scope]) -> Spelling:
        is_jax = _is_jax(module)
        jax_is_optional = not any(map(imports_jax, self._tree.body))
        if is_jax and jax_is_optional and any(_is_jax(binding.target) for binding in self._all):
            raise NoRewriteError(
                "the file imports JAX only conditionally, so that no import can be added"
            )
        new = _IMPORTS[module]
        statement, name = new.statement, new.name
        if self._taken(name, new.target, scopes):
            name = f"jax_{name}"
            while self._taken(name, new.target, scopes):
                name += "_"
            statement = new.renamed.format(name)
        text = new.spelling.format(name=name, attribute=attribute)
        return Spelling(text, added(self.source, self._tree.body, statement, self.line_length))

    def _taken(self, name: str, target: str, scopes: list[Scope]) -> bool:
        """Whether a name means something else in the file, or is not that of the module where it is needed."""
        is_local = any(scope.of(name) for scope in scopes[:-1])
        return is_local or any(b.name == name and b.target != target for b in self._all)


def _is_jax(path: str) -> bool:
    return path.partition(".")[0] == "jax"
