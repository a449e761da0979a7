"""The functions of the table as the installed libraries have them, and arguments that fit."""

import builtins
from collections.abc import Callable, Iterator
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax_probes import HISTORICAL, MESH, resolve

from jaxslice_lint.jax_model.functions.methods import ARRAY, LIKE_FUNCTIONS
from jaxslice_lint.jax_model.functions.schema import Function
from jaxslice_lint.jax_model.functions.table import FUNCTIONS
from jaxslice_lint.jax_model.lookup import function

#: Libraries that are not installed with the tests, or only for some of them.
_ELSEWHERE = ("equinox.", "haiku.")

ROWS: dict[str, Function] = {
    path: function(path)
    for row in FUNCTIONS
    for path in row.paths
    if path not in HISTORICAL and not path.startswith(_ELSEWHERE)
}

KEY = jax.random.key(0)
INTEGERS, FLOATS, SQUARE = np.arange(4), np.arange(4.0) + 1, np.eye(4)
DTYPES = ("float32", "float16", "int32", "int8", "uint8", "bool", "complex64")
#: Integers on both sides of zero, and some that are not negative.
MIXED = np.array([[3, -2, 0, 5], [-7, 1, 4, -1], [2, 2, -6, 8]], np.int32)
COUNTS = np.abs(MIXED)
for _array in (MIXED, COUNTS):
    _array.flags.writeable = False
SHARDING = jax.sharding.NamedSharding(MESH, jax.sharding.PartitionSpec())


def paths_where(is_meant: Callable[[Function], object]) -> list[str]:
    """The paths of the rows of which something is true."""
    return sorted(path for path, row in ROWS.items() if is_meant(row))


def of_jax(paths: list[str]) -> list[str]:
    """Those of functions that take arrays of JAX."""
    return [path for path in paths if path.startswith("jax.")]


def callable_at(path: str) -> Callable[..., Any]:
    """What stands at a path of the table; a method takes its array as its first argument."""
    owner, _, name = path.rpartition(".")
    if not owner:
        return getattr(builtins, name)  # type: ignore[no-any-return]
    if owner == ARRAY:
        return lambda array, *rest, **named: getattr(array, name)(*rest, **named)
    return resolve(path)  # type: ignore[no-any-return]


def name_of(path: str) -> str:
    """The last part of a path."""
    return path.rpartition(".")[2]


#: Arguments of functions that take something else than an array, or something more, by their names.
_ARGUMENTS: dict[str, tuple[tuple[Any, ...], ...]] = {
    "einsum": (
        ("ij,jk->ik", MIXED, MIXED.T),
        ("i...->...", MIXED),
        ("...i,i->...", MIXED, MIXED[0]),
        ("ij", MIXED),
    ),
    **dict.fromkeys(
        ("zeros", "ones", "empty"),
        (((2, 3),), (3,), ((),), ((2, 3), "int8"), ((2, 3), jnp.int32)),
    ),
    "full": (((2, 3), 1), (4, 1.5), ((2, 3), 1, "int8"), ((), True)),
    **dict.fromkeys(
        ("zeros_like", "ones_like", "empty_like"), ((MIXED,), (MIXED, "float32"), (3,))
    ),
    "full_like": ((MIXED, 1), (MIXED, 1.5), (MIXED, 1, "float16")),
    **dict.fromkeys(("eye", "tri"), ((3,), (3, 4), (3, 4, 1), (3, 4, 1, "int8"))),
    "identity": ((3,), (3, "int8")),
    "arange": ((5,), (1, 5), (-3, 5), (1, 5, 2), (5.0,), (1, 5, 2, "int8")),
    "linspace": (
        (0, 1),
        (0, 1, 4),
        (0, 1, 4, True, False, "float16"),
        (MIXED[0], 1, 4),
        (0, MIXED),
    ),
    **dict.fromkeys(("bartlett", "blackman", "hamming", "hanning"), ((5,),)),
    "kaiser": ((5, 1.0),),
    **dict.fromkeys(
        ("array", "asarray"),
        (([1, 2],), ([[1.5], [2]],), ([[1], [2]],), (MIXED, "int8"), (COUNTS,)),
    ),
    **dict.fromkeys(("astype", "convert_element_type"), ((MIXED, jnp.int8), (COUNTS, "float32"))),
    "reshape": ((MIXED, (2, 6)), (COUNTS, (12,)), (MIXED, -1)),
    "clip": (
        *[(MIXED, low, high) for low, high in ((0, 1), (-1, 3), (0.5, 2), (2, None), (None, 2))],
        *((MIXED, MIXED[0], 7), (MIXED[0], MIXED[:, :1], 7), (MIXED, 0, COUNTS)),
    ),
    "clamp": ((0, MIXED, 1), (-1, MIXED, 3), (np.int32(0), MIXED, np.int32(4))),
    **dict.fromkeys(
        ("where", "select"),
        (
            *[(MIXED > 0, one, two) for one in (MIXED, COUNTS) for two in (-MIXED, COUNTS)],
            *((MIXED > 0, COUNTS, 1), (MIXED[0] > 0, COUNTS, MIXED[:, :1]), (MIXED > 0, 1.5, 2)),
            (MIXED > 0, MIXED.astype("float16"), MIXED),
        ),
    ),
    "repeat": ((MIXED, 2), (COUNTS, 2, 1)),
    "tile": ((MIXED, (2, 1)), (COUNTS, (2, 1))),
    "roll": ((MIXED, 1), (COUNTS, 1, 1)),
    "expand_dims": ((MIXED, 0), (COUNTS, (0,))),
    "squeeze": ((MIXED[None], 0), (COUNTS[None], (0,))),
    "searchsorted": ((np.sort(MIXED[0]), MIXED[1]),),
    "digitize": ((MIXED[0], np.sort(MIXED[1])),),
    "bincount": ((COUNTS[0],),),
    "randint": ((KEY, (9,), 0, 9), (KEY, (9,), -9, 0), (KEY, (), 0, 9, "uint8")),
    "iota": (("int32", 5),),
    "broadcasted_iota": (("int32", (3, 4), 0),),
    "slice": ((MIXED, (0, 1), (2, 3)), (COUNTS, (0, 0), (1, 2))),
    "slice_in_dim": ((MIXED, 0, 2), (COUNTS, 0, 1)),
    "dynamic_slice": ((MIXED, (0, 1), (2, 3)), (MIXED[0], (1,), (2,))),
    "dynamic_slice_in_dim": ((MIXED, 0, 2), (MIXED, 1, 2, 1), (MIXED, 1, 2, -1), (MIXED[0], 1, 2)),
    "dynamic_update_slice": ((MIXED, COUNTS[:2], (0, 0)),),
    "dynamic_update_slice_in_dim": ((MIXED, COUNTS[:2], 0, 0),),
    "dynamic_update_index_in_dim": ((MIXED, COUNTS[0], 0, 0),),
    "with_sharding_constraint": ((MIXED, SHARDING),),
    "checkpoint_name": ((MIXED, "name"),),
    "index": ((2,), (np.int32(2),)),
    "argsort": ((MIXED,), (MIXED.astype("float32"),), (MIXED, 0), (MIXED, None)),
    "copy": ((MIXED,), (COUNTS,), (MIXED.astype("float16"),), (np.float32(2),)),
    "dot": ((MIXED, MIXED.T),),
    "take": ((MIXED, np.array([0, 2])), (MIXED, np.array([0, 2]), 1)),
    "choose": ((COUNTS[0] % 2, [MIXED[0], COUNTS[0]]),),
    "swapaxes": ((MIXED, 0, 1),),
    "argpartition": ((MIXED, 1),),
}
#: Of functions in `jax.lax` that take other ones than those in `jax.numpy`.
_OF_LAX: dict[str, tuple[tuple[Any, ...], ...]] = {
    "transpose": ((MIXED, (1, 0)), (COUNTS, (1, 0))),
    **dict.fromkeys(("argmax", "argmin"), ((MIXED, 0, "int32"),)),
}
#: Of those in `jax.random` that take a shape and a dtype.
_OF_RANDOM: dict[str, tuple[tuple[Any, ...], ...]] = dict.fromkeys(
    ("cauchy", "exponential", "gumbel", "laplace", "logistic", "normal", "uniform"),
    ((KEY, (2, 3)), (KEY, ()), (KEY, (2,), "float16")),
)
_OF_PACKAGES = {"jax.lax": _OF_LAX, "jax.random": _OF_RANDOM}


