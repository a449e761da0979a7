"""The programs in `fixtures/`: what they expect, how they are executed, and how the tool is applied to them."""

import ast
import re
import sys
import traceback
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from types import ModuleType

import jax
import numpy as np
import pytest
from programs import findings_of

from jaxslice_lint.rewrite import apply_fixes
from jaxslice_lint.rules import Finding
from jaxslice_lint.source.text import Source

ROOT = Path(__file__).parent.parent / "fixtures"
_MARK, _MARK_ABOVE = "# expect: ", "# expect below: "
_NEEDS = re.compile(r"^# needs: (\w+)(?:>=([\d.]+))?$", re.MULTILINE)
_HUNK = re.compile(r"^@@ -", re.MULTILINE)
#: What JAX does without an error, and is not meant.
_SILENT = {"JSL302"}
_MOST_PASSES = 10
#: What JAX raises for a traced bound: of an array, of a NumPy array or a sequence, of a Pallas Ref; and for misuses.
REFUSALS = (
    IndexError,
    jax.errors.TracerIntegerConversionError,
    jax.errors.TracerBoolConversionError,
    TypeError,
    AttributeError,
)


@dataclass(frozen=True)
class Mark:
    """What a comment of a program expects of one line."""

    line: int
    codes: tuple[str, ...]
    unsafe: bool
    stays: bool

    @property
    def is_silent(self) -> bool:
        """Whether JAX runs the line, and gives a wrong result."""
        return _SILENT.issuperset(self.codes)


@dataclass(frozen=True)
class Program:
    """One program, and its expected rewrite if it has one."""

    path: Path

    def __str__(self) -> str:
        return self.path.relative_to(ROOT).with_suffix("").as_posix()

    @cached_property
    def text(self) -> str:
        return self.path.read_text()

    @property
    def diff_path(self) -> Path:
        return self.path.with_suffix(".diff")

    @cached_property
    def fixed(self) -> str:
        """The text after `--fix`."""
        return patched(self.text, self.diff_path.read_text() if self.diff_path.exists() else "")

    def is_cured_at(self, mark: Mark) -> bool:
        """Whether the rewrite of a finding stands on its line, and not where a function is jitted."""
        return mark.stays or self.text.splitlines()[mark.line - 1] not in self.fixed.splitlines()

    @cached_property
    def marks(self) -> tuple[Mark, ...]:
        return read_marks(self.text)


def programs() -> list[Program]:
    return [Program(path) for path in sorted(ROOT.rglob("*.py"))]


def patched(text: str, diff: str) -> str:
    """`text` with a unified diff without context applied; what the diff removes must stand there."""
    before, after, at = text.splitlines(True), [], 0
    for hunk in _HUNK.split(diff)[1:]:
        first, *lines = hunk.splitlines(True)
        start, _, count = first.split()[0].partition(",")
        removed = [line[1:] for line in lines if line.startswith("-")]
        begin = int(start) - 1 if count != "0" else int(start)
        assert before[begin : begin + len(removed)] == removed
        after += before[at:begin] + [line[1:] for line in lines if line.startswith("+")]
        at = begin + len(removed)
    return "".join(after + before[at:])


def read_marks(text: str) -> tuple[Mark, ...]:
    marks: list[Mark] = []
    for number, line in enumerate(text.splitlines(), 1):
        for comment, offset in ((_MARK, 0), (_MARK_ABOVE, 1)):
            if comment in line:
                words = line.split(comment)[1].split()
                codes = tuple(word for word in words if word.startswith("JSL"))
                marks.append(Mark(number + offset, codes, "unsafe" in words, "stays" in words))
    return tuple(marks)


def expected(marks: Sequence[Mark]) -> Counter[tuple[int, str]]:
    """How often each code is expected on each line."""
    return Counter((mark.line, code) for mark in marks for code in mark.codes)


def found(findings: Sequence[Finding]) -> Counter[tuple[int, str]]:
    return Counter((finding.span.line, finding.code) for finding in findings)


def lint(path: Path, text: str, style: str = "lax") -> list[Finding]:
    return findings_of(Source(path, text), style)


