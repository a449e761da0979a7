"""The traps of rewriting slices that give wrong numbers without an error: one test each, of what
must not happen."""

from collections.abc import Callable

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from site_builder import (
    ARRAY,
    NEWAXIS,
    WHOLE,
    fixed,
    found,
    integer,
    mask,
    needs_jax_ds,
    static,
    window,
)

from jaxslice_lint.facts.site import Element, ElementKind, Operand, OperandKind
from jaxslice_lint.facts.status import Sign
from jaxslice_lint.rules import Finding

PROGRAM = """\
import jax
import jax.numpy as jnp
from jax import lax

def f(x, v, i, j):
    return {}
"""


def finding(
    expression: str,
    subscript: str,
    *elements: Element,
    operand: Operand = ARRAY,
    style: str = "lax",
) -> Finding:
    """The finding on `subscript` in a function that returns `expression`."""
    text = PROGRAM.format(expression)
    return found(text, subscript, *elements, operand=operand, style=style)


def rewritten(
    expression: str,
    subscript: str,
    *elements: Element,
    operand: Operand = ARRAY,
    style: str = "lax",
) -> Callable[..., object]:
    """The function that returns `expression`, rewritten."""
    text = PROGRAM.format(expression)
    scope: dict[str, Callable[..., object]] = {}
    exec(fixed(text, subscript, *elements, operand=operand, style=style), scope)
    return scope["f"]


def compiled(
    expression: str,
    subscript: str,
    *elements: Element,
    operand: Operand = ARRAY,
    style: str = "lax",
) -> Callable[..., object]:
    """The function that returns `expression`, rewritten and compiled by `jax.jit`."""
    return jax.jit(rewritten(expression, subscript, *elements, operand=operand, style=style))


def equal(actual: object, expected: object) -> None:
    np.testing.assert_array_equal(np.asarray(actual), np.asarray(expected))


@pytest.mark.parametrize("shape", [(), (1,), (4,), (1, 4), (3, 1), (1, 1)])
def test_a_new_value_is_broadcast_over_the_window(shape: tuple[int, ...]) -> None:
    x, v = jnp.zeros((6, 4)), jnp.arange(1.0, 1 + np.prod(shape)).reshape(shape)
    f = compiled("x.at[i:i + 3].set(v)", "x.at[i:i + 3]", window("i:i + 3", "i", "3"))
    equal(f(x, v, 2, 0), x.at[2:5].set(v))


def test_a_new_value_is_cast_to_the_dtype_of_the_array() -> None:
    x = jnp.arange(6)
    f = compiled("x.at[i:i + 3].set(v)", "x.at[i:i + 3]", window("i:i + 3", "i", "3"))
    actual = jnp.asarray(f(x, 2.75, 1, 0))
    assert actual.dtype == x.dtype
    equal(actual, [0, 2, 2, 2, 4, 5])


def test_a_step_reads_the_tight_span_so_that_the_last_window_is_not_moved() -> None:
    x = jnp.arange(7)
    element = window("i:i + 6:2", "i", "5", 2)
    f = compiled("x[i:i + 6:2]", "x[i:i + 6:2]", element)
    # The loose span 2:8 would be moved to 1:7, and read 1, 3, 5.
    equal(f(x, None, 2, 0), np.arange(7)[2:8:2])


def test_a_reversed_slice_starts_at_its_lowest_element() -> None:
    x = jnp.arange(8)
    f = compiled("x[i:i - 3:-1]", "x[i:i - 3:-1]", window("i:i - 3:-1", "i - 2", "3", -1))
    equal(f(x, None, 5, 0), np.arange(8)[5:2:-1])


def test_a_window_before_its_start_is_exact_from_its_own_size_on() -> None:
    x = jnp.arange(10)
    f = compiled("x[i - 3:i]", "x[i - 3:i]", window("i - 3:i", "i - 3", "3"))
    for i in range(3, 11):
        equal(f(x, None, i, 0), np.arange(10)[i - 3 : i])


