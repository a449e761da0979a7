"""Lines of new code are broken where ruff (and black) would break them, and nothing else changes."""

import ast
import io
import subprocess
import sys
import tokenize
from pathlib import Path
from types import FrameType

import pytest
from hypothesis import given
from hypothesis import strategies as st
from site_builder import fixed, site, window

from jaxslice_lint.rewrite import apply_fixes
from jaxslice_lint.rewrite.text.layout import Lines
from jaxslice_lint.rules import RULES
from jaxslice_lint.rules.engine import check
from jaxslice_lint.run import run_text
from jaxslice_lint.settings import Settings
from jaxslice_lint.source.line_length import project_line_length
from jaxslice_lint.source.text import Source

LAX = "from jax import lax\n"

#: Expressions that rewrites write, around arguments of all kinds; formatted, but for their lines.
EXPRESSIONS = (
    "lax.dynamic_slice_in_dim(x, i, 3)",
    "lax.dynamic_slice_in_dim(lax.dynamic_slice_in_dim(image, row, 8), column, 8, axis=1)[:, :, 0]",
    "lax.dynamic_update_slice_in_dim(cache, lax.dynamic_slice_in_dim(cache, step, 1, axis=1)"
    ".at[:].set(row), step, axis=1)",
    "lax.dynamic_update_slice(canvas, lax.dynamic_slice(canvas, jnp.array([row, col, *[0] * "
    "(canvas.ndim - 2)], dtype=int), (2, 2, *canvas.shape[2:])).at[:].add(patch, mode='drop'), "
    "jnp.array([row, col, *[0] * (canvas.ndim - 2)], dtype=int))",
    "lax.dynamic_update_slice_in_dim(x, 2 * lax.dynamic_slice_in_dim(x, i, 3).mean(axis=0) + "
    "token[None] * 3 - offset, i, axis=0)",
    "jnp.sum(x, where=(jnp.arange(x.shape[0]) >= first) & (jnp.arange(x.shape[0]) < last))",
    "jnp.where(jnp.arange(x.shape[0]) < number + (jnp.arange(x.shape[0]) >= first), x.at[:].set(1), x)",
    "f(x, [table[name] < number + other for name in names if name not in hidden])",
    "f(x, {name: value for name, value in pairs.items()}, **options)",
    "f(x, first_choice if is_the_first_one else second_choice, *others)",
    "f(lambda a, b: a, x.reshape(rows, columns, channels).sum(axis=0), not a and b or -c)",
    "f(x[rows, columns, ...], x[start:stop:step], (only,), x.y.z)",
    "f(a is not b, a not in names, a @ b**-c, a // b % c, await g(x, y))",
    "f(x.first(a, b).second(c, d).third[e].fourth, {1, 2}, {})",
)


def ruff(text: str, limit: int) -> str:
    command = [sys.executable, "-m", "ruff", "format", "--isolated", "--line-length", str(limit)]
    options = ["--config", "format.quote-style='preserve'", "-"]
    return subprocess.run(
        [*command, *options], input=text, capture_output=True, text=True, check=True
    ).stdout


@pytest.mark.parametrize("limit", [100, 88, 79, 66, 50, 40, 30])
def test_lines_end_where_ruff_ends_them(limit: int) -> None:
    lines = Lines(limit, "    ")
    statements = [f"    y = {lines.broken(one, '    y = ', '    ', '')}\n" for one in EXPRESSIONS]
    flat = [f"    y = {one}\n" for one in EXPRESSIONS]
    head = "async def f():\n"
    assert head + "".join(statements) == ruff(head + "".join(flat), limit)


#: Lines with rewrites in them; formatted, but for their ends.
STATEMENTS = (
    "return jax.nn.relu(lax.dynamic_slice_in_dim(embedding, offset, 3)).sum()",
    "return state, lax.dynamic_slice_in_dim(embedding, offset, 3)",
    "return scale * lax.dynamic_slice_in_dim(embedding, offset, 3)",
    "return lax.dynamic_slice_in_dim(embedding, offset, 3) * scale",
    "return lax.dynamic_slice_in_dim(x, i, 3) * lax.dynamic_slice_in_dim(y, i, 3) * 2",
    "return scale if flag else lax.dynamic_slice_in_dim(embedding, offset, 3)",
    "total += jnp.sum(lax.dynamic_slice_in_dim(embedding, offset, 3)) / norm",
    "y = jax.jit(lambda x, i: lax.dynamic_slice_in_dim(x, i, 2).sum())(x, i)",
    "y = a = jax.vmap(lambda g, s: lax.dynamic_slice_in_dim(g, s, 2), (None, 0))",
    "window: jax.Array = jnp.tanh(lax.dynamic_slice_in_dim(observations, t, 2)).mean()",
    "table[name] = x.sum(where=jnp.arange(n) < i) / jnp.sqrt(y).sum(where=jnp.arange(n) < i)",
    "x = lax.dynamic_update_slice_in_dim(x, v, i, axis=0).at[0].set(1.0)",
    "first, second = jnp.array([x.mean(where=mask), jnp.max(x, where=mask, initial=-jnp.inf)])",
    "lax.dynamic_slice_in_dim(embedding, offset, 3).block_until_ready()",
    "weights = jax.nn.softmax(scores, axis=-1) @ jnp.where(jnp.arange(n) < k, v, 0)",
)


