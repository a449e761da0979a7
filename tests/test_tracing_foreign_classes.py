"""Objects of classes that stand in other packages, of which nothing is known but what the program puts into them.

The lines marked `# traced` raise JAX's error for a traced bound, whatever the class is, if it is a pytree that keeps
what it is given under its name; where it is none, JAX raises before.
"""

from flow_programs import check


def test_arrays_that_are_passed_by_keyword_are_leaves() -> None:
    check(
        """
from transformers.generation.flax_utils import GreedyState
def generate(model, prompt, length):
    at = jnp.array(prompt.shape[1])
    state = GreedyState(cur_len=at, sequences=prompt, running_token=prompt[:, -1:], model_kwargs={})
    def goes_on(state):
        return state.cur_len < length
    def body(state):
        seen = state.sequences[:, : state.cur_len]  # traced
        token = model(seen)
        window = lax.dynamic_slice(state.sequences, (0, state.cur_len - 1), (1, 1))
        later = state.running_token[: state.model_kwargs["n"]]  # silent
        return GreedyState(
            cur_len=state.cur_len + 1, sequences=state.sequences, running_token=token, model_kwargs={}
        )
    return lax.while_loop(goes_on, body, state)
generate(lambda x: x, jnp.ones((1, 4), int), 9)
"""
    )


def test_what_is_replaced_or_set_is_a_leaf_as_well() -> None:
    check(
        """
import envs.core
state = envs.core.EnvState(time=jnp.array(0), name="walk", limit=7)
state = state.replace(seed=jnp.array(1), name="run")
state.reward = jnp.zeros(())
@jax.jit
def step(state, obs):
    y = obs[state.time : state.time + 1]  # traced
    z = obs[state.seed :]  # traced
    w = obs[: state.limit]  # silent
    v = obs[: state.width]  # silent
    state = state.replace(time=state.time + 1, limit=3)
    return state, obs[state.time :], obs[: state.limit]  # traced
step(state, jnp.ones(4))
"""
    )


def test_the_fields_are_known_to_whom_the_class_is_an_annotation() -> None:
    check(
        """
import simulators as sim
def reset(key):
    return sim.State(position=jax.random.randint(key, (), 0, 3), size=4)
@jax.jit
def step(state: sim.State, x):
    y = x[state.position :]  # traced
    z = x[: state.size]  # silent
    return helper(state, x)
def helper(state, x):
    return x[state.position : state.position + 2]  # traced
def eager(state: sim.State, x):
    return x[state.position :]  # silent
first = reset(jax.random.key(0))
x = jnp.ones(9)
x[first.position :]  # static
"""
    )


def test_a_nested_object_and_a_tree_of_arrays_are_traced_leaf_by_leaf() -> None:
    check(
        """
from simulators import Cache, Inner
@jax.jit
def step(cache, x):
    y = x[cache.inner.at :]  # traced
    z = x[cache.table["at"] :]  # traced
    w = x[: cache.table["n"]]  # silent
    return lax.scan(lambda c, i: (c, x[c.inner.at :][:1]), cache, jnp.arange(3))  # traced
step(Cache(inner=Inner(at=jnp.array(1)), table={"at": jnp.array(2), "n": 3}), jnp.ones(9))
"""
    )


def test_what_is_no_array_says_nothing() -> None:
    check(
        """
from simulators import Config, make_state, Sizes, SETTINGS
config = Config(width=3, depth=np.array(2), start=len("ab"))
state = make_state(at=jnp.array(1))
sizes = Sizes(jnp.array(1))
other = SETTINGS(at=jnp.array(1))
@jax.jit
def step(config, state, sizes, other, x):
    a = x[: config.width]  # silent
    b = x[: config.depth]  # silent
    c = x[config.start :]  # silent
    d = x[state.at :]  # silent
    e = x[other.at :]  # silent
    return x[sizes.at :]  # silent
step(config, state, sizes, other, jnp.ones(9))
leaves, structure = jax.tree.flatten(Config(width=3, start=jnp.array(1)))
@jax.jit
def first(x, start):
    leaves, structure = jax.tree.flatten(Config(width=3, start=start))
    return x[: leaves[0]]  # silent
first(jnp.ones(9), 1)
"""
    )
