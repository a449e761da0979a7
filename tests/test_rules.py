"""The rules: which finding a site makes, in which words, and whether the examples on the pages are true."""

import ast
import subprocess
import sys
from dataclasses import replace

import pytest
from programs import NAME, findings_of
from site_builder import TRACED, found, integer, site, source, window

from jaxslice_lint.facts.site import Bound, Element, ElementKind, Operand, OperandKind
from jaxslice_lint.facts.status import Status
from jaxslice_lint.rewrite import apply_fixes
from jaxslice_lint.rules import RULES, Example, Rule, rule
from jaxslice_lint.rules.engine import check
from jaxslice_lint.rules.rule import program
from jaxslice_lint.source.text import Source

#: The rules on slices; JSL901 and JSL902 are about the file and need no tracing.
SLICE_RULES = [rule for rule in RULES if rule.code < "JSL9"]
HEADINGS = (
    "What it does",
    "Why is this bad?",
    "Example",
    "Use instead",
    "Fix safety",
    "References",
)

TRACED_SIZE = Element(
    ElementKind.SLICE,
    ":n",
    stop=Bound(Status.TRACED, "argument `n` of jitted `f`", "n"),
    size=TRACED,
)
TRACED_STEP = Element(ElementKind.SLICE, "::s", step=Bound(Status.TRACED, text="s"), size=TRACED)


def examples() -> list[tuple[Rule, Example]]:
    return [(rule, example) for rule in SLICE_RULES for example in rule.invalid]


def programs_without_findings() -> list[str]:
    valid = [text for rule in SLICE_RULES for text in rule.valid]
    rewritten = [example.after or example.instead for _, example in examples()]
    return [text for text in [*valid, *rewritten] if text]


@pytest.mark.parametrize(("rule", "example"), examples())
def test_an_example_has_one_finding_and_the_rewrite_that_its_page_shows(
    rule: Rule, example: Example
) -> None:
    file = Source(NAME, program(example.before))
    [finding, *others] = findings_of(file, example.style)
    assert {other.fix for other in others} <= {finding.fix}
    assert finding.code == rule.code
    if example.after is None:
        assert finding.fix is None
        assert finding.no_fix
    else:
        assert finding.fix is not None, finding.no_fix
        assert apply_fixes(file, [finding.fix]).text == program(example.after)


@pytest.mark.parametrize("text", programs_without_findings())
def test_what_a_page_recommends_has_no_finding(text: str) -> None:
    assert findings_of(Source(NAME, program(text))) == []


@pytest.mark.parametrize("each", SLICE_RULES, ids=lambda each: each.code)
def test_a_rule_about_code_checks_it_and_says_what_a_person_can_do(each: Rule) -> None:
    assert each.check
    assert each.remedy


def test_every_rule_is_found_by_its_code() -> None:
    codes = [each.code for each in RULES]
    assert codes == sorted(set(codes))
    assert [rule(code) for code in codes] == list(RULES)
    with pytest.raises(KeyError):
        rule("JSL999")


@pytest.mark.parametrize("each", RULES, ids=lambda each: each.code)
def test_a_page_has_all_headings_in_order(each: Rule) -> None:
    headings = [line[3:] for line in each.page.splitlines() if line.startswith("## ")]
    assert tuple(headings) == HEADINGS
    assert each.page.startswith(f"# {each.name} ({each.code})\n\n{each.summary}.\n")


@pytest.mark.parametrize("each", SLICE_RULES, ids=lambda each: each.code)
def test_the_programs_of_a_page_parse(each: Rule) -> None:
    texts = [*each.valid]
    for example in each.invalid:
        texts += [example.before, example.after or "", example.instead]
    for text in texts:
        ast.parse(program(text))


def test_the_pages_state_where_a_rewrite_is_exact() -> None:
    for code in ("JSL101", "JSL102"):
        page = rule(code).page
        assert "`0 <= i <= n - k`" in page
        assert "`-n <= i <= -k - 1`" in page
        assert "`i >= k`" in page
        assert "jax.ds" in page


def test_rules_that_have_a_rewrite_say_so_by_their_examples() -> None:
    assert [each.code for each in RULES if each.has_rewrite] == [
        *("JSL101", "JSL102", "JSL103", "JSL104", "JSL105"),
        *("JSL201", "JSL202", "JSL301", "JSL302", "JSL303", "JSL901"),
    ]


@pytest.mark.parametrize(
    ("text", "subscript", "element", "code"),
    [
        ("y = x[i:i + 3]", "x[i:i + 3]", window("i:i + 3", "i", "3"), "JSL101"),
        ("y = x.at[i:i + 3].get()", "x.at[i:i + 3]", window("i:i + 3", "i", "3"), "JSL101"),
        ("y = x.at[i:i + 3].set(0)", "x.at[i:i + 3]", window("i:i + 3", "i", "3"), "JSL102"),
        ("y = x.at[i:i + 3].apply(f)", "x.at[i:i + 3]", window("i:i + 3", "i", "3"), "JSL102"),
        ("y = x.at[i:i + 3]", "x.at[i:i + 3]", window("i:i + 3", "i", "3"), "JSL102"),
        ("y = x[:n]", "x[:n]", TRACED_SIZE, "JSL103"),
        ("y = x.at[:n].get()", "x.at[:n]", TRACED_SIZE, "JSL103"),
        ("y = x.at[:n].set(0)", "x.at[:n]", TRACED_SIZE, "JSL104"),
        ("y = x[::s]", "x[::s]", TRACED_STEP, "JSL105"),
        ("y = x.at[::s].set(0)", "x.at[::s]", TRACED_STEP, "JSL105"),
    ],
)
def test_a_site_breaks_the_rule_for_its_use(
    text: str, subscript: str, element: Element, code: str
) -> None:
    finding = found(f"import jax\n{text}\n", subscript, element)
    assert (finding.code, finding.name) == (code, rule(code).name)


