"""Containers of Python and the small tools that read and change them."""

from flow_programs import IMPORTS, check


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
