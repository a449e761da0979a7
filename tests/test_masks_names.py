"""A mask that several consumers need has one name, and a variable is filled where it is assigned."""

import pytest
from masked import IMPORTS, JIT, fixed

HEAD = f"{JIT}def f(x, y, n):\n    n = jnp.abs(n.astype(jnp.int32))\n"
KNOWN = "    x, y = x.reshape(4).astype(jnp.float32), y.reshape(4).astype(jnp.float32)\n"


def body(text: str, *, known: bool = True, unsafe: bool = False) -> str:
    """What `--fix` makes of the statements of a function of `x`, `y` and a size `n` that is not negative."""
    head = HEAD + (KNOWN if known else "")
    file = fixed(f"{head}{text}", unsafe=unsafe)
    assert file.source.text.startswith(head)
    return file.source.text.removeprefix(head)


def test_a_mask_for_several_consumers_is_named_before_the_first() -> None:
    assert body("    seen = x[:n]\n    return seen.sum(), seen.max()\n") == (
        "    valid = jnp.arange(x.shape[0]) < n\n"
        "    seen = x\n"
        "    return seen.sum(where=valid), seen.max(where=valid, initial=-jnp.inf)\n"
    )


def test_a_mask_for_one_consumer_has_no_name() -> None:
    assert body("    return x[:n].sum()\n") == (
        "    return x.sum(where=jnp.arange(x.shape[0]) < n)\n"
    )


def test_slices_that_a_product_says_are_of_one_length_have_one_mask() -> None:
    assert body("    return jnp.dot(x[:n], y[:n])\n") == (
        "    valid = jnp.arange(x.shape[0]) < n\n"
        "    return jnp.dot(jnp.where(valid, x, 0), jnp.where(valid, y, 0))\n"
    )


def test_slices_that_may_be_of_other_lengths_have_a_mask_each() -> None:
    assert body("    y = y.reshape(-1)\n    return (x[:n] * y[:n]).sum()\n") == (
        "    y = y.reshape(-1)\n"
        "    return (x * y).sum(\n"
        "        where=(jnp.arange(x.shape[0]) < n) & (jnp.arange(y.shape[0]) < n)\n"
        "    )\n"
    )


def test_a_variable_that_is_filled_wherever_it_is_read_is_filled_once() -> None:
    text = "    part = x[:n]\n    return jnp.dot(part, part) + jnp.linalg.norm(part)\n"
    assert body(text) == (
        "    part = jnp.where(jnp.arange(x.shape[0]) < n, x, 0)\n"
        "    return jnp.dot(part, part) + jnp.linalg.norm(part)\n"
    )


def test_a_variable_that_is_filled_in_two_ways_is_filled_where_it_is_read() -> None:
    text = "    part = x[:n]\n    return jnp.dot(part, part) + part.mean()\n"
    assert body(text) == (
        "    valid = jnp.arange(x.shape[0]) < n\n"
        "    part = x\n"
        "    return jnp.dot(jnp.where(valid, part, 0), jnp.where(valid, part, 0)) + part.mean(\n"
        "        where=valid\n"
        "    )\n"
    )


def test_a_name_that_the_function_has_is_not_taken() -> None:
    text = "    valid = 1\n    seen = x[:n]\n    return seen.sum() + seen.prod() + valid\n"
    assert "    valid_x = jnp.arange(x.shape[0]) < n\n" in body(text)


def test_masks_of_fixes_that_are_made_at_once_have_different_names() -> None:
    text = (
        "    seen, m = x[:n], n + 1\n    seen = x[:n]\n    other = y[:m]\n"
        "    return seen.sum() + other.sum() + seen.prod() + other.prod()\n"
    ).replace("    seen, m = x[:n], n + 1\n", "    m = n + 1\n")
    result = body(text)
    assert "    valid = jnp.arange(x.shape[0]) < n\n" in result
    assert "    valid_y = jnp.arange(y.shape[0]) < m\n" in result
    assert "seen.sum(where=valid)" in result
    assert "other.sum(where=valid_y)" in result


@pytest.mark.parametrize(
    "text",
    [
        "    return (x[:n].sum() + x[:n].prod()) if y.ndim else 0.0\n",
        "    return sum([jnp.dot(x[:k], y[:k]) for k in (n, n + 1)])\n",
        "    return (lambda k: jnp.dot(x[:k], y[:k]))(n)\n",
        "    if y.ndim: part = x[:n]; return part.sum() + part.prod()\n",
        "    return jnp.dot(x[: (k := n)], y[:k])\n",
    ],
)
def test_no_mask_is_named_where_its_bounds_may_be_others(text: str) -> None:
    assert "valid" not in body(text, unsafe=True)


def test_a_long_mask_is_broken_as_formatters_do() -> None:
    text = (
        "def total(observations, position):\n"
        "    seen = observations.reshape(-1)[: position + 1]\n"
        "    return seen.sum(), seen.mean()\n"
    ).replace("observations.reshape(-1)[", "observations[")
    file = fixed(f"{IMPORTS}@jax.jit\n{text}")
    assert (
        "    valid = (\n"
        "        jax.lax.broadcasted_iota(int, observations.shape, 0)\n"
        "        - jnp.where(position + 1 < 0, observations.shape[0], 0)\n"
        "        < position + 1\n"
        "    )\n"
    ) in file.source.text
