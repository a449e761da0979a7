"""Objects of classes of libraries: their fields are leaves of a pytree, and their methods are followed.

Each program was run, but for those that need a package which is named: the lines marked `# traced` raise JAX's error
for a traced bound, the others run.
"""

import pytest
from flow_programs import check

HISTORY = """
import optax
class History(NamedTuple):
    count: jax.Array
    rows: jax.Array
"""
KEEP = (
    HISTORY
    + """
def keep(size):
    def init(params):
        return History(jnp.zeros((), jnp.int32), jnp.zeros((size,) + params.shape))
    def update(updates, state, params=None):
        rows = state.rows.at[state.count : state.count + 1].set(updates[None])  # STATUS
        updates[:size]  # static
        return updates, History(state.count + 1, rows)
    return optax.GradientTransformation(init, update)
"""
)


def test_functions_of_an_own_gradient_transformation_are_called() -> None:
    check(
        KEEP.replace("STATUS", "traced")
        + """
opt = keep(4)
@jax.jit
def step(g, s):
    return opt.update(g, s)
step(jnp.ones(3), opt.init(jnp.ones(3)))
"""
    )


def test_the_parts_of_a_chain_are_called_in_order_each_with_its_own_state() -> None:
    check(
        HISTORY
        + """
def trailing(size):
    def init_fn(params):
        return History(jnp.array(0), params)
    def update_fn(updates, state, params=None, **extra):
        recent = state.rows[state.count : state.count + size]  # traced
        updates[:size]  # static
        return updates, History(state.count * 0, state.rows)
    return optax.GradientTransformationExtraArgs(init=init_fn, update=update_fn)
optimizer = optax.chain(optax.clip(1.0), trailing(2), optax.scale(-1.0))
def train(params, batches):
    opt_state = optimizer.init(params)
    def body(carry, batch):
        params, opt_state = carry
        updates, opt_state = optimizer.update(batch, opt_state, params)
        return (optax.apply_updates(params, updates), opt_state), updates.sum()
    return lax.scan(body, (params, opt_state), batches)
train(jnp.ones(3), jnp.ones((2, 3)))
"""
    )


def test_the_functions_of_a_transformation_are_unpacked_and_wrapped_in_another() -> None:
    check(
        HISTORY
        + """
def windowed(inner, size):
    inner = optax.with_extra_args_support(inner)
    def init(params):
        return {"inner": inner.init(params), "at": jnp.array(1)}
    def update(updates, state, params=None):
        updates, after = inner.update(updates, state["inner"], params)
        part = updates[state["at"] : state["at"] + size]  # traced
        updates[:size]  # static
        return updates, {"inner": after, "at": state["at"]}
    return optax.GradientTransformation(init, update)
def plain():
    def init(params):
        return optax.EmptyState()
    def update(updates, state, params=None):
        return updates * 2, state
    return optax.GradientTransformation(init, update)
init_fn, update_fn = windowed(plain(), 2)
first, second = optax.chain(plain(), plain())
state = first(jnp.ones(3))
jax.jit(update_fn)(jnp.ones(3), init_fn(jnp.ones(3)))
"""
    )


def test_an_eager_update_is_not_traced() -> None:
    check(
        KEEP.replace("STATUS", "static")
        + """
opt = optax.chain(keep(4))
updates, state = opt.update(jnp.ones(3), opt.init(jnp.ones(3)))
"""
    )


TRAIN_STATE = """
import flax.struct
import optax
from flax.training import train_state
from flax.training.train_state import TrainState
"""


def test_the_fields_of_a_train_state_are_data_but_for_its_functions() -> None:
    check(
        TRAIN_STATE
        + """
class State(TrainState):
    offset: jax.Array
    width: int = flax.struct.field(pytree_node=False)
def apply(params, x):
    return x * params["w"]
state = State.create(
    apply_fn=apply, params={"w": jnp.ones(4)}, tx=optax.sgd(0.1), offset=jnp.array(1), width=2
)
@jax.jit
def step(state, x):
    head = x[: state.width]  # static
    at = x[state.offset : state.offset + state.width]  # traced
    recent = x[state.step : state.step + 1]  # traced
    grads = jax.grad(lambda params: state.apply_fn(params, x).sum())(state.params)
    state = state.apply_gradients(grads=grads, offset=state.offset + 1)
    later = x[state.step : state.step + 1]  # traced
    return state.replace(offset=state.offset + 2)
state = step(state, jnp.ones(4))
x = jnp.ones(9)
x[state.offset : state.offset + state.width]  # static
"""
    )


def test_a_train_state_calls_its_own_optimizer() -> None:
    check(
        TRAIN_STATE
        + """
def keep():
    def init(params):
        return jnp.array(0)
    def update(updates, count, params=None):
        rows = updates["w"]
        rows[count : count + 1]  # traced
        return updates, count + 1
    return optax.GradientTransformation(init, update)
state = train_state.TrainState.create(apply_fn=None, params={"w": jnp.ones(4)}, tx=keep())
@jax.jit
def step(state, grads):
    return state.apply_gradients(grads=grads)
step(state, {"w": jnp.ones(4)})
"""
    )


def test_a_train_state_by_its_annotation_alone() -> None:
    check(
        TRAIN_STATE
        + """
@jax.jit
def step(state: TrainState, x):
    return x[state.step : state.step + 1]  # traced
def eager(state: TrainState, x):
    return x[state.step : state.step + 1]  # silent
"""
    )


def test_graphs_of_jraph_are_tuples_of_arrays() -> None:
    check(
        """
import jraph
@jax.jit
def first(graph: jraph.GraphsTuple, size):
    nodes = graph.nodes[: graph.n_node[0]]  # traced
    graph = graph._replace(n_edge=graph.n_edge * 2)
    return graph.edges[: graph.n_edge[1]]  # traced
graph = jraph.GraphsTuple(
    nodes=jnp.ones((5, 2)), edges=jnp.ones((2, 3)), senders=jnp.array([0, 1]),
    receivers=jnp.array([1, 0]), n_node=jnp.array([2, 3]), n_edge=jnp.array([1, 1]), globals=None,
)
first(graph, 3)
graph.nodes[: graph.n_node[0]]  # static
@jax.jit
def unseen(graph: jraph.GraphsTuple):
    return graph.nodes[: graph.n_node[0]]  # traced
"""
    )


@pytest.mark.parametrize(
    "imported",
    ["from praxis.py_utils import NestedMap", "from flax.core import FrozenDict as NestedMap"],
)
def test_a_dict_of_a_library_is_a_tree(imported: str) -> None:
    check(
        f"""
{imported}
@jax.jit
def step(cache, x):
    y = x[cache["at"] : cache["at"] + 1]  # traced
    return x[: cache["n"].shape[0]]  # static
step(NestedMap(at=jnp.array(1), n=jnp.ones(2)), jnp.ones(4))
cache = NestedMap(at=jnp.array(1))
jnp.ones(4)[cache["at"] :]  # static
"""
    )


def test_the_items_of_a_nested_map_are_its_attributes() -> None:
    check(
        """
from praxis import py_utils
NestedMap = py_utils.NestedMap
@jax.jit
def step(x, i):
    state = NestedMap()
    state.at, state.n = i, 2
    state.inner = NestedMap(at=i + 1)
    y = x[state.at : state.at + 1]  # traced
    z = x[state.inner.at :]  # traced
    return x[: state.n]  # static
step(jnp.ones(4), 1)
"""
    )
