"""What is known of a tree after a function was applied to its leaves: no more than was known of the tree."""

from pathlib import Path

import pytest
from flow_programs import check
from programs import HEADER, findings_of

from jaxslice_lint.source.text import Source

#: Calls that return a tree of the structure of `tree`.
OF_A_TREE = (
    "jax.tree.map(jnp.sin, tree)",
    "jax.tree.map(lambda a, b: jnp.add(a, b), tree, other)",
    "jax.tree.map(jnp.sin, tree, is_leaf=lambda leaf: leaf is None)",
    "jax.tree_util.tree_map(lambda leaf: jnp.zeros(3), tree)",
    "jax.tree_util.tree_map_with_path(lambda path, leaf: jnp.sin(leaf), tree)",
    "jax.tree.map(jnp.sin, library.load())",
    "jax.tree.map(jnp.sin, library.PARAMETERS)",
    "jax.device_put(jax.tree.map(jnp.asarray, tree))",
    "jax.block_until_ready(jax.tree.map(jnp.asarray, tree))",
    "lax.stop_gradient(jax.tree.map(jnp.asarray, tree))",
    "jax.tree.unflatten(jax.tree.structure(tree), [jnp.sin(a) for a in jax.tree.leaves(tree)])",
    "jax.tree.transpose(outer, inner, jax.tree.map(jnp.sin, tree))",
)


@pytest.mark.parametrize("call", OF_A_TREE)
@pytest.mark.parametrize("decorator", ["", "@jax.jit"])
def test_an_unknown_tree_is_no_array_when_it_is_mapped(call: str, decorator: str) -> None:
    program = f"""
import library

{decorator}
def updated(tree, other):
    result = {call}
    for key, value in result.items():
        result[key] = value + 1
    result["count"] = 1
    return result
"""
    assert findings_of(Source(Path("program.py"), HEADER + program)) == []


@pytest.mark.parametrize(
    "tree", ["jnp.zeros(3)", "3.0", "np.zeros(3)", "jax.tree.map(jnp.sin, jnp.zeros(3))"]
)
def test_a_leaf_is_an_array_when_it_is_mapped(tree: str) -> None:
    program = f"""
import numpy as np

def updated():
    result = jax.tree.map(jnp.sin, {tree})
    result[0] = 1.0
    return result
"""
    [found] = findings_of(Source(Path("program.py"), HEADER + program))
    assert found.code == "JSL303"


def test_a_known_structure_is_kept() -> None:
    check("""
x = jnp.arange(64.0)
@jax.jit
def f(i, tree):
    mapped = jax.tree.map(lambda leaf: leaf + i, {"a": 3, "b": (i, None)})
    y = x[mapped["a"] : mapped["a"] + 2]  # traced
    y = x[mapped["b"][0] :]  # traced
    y = x[mapped["b"][1] :]  # static
    sizes = jax.tree.map(lambda leaf, n: n, {"a": i, "b": i}, {"a": 3, "b": 4})
    y = x[: sizes["a"]]  # static
    shapes = jax.tree.map(lambda leaf: leaf.shape, tree)
    y = x[: shapes["a"][0]]  # static
    return y
f(3, {"a": x})
""")


def test_slices_of_and_by_the_leaves_of_an_unknown_tree_are_found() -> None:
    check("""
x = jnp.arange(64.0)
@jax.jit
def f(i, tree):
    parts = jax.tree.map(lambda leaf: leaf[i : i + 2], tree)  # traced
    moved = jax.tree.map(lambda leaf: leaf * 2, tree)
    y = x[moved["start"] : moved["start"] + 2]  # traced
    named = jax.tree_util.tree_map_with_path(lambda path, leaf: leaf + len(path), tree)
    y = x[named["start"] : named["start"] + 2]  # traced
    both = jax.tree.map(lambda n, leaf: x[leaf : leaf + n], (2, 3), tree)  # traced
    made = jax.tree.map(lambda leaf: jnp.zeros(3, int), load())
    y = x[made["start"][0] : made["start"][0] + 2]  # traced
    return y

def run(batch, n):
    def body(i, total):
        part = jax.tree.map(lambda leaf: leaf[2 * i : 2 * i + 2], batch)  # traced
        return total + part["x"].sum()
    return lax.fori_loop(0, n, body, 0.0)
""")


def test_what_the_function_makes_static_is_not_traced_in_the_tree() -> None:
    check("""
x = jnp.arange(64.0)
@jax.jit
def f(i, tree):
    pairs = jax.tree.map(lambda leaf: (leaf, 3), tree)
    y = x[: pairs["a"][1]]
    sizes = jax.tree.map(lambda leaf: 3, tree)
    return x[: sizes["a"]] + y
""")


def test_is_leaf_says_where_the_structure_ends() -> None:
    check("""
x = jnp.arange(64.0)
@jax.jit
def f(i):
    is_pair = lambda part: isinstance(part, tuple)
    starts = jax.tree.map(lambda pair: pair[0], {"a": (i, 3)}, is_leaf=is_pair)
    y = x[starts["a"] :]  # traced
    sizes = jax.tree.map(lambda pair: pair[1], {"a": (i, 3)}, is_leaf=is_pair)
    y = x[: sizes["a"]]  # static
    filled = jax.tree.map(lambda n: n or 3, [None], is_leaf=lambda part: part is None)
    y = x[: filled[0]]  # static
    return y
f(3)
""")


def test_leaves_of_trees_of_any_shape_are_sliced_in_the_functions_that_map_them() -> None:
    check("""
    def epoch(batch, size, order):
        def update(params, start):
            part = jax.tree_util.tree_map(lambda leaf: leaf[start:start + size], batch)  # traced
            return params + part.reward.mean(), None
        return lax.scan(update, 0.0, order)

    def window(cache, at, width):
        return jax.tree.map(functools.partial(cut, at=at, width=width), cache)

    def cut(leaf, at, width):
        return leaf[:, at:at + width]  # traced

    def windows(cache):
        return lax.map(lambda at: window(cache, at, 4), jnp.arange(3))

    class Store:
        def __init__(self, rows):
            self.rows = rows
        def get(self, i):
            return jax.tree.map(lambda rows: rows[i:i + 3], self.rows)  # traced
        def total(self):
            return lax.fori_loop(0, 3, lambda i, t: t + self.get(i)["a"].sum(), 0.0)

    @jax.jit
    def heads(tree, at):
        leaves, structure = jax.tree.flatten(tree)
        cut = [leaf[at:at + 2] for leaf in leaves]  # traced
        return jax.tree.unflatten(structure, cut)
    """)
    check("""
    def epoch(batch, size, n):
        parts = [jax.tree.map(lambda leaf: leaf[k * size:][:size], batch) for k in range(n)]  # static
        return parts

    @functools.partial(jax.jit, static_argnames="at")
    def head(tree, at):
        return jax.tree.map(lambda leaf: leaf[at:at + 2], tree)  # static
    """)
