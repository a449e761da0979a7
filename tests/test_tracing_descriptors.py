"""`staticmethod`, `classmethod` and `property` mean the same as decorators and as calls."""

from flow_programs import check


def test_a_static_method_is_made_of_a_function_of_the_module() -> None:
    check("""
def cut(x, s, e):
    return x[s:e].sum()  # traced

def head(x, n):
    return x[:n]  # static

class Tools:
    cut = staticmethod(cut)
    start = staticmethod(lambda x, s: x[s : s + 2])  # traced
    fast = staticmethod(jax.jit(lambda x, s: x[s : s + 3]))  # traced
    head = staticmethod(functools.partial(head, n=3))

    def go(self, x, i):
        return self.cut(x, i, i + 2) + self.start(x, i).sum() + self.head(x).sum()

@jax.jit
def f(x, i):
    return Tools().go(x, i), Tools.cut(x, i, i + 2), Tools.fast(x, 1), Tools.head(x)
f(jnp.ones(9), 1)
""")


def test_a_class_method_is_passed_its_class() -> None:
    check("""
def window(cls, x, start):
    return x[start : start + cls.width]  # traced

def prefix(cls, x, count):
    return x[: cls.width] + x[cls.width : 2 * cls.width]  # static

class Narrow:
    width = 2
    window = classmethod(window)
    prefix = classmethod(prefix)

class Wide(Narrow):
    width = 4

@jax.jit
def f(x, i):
    return Narrow.window(x, i), Wide().window(x, i), Wide.prefix(x, i)
f(jnp.ones(9), 1)
""")


def test_a_property_is_made_by_a_call() -> None:
    check("""
class Cursor:
    def __init__(self, size):
        self.size = size

    def _stop(self):
        return self.start + self.size

    def _move(self, stop):
        self.start = stop - self.size

    stop = property(_stop, _move)
    count = property(fget=lambda self: self.size, doc="how many")
    later = functools.cached_property(lambda self: self.start + 1)

@jax.jit
def f(x, i):
    cursor = Cursor(2)
    cursor.stop = i
    y = x[cursor.start :]  # traced
    y = x[: cursor.stop]  # traced
    y = x[: cursor.count]  # static
    y = x[cursor.later : cursor.later + 2]  # traced
    other = Cursor(2)
    other.stop = 5
    return x[: other.stop] + y  # static
f(jnp.ones(9), 1)
""")


def test_a_function_is_made_a_static_method_after_its_class() -> None:
    check("""
class Tools:
    pass

def cut(x, start):
    return x[start : start + 2]  # traced

Tools.cut = staticmethod(cut)

class More(Tools):
    def go(self, x, i):
        return self.cut(x, i) + super().cut(x, 3)

@jax.jit
def f(x, i):
    return More().go(x, i)
f(jnp.ones(9), 1)
""")


def test_a_decorated_method_is_what_the_call_makes() -> None:
    check("""
make_static = staticmethod

class Tools:
    @make_static
    def cut(x, start):
        return x[start : start + 2]  # traced

    @property
    def width(self):
        return 2

    @width.setter
    def width(self, value):
        self.other = value

@jax.jit
def f(x, i):
    tools = Tools()
    tools.width = i
    y = x[tools.other :]  # traced
    return tools.cut(x, i) + x[: tools.width]  # static
f(jnp.ones(9), 1)
""")


def test_a_function_that_is_bound_by_hand_is_called_with_its_object_first() -> None:
    check(
        """
def window(x, i, size=2):
    return x[i : i + size]  # traced
def head(x, n):
    return x[:n]  # static

@jax.jit
def f(x, i):
    return window.__get__(x)(i), head.__get__(x)(3)
f(jnp.ones(9), 1)
"""
    )
