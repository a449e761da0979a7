"""How objects of the analysed classes are filled, registered and changed, as JAX was seen to trace them."""

from flow_programs import IMPORTS, check


def test_the_generated_init_fills_fields_in_order() -> None:
    check(
        IMPORTS
        + """
@dataclass
class A:
    a: int
    b: int = field(kw_only=True)
    c: int
@dataclass
class B(A):
    _: dataclasses.KW_ONLY
    d: int = 3
    e: int = 4
@dataclass(kw_only=True)
class D(A):
    f: int
@jax.jit
def f(i):
    o = A(1, i, b=2)
    p = x[:o.a]  # static
    q = x[:o.b]  # static
    r = x[:o.c]  # traced
    o2 = B(1, 2, b=3, d=i)
    s = x[:o2.b]  # static
    t = x[:o2.d]  # traced
    u = x[:o2.c]  # static
    o3 = D(i, 2, b=3, f=4)
    v = x[:o3.a]  # traced
    w = x[:o3.c]  # static
    y = x[:o3.f]  # static
    return i
f(3)
"""
    )


def test_fields_of_several_bases_come_in_the_order_of_dataclasses() -> None:
    check(
        IMPORTS
        + """
@dataclass
class A:
    a: int
@dataclass
class B:
    b: int
@dataclass
class C(A, B):
    c: int
@jax.jit
def f(i):
    o = C(i, 2, 3)
    p = x[:o.b]  # traced
    q = x[:o.a]  # static
    r = x[:o.c]  # static
    return i
f(3)
"""
    )


def test_an_init_of_a_base_class_is_not_the_one_that_a_decorator_writes() -> None:
    check(
        IMPORTS
        + """
@dataclass
class Base:
    n: int = 3
    k: int = 2
@dataclass
class Child(Base):
    i: Any = None
    k: int = 4
class Manual(Base):
    def __init__(self, i):
        super().__init__(n=5)
        self.i = i
@dataclass
class Over(Manual):
    z: int = 1
@jax.jit
def f(i):
    c = Child(3, i)
    a = x[:c.n]  # static
    b = x[:c.k]  # traced
    d = Child(i=i)
    e = x[:d.i]  # traced
    g = x[:d.k]  # static
    m = Manual(i)
    h = x[:m.n]  # static
    j = x[:m.i]  # traced
    o = Over(1, i, 3)
    l = x[:o.n]  # static
    p = x[:o.k]  # traced
    q = x[:o.z]  # static
    return a
f(2)
"""
    )


def test_defaults_come_from_factories() -> None:
    check(
        IMPORTS
        + """
@dataclass
class Inner:
    k: int = 3
@dataclass
class Outer:
    inner: Inner = field(default_factory=Inner)
    starts: dict = field(default_factory=dict)
o = Outer()
@jax.jit
def f(i):
    a = x[:o.inner.k]  # static
    o2 = Outer(inner=Inner(i))
    b = x[:o2.inner.k]  # traced
    return a
f(3)
"""
    )


def test_a_changed_copy_is_made_by_init_and_post_init() -> None:
    check(
        IMPORTS
        + """
@dataclass
class S:
    a: Any
    b: Any = field(init=False)
    def __post_init__(self): self.b = self.a + 1
@flax.struct.dataclass
class F:
    a: Any
    n: int = flax.struct.field(pytree_node=False, default=3)
@jax.jit
def f(i):
    s = S(i)
    t = dataclasses.replace(s, a=3)
    a = x[:t.b]  # static
    b = x[:s.b]  # traced
    g = F(i)
    kw = {"n": 4}
    h = g.replace(**kw)
    c = x[:h.n]  # static
    d = x[:h.a]  # traced
    return a
f(3)
"""
    )


def test_converters_change_what_is_passed() -> None:
    check(
        IMPORTS
        + """
class Mod(eqx.Module):
    w: jax.Array
    j: int = eqx.field(converter=lambda v: v + 1, default=3)
    def __call__(self, i):
        b = self.w[:self.j]  # traced
        return b.sum()
@jax.jit
def run(m, i):
    return m(i)
run(Mod(x), jnp.int32(1))
"""
    )


