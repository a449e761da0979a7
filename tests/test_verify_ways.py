"""A rewrite is run in every way in which the program reaches the slice, and all of the function around it."""

import difflib
from collections.abc import Iterator
from pathlib import Path

import jax
import jax.numpy as jnp
import pytest
import wrong_programs
from programs import HEADER, sites_of
from wrong_programs import Wrong

from jaxslice_lint.rewrite import Edit, Fix
from jaxslice_lint.rules.engine import check
from jaxslice_lint.source.text import Source
from jaxslice_lint.verify.child.compare import split
from jaxslice_lint.verify.child.rewritten import Rewritten
from jaxslice_lint.verify.child.scope import Outcome
from jaxslice_lint.verify.judgement import Seen, judgement
from jaxslice_lint.verify.process import Child, interpreter
from jaxslice_lint.verify.requests import Question, Run
from jaxslice_lint.verify.verdict import Verdict
from jaxslice_lint.verify.verifier import Verifier


@pytest.fixture(scope="module")
def verifier() -> Iterator[Verifier]:
    """One child process for all tests."""
    with Child(interpreter("")) as child:
        yield Verifier(child)


def forced(verifier: Verifier, program: str, rewritten: str) -> list[Verdict]:
    """The verdicts on rewrites that no rule offers: together they make `rewritten` of `program`."""
    source = Source(Path("program.py"), program)
    fixes = [Fix("", (edit,), safe=True) for edit in edits(program, rewritten)]
    return verifier.verdicts(source, fixes, sites_of(source))


def edits(program: str, rewritten: str) -> Iterator[Edit]:
    """What makes `rewritten` of a program, line by line."""
    old, new = program.splitlines(True), rewritten.splitlines(True)
    for tag, start, end, first, last in difflib.SequenceMatcher(None, old, new).get_opcodes():
        if tag != "equal":
            before, after = "".join(old[start:end]), "".join(new[first:last])
            indent = len(before) - len(before.lstrip())
            at = sum(map(len, old[:start])) + indent
            yield Edit(at, at + len(before.strip()), after.strip())


def offered(verifier: Verifier, program: str, style: str = "lax") -> list[Verdict]:
    """The verdicts on what the rules offer for a program."""
    source = Source(Path("program.py"), HEADER + program)
    sites = sites_of(source)
    fixes = [finding.fix for finding in check(source, sites, style) if finding.fix is not None]
    assert fixes
    return [*verifier.apply(source, fixes, sites, 88)[1].values()]


@pytest.mark.parametrize("wrong", wrong_programs.ALL, ids=lambda wrong: wrong.name)
def test_what_is_wrong_in_one_way_is_refused(verifier: Verifier, wrong: Wrong) -> None:
    [verdict] = forced(verifier, wrong.program, wrong.rewritten)
    assert verdict.refusal.startswith("the rewrite is not the same with JAX "), verdict


def test_a_refusal_names_the_value_that_shows_it(verifier: Verifier) -> None:
    first = wrong_programs.BOUNDS_THAT_MAY_BE_NONE[0]
    [verdict] = forced(verifier, first.program, first.rewritten)
    assert ", e = None: the rewritten code raises TypeError" in verdict.refusal


