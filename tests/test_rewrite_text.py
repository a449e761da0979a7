"""What a rewrite does to the text of a file: everything but the slice stays as it was, and what
cannot stay has no safe fix."""

from pathlib import Path

import pytest
from programs import HEADER, findings_of
from site_builder import (
    ELLIPSIS,
    NEWAXIS,
    WHOLE,
    fixed,
    found,
    integer,
    mask,
    site,
    source,
    static,
    window,
)

from jaxslice_lint.facts.site import Element, ElementKind, Operand, OperandKind
from jaxslice_lint.rewrite import Edit, Fix, apply_fixes
from jaxslice_lint.rules.engine import check
from jaxslice_lint.source.text import Source

CALL = "lax.dynamic_slice_in_dim(x, i, 3)"


@pytest.mark.parametrize(
    "text",
    [
        "from jax import lax\r\ndef f(x, i):\r\n\treturn x[i:i + 3]\r\n\r\n# end",
        "from jax import lax\rdef f(x, i):\r  return x[i:i + 3]\r",
        "from jax import lax\n\x0c\ndef f(x, i):\n\x0c    s = 'é😀'; \x0c return x[i:i + 3]   \n",
        "from jax import lax\n\x0cy = x[i:i + 3]\n\x0cz = 1\n",
        "from jax import lax\nif a:\n\ty = '''\x0c\n\x0c'''; x[i:i + 3] ; b\n",
        "# coding: latin-1\nfrom jax import lax\ny = 'é', x[i:i + 3]",
        "from jax import lax\ny = (  # why\n    x[i:i + 3]  # what\n)\n",
        "from jax import lax\ny = 1 + \\\n    x[i:i + 3]\\\n    + 1\n",
    ],
)
def test_all_other_characters_stay(text: str) -> None:
    assert fixed(text, "x[i:i + 3]") == text.replace("x[i:i + 3]", CALL)


def test_letters_of_several_bytes_before_a_slice_are_one_column_each() -> None:
    text = f"{HEADER}@jax.jit\ndef f(x, i):\n    return 'é😀', x[i:i + 3]\n"
    file = Source(Path("program.py"), text)
    [finding] = findings_of(file)
    assert finding.fix is not None
    assert apply_fixes(file, [finding.fix]).text == text.replace("x[i:i + 3]", CALL)


@pytest.mark.parametrize(
    ("before", "operand", "after"),
    [
        ("return(a + b)[i:i + 3]", "(a + b)", "return lax.dynamic_slice_in_dim(a + b, i, 3)"),
        ("return -(a + b)[i:i + 3]", "(a + b)", "return -lax.dynamic_slice_in_dim(a + b, i, 3)"),
        ("return((a, b)[i:i + 3])", "(a, b)", "return(lax.dynamic_slice_in_dim((a, b), i, 3))"),
        (
            "return (a if b else c)[i:i + 3]",
            "(a if b else c)",
            "return lax.dynamic_slice_in_dim(a if b else c, i, 3)",
        ),
        (
            "return (y := x)[i:i + 3]",
            "(y := x)",
            "return lax.dynamic_slice_in_dim((y := x), i, 3)",
        ),
        (
            "return (await x)[i:i + 3]",
            "(await x)",
            "return lax.dynamic_slice_in_dim((await x), i, 3)",
        ),
        (
            "return f(*x)[i:i + 3].T @ y",
            "f(*x)",
            "return lax.dynamic_slice_in_dim(f(*x), i, 3).T @ y",
        ),
        ("return [*x[i:i + 3]]", "x", f"return [*{CALL}]"),
        ("return 1 if x else x[i:i + 3]", "x", f"return 1 if x else {CALL}"),
        ("def g(w=x[i:i + 3]): return w", "x", f"def g(w={CALL}): return w"),
        ("return x.T[i:i + 3]", "x.T", "return lax.dynamic_slice_in_dim(x.T, i, 3)"),
        (
            "return (\n        x  # old\n        + 1\n    )[i:i + 3]",
            "(\n        x  # old\n        + 1\n    )",
            "return lax.dynamic_slice_in_dim(\n        (\n            x  # old\n            + 1\n"
            "        ),\n        i,\n        3,\n    )",
        ),
    ],
)
def test_a_rewrite_is_right_wherever_an_expression_may_stand(
    before: str, operand: str, after: str
) -> None:
    file = "from jax import lax\nasync def f(x, i):\n    {}\n"
    assert fixed(file.format(before), f"{operand}[i:i + 3]") == file.format(after)


