"""What libraries pass to the functions that they are handed.

Each program was run: the lines marked `# traced` raise JAX's error for a traced bound, the others run.
"""

from flow_programs import check


def test_filtered_transforms_trace_arrays_alone() -> None:
    check(
        """
import equinox as eqx
def f(x, n, i):
    x[:n]  # static
    return x[i:i + 1]  # traced
x, i = jnp.ones(4), jnp.array(1)
eqx.filter_jit(f)(x, 2, i)
eqx.filter_jit(donate="all")(lambda x, n: x[:n])(x, 2)  # static
eqx.filter_checkpoint(lambda x, n, i: (x[:n], x[i:i + 1]))(x, 2, i)  # traced
eqx.filter_closure_convert(lambda x, n: x[:n], x, 2)(x, 2)  # static
eqx.filter_eval_shape(lambda x, n: x[:n], x, 2)  # static
eqx.filter_eval_shape(lambda x, i: x[i:i + 2], x, i)  # traced
eqx.filter_jvp(lambda x, n: x[:n], (x, 2), (x, None))  # static
eqx.filter_vmap(lambda x, n: x[:n], in_axes=eqx.if_array(0))(jnp.ones((3, 4)), 2)  # static
eqx.filter_vmap(lambda x, i: x[i:i + 1], in_axes=(None, eqx.if_array(0)))(x, jnp.arange(3))  # traced
eqx.filter_vmap(lambda x, i: x[i:], in_axes=(0, None))(jnp.ones((3, 4)), jnp.array(2))  # static
"""
    )


def test_a_filtered_custom_rule_passes_its_arguments_as_they_are() -> None:
    check(
        """
import equinox as eqx
@eqx.filter_custom_vjp
def f(x, n, i):
    return x[:n], x[i:i + 1]  # traced
@f.def_fwd
def forward(_, x, n, i):
    return f(x, n, i), None
@f.def_bwd
def backward(_, gradient, __, x, n, i):
    return gradient[0]
@eqx.filter_custom_jvp
def g(x, n):
    return x[:n]  # static
@g.def_jvp
def rule(primals, tangents):
    return g(*primals), tangents[0]
@jax.jit
def h(x, i):
    return f(x, 2, i), g(x, 2)
h(jnp.ones(4), 1)
"""
    )


def test_layers_of_equinox_give_arrays_and_static_fields_stay() -> None:
    check(
        """
import equinox as eqx
class Model(eqx.Module):
    linear: eqx.nn.Linear
    size: int = eqx.field(static=True)
    width: int = eqx.static_field()
    def __init__(self, key):
        self.linear = eqx.nn.Linear(4, 4, key=key)
        self.size, self.width = 2, 3
    def __call__(self, x):
        i = jnp.argmax(self.linear(x))
        x[:self.size], x[:self.width]  # static
        return x[i:i + 1]  # traced
jax.jit(lambda model, x: model(x))(Model(jax.random.key(0)), jnp.ones(4))
"""
    )


def test_wrappers_of_chex_and_type_checkers_change_nothing() -> None:
    check(
        """
import chex
from beartype import beartype
from jaxtyping import Array, Float, Int, jaxtyped
@jax.jit
@chex.assert_max_traces(n=1)
def f(x, i):
    return x[i:i + 1]  # traced
@jax.jit
@chex.assert_max_traces(1)
def g(x, i):
    return x[i:i + 2]  # traced
@chex.assert_max_traces(n=2)
def h(x, n):
    return x[:n]  # static
@functools.partial(jax.jit, static_argnames="n")
@jaxtyped(typechecker=beartype)
def k(x: Float[Array, "a"], i: Int[Array, ""], n: int):
    x[:n]  # static
    return x[i:i + 3]  # traced
f(jnp.ones(4), 1), g(jnp.ones(4), 1), h(jnp.ones(4), 1), k(jnp.ones(4), 1, n=2)
jax.jit(chex.assert_max_traces(lambda x, i: x[i:i + 1], n=2))(jnp.ones(4), 1)  # traced
chex.chexify(jax.jit(lambda x, i: x[i:i + 1]))(jnp.ones(4), 1)  # traced
"""
    )


