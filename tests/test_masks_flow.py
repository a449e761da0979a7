"""Masks from a slice to where it is used: what may happen in between, and what the rewrite leaves as it is."""

from typing import Any

import jax.numpy as jnp
import pytest
from masked import IMPORTS, JIT, fixed, function

#: What a mask reads later than the slice did, if something changes it.
BEFORE = """\
import numpy

ENDS = numpy.array([1, 2])


class Box:
    def __init__(self, n):
        self.n = n


"""


@pytest.mark.parametrize(
    "text",
    [
        "return x[:n]",
        "return jnp.sort(x[:n]).sum()",
        "return jnp.median(x[:n])",
        "return x[:n].reshape(-1, 2).sum()",
        "return jnp.concatenate([x[:n], x[n:]])",
        "return x[:n].sum(where=x[:n] > 0)",
        "return x[:n].size",
        "return x[x[:n]].sum()",
        "return jnp.where(x[:n])[0].sum()",
        "return [x[:n]]",
        "return jnp.linalg.norm(x[:n], -1)",
        "return jnp.sum(x[:n], axis=n)",
        "return jnp.dot(x[:n], jnp.ones(3))",
        "return (x[..., :n] @ jnp.ones(3)).sum()",
        "return (x[:n].max(axis=1) * x[:n]).sum()",
        "g = lambda y: y - y.mean()\n    return g(x[:n]).sum()",
        "return (x[:n] / x[:n].size).sum()",
        "return (x[:n] * x[n:]).sum()",
        "return (x[:n] * x.T[:n].T).sum()",
        "part = x[:n]\n    n = n + 1\n    return part.sum()",
        "part = x[:n]\n    part = part * 2\n    return part.sum()",
        "part, n = x[:n], n + 1\n    return part.sum()",
        "n = x[:n]\n    return n.sum()",
        "x = x[:n] * jnp.ones((3, 1))\n    return x.sum(axis=1)",
        "part = x[:n]\n    return (lambda: part.sum())()",
        "part = x[:n]\n    return part.sum() + (lambda: part.sum())()",
        "part = x[ENDS[0] : n]\n    ENDS[0] = 3\n    return part.sum()",
        "box = Box(n)\n    part = x[: box.n]\n    box.n = n + 1\n    return part.sum()",
        "part = x[:n]\n    return part.sum(), part",
        "s = 0\n    for i in (1, 2):\n        if i > 1:\n            s += part.sum()\n"
        "        part = x[: n + i]\n    return s",
        "s = 0\n    for i in (1, 2):\n        if i < 2:\n            part = x[: n + i]\n"
        "        s += part.sum()\n    return s",
        "return x.at[:n].set(jnp.sort(x[:n]))",
        "return x.at[:n].set(x[n:])",
        "return x[::2][:n:2].sum()",
    ],
)
def test_what_takes_no_mask_is_left_alone(text: str) -> None:
    # No static argument cures a size that is computed.
    source = f"{BEFORE}{JIT}def f(x, n):\n    n = jnp.max(n)\n    {text}\n"
    file = fixed(source, unsafe=True)
    assert file.findings
    assert not file.changed
    assert all(finding.no_fix for finding in file.findings)


#: Objects whose fields are never assigned again, and others.
FROZEN = [
    "class Box(typing.NamedTuple):\n    n: jax.Array\n",
    'Box = collections.namedtuple("Box", ["n"])\n',
    "@dataclasses.dataclass(frozen=True)\nclass Box:\n    n: jax.Array\n",
    "@flax.struct.dataclass\nclass Box:\n    n: jax.Array\n",
    "class Box(flax.struct.PyTreeNode):\n    n: jax.Array\n",
    "class Box(equinox.Module):\n    n: jax.Array\n",
    "class Base(typing.NamedTuple):\n    n: jax.Array\n\n\nclass Box(Base):\n    pass\n",
]
CHANGING = [
    "@dataclasses.dataclass\nclass Box:\n    n: jax.Array\n",
    "class Box:\n    def __init__(self, n):\n        self.n = n\n",
    # What is no field may be another number each time.
    "class Box(typing.NamedTuple):\n    m: jax.Array\n\n"
    "    @property\n    def n(self):\n        COUNT.append(0)\n        return self.m * len(COUNT)\n",
]
LIBRARIES = (
    "import collections\nimport dataclasses\nimport typing\n\nimport equinox\nimport flax.struct\n"
)


@pytest.mark.parametrize("box", FROZEN)
def test_a_field_that_never_changes_reaches_the_consumers(box: str) -> None:
    body = "def f(x, n):\n    box = Box(n)\n    part = x[: box.n]\n    return part.sum()\n"
    f = function(f"{LIBRARIES}{IMPORTS}{box}\n\n@jax.jit\n{body}")
    x = jnp.array([2.0, 5.0, -1.0])
    assert [float(f(x, n)) for n in (0, 2, 3, -1)] == [0.0, 7.0, 6.0, 7.0]


@pytest.mark.parametrize("box", FROZEN)
def test_a_field_of_what_is_taken_for_frozen_cannot_be_assigned(box: str) -> None:
    scope: dict[str, Any] = {}
    exec(f"{LIBRARIES}import jax\n{box}", scope)
    made = scope["Box"](1)
    with pytest.raises((AttributeError, TypeError)):
        made.n = 2


