"""A parameter that is annotated with a base class may hold an object of each class that the program makes of it."""

import ast

from flow_programs import IMPORTS, check

from jaxslice_lint.tracing.driver.mentions import index_of
from jaxslice_lint.tracing.driver.reach import Reach

_LAYERS = """
class Layer(eqx.Module):
    @abc.abstractmethod
    def __call__(self, x, i): ...
class Crop(Layer):
    width: int = eqx.field(static=True)
    def __call__(self, x, i):
        a = x[:self.width]  # static
        return x[i:i + 4]  # traced
class Scale(Layer):
    factor: jax.Array
    def __call__(self, x, i):
        return x * self.factor
"""


def test_a_base_class_leads_to_its_subclasses() -> None:
    check(
        IMPORTS
        + _LAYERS
        + """
@jax.jit
def step(layer: Layer, i):
    return layer(x, i)
def main(cfg):
    layers = [Crop(4), Scale(jnp.ones(()))]
    return step(layers[cfg.which], 1)
"""
    )


def test_a_string_that_names_the_base_class_does_so_too() -> None:
    check(
        IMPORTS
        + _LAYERS
        + """
def apply(layer: "Optional[Layer]", i):
    return x if layer is None else layer(x, i)
def main(make):
    return jax.jit(apply)(make(Crop, Scale), 2)
"""
    )


def test_a_type_variable_leads_to_the_subclasses_of_its_bound() -> None:
    check(
        IMPORTS
        + _LAYERS
        + """
L = TypeVar("L", bound=Layer)
class Trainer(Generic[L]):
    def fit(self, layer: L, steps):
        def body(carry, i):
            return carry, layer(carry, i)
        return lax.scan(body, x, jnp.arange(3))
def main(name, kinds=(Crop, Scale)):
    return Trainer().fit(dict(zip("cs", kinds))[name](4), 3)
"""
    )


def test_a_type_variable_is_bound_to_the_class_itself() -> None:
    check(
        IMPORTS
        + """
class Window(eqx.Module):
    width: int = eqx.field(static=True)
    def __call__(self, data, at):
        a = data[:self.width]  # static
        return data[at:at + 4]  # traced
W = TypeVar("W", bound=Window)
def cut(window: W, at) -> W:
    return jax.vmap(lambda at: window(x, at))(jnp.arange(9))
def main(load):
    return cut(load(Window), 3)
"""
    )


def test_a_union_of_classes_leads_to_each() -> None:
    check(
        IMPORTS
        + """
class Left(eqx.Module):
    def __call__(self, data, at):
        return data[:at]  # traced
class Right(eqx.Module):
    def __call__(self, data, at):
        return data[at:]  # traced
@jax.jit
def split(side: Left | Right, at):
    return side(x, at)
def main(flag):
    return split(Left() if flag else Right(), 2)
"""
    )


def test_a_field_of_a_base_class_leads_to_its_subclasses() -> None:
    check(
        IMPORTS
        + _LAYERS
        + """
class Net(eqx.Module):
    body: Layer
    def __call__(self, i):
        return self.body(x, i)
@jax.jit
def predict(net: Net, i):
    return net(i)
def main(body_of):
    return predict(Net(body_of(Crop, Scale)), 1)
"""
    )


def test_a_subclass_that_nobody_makes_is_not_what_the_annotation_says() -> None:
    helper = "def helper(layer: Layer, i):\n    return layer(x, i)\n"
    assert not _leads_to_slices(_LAYERS + helper)
    assert _leads_to_slices(_LAYERS + helper + "helper(Crop(4), 1)\n")
    assert _leads_to_slices(_LAYERS + helper + "def main(name):\n    return {'crop': Crop}[name]\n")


def test_a_base_class_of_very_many_says_nothing_of_any() -> None:
    helper = "def helper(layer: Layer, i):\n    return layer(x, i)\nhelper(Crop(4), 1)\n"
    others = "".join(f"class Layer{n}(Layer): ...\n" for n in range(40))
    assert not _leads_to_slices(_LAYERS + helper + others)


def _leads_to_slices(text: str) -> bool:
    """Whether the function `helper` of a program may get to a slice."""
    tree = ast.parse(text)
    [helper] = [
        one for one in tree.body if isinstance(one, ast.FunctionDef) and one.name == "helper"
    ]
    return Reach([index_of(tree, lambda _: True)]).includes(helper)


def test_subclasses_that_slice_with_static_sizes_are_no_finding() -> None:
    check(
        IMPORTS
        + """
class Pool(eqx.Module):
    size: int = eqx.field(static=True)
    def __call__(self, x):
        return x.sum()
class Head(Pool):
    def __call__(self, x):
        return x[:self.size]  # static
class Last(Pool):
    def __call__(self, x):
        return x[-self.size:]  # static
@jax.jit
def pooled(pool: Pool):
    return pool(x)
def main(flag):
    return pooled(Head(3) if flag else Last(3))
"""
    )


def test_a_base_class_outside_of_a_trace_gives_no_finding() -> None:
    check(
        IMPORTS
        + """
class Reader:
    def __call__(self, at): ...
class Rows(Reader):
    def __init__(self, data):
        self.data = data
    def __call__(self, at):
        return self.data[at:at + 4]  # silent
R = TypeVar("R", bound=Reader)
def batches(reader: R, n: int):
    for at in range(n):
        yield jax.jit(jnp.sum)(reader(at))
def main(data):
    return list(batches(Rows(data), 3))
"""
    )


def test_an_attribute_is_declared_where_it_is_assigned() -> None:
    check(
        IMPORTS
        + """
from flax import nnx
class Attention(nnx.Module):
    def attend(self, h, cursor): ...
class Full(Attention):
    def attend(self, h, cursor):
        return h[cursor:]  # traced
class Block(nnx.Module):
    def __init__(self, make, config):
        self.attention: Attention = make(config, Full)
    def __call__(self, h, cursor):
        return self.attention.attend(h, cursor)
@nnx.jit
def forward(block: Block, h: jax.Array, cursor: jax.Array):
    return block(h, cursor)
"""
    )


def test_a_variable_is_declared_where_it_is_assigned() -> None:
    check(
        IMPORTS
        + _LAYERS
        + """
def main(load, path):
    layer: Layer = load(path, like=Crop)
    other: Optional[Scale] = load(path, like=Scale)
    run = jax.jit(lambda i: layer(x, i) + other(x, i))
    return run(2)
"""
    )


def test_a_field_is_passed_what_only_its_class_tells_of() -> None:
    check(
        IMPORTS
        + """
@dataclass
class Window:
    width: int
    def cut(self, data, at):
        a = data[:self.width]
        return data[at:at + 4]  # traced
@dataclass
class Loader:
    window: Window
    def batch(self, data):
        return jax.vmap(lambda at: self.window.cut(data, at))(jnp.arange(9))
def main(build):
    return Loader(build(Window)).batch(x)
"""
    )


def test_what_is_declared_where_it_is_assigned_has_its_own_class_if_that_is_known() -> None:
    check(
        IMPORTS
        + _LAYERS.replace("# traced", "# silent").replace("# static", "# silent")
        + """
@jax.jit
def run(i):
    layer: Layer = Scale(jnp.ones(()))
    return layer(x, i)
"""
    )
