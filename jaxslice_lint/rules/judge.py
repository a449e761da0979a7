"""From the suspect sites of one file to findings: which rule each breaks, in which words, and its
rewrite.

Imports LibCST: only files with a suspect site come here.
"""

from collections.abc import Iterable, Sequence

from libcst import ParserSyntaxError

from jaxslice_lint.facts.site import FOREIGN_SIZE, Bound, Element, OperandKind, Site
from jaxslice_lint.facts.status import Status
from jaxslice_lint.rewrite.masks import mask
from jaxslice_lint.rewrite.text.edit import Fix, NoRewriteError
from jaxslice_lint.rewrite.text.names import Names
from jaxslice_lint.rewrite.text.syntax import Role, Tree, Use, parse
from jaxslice_lint.rewrite.windows.codemod import rewrite
from jaxslice_lint.rules import jsl101, jsl102, jsl103, jsl104, jsl105
from jaxslice_lint.rules.finding import Finding
from jaxslice_lint.rules.rule import Rule
from jaxslice_lint.source.text import Source

_ERRORS = {
    OperandKind.NUMPY: "TracerIntegerConversionError",
    OperandKind.SEQUENCE: "TracerIntegerConversionError",
    OperandKind.REF: "TracerBoolConversionError",
}
_LONGEST_QUOTE = 60
#: The rules about slices of traced size.
_MASKED = (jsl103.RULE, jsl104.RULE)


def findings(source: Source, suspects: Sequence[Site], style: str) -> list[Finding]:
    """The findings on sites with a traced bound, in their order."""
    tree = parsed(source, suspects)
    names = Names(source)
    found: list[Finding] = []
    for site in suspects:
        use = tree.uses.get(site.span) if tree else None
        role = use.role if use else _role_in_text(source.segment(site.span))
        if role is Role.DELETE or (role is Role.STORE and site.operand.kind is not OperandKind.REF):
            continue
        rule = _rule(site, role)
        fix, no_fix = _fix(rule, site, use, tree, names, style, suspects)
        found.append(
            Finding(
                code=rule.code,
                name=rule.name,
                message=_message(rule, site, source.segment(site.span)),
                path=source.path,
                span=site.span,
                marks=tuple(b.span for b in _traced_bounds(site) if b.span) or (site.span,),
                trace_path=site.trace_path,
                help=fix.message if fix else _remedy(rule, site),
                fix=fix,
                no_fix=no_fix,
            )
        )
    return found


def parsed(source: Source, suspects: Iterable[Site]) -> Tree | None:
    """The LibCST tree of a file with the uses of some sites; None if LibCST cannot read it."""
    try:
        return parse(source, [site.span for site in suspects])
    except (ParserSyntaxError, RecursionError):
        return None


def _role_in_text(text: str) -> Role:
    """What a subscript is for, where LibCST could not say."""
    return Role.BARE_AT if ".at[" in text else Role.READ


def _rule(site: Site, role: Role) -> Rule:
    traced = [element for element in site.elements if element.is_traced]
    updates = role in (Role.UPDATE, Role.STORE) or (
        role is Role.BARE_AT and site.operand.kind is not OperandKind.REF
    )
    if any(element.step.status is Status.TRACED for element in traced):
        return jsl105.RULE
    if any(element.size.status is Status.TRACED for element in traced):
        return jsl104.RULE if updates else jsl103.RULE
    return jsl102.RULE if updates else jsl101.RULE


def _fix(
    rule: Rule,
    site: Site,
    use: Use | None,
    tree: Tree | None,
    names: Names,
    style: str,
    suspects: Sequence[Site],
) -> tuple[Fix | None, str]:
    """The fix, or why there is none."""
    if rule.no_rewrite:
        return None, rule.no_rewrite
    if use is None or tree is None:
        return None, "LibCST does not find the slice in the file"
    try:
        if site.error:
            return None, f"JAX raises {site.error}: a rewrite of the slice would not cure that"
        if rule in _MASKED:
            return mask(site, {one.span: one for one in suspects}, tree, names), ""
        return rewrite(site, use, tree, names, style), ""
    except NoRewriteError as refusal:
        return None, str(refusal)


def _remedy(rule: Rule, site: Site) -> str:
    """What a person can do where there is no fix."""
    if any(element.no_window == FOREIGN_SIZE for element in site.elements):
        return (
            "pass the size as a parameter of its own (`take(x, start, size)` in place of"
            " `take(x, start, stop)`), or make the bounds static with `static_argnames`"
        )
    return rule.remedy


def _message(rule: Rule, site: Site, text: str) -> str:
    """JAX's complaint in its own words, with what it cannot know: which bound is traced, and
    why."""
    blamed = {_blame(rule, element): None for element in site.elements if element.is_traced}
    error = f"{_ERRORS.get(site.operand.kind, 'IndexError')} when this is traced"
    return f"`{quoted(text)}` has {' and '.join(blamed)}{rule.trouble}: JAX raises {site.error or error}"


def _blame(rule: Rule, element: Element) -> str:
    """The traced bounds of a slice that its rule is about: of a window of static size, one bound
    says it all."""
    named = {"start": element.start, "stop": element.stop, "step": element.step}
    traced = {name: bound for name, bound in named.items() if bound.status is Status.TRACED}
    if rule is jsl105.RULE and "step" in traced:
        traced = {"step": traced["step"]}
    elif rule is jsl101.RULE or rule is jsl102.RULE:
        traced = dict([*traced.items()][:1])
    return " and ".join(described(name, bound) for name, bound in traced.items())


def described(name: str, bound: Bound) -> str:
    """A traced bound in words."""
    text = f" `{quoted(bound.text)}`" if bound.text else ""
    why = f" ({bound.why})" if bound.why else ""
    return f"a traced {name}{text}{why}"


def quoted(text: str) -> str:
    """`text` on one line, cut to a readable length."""
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST_QUOTE else f"{line[: _LONGEST_QUOTE - 1]}…"


def _traced_bounds(site: Site) -> list[Bound]:
    return [
        bound
        for element in site.elements
        for bound in element.bounds
        if bound.status is Status.TRACED
    ]
