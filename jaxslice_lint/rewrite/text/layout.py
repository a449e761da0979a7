"""Lines of new code, broken as black and ruff break them.

Works on the tokens of any expression: what fits stays on one line, else the last bracket is opened whose
opening fits; inside brackets, lines are split at what binds least. Nothing else of the spelling changes.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from jaxslice_lint.rewrite.text.tokens import AsItIsError, Token, tokens_of

_COMMA, _DOT = 18, 1
#: How loosely operators bind, as black numbers them: lines are split at the loosest.
_BINARY = {
    **dict.fromkeys(("and", "or"), 14),
    **dict.fromkeys(("<", ">", "==", "!=", "<=", ">=", "in", "not", "is"), 10),
    **{"|": 9, "^": 8, "&": 7, "<<": 6, ">>": 6, "+": 5, "-": 5},
    **dict.fromkeys(("*", "/", "//", "%", "@"), 4),
}
_COMPREHENSION, _TERNARY, _STRINGS = 20, 16, 12
_COMPARISONS = ("==", "!=", "<=", ">=")


@dataclass(frozen=True, slots=True)
class Lines:
    """How long lines may be, and the unit of their indentation."""

    limit: int
    unit: str

    def broken(self, code: str, before: str, indent: str, behind: str) -> str:
        """`code`, an expression, with line breaks (`\\n`) where it needs them.

        `before` and `behind` stand on its line, which is indented by `indent`.
        """
        try:
            lines = self._opened(_marked(tokens_of(code)), before, indent, behind)
        except AsItIsError:
            return code
        return "\n".join(lines)[len(before) :].removesuffix(behind)

    def broken_line(self, code: str, indent: str, behind: str, *, in_brackets: bool) -> str | None:
        """As `broken`, for all of a line: a statement, or what stands on a line `in_brackets`.

        None for a line on which brackets of others open or close, and for one that a backslash continues.
        """
        if code.endswith("\\"):
            return None
        try:
            tokens = _marked(tokens_of(code))
            if not _is_whole(tokens):
                return None
            layout = self._split if in_brackets else self._statement
            lines = layout(tokens, indent, behind)
        except AsItIsError:
            return None
        return "\n".join(lines)[len(indent) :].removesuffix(behind)

    def _statement(self, tokens: Sequence[Token], indent: str, behind: str) -> list[str]:
        """A statement; what it assigns or returns is put in parentheses if it has several parts."""
        head = _head(tokens)
        body = tokens[head:]
        fits = self._fits(indent, tokens, behind) and not any(
            tokens[pair.start].must_open for pair in _pairs(tokens)
        )
        if fits or not head or not self._wants_parentheses(tokens, body, indent):
            return self._opened(tokens, indent, indent, behind)
        return [
            f"{_line(indent, tokens[:head], '')} (",
            *self._split(body, indent + self.unit, ""),
            f"{indent}){behind}",
        ]

    def _wants_parentheses(
        self, tokens: Sequence[Token], body: Sequence[Token], indent: str
    ) -> bool:
        """Whether parentheses around `body`, the end of a line, read better than a bracket in it opened."""
        breaks = _breaks(body)
        loosest = max(breaks.values(), default=0)
        count = list(breaks.values()).count(loosest)
        if count != 1:
            return count > 1
        pairs = _pairs(tokens)
        if not pairs or pairs[-1].end != len(tokens) - 1 or pairs[-1].end - pairs[-1].start == 1:
            return True
        has_other = len(_pairs(body)) > 1
        return not has_other and not self._fits(indent, tokens[: pairs[-1].start + 1])

    def _opened(self, tokens: Sequence[Token], before: str, indent: str, behind: str) -> list[str]:
        """The line, or if need be lines with one of its brackets opened."""
        pairs = [pair for pair in _pairs(tokens) if pair.end - pair.start > 1]
        forced = [pair for pair in pairs if tokens[pair.start].must_open]
        if not pairs or (not forced and self._fits(before, tokens, behind)):
            return [_line(before, tokens, behind)]
        fitting = [one for one in pairs if self._fits(before, tokens[: one.start + 1])]
        start, end = (forced or fitting or pairs[:1])[-1]
        inner = indent + self.unit
        body = tokens[start + 1 : end]
        one_line = not forced and self._fits(inner, body)
        return [
            _line(before, tokens[: start + 1], ""),
            *([_line(inner, body, "")] if one_line else self._split(body, inner, "")),
            *self._tail(tokens[end:], indent, behind),
        ]

    def _tail(self, tokens: Sequence[Token], indent: str, behind: str) -> list[str]:
        """Lines from a closing bracket on."""
        if len(tokens) == 1 or self._fits(indent, tokens, behind):
            return [_line(indent, tokens, behind)]
        before = _line(indent, tokens[:1], "") + " " * tokens[1].space
        return self._opened(tokens[1:], before, indent, behind)

    def _split(self, tokens: Sequence[Token], indent: str, behind: str) -> list[str]:
        """Lines inside brackets, split at what binds least, with brackets opened where that is not
        enough."""
        breaks = _breaks(tokens)
        loosest = max(breaks.values(), default=0)
        if loosest == _COMMA:
            items = _between_commas(tokens, breaks)
            return [line for item in items for line in self._split(item, indent, ",")]
        forced = any(tokens[pair.start].must_open for pair in _pairs(tokens))
        if not loosest or (self._fits(indent, tokens, behind) and not forced):
            return self._opened(tokens, indent, indent, behind)
        starts = [at for at, priority in breaks.items() if priority == loosest]
        return [
            line
            for start, end in zip([0, *starts], [*starts, len(tokens)], strict=True)
            for line in self._split(tokens[start:end], indent, behind if end == len(tokens) else "")
        ]

    def _fits(self, before: str, tokens: Sequence[Token], behind: str = "") -> bool:
        return not _has_comment(tokens[:-1]) and len(_line(before, tokens, behind)) <= self.limit


class _Pair(NamedTuple):
    """Where a bracket opens and closes."""

    start: int
    end: int


def _line(before: str, tokens: Sequence[Token], behind: str) -> str:
    """The tokens on one line. Raises `AsItIsError` if a comment would end it before."""
    if _has_comment(tokens[:-1]):
        raise AsItIsError
    text = "".join(f" {one.text}" if one.space else one.text for one in tokens).lstrip()
    return f"{before}{text}{behind}{tokens[-1].comment}"


def _pairs(tokens: Sequence[Token]) -> list[_Pair]:
    """The brackets that no other one holds."""
    pairs: list[_Pair] = []
    depth = start = 0
    for at, token in enumerate(tokens):
        if token.opens:
            start = start if depth else at
            depth += 1
        elif token.closes:
            depth -= 1
            if depth == 0:
                pairs.append(_Pair(start, at))
    return pairs


@dataclass(slots=True)
class _Bracket:
    """A bracket that is open: where, with how many commas so far, and whether it must stay open."""

    start: int
    must_open: bool = False
    commas: int = 0
    in_lambda: bool = False


def _marked(tokens: Sequence[Token]) -> list[Token]:
    """The tokens, with a mark at each bracket that must be opened: one that holds a comment, or a trailing comma that
    asks for one item a line, and those around it."""
    marked = [*tokens]
    around: list[_Bracket] = []
    for at, token in enumerate(tokens):
        if token.closes and around:
            done = around.pop()
            done.must_open |= tokens[at - 1].text == "," and not _is_one_tuple(tokens, done)
            marked[done.start] = replace(marked[done.start], must_open=done.must_open)
            if around:
                around[-1].must_open |= done.must_open
        elif token.opens:
            around.append(_Bracket(at))
        elif around:
            inner = around[-1]
            inner.commas += token.text == "," and not inner.in_lambda
            inner.in_lambda = token.text == "lambda" or (inner.in_lambda and token.text != ":")
        if token.comment and around:
            around[-1].must_open = True
    return marked


def _is_one_tuple(tokens: Sequence[Token], bracket: _Bracket) -> bool:
    """Whether the last comma in a bracket makes a tuple of one item."""
    is_trailer = bracket.start > 0 and tokens[bracket.start - 1].ends_operand
    return bracket.commas == 1 and is_trailer == (tokens[bracket.start].text == "[")


def _is_whole(tokens: Sequence[Token]) -> bool:
    """Whether each bracket has its partner, and nothing but one statement is there."""
    depth = 0
    for token in tokens:
        depth += token.opens - token.closes
        if depth < 0 or (depth == 0 and token.text in (";", "\\")):
            return False
    return depth == 0


def _head(tokens: Sequence[Token]) -> int:
    """How many tokens stand before what a statement assigns or returns; 0 if it does neither."""
    if tokens[0].text == "return":
        return 1
    depth = head = 0
    for at, token in enumerate(tokens):
        depth += token.opens - token.closes
        if depth == 0 and token.text in ("lambda", ":"):
            break
        if depth == 0 and token.text.endswith("=") and token.text not in _COMPARISONS:
            head = at + 1
    return head


def _has_comment(tokens: Sequence[Token]) -> bool:
    return any(token.comment for token in tokens)


def _between_commas(tokens: Sequence[Token], breaks: dict[int, int]) -> Iterator[Sequence[Token]]:
    """The items of a list; a comment behind a comma belongs to the item before."""
    start = 0
    for at in [at for at, priority in breaks.items() if priority == _COMMA]:
        last = tokens[at - 1]
        yield [*tokens[start : at - 1], replace(last, comment=last.comment + tokens[at].comment)]
        start = at + 1
    if start < len(tokens):
        yield tokens[start:]


def _breaks(tokens: Sequence[Token]) -> dict[int, int]:
    """Where a line inside brackets may be split, and how loosely what stands there binds: before the
    token at that position, or behind it for a comma."""
    found: dict[int, int] = {}
    dots: list[int] = []
    depth = 0
    words: set[str] = set()  # `lambda`, `for` and `**` give later tokens another meaning
    for at, token in enumerate(tokens):
        depth -= token.closes
        if depth == 0 and token.text in ("lambda", "for", "**"):
            words.add(token.text)
        if depth == 0 and at > 0:
            priority = _priority(token, tokens[at - 1], words)
            if priority:
                found[at] = priority
            elif token.text == "." and tokens[at - 1].closes:
                dots.append(at)
        depth += token.opens
    return found if found or "**" in words or len(dots) < 2 else dict.fromkeys(dots, _DOT)


def _priority(token: Token, previous: Token, words: set[str]) -> int:
    """How loosely a token outside of brackets binds; 0 if no line can be split there."""
    text = token.text
    if "lambda" in words:
        words -= {"lambda"} if text == ":" else set()
        return 0
    if "for" in words or text == "async":
        is_clause = text in ("async", "for", "if") and previous.text != "async"
        return _COMPREHENSION if is_clause else 0
    if text == ",":
        return _COMMA
    if token.is_string and previous.is_string:
        return _STRINGS
    if text in ("if", "else"):
        return _TERNARY
    return _BINARY.get(text, 0) if previous.ends_operand else 0
