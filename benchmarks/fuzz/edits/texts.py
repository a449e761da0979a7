"""Programs written in strange ways: spaces, lines, comments, strings and names that mean the same, or nearly so."""

import io
import re
import tokenize
from collections.abc import Callable, Sequence
from itertools import pairwise

from fuzz.dice import Dice
from fuzz.edits.blocks import blocks, expressions, parsed

_COMMENTS = (
    "# fmt: off",
    "# fmt: on",
    "# fmt: skip",
    "# type: ignore",
    "# type: (int) -> int",
    "# noqa",
    "# noqa: JSL101",
    "# noqa: E501, JSL101, JSL102",
    "# noqa:JSL999",
    "#",
    "#: x[i:i + 3]",
    "# an umlaut: ä, a snowman: ☃",
    "# " + "long " * 40,
)
_DOCSTRINGS = (
    '"""Doc."""',
    "'''Doc with code.\n\n>>> x[i:i + 3]\n    y = 2\n'''",
    'r"""Doc \\d, \\x."""; pass',
    '"one" "two" \\\n"three"',
    'u"Doc"',
    'b"No doc."',
    'f"No doc either {1}"',
    '"""Doc.\\\n"""  # a comment',
)
_HEADS = (
    "#!/usr/bin/env python3",
    "# Copyright: somebody.\n# SPDX: MIT\n",
    '"""Doc."""',
    '"""Doc."""; import os',
    '"""Doc."""; X = 1; import jax',
    "from __future__ import annotations",
    '"""Doc."""\nfrom __future__ import (annotations,\n division)',
    "import os; import sys; from jax import lax as L",
    "import jax.numpy \\\n    as jnp, \\\n    os",
    "from jax import (jit, # fast\n  vmap\n  )",
    "if TYPE_CHECKING:\n    from jax import lax\n    import jax.numpy as jnp",
    "try:\n    import jax\nexcept ImportError:\n    jax = None",
    "def later():\n    from jax import lax\n    return lax",
    "__all__ = ['window']",
    "import jax.numpy as jnp\nimport jax.numpy as jnp",
    "\f",
    "\n\n\n",
    "\\\n",
    "  # an indented comment",
    "\f# a comment behind a form feed\n\f\n",
)
#: Letters that Python reads as others.
_SAME_LETTERS = str.maketrans("aeixytn", "𝐚𝐞𝐢𝐱𝐲𝐭𝐧")
_PREFIXES = ("r", "R", "b", "u", "f", "rb", "Rb", "fr", "F")


def rewritten(dice: Dice, text: str) -> str:
    """The text after one to five random changes to its spelling."""
    for _ in range(dice.randint(1, 5)):
        text = dice.choice(_CHANGES)(dice, text)
    return text


def _tokens(text: str) -> list[tokenize.TokenInfo]:
    try:
        return list(tokenize.generate_tokens(io.StringIO(text).readline))
    except (tokenize.TokenError, SyntaxError):
        return []


def _offsets(text: str) -> list[int]:
    starts = [0]
    for line in text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    return starts


def _between_tokens(text: str) -> tuple[list[int], list[int]]:
    """Where one token follows another on its line: outside of brackets, and inside."""
    starts, depth, end = _offsets(text), 0, (0, 0)
    outside: list[int] = []
    inside: list[int] = []
    strings = 0
    for token in _tokens(text):
        name = tokenize.tok_name[token.type]
        row, column = token.start
        is_code = token.type not in (tokenize.NL, tokenize.NEWLINE, tokenize.COMMENT)
        if row == end[0] and is_code and not strings and token.string and end[1]:
            (inside if depth else outside).append(starts[row - 1] + column)
        strings += name.endswith("STRING_START") - name.endswith("STRING_END")
        if token.type == tokenize.OP:
            depth += (token.string in ("(", "[", "{")) - (token.string in (")", "]", "}"))
        end = token.end
    return outside, inside


