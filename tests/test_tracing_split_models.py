"""Models of nnx that are split into a structure and states, and put together again inside of a trace or outside.

Each program was run: the lines marked `# traced` raise JAX's error for a traced bound, the others run.
"""

from flow_programs import check

NNX = "from flax import nnx\n"
CACHE = (
    NNX
    + """
class Cache(nnx.Module):
    def __init__(self, size=2):
        self.size = size
        self.at = nnx.Cache(jnp.array(0))
        self.table = nnx.Param(jnp.ones((6, 3)))
"""
)


def test_a_merged_model_is_of_the_class_that_was_split() -> None:
    check(
        NNX
        + """
class Layer(nnx.Module):
    def __call__(self, x, index):
        return x[index : index + 1]  # traced
model = Layer()
graphdef, state = nnx.split(model)
@jax.jit
def decode(state, x, index):
    m = nnx.merge(graphdef, state)
    return m(x, index)
"""
    )


def test_the_leaves_of_a_merged_model_are_those_of_its_states() -> None:
    check(
        CACHE
        + """
    def window(self, x):
        return x[self.at.value : self.at.value + self.size]  # traced
    def head(self, x):
        return x[: self.size]  # static
model = Cache()
graphdef, params, rest = nnx.split(model, nnx.Param, ...)
@jax.jit
def step(params, rest, x):
    merged = nnx.merge(graphdef, params, rest)
    merged.head(x)
    merged.window(x)
    return x[rest["at"].value :], x[rest.at[...] :]  # traced
step(params, rest, jnp.ones(9))
"""
    )


def test_what_a_closure_holds_stays_concrete() -> None:
    check(
        CACHE
        + """
    def window(self, x):
        return x[self.at.value :], x[: self.size]  # static
graphdef, state = nnx.split(Cache())
@jax.jit
def step(x):
    return nnx.merge(graphdef, state).window(x)
step(jnp.ones(9))
eager = nnx.merge(graphdef, state)
eager.window(jnp.ones(9))
"""
    )


def test_a_structure_is_passed_as_an_argument_and_kept_in_an_attribute() -> None:
    check(
        CACHE
        + """
class Engine:
    def __init__(self, model):
        self.graphdef, self.state = nnx.split(model)
        self._decode = jax.jit(self.decode, static_argnums=0)
    def decode(self, graphdef, state, x):
        cache = nnx.merge(graphdef, state)
        x[: cache.size]  # static
        return jax.lax.fori_loop(0, 2, lambda i, y: y + x[cache.at.value :][0], 0.0)  # traced
    def run(self, x):
        return self._decode(self.graphdef, self.state, x)
Engine(Cache()).run(jnp.ones(9))
"""
    )


def test_layers_in_a_list_are_put_back_into_a_list() -> None:
    check(
        CACHE
        + """
class Stack(nnx.Module):
    def __init__(self, count):
        self.layers = nnx.List([Cache() for _ in range(count)])
        self.own = nnx.List([Cache(1), Cache(2)])
        self.again = self.own[0]
    def __call__(self, x):
        for layer in self.layers:
            x = x + x[layer.at.value :].sum()  # traced
        x[: self.own[1].size]  # static
        return x[self.own[0].at[...] :], x[self.again.at[...] :]  # traced
(graphdef, state), n = nnx.split(Stack(3)), 2
@jax.jit
def step(graphdef, state, x):
    return nnx.merge(graphdef, state)(x)
step(graphdef, state, jnp.ones(9))
"""
    )


def test_a_state_of_a_model_is_a_tree_of_boxes_and_an_update_stores_it() -> None:
    check(
        CACHE
        + """
model = Cache()
@jax.jit
def step(state, x):
    own = Cache()
    nnx.update(own, state)
    double = jax.tree.map(lambda leaf: leaf * 2, state)
    x[: own.size]  # static
    return x[own.at.value :], x[double["at"].value :], x[: state["table"].value.shape[0]]  # traced
step(nnx.state(model), jnp.ones(9))
x = jnp.ones(9)
nnx.update(model, nnx.state(model, nnx.Cache))
caches, params = nnx.state(model, nnx.Cache, nnx.Param)
x[caches["at"].value :]  # static
x[model.at.value :]  # static
"""
    )


def test_a_copy_holds_what_the_original_does() -> None:
    check(
        CACHE
        + """
@nnx.jit
def step(model, x):
    copy = nnx.clone(model)
    copy.size = 3
    x[: model.size]  # static
    return x[copy.at.value :]  # traced
step(Cache(), jnp.ones(9))
x = jnp.ones(9)
copy = nnx.clone(Cache())
x[copy.at.value : copy.at.value + copy.size]  # static
"""
    )


def test_several_models_are_split_together() -> None:
    check(
        CACHE
        + """
class Reader(nnx.Module):
    def __init__(self):
        self.start = nnx.Variable(jnp.array(1))
    def __call__(self, x):
        return x[self.start.value :]  # traced
graphdef, state = nnx.split((Cache(), {"reader": Reader()}))
@jax.jit
def step(state, x):
    cache, others = nnx.merge(graphdef, state)
    x[: cache.size]  # static
    return others["reader"](x)
step(state, jnp.ones(9))
"""
    )


def test_a_state_of_which_nothing_is_known_makes_no_finding_outside_of_a_trace() -> None:
    check(
        CACHE
        + """
import pickle
def load(path, x):
    graphdef, state = nnx.split(Cache())
    with open(path, "rb") as file:
        restored = pickle.load(file)
    model = nnx.merge(graphdef, restored)
    x[: model.size]  # static
    return x[model.at.value :]  # silent
def unknown(graphdef, state, x):
    model = nnx.merge(graphdef, state)
    return x[model.at.value :]  # silent
"""
    )


def test_an_abstract_model_has_the_class_of_a_real_one() -> None:
    check(
        CACHE
        + """
    def window(self, x):
        return x[self.at[...] :]  # traced
abstract = nnx.eval_shape(lambda: Cache(4))
graphdef, shapes = nnx.split(abstract)
@jax.jit
def step(state, x):
    model = nnx.merge(graphdef, state)
    x[: model.size]  # static
    return model.window(x)
step(jax.tree.map(lambda leaf: jnp.zeros(leaf.shape, leaf.dtype), shapes), jnp.ones(9))
"""
    )
