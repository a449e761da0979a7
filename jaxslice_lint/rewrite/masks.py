"""Masks: slices of traced size give way to whole arrays, and their consumers are told which elements count."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import libcst as cst

from jaxslice_lint.facts.masking import Consumer, Counted, First, Form, Limit, Mask, Masking
from jaxslice_lint.facts.site import Site
from jaxslice_lint.jax_model.names import LAX, NUMPY
from jaxslice_lint.rewrite.text.edit import Edit, Fix, NoRewriteError
from jaxslice_lint.rewrite.text.moving import lost_comments
from jaxslice_lint.rewrite.text.names import Names
from jaxslice_lint.rewrite.text.syntax import Role, Tree
from jaxslice_lint.rewrite.windows.codemod import MAY_BE_NO_ARRAY, code
from jaxslice_lint.rewrite.windows.index import PLAIN, Index, replaced, rest, written
from jaxslice_lint.source.text import Source, Span

_Spell = Callable[[str, str], str]
#: From the outside inwards, where several changes stand at one place.
_ORDER = (Form.OFFSET, Form.UPDATE, Form.WHERE, Form.INITIAL, Form.FILL)


def mask(site: Site, sites: Mapping[Span, Site], tree: Tree, names: Names) -> Fix:
    """The fix for a slice of traced size, together with those that it meets. Raises `NoRewriteError`."""
    masking = site.masking
    if not isinstance(masking, Masking):
        raise NoRewriteError(masking or "no array of a compiled function has a traced size")
    imports: dict[Edit, None] = {}

    def name(module: str, attribute: str) -> str:
        spelling = names.spell(module, attribute, site.span)
        if spelling.edit is not None:
            imports[spelling.edit] = None
        return spelling.text

    source = names.source
    changes = [_slice(span, position, sites, tree, source) for span, position in masking.slices]
    changes += [_consumer(one, source, name) for one in masking.consumers]
    changes += [
        _change(one.within, source, -1, lambda inner, _: inner)
        for one in masking.consumers
        if one.within is not None
    ]
    edits = _Renderer(source, sorted(changes, key=lambda one: one.key)).edits()
    if any(edit.start > edits[0].start for edit in imports):
        raise NoRewriteError("an import of JAX would come after the slice")
    offset = source.offset(site.span.line, site.span.column)
    edits.sort(key=lambda edit: not edit.start <= offset < edit.end)
    cautions = [*masking.cautions]
    if any(sites[span].may_be_no_array for span, _ in masking.slices):
        cautions.append(MAY_BE_NO_ARRAY)
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
    array = masking.consumers[0].mask.array
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
    render: Callable[[str, Callable[[int, int], str]], str]
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
    span: Span, position: int, sites: Mapping[Span, Site], tree: Tree, source: Source
) -> _Change:
    """The whole array in place of a slice."""
    use, site = tree.uses.get(span), sites.get(span)
    if use is None or site is None or use.in_fstring:
        raise NoRewriteError("a slice that meets this one cannot be rewritten")
    if site.differs:
        raise NoRewriteError(site.differs)
    index = Index(site.elements, written(site, use))
    plain: dict[int, cst.BaseSlice] = {position: PLAIN}
    if use.role is Role.UPDATE:
        node: cst.BaseExpression = use.subscript.with_changes(slice=replaced(index, plain))
        place = span
    else:
        left = rest(index, plain)
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
    render: Callable[[str, Callable[[int, int], str]], str],
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


def _consumer(consumer: Consumer, source: Source, name: _Spell) -> _Change:
    rank = _ORDER.index(consumer.form)
    mask_text = _mask(consumer.mask, name)
    match consumer.form:
        case Form.WHERE | Form.INITIAL:
            added = f"where={mask_text}"
            if consumer.form is Form.INITIAL:
                added += f", initial={_initial(consumer, name)}"
            return _change(
                consumer.span, source, rank, lambda inner, _: _with_argument(inner, added)
            )
        case Form.FILL:
            where, first = name(NUMPY, "where"), consumer.first
            value = _first(first, consumer.mask, name) if first else consumer.value
            return _change(
                consumer.span,
                source,
                rank,
                lambda inner, _: f"{where}({mask_text}, {inner}, {value})",
                over_parentheses=True,
            )
        case Form.OFFSET:
            maximum, start = name(NUMPY, "maximum"), _offset(consumer.mask, name)
            return _change(
                consumer.span, source, rank, lambda inner, _: f"{maximum}({inner} - {start}, 0)"
            )
    where, array, bare = name(NUMPY, "where"), consumer.value, consumer.bare

    def updated(inner: str, between: Callable[[int, int], str]) -> str:
        if bare is not None:
            start = source.offset(bare.line, bare.column)
            inner = between(start, source.offset(bare.end_line, bare.end_column))
        return f"{where}({mask_text}, {inner}, {array})"

    return _change(consumer.span, source, rank, updated)


def _first(first: First, mask: Mask, name: _Spell) -> str:
    """The first element along an axis that counts, so that it broadcasts."""
    place = ":1" if mask.start is None else _number(mask.start, name)
    if first.left == 0:
        return f"{first.array}[{place}]"
    kept = "" if mask.start is None else ", None"
    if first.left is not None:
        return f"{first.array}[{':, ' * first.left}{place}{kept}]"
    return f"{first.array}[..., {place}{kept}{', :' * first.right}]"


def _offset(mask: Mask, name: _Spell) -> str:
    """The position on the axis at which the elements that count start."""
    assert mask.start is not None
    start = _number(mask.start, name)
    if mask.start.counted is Counted.START:
        return _operand(start)
    origin = _origin(mask.start, f"{mask.array}.shape[{mask.axis}]", name)
    return f"{name(NUMPY, 'maximum')}({start} + {origin}, 0)"


def _number(limit: Limit, name: _Spell) -> str:
    """A bound that may be added to the length of the axis: in its own dtype an int8 would wrap around."""
    if limit.counted is Counted.START:
        return limit.text
    return f"{name(NUMPY, 'asarray')}({limit.text}, dtype={name('builtins', 'int')})"


def _with_argument(call: str, argument: str) -> str:
    """A call with one more argument."""
    head = call[:-1].rstrip()
    if "#" in head.rpartition("\n")[2] and "\n" in call:
        raise NoRewriteError("a comment stands behind the last argument")
    separator = "" if head.endswith("(") else " " if head.endswith(",") else ", "
    return f"{head}{separator}{argument})"


def _initial(consumer: Consumer, name: _Spell) -> str:
    match consumer.value:
        case "inf":
            return name(NUMPY, "inf")
        case "-inf":
            return f"-{name(NUMPY, 'inf')}"
        case "False" | "True" as value:
            return value
    dtype, limit = consumer.value.rsplit(" ", 1)
    if "." not in dtype:
        dtype = name(NUMPY, dtype)
    return f"{name(NUMPY, 'iinfo')}({dtype}).{limit}"


def _mask(mask: Mask, name: _Spell) -> str:
    """A mask that is exact for the bounds that its limits allow."""
    length = f"{mask.array}.shape[{mask.axis}]"
    if mask.trailing is None:
        iota, integer = name(LAX, "broadcasted_iota"), name("builtins", "int")
        index = f"{iota}({integer}, {mask.array}.shape, {mask.axis})"
    else:
        behind = f"[:{', None' * mask.trailing}]" if mask.trailing else ""
        index = f"{name(NUMPY, 'arange')}({length}){behind}"
    tests = [
        f"{_counted(index, limit, length, name)} {operator} {_operand(limit.text, in_comparison=True)}"
        for limit, operator in ((mask.start, ">="), (mask.stop, "<"))
        if limit is not None
    ]
    return tests[0] if len(tests) == 1 else " & ".join(f"({test})" for test in tests)


def _counted(index: str, limit: Limit, length: str, name: _Spell) -> str:
    """The index, counted from where the bound is: it is not the bound that is moved, which may be an int8."""
    if limit.counted is Counted.START:
        return index
    return f"{index} - {_origin(limit, length, name)}"


def _origin(limit: Limit, length: str, name: _Spell) -> str:
    """The position on the axis from which a bound counts."""
    if limit.counted is Counted.END:
        return length
    bound = _operand(limit.text, in_comparison=True)
    return f"{name(NUMPY, 'where')}({bound} < 0, {length}, 0)"


def _operand(text: str, *, in_comparison: bool = False) -> str:
    """`text` as an operand of an arithmetic operation, or of a comparison."""
    node = cst.parse_expression(text)
    tight = cst.Name | cst.Attribute | cst.Subscript | cst.Call | cst.Integer
    loose = cst.BinaryOperation | cst.UnaryOperation
    if isinstance(node, tight) or node.lpar or (in_comparison and isinstance(node, loose)):
        return text
    return f"({text})"
