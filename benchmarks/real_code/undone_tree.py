"""A copy of a package in which every call that can be undone is."""

import ast
import tokenize
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from undo import UndoneSite, undo


@dataclass(frozen=True, slots=True)
class Tree:
    """The copy: its undone sites by file, and how many calls stay as they are, by reason."""

    folder: Path
    sites: tuple[tuple[str, UndoneSite], ...]
    skips: Counter[str]


def undone_tree(released: Path, copy: Path) -> Tree:
    """Write the copy. A file without such calls, or that Python cannot parse, is copied as it is."""
    sites: list[tuple[str, UndoneSite]] = []
    skips: Counter[str] = Counter()
    for path, text in sources(released):
        if "dynamic_" in text:
            try:
                undone = undo(text)
            except SyntaxError:
                skips["the file is newer than this Python"] += text.count("dynamic_slice")
            else:
                text = undone.text
                sites += [(path, site) for site in undone.sites]
                skips.update(skip.reason for skip in undone.skips)
        target = copy / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    return Tree(copy, tuple(sites), skips)


def sources(folder: Path) -> Iterator[tuple[str, str]]:
    """The files of a release and their text, with `\\n` at the end of each line."""
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        try:
            with tokenize.open(path) as file:
                yield path.relative_to(folder).as_posix(), file.read()
        except (SyntaxError, UnicodeDecodeError):
            continue


def parsed(folder: Path) -> Iterator[tuple[str, ast.Module]]:
    """The files of a release that Python can parse."""
    for path, text in sources(folder):
        if path.endswith(".py"):
            try:
                yield path, ast.parse(text)
            except SyntaxError:
                continue
