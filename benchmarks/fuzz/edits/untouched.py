"""What a fix must leave as it was: lines that no edit names, comments, line ends, and the end of the file."""

import io
import re
import tokenize
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from fuzz.edits.tool import Options
from jaxslice_lint.report.outcome import Outcome, is_applicable
from jaxslice_lint.rules.finding import Finding
from jaxslice_lint.source.text import Source

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|$)")
_END = re.compile(r"\r\n|\r|\n")


def changed_elsewhere(before: Outcome, after: Outcome, options: Options) -> Iterator[str]:
    """What differs between the file and the fixed one, although no edit says so."""
    if not after.files or not after.files[0].changed:
        return
    [file] = after.files
    old, new = file.original, file.source
    if (old.encoding, old.bom) != (new.encoding, new.bom):
        yield "encoding or byte order mark"
    if more := {*_END.findall(new.text)} - {*_END.findall(old.text)}:
        yield f"line ends: {more}"
    drops_comments = any(one.code == "JSL901" for one in file.rewrites)
    ends = [bool(_END.search(one.text[-1:])) for one in (old, new)]
    if ends[0] != ends[1] and not drops_comments:
        yield "the end of the last line"
    may_lose = options.unsafe or drops_comments
    if not may_lose and (lost := _comments(old.text) - _comments(new.text)):
        yield f"lost comments: {dict(lost)}"
    fixable = [one for one in before.findings if is_applicable(one, options.unsafe)]
    if len(file.rewrites) <= len(
        fixable
    ):  # else a fix led to another finding, with edits of its own
        yield from _other_lines(fixable, old, new)


def _comments(text: str) -> Counter[str]:
    lines = io.StringIO(_END.sub("\n", text))
    try:
        tokens = list(tokenize.generate_tokens(lines.readline))
    except (tokenize.TokenError, SyntaxError):
        return Counter()
    return Counter(one.string.rstrip() for one in tokens if one.type == tokenize.COMMENT)


def _other_lines(fixable: Sequence[Finding], old: Source, new: Source) -> Iterator[str]:
    """Lines of the file that changed or went, and that no finding with a fix stands on or edits."""
    named: set[int] = set()
    for finding in fixable:
        for edit in finding.fix.edits if finding.fix else ():
            first, last = (old.location(at)[0] for at in (edit.start, edit.end))
            named.update(range(first, last + 1))
        named.update(range(finding.span.line, finding.span.end_line + 1))
    lines, others = _LINE.findall(old.text), _LINE.findall(new.text)
    matcher = SequenceMatcher(None, lines, others, autojunk=False)
    for kind, first, last, start, end in matcher.get_opcodes():
        gone = [number for number in range(first + 1, last + 1) if number not in named]
        if kind in ("replace", "delete") and gone:
            yield f"lines {gone}: {lines[first:last]} became {others[start:end]}"
        if kind == "insert" and any(not line.strip() for line in others[start:end]):
            added = others[start:end]
            is_import = any("import" in line for line in added)
            if not is_import and first + 1 not in named and first not in named:
                yield f"blank lines at {first + 1}: {added}"
