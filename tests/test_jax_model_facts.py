"""Shape, dtype and sign of what a function returns: what the tool makes of its row is what the library computes."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from function_probes import (
    ROWS,
    arguments_of,
    as_of,
    callable_at,
    is_like_function,
    name_of,
    of_jax,
    paths_where,
)

from jaxslice_lint.facts.status import Sign, Status
from jaxslice_lint.jax_model.functions.schema import DtypeRule, Gives, ShapeRule, SignRule
from jaxslice_lint.jax_model.lookup import function
from jaxslice_lint.tracing.domain.arguments import Arguments
from jaxslice_lint.tracing.domain.data import UNKNOWN, Data, Kind, constant
from jaxslice_lint.tracing.domain.dtypes import promoted
from jaxslice_lint.tracing.domain.polynomials import Poly, atom, integer
from jaxslice_lint.tracing.domain.shapes import entries_of
from jaxslice_lint.tracing.domain.signs import result_sign
from jaxslice_lint.tracing.domain.symbolic import Atoms
from jaxslice_lint.tracing.domain.values import External, Sequence, Value
from jaxslice_lint.tracing.operations.array_facts import ArrayFacts, array_facts

#: What cannot be called here: it runs on other devices, or inside of a mapped function or a kernel.
ELSEWHERE = {
    *("jax.lax.pcast", "jax.lax.pvary", "jax.reshard", "jax.lax.axis_index", "jax.lax.axis_size"),
    *("jax.experimental.pallas.program_id", "jax.experimental.pallas.num_programs"),
    *("jax.experimental.pallas.tpu.roll", "jax.experimental.pallas.mosaic_gpu.broadcasted_iota"),
}


class Seen(NamedTuple):
    """What the tool says of a call, and the shape and dtype that came out."""

    facts: ArrayFacts
    shape: tuple[int, ...]
    dtype: str
    told: tuple[Poly, ...] | None


class Abstract:
    """Makes abstract values of concrete ones."""

    def __init__(self) -> None:
        self.atoms = Atoms()

    def value(self, one: Any) -> Value:
        """What the tool knows of an argument that is passed."""
        match one:
            case tuple() | list():
                return Sequence(tuple(map(self.value, one)), mutable=isinstance(one, list))
            case bool() | float() | str() | None:
                return constant(one)
            case int():
                return constant(one, integer(one))
            case np.ndarray() | np.generic() | jax.Array():
                return self._array(one)
            case jax.sharding.Sharding():
                return UNKNOWN
        return External(f"jax.numpy.{np.dtype(one).name}")

    def _array(self, one: Any) -> Data:
        shape = self.atoms.shape(tuple(map(integer, one.shape)))
        is_real = jnp.issubdtype(one.dtype, jnp.integer) or jnp.issubdtype(one.dtype, jnp.floating)
        sign = Sign.NON_NEGATIVE if is_real and (one >= 0).all() else Sign.ANY
        kind = Kind.JAX if isinstance(one, jax.Array) else Kind.NUMPY
        poly = atom(self.atoms.number(id(one), Status.STATIC, sign))
        return Data(
            Status.STATIC, kind, poly=poly, ndim=one.ndim, dtype=str(one.dtype), shape_of=shape
        )


def calls_of(path: str) -> Iterator[Seen]:
    """What is seen of the function at a path, for all arguments that fit."""
    for given in arguments_of(path):
        arguments = [as_of(path, one) for one in given]
        try:
            result = _result(path, arguments)
        except Exception:
            continue
        is_list = isinstance(result, (tuple, list))
        if is_list and not ROWS[path].several and ROWS[path].shape is not ShapeRule.UNKNOWN:
            continue
        abstract = Abstract()
        values = Arguments(tuple(map(abstract.value, arguments)))
        facts = array_facts(abstract.atoms, path, ROWS[path], values)
        for one in result if is_list else [result]:
            dtype = str(getattr(one, "dtype", type(one).__name__))
            told = entries_of(abstract.atoms, facts.shape_of, facts.ndim)
            yield Seen(facts, np.shape(one), dtype, told)


def _result(path: str, arguments: list[Any]) -> Any:
    """What comes out; of an operation of JAX its shape and dtype, as it is in a trace."""
    call = callable_at(path)
    if not ROWS[path].is_operation or path == "jax.Array.block_until_ready":
        with np.errstate(all="ignore"):
            return call(*arguments)
    traced = {at: one for at, one in enumerate(arguments) if isinstance(one, jax.Array)}
    return jax.eval_shape(
        lambda held: call(*(held.get(at, one) for at, one in enumerate(arguments))), traced
    )


@pytest.mark.parametrize(
    "path",
    [
        path
        for path in paths_where(lambda row: row.shape is not ShapeRule.UNKNOWN)
        if path not in ELSEWHERE
    ],
)
def test_the_shape_is_what_the_rule_says(path: str) -> None:
    known = 0
    for seen in calls_of(path):
        if seen.facts.ndim is not None:
            known += 1
            assert seen.facts.ndim == len(seen.shape)
        if seen.facts.shape_of is not None:
            assert seen.told == tuple(map(integer, seen.shape))
    assert known


@pytest.mark.parametrize(
    "path",
    [
        path
        for path in paths_where(lambda row: row.dtype is not DtypeRule.UNKNOWN)
        if path not in ELSEWHERE
    ],
)
def test_the_dtype_is_what_the_rule_says(path: str) -> None:
    known = 0
    for seen in calls_of(path):
        if seen.facts.dtype is not None:
            known += 1
            assert _is_of(seen.facts.dtype, seen.dtype), (seen.facts.dtype, seen.dtype)
    assert known


def _is_of(claimed: str, dtype: str) -> bool:
    """Whether a dtype is the one that is claimed, or of the kind that is; 64 bits are 32 without x64."""
    if not claimed[-1].isdigit():
        return dtype.rstrip("0123456789") == claimed
    return dtype.replace("64", "32") == claimed.replace("64", "32") or dtype == claimed


@pytest.mark.parametrize(
    "path",
    [
        path
        for path in paths_where(lambda row: row.sign is not SignRule.UNKNOWN)
        if path not in ELSEWHERE and ROWS[path].gives is not Gives.STATIC
    ],
)
def test_nothing_is_negative_where_the_rule_says_so(path: str) -> None:
    known = 0
    for given in arguments_of(path):
        arguments = [as_of(path, one) for one in given]
        abstract = Abstract()
        values = Arguments(tuple(map(abstract.value, arguments)))
        if result_sign(abstract.atoms, ROWS[path].sign, values) is Sign.ANY:
            continue
        try:
            result = np.asarray(callable_at(path)(*arguments))
        except Exception:
            continue
        known += 1
        assert (result >= 0).all()
    assert known


def test_what_numpy_draws_may_be_negative_though_its_third_argument_is_not() -> None:
    assert (np.random.randint(-9, -1, 3) < 0).all()
    assert function("numpy.random.randint").sign is SignRule.UNKNOWN


def test_positions_and_sizes_of_axes_are_not_negative() -> None:
    seen: list[Any] = []

    def f(x: jax.Array) -> jax.Array:
        seen.append(jax.lax.axis_size("i"))
        return jax.lax.axis_index("i") + 0 * x

    assert (jax.vmap(f, axis_name="i")(jnp.arange(3)) >= 0).all()
    assert seen == [3]
    for path in ("jax.lax.axis_index", "jax.lax.axis_size", "len"):
        assert ROWS[path].sign is SignRule.NON_NEGATIVE


@pytest.mark.parametrize("path", [path for path in of_jax(sorted(ROWS)) if is_like_function(path)])
def test_a_method_does_what_the_function_of_its_name_does(path: str) -> None:
    function, fitting = callable_at(path), 0
    for given in arguments_of(path):
        array, *rest = (as_of(path, one) for one in given)
        try:
            expected = function(array, *rest)
        except Exception:
            continue
        if not isinstance(array, jax.Array):
            continue
        fitting += 1
        found = getattr(array, name_of(path))(*rest)
        jax.tree.map(np.testing.assert_array_equal, found, expected)
    assert fitting


@pytest.mark.parametrize("integer", ["bool", "int8", "int32", "uint32"])
@pytest.mark.parametrize("floating", ["bfloat16", "float16", "float32"])
def test_an_integer_meets_a_float_in_the_dtype_of_the_float(integer: str, floating: str) -> None:
    x, y = (Data(Status.TRACED, Kind.JAX, dtype=name) for name in (integer, floating))
    result = jnp.ones(2, integer) + jnp.ones(2, floating)
    assert promoted(x, y) == promoted(y, x) == result.dtype == floating


def test_what_fills_an_array_makes_one_of_constants() -> None:
    for path in paths_where(lambda row: row.fills):
        for given in arguments_of(path):
            made = np.asarray(callable_at(path)(*given))
            assert made.size == 0 or "empty" in path or (made == made.flat[0]).all()
