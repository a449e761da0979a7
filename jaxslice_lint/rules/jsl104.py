"""JSL104: an update whose size is traced."""

from jaxslice_lint.rules.rule import Example, Rule

RULE = Rule(
    code="JSL104",
    name="traced-update-size",
    summary="A slice whose size is traced is updated",
    trouble=", so that its size is traced",
    remedy=(
        "update the whole array under a mask, `jnp.where(mask, x.at[:].set(v), x)`,"
        " or make the size static with `static_argnames` (one compilation per value)"
    ),
    no_rewrite="no array of a compiled function has a traced size",
    what_it_does="""
    Finds updates such as `x.at[:n].set(0)` or `x.at[i:j].add(v)` in traced functions where the
    number of updated elements depends on a traced value.
    """,
    why_bad="""
    The new value must be brought to the shape of the slice, which JAX does not know while it
    traces: it raises `IndexError`. The number of elements of the whole array is known, so a mask
    can say which of them to update.
    """,
    fix_safety="""
    There is no rewrite yet. For a scalar `v`, `jnp.where(mask, x.at[:].set(v), x)` is the same as
    `x.at[i:j].set(v)` for `mask = (idx >= i) & (idx < j)` with `idx = jnp.arange(x.shape[0])` and
    bounds that are not negative; `x.at[:]` keeps the dtype of `x`, which `jnp.where(mask, v, x)`
    may not. On another axis than the last the mask must be reshaped, as `mask[:, None]`: for a
    square array JAX would not notice. It touches all elements, so use it only where the size is
    really traced.
    """,
    invalid=(
        Example(
            """
            import jax


            @jax.jit
            def clear(x, n):
                return x.at[:n].set(0)
            """,
            instead="""
            import jax
            import jax.numpy as jnp


            @jax.jit
            def clear(x, n):
                return jnp.where(jnp.arange(x.shape[0]) < n, x.at[:].set(0), x)
            """,
        ),
    ),
    valid=(
        """
        from functools import partial

        import jax


        @partial(jax.jit, static_argnames="n")
        def clear(x, n):
            return x.at[:n].set(0)
        """,
    ),
    references=(
        "[`jax.numpy.where`](https://docs.jax.dev/en/latest/_autosummary/jax.numpy.where.html)",
    ),
)
