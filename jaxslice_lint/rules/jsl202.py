"""JSL202: an update of another rank or dtype given to `lax.dynamic_update_slice`."""

from jaxslice_lint.rules.rule import Example, Rule

RULE = Rule(
    code="JSL202",
    name="update-not-broadcast",
    summary="`lax.dynamic_update_slice` is given an update of another rank or dtype than its array",
    remedy="give the update the rank and the dtype of the array",
    what_it_does="""
    Finds calls of `lax.dynamic_update_slice` and `lax.dynamic_update_slice_in_dim` whose update
    provably has another number of axes than the array, such as a scalar or a row of a matrix, or a
    dtype of another kind.
    """,
    why_bad="""
    The update says by its shape how large the window is that is written. Unlike `.at[…].set`,
    `lax.dynamic_update_slice` neither broadcasts nor converts it: JAX raises `TypeError`.

    `lax.dynamic_update_index_in_dim` takes an update without the axis along which it is written.
    """,
    fix_safety="""
    The rewrite writes what was given where it was to be written: an update that lacks one axis
    through `lax.dynamic_update_index_in_dim`, which adds it; a Python number as an array of the
    dtype, and an array converted to the dtype, as `.at[…].set` would convert it. It is unsafe where
    that cuts off fractions. There is no rewrite where several axes are missing, or where it is not
    clear which one is: for a row at `(i, j)` that may be an axis of either.
    """,
    invalid=(
        Example(
            """
            import jax
            import jax.numpy as jnp
            from jax import lax


            @jax.jit
            def insert(row, i):
                table = jnp.zeros((8, 4))
                return lax.dynamic_update_slice_in_dim(table, row.reshape(4), i, axis=0)
            """,
            """
            import jax
            import jax.numpy as jnp
            from jax import lax


            @jax.jit
            def insert(row, i):
                table = jnp.zeros((8, 4))
                return lax.dynamic_update_index_in_dim(table, row.reshape(4), i, axis=0)
            """,
        ),
        Example(
            """
            import jax
            import jax.numpy as jnp
            from jax import lax


            @jax.jit
            def put(x, i):
                return lax.dynamic_update_slice(x, 1.0, (i,))
            """,
            """
            import jax
            import jax.numpy as jnp
            from jax import lax


            @jax.jit
            def put(x, i):
                return lax.dynamic_update_index_in_dim(x, jnp.asarray(1.0, x.dtype), i, 0)
            """,
        ),
        Example(
            """
            import jax
            import jax.numpy as jnp
            from jax import lax


            @jax.jit
            def count(i):
                table = jnp.zeros(8)
                return lax.dynamic_update_slice(table, jnp.arange(3), (i,))
            """,
            """
            import jax
            import jax.numpy as jnp
            from jax import lax


            @jax.jit
            def count(i):
                table = jnp.zeros(8)
                return lax.dynamic_update_slice(table, jnp.arange(3).astype(table.dtype), (i,))
            """,
        ),
        Example(
            """
            import jax
            from jax import lax


            @jax.jit
            def put(image, i, j):
                return lax.dynamic_update_slice(image, 1.0, (i, j))
            """,
        ),
    ),
    valid=(
        """
        import jax
        import jax.numpy as jnp
        from jax import lax


        @jax.jit
        def put(x, row, i):
            y = lax.dynamic_update_slice(x, row[None], (i, 0))
            z = lax.dynamic_update_slice(jnp.zeros(3), jnp.array([1.0]), (i,))
            return lax.dynamic_update_index_in_dim(y, row, i, 0), z
        """,
    ),
    references=(
        "[`jax.lax.dynamic_update_slice`]"
        "(https://docs.jax.dev/en/latest/_autosummary/jax.lax.dynamic_update_slice.html)",
        "[`jax.lax.dynamic_update_index_in_dim`]"
        "(https://docs.jax.dev/en/latest/_autosummary/jax.lax.dynamic_update_index_in_dim.html)",
    ),
)
