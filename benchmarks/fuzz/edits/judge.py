"""What must hold of any file, whatever it says: before the fix, after it, and of the bytes in between."""

import ast
import re
import tempfile
import traceback
import warnings
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.util import decode_source
from pathlib import Path

import libcst

from fuzz.edits.bound import unbound
from fuzz.edits.limits import TooSlow, limited
from fuzz.edits.outputs import printed
from fuzz.edits.tool import Options, Tool, from_command_line
from fuzz.edits.untouched import changed_elsewhere
from jaxslice_lint.report.outcome import FileOutcome, Outcome, is_applicable
from jaxslice_lint.source.disk import encode

CRASH, SLOW, SYNTAX, BROKEN, UNBOUND, LEFT, UNSTABLE, TOUCHED, OUTPUT, COMMAND = FAILURES = (
    "crash",
    "too slow",
    "syntax error told wrongly",
    "broken file",
    "name that is not bound",
    "finding left",
    "second fix changes something",
    "bytes outside of the edits",
    "wrong output",
    "command line",
)
_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Failure:
    """What is wrong with what the tool did to a file."""

    kind: str
    detail: str
    data: bytes
    fixed: bytes = b""


@dataclass
class Verdict:
    """What came out of one file."""

    failures: list[Failure] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)


def judge(data: bytes, options: Options, tool: Tool, *, command: bool = False) -> Verdict:
    """Run the tool on the bytes of a file, with `command` as a process of its own too."""
    verdict = Verdict(counts=Counter(files=1))
    fixed = b""

    def fail(kind: str, detail: str) -> None:
        verdict.failures.append(Failure(kind, detail, data, fixed))

    error = syntax_error(data)
    verdict.counts["do not parse"] += bool(error)
    try:
        with limited(_SECONDS):
            before = tool(data, options, False)
            has_fixes = any(is_applicable(one, options.unsafe) for one in before.findings)
            after = tool(data, options, True) if has_fixes else before
            fixed = _bytes(after, data)
            again = tool(fixed, options, True) if fixed != data else after
    except TooSlow:
        fail(SLOW, f"more than {_SECONDS} s")
        return verdict
    except Exception:
        fail(CRASH, traceback.format_exc())
        return verdict
    verdict.counts["given up"] += bool(after.given_up)
    verdict.counts["findings"] += len(before.findings)
    verdict.counts["rewrites"] += len(after.rewrites)
    verdict.counts["files rewritten"] += fixed != data
    for kind, detail in (
        *((CRASH, one) for one in _trouble(before, after, again, error)),
        *((SYNTAX, one) for one in _told(before, error, fixed != data)),
        *((BROKEN, one) for one in _broken(data, fixed, error)),
        *((UNBOUND, one) for one in _unbound(data, fixed)),
        *((LEFT, one) for one in _left(before, after, options)),
        *((UNSTABLE, one) for one in _unstable(after, again, fixed, data)),
        *((TOUCHED, one) for one in changed_elsewhere(before, after, options)),
        *((OUTPUT, one) for one in printed(before, after, data, fixed)),
        *((COMMAND, one) for one in (_from_command(data, fixed, options) if command else ())),
    ):
        fail(kind, detail)
    return verdict


def syntax_error(data: bytes) -> str:
    """Why Python does not parse the bytes of a file; empty if it does."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            _text(data)  # of bytes in memory, Python does not decode the comments
            ast.parse(data)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            return f"{type(error).__name__}: {error}"
    return ""


def _text(data: bytes) -> str:
    """What Python reads; its own module for that knows no lines that end with `\\r`."""
    return decode_source(re.sub(rb"\r\n?", b"\n", data))


def _file(outcome: Outcome) -> FileOutcome | None:
    return outcome.files[0] if outcome.files else None


def _bytes(outcome: Outcome, data: bytes) -> bytes:
    file = _file(outcome)
    return data if file is None or not file.changed else encode(file.source)


def _trouble(before: Outcome, after: Outcome, again: Outcome, error: str) -> Iterator[str]:
    for failure in {*before.failures, *after.failures, *again.failures}:
        is_of_file = "cannot be" not in failure and "not valid" not in failure
        if "internal error" in failure or "converge" in failure or (not error and is_of_file):
            yield failure


def _told(before: Outcome, error: str, changed: bool) -> Iterator[str]:
    codes = [finding.code for finding in before.findings]
    if error and changed:
        yield f"a file that does not parse was changed: {error}"
    if error and not before.failures and "JSL902" not in codes:
        yield f"{codes} in a file that does not parse: {error}"
    if not error and ("JSL902" in codes or before.failures):
        yield f"{codes} {before.failures} in a file that parses"


def _broken(data: bytes, fixed: bytes, error: str) -> Iterator[str]:
    if fixed == data or error:
        return
    if problem := syntax_error(fixed):
        yield problem
        return
    if _bare(data) < _bare(fixed):
        yield "an expression became a statement of its own"
    if _compiles(data) and not _compiles(fixed):
        yield "does not compile any more"
    problem = _libcst_problem(fixed)
    if problem and not _libcst_problem(data):
        yield problem


def _bare(data: bytes) -> int:
    """How many statements are nothing but an expression."""
    return sum(isinstance(node, ast.Expr) for node in ast.walk(ast.parse(data)))


def _unbound(data: bytes, fixed: bytes) -> Iterator[str]:
    if fixed != data and _compiles(data) and _compiles(fixed):
        yield from unbound(_text(data) + "\n", _text(fixed) + "\n")


def _compiles(data: bytes) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            compile(data, "program.py", "exec", dont_inherit=True)
        except (SyntaxError, ValueError, RecursionError):
            return False
    return True


def _libcst_problem(data: bytes) -> str:
    try:
        libcst.parse_module(_text(data))
    except libcst.ParserSyntaxError as error:
        return f"LibCST: {error}"
    return ""


def _left(before: Outcome, after: Outcome, options: Options) -> Iterator[str]:
    for finding in after.findings:
        if is_applicable(finding, options.unsafe):
            yield f"{finding.code} at {finding.span} still has a fix"
    fixable = [one for one in before.findings if is_applicable(one, options.unsafe)]
    if len(after.findings) > len(before.findings) - len(fixable) and len(after.rewrites) >= len(
        fixable
    ):
        left = [(one.code, one.span.start, one.message) for one in after.findings]
        yield f"{len(before.findings)} findings, {len(fixable)} fixed, left: {left}"


def _unstable(after: Outcome, again: Outcome, fixed: bytes, data: bytes) -> Iterator[str]:
    if _bytes(again, fixed) != fixed:
        yield f"the second fix makes {_bytes(again, fixed)!r}"
    elif fixed != data:
        told = [[(one.code, one.span) for one in found.findings] for found in (after, again)]
        if told[0] != told[1]:
            yield f"told after the fix: {told[0]}, on its own: {told[1]}"


def _from_command(data: bytes, fixed: bytes, options: Options) -> Iterator[str]:
    """What a process of its own does otherwise."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "program.py"
        path.write_bytes(data)
        done = from_command_line(path, options, "--fix")
        if path.read_bytes() != fixed:
            yield f"--fix writes {path.read_bytes()!r}: {done.stderr!r}"
        if done.returncode not in (0, 1, 2) or b"Traceback" in done.stderr:
            yield f"exit status {done.returncode}: {done.stderr!r}"
        path.write_bytes(data)
        done = from_command_line(path, options, "--fix", "--diff")
        if path.read_bytes() != data or b"Traceback" in done.stderr:
            yield f"--diff changes the file or fails: {done.stderr!r}"
