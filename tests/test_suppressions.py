"""Which comments silence which findings, and what is said of those that silence nothing."""

import ast
import re
from pathlib import Path
from textwrap import dedent, indent

import pytest
from programs import findings_of

from jaxslice_lint.rewrite import apply_fixes
from jaxslice_lint.rules import RULES
from jaxslice_lint.rules.finding import Finding
from jaxslice_lint.rules.suppressions import suppress
from jaxslice_lint.source.parse import parse
from jaxslice_lint.source.text import Source, Span

ALL = tuple(rule.code for rule in RULES)


def program(text: str) -> Source:
    source = Source(Path("a.py"), dedent(text).lstrip("\n"))
    assert isinstance(parse(source), ast.Module)
    return source


def found(source: Source, code: str = "JSL101") -> list[Finding]:
    """A finding for each `x[i:j]` of the source, also where it spans lines."""
    spans = [
        Span(*source.location(match.start()), *source.location(match.end()))
        for match in re.finditer(r"x\[(?:\s|#.*)*i:j\s*\]", source.text)
    ]
    return [Finding(code, "name", "message", source.path, span) for span in spans]


@pytest.mark.parametrize(
    "text",
    [
        "y = x[i:j]  # noqa\n",
        "y = x[i:j]  #noqa:JSL101\n",
        "y = x[i:j]  # NOQA: E501, JSL101\n",
        "y = x[i:j]  # noqa: E501 JSL101\n",
        "y = x[i:j]  # noqa:JSL101 # other\n",
        "y = x[i:j]  # type: ignore # noqa: JSL101\n",
        "y = x[i:j]  # noqa: JSL1\n",
        "y = x[i:j]  # jaxslice: ignore[JSL101]\n",
        "y = x[i:j]  # jaxslice: ignore[JSL103, JSL101] the size is checked elsewhere\n",
        "y = x[i:j]  # jaxslice: ignore [jsl101]\n",
        "y = x[i:j]  # jaxslice: ignore\n",
        "# jaxslice: ignore[JSL101]\ny = x[i:j]\n",
        "# jaxslice: ignore[JSL101]\n# and why\n\ny = x[i:j]\n",
        "# jaxslice: file-ignore\ny = 1\n\ny = x[i:j]\n",
        "y = x[i:j]\n# jaxslice: file-ignore[JSL101]\n",
        "y = f(\n    x[i:j],  # noqa: JSL101\n    2,\n)\n",
        "y = x[\n    i:j\n]  # noqa: JSL101\n",
        "y = x[  # noqa: JSL101\n    i:j\n]\n",
        "y = x[i:j] + \\\n    2  # noqa: JSL101\n",
        'y = x[i:j], """\ntext\n"""  # noqa: JSL101\n',
        'y = f"""\n{x[i:j]}\n"""  # noqa: JSL101\n',
        "y = x[i:j]  # noqa: JSL101",
    ],
)
def test_a_comment_silences_a_finding(text: str) -> None:
    source = program(text)
    assert found(source)
    remaining, _ = suppress(source, found(source), ("JSL101",))
    assert remaining == []


@pytest.mark.parametrize(
    "text",
    [
        "y = x[i:j]  # noqa: E501\n",
        "y = x[i:j]  # noqa: JSL102\n",
        "y = x[i:j]  # noqa: because\n",
        "y = x[i:j]  # noqalogue\n",
        "y = x[i:j]  # flake8: noqa\n",
        "y = x[i:j]  # ruff: noqa: JSL101\n",
        "y = x[i:j]  # jaxslice: ignore[]\n",
        "y = x[i:j]  # jaxslice: ignored\n",
        "y = x[i:j]  # jaxslice: ignore[JSL102]\n",
        "y = x[i:j], '# noqa'\n",
        'y = x[i:j]\nz = """\n# jaxslice: file-ignore\n"""\n',
        "# noqa: JSL101\ny = x[i:j]\n",
        "y = x[i:j]\nz = 1  # noqa: JSL101\n",
        "# jaxslice: ignore[JSL101]\nz = 1\ny = x[i:j]\n",
        "y = f(\n    x[i:j],\n    2,  # noqa: JSL101\n)\n",
        "# jaxslice: file-ignore[JSL103]\ny = x[i:j]\n",
    ],
)
def test_what_looks_like_a_suppression_and_is_none_silences_nothing(text: str) -> None:
    source = program(text)
    remaining, _ = suppress(source, found(source), ("JSL101",))
    assert remaining == found(source)


