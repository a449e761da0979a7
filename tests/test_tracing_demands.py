"""What asks a tracer for its value ends the trace: no slice behind it is blamed for the error.

Each line was seen to raise under JAX, in the test; the near misses, which differ by little, are passed.
"""

import itertools
import math
from functools import partial
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax
from programs import sites_of

from jaxslice_lint.source.text import Source

NAMES = {
    "jax": jax,
    "jnp": jnp,
    "np": np,
    "lax": lax,
    "math": math,
    "itertools": itertools,
    "partial": partial,
}
HEADER = """\
import itertools, math
from functools import partial
import jax, jax.numpy as jnp
import numpy as np
from jax import lax

"""
HELPERS = """\
KEY = jax.random.key(0)

def ask(q):
    return bool(q)

def ask_if(q, yes):
    return int(q) if yes else 0

@jax.jit
def ask_inside(q):
    return int(q)

def tell(q):
    return q + 1

"""


def program_of(body: str) -> str:
    """A program that jits `f(x, n)`, whose body is `body` and then takes a slice."""
    lines = "".join(f"    {line}\n" for line in body.split("\n"))
    return f"{HEADER}{HELPERS}@jax.jit\ndef f(x, n):\n{lines}    return x[n:n + 3]\n"


def found(program: str) -> list[str]:
    """The lines of slices with traced bounds that are said to raise an IndexError."""
    lines = program.split("\n")
    return [
        lines[site.span.line - 1].strip()
        for site in sites_of(Source(Path("program.py"), program))
        if not site.guarded
        and not site.error
        and any(element.is_traced for element in site.elements)
    ]


def error_of(program: str) -> Exception:
    """What JAX raises for the program."""
    names = dict(NAMES)
    exec(program, names)
    with pytest.raises(Exception) as caught:
        names["f"](jnp.arange(9.0), 3)  # type: ignore[operator]
    return caught.value