def _at_gaps(dice: Dice, text: str, places: Sequence[int], new: str) -> str:
    for at in sorted(dice.some(places, 1, 6), reverse=True):
        text = text[:at] + new + text[at:]
    return text


def _continued(dice: Dice, text: str) -> str:
    outside, inside = _between_tokens(text)
    return _at_gaps(dice, text, [*outside, *inside], dice.pick(" \\\n", "\\\n", " \\\n    "))


def _broken_in_brackets(dice: Dice, text: str) -> str:
    _, inside = _between_tokens(text)
    comment = dice.choice(_COMMENTS)
    new = dice.pick(
        "\n", f"  {comment}\n", "\n\n", "\n        ", f"\n{comment}\n", "\n  \n", "\f\n"
    )
    return _at_gaps(dice, text, inside, new)


def _spaced(dice: Dice, text: str) -> str:
    outside, inside = _between_tokens(text)
    return _at_gaps(dice, text, [*outside, *inside], dice.pick(" ", "  ", "\t", "\f", " \t "))


def _commented(dice: Dice, text: str) -> str:
    """Comments at the ends of lines, or on lines of their own."""
    lines = text.split("\n")
    for _ in range(dice.randint(1, 5)):
        at = dice.randrange(len(lines))
        comment = dice.choice(_COMMENTS)
        if dice.chance(0.6):
            lines[at] += dice.pick("  ", " ", "") + comment
        else:
            lines.insert(at, dice.pick("", "    ", "\t", "\f") + comment)
    return "\n".join(lines)


def _blank_lines(dice: Dice, text: str) -> str:
    lines = text.split("\n")
    for _ in range(dice.randint(1, 8)):
        blank = dice.pick("", "", " ", "    ", "\t", "\f", "\f    ")
        lines.insert(dice.randint(0, len(lines)), blank)
    return "\n".join(lines)


def _without_blank_lines(_dice: Dice, text: str) -> str:
    return "\n".join(line for line in text.split("\n") if line.strip())


def _trailing_spaces(dice: Dice, text: str) -> str:
    space = dice.pick(" ", "\t", "  \t ", "\f", ";", " ; ", " ;  # joined")
    share = dice.pick(0.05, 0.5)
    return "\n".join(line + space * dice.chance(share) for line in text.split("\n"))


def _joined(dice: Dice, text: str) -> str:
    """Two statements on one line, with a semicolon."""
    tree = parsed(text)
    pairs = [
        (one, other)
        for block in (blocks(text, tree) if tree else [])
        for one, other in pairwise(block)
        if one.last == other.first
    ]
    lines = text.split("\n")
    for one, other in sorted(dice.some(pairs, 1, 3), key=lambda pair: -pair[0].first):
        follow = lines[other.first].removeprefix(other.indent)
        lines[one.last - 1 : other.first + 1] = [
            lines[one.last - 1] + dice.pick("; ", ";") + follow
        ]
    return "\n".join(lines)


def _on_one_line(dice: Dice, text: str) -> str:
    """The body of a compound statement on the line of its head."""
    places = [found.start() for found in re.finditer(r":\n +(?=\w.*\n(?! ))", text)]
    for at in sorted(dice.some(places, 1, 3), reverse=True):
        text = text[: at + 1] + " " + text[at + 1 :].lstrip()
    return text


