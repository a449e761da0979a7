"""Text for people, of which nothing acts on their terminal: what is invisible in names and sources is made visible."""

import unicodedata
from collections.abc import Iterable


def visible(text: str) -> str:
    r"""`text` on one line, with control characters, line separators and marks of direction as `\x1b` or `\u202e`."""
    if text.isprintable():
        return text
    return "".join(one if _is_visible(one) else _escaped(one) for one in text)


def as_lines(lines: Iterable[str]) -> str:
    """Lines of text as they are printed."""
    return "".join(f"{visible(line)}\n" for line in lines)


def _is_visible(character: str) -> bool:
    # Python calls no space printable but the one of ASCII.
    return character.isprintable() or unicodedata.category(character) == "Zs"


def _escaped(character: str) -> str:
    return character.encode("unicode_escape", "surrogatepass").decode("ascii")
