"""What a function asks for: JAX raises where that is a tracer, and nowhere else where it is not."""

import functools
import inspect
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from function_probes import COUNTS, KEY, MIXED, ROWS, as_of, callable_at, name_of, paths_where
from jax_probes import X, resolve

from jaxslice_lint.jax_model.functions.schema import Asked, Asks, Cast

_ID = np.arange(3)
#: Arguments that work, with a value in each place that a function asks for.
EXAMPLES: dict[str, tuple[Any, ...]] = {
    **dict.fromkeys(("append",), (MIXED, MIXED, 0)),
    **dict.fromkeys(("argpartition", "partition"), (MIXED, 1)),
    "arange": (1, 5, 2),
    **dict.fromkeys(("array_split", "split"), (MIXED, 2, 1)),
    **dict.fromkeys(("bartlett", "blackman", "hamming", "hanning"), (5,)),
    "kaiser": (5, 1.0),
    **dict.fromkeys(("bernoulli", "poisson", "t"), (KEY, 0.5, (2,))),
    **dict.fromkeys(("beta", "truncated_normal"), (KEY, 0.5, 1.0, (2,))),
    **dict.fromkeys(("bits", "normal", "uniform", "exponential", "gumbel"), (KEY, (2,))),
    **dict.fromkeys(("laplace", "rademacher", "cauchy", "logistic"), (KEY, (2,))),
    "bincount": (COUNTS[0], None, 9),
    "broadcast": (X, (2,)),
    "broadcast_to": (X, (2, 4)),
    "broadcasted_iota": ("int32", (2, 3), 0),
    "categorical": (KEY, X),
    "choice": (KEY, X, (2,)),
    **dict.fromkeys(("concatenate", "stack"), ([MIXED, MIXED], 0)),
    "delete": (X, 1),
    **dict.fromkeys(("diag", "diagonal", "tril", "triu", "rot90"), (MIXED, 1)),
    "diff": (MIXED, 1),
    "dirichlet": (KEY, np.ones(3), (2,)),
    "expand_dims": (MIXED, 0),
    "extract": (X > 1, X),
    **dict.fromkeys(("eye", "tri"), (3, 4)),
    "full": ((2,), 0.0),
    "gamma": (KEY, 0.5, (2,)),
    **dict.fromkeys(("geomspace", "linspace", "logspace"), (1.0, 2.0, 4)),
    "identity": (3,),
    "indices": ((2, 3),),
    "iota": ("int32", 3),
    "moveaxis": (MIXED, 0, 1),
    "norm": (X, 2, 0),
    "one_hot": (COUNTS[0], 9),
    "pad": (X, (1, 0)),
    "randint": (KEY, (2,), 0, 9),
    "repeat": (X, 2, 0),
    "reshape": (MIXED, (2, 6)),
    "resize": (X, (3,)),
    "rollaxis": (MIXED, 1, 0),
    **dict.fromkeys(("segment_sum", "segment_prod", "segment_max"), (_ID, _ID, 3)),
    "segment_min": (_ID, _ID, 3),
    "squeeze": (MIXED[None], 0),
    "swapaxes": (MIXED, 0, 1),
    "take": (X, 1, 0),
    "tile": (X, 2),
    "top_k": (X, 2),
    "transpose": (MIXED, (1, 0)),
    **dict.fromkeys(("zeros", "ones", "empty"), ((2, 3),)),
    **dict.fromkeys(("nonzero", "flatnonzero", "argwhere", "unique", "nan_to_num"), (X,)),
    **dict.fromkeys(("hash", "chr", "hex", "oct", "bin", "complex"), (65,)),
}
#: What is passed by name alone.
_BY_NAME: dict[str, Any] = {"shape": (2,), "length": 9}
_OTHERS: dict[str, tuple[Any, ...]] = {
    "jax.Array.reshape": (np.ones(6), *[1] * 7, 6),
    "jax.image.resize": (X, (3,), "linear"),
    "jax.lax.expand_dims": (MIXED, (0,)),
    "jax.lax.squeeze": (MIXED[None], (0,)),
    "jax.random.split": (KEY, 3),
}


def example(path: str) -> tuple[Any, ...]:
    """Arguments that work; an array and its axis if nothing else is said."""
    given = _OTHERS.get(path) or EXAMPLES.get(name_of(path), (MIXED.astype("float32"), 0))
    return tuple(as_of(path, one) for one in given)


ASKED = [
    pytest.param(path, one, id=f"{path}-{one.name or one.position}")
    for path in paths_where(lambda row: row.asked)
    for one in ROWS[path].asked
]


@pytest.mark.parametrize(
    ("path", "parameter"), [one for one in ASKED if one.values[1].position is not None]
)
def test_a_tracer_in_the_place_that_is_asked_for_raises(path: str, parameter: Asked) -> None:
    function, given, at = callable_at(path), example(path), parameter.position
    assert at is not None
    assert at < len(given)
    function(*given)

    def ask(value: Any) -> int:
        function(*given[:at], value, *given[at + 1 :])
        return 0

    with pytest.raises((TypeError, ValueError)):
        jax.jit(ask)(given[at])