TRUTH = [
    "a = bool(n)",
    "if bool(n): pass",
    "if n: pass",
    "a = not n",
    "a = not n or x[n:n + 2]",
    "a = bool(n) and x[n:n + 2]",
    "a = n and 3",
    "a = sum(bool(k > n) for k in range(3))",
    "a = [k for k in range(3) if k > n]",
    "a = ask(n)",
    "a = ask(n + 1)",
    "a = n if n else 3",
    "assert n",
    "if not n:\n    return x[n:n + 2]",
    "def ask_n():\n    return bool(n)\na = ask_n()",
    "a = (int if x.ndim else float)(n)",
]
INSIDE = [
    "a = [x[n:n + 2] for _ in range(n)]",
    "a = x.at[n:n + 2].set(float(n))",
    "a = (lambda: x[n:n + 2] if n else x[:2])()",
    "match n:\n    case 1: pass",
    "match n:\n    case 1 | 2: pass",
    "a = sorted([n, n + 1])",
    "a = [n, n + 1]\na.sort()",
    "a = any([n > 1, n > 2])",
    "a = all((n > 1, n > 2))",
    "a = any(k > n for k in range(3))",
    "a = max([n, n + 1])",
    "a = max(n, 3)",
    "a = n in (1, 2)",
    "a = (1, 2).index(n)",
]
INNER = [
    "a = lax.scan(lambda c, q: (c, int(q)), 0, x)",
    "a = lax.fori_loop(0, 3, lambda k, c: c + int(k), 0)",
    "a = lax.fori_loop(0, 3, lambda k, c: c if k > 1 else 1.0, 0.0)",
    "a = jax.vmap(lambda q: float(q))(x)",
    "a = jax.grad(lambda q: float(q))(x[0])",
    "a = lax.cond(n > 1, lambda: int(n), lambda: 1)",
    "a = lax.cond(n > 1, lambda q: 1, lambda q: int(q), n)",
    "a = ask_inside(n)",
    "a = lax.map(lambda q: int(q), x)",
    "def body(c, q):\n    while c > 1:\n        c = c - 1\n    return c, q\na = lax.scan(body, n, x)",
]
HASHED = [
    "a = {n: 1}",
    "a = {n}",
    "a = hash(n)",
    "d = {}\nd[n] = 3",
    "d = {1: 2}\na = d.get(n)",
    "d = {1: 2}\na = d[n]",
    "a = n in {1: 2}",
    "s = set()\ns.add(n)",
]
INDEXED = [
    "a = [1, 2, 3][n]",
    "a = (1, 2, 3)[n]",
    "a = 'abc'[n]",
    "a = range(3)[n]",
    "xs = [1, 2]\nxs.pop(n)",
    "a = [0] * n",
    "a = 'a' * n",
    "a = n * b'a'",
    "a = list(range(10))[n]",
    "a = [k for k in range(x.shape[0])][n]",
    "a = n * (1, 2)",
    "a = chr(n)",
    "a = slice(n, n + 3).indices(10)",
]
FORMATTED = [
    "a = f'{n:d}'",
    "a = '%d' % n",
    "a = '{:03d}'.format(n)",
    "a = format(n, 'd')",
    "a = 'at %s: %.2f' % ('n', n)",
    "a = '{0} {q:>3}'.format('n', q=n)",
]
HOST = [
    "a = complex(n)",
    "a = math.floor(n / 2)",
    "a = math.sqrt(n)",
    "a = np.add(x, 1)",
    "a = math.log(3.0, n)",
    "a = np.zeros((n, 3))",
    "a = np.where(x > 0, 1, 2)",
    "a = np.clip(n, 0, 3)",
    "a = np.maximum(n, 0)",
    "a = np.zeros(n)",
    "a = np.sqrt(n)",
    "a = np.conjugate(n)",
    "a = np.hanning(n)",
    "a = np.sum(np.ones((2, 2)), n)",
]
SHAPES = [
    "a = jnp.eye(n)",
    "a = jnp.linspace(0, 1, n)",
    "a = jnp.tile(x, n)",
    "a = x.reshape(n, -1)",
    "a = jnp.reshape(x, (n, 1))",
    "a = jnp.sum(x, axis=n)",
    "a = jnp.split(x, n)",
    "a = x[x > n]",
    "a = x.sum(axis=n)",
    "a = x.reshape((n, -1))",
    "a = x[x > n, None]",
    "a = jnp.concatenate([x, x], n)",
    "a = jnp.zeros((n, 3))",
    "a = jnp.pad(x, (n, 0))",
    "a = jnp.pad(x, ((0, n),))",
    "a = jnp.where(x > n)",
    "a = jnp.extract(x > n, x)",
    "a = jnp.delete(x, n)",
    "a = jnp.delete(x, x > n)",
    "a = jnp.bincount(x.astype(int), length=n)",
    "a = jnp.bincount(x.astype(int), None, n)",
    "a = jnp.diagonal(x[None], offset=n)",
    "a = jnp.kaiser(n, 1.0)",
    "a = jnp.amax(x, axis=n)",
    "a = jnp.linalg.norm(x, axis=n)",
    "a = jax.scipy.special.logsumexp(x, axis=n)",
    "a = x.repeat(n)",
    "a = x.take(0, n)",
    "a = x[None].swapaxes(n, 0)",
    "a = x[None].diagonal(n)",
    "a = x[None].transpose(n, 0)",
    "a = x.nonzero()",
    "a = jax.ops.segment_sum(x, x.astype(int), num_segments=n)",
    "a = jax.ops.segment_max(x, x.astype(int), n)",
    "a = jnp.transpose(x[None], (n, 0))",
    "a = jnp.swapaxes(x[None], n, 0)",
    "a = jnp.moveaxis(x[None], 0, n)",
    "a = jnp.take(x, 0, axis=n)",
    "a = jnp.append(x, x, n)",
    "a = jnp.average(x, n)",
    "a = jnp.nanmax(x, axis=n)",
    "a = jnp.tril(x[None], n)",
    "a = jnp.triu(x[None], k=n)",
    "a = jnp.diag(x, n)",
    "a = jnp.diagonal(x[None], n)",
    "a = jnp.hanning(n)",
    "a = jnp.partition(x, n)",
    "a = jnp.rot90(x[None], n)",
    "a = jnp.diff(x, n)",
    "a = jnp.indices((n, 2))",
    "a = jnp.resize(x, (n, 2))",
    "a = jnp.geomspace(1.0, 2.0, n)",
    "a = lax.iota(int, n)",
    "a = lax.broadcasted_iota(int, (n, 2), 0)",
    "a = lax.top_k(x, n)",
    "a = lax.full((n,), 0.0)",
    "a = lax.broadcast(x, (n,))",
    "a = lax.reshape(x, (n, 3))",
    "a = lax.expand_dims(x, (n,))",
    "a = lax.transpose(x[None], (n, 0))",
    "a = jax.random.normal(KEY, (n,))",
    "a = jax.random.uniform(KEY, shape=(n, 2))",
    "a = jax.random.randint(KEY, (n,), 0, 3)",
    "a = jax.random.bits(KEY, (n,))",
    "a = jax.random.bernoulli(KEY, 0.5, (n,))",
    "a = jax.random.choice(KEY, x, (n,))",
    "a = jax.random.gamma(KEY, 0.5, (n,))",
    "a = jax.random.truncated_normal(KEY, -1, 1, (n,))",
    "a = jax.random.beta(KEY, 1.0, 1.0, (n,))",
    "a = jax.random.categorical(KEY, x, shape=(n,))",
    "a = jax.random.split(KEY, n)",
    "a = jax.nn.softmax(x, axis=n)",
    "a = jax.nn.standardize(x, n)",
    "a = jax.image.resize(x, (n,), 'linear')",
]