def test_an_integer_that_may_be_out_of_range_is_not_taken_into_the_window() -> None:
    # JAX drops an update at column 9 of 4: taken into a window, it would be written to column 3.
    elements = window("i:i + 2", "i", "2"), integer("9", const=9)
    f = compiled(
        "x.at[i:i + 2, 9].set(7)",
        "x.at[i:i + 2, 9]",
        *elements,
        operand=Operand(OperandKind.ARRAY, 2, shown_ndim=2),
    )
    equal(f(jnp.zeros((5, 4)), None, 1, 0), np.zeros((5, 4)))
    elements = window("i:i + 2", "i", "2"), integer("2", const=2)
    f = compiled(
        "x.at[i:i + 2, 2].set(7)",
        "x.at[i:i + 2, 2]",
        *elements,
        operand=Operand(OperandKind.ARRAY, 2, shown_ndim=2),
    )
    equal(f(jnp.zeros((5, 4)), None, 1, 0), jnp.zeros((5, 4)).at[1:3, 2].set(7))


def test_a_traced_integer_is_not_taken_into_the_window() -> None:
    elements = window("i:i + 2", "i", "2"), window("i:i + 1", "i", "1"), integer("j")
    f = compiled(
        "x.at[i:i + 2, i:i + 1, j].set(7)",
        "x.at[i:i + 2, i:i + 1, j]",
        *elements,
        operand=Operand(OperandKind.ARRAY, 3, shown_ndim=3),
    )
    equal(f(jnp.zeros((5, 4, 3)), None, 1, 8), np.zeros((5, 4, 3)))


def test_an_integer_after_an_element_of_unknown_rank_stays_as_it_is() -> None:
    elements = window("i:i + 2", "i", "2"), mask("v", None), integer("-1", const=-1)
    x, v = jnp.zeros((5, 3, 4)), np.array([True, False, True])
    operand = Operand(OperandKind.ARRAY, 3, shown_ndim=3)
    f = rewritten("x.at[i:i + 2, v, -1].set(7)", "x.at[i:i + 2, v, -1]", *elements, operand=operand)
    equal(jax.jit(lambda i: f(x, v, i, 0))(1), x.at[1:3, v, -1].set(7))


@pytest.mark.parametrize("style", ["lax", pytest.param("ds", marks=needs_jax_ds)])
def test_a_narrow_start_from_the_end_does_not_wrap_in_its_own_dtype(style: str) -> None:
    element = window("i:i + 3", "i", "3", narrow=True)
    f = compiled("x[i:i + 3]", "x[i:i + 3]", element, style=style)
    equal(f(jnp.arange(300), None, np.int8(-5), 0), [295, 296, 297])


def test_narrow_starts_of_several_axes_do_not_wrap_in_their_own_dtype() -> None:
    rows, columns = (
        window("i:i + 3", "i", "3", narrow=True),
        window("j:j + 1", "j", "1", narrow=True),
    )
    expression = "x.at[i:i + 3, j:j + 1].set(1)"
    f = compiled(expression, "x.at[i:i + 3, j:j + 1]", rows, columns)
    x = jnp.zeros((300, 200))
    equal(f(x, None, np.int8(-5), np.int8(-2)), x.at[295:298, 198:199].set(1))


def test_a_narrow_start_does_not_narrow_the_static_starts_beside_it() -> None:
    # In an array of uint8 starts, -1 would be 255.
    rows, last = window("i:i + 3", "i", "3", narrow=True), integer("-1", const=-1)
    f = compiled(
        "x.at[i:i + 3, -1].set(1)",
        "x.at[i:i + 3, -1]",
        rows,
        last,
        operand=Operand(OperandKind.ARRAY, 2, shown_ndim=2),
    )
    x = jnp.zeros((5, 300))
    equal(f(x, None, np.uint8(1), 0), x.at[1:4, -1].set(1))


def test_starts_of_different_dtypes_make_one_window() -> None:
    rows, columns = window("i:i + 3", "i", "3"), window("j:j + 1", "j", "1")
    f = compiled(
        "x[i:i + 3, j:j + 1]",
        "x[i:i + 3, j:j + 1]",
        rows,
        columns,
        operand=Operand(OperandKind.ARRAY, 2, shown_ndim=2),
    )
    x = jnp.arange(30).reshape(6, 5)
    equal(f(x, None, np.int16(2), np.uint8(3)), x[2:5, 3:4])


