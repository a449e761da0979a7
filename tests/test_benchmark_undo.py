"""The inverse codemod of the benchmark on real code: calls become the slices that people write first."""

import ast
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "benchmarks" / "real_code"))

from undo import undo

IMPORTS = "import jax\nfrom jax import lax\n"


def undone(expression: str) -> str:
    """The expression after the codemod."""
    return undo(f"{IMPORTS}{expression}\n").text.removeprefix(IMPORTS).rstrip("\n")


@pytest.mark.parametrize(
    "expression",
    [
        "lax.dynamic_slice(x, (0, 1), (2, k))",
        "lax.dynamic_slice(x, starts, (2, 3))",
        "lax.dynamic_slice(x, (i, *rest), (2, 3))",
        "lax.dynamic_slice_in_dim(x, i, k, axis)",
        "lax.dynamic_slice(*arguments)",
        "other.dynamic_slice(x, (i,), (2,))",
    ],
)
def test_what_cannot_be_read_off_or_is_literal_stays(expression: str) -> None:
    assert undone(expression) == expression


@pytest.mark.parametrize(
    ("call", "slice_"),
    [
        ("lax.dynamic_slice(x, (i,), (k,))", "x[i:i + k]"),
        ("jax.lax.dynamic_slice(x, [i, 0], [4, x.shape[1]])", "x[i:i + 4, :]"),
        ("lax.dynamic_slice(x, (i, 0, 2), (k, n, 3))", "x[i:i + k, :n, 2:5]"),
        ("lax.dynamic_slice(x, (i,) + (0,) * (x.ndim - 1), (k,) + x.shape[1:])", "x[i:i + k]"),
        (
            "lax.dynamic_slice(operand=a + b, start_indices=(i,), slice_sizes=(k,))",
            "(a + b)[i:i + k]",
        ),
        ("lax.dynamic_slice_in_dim(x, i, k)", "x[i:i + k]"),
        (
            "lax.dynamic_slice_in_dim(x, i if c else j, a - b, axis=1)",
            "x[:, (i if c else j):(i if c else j) + (a - b)]",
        ),
        ("lax.dynamic_slice_in_dim(x, i, k, axis=-2)", "x[..., i:i + k, :]"),
    ],
)
def test_reads(call: str, slice_: str) -> None:
    assert undone(call) == slice_


@pytest.mark.parametrize(
    ("call", "update"),
    [
        ("lax.dynamic_update_slice(x, u, (i, 0))", "x.at[i:i + u.shape[0], :u.shape[1]].set(u)"),
        (
            "lax.dynamic_update_slice(x, u[None], (i, 0))",
            "x.at[i:i + 1, :u[None].shape[1]].set(u[None])",
        ),
        (
            "lax.dynamic_update_slice_in_dim(x, u + v, i, 1)",
            "x.at[:, i:i + (u + v).shape[1]].set(u + v)",
        ),
        (
            "lax.dynamic_update_slice(x, u.reshape(1, n), (i, j))",
            "x.at[i:i + 1, j:j + n].set(u.reshape(1, n))",
        ),
    ],
)
def test_updates(call: str, update: str) -> None:
    assert undone(call) == update


def test_sites_are_places_of_the_undone_text() -> None:
    text = (
        f"{IMPORTS}"
        "def é(x, i):\n"
        "    ü = lax.dynamic_slice_in_dim(x, i, 2); return lax.dynamic_slice_in_dim(\n"
        "        lax.dynamic_slice(ü, ((i & 1), 0), (4, 4)), i, 2, axis=1)\n"
    )
    result = undo(text)
    lines = result.text.splitlines()
    subscripts = {
        (node.end_lineno, ast.unparse(node))
        for node in ast.walk(ast.parse(result.text))
        if isinstance(node, ast.Subscript)
    }
    assert len(result.sites) == len(subscripts) == 3
    for site in result.sites:
        code = lines[site.start.line - 1][site.start.column - 1 : site.end.column - 1]
        assert (site.end.line, ast.unparse(ast.parse(code))) in subscripts
        assert all(lines[b.line - 1][b.column - 1 :].startswith("i") for b in site.bounds)
        assert site.function == "é"
