"""Patterns in the syntax of `.gitignore` (https://git-scm.com/docs/gitignore), matched in linear time.

A pattern is what somebody else wrote: none makes a run fail or wait. What Git can make nothing of matches nothing here.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

_ANYWHERE = "**"
#: No path is longer, so that no longer pattern has one to match.
_LONGEST = 4096
_NOTHING = "(?!)"
#: What is more than itself in the name of a pattern.
_SPECIAL = frozenset("*?[\\")
_TOKEN = re.compile(
    r"\\(?P<escaped>.)|(?P<stars>\*+)|(?P<any>\?)|(?P<plain>[^\\*?\[])"
    r"|\[(?P<no>[!^]?)(?P<set>(?:\](?!$))?(?:\[:\w*:\]|\\.|[^\]\\])*)\]",
    re.DOTALL,
)
_RANGE = re.compile(r"\[:(?P<named>\w*):\]|\\?(?P<low>.)(?:-\\?(?P<high>.))?", re.DOTALL)
#: What `[[:digit:]]` and its like stand for, in the words of regular expressions.
_CLASSES = {
    **{"alnum": "a-zA-Z0-9", "alpha": "a-zA-Z", "blank": " \\t", "digit": "0-9", "lower": "a-z"},
    **{"punct": "!-/:-@\\[-`{-~", "space": "\\s", "upper": "A-Z", "xdigit": "0-9A-Fa-f"},
}
_Part = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class _Pattern:
    """One line. `parts`: what the names of a path must match, None for any number of names."""

    parts: tuple[_Part | None, ...]
    only_folders: bool
    keeps: bool

    def matches(self, names: Sequence[str], is_dir: bool) -> bool:
        """Whether it is a path with these names that is meant."""
        return (is_dir or not self.only_folders) and _fit(self.parts, names)


class Patterns:
    """The lines of a `.gitignore`, or of a setting in its syntax: the last one that matches decides."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._patterns: list[_Pattern] = []
        # Most patterns are just a name: of these, only those of the name in question are looked at.
        self._named: dict[str, list[int]] = {}
        self._others: list[int] = []
        for line in lines:
            self._add(line)

    def verdict(self, path: str, is_dir: bool) -> bool | None:
        """Whether `path`, with `/` between its names, is matched: False if a `!` takes it out again, None if no pattern
        is about it. What lies below a folder that is matched is not."""
        names = path.split("/")
        for number in sorted([*self._named.get(names[-1], ()), *self._others], reverse=True):
            if self._patterns[number].matches(names, is_dir):
                return not self._patterns[number].keeps
        return None

    def match_below(self, path: str, is_dir: bool) -> bool:
        """Whether `path` is matched, or a folder that it lies in."""
        names = path.split("/")
        folders = ("/".join(names[:end]) for end in range(1, len(names)))
        return any(self.verdict(one, True) for one in folders) or bool(self.verdict(path, is_dir))

    def _add(self, line: str) -> None:
        text = _without_spaces(line)
        keeps, text = text.startswith("!"), text.removeprefix("!")
        only_folders, text = text.endswith("/"), text.removesuffix("/")
        names = _names(text) if len(text) <= _LONGEST else []
        if not names or line.startswith("#"):
            return
        is_name = "/" not in text
        names = [_ANYWHERE, *names] if is_name else names[text.startswith("/") :]
        number = len(self._patterns)
        self._patterns.append(_Pattern(tuple(map(_part, names)), only_folders, keeps))
        if is_name and not set(text) & _SPECIAL:
            self._named.setdefault(text, []).append(number)
        else:
            self._others.append(number)


def _without_spaces(line: str) -> str:
    """A line without the spaces at its end; `\\ ` keeps one."""
    text = line.rstrip("\r\n").rstrip(" ")
    is_escaped = (len(text) - len(text.rstrip("\\"))) % 2 == 1
    return f"{text} " if is_escaped and len(text) < len(line.rstrip("\r\n")) else text


def _names(text: str) -> list[str]:
    """A pattern at its slashes; those between brackets are none. Nothing if there is nothing, or a bracket too many."""
    found, end = [""], 0
    while token := _TOKEN.match(text, end):
        end = token.end()
        if token["plain"] == "/" or token["escaped"] == "/":
            found.append("")
        else:
            found[-1] += token[0]
    return found if 0 < end == len(text) else []


def _fit(parts: Sequence[_Part | None], names: Sequence[str]) -> bool:
    """Whether parts match all names. Where they do not, the last `**` takes one name more: those before it need not."""
    part = name = 0
    behind: tuple[int, int] | None = None
    while part < len(parts) or name < len(names):
        here = parts[part] if part < len(parts) else None
        if part == len(parts) - 1 and here is None:
            return name < len(names)  # `a/**` is what lies in the folder, not the folder
        if part < len(parts) and here is None:
            part += 1
            behind = (part, name)
        elif here is not None and name < len(names) and here(names[name]):
            part, name = part + 1, name + 1
        elif behind is not None and behind[1] < len(names):
            part, name = behind = (behind[0], behind[1] + 1)
        else:
            return False
    return True


@lru_cache(maxsize=4096)
def _part(glob: str) -> _Part | None:
    """What one name of a path must match."""
    if len(glob) > 1 and not glob.strip("*"):
        return None
    if not set(glob) & _SPECIAL:
        return glob.__eq__
    return re.compile(_regex(glob), re.DOTALL).fullmatch


def _regex(glob: str) -> str:
    """The regular expression of one name. What stands between two `*` is looked for once, from the left, and what is
    found is final: so time grows with the length of the name alone."""
    first, *others = _between_stars(glob)
    if not others:
        return first
    *inner, last = others
    looked_for = (
        f"(?=(?P<g{number}>.*?{text}))(?P=g{number})" for number, text in enumerate(inner)
    )
    return "".join([first, *looked_for, ".*", last])


def _between_stars(glob: str) -> list[str]:
    """Regular expressions of what stands before, between and behind the stars."""
    found, end = [""], 0
    while token := _TOKEN.match(glob, end):
        end = token.end()
        if token["stars"]:
            found.append("")
        else:
            found[-1] += _one_character(token)
    return found


def _one_character(token: re.Match[str]) -> str:
    if token["any"]:
        return "."
    if token["set"] is None:
        return re.escape(token["escaped"] or token["plain"])
    ranges = [*_ranges(token["set"])]
    inside = "".join(one for one in ranges if one)
    if not inside or None in ranges:
        return _NOTHING
    return f"[{'^' * bool(token['no'])}{inside}]"


def _ranges(text: str) -> Iterator[str | None]:
    """What is in the brackets: None for a class that nobody knows. Of a range from `z` to `a`, Git takes the `z`."""
    for item in _RANGE.finditer(text):
        low, high = item["low"], item["high"] or item["low"]
        if low is None:
            yield _CLASSES.get(item["named"])
        else:
            yield f"{re.escape(low)}-{re.escape(high)}" if low <= high else re.escape(low)
