"""Containers of Python and the small tools that read and change them."""

from flow_programs import check

#: The programs of this file begin with this.
IMPORTS = """
import abc, copy
from collections import defaultdict, namedtuple
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Callable, Generic, Optional, Tuple, TypeVar, Union
import chex, equinox as eqx, flax
x = jnp.arange(64.0)
"""


def test_dict_comprehensions_over_known_items_have_known_keys() -> None:
    check(
        IMPORTS
        + """
@jax.jit
def f(i, j):
    d = {name: v for name, v in zip(["a", "b", "k"], [i, j, 3])}
    a = x[d["a"]:d["a"] + 2]  # traced
    b = x[:d["k"]]  # static
    e = {n: n + 1 for n in (1, 2)}
    c = x[:e[1]]  # static
    g = {k: v for k, v in d.items()}
    h = x[g["b"]:g["b"] + 2]  # traced
    l = x[:g["k"]]  # static
    m = dict(zip(("p", "q"), (i, 2)))
    n = x[m["p"]:m["p"] + 2]  # traced
    o = x[:m["q"]]  # static
    p = dict([("p", i), ("q", 3)])
    q = x[p["p"]:p["p"] + 2]  # traced
    r = x[:p["q"]]  # static
    s = dict(a=i, **{"k": 2})
    t = x[s["a"]:s["a"] + 2]  # traced
    u = x[:s["k"]]  # static
    v = {"a": i} | {"k": 3}
    w = x[v["a"]:v["a"] + 2]  # traced
    z = x[:v["k"]]  # static
    return a
f(2, 3)
"""
    )


def test_a_missing_key_of_a_defaultdict_is_made_by_its_factory() -> None:
    check(
        IMPORTS
        + """
@jax.jit
def f(i):
    d = defaultdict(list)
    d["a"].append(i)
    d["b"].append(3)
    a = x[d["a"][0]:d["a"][0] + 2]  # traced
    b = x[:d["b"][0]]  # static
    c = defaultdict(int)
    c["k"] += 3
    c["i"] += i
    e = x[:c["k"]]  # static
    g = x[:c["i"]]  # traced
    h = x[:c["z"]]  # static
    m = defaultdict(lambda: 4)
    n = x[:m["q"]]  # static
    return a
f(2)
"""
    )


def test_a_changed_key_of_a_defaultdict_changes_no_other() -> None:
    check(
        IMPORTS
        + """
@jax.jit
def f(i):
    d = defaultdict(list)
    for k in ("a", "b"):
        d[k].append(3)
    d["c"].append(i)
    a = x[:d["a"][0]]  # static
    b = x[:d["b"][0]]  # static
    g = x[:d["c"][0]]  # traced
    e = defaultdict(lambda: i)
    e["z"] = 3
    h = x[:e["z"]]  # static
    l = x[:e["y"]]  # traced
    m = dict(e)
    n = x[:m["z"]]  # static
    for key in d:
        for v in d[key]:
            o = [v]
    return a
f(3)
"""
    )


def test_getters_read_items_attributes_and_methods() -> None:
    check(
        IMPORTS
        + """
class P(NamedTuple):
    i: Any
    k: int
@jax.jit
def f(i):
    g = operator.itemgetter(0)
    a = x[g((i, 3)):g((i, 3)) + 2]  # traced
    h = operator.itemgetter("k", "i")
    k, s = h({"i": i, "k": 3})
    b = x[s:s + k]  # traced
    c = x[:k]  # static
    at = operator.attrgetter("i")
    d = x[at(P(i, 3)):at(P(i, 3)) + 2]  # traced
    e = x[:operator.attrgetter("k")(P(i, 3))]  # static
    m = operator.methodcaller("_replace", i=3)(P(i, 4))
    n = x[:m.i]  # static
    return a
f(3)
"""
    )


def test_a_helper_changes_the_list_that_it_is_passed() -> None:
    check(
        IMPORTS
        + """
def push(l, v): l.append(v)
def fill(d, v): d["s"] = v
def swap(l): l[0], l[1] = l[1], l[0]
@jax.jit
def f(i):
    l = []
    push(l, i)
    push(l, 3)
    a = x[l[0]:l[0] + 2]  # traced
    b = x[:l[1]]  # static
    d = {}
    fill(d, i)
    c = x[d["s"]:d["s"] + 2]  # traced
    s = [i, 3]
    swap(s)
    e = x[:s[0]]  # static
    g = x[s[1]:s[1] + 2]  # traced
    return a
f(2)
"""
    )


def test_a_helper_that_may_or_may_not_change_a_list_makes_it_unknown() -> None:
    check(
        IMPORTS
        + """
def push(l, v, c):
    if c:
        l.append(v)
def push2(l, v):
    if len(l) > 3:
        return
    l.append(v)
def rebound(l, v):
    l.append(v)
    l = [v]
    l.append(3)
def loop(l, v):
    for k in range(3):
        l.append(v + k)
def put(d, v):
    d["a"]["b"] = v
    d["l"].append(3)
def swap(l):
    l[0], l[1] = l[1], l[0]
    return l
def ret(l, v):
    l.append(v)
    return l[0]
@jax.jit
def f(i):
    a = [3]
    push(a, i, False)
    b = x[:a[-1]]  # static
    c = [3]
    push2(c, i)
    d = x[:c[0]]  # static
    e = [3]
    rebound(e, i)
    h = x[:e[0]]  # static
    l = []
    loop(l, i)
    m = x[:l[0]]  # traced
    n = {"a": {"b": 3}, "l": [i]}
    inner = n["l"]
    put(n, i)
    o = x[:n["a"]["b"]]  # traced
    p = x[:n["l"][1]]  # static
    q = x[:inner[0]]  # traced
    r = x[:inner[1]]  # static
    s = [i, 3]
    t = s
    swap(s)
    u = x[:t[0]]  # static
    v = x[:s[0]]  # static
    w = [3]
    y = ret(w, i)
    z = x[:y]  # static
    z1 = x[:w[1]]  # traced
    return b
f(2)
"""
    )