@pytest.mark.parametrize(
    ("index", "elements", "after"),
    [
        (":, i:i + 3", (WHOLE, window("i:i + 3", "i", "3")), "(x, i, 3, axis=1)"),
        (":, i:i + 3, :", (WHOLE, window("i:i + 3", "i", "3"), WHOLE), "(x, i, 3, axis=1)"),
        ("i:i + 3, :, 0", (window("i:i + 3", "i", "3"), WHOLE, integer("0")), "(x, i, 3)[:, :, 0]"),
        ("0, i:i + 3", (integer("0", 0), window("i:i + 3", "i", "3")), "(x, i, 3, axis=1)[0]"),
        ("b, i:i + 3", (integer("b"), window("i:i + 3", "i", "3")), "(x, i, 3, axis=1)[b, :]"),
        ("..., i:i + 3", (ELLIPSIS, window("i:i + 3", "i", "3")), "(x, i, 3, axis=-1)"),
        (
            "..., 1, i:i + 3, :",
            (ELLIPSIS, integer("1"), window("i:i + 3", "i", "3"), WHOLE),
            "(x, i, 3, axis=-2)[..., 1, :, :]",
        ),
        ("None, i:i + 3", (NEWAXIS, window("i:i + 3", "i", "3")), "(x, i, 3)[None]"),
        ("m, i:i + 3", (mask("m", 2), window("i:i + 3", "i", "3")), "(x, i, 3, axis=2)[m, :]"),
        ("1:, i:i + 3,", (static("1:"), window("i:i + 3", "i", "3")), "(x, i, 3, axis=1)[1:]"),
        ("i:i + 9:2", (window("i:i + 9:2", "i", "9", 2),), "(x, i, 9)[::2]"),
        ("i + 3:i:-1", (window("i + 3:i:-1", "i + 1", "3", -1),), "(x, i + 1, 3)[::-1]"),
        (
            "..., i:i + 3, m",
            (WHOLE, window("i:i + 3", "i", "3"), mask("m", None)),
            "(x, i, 3, axis=1)[..., :, m]",
        ),
    ],
)
def test_the_rest_of_the_index_stays_in_its_place(
    index: str, elements: tuple[Element, ...], after: str
) -> None:
    text = f"from jax import lax\ny = x[{index}]\n"
    expected = f"from jax import lax\ny = lax.dynamic_slice_in_dim{after}\n"
    assert fixed(text, f"x[{index}]", *elements) == expected


def test_an_index_built_elsewhere_is_written_out() -> None:
    elements = integer("row"), window("slice(i, i + 3)", "i", "3"), static("::2")
    text = "from jax import lax\ny = x[region]\n"
    expected = "from jax import lax\ny = lax.dynamic_slice_in_dim(x, i, 3, axis=1)[row, :, ::2]\n"
    assert fixed(text, "x[region]", *elements, written=False) == expected


def test_an_index_built_elsewhere_has_no_fix_if_an_element_cannot_be_written() -> None:
    elements = Element(ElementKind.INTEGER, None), window("slice(i, i + 3)", "i", "3")
    finding = found("from jax import lax\ny = x[region]\n", "x[region]", *elements, written=False)
    assert finding.fix is None
    assert "built elsewhere" in finding.no_fix


def test_a_comment_that_the_rewrite_can_keep_is_kept() -> None:
    text = "from jax import lax\ny = x.at[i:i + 3].set(\n    v,  # new\n)\n"
    assert "v,  # new\n" in fixed(text, "x.at[i:i + 3]")
    fix = found(text, "x.at[i:i + 3]").fix
    assert fix is not None
    assert fix.safe


