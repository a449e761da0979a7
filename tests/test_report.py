"""How findings are shown: snapshots of what a person, an editor and a program read."""

import json
from dataclasses import replace
from pathlib import Path
from textwrap import dedent

import pytest
from rich.cells import cell_len

from jaxslice_lint.facts.status import Step
from jaxslice_lint.report.concise import concise
from jaxslice_lint.report.formats import FORMATS, View
from jaxslice_lint.report.frame import diff_rows
from jaxslice_lint.report.full import full
from jaxslice_lint.report.json import as_json
from jaxslice_lint.report.outcome import FileOutcome, Outcome, Rewrite
from jaxslice_lint.report.statistics import Count, as_table, count
from jaxslice_lint.report.summary import summary, would_fix
from jaxslice_lint.rewrite import Edit, Fix
from jaxslice_lint.rules.finding import Finding
from jaxslice_lint.source.text import Source, Span

PATH = Path("model.py")
TEXT = """\
import jax


@jax.jit
def window(x, i):
    return x[i : i + 3].sum()
"""


def at(source: Source, text: str) -> Span:
    """The span of the first occurrence of `text`."""
    start = source.text.index(text)
    return Span(*source.location(start), *source.location(start + len(text)))


def finding(
    text: str = TEXT, site: str = "x[i : i + 3]", *marks: str, safe: bool = True
) -> Outcome:
    """One finding about `site` in `text`, whose rewrite is a call and an import."""
    source = Source(PATH, text)
    start = text.index(site)
    fix = Fix(
        "Use `lax.dynamic_slice_in_dim`",
        (
            Edit(start, start + len(site), "lax.dynamic_slice_in_dim(x, i, 3)"),
            Edit(
                text.index("import jax\n") + 11,
                text.index("import jax\n") + 11,
                "from jax import lax\n",
            ),
        ),
        safe,
        "" if safe else "a comment would be lost",
    )
    found = Finding(
        "JSL101",
        "traced-slice",
        "`x[i : i + 3]` has a traced start",
        PATH,
        at(source, site),
        tuple(at(source, mark) for mark in marks),
        (Step(PATH, at(source, "jax.jit"), "`jax.jit` traces `window`"),)
        if "jax.jit" in text
        else (),
        help=fix.message,
        fix=fix,
    )
    return Outcome((FileOutcome(source, source, (found,)),))


def without_fix(outcome: Outcome) -> Outcome:
    (file,) = outcome.files
    (found,) = file.findings
    bare = replace(found, fix=None, no_fix="its size is traced", help="Mask the array instead")
    return Outcome((replace(file, findings=(bare,)),))


def shown(outcome: Outcome, *, width: int | None = None, verbose: bool = False) -> str:
    return full(outcome, unsafe=False, verbose=verbose, color=False, width=width)


def test_full_shows_frame_bounds_trace_path_and_rewrite() -> None:
    assert shown(finding(TEXT, "x[i : i + 3]", "i : i", "i + 3")) == dedent("""\
        JSL101 [*] `x[i : i + 3]` has a traced start
         --> model.py:6:12
          |
        4 | @jax.jit
        5 | def window(x, i):
        6 |     return x[i : i + 3].sum()
          |              ^^^^^^^^^
          |
          = traced because:
            1. model.py:4:2 `jax.jit` traces `window`
        help: Use `lax.dynamic_slice_in_dim`
          |
        1 | import jax
        2 + from jax import lax
        3 |
          | …
        6 | def window(x, i):
          -     return x[i : i + 3].sum()
        7 +     return lax.dynamic_slice_in_dim(x, i, 3).sum()
          |

        """)


def test_full_numbers_the_lines_of_each_part_as_they_are_after_the_rewrite() -> None:
    text = "\n".join("abcdefghijkl") + "\n"
    source = Source(PATH, text)
    edits = [Edit(at, at, "new\n") for at in (0, text.index("f"), text.index("k"))]
    rows = list(diff_rows(source, edits, 80))
    assert [row.number for row in rows if row.sign == "+"] == [1, 7, 13]


def test_full_says_that_a_fix_is_unsafe_and_why() -> None:
    text = shown(finding(safe=False))
    assert text.startswith("JSL101 `x[i")
    assert (
        "note: This is an unsafe fix and may change runtime behavior: a comment would be lost\n"
        in text
    )


def test_full_says_why_there_is_no_rewrite_only_when_asked() -> None:
    outcome = without_fix(finding())
    assert "help: Mask the array instead\n" in shown(outcome)
    assert "no rewrite" not in shown(outcome)
    assert "note: no rewrite: its size is traced\n" in shown(outcome, verbose=True)


