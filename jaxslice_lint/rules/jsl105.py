"""JSL105: a slice whose step is traced."""

from jaxslice_lint.rules.rule import Example, Rule

RULE = Rule(
    code="JSL105",
    name="traced-slice-step",
    summary="A slice has a traced step",
    remedy=(
        "make the step static with `static_argnames` (one compilation per value),"
        " or index with `start + step * jnp.arange(size)`"
    ),
    no_rewrite="`lax.dynamic_slice` has no traced step",
    what_it_does="""
    Finds slices such as `x[::s]` and `x.at[::s].set(v)` in traced functions whose step is traced.
    """,
    why_bad="""
    The step decides how many elements the slice has, so JAX raises `IndexError` when the function
    is first traced. Neither `lax.dynamic_slice` nor `jax.ds` takes a traced step.
    """,
    fix_safety="""
    If the step comes from an argument of a jitted function, the fix makes it static. It is unsafe: the
    function is compiled once for each value, and callers must pass Python integers.

    Otherwise there is no rewrite. Where the number of elements is static, an array of indices,
    `x[start + step * jnp.arange(size)]`, reads the same elements, as a gather. It counts negative
    indices from the end element by element, and clamps those beyond it.
    """,
    invalid=(
        Example(
            """
            import jax


            @jax.jit
            def thin(chain, every):
                return chain[::every].mean()
            """,
            """
            from functools import partial

            import jax


            @partial(jax.jit, static_argnames=("every",))
            def thin(chain, every):
                return chain[::every].mean()
            """,
        ),
        Example(
            """
            import jax


            @jax.jit
            def thin(chain, lags):
                return chain[::lags.max()].mean()
            """,
        ),
    ),
    valid=(
        """
        import jax


        @jax.jit
        def thin(chain):
            return chain[::10].mean()
        """,
    ),
    references=(
        "[Just-in-time compilation: static arguments]"
        "(https://docs.jax.dev/en/latest/jit-compilation.html)",
    ),
)
