"""The fix for a slice of traced size: edits of the slices, and of what is done with the arrays."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import libcst as cst

from jaxslice_lint.facts.masking import Consumer, Form, Masking
from jaxslice_lint.facts.site import Site
from jaxslice_lint.jax_model.names import NUMPY
from jaxslice_lint.rewrite.masks.naming import definitions, named_masks
from jaxslice_lint.rewrite.masks.spelling import MaskSpelling, Spell
from jaxslice_lint.rewrite.text.edit import Edit, Fix, NoRewriteError
from jaxslice_lint.rewrite.text.moving import lost_comments
from jaxslice_lint.rewrite.text.names import Names
from jaxslice_lint.rewrite.text.syntax import Role, Tree
from jaxslice_lint.rewrite.windows.codemod import LOST, MAY_BE_NO_ARRAY, code
from jaxslice_lint.rewrite.windows.index import PLAIN, Index, replaced, rest, written
from jaxslice_lint.source.text import Source, Span

#: The text between two offsets, with the changes in it.
_Between = Callable[[int, int], str]
#: From the outside inwards, where several changes stand at one place.
_ORDER = (Form.OFFSET, Form.UPDATE, Form.WHERE, Form.INITIAL, Form.FILL, Form.ROLL)


def mask(site: Site, sites: Mapping[Span, Site], tree: Tree, names: Names) -> Fix:
    """The fix for a slice of traced size, together with those that it meets. Raises `NoRewriteError`."""
    masking = site.masking
    if not isinstance(masking, Masking):
        raise NoRewriteError(masking or "no array of a compiled function has a traced size")
    imports: dict[Edit, None] = {}

    def name(module: str, attribute: str) -> str:
        spelling = names.spell(module, attribute, site.span)
        imports.update(dict.fromkeys(spelling.edits))
        return spelling.text

    source = names.source
    positions: dict[Span, list[int]] = {}
    for span, position in masking.slices:
        positions.setdefault(span, []).append(position)
    changes = [_slice(span, sites, places, tree, source) for span, places in positions.items()]
    named = named_masks(masking, sites.values(), names)
    spelling = MaskSpelling(name, named)
    changes += [_consumer(one, source, spelling, name) for one in masking.consumers]
    changes += [
        _change(one.within, source, -1, lambda inner, _: inner)
        for one in masking.consumers
        if one.within is not None
    ]
    edits = _Renderer(source, sorted(changes, key=lambda one: one.key)).edits()
    edits += definitions(named, spelling, source)
    edits.sort()
    if any(edit.start > edits[0].start for edit in imports):
        raise NoRewriteError("an import of JAX would come after the slice")
    offset = source.offset(site.span.line, site.span.column)
    edits.sort(key=lambda edit: not edit.start <= offset < edit.end)
    cautions = [*masking.cautions]
    if any(sites[span].may_be_no_array for span, _ in masking.slices):
        cautions.append(MAY_BE_NO_ARRAY)
    if any(tree.uses[span].is_lost for span, _ in masking.slices):
        cautions.append(LOST)
    cautions += dict.fromkeys(
        sites[span].unseen for span, _ in masking.slices if sites[span].unseen
    )
    cautions += [
        f"the comment `{comment}` would be lost"
        for span, _ in masking.slices
        for comment in lost_comments(tree.uses[span].replaced, tree.uses[span].operand)[:1]
    ]
    return Fix(
        _message(masking),
        (*edits, *imports),
        safe=not cautions,
        caution="; ".join(cautions),
        is_around=True,
    )


def _message(masking: Masking) -> str:
    array = masking.consumers[0].masks[0].array
    forms = {consumer.form for consumer in masking.consumers}
    if Form.UPDATE in forms:
        return f"Update all of `{array}` under a mask"
    return f"Keep all of `{array}` and mask what does not count"


@dataclass(frozen=True, slots=True)
class _Change:
    """What becomes of the text between two offsets; `rank` orders changes of the same text from the outside inwards.

    `start` and `end` may reach over parentheses, `inner_start` and `inner_end` do not.
    """

    start: int
    end: int
    rank: int
    render: Callable[[str, _Between], str]
    inner_start: int
    inner_end: int

    @property
    def key(self) -> tuple[int, int, int]:
        return self.start, -self.end, self.rank


class _Renderer:
    """Applies nested changes to the text of a file."""

    def __init__(self, source: Source, changes: list[_Change]) -> None:
        self._text = source.text
        self._changes = changes

    def edits(self) -> list[Edit]:
        """One edit for each change that no other one holds."""
        found: list[Edit] = []
        for change in self._changes:
            if not found or change.start >= found[-1].end:
                found.append(Edit(change.start, change.end, self._rendered(change)))
        return found

    def _rendered(self, change: _Change) -> str:
        inside = [
            other
            for other in self._changes
            if other is not change
            and other.key > change.key
            and change.start <= other.start
            and other.end <= change.end
        ]

        def between(start: int, end: int) -> str:
            parts: list[str] = []
            at = start
            for other in inside:
                if other.start < at or other.end > end:
                    continue
                parts += [self._text[at : other.start], self._rendered(other)]
                at = other.end
            return "".join([*parts, self._text[at:end]])

        return change.render(between(change.inner_start, change.inner_end), between)


def _slice(
    span: Span, sites: Mapping[Span, Site], positions: Sequence[int], tree: Tree, source: Source
) -> _Change:
    """The whole array in place of slices, which are at `positions` of an index."""
    use, site = tree.uses.get(span), sites.get(span)
    if use is None or site is None or use.in_fstring:
        raise NoRewriteError("a slice that meets this one cannot be rewritten")
    if site.differs:
        raise NoRewriteError(site.differs)
    index = Index(site.elements, written(site, use))
    plain: dict[int, cst.BaseSlice] = dict.fromkeys(positions, PLAIN)
    left = rest(index, plain)
    if use.role is Role.UPDATE:
        whole = replaced(index, plain) if left else [cst.SubscriptElement(PLAIN)]
        node: cst.BaseExpression = use.subscript.with_changes(slice=whole)
        place = span
    else:
        node = use.operand
        if left:
            node = use.subscript.with_changes(value=node, slice=left)
        place = use.span
    text = code(tree.module, node, use.indent)
    return _change(place, source, len(_ORDER), lambda _inner, _between: text)


def _change(
    span: Span,
    source: Source,
    rank: int,
    render: Callable[[str, _Between], str],
    *,
    over_parentheses: bool = False,
) -> _Change:
    start = source.offset(span.line, span.column)
    end = source.offset(span.end_line, span.end_column)
    outer = (start, end)
    if over_parentheses and _is_grouped(source.text, start, end):
        outer = (start - 1, end + 1)
    return _Change(*outer, rank, render, start, end)


def _is_grouped(text: str, start: int, end: int) -> bool:
    """Whether the parentheses around a text are no call's."""
    if start == 0 or text[start - 1] != "(" or text[end : end + 1] != ")":
        return False
    before = text[start - 2] if start > 1 else ""
    return not (before.isalnum() or before in ("_", ")", "]"))