def test_specifiers_may_come_from_helpers() -> None:
    check(
        IMPORTS
        + """
def static_field(**kw):
    return flax.struct.field(pytree_node=False, **kw)
sf = partial(flax.struct.field, pytree_node=False)
@flax.struct.dataclass
class S:
    pos: jax.Array
    n: int = static_field(default=3)
    m: int = sf(default=4)
    k: int = flax.struct.field(False, default=2)
    j: int = jax.tree_util.Partial and dataclasses.field(metadata={"pytree_node": False}, default=3)
@jax.jit
def f(s):
    a = x[:s.n]  # static
    b = x[:s.m]  # static
    c = x[s.pos:s.pos + 2]  # traced
    d = x[:s.k]  # static
    e = x[:s.j]  # static
    return a
f(S(2))
"""
    )


def test_chex_dataclasses_are_mappings_too() -> None:
    check(
        IMPORTS
        + """
@chex.dataclass
class S:
    pos: jax.Array
    n: int
@chex.dataclass(frozen=True)
class F:
    pos: jax.Array
    s: S
@chex.dataclass(mappable_dataclass=False)
class G:
    pos: jax.Array
@jax.jit
def step(f, g):
    a = x[f.pos:f.pos + 2]  # traced
    b = x[f.s.n:f.s.n + 2]  # traced
    c = x[g.pos:g.pos + 2]  # traced
    f = f.replace(pos=3)
    d = x[f.pos:f.pos + 2]  # static
    e = x[f["pos"]:f["pos"] + 2]  # static
    for k, v in f.items():
        pass
    return a.sum()
step(F(pos=1, s=S(pos=2, n=3)), G(pos=2))
"""
    )


def test_named_tuples_have_methods_of_their_own() -> None:
    check(
        IMPORTS
        + """
class C(NamedTuple):
    i: int
    buf: Any
    k: int = 2
    def window(self, n):
        return self.buf[self.i:self.i + n]  # traced
Pair = namedtuple("Pair", "a b")
Pair2 = NamedTuple("Pair2", [("a", int), ("b", int)])
@jax.jit
def f(c, p, q):
    a = c.window(3)
    c2 = c._replace(i=3)
    b = x[:c2.i]  # static
    d = x[c2.k:c2.k + 2]  # traced
    i, buf, k = c
    e = x[i:i + 2]  # traced
    g = x[p.a:p.a + 2]  # traced
    h = x[p[1]:p[1] + 2]  # traced
    j = x[q.b:q.b + 2]  # traced
    d = c._asdict()
    l = x[d["i"]:d["i"] + 2]  # traced
    m = C(*c)
    n = x[m.i:m.i + 2]  # traced
    o = C._make([1, 2, 3])
    p = x[:o.i]  # static
    return e
f(C(1, x), Pair(1, 2), Pair2(1, 2))
"""
    )


def test_axes_may_be_given_as_an_object() -> None:
    check(
        IMPORTS
        + """
@flax.struct.dataclass
class P:
    start: jax.Array
    k: int = flax.struct.field(pytree_node=False)
class Q(NamedTuple):
    start: Any
    k: Any
@jax.vmap
def f(p):
    a = x[p.start:p.start + p.k]  # traced
    b = x[:p.k]  # static
    return a
f(P(jnp.arange(3), 2))
@partial(jax.vmap, in_axes=(Q(0, None),))
def g(q):
    a = x[q.start:q.start + 2]  # traced
    b = x[:q.k]  # static
    return a
g(Q(jnp.arange(3), 2))
"""
    )


def test_what_is_assigned_to_a_property_goes_to_its_setter() -> None:
    check(
        IMPORTS
        + """
class Cursor:
    def __init__(self, at):
        self._at = at

    @property
    def at(self):
        return self._at

    @at.setter
    def at(self, value):
        self._at = value

@jax.jit
def f(i):
    before = Cursor(i)
    x[: before.at]  # traced
    before.at = 3
    return x[: before._at]  # static
"""
    )
