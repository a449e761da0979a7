"""How classes are registered as pytrees, and what of their objects is static then, as JAX was seen to trace them."""

from flow_programs import IMPORTS, check


def test_jax_tree_static_makes_a_field_static() -> None:
    check(
        IMPORTS
        + """
@jax.tree_util.register_dataclass
@dataclass
class S:
    pos: jax.Array
    n: int = jax.tree.static(default=3)
@jax.jit
def f(s):
    a = x[:s.n]  # static
    c = x[s.pos:s.pos + 2]  # traced
    return a
f(S(2))
"""
    )


def test_register_dataclass_is_a_decorator_and_a_call() -> None:
    check(
        IMPORTS
        + """
@partial(jax.tree_util.register_dataclass, data_fields=["a", "b"], meta_fields=["n"])
@dataclass
class P:
    a: jax.Array
    b: int
    n: int
@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Q:
    a: jax.Array
    n: int = field(metadata=dict(static=True))
    m: int = field(metadata={"static": True}, default=3)
@dataclass
class R:
    a: Any
    n: int
jax.tree_util.register_dataclass(R, data_fields=["a"], meta_fields=["n"])
@jax.jit
def f(p, q, r):
    a = x[p.b:p.b + 2]  # traced
    b = x[:p.n]  # static
    c = x[q.a:q.a + 2]  # traced
    d = x[q.n:q.n + 2]  # static
    e = x[q.m:q.m + 2]  # static
    g = x[r.a:r.a + 2]  # traced
    h = x[r.n:r.n + 2]  # static
    p2 = dataclasses.replace(p, b=4)
    i = x[:p2.b]  # static
    j = x[p2.a:p2.a + 2]  # traced
    return a
f(P(1, 2, 3), Q(a=1, n=2), R(3, 4))
"""
    )


def test_a_class_is_registered_with_functions_after_its_body() -> None:
    check(
        IMPORTS
        + """
class Win:
    def __init__(self, start, size):
        self.start = start
        self.size = size
jax.tree_util.register_pytree_node(Win, lambda w: ((w.start,), w.size), lambda aux, ch: Win(ch[0], aux))
class Win2:
    def __init__(self, start, size):
        self.start = start
        self.size = size
def _flat(w):
    return (w.start,), (w.size,)
def _unflat(aux, ch):
    return Win2(*ch, *aux)
jax.tree_util.register_pytree_node(Win2, _flat, _unflat)
class Win3:
    def __init__(self, start, size):
        self.start = start
        self.size = size
jax.tree_util.register_pytree_with_keys(
    Win3,
    lambda w: (((jax.tree_util.GetAttrKey("start"), w.start),), w.size),
    lambda aux, children: Win3(children[0], aux),
)
@jax.jit
def f(w, w2, w3):
    a = x[w.start:w.start + w.size]  # traced
    b = x[:w.size]  # static
    c = x[w2.start:w2.start + w2.size]  # traced
    d = x[:w2.size]  # static
    e = x[w3.start:w3.start + w3.size]  # traced
    g = x[:w3.size]  # static
    return a
f(Win(2, 3), Win2(2, 3), Win3(2, 3))
"""
    )


def test_a_class_decorator_of_the_program_may_register_the_class() -> None:
    check(
        IMPORTS
        + """
def register(cls):
    jax.tree_util.register_pytree_node(cls, lambda s: ((s.i,), s.k), lambda k, c: cls(c[0], k))
    return cls
@register
class W:
    def __init__(self, i, k): self.i, self.k = i, k
def autodc(**kw):
    def wrap(cls):
        return flax.struct.dataclass(cls)
    return wrap
@autodc(frozen=True)
class D:
    i: Any
    k: int = flax.struct.field(pytree_node=False)
@jax.jit
def f(w, d):
    a = x[w.i:w.i + w.k]  # traced
    b = x[:w.k]  # static
    c = x[d.i:d.i + d.k]  # traced
    e = x[:d.k]  # static
    return a
f(W(1, 2), D(3, 4))
"""
    )


def test_an_instance_of_a_static_class_passes_unchanged() -> None:
    check(
        IMPORTS
        + """
@jax.tree_util.register_static
@dataclass(frozen=True)
class Cfg:
    n: int
    m: int = 4
@jax.jit
def f(c, i):
    a = x[:c.n]  # static
    b = x[i:i + c.m]  # traced
    return a
f(Cfg(3), 2)
"""
    )


def test_a_flattened_object_keeps_its_static_part() -> None:
    check(
        IMPORTS
        + """
@jax.tree_util.register_pytree_node_class
class Buf:
    def __init__(self, data, pos, size):
        self.data, self.pos, self.size = data, pos, size
    def tree_flatten(self):
        return (self.data, self.pos), self.size
    @classmethod
    def tree_unflatten(cls, aux, children):
        return cls(*children, aux)
    @jax.jit
    def read(self):
        y = self.data[self.pos:self.pos + 2]  # traced
        z = self.data[:self.size]  # static
        return y.sum() + z.sum()
Buf(x, jnp.int32(3), 4).read()
"""
    )