@needs_jax_ds
def test_an_update_is_one_with_jax_ds_only_where_it_is_not_dropped() -> None:
    element = window("i:i + 3", "i", "3")
    fix = finding("x.at[i:i + 3].set(v)", "x.at[i:i + 3]", element, style="ds").fix
    assert fix is not None
    assert fix.safe
    assert "jax.ds" not in fix.edits[0].content
    counted = window("i:i + 3", "i", "3", sign=Sign.NON_NEGATIVE)
    fix = finding("x.at[i:i + 3].set(v)", "x.at[i:i + 3]", counted, style="ds").fix
    assert fix is not None
    assert fix.safe
    f = compiled("x.at[i:i + 3].set(v)", "x.at[i:i + 3]", counted, style="ds")
    equal(f(jnp.zeros(9), 1.0, 5, 0), np.array([0] * 5 + [1] * 3 + [0.0]))
    equal(f(jnp.zeros(9), 1.0, -5, 0), np.zeros(9))
    both = (counted, window("j:j + 2", "j", "2"))
    fix = finding("x.at[i:i + 3, j:j + 2].set(v)", "x.at[i:i + 3, j:j + 2]", *both, style="ds").fix
    assert fix is not None
    assert "jax.ds" not in fix.edits[0].content


@needs_jax_ds
@pytest.mark.parametrize(
    ("index", "neighbour"),
    [
        ("::2", static("::2")),
        ("v", integer("v")),
        ("v", mask("v", 1)),
        ("1:", static("1:")),
        ("-1", integer("-1", const=-1)),
        ("None", NEWAXIS),
    ],
)
def test_a_read_in_style_ds_counts_from_the_end_whatever_stands_beside_it(
    index: str, neighbour: Element
) -> None:
    # JAX reads the first rows for `x[jax.ds(-4, 2), ::2]`, and for index arrays and masks.
    x = np.arange(60).reshape(5, 4, 3)
    picks, flags = np.array([0, 2]), np.array([True, False, True, False])
    v = flags if neighbour.kind is ElementKind.MASK else picks
    subscript = f"x[i:i + 2, {index}]"
    f = rewritten(subscript, subscript, window("i:i + 2", "i", "2"), neighbour, style="ds")
    expected = eval(subscript, {"x": x, "v": v, "i": -4})
    equal(jax.jit(lambda x, i: f(x, v, i, 0))(x, -4), expected)


def test_an_update_from_the_end_is_exact_with_lax() -> None:
    f = compiled("x.at[i:i + 3].set(v)", "x.at[i:i + 3]", window("i:i + 3", "i", "3"))
    equal(f(jnp.zeros(9), 1.0, -5, 0), jnp.zeros(9).at[-5:-2].set(1.0))


def test_a_mask_shifts_the_sliced_axis_by_its_rank() -> None:
    x = jnp.arange(4 * 4 * 4).reshape(4, 4, 4)
    v = np.eye(4, dtype=bool)
    f = rewritten("x[v, i:i + 2]", "x[v, i:i + 2]", mask("v", 2), window("i:i + 2", "i", "2"))
    equal(jax.jit(lambda i: f(x, v, i, 0))(1), x[v, 1:3])


@pytest.mark.parametrize(
    "elements", [(mask("v", None),), (Element(WHOLE.kind, ":"), mask("v", None))]
)
def test_there_is_no_fix_behind_a_mask_of_unknown_rank(elements: tuple[Element, ...]) -> None:
    index = ", ".join(["v"] if len(elements) == 1 else [":", "v"])
    subscript = f"x[{index}, i:i + 2]"
    found = finding(subscript, subscript, *elements, window("i:i + 2", "i", "2"))
    assert found.fix is None
    assert "`v`" in found.no_fix


def test_neighbouring_indices_stay_in_one_index_so_that_numpy_joins_them_the_same_way() -> None:
    # Separated index arrays put their axis first; taking the integer out first would bring it
    # elsewhere.
    x = jnp.arange(2 * 3 * 4 * 5).reshape(2, 3, 4, 5)
    elements = integer("0", const=0), window("i:i + 2", "i", "2"), integer("v")
    f = compiled("x[0, i:i + 2, v]", "x[0, i:i + 2, v]", *elements)
    equal(f(x, np.array([3, 1, 0]), 1, 0), np.asarray(x)[0, 1:3, [3, 1, 0]])