@pytest.mark.parametrize(("path", "parameter"), [one for one in ASKED if one.values[1].name])
def test_a_tracer_under_the_name_that_is_asked_for_raises(path: str, parameter: Asked) -> None:
    function, given = callable_at(path), example(path)
    at = len(given) if parameter.position is None else parameter.position
    names = list(inspect.signature(function).parameters)
    named = dict(zip(names[at:], given[at:], strict=False))
    if parameter.position is None:
        named = {parameter.name: _BY_NAME[parameter.name]}
    assert parameter.name in named
    function(*given[:at], **named)

    def ask(value: Any) -> int:
        function(*given[:at], **named | {parameter.name: value})
        return 0

    with pytest.raises((TypeError, ValueError)):
        jax.jit(ask)(named[parameter.name])


OPTIONS = [
    pytest.param(path, parameter, option, id=f"{path}-{option}")
    for path in paths_where(lambda row: row.asked)
    for parameter in ROWS[path].asked
    for option in parameter.unless
]


@pytest.mark.parametrize(("path", "parameter", "option"), OPTIONS)
def test_an_option_says_the_same_without_the_value(
    path: str, parameter: Asked, option: str
) -> None:
    function, given, at = callable_at(path), example(path), parameter.position
    value = True if option == "assume_unique_indices" else 3

    def ask(one: Any) -> int:
        function(*given[:at], one, *given[at + 1 :], **{option: value})
        return 0

    assert at is not None
    asked = jnp.array([given[at]]) if path == "jax.numpy.delete" else given[at]
    jax.jit(ask)(asked)


@pytest.mark.parametrize("path", paths_where(lambda row: row.asks is Asks.ALL))
def test_jax_refuses_what_asks_for_all_of_its_arguments(path: str) -> None:
    function, of_numpy = callable_at(path), path.startswith("numpy.")

    def refuses(count: int, position: int) -> bool:
        others = [np.ones(3) if of_numpy else 2] * (count - 1)

        def ask(value: jax.Array) -> int:
            function(*others[:position], value, *others[position:])
            return 0

        static, traced = _error(ask), _error(jax.jit(ask))
        return isinstance(traced, (TypeError, type(static)) if static else TypeError)

    def _error(ask: Callable[[Any], int]) -> Exception | None:
        try:
            ask(np.ones(3) if of_numpy else 3)
        except Exception as error:
            return error
        return None

    assert all(refuses(count, at) for count in (1, 2, 3) for at in range(count))


def test_what_asks_for_its_only_argument_raises_for_that_alone() -> None:
    for path in paths_where(lambda row: row.asks is Asks.ONLY):
        function = callable_at(path)
        with pytest.raises(jax.errors.ConcretizationTypeError):
            jax.jit(function)(X > 1)
        jax.jit(lambda x, function=function: function(x > 1, x, 0))(X)


@pytest.mark.parametrize(
    ("asks", "items"), [(Asks.FIRST_ITEM, 1), (Asks.ITEMS, 1), (Asks.SEVERAL_ITEMS, 2)]
)
def test_what_goes_through_items_asks_for_so_many(asks: Asks, items: int) -> None:
    for path in paths_where(lambda row: row.asks is asks):
        function = callable_at(path)

        def ask(one: Any, count: int, function: Any = function) -> int:
            function([one] * count)
            return 0

        ask(1, items)
        jax.jit(functools.partial(ask, count=items - 1))(1)
        with pytest.raises(TypeError):
            jax.jit(functools.partial(ask, count=items))(1)


def test_a_format_asks_for_what_it_formats() -> None:
    for path in paths_where(lambda row: row.asks is Asks.FORMATTED):
        jax.jit(lambda one, path=path: len(callable_at(path)(one, "")))(1)
        with pytest.raises(TypeError):
            jax.jit(lambda one, path=path: len(callable_at(path)(one, "d")))(1)


@pytest.mark.parametrize("path", paths_where(lambda row: row.cast in (Cast.NUMBER, Cast.INDEX)))
def test_a_cast_that_asks_for_a_value_raises_for_a_tracer(path: str) -> None:
    function = callable_at(path)
    with pytest.raises(TypeError):
        jax.jit(lambda one: function(one))(2)


@pytest.mark.parametrize("path", paths_where(lambda row: row.runs))
def test_what_runs_a_generator_runs_it_to_its_end(path: str) -> None:
    seen: list[int] = []
    numbers = (seen.append(one) or one for one in (1, 2, 3))  # type: ignore[func-returns-value]
    pairs = ((one, one) for one in numbers)
    callable_at(path)(pairs if path == "dict" else numbers)
    assert seen == [1, 2, 3]
    assert resolve(f"builtins.{path}") is callable_at(path)
