"""Advice on traced sizes that other code makes static: the program fails, and as advised it runs and is clean."""

from dataclasses import dataclass
from typing import Any

import jax.numpy as jnp
import pytest
from programs import NAME, findings_of

from jaxslice_lint.rewrite import apply_fixes
from jaxslice_lint.source.text import Source

IMPORTS = """\
import dataclasses
from functools import partial

import equinox as eqx
import flax
import jax
import jax.numpy as jnp
import numpy as np

"""


@dataclass(frozen=True)
class Case:
    """A program whose `run` fails with `wrong` in it, and does what it means with `right` in its place."""

    program: str
    wrong: str
    right: str
    advice: str


STRUCT = Case(
    """
@flax.struct.dataclass
class Config:
    scale: jax.Array
    width: int{}


@jax.jit
def run_one(config, x):
    return x[:config.width] * config.scale


def run(x):
    return run_one(Config(x[0], 2), x)
""",
    "",
    " = flax.struct.field(pytree_node=False)",
    "make `width` of `Config` static: declare it with `flax.struct.field(pytree_node=False)`",
)
MODULE = Case(
    """
class Layer(eqx.Module):
    weight: jax.Array
    k: int{}

    def __call__(self, x):
        return self.weight[:self.k] * x[:self.k]


def run(x):
    return jax.jit(lambda layer, x: layer(x))(Layer(x, 2), x)
""",
    "",
    " = eqx.field(static=True)",
    "make `k` of `Layer` static: declare it with `equinox.field(static=True)`",
)
REGISTERED = Case(
    """
@partial(jax.tree_util.register_dataclass, {})
@dataclasses.dataclass
class Head:
    x: jax.Array
    k: int


@jax.jit
def taken(head: Head):
    return head.x[:head.k]


def run(x):
    return taken(Head(x, 2))
""",
    'data_fields=["x", "k"], meta_fields=[]',
    'data_fields=["x"], meta_fields=["k"]',
    "make `k` of `Head` static: name it in `meta_fields`, or declare it with"
    " `dataclasses.field(metadata={'static': True})`",
)
FLATTENED = Case(
    """
@jax.tree_util.register_pytree_node_class
class Head:
    def __init__(self, x, k):
        self.x, self.k = x, k

    def tree_flatten(self):
        return {}

    @classmethod
    def tree_unflatten(cls, auxiliary, children):
        return cls(*children, *auxiliary)


@jax.jit
def taken(head):
    return head.x[:head.k]


def run(x):
    return taken(Head(x, 2))
""",
    "(self.x, self.k), ()",
    "(self.x,), (self.k,)",
    "make `k` of `Head` static: return it among the auxiliary data when the object is flattened",
)
OPERATION = Case(
    """
@jax.jit
def run(x):
    n = {}(x.shape[0], 2)
    return x[:n]
""",
    "jnp.minimum",
    "np.minimum",
    "compute it with `np`, `len` or plain Python in place of JAX: they keep it static",
)
REDUCTION = Case(
    """
@jax.jit
def run(x):
    n = {}
    return x[:n // 2]
""",
    "jnp.prod(jnp.array(x.shape))",
    "np.prod(x.shape)",
    "compute it with `np`, `len` or plain Python in place of `jnp.array`: they keep it static",
)
LENGTH = Case(
    """
@jax.jit
def run(x):
    return x[:{} - 1]
""",
    "jnp.asarray(len(x))",
    "len(x)",
    "compute it with `np`, `len` or plain Python in place of `jnp.asarray`: they keep it static",
)
NESTED = Case(
    """
{}
def half(n):
    return n // 2


@jax.jit
def run(x):
    return x[:half(x.shape[0])]
""",
    "@partial(jax.jit, static_argnums=0)",
    "",
    "call the function without `jax.jit`, which makes a tracer of its static result",
)
CASES = [STRUCT, MODULE, REGISTERED, FLATTENED, OPERATION, REDUCTION, LENGTH, NESTED]


def executed(text: str) -> object:
    scope: dict[str, object] = {"__name__": "program"}
    exec(text, scope)
    return scope["run"](jnp.arange(4.0))  # type: ignore[operator]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.advice)
def test_as_advised_the_program_runs(case: Case) -> None:
    wrong, right = (IMPORTS + case.program.replace("{}", part) for part in (case.wrong, case.right))
    findings = findings_of(Source(NAME, wrong))
    assert findings
    assert {finding.help for finding in findings} == {case.advice}
    with pytest.raises(IndexError):
        executed(wrong)
    assert findings_of(Source(NAME, right)) == []
    executed(right)


