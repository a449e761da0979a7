"""The tokens of an expression, without the line breaks between them."""

import io
import tokenize
from collections.abc import Iterable
from dataclasses import dataclass, replace

#: Words after which an operator is a unary one.
_PREFIXES = (
    "and",
    "or",
    "not",
    "in",
    "is",
    "if",
    "else",
    "for",
    "lambda",
    "await",
    "yield",
    "from",
    "return",
)


class AsItIsError(Exception):
    """The text holds what must keep its lines: a string over several lines, a comment on its own; or no code at all."""


@dataclass(frozen=True, slots=True)
class Token:
    """`space`: whether there is one before it; `comment`: what follows it up to the end of its line. `must_open`: it
    is a bracket whose content may not stay on its line."""

    text: str
    space: bool
    is_string: bool = False
    comment: str = ""
    must_open: bool = False

    @property
    def opens(self) -> bool:
        """Whether it is an opening bracket."""
        return self.text in ("(", "[", "{")

    @property
    def closes(self) -> bool:
        """Whether it is a closing bracket."""
        return self.text in (")", "]", "}")

    @property
    def ends_operand(self) -> bool:
        """Whether an operator after it is a binary one."""
        last = self.text[-1]
        return self.text not in _PREFIXES and (last.isalnum() or last in "_)]}\"'.")


def tokens_of(code: str) -> list[Token]:
    """The tokens of `code`. Raises `AsItIsError`."""
    lines = io.StringIO(f"({code}\n)").readlines()
    try:
        found = [*tokenize.generate_tokens(iter(lines).__next__)]
    except (tokenize.TokenError, SyntaxError) as error:
        raise AsItIsError from error
    tokens: list[Token] = []
    end = (1, 0)
    for token in _whole_strings(found[:-2], lines):
        row, column = token.start
        if token.type == tokenize.COMMENT:
            if row != end[0] or not tokens:
                raise AsItIsError
            tokens[-1] = replace(tokens[-1], comment=f"  {token.string}")
        elif token.type != tokenize.NL:
            if "\n" in token.string:
                raise AsItIsError
            space = column > end[1] if row == end[0] else _is_apart(tokens, token.string)
            tokens.append(Token(token.string, space, token.type == tokenize.STRING))
            end = token.end
    if len(tokens) < 3:
        raise AsItIsError
    return tokens[1:-1]


def _is_apart(tokens: list[Token], text: str) -> bool:
    """Whether a token at the start of a line is written apart from the one before."""
    if tokens[-1].opens or text in (")", "]", "}", ","):
        return False
    return not (text == "." and tokens[-1].ends_operand)


def _whole_strings(
    tokens: Iterable[tokenize.TokenInfo], lines: list[str]
) -> Iterable[tokenize.TokenInfo]:
    """Formatted strings as one token, as Python before 3.12 has them."""
    depth = 0
    start: tokenize.TokenInfo | None = None
    for token in tokens:
        name = tokenize.tok_name[token.type]
        if name.endswith("STRING_START"):
            start = start if depth else token
            depth += 1
        elif name.endswith("STRING_END"):
            depth -= 1
            if depth == 0 and start is not None:
                if start.start[0] != token.end[0]:
                    raise AsItIsError
                text = lines[start.start[0] - 1][start.start[1] : token.end[1]]
                yield tokenize.TokenInfo(tokenize.STRING, text, start.start, token.end, token.line)
        elif not depth:
            yield token
