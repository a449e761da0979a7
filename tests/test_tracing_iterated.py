"""Objects that a `with` or a `for` asks by their methods."""

from flow_programs import IMPORTS, check


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