def test_a_fix_that_would_lose_a_comment_is_not_safe() -> None:
    text = "from jax import lax\ny = x[\n    i:  # from here\n    i + 3\n]\n"
    subscript = text[text.index("x[") : text.index("]") + 1]
    fix = found(text, subscript).fix
    assert fix is not None
    assert not fix.safe
    assert "# from here" in fix.caution


def test_a_site_reached_with_static_bounds_too_has_no_safe_fix() -> None:
    fix = found("import jax\ny = x[i:i + 3]\n", "x[i:i + 3]", cut_off=True).fix
    assert fix is not None
    assert not fix.safe
    assert "static bounds" in fix.caution


def test_what_fails_before_and_after_is_no_reason_against_a_safe_fix() -> None:
    operand = Operand(OperandKind.UNKNOWN)
    fix = found("import jax\ny = x[i:i + 3]\n", "x[i:i + 3]", operand=operand).fix
    assert fix is not None
    assert fix.safe


def test_what_may_be_a_sequence_where_the_bounds_are_static_has_no_safe_fix() -> None:
    operand = Operand(OperandKind.UNKNOWN)
    finding = found(
        "import jax\ny = x[i:i + 3]\n", "x[i:i + 3]", operand=operand, may_be_no_array=True
    )
    assert finding.fix is not None
    assert not finding.fix.safe
    assert "array" in finding.fix.caution


def test_an_operand_with_several_indices_or_with_at_is_no_sequence() -> None:
    operand = Operand(OperandKind.UNKNOWN)
    elements = window("i:i + 3", "i", "3"), integer("j")
    fix = found("import jax\ny = x[i:i + 3, j]\n", "x[i:i + 3, j]", *elements, operand=operand).fix
    assert fix is not None
    assert fix.safe
    fix = found("import jax\ny = x.at[i:i + 3].set(0)\n", "x.at[i:i + 3]", operand=operand).fix
    assert fix is not None
    assert fix.safe


@pytest.mark.parametrize(
    ("text", "subscript", "reason"),
    [
        ("y = f'{x[i:i + 3]}'", "x[i:i + 3]", "f-string"),
        ("y = x[i:i + 3, (j := 1)]", "x[i:i + 3, (j := 1)]", "walrus"),
        ("y = x.at[i:i + 3].set((i := 4))", "x.at[i:i + 3]", "walrus"),
        ("y = x.at[i:i + 3]", "x.at[i:i + 3]", "not followed"),
        ("y = x.at[i:i + 3].set", "x.at[i:i + 3]", "not followed"),
        ("y = x.at[i:i + 3].put(1)", "x.at[i:i + 3]", "not followed"),
        ("async def f():\n    return x[i:i + 3, await j]", "x[i:i + 3, await j]", "await"),
    ],
)
def test_what_cannot_be_moved_has_no_fix(text: str, subscript: str, reason: str) -> None:
    elements = [window("i:i + 3", "i", "3")]
    if ":=" in subscript:
        elements.append(integer("(j := 1)"))
    if "await" in subscript:
        elements.append(integer("await j"))
    finding = found(f"import jax\n{text}\n", subscript, *elements)
    assert finding.fix is None
    assert reason in finding.no_fix


def test_a_python_sequence_has_no_fix() -> None:
    operand = Operand(OperandKind.SEQUENCE)
    finding = found("import jax\ny = x[i:i + 3]\n", "x[i:i + 3]", operand=operand)
    assert finding.fix is None
    assert "TracerIntegerConversionError" in finding.message


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("x[i:i + 3] = v", "x[pl.ds(i, 3)] = v"),
        ("x[i:i + 3] += v", "x[pl.ds(i, 3)] += v"),
        ("y = x[i:i + 3]", "y = x[pl.ds(i, 3)]"),
        ("a, x[i:i + 3] = v", "a, x[pl.ds(i, 3)] = v"),
    ],
)
def test_a_ref_is_read_and_stored_through_its_index(before: str, after: str) -> None:
    text = "from jax.experimental import pallas as pl\n{}\n"
    operand = Operand(OperandKind.REF)
    for style in ("lax", "ds"):
        actual = fixed(text.format(before), "x[i:i + 3]", operand=operand, style=style)
        assert actual == text.format(after)


