"""From the misuses of one file to findings: which rule each breaks, in which words, and its rewrite."""

import ast
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from jaxslice_lint.facts.misuse import Misuse, MisuseKind
from jaxslice_lint.facts.site import Operand, Site
from jaxslice_lint.jax_model.functions import MEANT_AT_METHODS
from jaxslice_lint.rewrite.statements.places import Place, place_of
from jaxslice_lint.rewrite.statements.stores import discarded, renamed, store
from jaxslice_lint.rewrite.statements.window_updates import fitted
from jaxslice_lint.rewrite.text.edit import Fix, NoRewriteError
from jaxslice_lint.rewrite.text.names import Names
from jaxslice_lint.rewrite.text.syntax import Tree
from jaxslice_lint.rules import jsl201, jsl202, jsl301, jsl302, jsl303
from jaxslice_lint.rules.finding import Finding
from jaxslice_lint.rules.judge import described, parsed, quoted
from jaxslice_lint.rules.rule import Rule
from jaxslice_lint.source.text import Source, Span

_RULES = {
    MisuseKind.SIZE: jsl201.RULE,
    MisuseKind.UPDATE: jsl202.RULE,
    MisuseKind.METHOD: jsl301.RULE,
    MisuseKind.DISCARD: jsl302.RULE,
    MisuseKind.STORE: jsl303.RULE,
}


def findings_of_misuses(
    source: Source, misuses: Sequence[Misuse], sites: Sequence[Site], style: str
) -> list[Finding]:
    """The findings on misuses, in their order; `sites` are the slices of the file."""
    judge = _Judge(source, {site.span: site for site in sites}, style)
    return [judge.finding(misuse) for misuse in misuses]


@dataclass
class _Judge:
    """What the findings of one file have in common."""

    source: Source
    sites: Mapping[Span, Site]
    style: str

    @cached_property
    def names(self) -> Names:
        return Names(self.source)

    @cached_property
    def _ast(self) -> ast.Module:
        return ast.parse(self.source.text)

    def finding(self, misuse: Misuse) -> Finding:
        rule = _RULES[misuse.kind]
        place = place_of(self.source, self._ast, misuse.span)
        fix, no_fix = self._fix(rule, misuse, place)
        return Finding(
            code=rule.code,
            name=rule.name,
            message=_MESSAGES[misuse.kind](misuse, place),
            path=misuse.path,
            span=misuse.span,
            marks=tuple(size.span for size in misuse.sizes if size.span) or (misuse.span,),
            trace_path=misuse.trace_path,
            help=fix.message if fix else rule.remedy,
            fix=fix,
            no_fix=no_fix,
        )

    def _fix(self, rule: Rule, misuse: Misuse, place: Place) -> tuple[Fix | None, str]:
        try:
            match misuse.kind:
                case MisuseKind.UPDATE:
                    return fitted(misuse, place, self.names), ""
                case MisuseKind.METHOD:
                    return renamed(place, MEANT_AT_METHODS.get(misuse.name)), ""
                case MisuseKind.DISCARD:
                    return discarded(misuse, place), ""
                case MisuseKind.STORE:
                    site = self.sites.get(misuse.span)
                    return store(misuse, place, site, self._tree(site), self.names, self.style), ""
        except NoRewriteError as refusal:
            return None, str(refusal)
        return None, rule.no_rewrite

    def _tree(self, site: Site | None) -> Callable[[], Tree | None]:
        return lambda: None if site is None else parsed(self.source, [site])


def _size_message(misuse: Misuse, _place: Place) -> str:
    sizes = " and ".join(dict.fromkeys(described("size", size) for size in misuse.sizes))
    in_dim = misuse.name.endswith("_in_dim")
    error = "TracerIntegerConversionError" if in_dim else "TypeError"
    return f"`{misuse.name}` has {sizes}: JAX raises {error} when this is traced"


def _update_message(misuse: Misuse, _place: Place) -> str:
    array, value = misuse.operand, misuse.value or misuse.operand
    if value.ndim is not None and array.ndim is not None and value.ndim != array.ndim:
        what = f"{_axes(value)} for an array with {_axes(array)}"
    elif array.ndim is None and value.ndim == 0:
        what = f"{_axes(value)} for an array"
    else:
        return (
            f"`{misuse.name}` is given an update of dtype {value.dtype} for an array of dtype"
            f" {array.dtype}: it does not convert, and JAX raises TypeError"
        )
    return f"`{misuse.name}` is given an update with {what}: it does not broadcast, and JAX raises TypeError"


def _axes(operand: Operand) -> str:
    match operand.ndim:
        case 0:
            return "no axis"
        case 1:
            return "one axis"
    return f"{operand.ndim} axes"


def _method_message(misuse: Misuse, _place: Place) -> str:
    return f"`.at[…]` has no method `{misuse.name}`: JAX raises AttributeError"


def _discard_message(misuse: Misuse, place: Place) -> str:
    text = quoted(place.written(place.node))
    return f"the result of `{text}` is lost: `.at[…].{misuse.name}` returns a new array, and changes none"


def _store_message(_misuse: Misuse, place: Place) -> str:
    text = quoted(place.written(place.node))
    return f"`{text}` is assigned to, but JAX arrays are immutable: JAX raises TypeError"


_MESSAGES: dict[MisuseKind, Callable[[Misuse, Place], str]] = {
    MisuseKind.SIZE: _size_message,
    MisuseKind.UPDATE: _update_message,
    MisuseKind.METHOD: _method_message,
    MisuseKind.DISCARD: _discard_message,
    MisuseKind.STORE: _store_message,
}
