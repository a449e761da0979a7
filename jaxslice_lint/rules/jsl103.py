"""JSL103: a read whose size is traced."""

from jaxslice_lint.rules.rule import Example, Rule

RULE = Rule(
    code="JSL103",
    name="traced-slice-size",
    summary="A slice whose size is traced is read",
    trouble=", so that its size is traced",
    remedy=(
        "keep the whole array and mask it (`where=` of a reduction, or `jnp.where`),"
        " or make the size static with `static_argnames` (one compilation per value);"
        " pad ragged segments to one size"
    ),
    no_rewrite="no array of a compiled function has a traced size",
    what_it_does="""
    Finds reads such as `x[:n]` or `x[i:j]` in traced functions where not only the position, but the
    number of elements depends on a traced value.
    """,
    why_bad="""
    Every array in a compiled function has one shape, known while JAX traces. The result of such a
    slice has none, so JAX raises `IndexError` when the function is first traced, and
    `lax.dynamic_slice` does not help: its size must be static too.

    There are three ways out. A *mask* keeps the whole array and says which elements count; give it
    to the reduction as `where=` (and `initial=` for `max` and `min`), shaped so that it broadcasts
    against the sliced axis. A *static size* compiles the function once for each value, and callers
    must pass a Python integer: `partial(jax.jit, static_argnames="n")`. *Padding* brings segments
    of different lengths to one length, with a mask for what is filling.
    """,
    fix_safety="""
    There is no rewrite: which of the three is right depends on what the program does with the
    slice.

    A mask `jnp.arange(x.shape[0]) < n` is the same as `x[:n]` for `n >= 0`. Multiplying with a mask
    is not: it turns masked infinities and NaN into NaN, and `jnp.where(mask, x, 0).mean()` divides
    by the whole length.
    """,
    invalid=(
        Example(
            """
            import jax


            @jax.jit
            def total(x, n):
                return x[:n].sum()
            """,
            instead="""
            import jax
            import jax.numpy as jnp


            @jax.jit
            def total(x, n):
                return x.sum(where=jnp.arange(x.shape[0]) < n)
            """,
        ),
        Example(
            """
            import jax


            @jax.jit
            def segment(values, offsets, i):
                return values[offsets[i]:offsets[i + 1]].max()
            """,
        ),
    ),
    valid=(
        """
        from functools import partial

        import jax


        @partial(jax.jit, static_argnames="n")
        def total(x, n):
            return x[:n].sum()
        """,
    ),
    references=(
        "[Just-in-time compilation: static arguments]"
        "(https://docs.jax.dev/en/latest/jit-compilation.html)",
        "[`jax.numpy.sum` and its `where`]"
        "(https://docs.jax.dev/en/latest/_autosummary/jax.numpy.sum.html)",
    ),
)
