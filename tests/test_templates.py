"""Every template against NumPy and JAX's own static indexing: the rewritten program runs under
`jax.jit`."""

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from index_cases import Case, Starts, array_of, cases, start_dtypes
from programs import EFFORT
from site_builder import needs_jax_ds

from jaxslice_lint.facts.site import NewValue, Operand, OperandKind

settings.register_profile(
    "templates",
    deadline=None,
    max_examples=60 * EFFORT,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("templates")

START_DTYPES = start_dtypes()
DEFAULT: Starts = {"i": ("int32", "int"), "j": ("int32", "int")}


def values(shape: tuple[int, ...], dtype: str) -> np.ndarray:
    """Different numbers, so that no window looks like another one."""
    count = int(np.prod(shape))
    numbers = np.arange(1, count + 1) % 120
    if dtype == "bool":
        return (numbers % 3 == 0).reshape(shape)
    if dtype == "complex64":
        return (numbers - 1j * numbers).astype(dtype).reshape(shape)
    return numbers.astype(dtype).reshape(shape)


def assert_same(actual: object, expected: object) -> None:
    actual, expected = np.asarray(actual), np.asarray(expected)
    assert actual.dtype == expected.dtype
    assert actual.shape == expected.shape
    np.testing.assert_allclose(actual, expected, rtol=1e-6)


def check_read(case: Case, operand: Operand, style: str, dtype: str, start_dtypes: Starts) -> None:
    x = values(case.shape, dtype)
    case = case.told(start_dtypes)
    expression = f"x[{case.index}]"
    program = case.rewritten(expression, expression, operand, style)
    actual = case.run(program, jnp.asarray(x), None, start_dtypes)
    assert_same(actual, case.evaluate(expression, x))


DTYPES = st.sampled_from(["float32", "int32", "int8", "uint8", "bool", "complex64"])


@given(cases(windows=(1, 1)), DTYPES, START_DTYPES)
def test_r1_reads_what_numpy_reads(case: Case, dtype: str, start_dtypes: Starts) -> None:
    check_read(case, array_of(case, rank_known=False), "lax", dtype, start_dtypes)


@given(cases(windows=(2, 2)), st.booleans(), START_DTYPES)
def test_r2_reads_what_numpy_reads(case: Case, rank_known: bool, start_dtypes: Starts) -> None:
    check_read(case, array_of(case, rank_known=rank_known), "lax", "float32", start_dtypes)


@needs_jax_ds
@given(cases(steps=(1,)), START_DTYPES)
def test_style_ds_reads_what_numpy_reads(case: Case, start_dtypes: Starts) -> None:
    check_read(case, array_of(case, rank_known=False), "ds", "float32", start_dtypes)


@given(cases(windows=(1, 2)), st.booleans())
def test_a_numpy_operand_reads_what_numpy_reads(case: Case, rank_known: bool) -> None:
    ndim = len(case.shape) if rank_known else None
    operand = Operand(OperandKind.NUMPY, ndim, shown_ndim=ndim)
    check_read(case, operand, "lax", "float32", DEFAULT)


#: The updates of each dtype that U1 and U2 can express, and those that need a float.
ARITHMETIC = ("set", "add", "subtract", "multiply", "mul", "min", "max")
OPERATIONS = {
    "float32": (*ARITHMETIC, "divide", "power", "apply"),
    "int32": (*ARITHMETIC, "apply"),
    "uint8": ARITHMETIC,
    "bool": ("set", "min", "max"),
    "complex64": ("set", "add", "subtract", "multiply"),
}


@st.composite
def updates(draw: st.DrawFn, **kinds: object) -> tuple[Case, str, str, str, tuple[int, ...]]:
    """A case, its dtype, the method, its arguments, and the shape of a new value `v` that
    broadcasts."""
    case = draw(cases(**kinds))
    dtype = draw(st.sampled_from(sorted(OPERATIONS)))
    method = draw(st.sampled_from(OPERATIONS[dtype]))
    shape = np.shape(case.evaluate(f"x[{case.index}]", values(case.shape, dtype)))
    shape = shape[draw(st.integers(0, len(shape))) :]
    shape = tuple(1 if draw(st.integers(0, 3)) == 0 else n for n in shape)
    if method in ("divide", "power"):
        arguments = draw(st.sampled_from(["2", "-3", "0.5"]))
    elif method == "apply":
        arguments = "lambda window: window * 2 - 1"
    else:
        arguments = draw(st.sampled_from(["v", "v", "v", "1", 'v, mode="drop"']))
    return case, dtype, method, arguments, shape


def check_update(
    update: tuple[Case, str, str, str, tuple[int, ...]],
    style: str,
    start_dtypes: Starts,
    *,
    rank_known: bool,
) -> None:
    case, dtype, method, arguments, shape = update
    case = case.told(start_dtypes)
    subscript = f"x.at[{case.index}]"
    expression = f"{subscript}.{method}({arguments})"
    x, v = jnp.asarray(values(case.shape, dtype)), jnp.asarray(values(shape, dtype))
    operand = array_of(case, rank_known=rank_known, dtype=dtype)
    program = case.rewritten(expression, subscript, operand, style)
    assert_same(case.run(program, x, v, start_dtypes), case.evaluate(expression, x, v))


@given(updates(windows=(1, 1)), START_DTYPES)
def test_u1_updates_as_at_does(update: tuple, start_dtypes: Starts) -> None:
    check_update(update, "lax", start_dtypes, rank_known=False)


@given(updates(windows=(1, 2)), START_DTYPES)
def test_u2_updates_as_at_does_where_the_rank_is_known(update: tuple, start_dtypes: Starts) -> None:
    check_update(update, "lax", start_dtypes, rank_known=True)


@given(updates(windows=(2, 2)), START_DTYPES)
def test_u2_updates_as_at_does_whatever_the_rank(update: tuple, start_dtypes: Starts) -> None:
    check_update(update, "lax", start_dtypes, rank_known=False)


def known_value(case: Case, x: jax.Array, v: jax.Array | int) -> NewValue:
    """What is known of a new value of which everything is known."""
    window = np.shape(case.evaluate(f"x[{case.index}]", np.asarray(x)))
    dtype = v.dtype if isinstance(v, jax.Array) else None
    return NewValue(
        np.ndim(v),
        fills=np.shape(v) == window,
        fits=np.broadcast_shapes(np.shape(v), window) == window,
        same_dtype=dtype == x.dtype,
        is_array=dtype is not None,
        keeps_dtype=jnp.result_type(x, v) == x.dtype,
    )


@given(
    st.one_of(updates(windows=(1, 2), steps=(1,), others=(":", ":", "0")), updates(windows=(1, 2))),
    START_DTYPES,
    st.sampled_from([None, "float32", "int32", "uint8"]),
    st.booleans(),
    st.booleans(),
)
def test_what_is_known_of_a_new_value_changes_no_result(
    update: tuple, start_dtypes: Starts, other: str | None, fills: bool, rank_known: bool
) -> None:
    case, dtype, method, arguments, shape = update
    case = case.told(start_dtypes)
    subscript = f"x.at[{case.index}]"
    x = jnp.asarray(values(case.shape, dtype))
    if fills:
        shape = np.shape(case.evaluate(f"x[{case.index}]", np.asarray(x)))
    # A dtype is converted to another one as `set` does it; an operator must not be given one that it would change.
    v = jnp.asarray(values(shape, other if other and method == "set" else dtype))
    expression = f"{subscript}.{method}({arguments})"
    known = NewValue() if method in ("apply", "power") else known_value(case, x, v)
    if arguments != "v":
        is_number = not arguments.startswith("v")
        known = NewValue(0, fits=True, keeps_dtype=dtype not in ("bool", "uint8"))
        known = known if is_number else NewValue()  # of what has options beside it nothing is known
    operand = array_of(case, rank_known=rank_known, dtype=dtype)
    program = case.rewritten(expression, subscript, operand, "lax", known)
    assert_same(case.run(program, x, v, start_dtypes), case.evaluate(expression, x, v))


@given(
    st.one_of(
        updates(windows=(1, 2), steps=(1,), others=(":", "1:", "0", "-1"), negative=False),
        updates(windows=(1, 2), steps=(1,), negative=False),
    ),
    START_DTYPES,
    st.integers(0, 7),
)
def test_index_arrays_update_as_at_does_beyond_the_end_too(
    update: tuple, start_dtypes: Starts, beyond: int
) -> None:
    case, dtype, method, arguments, shape = update
    case = case.told(start_dtypes)
    subscript = f"x.at[{case.index}]"
    expression = f"{subscript}.{method}({arguments})"
    x, v = jnp.asarray(values(case.shape, dtype)), jnp.asarray(values(shape, dtype))
    operand = array_of(case, rank_known=False, dtype=dtype)
    program = case.rewritten(expression, subscript, operand, "lax", is_cut=True)
    assert_same(case.run(program, x, v, start_dtypes), case.evaluate(expression, x, v))
    if "jnp.arange(" not in program:
        return
    case = replace(case, starts={name: one + beyond for name, one in case.starts.items()})
    try:
        expected = case.evaluate(expression, x, v)
    except (ValueError, TypeError):
        return  # the new value does not fit what is left of the slice
    assert_same(case.evaluate_program(program, x, v), expected)


@needs_jax_ds
@given(updates(steps=(1,), negative=False), START_DTYPES)
def test_style_ds_updates_as_at_does_from_nonnegative_starts(
    update: tuple, start_dtypes: Starts
) -> None:
    check_update(update, "ds", start_dtypes, rank_known=False)