@pytest.mark.parametrize("limit", [100, 88, 79, 66, 50])
def test_statements_end_where_ruff_ends_them(limit: int) -> None:
    lines = Lines(limit, "    ")
    broken = [lines.broken_line(one, "    ", "", in_brackets=False) for one in STATEMENTS]
    head = "def f():\n"
    text = head + "".join(f"    {one}\n" for one in broken)
    assert text == ruff(head + "".join(f"    {one}\n" for one in STATEMENTS), limit)


@pytest.mark.parametrize(
    "code",
    ["f(x[i:i + 3],", "), y[i:i + 3])", "a = x[i:i + 3]; b = 2", '"""a\nb""" + x[i:i + 3]'],
)
def test_a_line_that_does_not_stand_alone_is_not_laid_out(code: str) -> None:
    assert Lines(10, "    ").broken_line(code, "", "", in_brackets=False) is None


def spelling(text: str) -> list[str]:
    """The tokens of a text, without the commas that end a list."""
    skipped = (tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT)
    tokens = list(tokenize.generate_tokens(io.StringIO(text).readline))
    texts = [one.string for one in tokens if one.type not in skipped]
    return [
        one
        for one, after in zip(texts, [*texts[1:], ""], strict=True)
        if not (one == "," and after in (")", "]", "}"))
    ]


@given(st.lists(st.sampled_from(EXPRESSIONS[:-2]), min_size=1, max_size=3), st.integers(10, 120))
def test_a_broken_expression_is_the_same_expression(parts: list[str], limit: int) -> None:
    code = f"g({', '.join(parts)})"
    broken = Lines(limit, "\t").broken(code, "", "", "")
    assert ast.dump(ast.parse(broken)) == ast.dump(ast.parse(code))
    assert spelling(broken) == spelling(code)
    assert Lines(limit, "\t").broken(broken, "", "", "") == broken


def test_comments_stay_with_their_arguments() -> None:
    text = LAX + "y = x.at[i:i + 3].set(\n    v,  # new\n    mode='drop'  # as ever\n)\n"
    assert fixed(text, "x.at[i:i + 3]") == LAX + (
        "y = lax.dynamic_update_slice_in_dim(\n"
        "    x,\n"
        "    lax.dynamic_slice_in_dim(x, i, 3)\n"
        "    .at[:]\n"
        "    .set(\n"
        "        v,  # new\n"
        "        mode='drop',  # as ever\n"
        "    ),\n"
        "    i,\n"
        "    axis=0,\n"
        ")\n"
    )


@pytest.mark.parametrize(
    "argument", ["'''a\n  b'''", "(\n    # alone\n    v\n)", "(a  # one\n   . b)"]
)
def test_what_needs_its_lines_stays_as_it_is(argument: str) -> None:
    code = f"f({argument}, {'x' * 80})"
    broken = Lines(40, "    ").broken(code, "", "", "")
    assert ast.dump(ast.parse(broken)) == ast.dump(ast.parse(code))


LONG = "a_very_long_name_of_an_array_that_fills_a_line"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            f"    return {LONG}[i:i + 3].sum()\n",
            f"    return lax.dynamic_slice_in_dim(\n        {LONG}, i, 3\n    ).sum()\n",
        ),
        (
            f"\treturn {LONG}[i:i + 3].sum()\n",
            f"\treturn lax.dynamic_slice_in_dim(\n\t\t{LONG}, i, 3\n\t).sum()\n",
        ),
        (
            f"  return {LONG}[i:i + 3].sum()\r\n",
            f"  return lax.dynamic_slice_in_dim(\r\n    {LONG}, i, 3\r\n  ).sum()\r\n",
        ),
        (
            f"    return (\n        {LONG}[i:i + 3].sum() + 1\n    )\n",
            "    return (\n        lax.dynamic_slice_in_dim(\n"
            f"            {LONG}, i, 3\n        ).sum()\n        + 1\n    )\n",
        ),
        (
            f"    return f(lambda i: {LONG}[i:i + 3])\n",
            "    return f(\n        lambda i: lax.dynamic_slice_in_dim(\n"
            f"            {LONG}, i, 3\n        )\n    )\n",
        ),
    ],
)
def test_a_line_that_would_become_too_long_is_broken(before: str, after: str) -> None:
    end = "\r\n" if "\r" in before else "\n"
    head = f"from jax import lax{end}def f(x, i):{end}"
    assert fixed(head + before, f"{LONG}[i:i + 3]") == head + after