@pytest.mark.parametrize("ending", ["\r\n", "\r"])
def test_comments_are_found_whatever_ends_the_lines(ending: str) -> None:
    source = Source(Path("a.py"), f"z = 1{ending}y = x[i:j]  # noqa: JSL101{ending}")
    assert suppress(source, found(source), ALL) == ([], [])


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("y = 1  # noqa: JSL101\n", "y = 1\n"),
        ("y = 1  # noqa: JSL101, JSL102\n", "y = 1\n"),
        ("y = 1  # noqa: E501, JSL101\n", "y = 1  # noqa: E501\n"),
        ("y = 1  # noqa:JSL101,E501,F401\n", "y = 1  # noqa:E501,F401\n"),
        ("y = 1  # noqa: JSL101  # why not\n", "y = 1  # why not\n"),
        ("y = 1  # noqa: JSL101 - why not\n", "y = 1  # - why not\n"),
        ("y = 1  # type: ignore # noqa: JSL101\n", "y = 1  # type: ignore\n"),
        ("y = 1  # type: ignore # noqa: JSL101 # why\n", "y = 1  # type: ignore # why\n"),
        ("y = 1  # jaxslice: ignore[JSL101]\n", "y = 1\n"),
        ("y = 1  # jaxslice: ignore\n", "y = 1\n"),
        ("y = 1\n# jaxslice: ignore[JSL101]\nz = 2\n", "y = 1\nz = 2\n"),
        ("def f():\n    # jaxslice: ignore[JSL101]\n    return 1\n", "def f():\n    return 1\n"),
        ("# jaxslice: file-ignore[JSL101]\r\ny = 1\r\n", "y = 1\r\n"),
        ("# jaxslice: file-ignore\ny = 1\n", "y = 1\n"),
        ("y = x[i:j]  # noqa: JSL102, JSL101\n", "y = x[i:j]  # noqa: JSL101\n"),
        ("y = 1  # noqa: JSL101", "y = 1"),
        ("y = 1\n# jaxslice: ignore", "y = 1\n"),
        ("y = 1  # noqa: JSL102 # jaxslice: ignore[JSL101]\n", "y = 1\n"),
    ],
)
def test_a_suppression_that_suppresses_nothing_is_removed(before: str, after: str) -> None:
    text = before
    for _ in range(3):
        source = Source(Path("a.py"), text)
        _, unused = suppress(source, found(source), ALL)
        text = apply_fixes(source, [finding.fix for finding in unused if finding.fix]).text
    assert text == after


def test_an_unused_suppression_is_reported_where_it_stands() -> None:
    source = program("y = 1  # type: ignore # noqa: E501, JSL101\n")
    _, (finding,) = suppress(source, [], ALL)
    assert (finding.code, finding.name) == ("JSL901", "unused-suppression")
    assert finding.message == "Unused suppression: no `JSL101` here"
    assert source.segment(finding.span) == "# noqa: E501, JSL101"
    assert finding.fix is not None
    assert finding.fix.safe


@pytest.mark.parametrize(
    "text",
    [
        "y = 1  # noqa\n",
        "y = 1  # noqa: E501, F401\n",
        "y = 1  # noqa: JSL101, JSL901\n",
        "y = x[i:j]  # noqa: JSL101\n",
        "y = x[i:j]  # noqa: JSL101\nz = 1  # noqa\n",
        "y = x[i:j]  # jaxslice: ignore\n",
        "# jaxslice: file-ignore[JSL101]\ny = x[i:j]\n",
    ],
)
def test_no_word_is_said_about_other_peoples_comments_and_used_ones(text: str) -> None:
    source = program(text)
    assert suppress(source, found(source), ALL) == ([], [])


def test_a_suppression_of_a_rule_that_does_not_run_is_not_called_unused() -> None:
    source = program("y = 1  # noqa: JSL101\n")
    assert suppress(source, [], ("JSL102", "JSL901")) == ([], [])


@pytest.mark.parametrize("kind", ["ignore", "file-ignore"])
def test_a_blanket_suppression_is_called_unused_only_if_every_rule_runs(kind: str) -> None:
    source = program(f"y = 1  # jaxslice: {kind}\n")
    assert suppress(source, [], ("JSL102", "JSL901")) == ([], [])
    assert len(suppress(source, [], ALL)[1]) == 1


def test_unused_suppressions_are_not_reported_if_their_rule_is_off() -> None:
    source = program("y = 1  # noqa: JSL101\n")
    assert suppress(source, [], ("JSL101",)) == ([], [])


@pytest.mark.parametrize("comment", ["    # noqa: JSL101\n", "# noqa: JSL101 because\n"])
def test_a_comment_is_removed_above_a_line_that_is_long(comment: str) -> None:
    text = f"import jax\n{comment}# {'long ' * 40}\n"
    [unused] = findings_of(Source(Path("program.py"), text))
    assert unused.fix is not None
    after = apply_fixes(Source(Path("program.py"), text), [unused.fix])
    assert not after.problem
    assert "JSL101" not in after.text
    assert "# long long" in after.text


@pytest.mark.parametrize("head", ["", "@jax.jit\n", "@partial(\n    jax.jit,\n)\n"])
@pytest.mark.parametrize("space", ["", "  "])
def test_a_comment_is_cut_behind_a_line_that_is_broken_for_it(head: str, space: str) -> None:
    parts = ", ".join(f"x[:{10**9 + number}]" for number in range(6))
    function = f"{head}def rows(x):\n    return {parts}{space}# noqa: E501, JSL101, JSL102\n"
    text = f"def make():\n{indent(function, '    ')}    return rows\n"
    [unused] = findings_of(Source(Path("program.py"), text))
    assert unused.fix is not None
    after = apply_fixes(Source(Path("program.py"), text), [unused.fix])
    assert not after.problem
    assert "JSL101" not in after.text
    assert ast.dump(ast.parse(after.text)) == ast.dump(ast.parse(text))
