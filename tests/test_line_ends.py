"""A fix in a file whose lines end in any of the three ways: the same text, with the line ends that are there."""

import ast
from pathlib import Path

import pytest
from programs import NAME
from site_builder import fixed

from jaxslice_lint.rules import RULES
from jaxslice_lint.run import run_text
from jaxslice_lint.settings import Settings

_HEAD = "import jax\nimport jax.numpy as jnp\n\n\n@jax.jit\ndef window(x, i):\n"
#: Expressions that go over several lines, or must after the fix.
_EXPRESSIONS = (
    "x[i:i + 3]",
    "x[i:i + 3] + x[i + 1:i + 4]",
    "x[i:i + 3,  # why\n        0]",
    "x[\n        # a\n        0,  # b\n\n        i:i + 3,  # c\n        # d\n    ]",
    "x[  # why\n\n        i:i + 3]",
    "x[i:i + 3,\n\n      0,  # the first\n\n      # the others\n      :1]",
    "(\n        # a\n        x[i:i + 3]  # b\n        # c\n    )",
    "(  # a\n\n        x  # b\n    )[i:i + 3]",
    "jnp.sum(  # a\n\n        # b\n        x[i:i + 3],  # c\n    )",
    "jnp.stack([x.T[0,\n        i:i + 3],\n        # the second\n        x.T[1, i:i + 3 # again\n    ]])",
    "jnp.where(  # a\n\n        x > 0,  # b\n        x, 0)[i:i + 3]",
    "x.at[  # a\n        i:i + 3  # b\n    ].set(  # c\n        # d\n        1.0  # e\n    )",
    "x.at[i:i + 3].set('''\n'''  # text\n    )",
    "x[(i  # from\n        ):(i +  # to\n        3)]",
)


def _fixed(text: str, line_length: int = 88) -> str:
    codes = frozenset(rule.code for rule in RULES)
    settings = Settings(codes, unsafe_fixes=True, line_length=line_length)
    outcome = run_text(text.encode(), NAME, settings, fix=True)
    assert outcome.failures == ()
    return outcome.files[0].source.text


@pytest.mark.parametrize("line_length", [30, 50, 88])
@pytest.mark.parametrize("expression", _EXPRESSIONS)
def test_the_fixed_file_differs_in_line_ends_alone(expression: str, line_length: int) -> None:
    before = f"{_HEAD}    return {expression}\n"
    after = _fixed(before, line_length)
    assert after != before
    for newline in ("\r\n", "\r"):
        assert _fixed(before.replace("\n", newline), line_length) == after.replace("\n", newline)


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_a_line_that_is_broken_ends_as_it_did_where_others_end_otherwise(newline: str) -> None:
    *above, line = f"{_HEAD}    return jnp.concatenate([x[i:i + 3], x[i + 1:i + 4], x])".split("\n")
    for others in ("\n", "\r\n", "\r"):
        after = _fixed(others.join([*above, line]) + newline)
        head = others.join([*above, ""])
        assert after.startswith(head)
        broken = after.removeprefix(head)
        lines = broken.split(newline)
        assert len(lines) > 3
        assert not any("\n" in one or "\r" in one for one in lines)


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_an_import_ends_as_the_line_beside_it(newline: str) -> None:
    before = f'"""Doc."""\nimport os{newline}X = 1{newline}def f(x, i):\n    return x[i:i + 3]'
    after = before.replace("x[i:i + 3]", "lax.dynamic_slice_in_dim(x, i, 3)")
    added = f"{newline}from jax import lax{newline}{newline}"
    assert fixed(before, "x[i:i + 3]") == after.replace("X = 1", f"{added}X = 1")


def test_what_is_no_line_end_to_python_breaks_no_line() -> None:
    before = f"{_HEAD}    return x[i:i + 3, int(len('\u2028\x0b\x0c\x1c\x85')), 0, 0, 0, 0]\n"
    after = _fixed(before, 60)
    assert "'\u2028\x0b\x0c\x1c\x85'" in after
    assert after.count("\n") > before.count("\n")


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("line_length", [30, 40, 88])
def test_a_line_that_is_continued_stays_so(line_length: int, newline: str) -> None:
    before = f"{_HEAD}    total = x[i:i + 3].sum()  \\\n    * i - \\\n    x[i:i + 3].sum()  # sum\n    return total\n"
    after = _fixed(before.replace("\n", newline), line_length)
    assert f" \\{newline}    * i - \\{newline}" in after
    [*_, function] = ast.parse(after).body
    plain = _fixed(before.replace("\\\n", ""), 200)
    assert ast.dump(function) == ast.dump(ast.parse(plain).body[-1])


def test_a_program_of_carriage_returns_has_its_encoding(tmp_path: Path) -> None:
    text = f"# a script\n# coding: latin-1\n# \xe4\n{_HEAD}    return x[i:i + 3]\n"
    data = text.replace("\n", "\r").encode("latin-1")
    outcome = run_text(data, tmp_path / "program.py", Settings(frozenset({"JSL101"})), fix=True)
    assert outcome.failures == ()
    assert outcome.files[0].source.encoding == "iso-8859-1"
    assert outcome.files[0].changed


@pytest.mark.parametrize(
    "head",
    [
        b"# coding: utf-7\n# +AOQ- \x7f\n",  # in UTF-7 this may be written as itself, or in letters
        b"# coding: iso2022_jp\n# \x1b$B\x1b(B\n",  # turns to other letters and back, for none
    ],
)
def test_a_file_that_cannot_be_written_as_it_was_is_left_alone(head: bytes) -> None:
    data = (
        head
        + f"{_HEAD}    return x[i:i +1]\n".replace("+", "+-" * (b"utf-7" in head) or "+").encode()
    )
    outcome = run_text(data, NAME, Settings(frozenset({"JSL101"})), fix=True)
    assert [finding.code for finding in outcome.findings] == ["JSL101"]
    assert not outcome.files[0].changed
    [failure] = outcome.failures
    assert "would spell some characters in other bytes" in failure