def test_a_line_that_was_too_long_may_stay_so() -> None:
    text = f"{LAX}y = x[i:i + 3]  # {'why ' * 20}\n"
    assert "\ny = lax.dynamic_slice_in_dim(\n    x, i, 3\n)  # why" in fixed(text, "x[i:i + 3]")
    subscript = f"{LONG}[{' ' * 40}i:i + 3]"
    call = f"lax.dynamic_slice_in_dim({LONG}, i, 3)"
    assert fixed(f"{LAX}chosen_y = {subscript}\n", subscript) == f"{LAX}chosen_y = {call}\n"


def test_comments_for_tools_are_not_measured() -> None:
    text = f"{LAX}y = x[i:i + 3]  # noqa: E501 {'why ' * 20}\n"
    assert "\ny = lax.dynamic_slice_in_dim(x, i, 3)  # noqa" in fixed(text, "x[i:i + 3]")


def test_rewrites_on_one_line_are_measured_together() -> None:
    text = f"{LAX}y = first_signal[i:i + 3] * second_signal[i:i + 3]\n"
    file = Source(Path("program.py"), text)
    elements = (window("i:i + 3", "i", "3"),)
    sites = [site(file, f"{name}_signal[i:i + 3]", *elements) for name in ("first", "second")]
    fixes = [finding.fix for finding in check(file, sites, "lax") if finding.fix]
    assert apply_fixes(file, fixes).text == LAX + (
        "y = lax.dynamic_slice_in_dim(first_signal, i, 3) * lax.dynamic_slice_in_dim(\n"
        "    second_signal, i, 3\n)\n"
    )


@pytest.mark.parametrize(
    "result",
    [
        "x[:n] @ y[:n]",
        "x.at[i:i + 2].set(0.0, mode='drop'), x.at[i:i + 2].set(1.0, unique_indices=True)",
        "x[i:i + 2].sum(), x.at[i:i + 3].add(y[i:i + 3]), jnp.tanh(y[i:i + 4]).sum(axis=0)",
        "first(x[:n].sum(), y[:n].mean()) + first(x[i:i + 2], x[i:i + 2])",
    ],
)
def test_several_rewrites_of_a_statement_end_where_ruff_ends_them(result: str) -> None:
    text = (
        "import jax\nimport jax.numpy as jnp\nfrom jax import lax\n\n\n"
        f"@jax.jit\ndef f(x, y, i, n):\n    return {result}\n"
    )
    settings = Settings(frozenset(rule.code for rule in RULES))
    [file] = run_text(text.encode(), Path("/nowhere/program.py"), settings, fix=True).files
    assert file.source.text == ruff(file.source.text, 88)


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("[tool.ruff]\nline-length = 100\n[tool.black]\nline-length = 79\n", 100),
        ("[tool.black]\nline-length = 79\n", 79),
        ("[tool.ruff.lint]\nselect = []\n", 120),
        ("[tool.ruff]\nline-length = 'long'\n", 120),
        ("[tool.ruff\nline-length = 100\n", 120),
        (None, 120),
    ],
)
def test_the_formatter_of_the_project_says_how_long_lines_are(
    tmp_path: Path, text: str | None, length: int
) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.ruff]\nline-length = 120\n")
    (tmp_path / "package").mkdir()
    if text is not None:
        (tmp_path / "package" / "pyproject.toml").write_text(text)
    assert project_line_length(tmp_path / "package" / "module.py") == length


def test_a_project_without_a_formatter_has_lines_of_88() -> None:
    assert project_line_length(Path("/nowhere/module.py")) == 88


def test_a_line_length_of_our_own_comes_before_that_of_the_formatter(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.ruff]\nline-length = 120\n")
    text = "import jax\nfrom jax import lax\n\n\n@jax.jit\ndef f(x, i):\n    return x[i:i + 3]\n"
    settings = Settings(frozenset(rule.code for rule in RULES), line_length=40)
    outcome = run_text(text.encode(), tmp_path / "program.py", settings, fix=True)
    assert outcome.files[0].source.text.endswith(
        "    return lax.dynamic_slice_in_dim(\n        x, i, 3\n    )\n"
    )


def _calls(depth: int) -> int:
    """How many functions are called to break an expression in brackets that are nested so deeply."""
    count = 0

    def counted(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal count
        count += event == "call"

    code = "(" * depth + "first + second" + ")" * depth
    sys.setprofile(counted)
    try:
        Lines(40, "    ").broken(code, "x = ", "", "")
    finally:
        sys.setprofile(None)
    return count


def test_brackets_in_brackets_are_looked_at_once_for_each() -> None:
    assert _calls(80) < 5 * _calls(40)


def test_a_tuple_of_one_item_that_is_returned_asks_for_no_lines() -> None:
    code = "return (window(x, i),)"
    assert Lines(88, "    ").broken_line(code, "    ", "", in_brackets=False) == code