def _tabs(dice: Dice, text: str) -> str:
    share = dice.pick(1.0, 1.0, 1.0, 0.1)

    def tabbed(line: str) -> str:
        code = line.lstrip(" ")
        count = len(line) - len(code)
        return "\t" * (count // 4) + " " * (count % 4) + code if dice.chance(share) else line

    return "\n".join(map(tabbed, text.split("\n")))


def _other_indent(dice: Dice, text: str) -> str:
    unit = dice.pick(" ", "  ", "\t\t", "        ")
    return re.sub(r"^( {4})+", lambda found: unit * (len(found[0]) // 4), text, flags=re.MULTILINE)


def _form_feeds(dice: Dice, text: str) -> str:
    lines = text.split("\n")
    for _ in range(dice.randint(1, 5)):
        at = dice.randrange(len(lines))
        lines[at] = dice.pick("\f", "\f\f", " \f") + lines[at]
    return "\n".join(lines)


def _head(dice: Dice, text: str) -> str:
    return dice.choice(_HEADS) + "\n" + text


def _without_head(dice: Dice, text: str) -> str:
    """Without the first lines, as the imports often are."""
    return "\n".join(text.split("\n")[dice.randint(1, 9) :])


def _docstrings(dice: Dice, text: str) -> str:
    places = [found.end() for found in re.finditer(r"^( *)(?:def|class) .*:\n", text, re.MULTILINE)]
    for at in sorted(dice.some(places, 1, 3), reverse=True):
        indent = re.match(r" *", text[at:])
        text = f"{text[:at]}{indent[0] if indent else ''}{dice.choice(_DOCSTRINGS)}\n{text[at:]}"
    return text


def _parentheses(dice: Dice, text: str) -> str:
    tree = parsed(text)
    found = expressions(text, tree) if tree else []
    if not found:
        return text
    one = dice.choice(found)
    depth = dice.pick(1, 2, 8, 40, 90, 190)
    new = "(" * depth + text[one.start : one.end] + ")" * depth
    return text[: one.start] + new + text[one.end :]


def _prefixes(dice: Dice, text: str) -> str:
    starts = _offsets(text)
    strings = [token for token in _tokens(text) if token.type == tokenize.STRING]
    for token in sorted(dice.some(strings, 1, 4), key=lambda token: token.start, reverse=True):
        at = starts[token.start[0] - 1] + token.start[1]
        if token.string[0] in "'\"":
            text = text[:at] + dice.choice(_PREFIXES) + text[at:]
    return text


def _same_letters(dice: Dice, text: str) -> str:
    """Some names in letters that Python takes for the usual ones."""
    share = dice.pick(0.05, 0.3, 1.0)
    names = {"x", "i", "start", "size", "index", "carry", "array", "lax", "jnp", "y"}

    def spelled(found: re.Match[str]) -> str:
        is_changed = found[0] in names and dice.chance(share)
        return found[0].translate(_SAME_LETTERS) if is_changed else found[0]

    return re.sub(r"\b[a-z]+\b", spelled, text)


def _long_lines(dice: Dice, text: str) -> str:
    lines = text.split("\n")
    for _ in range(dice.randint(1, 3)):
        at = dice.randrange(len(lines))
        if "[" in lines[at]:
            lines[at] = lines[at].replace("[", "[" + " " * dice.pick(1, 30, 100), 1)
    return "\n".join(lines)


def _foreign(dice: Dice, text: str) -> str:
    """Text of other languages in comments and strings, on the lines of slices too."""
    words = dice.pick(
        "äöü ß é",
        "привет",
        "こんにちは",
        "你好世界",
        "🎉👩‍👩‍👧",
        "\u2028\u2029\x85",
        "\u202e\u00a0",
    )
    lines = text.split("\n")
    for at in dice.some(range(len(lines)), 1, 6):
        if ")" in lines[at] and dice.chance(0.5):
            lines[at] = lines[at].replace("(", f"('{words}'and ", 1)
        else:
            lines[at] += f"  # {words}"
    return "\n".join(lines)


_CHANGES: Sequence[Callable[[Dice, str], str]] = (
    _continued,
    _broken_in_brackets,
    _broken_in_brackets,
    _spaced,
    _commented,
    _commented,
    _blank_lines,
    _without_blank_lines,
    _trailing_spaces,
    _joined,
    _joined,
    _on_one_line,
    _tabs,
    _other_indent,
    _form_feeds,
    _head,
    _head,
    _without_head,
    _docstrings,
    _parentheses,
    _prefixes,
    _same_letters,
    _long_lines,
    _foreign,
)