def arguments_of(path: str) -> Iterator[tuple[Any, ...]]:
    """Arguments, of which some may not fit: by the name of the function, else one array or two of every dtype."""
    name = name_of(path)
    given = _OF_PACKAGES.get(path.rpartition(".")[0], {}).get(name) or _ARGUMENTS.get(name)
    if given is not None:
        yield from given
        return
    for array in (*(MIXED.astype(dtype) for dtype in DTYPES), MIXED[0], COUNTS, np.float32(2)):
        yield (array,)
        yield array, 0
        yield array, None


def as_of(path: str, argument: Any) -> Any:
    """An argument, as an array of the library that the function is from."""
    is_array = isinstance(argument, (np.ndarray, np.generic))
    return jnp.asarray(argument) if is_array and path.startswith("jax.") else argument


def is_like_function(path: str) -> bool:
    """Whether arrays have a method that does what the function does."""
    return path.startswith("jax.numpy.") and name_of(path) in LIKE_FUNCTIONS


def attempts(i: Any, x: Any, m: Any, key: Any) -> list[tuple[Any, ...]]:
    """Arguments of which some fit almost every function."""
    arrays = [(x,), (i,), (m,), (x, x), (m, m), (i, i), (key,), (x, 0), (m, 0, 1), (x, x, x)]
    shapes = [(key, (2,)), ((2, 3),), (3,), (3, 4), (1.0, 2.0), ((2, 3), 0)]
    dtypes = [(jnp.float32,), (jnp.float32, jnp.int32), ("i->i", x), (x, "float32")]
    several = [(jnp.float32, (3,)), ((1, 2), (3,)), ([m, m],), (), (m, [0]), (x, (0,), (2,))]
    mixed = [(x, (4,)), (2, (3, 2)), (key, x), (x, 0, 2), (i, x), (0, x)]
    windows = [((2,), (2,), (2,)), ((1, 4), (1, 1), "SAME"), ("cpu",)]
    return [*arrays, *shapes, *dtypes, *several, *mixed, *windows]


#: Functions of array packages that return no array and are no transforms.
NO_ARRAYS = {
    *("jax.numpy.ndarray", "jax.numpy.ComplexWarning", "jax.numpy.trim_zeros"),
    *("jax.lax.dce_sink", "jax.lax.DotDimensionNumbers", "jax.lax.PrecisionLike"),
    *("jax.numpy.set_printoptions", "jax.numpy.printoptions", "jax.numpy.save", "jax.numpy.savez"),
    *("jax.numpy.object_", "jax.lax.shape_as_value", "jax.numpy.load", "jax.numpy.fromfile"),
}
