"""What `--verify` runs of a program: the smallest code in which all changes of a fix are."""

import ast
from pathlib import Path

import pytest

from jaxslice_lint.rewrite import Edit, Fix
from jaxslice_lint.source.text import Source
from jaxslice_lint.verify.fragment import fragment
from jaxslice_lint.verify.verdict import NotRunnableError

PROGRAM = """\
import jax


def f(x, y, flag):
    a = g(x[0] + 1)[2]
    b = [h(one.at[0].set(2)) for one in y]
    if flag > 0:
        a = a + 0
        b = -b
        a = a * 0
    else:
        b = 0
    x[0] = a
    return a, b
"""


def taken(*changes: tuple[str, str], widely: bool = False) -> tuple[str, str]:
    """The code before and after changes of texts that stand once in the program."""
    edits = []
    for old, new in changes:
        assert PROGRAM.count(old) == 1
        at = PROGRAM.index(old)
        edits.append(Edit(at, at + len(old), new))
    found = fragment(Source(Path("p.py"), PROGRAM), Fix("", tuple(edits), safe=True), widely=widely)
    assert found is not None
    before, after = (
        "\n".join(map(ast.unparse, side.nodes)) for side in (found.before, found.after)
    )
    return before, after


def test_the_smallest_value_is_taken_whatever_an_edit_covers() -> None:
    wide = "a = g(x[0] + 1)[2]", "a = g(\n        x[1] + 1,\n    )[2]"
    assert taken(("x[0] + 1", "x[1] + 1")) == taken(wide) == ("0", "1")


def test_the_largest_expression_is_taken_for_what_consumes_a_value() -> None:
    assert taken(("x[0] + 1", "x[1] + 1"), widely=True) == ("g(x[0] + 1)[2]", "g(x[1] + 1)[2]")


def test_what_a_comprehension_repeats_is_taken_inside_of_it() -> None:
    change = "one.at[0].set(2)", "one.at[0].set(3)"
    assert taken(change, widely=True) == ("h(one.at[0].set(2))", "h(one.at[0].set(3))")


def test_neither_an_index_nor_a_view_of_an_array_is_a_value() -> None:
    change = "one.at[0].set(2)", "one.at[0:1].set(2)"
    assert taken(change) == ("one.at[0].set(2)", "one.at[0:1].set(2)")


def test_statements_are_taken_from_the_first_change_to_the_last() -> None:
    changes = ("a = a + 0", "a = a + 1"), ("a = a * 0", "a = a * 1")
    assert taken(*changes) == ("a = a + 0\nb = -b\na = a * 0", "a = a + 1\nb = -b\na = a * 1")


@pytest.mark.parametrize("other", [("flag > 0", "flag > 1"), ("b = 0", "b = 1")])
def test_changes_in_several_parts_of_a_statement_take_all_of_it(other: tuple[str, str]) -> None:
    before, after = taken(("a = a + 0", "a = a + 1"), other)
    assert before.startswith("if flag > 0:")
    assert "a = a + 0" in before
    assert "a = a + 1" in after
    assert other[1] in after


def test_a_store_is_taken_with_its_target() -> None:
    assert taken(("x[0] = a", "x[1] = a")) == ("0", "1")
    assert taken(("x[0] = a", "x = a")) == ("x[0] = a", "x = a")


def test_an_added_import_is_no_part_of_it() -> None:
    added = Edit(0, 0, "from jax import lax\n")
    at = PROGRAM.index("x[0] + 1")
    fix = Fix("", (Edit(at, at + 4, "lax.f(x)"), added), safe=True)
    found = fragment(Source(Path("p.py"), PROGRAM), fix, widely=False)
    assert found is not None
    assert [ast.unparse(side.nodes[0]) for side in (found.before, found.after)] == [
        "x[0]",
        "lax.f(x)",
    ]


def test_a_name_that_is_added_to_an_import_is_no_part_of_it() -> None:
    assert taken(("import jax\n", "import jax, numpy\n"), ("x[0] + 1", "x[1] + 1")) == ("0", "1")


def test_added_statements_cannot_be_compared() -> None:
    with pytest.raises(NotRunnableError, match="do not stand in one block"):
        taken(("x[0] = a", "x[0] = a\n    x[1] = a"))
