"""Classes that derive from Python's lists, tuples and dicts: what their objects hold is called, read and changed.

Each program was run: the lines marked `# traced` raise JAX's error for a traced bound, the others run.
"""

from flow_programs import check


def test_the_items_of_a_derived_list_are_called() -> None:
    check(
        """
class Window:
    def __init__(self, size=2):
        self.size = size
    def __call__(self, x, i):
        x[: self.size]  # static
        return x[i : i + 2]  # traced
class Chain(list):
    def __call__(self, x, i):
        for f in self:
            x = f(x, i)
        return x
chain = Chain([Window()])
@jax.jit
def run(x, i):
    return chain(x, i)
run(jnp.arange(6.0), 1)
"""
    )


def test_a_derived_list_is_filled_by_its_constructor_and_by_methods() -> None:
    check(
        """
class Head:
    def __call__(self, x, i):
        return x[i:]  # traced
class Tail:
    def apply(self, x, i):
        return x[:i]  # traced
class Layers(list):
    def __init__(self, *layers, width):
        super().__init__(layers)
        self.width = width
        self.append(Head())
    def forward(self, x, i):
        x[: self.width]  # static
        first = self[0].apply(x, i)
        return self[-1](x, i)
    def again(self, x, i):
        return [layer.apply(x, i) for layer in self[:1]]
layers = Layers(Tail(), width=2)
@jax.jit
def run(x, i):
    layers.forward(x, i)
    return layers.again(x, i)
run(jnp.arange(6.0), 1)
"""
    )


def test_the_items_of_a_derived_dict_are_known_by_their_keys() -> None:
    check(
        """
class Registry(dict):
    def add(self, name):
        def decorator(function):
            self[name] = function
            return function
        return decorator
readers = Registry(size=3)
@readers.add("window")
def window(x, i):
    return x[i : i + 1]  # traced
@readers.add("prefix")
def prefix(x, k):
    return x[:k]  # static
class Named(dict):
    def __getattr__(self, name):
        return self[name]
@jax.jit
def run(x, i):
    named = Named(start=i, width=2)
    y = x[named.start :]  # traced
    z = x[: named["width"]]  # static
    for key, value in named.items():
        y = y + x[value].sum()
    return readers["window"](x, i), readers.get("prefix")(x, 2)
run(jnp.arange(6.0), 1)
"""
    )


def test_a_user_dict_keeps_its_items_in_an_attribute() -> None:
    check(
        """
from collections import UserDict, UserList
class Config(UserDict):
    def width(self):
        return self.data["width"]
class Starts(UserList):
    def first(self):
        return self.data[0]
config = Config(width=2)
@jax.jit
def run(x, i):
    starts = Starts([i, i + 1])
    y = x[starts.first() :]  # traced
    z = x[starts[1] :]  # traced
    return x[: config.width()], x[: config["width"]]  # static
run(jnp.arange(6.0), 1)
"""
    )


def test_a_derived_tuple_is_indexed_and_unpacked() -> None:
    check(
        """
class Range(tuple):
    @property
    def start(self):
        return self[0]
    def read(self, x):
        start, width = self
        return x[start : start + width]  # traced
@jax.jit
def run(x, i):
    part = Range((i, 2))
    y = x[: part[1]]  # static
    z = x[part.start :]  # traced
    return part.read(x)
run(jnp.arange(6.0), 1)
"""
    )


def test_methods_that_are_written_come_first() -> None:
    check(
        """
class Doubled(list):
    def __getitem__(self, index):
        return 2
    def __iter__(self):
        return iter((1, 2))
    def get(self, index):
        return super().__getitem__(index)
class Fixed(dict):
    def __setitem__(self, key, value):
        super().__setitem__(key, 1)
@jax.jit
def run(x, i):
    items = Doubled([i, i])
    y = x[: items[0]]  # static
    for item in items:
        y = x[:item]  # static
    fixed = Fixed()
    fixed["a"] = i
    z = x[: fixed["a"]]  # static
    return x[items.get(1) :]  # traced
run(jnp.arange(6.0), 1)
"""
    )


def test_what_a_derived_container_holds_stays_static_and_unknown_contents_unknown() -> None:
    check(
        """
class Sizes(list):
    pass
class Shapes(dict):
    def size(self, name):
        return self[name]
class Made(tuple):
    def __new__(cls, *items):
        return super().__new__(cls, (len(items), 2))
sizes, shapes = Sizes([1, 2]), Shapes({"a": 2})
sizes.append(3)
@jax.jit
def run(x, i):
    for size in sizes:
        y = x[:size]  # static
    y = x[: shapes.size("a")]  # static
    made = Made(i, i)
    y = x[: made[0]]  # silent
    return y
run(jnp.arange(6.0), 1)
class Stack(list):
    def read(self, x):
        for item in self:
            x = x[:item]  # silent
        return x
@jax.jit
def never(stack: Stack, x):
    return stack.read(x)
"""
    )