@pytest.mark.parametrize(
    ("method", "argument", "dtype"),
    [("divide", "2", "int32"), ("divide", "v", "float32"), ("power", "v", "float32")],
)
def test_there_is_no_fix_for_a_method_that_may_promote(
    method: str, argument: str, dtype: str
) -> None:
    expression = f"x.at[i:i + 2].{method}({argument})"
    found = finding(
        expression,
        "x.at[i:i + 2]",
        window("i:i + 2", "i", "2"),
        operand=Operand(OperandKind.ARRAY, dtype=dtype),
    )
    assert found.fix is None
    assert method in found.no_fix


@pytest.mark.parametrize("arguments", ['mode="fill"', 'mode="fill", fill_value=0'])
def test_there_is_no_fix_for_a_get_with_its_own_treatment_of_bounds(arguments: str) -> None:
    expression = f"x.at[i:i + 2].get({arguments})"
    assert finding(expression, "x.at[i:i + 2]", window("i:i + 2", "i", "2")).fix is None


def test_each_name_of_an_updating_method_is_one() -> None:
    f = compiled("x.at[i:i + 2].mul(v)", "x.at[i:i + 2]", window("i:i + 2", "i", "2"))
    equal(f(jnp.ones(4), 3.0, 1, 0), [1, 3, 3, 1])


def test_there_is_no_fix_that_would_evaluate_a_call_twice() -> None:
    expression = "jnp.cumsum(x).at[i:i + 2].set(v)"
    subscript = "jnp.cumsum(x).at[i:i + 2]"
    operand = Operand(OperandKind.ARRAY, repeatable=False)
    found = finding(expression, subscript, window("i:i + 2", "i", "2"), operand=operand)
    assert found.fix is None
    assert "twice" in found.no_fix


def test_a_call_that_is_sliced_along_two_axes_is_evaluated_once() -> None:
    operand = Operand(OperandKind.ARRAY, 3, shown_ndim=3, repeatable=False)
    elements = window("i:i + 2", "i", "2"), WHOLE, window("j:j + 2", "j", "2")
    fix = finding(
        "g(x)[i:i + 2, :, j:j + 2]", "g(x)[i:i + 2, :, j:j + 2]", *elements, operand=operand
    ).fix
    assert fix is not None
    assert fix.edits[0].content.count("g(x)") == 1


def test_a_start_that_the_new_value_may_change_is_read_before_it() -> None:
    class Ring:
        def __init__(self) -> None:
            self.position = jnp.asarray(1)

        def push(self) -> float:
            self.position = jnp.asarray(5)
            return 9.0

    element = window("v.position:v.position + 2", "v.position", "2")
    subscript = "x.at[v.position:v.position + 2]"
    f = rewritten(f"{subscript}.set(v.push())", subscript, element)
    equal(f(jnp.zeros(8), Ring(), 0, 0), [0, 9, 9, 0, 0, 0, 0, 0])
    subscript = "x.at[v[0]:v[0] + 2]"
    f = rewritten(f"{subscript}.set(v.pop(0))", subscript, window("v[0]:v[0] + 2", "v[0]", "2"))
    equal(f(jnp.zeros(5), [1, 3], 0, 0), [0, 1, 1, 0, 0])


def test_a_start_that_the_new_value_cannot_change_stays_in_its_place() -> None:
    found = finding("x.at[i:i + 2].set(v.T())", "x.at[i:i + 2]", window("i:i + 2", "i", "2"))
    assert found.fix is not None
    assert found.fix.edits[0].content.rstrip("\n )").endswith(", i, axis=0")


@pytest.mark.parametrize("rows", [(0, 1), [0, 1], 1])
def test_an_index_that_may_be_a_sequence_stays_beside_a_whole_axis(rows: object) -> None:
    index = "x[j, :, i:i + 2]"
    f = rewritten(index, index, integer("j"), WHOLE, window("i:i + 2", "i", "2"))
    x = jnp.arange(60).reshape(3, 4, 5)
    equal(f(x, None, 1, rows), x[rows, :, 1:3])
