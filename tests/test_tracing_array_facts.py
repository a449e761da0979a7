"""What is known of the arrays that JAX makes of others, in words, as far as it differs from what one would expect."""

import pytest
from programs import revealed


@pytest.mark.parametrize(
    ("made", "known"),
    [
        ("jnp.sum(m)", "traced JAX array float16 scalar"),
        ("jnp.sum(m, axis=0)", "traced JAX array float16"),
        ("jnp.sum(m, 0)", "traced JAX array float16"),
        ("jnp.sum(m > 1)", "traced JAX array int scalar"),
        ("jnp.sort(m, axis=0)", "traced JAX array float16 with 2 axes"),
        ("jnp.sort(m, axis=None)", "traced JAX array float16"),
        ("jnp.sort(m, axis=None if n.shape else 0)", "traced JAX array float16"),
        # A Python number takes the dtype of the arrays that it meets, wherever it stands.
        ("jnp.clip(1, m, 2.0)", "traced JAX array float16 with 2 axes"),
        ("m * jnp.zeros(3, jnp.float32)", "traced JAX array with 2 axes"),
        ("jnp.add(m, x)", "traced JAX array"),
        ("np.int32(n)", "unknown"),
        ("np.ones(3).sum()", "static NumPy array scalar"),
    ],
)
def test_what_is_known_of_an_array(made: str, known: str) -> None:
    program = f"""\
import numpy as np


@jax.jit
def f(x, n):
    m = jnp.zeros((4, 3), jnp.float16)
    reveal_traced({made})
    return x[n:n + 1]
"""
    [value] = revealed(program)
    assert value.partition(":")[0] == known