@pytest.mark.parametrize(
    "statement",
    [
        "x[i:i + 3] = v",
        "x[i:i + 3] += v",
        "x[i:i + 3]: int = v",
        "for x[i:i + 3] in v: pass",
        "(a, [x[i:i + 3], *b]) = v",
        "del x[i:i + 3]",
    ],
)
def test_a_store_to_an_array_is_not_a_traced_slice(statement: str) -> None:
    file = source(f"import jax\n{statement}\n")
    assert check(file, [site(file, "x[i:i + 3]", window("i:i + 3", "i", "3"))], "lax") == []


def test_a_store_to_a_ref_is_an_update() -> None:
    operand = Operand(OperandKind.REF)
    finding = found("import jax\nx[i:i + 3] = v\n", "x[i:i + 3]", operand=operand)
    assert finding.code == "JSL102"
    assert "TracerBoolConversionError" in finding.message


def test_a_traced_step_between_static_bounds_breaks_one_rule() -> None:
    program = "import jax\n\n\n@jax.jit\ndef f(x, s):\n    return x[0:4:s]\n"
    assert [finding.code for finding in findings_of(Source(NAME, program))] == ["JSL105"]


def test_a_part_of_a_ref_is_a_read() -> None:
    operand = Operand(OperandKind.REF)
    assert (
        found("import jax\ny = x.at[i:i + 3]\n", "x.at[i:i + 3]", operand=operand).code == "JSL101"
    )


def test_an_assignment_target_that_reads_a_slice_is_a_read() -> None:
    assert found("import jax\nx[i:i + 3][0] = v\n", "x[i:i + 3]").code == "JSL101"
    assert found("import jax\na[x[i:i + 3]] = v\n", "x[i:i + 3]").code == "JSL101"


def test_a_guarded_site_has_no_finding() -> None:
    file = source("import jax\ny = x[i:i + 3]\n")
    guarded = site(file, "x[i:i + 3]", window("i:i + 3", "i", "3"), guarded=True)
    assert check(file, [guarded], "lax") == []


def test_a_site_without_a_traced_bound_has_no_finding() -> None:
    file = source("import jax\ny = x[i:j]\n")
    unknown = Element(ElementKind.SLICE, "i:j", start=Bound(Status.UNKNOWN, text="i"))
    assert check(file, [site(file, "x[i:j]", unknown, integer("k"))], "lax") == []


def test_a_message_names_the_traced_bound_and_why_it_is_traced() -> None:
    element = replace(
        window("i:i + 3", "i", "3"),
        start=Bound(Status.TRACED, "loop index of `lax.fori_loop`", "i"),
    )
    assert found("import jax\ny = x[i:i + 3]\n", "x[i:i + 3]", element).message == (
        "`x[i:i + 3]` has a traced start `i` (loop index of `lax.fori_loop`):"
        " JAX raises IndexError when this is traced"
    )
    assert found("import jax\ny = x[:n]\n", "x[:n]", TRACED_SIZE).message == (
        "`x[:n]` has a traced stop `n` (argument `n` of jitted `f`), so that its size is traced:"
        " JAX raises IndexError when this is traced"
    )


def test_a_message_is_one_line_of_readable_length() -> None:
    text = "x[\n    i:\n    i + 3, " + "0 + " * 40 + "0]"
    finding = found(f"import jax\ny = {text}\n", text, window("i:i + 3", "i", "3"), integer("0"))
    assert "\n" not in finding.message
    assert len(finding.message) < 160


def test_the_marks_are_the_traced_bounds_or_else_the_site() -> None:
    file = source("import jax\ny = x[i:i + 3]\n")
    whole = site(file, "x[i:i + 3]", window("i:i + 3", "i", "3"))
    [finding] = check(file, [whole], "lax")
    assert finding.marks == (whole.span,)
    mark = replace(whole.span, column=7, end_column=8)
    marked = replace(whole.elements[0], start=Bound(Status.TRACED, "", "i", mark))
    [finding] = check(file, [replace(whole, elements=(marked,))], "lax")
    assert finding.marks == (mark,)


def test_a_slice_that_libcst_cannot_find_is_reported_without_a_fix() -> None:
    file = source("import jax\ny = x[i:i + 3]\n")
    moved = site(file, "x[i:i + 3]", window("i:i + 3", "i", "3"))
    moved = replace(moved, span=replace(moved.span, column=moved.span.column + 1))
    [finding] = check(file, [moved], "lax")
    assert finding.code == "JSL101"
    assert finding.no_fix == "LibCST does not find the slice in the file"


def test_code_nested_too_deeply_for_libcst_is_reported_without_a_fix() -> None:
    file = source("import jax\ny = x[i:i + 3]" + " + 1" * 5000 + "\n")
    [finding] = check(file, [site(file, "x[i:i + 3]", window("i:i + 3", "i", "3"))], "lax")
    assert finding.fix is None


def test_a_file_without_a_traced_slice_is_checked_without_libcst() -> None:
    code = (
        "import sys; from jaxslice_lint.rules import RULES; from jaxslice_lint.rules.engine import check;"
        "check(None, [], 'lax'); assert RULES[0].page; assert 'libcst' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
