"""Pytrees that are taken apart, put together and changed in places."""

from flow_programs import IMPORTS, check


def test_leaves_of_objects_come_in_the_order_of_fields() -> None:
    check(
        IMPORTS
        + """
class C(NamedTuple):
    i: Any
    k: Any
@flax.struct.dataclass
class S:
    pos: Any
    n: int = flax.struct.field(pytree_node=False)
@jax.jit
def f(i):
    a, b = jax.tree.leaves(C(i, 3))
    c = x[a:a + 2]  # traced
    d = x[:b]  # static
    (p,) = jax.tree.leaves(S(i, 3))
    e = x[p:p + 2]  # traced
    leaves, treedef = jax.tree.flatten(C(i, 3))
    back = jax.tree.unflatten(treedef, leaves)
    g = x[back.i:back.i + 2]  # traced
    h = x[:back.k]  # static
    return a
f(3)
"""
    )


def test_a_tree_put_together_again_has_the_leaves_that_it_was_given() -> None:
    check(
        IMPORTS
        + """
class C(NamedTuple):
    i: Any
    k: Any = 3
@jax.jit
def f(i):
    t = {"b": i, "a": 3}
    a, b = jax.tree.leaves(t)
    c = x[:a]  # static
    d = x[:b]  # traced
    l, s = jax.tree.flatten(t)
    l = [3, 4]
    u = jax.tree.unflatten(s, l)
    e = x[:u["b"]]  # static
    v = s.unflatten([i, i])
    g = x[:v["a"]]  # traced
    h = jax.tree.leaves({"a": None, "b": 3, "c": (i, [4])})
    j = x[:h[0]]  # static
    k = x[:h[1]]  # traced
    m = x[:h[2]]  # static
    n = jax.tree.leaves(C(3, i))
    o = x[:n[0]]  # static
    p = x[:n[1]]  # traced
    q = jax.tree.leaves([3, None, i], is_leaf=lambda z: z is None)
    r = x[:q[0]]  # static
    return a
f(3)
"""
    )


def test_tree_map_keeps_static_fields() -> None:
    check(
        IMPORTS
        + """
class C(NamedTuple):
    i: Any
    k: Any
@flax.struct.dataclass
class S:
    pos: Any
    n: int = flax.struct.field(pytree_node=False)
@jax.jit
def f(i):
    c = jax.tree.map(lambda v: v + 1, C(i, 3))
    a = x[c.i:c.i + 2]  # traced
    b = x[:c.k]  # static
    s = jax.tree_util.tree_map(lambda v: v + 1, S(i, 3))
    d = x[s.pos:s.pos + 2]  # traced
    e = x[:s.n]  # static
    return a
f(3)
"""
    )


def test_tree_at_changes_what_its_function_returns() -> None:
    check(
        IMPORTS
        + """
class Mod(eqx.Module):
    w: jax.Array
    i: jax.Array
    k: int = eqx.field(static=True)
@jax.jit
def run(m, v):
    m2 = eqx.tree_at(lambda m: m.i, m, v)
    a = m2.w[m2.i:m2.i + m2.k]  # traced
    m3 = eqx.tree_at(lambda m: (m.i, m.w), m2, (3, v + jnp.ones(9)))
    b = m3.w[:m3.i]  # static
    c = m3.w[m3.k:m3.k + 2]  # static
    m4 = eqx.tree_at(lambda m: m.i, m3, replace_fn=lambda i: i + v)
    d = m4.w[m4.i:m4.i + 2]  # traced
    return a.sum() + d.sum()
run(Mod(x, jnp.int32(2), 3), jnp.int32(3))
"""
    )


def test_tree_at_leaves_everything_else_as_it_is() -> None:
    check(
        IMPORTS
        + """
class M(eqx.Module):
    i: Any
    subs: list
    k: int = eqx.field(static=True)
class N(eqx.Module):
    j: Any
@jax.jit
def f(i):
    m = M(i, [N(3), N(i)], 3)
    m2 = eqx.tree_at(lambda m: m.subs[0].j, m, i)
    a = x[:m2.subs[0].j]  # traced
    b = x[:m2.subs[1].j]  # traced
    c = x[:m.subs[0].j]  # static
    m3 = eqx.tree_at(lambda m: m.subs[1], m, N(4))
    d = x[:m3.subs[1].j]  # static
    e = x[:m3.subs[0].j]  # static
    g = x[:m3.i]  # traced
    m4 = eqx.tree_at(lambda m: [m.i, m.subs[1].j], m, [3, 4])
    h = x[:m4.i]  # static
    j = x[:m4.subs[1].j]  # static
    m5 = eqx.tree_at(lambda m: m.i, m, replace=3)
    k = x[:m5.i]  # static
    m6 = eqx.tree_at(where=lambda m: (m.i,), pytree=m, replace=(3,))
    l = x[:m6.i]  # static
    n = x[:m6.k]  # static
    return a
f(2)
"""
    )


def test_a_mapped_tree_of_unknown_structure_has_static_keys() -> None:
    check(
        IMPORTS
        + """
@jax.jit
def f(x, updates):
    updates = jax.tree.map(lambda one: jnp.clip(one, 0, 1), updates)
    for name, one in updates.items():
        a = x[:name[1]]  # static
        b = x[one:one + 2]  # traced
    for name in updates.keys():
        c = x[:name]  # static
    sizes = jax.tree.map(lambda one: one.shape[0], updates)
    d = x[:sizes]  # unknown
    e = updates["start"]
    return x[e:e + 2]  # traced
"""
    )
