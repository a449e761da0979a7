"""Modules of frameworks: which of their methods are traced, and what they are configured with.

Each program was run: the lines marked `# traced` raise JAX's error for a traced bound, the others run.
"""

from flow_programs import check

LINEN = "import flax.linen as nn\n"


def test_a_module_that_nobody_calls_is_called_by_flax_with_arrays_where_it_says_arrays() -> None:
    check(
        LINEN
        + """
from jaxtyping import Float, Int
class Block(nn.Module):
    size: int
    @nn.compact
    def __call__(self, x: jax.Array, i: "Int[jax.Array, '']", start, n: int, mask: jax.Array):
        x[:self.size]  # static
        x[start:start + 1]  # static
        x[:n]  # static
        k = jnp.argmax(nn.Dense(3)(x))
        return x[i:i + 2], self.rest(x, k)  # traced
    def rest(self, x, k):
        return x[k:k + 2]  # traced
    def unused(self, x, k: jax.Array):
        return x[k:k + 2]  # static
"""
    )


def test_a_compact_method_of_any_name_and_of_a_derived_class_is_traced() -> None:
    check(
        LINEN
        + """
from typing import Generic, TypeVar
T = TypeVar("T")
class Mixin:
    width = 2
class Base(nn.Module, Generic[T]):
    pass
class Block(Mixin, Base[int]):
    @nn.compact
    def encode(self, x: jnp.ndarray, i: jnp.ndarray):
        return x[i:i + self.width]  # traced
    def __call__(self, x: jnp.ndarray, i: jnp.ndarray):
        return x[i:i + 3]  # traced
"""
    )


def test_a_module_that_is_only_called_eagerly_is_not_traced() -> None:
    check(
        LINEN
        + """
class Block(nn.Module):
    def setup(self):
        self.at = self.variable("state", "at", lambda: jnp.array(1))
    def __call__(self, x: jax.Array, i: jax.Array):
        return x[i:i + 1], x[self.at.value:]  # static
model = Block()
variables = model.init(jax.random.key(0), jnp.ones(4), jnp.array(1))
model.apply(variables, jnp.ones(4), jnp.array(1))
"""
    )


def test_apply_passes_arguments_as_they_are_and_variables_as_they_were_passed() -> None:
    check(
        LINEN
        + """
class Block(nn.Module):
    size: int = 2
    def setup(self):
        self.double = self.size * 2
        self.table = self.param("table", nn.initializers.zeros, (2,), jnp.int32)
        self.at = self.variable("state", "at", lambda: jnp.array(1))
    def __call__(self, x, i, n):
        x[:self.double]  # static
        x[:n]  # static
        return x[i:i + 1], x[self.at.value:], x[:self.table[0]]  # traced
    def closed(self, x):
        return x[self.at.value:]  # static
    def other(self, x, i):
        return x[i:i + 4]  # traced
model = Block()
variables = model.init(jax.random.key(0), jnp.ones(4), 1, 2)
@jax.jit
def f(variables, x, i):
    out, state = model.apply(variables, x, i, 2, mutable=["state"])
    model.apply(variables, x, i, method="other")
    return out
@jax.jit
def g(x):
    return model.apply(variables, x, method=Block.closed)
f(variables, jnp.ones(4), 1)
g(jnp.ones(4))
"""
    )


def test_what_a_submodule_reads_comes_from_the_variables_of_its_parent() -> None:
    check(
        LINEN
        + """
class Inner(nn.Module):
    @nn.compact
    def __call__(self, x):
        at = self.variable("cache", "at", lambda: jnp.array(0))
        i = at.value
        at.value = i + 1
        return x[i:i + 1]  # traced
class Closed(nn.Module):
    @nn.compact
    def __call__(self, x):
        at = self.variable("cache", "at", lambda: jnp.array(0))
        return x[at.value:]  # static
class Outer(nn.Module):
    @nn.compact
    def __call__(self, x):
        return [Inner()(x) for _ in range(2)]
class Holder(nn.Module):
    @nn.compact
    def __call__(self, x):
        return Closed()(x)
f = jax.jit(Outer().apply, static_argnames="mutable")
variables = Outer().init(jax.random.key(0), jnp.ones(4))
f(variables, jnp.ones(4), mutable=("cache",))
concrete = Holder().init(jax.random.key(0), jnp.ones(4))
jax.jit(lambda x: Holder().apply(concrete, x))(jnp.ones(4))
"""
    )


def test_lifted_transforms_count_the_module_among_the_static_parameters() -> None:
    check(
        LINEN
        + """
class A(nn.Module):
    def __call__(self, x, n, m):
        x[:n]  # static
        return x[:m]  # traced
class B(nn.Module):
    @nn.jit
    def __call__(self, x, n):
        return x[:n]  # traced
class C(nn.Module):
    def __call__(self, x, i, n):
        x[:n]  # static
        return x[i:i + 1]  # traced
class D(nn.Module):
    @nn.compact
    def __call__(self, x):
        nn.remat(A, static_argnums=(2,))()(x, 2, 3)
        B()(x, 3)
        V = nn.vmap(C, variable_axes={}, split_rngs={}, in_axes=(None, 0, None))
        V()(x, jnp.arange(3), 2)
        return nn.cond(True, self.taken, self.taken, self, x, 2)
    @staticmethod
    def taken(module, x, n):
        return x[:n]  # traced
D().apply({}, jnp.ones(4))
"""
    )


def test_a_lifted_scan_passes_a_carry_and_elements_and_broadcasts_the_rest() -> None:
    check(
        LINEN
        + """
class Cell(nn.Module):
    def __call__(self, carry, x, n):
        x[:n]  # static
        x[carry:carry + 1]  # traced
        return carry, x[x[0].astype(int):][:1]  # traced
def body(module, carry, x):
    return carry + 1, x[carry:carry + 1]  # traced
class Stack(nn.Module):
    @nn.compact
    def __call__(self, x):
        scanned = nn.scan(Cell, variable_axes={}, split_rngs={}, in_axes=(0, nn.broadcast))
        carry, out = scanned()(0, x, 2)
        nn.scan(body, variable_axes={})(self, 0, x)
        x[:len(out)]  # static
        return x[carry:]  # static
Stack().apply({}, jnp.ones((3, 4)))
"""
    )


def test_look_alikes_of_other_libraries_trace_nothing() -> None:
    check(
        """
import numba
import tensorflow as tf
import torch.nn as nn
@numba.jit
def f(x, i):
    return x[i:i + 1]  # static
@tf.function
def g(x, i):
    return x[i:i + 1]  # static
tf.while_loop(lambda i: i < 3, lambda i: i + x[i:i + 1].shape[0], [0])  # static
@numba.vectorize
def h(x, i):
    return x[i:i + 1]  # static
class Block(nn.Module):
    def __call__(self, x: jax.Array, i: jax.Array):
        return x[i:i + 1]  # static
"""
    )