@pytest.mark.parametrize("box", CHANGING)
def test_a_field_that_may_change_does_not_reach_the_consumers(box: str) -> None:
    body = "def f(x, n):\n    box = Box(jnp.max(n))\n    part = x[: box.n]\n    return part.sum()\n"
    head = f"{LIBRARIES}{IMPORTS}COUNT = []\n{box}\n\n@jax.jit\n"
    file = fixed(f"{head}{body}", unsafe=True)
    assert file.findings
    assert not file.changed


def test_a_field_is_not_kept_while_its_object_is_made() -> None:
    box = (
        "class Box(equinox.Module):\n    n: jax.Array\n    total: jax.Array\n\n"
        "    def __init__(self, x, n):\n        self.n = n\n        part = x[: self.n]\n"
        "        self.n = n + 1\n        self.total = part.sum()\n"
    )
    body = "def f(x, n):\n    return Box(x, jnp.max(n)).total\n"
    file = fixed(f"{LIBRARIES}{IMPORTS}{box}\n\n@jax.jit\n{body}", unsafe=True)
    assert file.findings
    assert not file.changed


@pytest.mark.parametrize(
    "text", ["x = x[:n]\n    return x.sum()", "x, y = x[:n], 3\n    return x.sum() + y - 3"]
)
def test_an_array_may_be_bound_to_its_own_name(text: str) -> None:
    f = function(f"{JIT}def f(x, n):\n    {text}\n")
    x = jnp.array([2.0, 5.0, -1.0])
    assert [float(f(x, n)) for n in (0, 2, 3, -1)] == [0.0, 7.0, 6.0, 7.0]


def test_a_variable_reaches_its_consumers() -> None:
    text = f"{JIT}def f(x, n):\n    part = x[:n]\n    size = part.sum()\n    return part.max() + size\n"
    f = function(text, unsafe=True)
    x = jnp.array([2.0, 5.0, -1.0])
    assert [float(f(x, n)) for n in (1, 2, 3)] == [4.0, 12.0, 11.0]


@pytest.mark.parametrize(
    "expression",
    [
        "jnp.sum((x[:n] - x[:n].mean()) ** 2)",
        "((x[:n] - jnp.mean(x[:n])) ** 2).sum()",
        "jnp.sum(x[:n] / jnp.sum(x[:n]))",
        "jnp.max(x[:n] - jnp.min(x[:n] - jnp.mean(x[:n])))",
    ],
)
def test_a_slice_inside_the_consumer_of_another_is_masked_after_it(expression: str) -> None:
    f = function(f"{JIT}def f(x, n):\n    return {expression}\n", unsafe=True)
    x = jnp.array([2.0, 5.0, -1.0])
    for n in (1, 2, 3):
        want = eval(expression, {"jnp": jnp, "x": x, "n": n})
        assert float(f(x, n)) == pytest.approx(float(want))


def test_a_comment_and_the_line_breaks_of_a_call_stay() -> None:
    file = fixed(
        f"{JIT}def f(x, k):\n    n = jnp.argmax(k)\n"
        "    return jnp.sum(  # all\n        x[:n],\n        axis=0,\n    )\n"
    )
    assert file.source.text.endswith(
        "    return jnp.sum(  # all\n        x,\n        axis=0,\n"
        "        where=jax.lax.broadcasted_iota(int, x.shape, 0) < n,\n    )\n"
    )


def test_a_fix_that_would_lose_a_comment_of_a_masked_slice_is_not_safe() -> None:
    [finding] = fixed(
        f"{JIT}def f(x, n):\n    return x[  # some\n        :n\n    ].sum()\n"
    ).findings
    assert finding.fix is not None
    assert finding.fix.caution == "the comment `# some` would be lost"


def test_no_mask_is_written_into_a_comment() -> None:
    call = "jnp.sum(\n        x[:n]  # all\n    )"
    [finding] = fixed(f"{JIT}def f(x, n):\n    n = jnp.max(n)\n    return {call}\n").findings
    assert finding.no_fix.startswith("a comment stands behind the last argument")


def test_int_may_be_another_one_where_all_names_of_a_module_are_imported() -> None:
    file = fixed(f"from table import *\n{JIT}def f(x, n):\n    return x[:n].sum()\n")
    assert "broadcasted_iota(jnp.int32, " in file.source.text


def test_einsum_may_broadcast_a_length_of_one() -> None:
    program = f'{JIT}def f(x, y, n):\n    return jnp.einsum("i,i->", x[:n], y[:n])\n'
    findings = fixed(program).findings
    assert len(findings) == 2
    for finding in findings:
        assert finding.fix is not None
        assert not finding.fix.safe
        assert "taken to be equally long" in finding.fix.caution


@pytest.mark.parametrize(
    ("line", "fixes"),
    [
        ("y = x[:n] - x[:n].mean()", 0),
        ("y = x[:n].sum() / jnp.median(x[:n])", 0),
        ("y = x[:n].sum(), jnp.median(x[:n])", 1),
        ("y = jnp.exp(x[:n]).sum() - x[:n].max()", 0),
        ("y = x[:n].max() - x[:n].sum()", 2),
    ],
)
def test_slices_of_one_computation_are_masked_together_or_not_at_all(line: str, fixes: int) -> None:
    program = f"{JIT}def f(x, n):\n    {line}\n    return jnp.asarray(y).tolist()\n"
    program = program.replace("def f(x, n)", 'def f(x: Float32[jax.Array, "t"], n)')
    program = program.replace(IMPORTS, f"from jaxtyping import Float32\n{IMPORTS}")
    file = fixed(program)
    before = program.count("[:n]")
    assert before - file.source.text.count("[:n]") == fixes
