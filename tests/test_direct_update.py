"""A new value that is sure to fill its window is written without reading the window first."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from site_builder import WHOLE, fixed, static, window

from jaxslice_lint.facts.site import Element, Operand, OperandKind

FILE = "from jax import lax\ndef f(x, i, j, v):\n    return {}\n"
READ = "lax.dynamic_slice_in_dim(x, j, 2)"
ROWS = window("i:i + 2", "i", "2")
COLUMNS = window("i:i + 2", "i", "2")
FLOATS = Operand(OperandKind.ARRAY, dtype="float32")


def written(value: str, *, operand: Operand = FLOATS) -> str:
    program = fixed(
        FILE.format(f"x.at[i:i + 2].set({value})"), "x.at[i:i + 2]", ROWS, operand=operand
    )
    return " ".join(program.split()).replace("( ", "(").replace(" )", ")").replace(",)", ")")


@pytest.mark.parametrize(
    "value", [READ, f"-{READ}", f"2 * {READ}", f"({READ} + {READ}) / 2.5", f"1 - {READ} * {READ}"]
)
@pytest.mark.parametrize("i", [0, 3, -6])
def test_windows_of_the_same_array_are_written_directly(value: str, i: int) -> None:
    program = written(value)
    assert f"dynamic_update_slice_in_dim(x, {value}, i, axis=0)" in program
    scopes: list[dict[str, object]] = [{}, {}]
    text = FILE.format(f"x.at[i:i + 2].set({value})")
    for source, scope in zip(
        (text, fixed(text, "x.at[i:i + 2]", ROWS, operand=FLOATS)), scopes, strict=True
    ):
        exec(source, scope)
    x = jnp.arange(12, dtype="float32").reshape(6, 2) + 1
    got = jax.jit(scopes[1]["f"])(x, i, 1, 0)  # type: ignore[arg-type]
    np.testing.assert_array_equal(got, scopes[0]["f"](x, i, 1, 0))  # type: ignore[operator]


@pytest.mark.parametrize(
    "value",
    [
        "v",
        "0",
        "lax.dynamic_slice_in_dim(x, j, 1)",
        "lax.dynamic_slice_in_dim(v, j, 2)",
        "lax.dynamic_slice_in_dim(x, j, 2, axis=1)",
        "lax.dynamic_slice_in_dim(x, j, k)",
        f"{READ}[0]",
        f"{READ}[:1]",
        f"{READ}.mean(axis=0)",
        f"{READ} + v",
        f"{READ} > {READ}",
        f"{READ} * 2j",
        f"{READ} ** 2",
        f'{READ}, mode="drop"',
    ],
)
def test_all_others_are_broadcast_and_cast_as_before(value: str) -> None:
    assert ".at[:].set(" in written(value).replace(" .", ".")


@pytest.mark.parametrize("dtype", [None, "int32", "bool"])
def test_a_number_may_change_a_dtype_that_is_not_floating(dtype: str | None) -> None:
    operand = Operand(OperandKind.ARRAY, dtype=dtype)
    assert ".at[:].set(" in written(f"2 * {READ}", operand=operand).replace(" .", ".")
    assert ".at[:].set(" in written(f"{READ} / {READ}", operand=operand).replace(" .", ".")
    assert ".at[:].set(" not in written(f"{READ} + {READ}", operand=operand)


@pytest.mark.parametrize(
    ("index", "elements"),
    [
        ("i:i + 2, 1:", (ROWS, static("1:"))),
        ("i:i + 4:2", (window("i:i + 4:2", "i", "2", 2),)),
    ],
)
def test_a_part_of_the_window_is_updated_in_the_window(
    index: str, elements: tuple[Element, ...]
) -> None:
    program = fixed(FILE.format(f"x.at[{index}].set({READ})"), f"x.at[{index}]", *elements)
    assert ".set(" in program


def test_the_axis_counts() -> None:
    read = "lax.dynamic_slice_in_dim(x, j, 2, axis=1)"
    program = fixed(
        FILE.format(f"x.at[:, i:i + 2].set({read})"), "x.at[:, i:i + 2]", WHOLE, COLUMNS
    )
    assert ".set(" not in program
