"""Operations that give lists or trees, and functions that take pytrees apart and put them together."""

import importlib
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from function_probes import (
    FLOATS,
    INTEGERS,
    KEY,
    NO_ARRAYS,
    ROWS,
    SHARDING,
    SQUARE,
    attempts,
    of_jax,
    paths_where,
)
from jax.sharding import NamedSharding
from jax.sharding import PartitionSpec as P
from jax_probes import EXPLICIT_MESH, X, resolve

from jaxslice_lint.jax_model.functions.schema import Gives
from jaxslice_lint.jax_model.lookup import function

_TREE = {"a": X, "b": [X]}


def _sum_both(x: Any, y: Any) -> Any:
    return x[0] + y[0], x[1] + y[1]


#: Calls of which one fits each operation that may give lists or trees.
CALLS_GIVING_LISTS: tuple[Callable[[Any], Any], ...] = (
    lambda called: called(X),
    lambda called: called(X, X),
    lambda called: called(np.eye(2)),
    lambda called: called(np.eye(4), 2),
    lambda called: called(np.ones((2, 2, 2)), 2),
    lambda called: called(X, [2, 2]),
    lambda called: called([X, X]),
    lambda called: called([X, X], 4),
    lambda called: called(_TREE),
    lambda called: called(_TREE, "i"),
    lambda called: called(_TREE, "i", [0]),
    lambda called: called({"a": np.ones((1, 1))}, "i", 0),
    lambda called: called({"a": np.ones((1, 1))}, "i", 0, 0),
    lambda called: called(_TREE, "i", perm=[(0, 0)]),
    lambda called: called(_TREE, ("i",), to="varying"),
    lambda called: called(_TREE, SHARDING),
    lambda called: called(_TREE, NamedSharding(EXPLICIT_MESH, P())),
    lambda called: called(_TREE, "name"),
    lambda called: called((X, X), (0.0, 0.0), _sum_both, (0,)),
    lambda called: called((X, X), (0.0, 0.0), _sum_both, (2,), (1,), "VALID"),
    lambda called: called(_TREE, default=lambda tree: tree),
    lambda called: called(lambda x: x, _TREE, lambda _, x: x, lambda _, y: y),
    lambda called: called(lambda tree: tree, name="own")(_TREE),
    lambda called: called(jnp.add, 2, 1),
)
#: It gives a tree inside of a mapped function that declares what varies, and nothing else does.
GIVES_LISTS_ELSEWHERE = {"jax.lax.pcast"}


@pytest.mark.parametrize(
    "path",
    [
        path
        for path in paths_where(lambda row: row.gives in (Gives.TREE, Gives.COLLECTIVE))
        if path not in GIVES_LISTS_ELSEWHERE
    ],
)
def test_an_operation_that_may_give_lists_or_trees_does(path: str) -> None:
    results: list[Any] = []

    def f(_x: Any) -> int:
        for run in CALLS_GIVING_LISTS:
            try:
                results.append(run(resolve(path)))
            except Exception:
                continue
        return 0

    f(0)
    jax.vmap(f, axis_name="i")(np.ones(1))
    assert not all(hasattr(result, "shape") for result in results)


@pytest.mark.parametrize("name", ["jax.numpy", "jax.lax", "jax.nn", "jax.random"])
def test_an_operation_that_gives_a_list_has_a_row_that_says_so(name: str) -> None:
    giving: list[str] = []

    def run(i: Any, x: Any, m: Any) -> int:
        for attribute, value in vars(importlib.import_module(name)).items():
            path = f"{name}.{attribute}"
            if attribute.startswith("_") or not callable(value) or path in NO_ARRAYS:
                continue
            for arguments in attempts(i, x, m, KEY):
                try:
                    result = value(*arguments)
                except Exception:
                    continue
                if isinstance(result, list):
                    giving.append(path)
        return 0

    jax.eval_shape(run, INTEGERS, FLOATS, SQUARE)
    rows = [function(path) for path in giving]
    assert [row.paths for row in rows if row.is_operation and not row.may_give_trees] == []


def test_pytrees_are_taken_apart_and_put_together() -> None:
    tree = {"b": [1, 2], "a": 3}
    leaves, structure = jax.tree.flatten(tree)
    for path in of_jax(sorted(ROWS)):
        match ROWS[path].gives:
            case Gives.LEAVES:
                assert resolve(path)(tree) == leaves
            case Gives.STRUCTURE:
                assert resolve(path)(tree) == structure
            case Gives.LEAVES_AND_STRUCTURE:
                assert resolve(path)(tree) == (leaves, structure)
            case Gives.TREE_OF_LEAVES:
                assert resolve(path)(structure, leaves) == tree


def test_a_part_of_a_pytree_is_replaced() -> None:
    equinox = pytest.importorskip("equinox")
    assert function("equinox.tree_at").gives is Gives.CHANGED_TREE
    assert equinox.tree_at(lambda tree: tree["a"][1], {"a": [1, 2]}, 3) == {"a": [1, 3]}