@pytest.mark.parametrize(
    "body",
    [*TRUTH, *INSIDE, *INNER, *HASHED, *INDEXED, *FORMATTED, *HOST, *SHAPES],
)
def test_what_asks_for_the_value_of_a_tracer_ends_the_trace(body: str) -> None:
    program = program_of(body)
    assert type(error_of(program)) is not IndexError  # as is raised for a slice
    assert found(program) == []


@pytest.mark.parametrize(
    "body",
    [
        "a = f'{n}'",
        "a = '%s' % n",
        "a = '{}'.format(n)",
        "a = format(n)",
        "a = f'{n!r:>10}'",
        "a = f'{x.ndim:d}'",
        "a = '%s %d' % (n, 3)",
        "a = '%d%%' % x.ndim",
        "a = '{} {:d}'.format(n, 3)",
        "a = np.any(x > 0)",
        "a = jnp.roll(x, n)",
        "a = x.reshape((3, -1)) + n",
        "a = jnp.concatenate([x, x], 0)",
        "a = [1, 2, 3][0]",
        "a = x.shape[0] * [0]",
        "a = n * jnp.array([1, 2])",
        "a = n is None",
        "a = n is None or isinstance(n, int)",
        "a = isinstance(n, int)",
        "a = {1: n}",
        "d = {}\nd['n'] = n",
        "a = {1: 2}.get(1, n)",
        "a = [n, n + 1]\na.append(n)",
        "a = x.shape[0] in (1, 2)",
        "a = max([1, x.shape[0]])",
        "a = np.zeros(3)",
        "a = np.add(1, 2)",
        "a = np.shape(x)",
        "a = np.ndim(n)",
        "a = math.floor(x.shape[0] / 2)",
        "a = any([x.shape[0] > 1, x.ndim > 2])",
        "a = x.shape[0] > 99 and bool(n)",
        "a = [bool(n) for _ in ()]",
        "a = ask_if(n, False)",
        "a = ask(x.shape[0])",
        "a = tell(n)",
        "a = (lambda: x.shape[0] > 99 and bool(n))()",
        "a = 2 if x.shape[0] else int(n)",
        "if x.shape[0] > 99:\n    a = bool(n)",
        "if x.shape[0] > 99:\n    a = jax.vmap(lambda q: int(q))(x)",
        "try:\n    a = bool(n)\nexcept TypeError:\n    a = 3",
        "try:\n    a = jax.vmap(lambda q: float(q))(x)\nexcept TypeError:\n    a = 3",
        "a = lax.scan(lambda c, q: (c, q), n, x)",
        "ask_later = lambda: bool(n)",
        "ask_later = (bool(k > n) for k in range(3))",
        "ask_later = enumerate(bool(k > n) for k in range(3))",
        "a = any(k == 0 or bool(k > n) for k in range(3))",
        "a = n in [n]",
        "a = max([n])",
        "a = sorted([n])",
        "a = hash(x.shape)",
        "a = 'abc'[x.ndim]",
        "a = 2 * [n]",
        "a = jnp.eye(3)",
        "a = jnp.linspace(0, n, 3)",
        "a = jnp.tile(x, 2)",
        "a = jnp.reshape(x, (3, 3))",
        "a = x.reshape(3, -1)",
        "a = jnp.sum(x, axis=0)",
        "a = jnp.where(x > n, x, 0)",
        "a = jnp.where(x > n, size=3)",
        "a = jnp.extract(x > n, x, size=3)",
        "a = jnp.delete(x, jnp.array([n]), assume_unique_indices=True)",
        "a = jnp.pad(x, (1, 0), constant_values=n)",
        "a = jax.random.randint(KEY, (2,), 0, n)",
        "a = jax.random.uniform(KEY, (), maxval=n)",
        "a = jnp.take(x, n, axis=0)",
        "a = x.take(n)",
        "a = x.repeat(2)",
        "a = x.nonzero(size=2)",
        "a = jnp.linalg.norm(x, axis=0)",
        "a = 'a' * x.ndim",
        "a = [k for k in range(x.shape[0])][0]",
        "a = x[n]",
        "a = x[jnp.array([0, 1])]",
        "a = x[n, None]",
        "a = jax.jit(lambda q: q)(n)",
        "match x.ndim:\n    case 1: pass",
        "match n:\n    case q: pass",
    ],
)
def test_what_asks_for_no_value_does_not_end_the_trace(body: str) -> None:
    program = program_of(body)
    assert type(error_of(program)) is IndexError
    assert found(program) == ["return x[n:n + 3]"]


def test_an_argument_whose_truth_is_asked_may_be_a_container_or_none() -> None:
    program = f"""{HEADER}
@jax.jit
def f(x, n, k):
    if n:
        return x[n:n + 3]
    return x[k:k + 3]
"""
    assert found(program) == ["return x[k:k + 3]"]
    with pytest.raises(IndexError):
        names = dict(NAMES)
        exec(program, names)
        names["f"](jnp.arange(9.0), None, 3)  # type: ignore[operator]