def test_style_ds_falls_back_to_lax_where_jax_ds_cannot_say_it() -> None:
    reversed_slice = window("i + 3:i:-1", "i + 1", "3", -1)
    text = "import jax\ny = x[i + 3:i:-1]\n"
    expected = "import jax\ny = jax.lax.dynamic_slice_in_dim(x, i + 1, 3)[::-1]\n"
    assert fixed(text, "x[i + 3:i:-1]", reversed_slice, style="ds") == expected
    numpy = Operand(OperandKind.NUMPY)
    expected = "import jax\ny = jax.lax.dynamic_slice_in_dim(x, i, 3)\n"
    text = "import jax\ny = x[i:i + 3]\n"
    assert fixed(text, "x[i:i + 3]", operand=numpy, style="ds") == expected


def test_what_rewrites_code_around_its_site_comes_before_what_stands_there() -> None:
    file = source("y = x[:n] - x[:n]\n")
    inner = Fix("", (Edit(12, 17, "b"),), safe=True, is_around=True)
    outer = Fix("", (Edit(4, 17, "a"),), safe=True, is_around=True)
    whole = Fix("", (Edit(4, 9, "c"),), safe=True)
    applied = apply_fixes(file, [whole, inner, outer])
    assert applied.text == "y = a\n"
    assert applied.skipped == (whole, inner)


def test_the_inner_of_two_nested_slices_is_rewritten_first() -> None:
    file = source("from jax import lax\ny = x[i:i + 9][j:j + 3]\n")
    inner = site(file, "x[i:i + 9]", window("i:i + 9", "i", "9"))
    outer = site(file, "x[i:i + 9][j:j + 3]", window("j:j + 3", "j", "3"))
    fixes = [finding.fix for finding in check(file, [outer, inner], "lax") if finding.fix]
    applied = apply_fixes(file, fixes)
    assert applied.text == ("from jax import lax\ny = lax.dynamic_slice_in_dim(x, i, 9)[j:j + 3]\n")
    assert applied.applied == (fixes[1],)
    assert applied.skipped == (fixes[0],)


def test_an_import_that_several_fixes_need_is_added_once() -> None:
    file = source("from jax import jit\ny = x[i:i + 3], z[i:i + 3]\n")
    sites = [site(file, f"{name}[i:i + 3]", window("i:i + 3", "i", "3")) for name in "xz"]
    fixes = [finding.fix for finding in check(file, sites, "lax") if finding.fix]
    assert apply_fixes(file, fixes).text == (
        f"from jax import jit, lax\ny = {CALL}, lax.dynamic_slice_in_dim(z, i, 3)\n"
    )


def test_a_result_that_does_not_parse_leaves_the_text_alone() -> None:
    file = source("y = x[i:j]\n")
    fix = Fix("Break it", (Edit(4, 10, "x[i:"),), safe=True)
    applied = apply_fixes(file, [fix])
    assert applied.text == file.text
    assert applied.applied == ()
    assert applied.skipped == (fix,)
    assert "line 1" in applied.problem


def test_a_crash_while_fixes_are_applied_leaves_the_text_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def crash(*_: object) -> tuple[Edit, ...]:
        raise RecursionError("too deep")

    monkeypatch.setattr("jaxslice_lint.rewrite.text.apply.laid_out", crash)
    file = Source(Path("program.py"), "x = 1\n")
    fix = Fix("", (Edit(4, 5, "2"),), safe=True)
    applied = apply_fixes(file, [fix])
    assert (applied.text, applied.applied, applied.skipped) == (file.text, (), (fix,))
    assert applied.problem == "RecursionError: too deep"


def test_a_line_that_would_fall_apart_is_left_as_it_was() -> None:
    source = Source(Path("a.py"), "def f(x):\n    return x[:1], x[1:]\n")
    torn = Fix("Break", (Edit(26, 28, ",\n    "),), safe=True)
    applied = apply_fixes(source, [torn])
    assert applied.text == source.text
    assert applied.problem == "an expression would become a statement of its own"
