"""What a method of a base class reaches in an object that nobody was seen to make."""

from flow_programs import IMPORTS, check


def test_a_traced_method_of_an_abstract_class_reaches_all_overrides() -> None:
    check(
        IMPORTS
        + """
class Env(abc.ABC):
    @abc.abstractmethod
    def step_env(self, key, state, action): ...
    @property
    @abc.abstractmethod
    def width(self): ...
    @partial(jax.jit, static_argnums=(0,))
    def step(self, key, state, action):
        s = x[:self.width]  # static
        return self.step_env(key, state, action) + s.sum()
class Grid(Env):
    def __init__(self, n=5): self.n = n
    width = 3
    def step_env(self, key, state, action):
        v = x[action:action + 3]  # traced
        w = x[:self.n]  # static
        u = x[:self.width]  # static
        return state + v.sum() + w.sum() + u.sum()
class Big(Grid):
    def __init__(self, n, m):
        super().__init__(n)
        self.m = m
    def step_env(self, key, state, action):
        w = x[:self.m]  # static
        s = self.shift(action)
        v = x[s:s + self.m]  # traced
        return super().step_env(key, state, action)
    def shift(self, a): return a + 1
class Bigger(Big):
    def shift(self, a):
        z = x[a:a + 1]  # traced
        return a + 2
def get(name): return globals()[name]
for n, a in [("Grid", (5,)), ("Big", (4, 3)), ("Bigger", (4, 3))]:
    getattr(get(n)(*a), "step")(jax.random.key(0), 0., 3)
"""
    )


def test_a_class_that_overrides_the_traced_method_is_not_reached_from_it() -> None:
    check(
        IMPORTS
        + """
class Base:
    def window(self, i): raise NotImplementedError
    @partial(jax.jit, static_argnums=0)
    def run(self, i):
        return self.inner(i)
    def inner(self, i):
        return self.window(i)
class Eager(Base):
    def window(self, i):
        return x[i:i + 2]  # static
    def run(self, i):
        return self.inner(i)
class Traced(Base):
    def window(self, i):
        a = x[i:i + 3]  # traced
        return a
def get(name): return globals()[name]
for n in ("Eager", "Traced"): getattr(get(n)(), "run")(3)
"""
    )


def test_class_attributes_are_overridden_as_methods_are() -> None:
    check(
        IMPORTS
        + """
class Base:
    k = 2
    start = None
    def get(self, i):
        a = x[:self.k]  # static
        b = x[self.off(i):self.off(i) + 2]  # static
        return a.sum() + b.sum()
    def off(self, i): return 0
    @partial(jax.jit, static_argnums=0)
    def run(self, i): return self.get(i)
class A(Base):
    k = 4
    def off(self, i): return 3
class B(Base):
    def __init__(self, k): self.k = k
def get(name): return globals()[name]
get("A")().run(3); get("B")(3).run(4)
"""
    )


def test_a_loop_body_may_be_a_method_that_subclasses_have() -> None:
    check(
        IMPORTS
        + """
class Integ:
    dt = 0.1
    def rhs(self, c, t): raise NotImplementedError
    def _step(self, c, t):
        return self.rhs(c, t), c
    def solve(self, c, n):
        return lax.scan(self._step, c, jnp.arange(n))
    def solve2(self, c, n):
        return lax.scan(self.rhs2, c, jnp.arange(n))
    def rhs2(self, c, t): ...
class Heat(Integ):
    def __init__(self, k): self.k = k
    def rhs(self, c, t):
        a = x[t:t + self.k]  # traced
        b = x[:self.k]  # static
        return c + a.sum()
    def rhs2(self, c, t):
        a = x[t:t + self.k]  # traced
        return c + a.sum(), None
def get(name): return globals()[name]
get("Heat")(3).solve(0., 4)
get("Heat")(3).solve2(0., 4)
"""
    )


