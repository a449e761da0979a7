"""Layers that are set and read under names that the program makes while it runs."""

from flow_programs import IMPORTS, check

_BLOCK = """
class Block(eqx.Module):
    width: int = eqx.field(static=True)
    def __call__(self, x, i):
        a = x[:self.width]  # static
        return x[i:i + 4]  # traced
"""


def test_a_layer_is_set_under_a_name_with_a_number() -> None:
    check(
        IMPORTS
        + _BLOCK
        + """
class Net:
    def __init__(self, depth):
        self.depth = depth
        for n in range(depth):
            setattr(self, f"block_{n}", Block(4))
    def __call__(self, x, i):
        for n in range(self.depth):
            x = getattr(self, f"block_{n}")(x, i)
        return x
def main(depth):
    net = Net(depth)
    return jax.jit(lambda i: net(x, i))(1)
"""
    )


def test_a_layer_is_read_under_a_name_that_is_added_up() -> None:
    check(
        IMPORTS
        + _BLOCK
        + """
class Tower(flax.nnx.Module):
    def __init__(self, sizes):
        self.count = len(sizes)
        for n, size in enumerate(sizes):
            setattr(self, "layer" + str(n), Block(size))
    def forward(self, x, i):
        outs = [getattr(self, "layer" + str(n))(x, i) for n in range(self.count)]
        return outs
def main(sizes):
    tower = Tower(sizes)
    return flax.nnx.jit(lambda tower, i: tower.forward(x, i))(tower, 1)
"""
    )


def test_a_method_picks_the_name_that_another_one_set() -> None:
    check(
        IMPORTS
        + _BLOCK
        + """
class Heads:
    def __init__(self, names):
        for name in names:
            self.add(name, Block(4))
    def add(self, name, block):
        setattr(self, name, block)
    def run(self, name, i):
        head = getattr(self, name)
        return head(x, i)
def main(args):
    heads = Heads(args.names)
    return jax.jit(heads.run, static_argnums=0)(args.names[0], 2)
"""
    )


def test_what_is_set_under_such_names_may_be_what_was_set_under_others() -> None:
    check(
        IMPORTS
        + """
class Sizes:
    def __init__(self, table):
        self.size = 3
        for name, value in table.items():
            setattr(self, name, value)
def main(table):
    sizes = Sizes(table)
    @jax.jit
    def f(x):
        return x[:sizes.size]  # silent
    return f(x)
"""
    )


def test_what_is_set_under_other_names_is_not_said_to_be_traced() -> None:
    check(
        IMPORTS
        + """
class Options:
    def __init__(self, table):
        for n, value in enumerate(table):
            setattr(self, f"size_{n}", value)
def main(table):
    options = Options(table)
    @jax.jit
    def f(x, i):
        return x[:getattr(options, f"size_{i.ndim}")] + i  # silent
    return f(x, 1)
"""
    )


def test_layers_that_slice_with_static_sizes_are_no_finding() -> None:
    check(
        IMPORTS
        + """
class Head(eqx.Module):
    size: int = eqx.field(static=True)
    def __call__(self, x):
        return x[:self.size]  # static
class Net:
    def __init__(self, depth):
        for n in range(depth):
            setattr(self, f"head_{n}", Head(4))
    def __call__(self, x, n):
        return getattr(self, f"head_{n}")(x)
def main(depth):
    net = Net(depth)
    return jax.jit(lambda x: net(x, 0))(x)
"""
    )


def test_names_that_begin_otherwise_are_those_of_other_layers() -> None:
    check(
        IMPORTS
        + """
class Window:
    def __call__(self, data, at):
        return data[at:at + 4]  # silent
class Shift(eqx.Module):
    def __call__(self, data, at):
        return data + at
class Net:
    def __init__(self, depth):
        self.depth = depth
        for n in range(depth):
            setattr(self, f"window_{n}", Window())
            setattr(self, f"shift_{n}", Shift())
    def __call__(self, data, at):
        for n in range(self.depth):
            data = getattr(self, f"shift_{n}")(data, at)
        return data
def main(depth, data):
    net = Net(depth)
    rows = [getattr(net, f"window_{n}")(data, n) for n in range(depth)]
    return rows, jax.jit(lambda at: net(x, at))(1)
"""
    )
