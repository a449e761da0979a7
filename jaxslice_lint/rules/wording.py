"""Words that several rules share: for a slice with traced bounds, for one such bound, and for quoted code."""

import ast
from collections.abc import Callable, Iterator, Mapping

from jaxslice_lint.facts.site import FOREIGN_SIZE, Bound, Element, ElementKind, OperandKind, Site
from jaxslice_lint.facts.status import Status
from jaxslice_lint.jax_model.lookup import function
from jaxslice_lint.rules.file import File
from jaxslice_lint.rules.rule import Fact
from jaxslice_lint.source.nodes import is_at

_ERRORS = {
    OperandKind.NUMPY: "TracerIntegerConversionError",
    OperandKind.SEQUENCE: "TracerIntegerConversionError",
    OperandKind.REF: "TracerBoolConversionError",
}
_LONGEST_QUOTE = 60
_LONGEST_MASK = 80


def slice_message(
    site: Site, file: File, blamed: Callable[[Element], Mapping[str, Bound]], trouble: str = ""
) -> str:
    """JAX's complaint about a slice in JAX's own words, with what JAX cannot know: which bound is traced, and why.

    `blamed` picks the bounds of one slice that the rule is about; `trouble` says what follows from them.
    """
    bounds = [blamed(element) for element in site.elements if element.is_traced]
    causes = [" and ".join(described(*one) for one in slice_.items()) for slice_ in bounds]
    has = " and ".join(dict.fromkeys(causes))
    raised = function(site.called).slicing_error or _ERRORS.get(site.operand.kind, "IndexError")
    error = f"{raised} when this is traced"
    return f"`{quoted(site, file)}` has {has}{trouble}: JAX raises {site.error or error}"


def traced_bounds(element: Element) -> dict[str, Bound]:
    """The traced bounds of a slice, by what they are called."""
    named = {"start": element.start, "stop": element.stop, "step": element.step}
    return {name: bound for name, bound in named.items() if bound.status is Status.TRACED}


def first_traced_bound(element: Element) -> dict[str, Bound]:
    """One traced bound, which says it all of a slice of static size: the others follow from it."""
    return dict([*traced_bounds(element).items()][:1])


def described(name: str, bound: Bound) -> str:
    """A traced bound in words."""
    text = f" `{_shortened(bound.text)}`" if bound.text else ""
    why = f" ({bound.why})" if bound.why else ""
    return f"a traced {name}{text}{why}"


def quoted(fact: Fact, file: File) -> str:
    """The code that a fact is about, on one line of a readable length."""
    return _shortened(file.source.segment(fact.span))


def special_remedy(fact: Fact, file: File) -> str:
    """What a person can do about this one fact, where its rule cannot know; else empty."""
    if isinstance(fact, Site) and any(one.no_window == FOREIGN_SIZE for one in fact.elements):
        return (
            "pass the size as a parameter of its own (`take(x, start, size)` in place of"
            " `take(x, start, stop)`), or make the bounds static with `static_argnames`"
        )
    if isinstance(fact, Site) and fact.has_traced_size and not fact.has_traced_step:
        return _mask_remedy(fact, file)
    return ""


def _mask_remedy(site: Site, file: File) -> str:
    """The mask that says which elements of a slice count; empty if it would take more than one line."""
    try:
        node = ast.parse(file.source.segment(site.span), mode="eval").body
    except (SyntaxError, RecursionError, MemoryError):
        return ""
    if not isinstance(node, ast.Subscript):
        return ""
    is_update = is_at(node)
    array = node.value.value if is_update and isinstance(node.value, ast.Attribute) else node.value
    if not isinstance(array, ast.Name | ast.Attribute):
        return ""
    name, tests = ast.unparse(array), [*_tests(site, ast.unparse(array))]
    mask = tests[0] if len(tests) == 1 else " & ".join(f"({test})" for test in tests)
    if not tests or len(mask) > _LONGEST_MASK:
        return ""
    if is_update:
        return f"update all of `{name}` under a mask, `jnp.where(mask, …, {name})` with `mask = {mask}`"
    return (
        f"keep all of `{name}` and mask it, with `mask = {mask}`"
        " (`where=mask` of a reduction, or `jnp.where`)"
    )


def _tests(site: Site, array: str) -> Iterator[str]:
    """Which elements count, for each bound of a slice of traced size that counts from the start."""
    axis: int | None = 0
    for element in site.elements:
        if element.has_traced_size:
            if axis is None:
                return
            index = f"jnp.arange({array}.shape[{axis}])"
            for bound, operator in ((element.start, ">="), (element.stop, "<")):
                if bound.text and not bound.is_none and bound.text != "0":
                    yield f"{index} {operator} {bound.text}"
        if element.kind not in (ElementKind.SLICE, ElementKind.INTEGER, ElementKind.NEWAXIS):
            axis = None
        elif axis is not None:
            axis += element.kind is not ElementKind.NEWAXIS


def _shortened(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST_QUOTE else f"{line[: _LONGEST_QUOTE - 1]}…"
