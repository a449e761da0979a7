"""What is known of the arrays that JAX makes of others, in words, as far as it differs from what one would expect."""

import jax
import jax.numpy as jnp
import pytest
from jax import lax
from programs import revealed


@pytest.mark.parametrize(
    ("made", "known"),
    [
        ("jnp.sum(m)", "traced JAX array float16 scalar"),
        ("jnp.sum(m, axis=x)", "traced JAX array float16"),
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


#: Arrays that are made of `m` with three axes, `v` with one and `i` with two, which holds integers.
_MADE = (
    *("m.sum(1)", "jnp.sum(m, axis=0)", "jnp.sum(m, (0, 2))", "jnp.argmax(m, axis=-1)"),
    *("jnp.max(m, axis=1, keepdims=True)", "jnp.mean(m)", "jnp.any(m > 0, axis=[0][0])"),
    *("jnp.sum(m, axis=None)", "jnp.sum(m, axis=())", "jax.nn.logsumexp(m, axis=1)"),
    *("jnp.linalg.norm(m, axis=(0, 1))", "jnp.count_nonzero(m, axis=2)"),
    *("lax.top_k(m, 2)[0]", "lax.top_k(m, k=2)[1]", "lax.top_k(m, 2)[1] // 2"),
    *("m[i, i]", "m[i]", "m[:, i]", "m[i, 0]", "m[i, v.astype(int)]", "m[None, i, ..., i]"),
    *("m[i, jnp.reshape(x, (2, 2))]", "m[jnp.reshape(x, (4, 1)), 0]"),
    *('jnp.einsum("abc,b->ac", m, v)', 'jnp.einsum("ab..., b -> a...", m, v)'),
    *('jnp.einsum("b,a...->...ab", v, m)', 'jnp.einsum("...a,...b->...ab", m, m)'),
    *('jnp.einsum("ab...,c...->b...", m, i)', 'jnp.einsum("abc->", m)'),
)


@pytest.mark.parametrize("made", _MADE)
def test_as_many_axes_as_jax_gives(made: str) -> None:
    program = f"""\
from jax import lax


@jax.jit
def f(x, n):
    m, v, i = jnp.ones((2, 2, 2)), jnp.ones(2), jnp.zeros((2, 2), jnp.int32)
    reveal_traced({made})
    return x[n:n + 1]
"""
    [value] = revealed(program)
    scope = {"m": jnp.ones((2, 2, 2)), "v": jnp.ones(2), "i": jnp.zeros((2, 2), jnp.int32)}
    scope["x"] = jnp.zeros(4, jnp.int32)
    count = eval(made, {"jax": jax, "jnp": jnp, "lax": lax, **scope}).ndim
    words = f"with {count} axes" if count else "scalar"
    assert words in value


@pytest.mark.parametrize(
    "made",
    [
        "jnp.sum(m, axis=n)",
        "jnp.sum(m, keepdims=n)",
        "jnp.sum(m, 0, None, None, True)",
        "jnp.sum(m, axis=0, where=n)",
        "jnp.sum(m, **n)",
        "m[i, n]",
        "m[np.ones((2, 2), bool)]",
        "lax.top_k(n, 2)[0]",
        'jnp.einsum("ab,b", m[0], m[0, 0])',
        'jnp.einsum("...b,b->...", n, m[0, 0])',
        "jnp.einsum(n, m)",
    ],
)
def test_how_many_axes_is_not_known(made: str) -> None:
    program = f"""\
import numpy as np
from jax import lax


@jax.jit
def f(x, n):
    m, i = jnp.ones((2, 2, 2)), jnp.zeros((2, 2), jnp.int32)
    reveal_traced({made})
    return x[n:n + 1]
"""
    [value] = revealed(program)
    assert "ax" not in value.partition(":")[0].replace("JAX", "") and "scalar" not in value