def _consumer(consumer: Consumer, source: Source, masks: MaskSpelling, name: Spell) -> _Change:
    rank = _ORDER.index(consumer.form)
    mask_text = masks.text(consumer.masks)
    where = name(NUMPY, "where") if consumer.form in (Form.FILL, Form.UPDATE) else ""

    def told(inner: str, _: _Between) -> str:
        match consumer.form:
            case Form.WHERE:
                return _with_argument(inner, f"where={mask_text}")
            case Form.INITIAL:
                initial = masks.value(consumer.value, inner)
                return _with_argument(inner, f"where={mask_text}, initial={initial}")
            case Form.FILL:
                first = consumer.first
                value = masks.first(first, consumer.masks[0]) if first else ""
                value = value or masks.value(consumer.value, inner)
                return f"{where}({mask_text}, {inner}, {value})"
            case Form.ROLL:
                return masks.rolled(inner, consumer)
        return masks.offset(inner, consumer.masks[0])

    if consumer.form is Form.UPDATE:
        return _change(consumer.span, source, rank, _updated(consumer, source, mask_text, where))
    over_parentheses = consumer.form in (Form.FILL, Form.ROLL)
    return _change(consumer.span, source, rank, told, over_parentheses=over_parentheses)


def _updated(
    consumer: Consumer, source: Source, mask_text: str, where: str
) -> Callable[[str, _Between], str]:
    bare = consumer.bare

    def updated(inner: str, between: _Between) -> str:
        if bare is not None:
            start = source.offset(bare.line, bare.column)
            inner = between(start, source.offset(bare.end_line, bare.end_column))
        return f"{where}({mask_text}, {inner}, {consumer.value})"

    return updated


def _with_argument(call: str, argument: str) -> str:
    """A call with one more argument."""
    head = call[:-1].rstrip(" \t\f\r\n\\")  # a backslash there continues a line
    if "#" in head.rpartition("\n")[2] and "\n" in call:
        raise NoRewriteError("a comment stands behind the last argument")
    separator = "" if head.endswith("(") else " " if head.endswith(",") else ", "
    return f"{head}{separator}{argument})"