def test_full_marks_columns_of_wide_characters_and_tabs() -> None:
    text = 'import jax\nif 1:\n\ty = "\N{CJK UNIFIED IDEOGRAPH-4E2D}\N{CJK UNIFIED IDEOGRAPH-6587}", x[i : i + 3]\n'
    lines = shown(without_fix(finding(text))).splitlines()
    code = next(line for line in lines if "x[i : i + 3]" in line and line.startswith("3"))
    marks = next(line for line in lines if "^" in line)
    assert "\t" not in code
    assert marks.index("^") == cell_len(code[: code.index("x[i")])
    assert marks.count("^") == len("x[i : i + 3]")


def test_full_marks_every_line_of_a_finding() -> None:
    text = "import jax\ny = x[\n    i : i + 3\n]\nz = 1\n"
    lines = shown(without_fix(finding(text, "x[\n    i : i + 3\n]"))).splitlines()
    assert [line for line in lines if "^" in line] == ["  |     ^^", "  |     ^^^^^^^^^", "  | ^"]


@pytest.mark.parametrize("width", [20, 40, 60])
def test_full_fits_a_narrow_terminal_and_still_shows_the_marked_code(width: int) -> None:
    text = "import jax\n" + f"total = {' + '.join(['value'] * 30)} + x[i : i + 3] + 1\n"
    lines = shown(without_fix(finding(text, "x[i : i + 3]", "i : i")), width=width).splitlines()
    assert max(map(cell_len, lines)) <= width
    number = next(index for index, line in enumerate(lines) if "^" in line)
    start = lines[number].index("^")
    assert lines[number - 1][start : start + 5] == "i : i"


def test_full_uses_colour_only_when_told() -> None:
    coloured = full(finding(), unsafe=False, verbose=False, color=True, width=None)
    assert "\x1b[1;31mJSL101" in coloured
    assert "\x1b" not in shown(finding())


def test_full_never_sends_control_characters_of_the_code_to_the_terminal() -> None:
    text = "import jax\ny = '\x1b[31m', x[i : i + 3]\n"
    assert "\x1b" not in shown(finding(text))


def test_full_takes_code_for_code_and_not_for_markup() -> None:
    text = "import jax\ny = '[bold]:smile:', x[i : i + 3]\n"
    assert "'[bold]:smile:', x[i" in shown(finding(text))


def test_concise_stars_what_fix_would_apply() -> None:
    line = "model.py:6:12: JSL101{} `x[i : i + 3]` has a traced start\n"
    assert concise(finding(), unsafe=False) == line.format(" [*]")
    assert concise(finding(safe=False), unsafe=False) == line.format("")
    assert concise(finding(safe=False), unsafe=True) == line.format(" [*]")


def test_json_has_the_fields_of_ruff_and_the_trace_path() -> None:
    (found,) = json.loads(as_json(finding(safe=False)))
    assert found == {
        "cell": None,
        "code": "JSL101",
        "end_location": {"column": 24, "row": 6},
        "filename": str(Path.cwd() / "model.py"),
        "fix": {
            "applicability": "unsafe",
            "caution": "a comment would be lost",
            "note": None,
            "edits": [
                {
                    "content": "from jax import lax\n",
                    "end_location": {"column": 1, "row": 2},
                    "location": {"column": 1, "row": 2},
                },
                {
                    "content": "lax.dynamic_slice_in_dim(x, i, 3)",
                    "end_location": {"column": 24, "row": 6},
                    "location": {"column": 12, "row": 6},
                },
            ],
            "message": "Use `lax.dynamic_slice_in_dim`",
        },
        "location": {"column": 12, "row": 6},
        "message": "`x[i : i + 3]` has a traced start",
        "name": "traced-slice",
        "no_fix": None,
        "noqa_row": 6,
        "severity": "error",
        "trace_path": [
            {
                "filename": str(Path.cwd() / "model.py"),
                "location": {"column": 2, "row": 4},
                "note": "`jax.jit` traces `window`",
            }
        ],
        "url": None,
    }


def test_json_tells_where_a_comment_must_stand() -> None:
    text = 'import jax\ny = x[i : i + 3], """\ntext\n"""\n'
    (found,) = json.loads(as_json(finding(text)))
    assert (found["location"]["row"], found["noqa_row"]) == (2, 4)


def test_json_after_fixes_places_the_edits_of_others_in_the_fixed_text() -> None:
    outcome = finding(safe=False)
    (file,) = outcome.files
    before = replace(file.source, text=file.source.text.replace("import jax\n", "", 1))
    (found,) = json.loads(as_json(Outcome((replace(file, original=before),))))
    places = [edit["location"]["row"] for edit in found["fix"]["edits"]]
    assert places == [2, found["location"]["row"]]


