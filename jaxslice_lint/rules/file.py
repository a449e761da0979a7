"""One file as the rules see it: its text, its slices with traced bounds, and its syntax trees.

LibCST takes longer to import than most files take to check. So a tree is made when the first rule asks for it.
"""

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING

from jaxslice_lint.facts.misuse import Misuse
from jaxslice_lint.facts.site import OperandKind, Site
from jaxslice_lint.rewrite.text.edit import NoRewriteError
from jaxslice_lint.source.line_length import LINE_LENGTH
from jaxslice_lint.source.parse import parse
from jaxslice_lint.source.text import Source, Span

if TYPE_CHECKING:
    from jaxslice_lint.rewrite.statements.places import Place
    from jaxslice_lint.rewrite.text.names import Names
    from jaxslice_lint.rewrite.text.syntax import Role, Tree, Use

_NOT_FOUND = "LibCST does not find the slice in the file"


class Access(Enum):
    """What the program does with a slice, as far as rules tell it apart."""

    READ = "x[i:j], x.at[i:j].get()"
    UPDATE = "x.at[i:j].set(v), ref[i:j] = v"
    OTHER = "x[i:j] = v, del x[i:j]"


@dataclass(frozen=True)
class File:
    """`sites` are the slices with a traced bound, by where they stand; `style` ("lax" or "ds") is the form of the
    rewrites, `line_length` that of the lines of new imports."""

    source: Source
    sites: Mapping[Span, Site]
    style: str
    line_length: int = LINE_LENGTH
    #: The syntax tree, if somebody has it.
    parsed: ast.Module | None = None

    @cached_property
    def names(self) -> "Names":
        """How the file spells the names of JAX."""
        from jaxslice_lint.rewrite.text.names import Names

        return Names(self.source, self.line_length, self._ast)

    @property
    def tree(self) -> "Tree":
        """The LibCST tree, with the uses of all `sites`. Raises `NoRewriteError` if LibCST cannot read the file."""
        if self._tree is None:
            raise NoRewriteError(_NOT_FOUND)
        return self._tree

    def access(self, site: Site) -> Access:
        """What the program does with a slice."""
        from jaxslice_lint.rewrite.text.syntax import Role

        is_ref = site.operand.kind is OperandKind.REF
        match self._role(site):
            case Role.UPDATE:
                return Access.UPDATE
            case Role.BARE_AT:
                return Access.READ if is_ref else Access.UPDATE
            case Role.STORE:
                return Access.UPDATE if is_ref else Access.OTHER
            case Role.DELETE:
                return Access.OTHER
        return Access.READ

    def rewritable(self, site: Site) -> "Use":
        """Where a slice stands and what is done with it, for a rewrite. Raises `NoRewriteError` if LibCST does not
        find the slice, or if JAX raises another error before it comes to it."""
        use = self._use(site)
        if use is None:
            raise NoRewriteError(_NOT_FOUND)
        if site.error:
            raise NoRewriteError(
                f"JAX raises {site.error}: a rewrite of the slice would not cure that"
            )
        return use

    def place(self, misuse: Misuse) -> "Place":
        """The statement and the function around a misuse."""
        from jaxslice_lint.rewrite.statements.places import place_of

        return place_of(self.source, self._ast, misuse.span)

    @cached_property
    def _tree(self) -> "Tree | None":
        from libcst import ParserSyntaxError

        from jaxslice_lint.rewrite.text.syntax import tree_with

        try:
            return tree_with(self.source, self._ast, self.sites)
        except (ParserSyntaxError, RecursionError, MemoryError):
            return None

    @cached_property
    def _ast(self) -> ast.Module:
        tree = self.parsed or parse(self.source)
        assert isinstance(tree, ast.Module)  # it has findings
        return tree

    def _use(self, site: Site) -> "Use | None":
        return self._tree.uses.get(site.span) if self._tree else None

    def _role(self, site: Site) -> "Role":
        """What a subscript is for; by its text, where LibCST cannot say."""
        from jaxslice_lint.rewrite.text.syntax import Role

        use = self._use(site)
        if use is not None:
            return use.role
        return Role.BARE_AT if ".at[" in self.source.segment(site.span) else Role.READ
