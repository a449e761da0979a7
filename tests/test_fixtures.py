"""The programs in `fixtures/`: their findings are true, and their rewrites mean what the original means."""

import ast

import pytest
from fixture_programs import (
    ROOT,
    Program,
    assert_means_reference,
    expected,
    fix,
    found,
    is_wrong,
    lint,
    programs,
    raised_at,
    read_marks,
    with_one_slice_left,
)
from site_builder import needs_jax_ds

#: Lossy casts of updates, which some programs are about.
pytestmark = pytest.mark.filterwarnings("ignore:scatter inputs have incompatible types")

PROGRAMS = programs()
CLEAN = [program for program in PROGRAMS if not program.marks]
WRONG = [program for program in PROGRAMS if program.marks]
FIXABLE = [program for program in WRONG if not all(mark.stays for mark in program.marks)]
LINES = [
    pytest.param(program, line, id=f"{program}:{line}")
    for program in WRONG
    for line in sorted({mark.line for mark in program.marks if program.is_cured_at(mark)})
]


@pytest.mark.parametrize("program", PROGRAMS, ids=str)
def test_findings_are_the_marked_lines(program: Program) -> None:
    assert found(lint(program.path, program.text)) == expected(program.marks)


@pytest.mark.parametrize("program", WRONG, ids=str)
def test_rewrites_are_as_safe_as_marked(program: Program) -> None:
    marks = {mark.line: mark for mark in program.marks}
    for finding in lint(program.path, program.text):
        mark = marks[finding.span.line]
        assert (finding.fix is None) == mark.stays, finding.no_fix
        if finding.fix:
            assert finding.fix.safe != mark.unsafe, finding.fix.caution


@pytest.mark.parametrize("style", ["lax", "ds"])
@pytest.mark.parametrize("program", FIXABLE, ids=str)
def test_fix_reaches_a_fixed_point_without_the_finding(program: Program, style: str) -> None:
    text = fix(program.path, program.text, style, unsafe=True)
    ast.parse(text)
    staying = [mark for mark in read_marks(text) if mark.stays]
    assert found(lint(program.path, text, style)) == expected(staying)


@pytest.mark.parametrize("program", PROGRAMS, ids=str)
def test_fix_writes_the_expected_program(program: Program) -> None:
    unsafe = any(mark.unsafe for mark in program.marks)
    assert fix(program.path, program.text, unsafe=unsafe) == program.fixed


@pytest.mark.parametrize("program", [p for p in WRONG if any(m.unsafe for m in p.marks)], ids=str)
def test_unsafe_rewrites_wait_for_consent(program: Program) -> None:
    marks = [mark for mark in read_marks(fix(program.path, program.text)) if mark.unsafe]
    text = fix(program.path, program.text)
    assert expected(marks) <= found(lint(program.path, text))


def test_each_expected_rewrite_belongs_to_a_program() -> None:
    assert {program.diff_path for program in FIXABLE} == set(ROOT.rglob("*.diff"))


@pytest.mark.parametrize(("program", "line"), LINES)
def test_marked_line_is_wrong_when_all_others_are_fixed(program: Program, line: int) -> None:
    text, number = with_one_slice_left(program, line)
    if all(mark.is_silent for mark in program.marks if mark.line == line):
        assert is_wrong(program.path, text)
        return
    staying = {mark.line for mark in read_marks(text) if mark.stays}
    assert {number, *staying}.intersection(raised_at(program.path, text))


@pytest.mark.parametrize("program", WRONG, ids=str)
def test_program_is_wrong_as_it_stands(program: Program) -> None:
    marked = {mark.line for mark in program.marks}
    if all(mark.is_silent for mark in program.marks):
        assert is_wrong(program.path, program.text)
        return
    assert marked.intersection(raised_at(program.path, program.text))


@pytest.mark.parametrize("program", CLEAN, ids=str)
def test_clean_program_runs(program: Program) -> None:
    assert_means_reference(program.path, program.text)


@pytest.mark.parametrize("program", FIXABLE, ids=str)
def test_fixed_program_means_the_original(program: Program) -> None:
    if not any(mark.stays for mark in program.marks):
        assert_means_reference(program.path, program.fixed)


@needs_jax_ds
@pytest.mark.parametrize("program", FIXABLE, ids=str)
def test_program_fixed_in_style_ds_has_the_original_values(program: Program) -> None:
    if not any(mark.stays for mark in program.marks):
        updates = any("JSL102" in mark.codes for mark in program.marks)
        text = fix(program.path, program.text, "ds", unsafe=True)
        # An update with `jax.ds` is dropped where its start is negative.
        assert_means_reference(program.path, text, dtypes=False, negative=not updates)
