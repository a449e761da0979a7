"""What changes at every call is not made static: the help names the mask for this code, and what static would cost."""

import pytest
from masked import IMPORTS, fixed

#: Functions whose `pos` is another number at each call, and of whose slice there is no mask.
POSITIONS = [
    "@jax.jit\ndef step(cache, new, pos):\n    cache = cache.at[pos].set(new)\n"
    "    return cache, jnp.median(cache[:pos])\n",
    "@jax.jit\ndef step(cache, new, pos):\n    cache = cache.at[:, pos : pos + 1].add(new)\n"
    "    return cache, jnp.median(cache[:, :pos])\n",
    "@jax.jit\ndef step(cache, new, pos):\n"
    "    cache = jax.lax.dynamic_update_slice(cache, new, (pos, 0))\n"
    "    return cache, jnp.median(cache[:pos])\n",
    "@jax.jit\ndef step(tokens, logits, pos):\n"
    "    return jnp.median(tokens[:pos]) + logits.max(), pos + 1\n",
    "@jax.jit\ndef step(cache, new, pos):\n    return jnp.median(cache[:pos]) + new\n\n\n"
    "def generate(cache, new):\n    for t in range(8):\n        new = step(cache, new, t)\n"
    "    return new\n",
    "def step(cache, new, pos):\n    return jnp.median(cache[:pos]) + new\n\n\n"
    "fast_step = jax.jit(step)\n\n\n"
    "def decode(cache, new, pos):\n    while pos < 8:\n        new = step(cache, new, pos=pos)\n"
    "        pos += 1\n    return new\n",
]
#: Functions with a size that is one number for many calls.
SIZES = [
    "@jax.jit\ndef head(x, n):\n    return jnp.median(x[:n])\n",
    "@jax.jit\ndef head(x, n):\n    return x.at[n - 1].set(0), jnp.median(x[:n])\n",
    "@jax.jit\ndef head(x, n):\n    return jnp.median(x[:n])\n\n\n"
    "def all_heads(batches, n):\n    for batch in batches:\n        yield head(batch, n)\n",
    "@jax.jit\ndef head(x, n, m):\n    return jnp.median(x[:n]), m + 1\n",
]


@pytest.mark.parametrize("program", POSITIONS)
def test_a_position_is_not_made_static(program: str) -> None:
    file = fixed(f"{IMPORTS}{program}", unsafe=True)
    [finding] = [one for one in file.findings if one.code == "JSL103"]
    assert "static_argnames" not in file.source.text
    assert finding.fix is None
    assert "static_argnames" not in finding.help
    assert finding.help.startswith("keep all of ")
    assert finding.help.endswith(
        "; `pos` changes from call to call, and would cost one compilation per value if static"
    )


@pytest.mark.parametrize("program", SIZES)
def test_a_size_that_stays_is_made_static(program: str) -> None:
    [finding] = fixed(f"{IMPORTS}{program}").findings
    assert finding.fix is not None
    assert finding.fix.message.startswith("Make `n` static")


@pytest.mark.parametrize(
    ("body", "help_"),
    [
        (
            "return jnp.median(x[:, i:j])",
            "keep all of `x` and mask it, with `mask = (jnp.arange(x.shape[1]) >= i) &"
            " (jnp.arange(x.shape[1]) < j)` (`where=mask` of a reduction, or `jnp.where`)",
        ),
        (
            "return jnp.median(x[0, ..., :i])",
            "keep the whole array and mask it (`where=` of a reduction, or `jnp.where`);"
            " pad ragged segments to one size",
        ),
        (
            "return x.at[i:].set(jnp.sort(x[:j]))",
            "update all of `x` under a mask, `jnp.where(mask, …, x)` with"
            " `mask = jnp.arange(x.shape[0]) >= i`",
        ),
    ],
)
def test_the_help_names_the_mask_for_this_code(body: str, help_: str) -> None:
    loop = f"    def body(i, j):\n        {body.replace('return ', 'y = ')}\n        return j\n\n"
    program = f"{IMPORTS}def f(x):\n{loop}    return jax.lax.fori_loop(0, 3, body, 1)\n"
    finding = fixed(program).findings[0]
    assert finding.fix is None
    assert finding.help == help_
