"""Fixes applied to the text of a file."""

import ast
import warnings
from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import attrgetter

from jaxslice_lint.rewrite.text.edit import Edit, Fix
from jaxslice_lint.rewrite.text.fit import laid_out
from jaxslice_lint.source.depth import deep_recursion
from jaxslice_lint.source.errors import in_words
from jaxslice_lint.source.line_length import LINE_LENGTH
from jaxslice_lint.source.text import Source

_PLACE = attrgetter("start", "end")


@dataclass(frozen=True, slots=True)
class Applied:
    """The text after a pass. `skipped` fixes overlap an applied one; `problem` says why nothing was
    applied, else it is empty."""

    text: str
    applied: tuple[Fix, ...]
    skipped: tuple[Fix, ...]
    problem: str = ""


def apply_fixes(source: Source, fixes: Sequence[Fix], line_length: int = LINE_LENGTH) -> Applied:
    """Apply the fixes that do not overlap; imports they share are added once. Lines with several of them are broken
    where they are longer than `line_length`.

    Inner ones come before the ones around them. Those that rewrite code around their site come first of all, the
    outermost before the others: what stands in that code is told which elements count, and has to be as it was.

    A result that does not parse is thrown away: the text is then unchanged and every fix skipped.
    """
    chosen: list[Fix] = []
    edits: list[Edit] = []
    for fix in sorted(fixes, key=_turn):
        if not any(_overlap(new, old) for new in fix.edits for old in _near(new, edits)):
            chosen.append(fix)
            for edit in fix.edits:
                if edit not in _near(edit, edits):
                    insort(edits, edit, key=_PLACE)
    try:
        text = _edited(source.text, laid_out(source, edits, line_length))
        problem = parse_problem(text) or _torn(source.text, text)
    except Exception as error:  # other files are fixed nevertheless
        problem = in_words(error)
    if problem:
        return Applied(source.text, (), tuple(fixes), problem)
    applied = tuple(fix for fix in fixes if fix in chosen)
    return Applied(text, applied, tuple(fix for fix in fixes if fix not in chosen))


def _torn(before: str, after: str) -> str:
    """Whether a part of an expression became a statement, which no fix makes: then the reason, else empty."""
    with warnings.catch_warnings(), deep_recursion():
        warnings.simplefilter("ignore")
        trees = [ast.parse(text) for text in (before, after)]
    counts = [sum(isinstance(node, ast.Expr) for node in ast.walk(tree)) for tree in trees]
    return "an expression would become a statement of its own" * (counts[1] > counts[0])


def parse_problem(text: str) -> str:
    """Why `text` is not a Python module; empty if it is one."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the user's own invalid escapes and the like
        try:
            with deep_recursion():
                ast.parse(text)
        except SyntaxError as error:
            return f"the rewritten file would not parse (line {error.lineno}: {error.msg})"
        except (RecursionError, MemoryError):
            return "the rewritten file is nested too deeply to be parsed"
    return ""


def _edited(text: str, edits: Iterable[Edit]) -> str:
    pieces: list[str] = []
    end = 0
    for edit in sorted(edits):
        pieces += [text[end : edit.start], edit.content]
        end = edit.end
    return "".join([*pieces, text[end:]])


def _turn(fix: Fix) -> tuple[bool, int, tuple[Edit, ...]]:
    length = fix.edits[0].end - fix.edits[0].start
    return not fix.is_around, -length if fix.is_around else length, fix.edits


def _near(edit: Edit, edits: list[Edit]) -> list[Edit]:
    """Those of `edits`, which are in order and do not overlap, with which another one may."""
    first = bisect_left(edits, (edit.start, edit.start), key=_PLACE)
    last = bisect_right(edits, (edit.end, edit.end), key=_PLACE)
    return edits[max(first - 1, 0) : last]


def _overlap(a: Edit, b: Edit) -> bool:
    return a != b and a.start < b.end and b.start < a.end