@pytest.mark.parametrize(
    "body",
    [
        "n = jnp.minimum(x.shape[0], x.sum())\n    return jnp.sort(x[:n])",
        "return jnp.sort(x[k:jnp.minimum(x.shape[0], 3)])",
        "return jnp.sort(x[:jax.value_and_grad(lambda y: 2.0)(1.0)[0].astype(int)])",
        "return jnp.sort(x[:jax.random.randint(jax.random.key(0), (), 0, 3)])",
    ],
)
def test_what_does_not_come_from_static_values_alone_gets_no_such_advice(body: str) -> None:
    [finding] = findings_of(Source(NAME, f"{IMPORTS}@jax.jit\ndef f(x, k):\n    {body}\n"))
    assert "plain Python" not in finding.help


def test_a_field_that_was_an_array_is_not_advised_to_be_static() -> None:
    program = STRUCT.program.replace("{}", "").replace(
        "Config(x[0], 2)", "Config(x[0], jnp.argmax(x))"
    )
    assert program != STRUCT.program
    [finding] = findings_of(Source(NAME, IMPORTS + program))
    assert "make `width`" not in finding.help


def test_a_fix_comes_before_the_advice() -> None:
    body = "return x[:jnp.minimum(x.shape[0], 2)].sum()"
    [finding] = findings_of(Source(NAME, f"{IMPORTS}@jax.jit\ndef f(x):\n    {body}\n"))
    assert finding.fix is not None
    assert finding.help.startswith(f"{finding.fix.message}; or compute it with `np`")


def test_the_reason_says_what_keeps_an_argument_from_being_static() -> None:
    program = (
        "@jax.jit\ndef head(x, n):\n    return jnp.sort(x[:n])\n\n"
        "@jax.jit\ndef f(x):\n    return head(x, jnp.argmax(x))\n"
    )
    [finding] = findings_of(Source(NAME, IMPORTS + program))
    assert "`n` cannot be a static argument: " in finding.no_fix


def test_a_static_argument_is_added_by_number_and_by_name() -> None:
    options = 'static_argnums=(3{}), static_argnames=("k"{})'
    text = (
        f"{IMPORTS}@partial(jax.jit, {options.format(',', ',')})\n"
        "def f(x, /, n, y, k):\n    return jnp.sort(x[:n]) + y[:k]\n"
    )
    source = Source(NAME, text)
    [finding] = findings_of(source)
    assert finding.fix is not None
    added = options.format(", 1", ', "n"')
    assert f"@partial(jax.jit, {added})" in apply_fixes(source, [finding.fix]).text


@pytest.mark.parametrize(
    ("options", "parameters", "added"),
    [
        # JAX infers the name from the number, so that `n` may be passed by keyword, too.
        ("static_argnums=0", "kind, x, n", "static_argnums=(0, 2)"),
        ("static_argnums=(0,)", "kind, x, n", "static_argnums=(0, 2)"),
        ("static_argnums=0", "kind, x, *, n", 'static_argnums=0, static_argnames=("n",)'),
        ('static_argnames="kind"', "kind, x, n", 'static_argnames=("kind", "n")'),
    ],
)
def test_what_is_static_by_number_stays_so(options: str, parameters: str, added: str) -> None:
    text = f"{IMPORTS}@partial(jax.jit, {options})\ndef f({parameters}):\n    return jnp.sort(x)[-n:]\n"
    source = Source(NAME, text)
    [finding] = findings_of(source)
    assert finding.fix is not None
    assert f"`{added.rpartition('=')[0].split()[-1]}`" in finding.fix.message
    fixed = apply_fixes(source, [finding.fix]).text
    assert f"@partial(jax.jit, {added})\n" in fixed
    scope: dict[str, Any] = {}
    exec(fixed, scope)
    assert scope["f"]("largest", jnp.arange(4.0), n=2).shape == (2,)


def test_a_decorator_that_becomes_too_long_is_broken() -> None:
    decorator = (
        'partial(jax.jit, donate_argnums=(0,), inline=True, static_argnames=("mode", "causal"{}))'
    )
    text = (
        f"{IMPORTS}@{decorator.format('')}\n"
        "def f(x, n, mode, causal):\n    return jnp.sort(x[:n])\n"
    )
    source = Source(NAME, text)
    [finding] = findings_of(source)
    assert finding.fix is not None
    fixed = apply_fixes(source, [finding.fix]).text
    inner = decorator.format(', "n"').removeprefix("partial(").removesuffix(")")
    assert f"\n@partial(\n    {inner}\n)\ndef f" in fixed
