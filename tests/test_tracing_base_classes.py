"""Base classes of libraries: the methods that programs override are traced where the library calls them.

Programs like these were run with the libraries: the lines marked `# traced` raise JAX's error, the others run.
"""

import pytest
from flow_programs import check

GYMNAX = """
from gymnax.environments import environment, spaces
from flax import struct
@struct.dataclass
class State:
    board: jax.Array
    time: int
    size: int = struct.field(pytree_node=False)
@struct.dataclass
class Params:
    start: int = 1
"""


def test_an_environment_of_gymnax_is_stepped_inside_a_trace_though_nobody_steps_it() -> None:
    check(
        GYMNAX
        + """
class Maze(environment.Environment[State, Params]):
    width = 2
    @property
    def default_params(self):
        return Params()
    def step_env(self, key, state: State, action: int, params: Params):
        state.board[:state.size]  # static
        state.board[:self.width]  # static
        state.board[params.start:]  # silent
        row = state.board[action:action + 1]  # traced
        return self.get_obs(state), state.replace(board=row), 0.0, False, {}
    def reset_env(self, rng, params):
        first = jax.random.randint(rng, (), 0, 4)
        board = jnp.zeros(8).at[first:first + 2].set(1.0)  # traced
        return self.get_obs(State(board, 0, 3)), State(board, 0, 3)
    def get_obs(self, state):
        return state.board[state.time:]  # traced
    def unused(self, board, action):
        return board[action:]  # silent
"""
    )


def test_what_reset_and_step_of_gymnax_are_passed_reaches_the_methods_of_the_environment() -> None:
    check(
        GYMNAX
        + """
class Maze(environment.Environment):
    def step_env(self, key, state, action, params):
        state.board[:state.size]  # static
        state.board[params.start:]  # traced
        return state.board, state, 0.0, False, {}
    def reset_env(self, key, params=None):
        start = 0 if params is None else params.start
        board = jnp.zeros(8)[start:]  # traced
        return board, State(board, 0, 3)
env = Maze()
def rollout(key):
    observation, state = jax.vmap(env.reset, in_axes=(0, None))(jax.random.split(key), Params())
    return jax.lax.scan(lambda s, a: env.step(key, s, a, Params())[1::-1], state, jnp.arange(3))
jax.jit(rollout)(jax.random.key(0))
"""
    )


@pytest.mark.parametrize("use", ["jax.jit(env.step)", "jax.vmap(env.step, in_axes=(0, 0, 0))"])
def test_a_transform_is_given_a_method_that_an_environment_inherits(use: str) -> None:
    check(
        f"""
from pgx.core import Env
class Ladder(Env):
    def _init(self, key):
        return jnp.zeros(8)[int(key):]  # silent
    def _step(self, state, action, key):
        return state[action:action + 1]  # traced
    def _observe(self, state, player):
        return state[player:]  # silent
env = Ladder()
step = {use}
"""
    )


def test_a_game_of_pgx_is_traced_as_its_methods_are_called() -> None:
    check(
        """
import pgx
class Ladder(pgx.Env):
    def _init(self, key: jax.Array):
        first = jax.random.randint(key, (), 0, 4)
        return jnp.zeros(8)[first:]  # traced
    def _step(self, state, action: jax.Array, key):
        return state[action:action + 1]  # traced
    def _observe(self, state, player):
        return state[player:]  # traced
env = Ladder()
@jax.jit
def play(key):
    state = env.init(key)
    return env.observe(state)
class Other(pgx.Env):
    def _init(self, key):
        return jnp.zeros(8)[key:]  # static
start = Other().init(2)
"""
    )


def test_environments_whose_transitions_are_traced_by_those_who_train_on_them() -> None:
    check(
        """
from brax.envs import PipelineEnv
from brax.envs.base import Env
from jaxmarl.environments.multi_agent_env import MultiAgentEnv
import jumanji
class Ant(PipelineEnv):
    def reset(self, rng: jax.Array):
        first = jax.random.randint(rng, (), 0, 4)
        return jnp.zeros(8)[first:]  # traced
    def step(self, state, action: jax.Array):
        self.extra(state, 2)
        return state[action:]  # traced
    def extra(self, state, n: int):
        return state[:n]  # static
class Point(Env):
    def step(self, state, n: int):
        return state[:n]  # silent
class Board(jumanji.Environment):
    def step(self, state, action: jax.Array):
        return state[action:]  # traced
class Team(MultiAgentEnv):
    def reset(self, key):
        first = jax.random.randint(key, (), 0, 4)
        return jnp.zeros(8)[first:], 0  # traced
    def step_env(self, key, state, actions):
        return state[actions["a"]:], state, 0.0, {"__all__": False}, {}  # traced
class Plain:
    def reset(self, key):
        first = jax.random.randint(key, (), 0, 4)
        return jnp.zeros(8)[first:]  # silent
    def step_env(self, key, state, actions):
        return state[actions["a"]:]  # silent
"""
    )


def test_an_environment_that_is_only_stepped_eagerly_by_its_own_methods_is_not_traced() -> None:
    check(
        """
from brax.envs.base import Env
class Table(Env):
    def reset(self, rng: jax.Array):
        return jnp.zeros(8)
    def step(self, state, action: jax.Array):
        return state[action:]  # static
env = Table()
env.step(env.reset(jax.random.key(0)), jnp.array(2))
"""
    )


def test_terms_and_solvers_of_diffrax_are_called_with_tracers() -> None:
    check(
        """
import diffrax
class Decay(diffrax.AbstractTerm):
    size: int
    def vf(self, t, y, args):
        y[:self.size]  # silent
        return y[t.astype(int):]  # traced
    def contr(self, t0, t1, **kwargs):
        return jnp.arange(8)[t0:t1]  # traced
    def prod(self, vf, control):
        return vf * control
class Steps(diffrax.AbstractSolver):
    def step(self, terms, t0, t1, y0, args, solver_state, made_jump):
        n = jnp.sum(y0 > 0)
        return y0[:n]  # traced
    def order(self, terms):
        return terms[:terms.n]  # silent
"""
    )
