"""JSL102: an update with a traced position and a static size."""

from jaxslice_lint.facts.site import Site
from jaxslice_lint.rewrite.text.edit import Fix
from jaxslice_lint.rules.file import Access, File
from jaxslice_lint.rules.rule import Check, Example, Rule
from jaxslice_lint.rules.wording import first_traced_bound, slice_message


def breaks(site: Site, file: File) -> bool:
    """An update at a traced position, of a size that is static."""
    is_window = not site.has_traced_size and not site.has_traced_step
    return is_window and file.access(site) is Access.UPDATE


def message(site: Site, file: File) -> str:
    """Which bound is traced, and why."""
    return slice_message(site, file, first_traced_bound)


def fix(site: Site, file: File) -> Fix:
    """The window is taken out, updated, and written back."""
    from jaxslice_lint.rewrite.windows.codemod import rewrite

    use = file.rewritable(site)
    return rewrite(site, use, file.tree, file.names, file.style)


RULE = Rule(
    code="JSL102",
    name="traced-slice-update",
    summary="A slice of static size is updated at a traced position",
    check=Check(Site, breaks, message, fix),
    remedy=(
        "take the window with `lax.dynamic_slice_in_dim`, update it with `.at[:]`,"
        " and write it back with `lax.dynamic_update_slice_in_dim`"
    ),
    what_it_does="""
    Finds updates such as `x.at[i:i + k].set(v)` whose start is traced, while the size `k` is
    static, and stores to a slice of a Pallas Ref, `ref[i:i + k] = v`.
    """,
    why_bad="""
    As for a read (JSL101), JAX needs the values of the bounds, and raises `IndexError` when the
    function is first traced (`TracerBoolConversionError` for a Ref).

    `lax.dynamic_update_slice` takes the position as a traced value, but alone it does not do what
    `.at` does: it neither broadcasts nor casts the new value, and a value of the right rank that is
    too small is written without an error to only a part of the window. The rewrite therefore takes
    the window out, updates it with the original method, which keeps broadcasting, dtypes and
    arguments such as `mode` as they were, and writes it back. XLA removes the read for `set`, and
    updates in place where it did so before.
    """,
    fix_safety="""
    With `n` the length of the axis, `i` the start and `k` the size, the rewrite gives the same
    values, shape and dtype as the update gives outside of `jit` for `0 <= i <= n - k`, and for
    starts counted from the end, `-n <= i <= -k - 1`. For other starts the update outside of `jit`
    is cut off at the end of the axis or fails; the rewrite moves the window into the array and
    writes it there, without an error. `x.at[i - k:i]` is the same only for `i >= k`. A size that
    comes out negative, where nothing is updated outside of `jit`, raises when it is traced.

    With `fix-style = "ds"` the rewrite is the same for `0 <= i <= n - k` only: JAX drops an update
    with `jax.ds` that has a negative start or is not wholly in range. It is written where the start is
    known not to be negative; elsewhere `lax` is used.

    As for a read (JSL101), a fix must be right for every way in which the program reaches the update,
    and writes its size with what the function itself sees. Where the program also reaches it with static
    bounds that may be cut off at the end of the axis today, `set`, `add` and their like take index arrays, as in
    `x.at[i + jnp.arange(k)].set(v, unique_indices=True)`: JAX drops what these write beyond the end. The
    fix is unsafe if the new value may be as long as what is left of the slice, if such bounds may be
    negative, for `apply`, `divide` and `power`, if others may call the function with another kind of
    index, if nobody takes the result (JSL302: no error would show that any more), and if a comment would
    be lost. Annotations that name axes (`Float[Array, "batch width"]`)
    are taken at their word: arrays have these axes, those of one name are equally long, and a new value of
    that shape is written as it is. There is no fix where the sliced axis is not known, where
    what is updated or its bounds cannot be evaluated twice (bind a call to a name first;
    `jnp.zeros` and its like may stand), and for `divide` and `power` that may change the dtype.
    """,
    invalid=(
        Example(
            """
            import jax
            from jax import lax


            @jax.jit
            def write(cache, row, position):
                return cache.at[:, position:position + 1].set(row)
            """,
            """
            import jax
            from jax import lax


            @jax.jit
            def write(cache, row, position):
                return lax.dynamic_update_slice_in_dim(
                    cache,
                    lax.dynamic_slice_in_dim(cache, position, 1, axis=1).at[:].set(row),
                    position,
                    axis=1,
                )
            """,
        ),
        Example(
            """
            import jax
            import jax.numpy as jnp
            from jax import lax


            @jax.jit
            def stamp(canvas, patch, row, col):
                return canvas.at[row:row + 2, col:col + 2].add(patch, mode="drop")
            """,
            """
            import jax
            import jax.numpy as jnp
            from jax import lax


            @jax.jit
            def stamp(canvas, patch, row, col):
                return lax.dynamic_update_slice(
                    canvas,
                    lax.dynamic_slice(
                        canvas,
                        jnp.array([row, col, *[0] * (canvas.ndim - 2)], dtype=int),
                        (2, 2, *canvas.shape[2:]),
                    )
                    .at[:]
                    .add(patch, mode="drop"),
                    jnp.array([row, col, *[0] * (canvas.ndim - 2)], dtype=int),
                )
            """,
        ),
        Example(
            """
            import jax


            @jax.jit
            def clear(ring, step):
                i = step % 8
                return ring.at[i:i + 4].set(0)
            """,
            """
            import jax


            @jax.jit
            def clear(ring, step):
                i = step % 8
                return ring.at[jax.ds(i, 4)].set(0)
            """,
            style="ds",
        ),
        Example(
            """
            import jax
            import jax.numpy as jnp


            @jax.jit
            def one_hot_block(i, n):
                return jnp.cumsum(n).at[i:i + 4].set(1)
            """,
        ),
    ),
    valid=(
        """
        import jax


        @jax.jit
        def clear(x, i):
            return x.at[i].set(0).at[:2].set(1)
        """,
        """
        import jax
        from jax import lax


        @jax.jit
        def write(cache, row, position):
            return lax.dynamic_update_slice_in_dim(cache, row[None], position, axis=0)
        """,
    ),
    references=(
        "[`jax.lax.dynamic_update_slice_in_dim`]"
        "(https://docs.jax.dev/en/latest/_autosummary/jax.lax.dynamic_update_slice_in_dim.html)",
        "[`jax.numpy.ndarray.at`]"
        "(https://docs.jax.dev/en/latest/_autosummary/jax.numpy.ndarray.at.html)",
    ),
)