def test_a_parameter_annotated_with_a_base_class_may_be_of_any_subclass() -> None:
    check(
        IMPORTS
        + """
class Kernel:
    def window(self, i): raise NotImplementedError
class K1(Kernel):
    def __init__(self, n): self.n = n
    def window(self, i):
        a = x[:self.n]  # static
        return x[i:i + self.n]  # traced
@partial(jax.jit, static_argnames="kernel")
def apply(kernel: Kernel, i):
    return kernel.window(i)
class Holder:
    kernel: Kernel
    def __init__(self, kernel: Kernel):
        self.kernel = kernel
    @partial(jax.jit, static_argnums=0)
    def go(self, i):
        return self.kernel.window(i)
def get(name): return globals()[name]
apply(get("K1")(3), 2); get("Holder")(get("K1")(4)).go(3)
"""
    )


def test_a_traced_self_may_be_of_a_subclass() -> None:
    check(
        IMPORTS
        + """
@jax.tree_util.register_pytree_node_class
class Base:
    def __init__(self, a, n): self.a, self.n = a, n
    def tree_flatten(self): return (self.a,), (self.n,)
    @classmethod
    def tree_unflatten(cls, aux, ch): return cls(*ch, *aux)
    @jax.jit
    def run(self): return self.get()
    def get(self): raise NotImplementedError
@jax.tree_util.register_pytree_node_class
class Sub(Base):
    def get(self):
        b = x[:self.n]  # static
        return x[self.a:self.a + self.n]  # traced
def get(name): return globals()[name]
get("Sub")(2, 3).run()
"""
    )


def test_a_method_of_a_mixin_finds_what_another_base_defines() -> None:
    check(
        IMPORTS
        + """
class StepMixin:
    @partial(jax.jit, static_argnums=0)
    def step(self, i):
        return self._do(i)
class Impl:
    def _do(self, i):
        return x[i:i + 2]  # traced
class Final(StepMixin, Impl):
    pass
def get(name): return globals()[name]
get("Final")().step(3)
"""
    )


def test_an_object_that_was_seen_to_be_made_is_of_its_class_alone() -> None:
    check(
        IMPORTS
        + """
class Env:
    def reset_env(self, key): raise NotImplementedError
    def step_env(self, key, state, action): raise NotImplementedError
    @partial(jax.jit, static_argnums=(0,))
    def step(self, key, state, action):
        return self.step_env(key, state, action)
class Grid(Env):
    def __init__(self, n=5): self.n = n
    def step_env(self, key, state, action):
        v = x[action:action + 3]  # traced
        w = x[:self.n]  # static
        return state + v.sum() + w.sum()
class Cart(Env):
    size = 4
    def step_env(self, key, state, action):
        return state + self._window(action)
    def _window(self, a):
        return x[:self.size].sum() + x[a:a+2].sum()  # traced
Grid().step(jax.random.key(0), 0., 3)
Cart().step(jax.random.key(0), 0., 3)
"""
    )


def test_wrappers_that_delegate_what_they_lack_reach_the_wrapped_object() -> None:
    check(
        IMPORTS
        + """
class Env:
    k = 3

    def reset(self, i):
        return i

    @property
    def width(self):
        return 2

class Wrapper:
    def __init__(self, env):
        self._env = env

    def __getattr__(self, name):
        return getattr(self._env, name)

class Log(Wrapper):
    @partial(jax.jit, static_argnums=0)
    def step(self, i):
        start = self.reset(i)
        x[: self.width]  # static
        return x[start : start + self.k]  # traced

Log(Env()).step(3)
"""
    )


def test_what_an_abstract_method_gives_is_given_by_none() -> None:
    check("""
class Base:
    def end(self, x):
        raise NotImplementedError

    @functools.partial(jax.jit, static_argnums=0)
    def head(self, x):
        return x[:self.end(x)]  # traced

class ToLargest(Base):
    def end(self, x):
        return x.argmax()
""")
