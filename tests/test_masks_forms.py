"""Programs as people write them whose slices of traced size meet others, are turned, joined or normalised: after
`--fix` each gives, for all sizes, what its slices mean."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from masked import IMPORTS, JIT, fixed

#: A program whose function `f` takes an array of 6 numbers, one of 6 rows of 3, and a size.
NEW_AXES = [
    # A weighted centroid: the weights are named, and get an axis there.
    "def f(masses, points, count):\n"
    "    m = masses[:count]\n"
    "    return (m[:, None] * points[:count]).sum(axis=0), m.sum()\n",
    # How many of the first labels fall into each bin.
    "def f(labels, _, n):\n"
    "    labels, bins = labels.reshape(6).astype(jnp.int32), jnp.arange(4)\n"
    "    return jnp.sum(labels[:n] == bins[:, None], axis=1)\n",
    # The energy of all pairs of the particles that are there.
    "def f(charges, places, n):\n"
    "    q, x = charges[:n], places[:n]\n"
    "    apart = ((x[:, None] - x[None, :]) ** 2).sum(axis=-1)\n"
    "    return jnp.sum(q[:, None] * q[None, :] / (1 + apart))\n",
    "def f(scale, rows, n):\n"
    "    head = jnp.expand_dims(scale[:n], axis=1)\n"
    "    return jnp.mean(rows[:n] * head)\n",
]
REVERSED = [
    # One value of a convolution.
    "def f(kernel, signals, t):\n"
    "    signal = signals[:, 0]\n"
    "    return jnp.dot(kernel[:t], signal[:t][::-1])\n",
    # The sum in a step of Levinson's recursion.
    "def f(a, table, m):\n    r = table[:, 1]\n    return -(r[0] + jnp.sum(a[:m] * r[:m][::-1]))\n",
    "def f(tokens, _, length):\n"
    "    word = tokens[:length]\n"
    "    return jnp.all(word == jnp.flip(word))\n",
    "def f(x, rows, n):\n    return jnp.max(rows[n:][::-1] - rows[n:], axis=0, initial=0.0)\n",
]
BOXES = [
    # One step of an elimination.
    "def f(row, rows, k):\n"
    "    A = jnp.outer(row, row) + 20 * jnp.eye(6)\n"
    "    k = jnp.abs(k) % 5\n"
    "    factors = A[k + 1 :, k] / A[k, k]\n"
    "    return A.at[k + 1 :, k + 1 :].add(-jnp.outer(factors, A[k, k + 1 :]))\n",
    "def f(x, image, n):\n"
    "    top, bottom = jnp.maximum(n - 1, 0), jnp.minimum(n + 2, image.shape[0])\n"
    "    return image.at[top:bottom, 1:n].set(0.0)\n",
    "def f(x, image, n):\n    return image[:n, n:].sum(), jnp.mean(image[1:n, :n], axis=1).sum()\n",
    "def f(x, image, n):\n    return image.at[n:, :n].multiply(image[n:, :n])\n",
]
PRODUCTS = [
    # Queries, keys and values of the tokens that have been read.
    "def f(query, cache, n):\n"
    "    query = query[:3]\n"
    "    keys = cache[:n]\n"
    "    weights = jax.nn.softmax(keys @ query)\n"
    "    return weights @ keys\n",
    # Scores that are cut off before they are normalised.
    "def f(scores, _, n):\n"
    "    scores = scores.at[n:].set(-jnp.inf)\n"
    "    return jax.nn.softmax(jnp.append(scores, 0.0))\n",
    "def f(w, rows, n):\n    return jnp.tensordot(w[:n], rows[:n], axes=1)\n",
    "def f(p, rows, n):\n"
    "    q = rows[:, 2]\n"
    "    return -jnp.sum(p[:n] * jax.nn.log_softmax(q[:n]))\n",
    "def f(p, rows, n):\n"
    "    p = p.reshape(6).astype(jnp.float32)\n"
    "    ranked = jnp.sort(p[:n])\n"
    "    return jnp.sum(ranked * jnp.cumsum(rows[:n, 0]))\n",
    "def f(p, rows, n):\n"
    "    both = jnp.concatenate([rows[:n], rows[:n] ** 2], axis=-1)\n"
    "    return both.mean(axis=0)\n",
    "def f(p, rows, n):\n"
    "    gram = rows[:n].swapaxes(0, 1) @ rows[:n]\n"
    "    return jnp.linalg.det(gram + jnp.eye(3))\n",
]
#: Lines that a backslash continues, also right before the bracket that gets one argument more.
CONTINUED = [
    "def f(p, _, n):\n    return \\\n    p[:n].sum( \\\n    )\n",
    "def f(p, rows, n):\n    return rows[:n].sum( \\\n        axis=0 \\\n    ) + \\\n    p[:n].sum()\n",
    "def f(p, rows, n):\n    return rows[:n].sum(axis=0, \\\n  \\\n    )\n",
]
X = np.array([2.0, -1.0, 0.5, 3.0, 1.0, -2.5], np.float32)
ROWS = np.arange(18, dtype=np.float32).reshape(6, 3) % 7 - 2


@pytest.mark.parametrize("text", [*NEW_AXES, *REVERSED, *BOXES, *PRODUCTS, *CONTINUED])
def test_the_rewritten_program_gives_what_its_slices_mean(text: str) -> None:
    # The call shows the ranks; `n` is an array, so that no static argument cures it.
    call = "\n\nX = jnp.zeros(6)\nf(X, jnp.zeros((6, 3)), jnp.max(jnp.zeros(1, int)))\n"
    source = f"{JIT}{text}"
    before, after = _run(f"{IMPORTS}{text}"), fixed(f"{source}{call}", unsafe=True)
    assert not after.findings, after.findings[0].no_fix
    function = _run(after.source.text.removesuffix(call))
    for n in range(-7, 8):
        want = jax.tree.leaves(before(jnp.asarray(X), jnp.asarray(ROWS), n))
        found = jax.tree.leaves(function(jnp.asarray(X), jnp.asarray(ROWS), jnp.int32(n)))
        for one, other in zip(found, want, strict=True):
            assert (one.shape, one.dtype) == (other.shape, other.dtype)
            np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-4)


def _run(text: str) -> Any:
    scope: dict[str, Any] = {}
    exec(text, scope)
    return scope["f"]


@pytest.mark.parametrize(
    "text",
    [
        "part = x[:n]\n    return part[:m].sum()",
        "part = x[:n]\n    return part.at[:m].set(0).sum()",
        "part = x[:n]\n    return part[0]",
        "part = x[:n]\n    return part[1:].sum()",
        "return x[:n][::-2].sum()",
        "return x[:n][x[:n] > 0].sum()",
        "return jnp.sum(x[m:n] * x[m:n][::-1])",
        "return jnp.concatenate([x[:n], x[:n]]).sum()",
        "return jnp.concatenate([x[:n], x[m:]]).sum()",
        "return jnp.stack([x[:n], x[m:]]).sum()",
        "return jnp.einsum('ii->', jnp.outer(x, x)[:n, :m])",
        "return jnp.einsum('i,i->', x[:n], x[:m])",
        "return jnp.einsum('i,i->', x[:n], x)",
        "return jnp.sum(x[:n, None] * x[None, :n] * x[:m])",
        "return jnp.cumsum(x[n:]).sum()",
        "return jnp.cumsum(x[:n][::-1]).sum()",
        "return jnp.sort(x[n:]).sum()",
        "return jnp.sort(x[:n], descending=True).sum()",
        "return jnp.argmax(x[:n][::-1])",
        "return jax.nn.softmax(x[:n])[0]",
        "return jnp.median(x[:n])",
        "return jnp.outer(x[:n], x[:n])",
        "return jnp.tensordot(x[:n], x[:m], axes=1)",
        "return jnp.vdot(x[:n], x)",
        "return jnp.zeros((6, 6)).at[:n, :m].set(x[:n])",
        "return jnp.zeros((6, 6)).at[:, :n].set(x[:n, None])",
    ],
)
def test_what_has_no_mask_on_the_way_is_left_alone(text: str) -> None:
    known = "x, n, m = x.reshape(6).astype(jnp.float32), jnp.max(n), jnp.max(m)"
    file = fixed(f"{JIT}def f(x, n, m):\n    {known}\n    {text}\n", unsafe=True)
    assert file.findings
    assert not file.changed


def test_axes_of_matrices_are_transposed_and_no_others() -> None:
    text = f"{JIT}def f(x, n):\n    x = x.reshape(3, 3, 3)\n    return x[:, :n].mT.sum(axis=2)\n"
    function = _run(fixed(text).source.text)
    x = jnp.arange(27.0).reshape(3, 3, 3)
    for n in range(4):
        np.testing.assert_allclose(function(x, n), x[:, :n].mT.sum(axis=2))


@pytest.mark.parametrize("function", ["softmax", "log_softmax"])
@pytest.mark.parametrize("dtype", ["uint8", "int32", "bool"])
def test_a_softmax_of_integers_takes_no_mask(function: str, dtype: str) -> None:
    """JAX gives NaN for some without a mask, and numbers with one."""
    program = (
        f"{JIT}def f(x, n):\n    return jax.nn.{function}(x[:n]).max()\n\n\n"
        f"numbers = jnp.ones(4, {dtype!r})\nf(numbers, 2)\n"
    )
    file = fixed(program)
    assert file.source.text == program
    assert file.findings
