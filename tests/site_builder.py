"""Sites written by hand, as abstract tracing would give them, for tests of rules and rewrites."""

from pathlib import Path

import jax
import pytest

from jaxslice_lint.facts.site import Bound, Element, ElementKind, Operand, OperandKind, Site, Window
from jaxslice_lint.facts.status import Sign, Status
from jaxslice_lint.rewrite import apply_fixes
from jaxslice_lint.rules import Finding
from jaxslice_lint.rules.engine import check
from jaxslice_lint.source.text import Source, Span

ARRAY = Operand(OperandKind.ARRAY)
TRACED = Bound(Status.TRACED, "argument of jitted `f`")
STATIC = Bound(Status.STATIC)

needs_jax_ds = pytest.mark.skipif(not hasattr(jax, "ds"), reason="`jax.ds` came with JAX 0.9.1")


def source(text: str) -> Source:
    return Source(Path("program.py"), text)


def window(
    text: str,
    start: str,
    size: str,
    step: int = 1,
    *,
    narrow: bool = False,
    dtype: str | None = None,
    sign: Sign = Sign.ANY,
) -> Element:
    """A slice with a traced start and a static size."""
    return Element(
        ElementKind.SLICE,
        text,
        start=TRACED,
        stop=TRACED,
        size=STATIC,
        windows=(Window(start, size, step, "int8" if narrow else dtype, sign),),
    )


def static(text: str) -> Element:
    """A slice with static bounds."""
    step = STATIC if text.count(":") == 2 else Bound(Status.ABSENT)
    return Element(ElementKind.SLICE, text, step=step, size=STATIC)


def integer(text: str, const: int | None = None) -> Element:
    return Element(ElementKind.INTEGER, text, ndim=None if const is None else 0, const=const)


def mask(text: str, ndim: int | None) -> Element:
    return Element(ElementKind.MASK, text, ndim=ndim)


WHOLE = static(":")
NEWAXIS = Element(ElementKind.NEWAXIS, "None")
ELLIPSIS = Element(ElementKind.ELLIPSIS, "...")


def span(file: Source, text: str) -> Span:
    """Where `text`, which must be there exactly once, stands."""
    assert file.text.count(text) == 1, text
    start = file.text.index(text)
    return Span(*file.location(start), *file.location(start + len(text)))


def site(
    file: Source, text: str, *elements: Element, operand: Operand = ARRAY, **more: object
) -> Site:
    """The site of the subscript `text`."""
    return Site(file.path, span(file, text), operand, elements, **more)  # type: ignore[arg-type]


def found(
    text: str,
    subscript: str,
    *elements: Element,
    operand: Operand = ARRAY,
    style: str = "lax",
    **more: object,
) -> Finding:
    """The one finding of a program on the site of `subscript`; without elements it is a slice `i:i
    + 3`."""
    file = source(text)
    elements = elements or (window("i:i + 3", "i", "3"),)
    [finding] = check(file, [site(file, subscript, *elements, operand=operand, **more)], style)
    return finding


def fixed(
    text: str,
    subscript: str,
    *elements: Element,
    operand: Operand = ARRAY,
    style: str = "lax",
    **more: object,
) -> str:
    """The program with the fix of the site of `subscript` applied."""
    finding = found(text, subscript, *elements, operand=operand, style=style, **more)
    assert finding.fix is not None, finding.no_fix
    applied = apply_fixes(source(text), [finding.fix])
    assert applied.applied == (finding.fix,), applied.problem
    return applied.text
