"""A slice of one element that is taken out at once becomes an index."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from site_builder import WHOLE, fixed, integer, window

from jaxslice_lint.facts.site import Element, Operand, OperandKind

FILE = "import jax.numpy as jnp\nfrom jax import lax\nf = lambda x, i: {}\n"
ONE = window("i:i + 1", "i", "1")


@pytest.mark.parametrize(
    ("before", "elements", "after"),
    [
        ("x[i:i + 1][0]", (ONE,), "x[i]"),
        ("x[i:i + 1][-1] * 2", (ONE,), "x[i] * 2"),
        ("x[:, i:i + 1][:, 0]", (WHOLE, ONE), "x[:, i]"),
        ("x[:, i:i + 1, :][:, 0]", (WHOLE, ONE, WHOLE), "x[:, i]"),
        ("x[:, i:i + 1].squeeze(1)", (WHOLE, ONE), "x[:, i]"),
        ("x[i:i + 1].squeeze(axis=0)", (ONE,), "x[i]"),
        ("jnp.squeeze(x[i:i + 1], axis=0)", (ONE,), "x[i]"),
        ("jnp.squeeze(x[:, i:i + 1], 1)", (WHOLE, ONE), "x[:, i]"),
        ("x[2 * i:2 * i + 1][0]", (window("2 * i:2 * i + 1", "2 * i", "1"),), "x[2 * i]"),
    ],
)
def test_an_index_takes_the_element(before: str, elements: tuple[Element, ...], after: str) -> None:
    subscript = before[before.index("x[") : before.index("]") + 1]
    program = fixed(FILE.format(before), subscript, *elements)
    assert program == FILE.format(after)
    scopes: list[dict[str, object]] = [{}, {}]
    exec(FILE.format(before), scopes[0])
    exec(program, scopes[1])
    x = np.arange(30).reshape(3, 5, 2)
    for i in (0, 1, -2, -3):
        i = 0 if "2 * i" in before and i == -2 else i
        if "2 * i" in before and i == -3:
            continue
        got = jax.jit(scopes[1]["f"])(jnp.asarray(x), i)  # type: ignore[arg-type]
        np.testing.assert_array_equal(got, scopes[0]["f"](jnp.asarray(x), i))  # type: ignore[operator]


@pytest.mark.parametrize(
    ("text", "elements"),
    [
        ("x[i:i + 1][1]", (ONE,)),
        ("x[i:i + 1][0:1]", (ONE,)),
        ("x[i:i + 1][:, 0]", (ONE,)),
        ("x[i:i + 1].squeeze()", (ONE,)),
        ("x[:, i:i + 1].squeeze(0)", (WHOLE, ONE)),
        ("x[:, i:i + 1].squeeze(-1)", (WHOLE, ONE)),
        ("np.squeeze(x[i:i + 1], 0)", (ONE,)),
        ("x[0, i:i + 1][0]", (integer("0", 0), ONE)),
        ("x[i:i + 2][0]", (window("i:i + 2", "i", "2"),)),
    ],
)
def test_what_takes_anything_else_stays(text: str, elements: tuple[Element, ...]) -> None:
    subscript = text[text.index("x[") : text.index("]") + 1]
    assert "dynamic_slice_in_dim(x, i" in fixed(FILE.format(text), subscript, *elements)


def test_a_narrow_start_is_widened_and_stays_that_of_a_slice() -> None:
    narrow = window("i:i + 1", "i", "1", narrow=True)
    program = fixed(FILE.format("x[i:i + 1][0]"), "x[i:i + 1]", narrow)
    assert "dynamic_slice_in_dim(x, jnp.asarray(i, dtype=int), 1)[0]" in program


def test_a_store_to_the_element_of_a_slice_is_none() -> None:
    text = "from jax import lax\nx[i:i + 1][0] = v\n"
    assert "dynamic_slice_in_dim(x, i, 1)[0] = v" in fixed(text, "x[i:i + 1]", ONE)


@pytest.mark.parametrize("kind", [OperandKind.NUMPY, OperandKind.UNKNOWN])
def test_what_may_be_a_numpy_array_is_indexed_by_lax(kind: OperandKind) -> None:
    program = fixed(
        FILE.format("x[:, i:i + 1][:, 0]"), "x[:, i:i + 1]", WHOLE, ONE, operand=Operand(kind)
    )
    assert program == FILE.format("lax.dynamic_index_in_dim(x, i, axis=1, keepdims=False)")