def test_json_of_nothing_is_an_empty_array() -> None:
    assert json.loads(as_json(Outcome(()))) == []


def several(safe: int, unsafe: int, none: int, fixed: int = 0) -> Outcome:
    (file,) = finding().files
    (risky,) = finding(safe=False).findings
    (bare,) = without_fix(finding()).findings
    findings = file.findings * safe + (risky,) * unsafe + (bare,) * none
    done = (Rewrite("JSL101", "traced-slice", 6, 12, "Use `lax.dynamic_slice_in_dim`"),) * fixed
    return Outcome((replace(file, findings=findings, rewrites=done),))


@pytest.mark.parametrize(
    ("outcome", "unsafe", "lines"),
    [
        (several(0, 0, 0), False, ["All checks passed!"]),
        (several(0, 0, 1), False, ["Found 1 error."]),
        (several(2, 0, 1), False, ["Found 3 errors.", "[*] 2 fixable with `--fix`."]),
        (
            several(1, 2, 0),
            False,
            [
                "Found 3 errors.",
                "[*] 1 fixable with `--fix` (2 unsafe fixes available with `--fix --unsafe-fixes`).",
            ],
        ),
        (
            several(0, 1, 0),
            False,
            ["Found 1 error.", "1 unsafe fix available with `--fix --unsafe-fixes`."],
        ),
        (several(1, 2, 0), True, ["Found 3 errors.", "[*] 3 fixable with `--fix`."]),
    ],
)
def test_summary_counts_as_ruff_does(outcome: Outcome, unsafe: bool, lines: list[str]) -> None:
    assert summary(outcome, fixed=False, unsafe=unsafe).splitlines() == lines


def test_summary_after_fix_separates_what_was_rewritten_from_what_is_left() -> None:
    assert summary(several(0, 1, 1, fixed=1), fixed=True, unsafe=False) == dedent("""\
        Rewrote 1 error:
        - model.py:
            6:12: JSL101 (traced-slice): Use `lax.dynamic_slice_in_dim`
        Left for a person (2):
        - model.py:6:12: JSL101 (traced-slice): unsafe fix (`--unsafe-fixes`): a comment would be lost
        - model.py:6:12: JSL101 (traced-slice): its size is traced

        Found 3 errors (1 fixed, 2 remaining).
        1 unsafe fix available with `--fix --unsafe-fixes`.
        """)


def test_a_run_that_failed_does_not_claim_that_all_checks_passed() -> None:
    assert summary(Outcome((), ("a.py: cannot be read",)), fixed=False, unsafe=False) == ""


def test_would_fix_counts_what_unsafe_fixes_could_add() -> None:
    assert would_fix(several(0, 0, 0, fixed=2)) == "Would fix 2 errors.\n"
    assert would_fix(several(0, 1, 1, fixed=1)) == (
        "Would fix 1 error (1 additional fix available with `--unsafe-fixes`).\n"
    )


@pytest.mark.parametrize(
    ("counts", "table"),
    [
        (
            [Count("A1", "one", 12, 12), Count("B1", "two", 3, 1)],
            "12\tA1\t[*] one\n 3\tB1\t[-] two\n",
        ),
        ([Count("A1", "one", 2, 1), Count("B1", "two", 1, 0)], "2\tA1\t[-] one\n1\tB1\t[ ] two\n"),
        ([Count("A1", "one", 2, 0)], "2\tA1\tone\n"),
        ([], ""),
    ],
)
def test_statistics_look_like_those_of_ruff(counts: list[Count], table: str) -> None:
    assert as_table(counts) == table


def test_statistics_count_the_findings_of_each_rule() -> None:
    assert count(several(1, 1, 1), unsafe=False) == [Count("JSL101", "traced-slice", 3, 1)]
    assert count(several(1, 1, 1), unsafe=True) == [Count("JSL101", "traced-slice", 3, 2)]


@pytest.mark.parametrize("name", FORMATS)
def test_each_format_words_findings_and_their_counts(name: str) -> None:
    output = FORMATS[name]
    for render in (output.findings, output.statistics):
        assert "JSL101" in render(finding(), View())


@pytest.mark.parametrize("name", FORMATS)
def test_a_format_for_programs_has_data_where_nothing_is_found_and_others_have_no_word(
    name: str,
) -> None:
    output = FORMATS[name]
    for render in (output.findings, output.statistics):
        assert bool(render(Outcome(()), View())) == output.is_for_programs