JIT = "@jax.jit\n"
RIGHT_IN_EACH_WAY = {
    "a helper that traced and eager code calls": (
        "def window(x, i):\n    return x[i:i + 2] * 2\n\n"
        f"{JIT}def f(x, i):\n    return window(x, i)\n\n"
        "print(window(jnp.arange(5.0), 1))\n"
    ),
    "a size that callers choose": (
        "def window(x, i, k):\n    return x[i:i + k].sum()\n\n"
        "@partial(jax.jit, static_argnums=2)\ndef f(x, i, k):\n    return window(x, i, k)\n\n"
        f"{JIT}def g(x, i):\n    return window(x, i, 2) + window(x, i, 3)\n"
    ),
    "a name of the module": (f"WIDTH = 3\n\n{JIT}def f(x, i):\n    return x[i:i + WIDTH].sum()\n"),
    "attributes": (
        "class Ring:\n"
        "    def __init__(self, data, width):\n        self.data, self.width = data, width\n\n"
        "    def read(self, i):\n        return self.data[i:i + self.width]\n\n"
        f"{JIT}def f(x, i):\n    return Ring(x, 3).read(i)\n"
    ),
    "a loop over starts": (
        f"{JIT}def f(x, i, j):\n    t = 0.0\n    for s in (i, j):\n"
        "        t = t + x[s:s + 2].sum()\n    return t\n"
    ),
    "bounds that are unpacked": (
        f"{JIT}def f(x, where):\n    start, scale = where\n    stop = start + 2\n"
        "    return x[start:stop] * scale\n"
    ),
    "an index that is built before": (
        f"{JIT}def f(x, i):\n    where = slice(i, i + 2)\n    return x[where].sum()\n"
    ),
    "a carry of a scan": (
        "def f(x, starts):\n"
        "    def step(carry, start):\n        total, count = carry\n"
        "        total = total + x[start:start + 2].sum()\n"
        "        return (total, count + 1), total\n\n"
        "    return lax.scan(step, (0.0, 0), starts)\n"
    ),
    "a stop that an outer function computes": (
        f"{JIT}def f(x, i):\n    stop = i + 2\n\n"
        "    def read(y):\n        return y[i:stop] + 1\n\n    return read(x)\n"
    ),
    "a number of first elements, of either sign": f"{JIT}def f(x, n):\n    return x[:n].sum()\n",
    "a number of last elements, of either sign": f"{JIT}def f(x, n):\n    return x[-n:].max(initial=0)\n",
    "an update between two bounds": (
        f"{JIT}def f(x, i, j):\n    x = x.astype(jnp.float32)\n    return x.at[i:j].multiply(2.0)\n"
    ),
    "a bound that is never negative": (
        f"{JIT}def f(x, n):\n    k = jnp.abs(n)\n    return x[:k].sum()\n"
    ),
    "names of scopes, conditions and errors": (
        f"{JIT}def f(x, i, wide=False):\n    if x.ndim != 1:\n"
        "        raise ValueError(f'{x.shape} is not flat')\n"
        "    with jax.named_scope('read'):\n        taken = x[i:i + 2]\n"
        "    if wide:\n        return taken * 2\n    assert x.size > 1\n    del wide\n"
        "    return taken\n"
    ),
    "a loop that Python runs": (
        f"{JIT}def f(x, i):\n    k, total = 1, 0.0\n    while k < x.shape[0]:\n"
        "        total = total + x[i:i + 1].sum() * k\n        k *= 2\n    return total\n"
    ),
}


@pytest.mark.parametrize("program", RIGHT_IN_EACH_WAY.values(), ids=RIGHT_IN_EACH_WAY)
def test_what_is_right_in_each_way_is_wholly_verified(verifier: Verifier, program: str) -> None:
    for verdict in offered(verifier, program):
        assert verdict.refusal == ""
        assert verdict.unverified == ()


TWO = (
    f"{JIT}def f(x, i, j):\n    a = x[i:i + 2]\n    t = a.sum()\n    return t + x[j:j + 3].sum()\n"
)


def test_rewrites_of_one_function_are_run_together(verifier: Verifier) -> None:
    assert offered(verifier, TWO) == [Verdict("", f"JAX {verifier.child.jax}")] * 2


def test_of_two_rewrites_of_a_function_the_wrong_one_is_refused(verifier: Verifier) -> None:
    program = HEADER + TWO
    right = program.replace("x[i:i + 2]", "lax.dynamic_slice_in_dim(x, i, 2)")
    wrong = right.replace("x[j:j + 3]", "lax.dynamic_slice_in_dim(x, j, 2)")
    good, bad = forced(verifier, program, wrong)
    assert good.refusal == ""
    assert "not the same" in bad.refusal