def test_a_helper_called_twice_changes_two_lists() -> None:
    check(
        IMPORTS
        + """
def add(l, v): l.append(v)
@jax.jit
def f(i, j):
    a = []
    add(a, i)
    b = []
    add(b, j)
    c = x[a[0]:a[0] + 2]  # traced
    d = x[b[0]:b[0] + 2]  # traced
    e = x[a[0]:b[0]]  # traced
    for k in range(3):
        g = []
        add(g, k)
        h = x[:g[0]]  # static
    return c
f(2, 3)
"""
    )


def test_a_copy_is_changed_alone() -> None:
    check(
        IMPORTS
        + """
@flax.struct.dataclass
class S:
    pos: jax.Array
    n: int = flax.struct.field(pytree_node=False)
class Plain:
    def __init__(self, i, k): self.i, self.k = i, k
@jax.jit
def f(s, i):
    t = copy.copy(s)
    a = x[t.pos:t.pos + t.n]  # traced
    b = x[:t.n]  # static
    p = Plain(i, 3)
    q = copy.deepcopy(p)
    q.i = 4
    c = x[:p.i]  # traced
    d = x[:q.k]  # static
    e = x[:q.i]  # static
    return a
f(S(1, 2), 3)
"""
    )


def test_a_generator_may_be_a_context_manager() -> None:
    check(
        IMPORTS
        + """
class Ctx:
    @contextlib.contextmanager
    def window(self, i):
        old = i
        yield i + 1
    def run(self, i):
        with self.window(i) as s:
            return x[s:s + 2]  # traced
@contextlib.contextmanager
def branch(i, flag):
    if flag: yield i
    else: yield 3
@contextlib.contextmanager
def timer():
    yield
@jax.jit
def f(i):
    Ctx().run(i)
    with branch(i, False) as s:
        a = x[:s]  # static
    with timer() as t, timer():
        b = x[i:i + 2]  # traced
    with timer():
        c = x[:3]
    return a
f(3)
"""
    )


def test_context_managers_give_what_they_enter() -> None:
    check(
        IMPORTS
        + """
@contextlib.contextmanager
def window(i, k):
    yield i, k
class Ctx:
    def __init__(self, i, k): self.i, self.k = i, k
    def __enter__(self): return self
    def __exit__(self, *a): return False
    def size(self): return self.k
@jax.jit
def f(i):
    with window(i, 3) as (s, k):
        a = x[s:s + k]  # traced
        b = x[:k]  # static
    with Ctx(i, 4) as c:
        d = x[c.i:c.i + c.k]  # traced
        e = x[:c.size()]  # static
    with contextlib.nullcontext(i) as n:
        g = x[n:n + 2]  # traced
    return a
f(2)
"""
    )


def test_objects_are_iterated_by_their_methods() -> None:
    check(
        IMPORTS
        + """
def chunks(n, k):
    for s in range(0, n, k):
        yield s, s + k
def traced(i):
    for j in range(3):
        yield i + j
def both(i):
    yield i
    yield 3
class It:
    def __init__(self, i): self.i = i
    def __iter__(self):
        yield self.i, 2
class It2:
    def __init__(self, i): self.i = i; self.n = 0
    def __iter__(self): return self
    def __next__(self):
        if self.n > 1: raise StopIteration
        self.n += 1
        return self.i
@jax.jit
def f(i):
    for a, b in chunks(9, 3):
        c = x[a:b]  # static
    for s in traced(i):
        d = x[s:s + 2]  # traced
    p, q = both(i)
    e = x[:q]  # static
    for s, n in It(i):
        g = x[s:s + n]  # traced
        h = x[:n]  # static
    for s in It2(i):
        j = x[s:s + 2]  # traced
    return c
f(2)
"""
    )


def test_what_an_object_iterates_over_need_not_be_what_it_holds() -> None:
    check(
        IMPORTS
        + """
class Loader:
    def __init__(self, n): self.n = n
    def __len__(self): return self.n
    def __getitem__(self, i):
        if i >= self.n: raise IndexError
        return i
class Counter:
    def __init__(self): self.c = 0
    def __iter__(self): return iter([1, 2, 3])
@jax.jit
def f(i):
    for s in Loader(3):
        a = x[:s]  # static
    for s in Counter():
        b = x[:s]  # static
        c = x[i:i + s]  # traced
    for s in reversed([1, i]):
        pass
    d = x[:s]  # static
    for a1, b1 in zip(Counter(), [i, 2, 3]):
        e = x[:a1]  # static
    l = list(Counter())
    g = x[:l[0]]  # static
    first, *rest = Counter()
    h = x[:first]  # static
    return a
f(2)
"""
    )


def test_a_list_in_an_object_changes_under_its_other_names() -> None:
    check(
        IMPORTS
        + """
def put(values, v):
    values[0] = v

class Held:
    def __init__(self, v):
        self.values = [v]

@jax.jit
def f(i):
    held = Held(i)
    x[: held.values[0]]  # traced
    put(held.values, 3)
    x[: held.values[0] + 0]  # static
    other = Held(3)
    values = other.values
    values.append(i)
    x[: other.values[0]]  # static
    owners = {"a": Held(i)}
    owned = owners["a"].values
    owned[0] = 3
    x[: owners["a"].values[0]]  # static
"""
    )
