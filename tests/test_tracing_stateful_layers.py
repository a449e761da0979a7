"""States of equinox, which hold the arrays that layers change, apart from the layers.

Each program was run: the lines marked `# traced` raise JAX's error for a traced bound, the others run.
"""

from flow_programs import check

POSITION = """
import equinox as eqx
class Position(eqx.Module):
    index: eqx.nn.StateIndex
    width: int
    def __init__(self, width=2):
        self.index = eqx.nn.StateIndex(jnp.array(0))
        self.width = width
"""


def test_what_a_state_holds_is_traced_in_a_filtered_jit() -> None:
    check(
        POSITION
        + """
@eqx.filter_jit
def read(x, state, index):
    i = state.get(index)
    return x[i : i + 2]  # traced
holder, state = eqx.nn.make_with_state(Position)()
read(jnp.arange(6.0), state, holder.index)
"""
    )


def test_a_layer_reads_and_sets_its_own_part_of_the_state() -> None:
    check(
        POSITION
        + """
    def __call__(self, x, state):
        at = state.get(self.index)
        y = x[at : at + self.width]  # traced
        z = x[: self.width]  # static
        state = state.set(self.index, at + 1)
        y = y + x[state.get(self.index) :].sum()  # traced
        return y, state
class Model(eqx.Module):
    first: Position
    layers: list
    def __init__(self, count):
        self.first = Position()
        self.layers = [Position(1) for _ in range(count)]
    def __call__(self, x, state):
        part = state.substate(self.layers[0])
        w = x[part.get(self.layers[0].index) :]  # traced
        _, state = self.first(x, state)
        for layer in self.layers:
            y, state = layer(x, state)
        state = state.update(part)
        return x, state
model, state = eqx.nn.make_with_state(Model)(count=2)
@eqx.filter_jit
def step(model, state, x):
    return model(x, state)
y, state = step(model, state, jnp.arange(6.0))
"""
    )


def test_a_state_is_carried_by_a_scan_and_shared_in_a_mapped_function() -> None:
    check(
        POSITION
        + """
layer, state = eqx.nn.make_with_state(Position)(width=2)
def body(state, x):
    at = state.get(layer.index)
    y = x[: layer.width]  # static
    z = x[at:]  # traced
    return state.set(layer.index, at + 1), y
state, ys = lax.scan(body, state, jnp.ones((2, 4)))
def rows(x, state):
    return x[state.get(layer.index) :], state  # traced
jax.jit(jax.vmap(rows, in_axes=(0, None)))(jnp.ones((2, 4)), state)
"""
    )


def test_an_eager_state_and_one_in_a_closure_are_concrete() -> None:
    check(
        POSITION
        + """
    def __call__(self, x, state):
        at = state.get(self.index)
        y = x[at : at + 1]  # static
        return y, state.set(self.index, at + 1)
layer, state = eqx.nn.make_with_state(Position)(1)
x = jnp.arange(6.0)
y, state = layer(x, state)
z = x[state.get(layer.index) :]  # static
@eqx.filter_jit
def closed(x):
    return x[state.get(layer.index) :]  # static
closed(x)
class Store:
    def get(self, index):
        return 1
@jax.jit
def other(x):
    return x[Store().get(layer.index) :]  # static
other(x)
"""
    )


def test_a_state_of_which_only_the_type_is_known() -> None:
    check(
        POSITION
        + """
@jax.jit
def step(state: eqx.nn.State, x):
    return x[state.get(None) :]  # traced
def eager(state: eqx.nn.State, index, x):
    return x[state.get(index) :]  # silent
"""
    )