def test_a_transformed_function_of_haiku_gets_the_arguments_of_apply() -> None:
    check(
        """
import haiku as hk
class Block(hk.Module):
    def __init__(self, size, name=None):
        super().__init__(name=name)
        self.size = size
    def __call__(self, x, i, n):
        at = hk.get_state("at", (), jnp.int32, init=jnp.zeros)
        x[:self.size], x[:n]  # static
        j = jnp.argmax(hk.Linear(3)(x))
        return x[i:i + 1], x[at:at + 1], x[j:j + 1]  # traced
def forward(x, i, n):
    return Block(2)(x, i, n)
model = hk.transform_with_state(forward)
params, state = model.init(jax.random.key(0), jnp.ones(4), 1, 2)
@jax.jit
def step(params, state, x, i):
    out, state = model.apply(params, state, None, x, i, 2)
    return out
step(params, state, jnp.ones(4), 1)
"""
    )


def test_the_random_key_of_haiku_may_be_left_out_and_the_pair_unpacked() -> None:
    check(
        """
import haiku as hk
def forward(x, n):
    x[:n]  # static
    return hk.scan(lambda c, row: (c + 1, row[c:c + 1]), 0, x)  # traced
init, apply = hk.without_apply_rng(hk.transform(forward))
params = init(jax.random.key(0), jnp.ones((3, 4)), 2)
apply(params, jnp.ones((3, 4)), 2)
model = hk.transform(lambda x, i: x[i:i + 2])  # static
model.apply({}, None, jnp.ones(4), jnp.array(1))
keyless = hk.without_apply_rng(hk.transform(lambda x, i: x[i:i + 2]))  # traced
jax.jit(keyless.apply)({}, jnp.ones(4), 1)
"""
    )


def test_a_module_of_haiku_that_nobody_calls_is_traced() -> None:
    check(
        """
import haiku as hk
class Block(hk.Module):
    def __call__(self, x: jax.Array, i: jax.Array, n: int):
        x[:n]  # static
        return x[i:i + 1]  # traced
    def other(self, x, i: jax.Array):
        return x[i:i + 1]  # static
"""
    )


def test_the_vector_field_of_a_differential_equation_is_traced_and_its_python_arguments_are_not() -> (
    None
):
    check(
        """
import diffrax
def field(t, y, args):
    table, n = args
    table[:n]  # static
    i = (t * 3).astype(int)
    return -y * table[i:i + 1]  # traced
def noise(t, y, n):
    return jnp.eye(3)[:3, :n[1]]  # static
def drift(t, y, args):
    return -y[y[0].astype(int):]  # traced
saved = diffrax.SaveAt(ts=jnp.linspace(0, 1, 3), fn=lambda t, y, args: y[t.astype(int):])  # traced
y0, args = jnp.ones(3), (jnp.ones(3), 3)
diffrax.diffeqsolve(diffrax.ODETerm(field), diffrax.Tsit5(), 0, 1, 0.1, y0, args=args)
path = diffrax.VirtualBrownianTree(0, 1, 1e-2, (3,), jax.random.key(0))
terms = diffrax.MultiTerm(diffrax.ODETerm(drift), diffrax.ControlTerm(noise, path))
diffrax.diffeqsolve(terms, diffrax.Euler(), t0=0, t1=1, dt0=0.1, y0=y0, args=args, saveat=saved)
"""
    )


