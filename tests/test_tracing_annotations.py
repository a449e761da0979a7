"""What annotations of parameters and fields say of traced values of unknown structure."""

from pathlib import Path

import pytest
from flow_programs import HEADER, IMPORTS, check
from programs import sites_of

from jaxslice_lint.facts.site import Window
from jaxslice_lint.jax_model.model import DEFAULT, Model
from jaxslice_lint.jax_model.taught import assumed
from jaxslice_lint.source.text import Source


def test_annotations_are_read_in_all_spellings() -> None:
    check(
        IMPORTS
        + """
@flax.struct.dataclass
class S:
    pos: jax.Array
    n: int = flax.struct.field(pytree_node=False)
@flax.struct.dataclass
class Outer:
    inner: S
    opt: Optional[S]
    k: int = flax.struct.field(pytree_node=False, default=3)
@jax.jit
def f(s: "S", o: Optional[S], u: S | None, t: Tuple[S, jax.Array], outer: Outer, l: list[S], d: dict[str, S]):
    a = x[s.pos:s.pos + 2]  # traced
    b = x[:s.n]  # static
    c = x[o.pos:o.pos + 2]  # traced
    e = x[:o.n]  # static
    g = x[u.pos:u.pos + 2]  # traced
    h = x[:u.n]  # static
    st, arr = t
    i = x[st.pos:st.pos + 2]  # traced
    j = x[:st.n]  # static
    k = x[arr:arr + 2]  # traced
    l1 = x[outer.inner.pos:outer.inner.pos + 2]  # traced
    m = x[:outer.inner.n]  # static
    n = x[:outer.k]  # static
    o1 = x[l[0].pos:l[0].pos + 2]  # traced
    p = x[:l[0].n]  # static
    q = x[d["a"].pos:d["a"].pos + 2]  # traced
    r = x[:d["a"].n]  # static
    return a
if __name__ == "prog":
    from operator import methodcaller
    def go(f, args): return f(*args)
    s = S(1, 2)
    go(f, eval("(s, s, s, (s, 3), Outer(s, s), [s], {'a': s})"))
"""
    )


def test_a_parameter_that_may_be_none_is_not_taken_for_an_object() -> None:
    check(
        IMPORTS
        + """
@flax.struct.dataclass
class S:
    pos: Any
@jax.jit
def f(o: Optional[S]):
    k = 3
    if o is not None:
        k = 2 + 1
    a = x[:k]  # static
    start = 0 if o is None else o.pos
    b = x[start:]  # static
    return a
def go(fn, *a): return fn(*a)
go(f, None)
"""
    )


def test_unions_and_recursive_classes_end() -> None:
    check(
        IMPORTS
        + """
@dataclass
class Plain:
    n: int
@flax.struct.dataclass
class S:
    pos: Any
    sub: "S" = None
    n: int = flax.struct.field(pytree_node=False, default=3)
@jax.jit
def f(o: Optional[S], t: tuple, u: Union[S, None], v: Union[S, int], w: "list[S]"):
    if o is None:
        k = 3
    else:
        k = o.n
    a = x[:k]  # static
    if u is not None:
        b = x[:u.n]  # static
        c = x[:u.pos]  # traced
    d = x[:v.n]  # static
    for s in w:
        e = x[:s.n]  # static
        g = x[:s.pos]  # traced
    h = x[:w[0].sub.n]  # static
    return a
def go(fn, *a): return fn(*a)
s = S(1, S(2))
go(f, s, (1,), s, s, [s]);
"""
    )


def test_generic_classes_are_classes() -> None:
    check(
        IMPORTS
        + """
T = TypeVar("T")
class Buf(eqx.Module, Generic[T]):
    data: jax.Array
    head: jax.Array
    size: int = eqx.field(static=True)
    def read(self):
        a = self.data[self.head:self.head + self.size]  # traced
        return a
@flax.struct.dataclass
class G(Generic[T]):
    head: T
    n: int = flax.struct.field(pytree_node=False)
class P(Generic[T]):
    def __init__(self, v): self.v = v
class Q(P[int]):
    def get(self, i):
        a = x[:self.v]  # static
        return x[i:i + self.v]  # traced
@jax.jit
def f(b: Buf[int], g):
    b.read()
    c = x[:b.size]  # static
    d = x[g.head:g.head + g.n]  # traced
    e = x[:g.n]  # static
    return c
f(Buf(x, jnp.int32(2), 3), G(1, 2))
jax.jit(Q(3).get)(2)
"""
    )


def test_the_type_of_the_empty_tuple_says_nothing() -> None:
    check(
        IMPORTS
        + """
@jax.jit
def f(i: tuple[()], j: Tuple[()]):
    return x[i:i + 2]  # traced
"""
    )


OBJECTS = """
@flax.struct.dataclass
class S:
    pos: jax.Array
    n: int = flax.struct.field(pytree_node=False)
@flax.struct.dataclass
class Two:
    one: S
    other: S
"""


@pytest.mark.parametrize(
    ("parameters", "one", "other"),
    [
        ("a: S, b: S", "a", "b"),
        ("a: Two", "a.one", "a.other"),
        ("a: tuple[S, S]", "a[0]", "a[1]"),
        ("a: tuple[S, ...]", "a[0]", "a[1]"),
        ("a: list[S]", "a[0]", "a[1]"),
        ("a: dict[str, S]", "a['b']", "a['c']"),
        ("a: list[tuple[S, int]]", "a[0][0]", "a[1][0]"),
        ("a: 'list[S]', b: 'list[S]'", "a[0]", "b[0]"),
    ],
)
@pytest.mark.parametrize("is_assumed", [False, True])
def test_two_objects_of_one_class_hold_two_integers(
    parameters: str, one: str, other: str, is_assumed: bool
) -> None:
    """A window of a size that nobody knows: taking the two for one would make it a wrong rewrite."""
    decorator = "" if is_assumed else "@jax.jit\n"
    model = DEFAULT.extended(assumed=assumed(["program"])) if is_assumed else DEFAULT
    body = f"{decorator}def f({parameters}):\n    return x[{one}.pos : {{}}.pos + 2]\n"
    program = HEADER + IMPORTS + OBJECTS + body
    assert window_of(program.format(other), model) is None
    assert window_of(program.format(one), model) is not None


def window_of(program: str, model: Model) -> Window | None:
    (site,) = sites_of(Source(Path("program.py"), program), model)
    return site.elements[0].window


def test_a_field_that_another_library_declares_may_be_static() -> None:
    check(
        f"""{IMPORTS}
from elsewhere import option

@flax.struct.dataclass
class Config:
    x: jax.Array
    width: int = option()

@jax.jit
def f(config: Config):
    return config.x[:config.width]  # silent
"""
    )