def fix(path: Path, text: str, style: str = "lax", *, unsafe: bool = False) -> str:
    """`text` after `--fix` (and `--unsafe-fixes`), which repeats until nothing changes."""
    for _ in range(_MOST_PASSES):
        fixes = [finding.fix for finding in lint(path, text, style) if finding.fix]
        applied = apply_fixes(Source(path, text), [fix for fix in fixes if fix.safe or unsafe])
        if applied.text == text:
            return text
        text = applied.text
    raise AssertionError("no fixed point")


def load(path: Path, text: str) -> ModuleType:
    """`text` executed as a module, which dataclasses look up by name. Skips the test if a package is missing."""
    for package, least in _NEEDS.findall(text):
        pytest.importorskip(package)
        if least and _numbers(version(package)) < _numbers(least):
            pytest.skip(f"needs {package} {least}")
    module = ModuleType("fixture_program")
    sys.modules[module.__name__] = module
    exec(compile(text, str(path), "exec"), module.__dict__)
    return module


def _numbers(release: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", release)[:3]]


def raised_at(path: Path, text: str) -> list[int]:
    """The lines of `text`, outermost first, that are executed when JAX refuses what they do; empty if it does not."""
    module = load(path, text)
    try:
        module.main(*next(module.inputs()))
    except REFUSALS as error:
        frames = traceback.extract_tb(error.__traceback__)
        return [frame.lineno or 0 for frame in frames if frame.filename == str(path)]
    return []


def assert_same(got: object, want: object, *, dtypes: bool = True) -> None:
    """`got`, from JAX, has the leaves of `want`, from NumPy: values, shapes, and dtypes as JAX has them without x64."""
    got_leaves, want_leaves = jax.tree.leaves(got), jax.tree.leaves(want)
    assert len(got_leaves) == len(want_leaves)
    for one, other in zip(got_leaves, want_leaves, strict=True):
        assert np.shape(one) == np.shape(other)
        if dtypes and isinstance(one, jax.Array):
            assert one.dtype == jax.dtypes.canonicalize_dtype(np.asarray(other).dtype)
        np.testing.assert_allclose(np.asarray(one), np.asarray(other), rtol=2e-5, atol=1e-5)


def assert_means_reference(
    path: Path, text: str, *, dtypes: bool = True, negative: bool = True
) -> None:
    """`text`, run on all inputs (or on those without negative integers), gives what its reference does."""
    module = load(path, text)
    for args in module.inputs():
        if negative or not any(isinstance(arg, int) and arg < 0 for arg in args):
            assert_same(module.main(*args), module.reference(*args), dtypes=dtypes)


def is_wrong(path: Path, text: str) -> bool:
    """Whether `text` runs, and gives something else than its reference."""
    try:
        assert_means_reference(path, text)
    except AssertionError:
        return True
    return False


def with_one_slice_left(program: Program, line: int) -> tuple[str, int]:
    """The fixed program with `line` of the original, or its whole statement if need be; and the line's new number."""
    before, after = program.text.splitlines(True), program.fixed.splitlines(True)
    known = _names(program.text)
    statements = zip(
        _statements(program.text, known), _statements(program.fixed, known), strict=True
    )
    around = [(old, new) for old, new in statements if line in old]
    old, new = min(around, key=lambda pair: len(pair[0]))
    number = new.start + line - old.start
    if len(old) == len(new):
        old, new = range(line, line + 1), range(number, number + 1)
    left = before[old.start - 1 : old.stop - 1]
    return "".join([*after[: new.start - 1], *left, *after[new.stop - 1 :]]), number


def _names(text: str) -> set[str]:
    """The names that stand in a program."""
    nodes = [*ast.walk(ast.parse(text))]
    names = {node.id for node in nodes if isinstance(node, ast.Name)}
    return names | {node.arg for node in nodes if isinstance(node, ast.arg)}


def _statements(text: str, known: set[str]) -> list[range]:
    """The lines of each statement but imports, and assignments of other names than `known` ones; of one that holds
    others, those above the first of them."""
    found: list[range] = []
    for node in ast.walk(ast.parse(text)):
        match node:
            case ast.Import() | ast.ImportFrom():
                continue
            case ast.Assign(targets=[ast.Name(id=name)]) if name not in known:
                continue
        if isinstance(node, ast.stmt):
            body = getattr(node, "body", None)
            end = body[0].lineno if body else (node.end_lineno or node.lineno) + 1
            found.append(range(node.lineno, max(end, node.lineno + 1)))
    return found