def test_solvers_trace_what_they_solve() -> None:
    check(
        """
import optimistix as optx
import lineax as lx
import jaxopt
y = jnp.ones(3)
def residual(y, args):
    n, i = args
    y[:n]  # static
    return y - y[i:i + 1]  # traced
optx.root_find(residual, optx.Newton(1e-3, 1e-3), y, args=(2, jnp.array(1)), throw=False)
optx.minimise(lambda y, n: (y[:n] ** 2).sum(), optx.BFGS(1e-3, 1e-3), y, 2, throw=False)  # static
shape = jax.eval_shape(lambda: y)
lx.linear_solve(lx.FunctionLinearOperator(lambda y: y + y[y[0].astype(int):][:1], shape), y)  # traced
lx.FunctionLinearOperator(lambda y: y[y[0].astype(int):], shape).mv(y)  # static
def loss(params, data, n):
    return (params[:n] - data[:n]).sum()  # traced
jaxopt.LBFGS(loss, maxiter=2).run(y, y, 3)
jaxopt.GradientDescent(fun=lambda p, i: p[i:i + 1].sum()).run(y, 1)  # traced
"""
    )


def test_models_that_are_sampled_are_traced_with_static_arguments() -> None:
    check(
        """
import numpyro
import numpyro.distributions as dist
from numpyro.infer import MCMC, NUTS
import blackjax
def model(x, n):
    x[:n]  # static
    known = numpyro.sample("known", dist.Poisson(3.0), obs=2)
    x[:known]  # static
    change = numpyro.sample("change", dist.Uniform(0.0, 3.0))
    i = change.astype(int)
    numpyro.sample("y", dist.Normal(0, 1), obs=x[:i])  # traced
MCMC(NUTS(model), num_warmup=2, num_samples=2).run(jax.random.PRNGKey(0), jnp.ones(4), 2)
def density(p):
    return -p[p[0].astype(int):].sum()  # traced
kernel = blackjax.nuts(density, step_size=0.1, inverse_mass_matrix=jnp.ones(3))
kernel.step(jax.random.key(0), kernel.init(jnp.ones(3)))
blackjax.rmh(lambda p: -p[p[0].astype(int):].sum(), None).init(jnp.ones(3))  # static
"""
    )


def test_a_field_that_is_no_node_of_a_pytree_stays_static() -> None:
    check(
        """
from flax import struct
from flax.training import train_state
class State(struct.PyTreeNode):
    x: jax.Array
    at: jax.Array
    size: int = struct.field(pytree_node=False)
@jax.jit
def f(state):
    state.x[:state.size]  # static
    return state.x[state.at:state.at + state.size]  # traced
f(State(jnp.ones(4), jnp.array(1), 2))
"""
    )


def test_transforms_of_brainstate_trace_as_those_of_jax_do() -> None:
    check(
        """
import brainstate
x = jnp.arange(9.0)
brainstate.transform.jit(lambda x, i, n: (x[:n], x[i:i + 2]), static_argnums=2)(x, 1, 2)  # traced
brainstate.transform.jit(lambda x, n: x[:n], static_argnames="n")(x, n=2)  # static
brainstate.transform.for_loop(lambda i: x[i:i + 2], jnp.arange(3))  # traced
brainstate.transform.scan(lambda at, i: (at + 1, x[at:at + 2]), 0, jnp.arange(3))  # traced
brainstate.transform.while_loop(lambda i: i < 3, lambda i: i + x[i:i + 1].size, 0)  # traced
brainstate.transform.cond(True, lambda i: x[i:i + 1], lambda i: x[:1], 1)  # traced
brainstate.transform.vmap(lambda x, n: x[:n], in_axes=(0, None))(jnp.ones((3, 4)), 2)  # static
brainstate.transform.vmap(lambda i: x[i:i + 2])(jnp.arange(3))  # traced
"""
    )


def test_a_field_of_an_eformer_pytree_is_data_unless_it_says_otherwise() -> None:
    check(
        """
from eformer.pytree import auto_pytree, field
@auto_pytree
class View:
    x: jax.Array
    at: jax.Array
    name: str
    size: int = field(pytree_node=False)
@jax.jit
def f(view):
    view.x[:view.size]  # static
    return view.x[view.at:view.at + view.size]  # traced
f(View(x=jnp.ones(4), at=jnp.array(1), name="key", size=2))
"""
    )