def test_a_slice_that_stays_is_named(verifier: Verifier) -> None:
    program = f"{JIT}def f(x, i, n):\n    a = x[i:i + 2]\n    return a.sum(), x[:n]\n"
    [verdict] = offered(verifier, program)
    assert verdict.refusal == ""
    assert verdict.unverified == (
        "the function `f` around it under `jit`:"
        " another slice in the same code has to be rewritten first",
    )


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("try:\n        pass\n    finally:\n        pass\n", "a `try` statement is not run"),
        ("with open('x'):\n        pass\n", "a `with` statement is not run"),
        ("x[0] = 1\n", "it assigns to `x[0]`"),
        (
            "y = x.reshape(1009, 1013)\n",
            "no inputs were found on which the original runs (TypeError",
        ),
    ],
)
def test_a_function_that_is_not_run_is_named(verifier: Verifier, body: str, reason: str) -> None:
    [verdict] = offered(
        verifier, f"{JIT}def f(x, i):\n    y = x[i:i + 2] * 2\n    {body}    return y\n"
    )
    assert verdict.refusal == ""
    [unverified] = verdict.unverified
    assert unverified.startswith(f"the function `f` around it: {reason}")


CALLED = "def g(v):\n    return v\n\n\n"


def test_what_calls_are_given_that_are_not_run_has_to_be_the_same(verifier: Verifier) -> None:
    program = HEADER + CALLED + f"{JIT}def f(x, v, i):\n    return g(x[i:i + 3], v[i:i + 3])\n"
    right = program.replace("x[i:i + 3]", "lax.dynamic_slice_in_dim(x, i, 3)")
    right = right.replace("v[i:i + 3]", "lax.dynamic_slice_in_dim(v, i, 3)")
    [verdict] = forced(verifier, program, right)
    assert verdict == Verdict("", verdict.by)
    [verdict] = forced(verifier, program, right.replace("v, i, 3", "v, i + 1, 3"))
    assert ": `g` is given " in verdict.refusal


def test_a_rewrite_that_is_not_the_same_under_grad_is_refused(verifier: Verifier) -> None:
    program = HEADER + f"{JIT}def f(x, n):\n    return jnp.sqrt(x[:n]).sum()\n"
    mask = "jax.lax.broadcasted_iota(int, x.shape, 0) < jnp.where(n < 0, n + x.shape[0], n)"
    new = program.replace("jnp.sqrt(x[:n]).sum()", f"jnp.sqrt(x).sum(where={mask})")
    [verdict] = forced(verifier, program, new)
    assert "under `grad`, 0.0 before and nan after" in verdict.refusal


def test_a_rewrite_that_is_not_the_same_under_vmap_is_refused() -> None:
    @jax.custom_batching.custom_vmap
    def wrong(x: jax.Array, i: jax.Array) -> jax.Array:
        return x[i]

    @wrong.def_vmap
    def _(_size: int, _batched: object, x: jax.Array, i: jax.Array) -> tuple[jax.Array, bool]:
        return x[i] + 1, True

    x = jnp.arange(4.0)
    rewritten = Rewritten(lambda known: Outcome(wrong(**known), []), {"x": x}, masked=False)
    seen = [({"i": jnp.asarray(i)}, split(Outcome(x[i], []))) for i in range(3)]
    assert [rewritten.difference(*one) for one in seen] == ["", "", ""]
    assert rewritten.difference_of_many(seen) == "under `vmap`, 0.0 before and 1.0 after"


SAME, NOT = Run({}, "`n` is `None`", "the function `g`"), "it takes too long"
QUESTION = Question(Source(Path("p.py"), "x = 1\n"), Fix("", (Edit(0, 1, "y"),), safe=True), {})


@pytest.mark.parametrize(
    ("piece", "function", "unverified"),
    [
        ("", "", ()),
        (NOT, "", ()),
        ("", NOT, (f"the function `g` around it where `n` is `None`: {NOT}",)),
        (NOT, NOT, (f"where `n` is `None`: {NOT}",)),
    ],
)
def test_a_way_that_is_not_run_is_named(
    piece: str, function: str, unverified: tuple[str, ...]
) -> None:
    pieces = [Seen(SAME), Seen(SAME, failed=piece)]
    functions = [Seen(SAME), Seen(SAME, failed=function)]
    assert judgement(QUESTION, pieces, functions, "JAX 1") == Verdict("", "JAX 1", unverified)


def test_what_ran_in_no_way_is_refused() -> None:
    seen = [Seen(SAME, failed=NOT)]
    found = judgement(QUESTION, seen, seen, "JAX 1")
    assert found.refusal == f"the rewrite could not be verified: {NOT}"
