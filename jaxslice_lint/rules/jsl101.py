"""JSL101: a read with a traced position and a static size."""

from jaxslice_lint.facts.site import Site
from jaxslice_lint.rewrite.text.edit import Fix
from jaxslice_lint.rules.file import Access, File
from jaxslice_lint.rules.rule import Check, Example, Rule
from jaxslice_lint.rules.wording import first_traced_bound, slice_message


def breaks(site: Site, file: File) -> bool:
    """A read at a traced position, of a size that is static."""
    is_window = not site.has_traced_size and not site.has_traced_step
    return is_window and file.access(site) is Access.READ


def message(site: Site, file: File) -> str:
    """Which bound is traced, and why."""
    return slice_message(site, file, first_traced_bound)


def fix(site: Site, file: File) -> Fix:
    """`lax.dynamic_slice`, or `jax.ds`."""
    from jaxslice_lint.rewrite.windows.codemod import rewrite

    use = file.rewritable(site)
    return rewrite(site, use, file.tree, file.names, file.style)


RULE = Rule(
    code="JSL101",
    name="traced-slice",
    summary="A slice of static size is read at a traced position",
    check=Check(Site, breaks, message, fix),
    remedy="read the window with `lax.dynamic_slice_in_dim(x, start, size, axis=…)`",
    what_it_does="""
    Finds reads such as `x[i:i + k]` whose start is traced, while the size `k` is static: in
    functions that JAX traces, such as a function under `jax.jit`, the body of `lax.fori_loop` or
    `lax.scan`, or a function that one of them calls. `x.at[i:i + k].get()`, slices of several axes,
    `lax.slice_in_dim(x, i, i + k)`, `lax.slice(x, (i, 0), (i + k, 4))` and
    `operator.getitem(x, slice(i, i + k))` are found too.
    """,
    why_bad="""
    While JAX traces a function, a value computed from its arguments has a shape and a dtype, but no
    value. A slice needs the values of its bounds to know the shape of its result, so JAX raises
    `IndexError` when the function is first traced, although the size is the same for all positions.
    A NumPy array, a Python sequence or `lax.slice_in_dim` raises `TracerIntegerConversionError`, a
    Pallas Ref `TracerBoolConversionError`, and `lax.slice` `TypeError`.

    `lax.dynamic_slice` takes the position as a traced value and the size as a static one.
    """,
    fix_safety="""
    With `n` the length of the axis, `i` the start and `k` the size, the rewrite gives the same
    values, shape and dtype as the slice gives outside of `jit` for `0 <= i <= n - k`, and for
    starts counted from the end, `-n <= i <= -k - 1`. A slice with a step, `x[i:i + k:s]`, needs
    only the elements that it reads to be in range; so does a reversed one, `x[i:i - k:-1]`, which
    needs `i >= k` too.

    For other starts a slice outside of `jit` is cut off at the end of the axis, which no static
    shape can express: `lax.dynamic_slice` moves the window into the array instead, without an
    error. In particular `x[i - k:i]` is the same only for `i >= k` (below, NumPy gives an empty
    array and the rewrite the last `k` elements). `jax.ds` reads as `lax.dynamic_slice` does; beside
    index arrays, masks and steps it does not count negative starts from the end, so that
    `fix-style = "ds"` uses `lax` there. A size that comes out negative, where the slice is empty
    outside of `jit`, raises when it is traced.

    A fix must be right for every way in which the program reaches the slice. There is none if in one of
    them the size is another one, a bound is `None`, the index is of another kind, or what is sliced is
    no JAX array. The size is written with what the function itself sees: its variables and parameters,
    and names around it. If only its callers know it, as in `take(x, i, i + 4)` with
    `def take(x, start, stop): return x[start:stop]`, there is no fix: make the size a parameter.

    The fix is unsafe if the program also reaches the slice with static bounds that may be cut off
    today, if others may call the function with another kind of index, and if a comment would be lost.
    There is no fix where the sliced axis is not known (a boolean mask of unknown rank stands before the
    slice), where a bound has effects, and for Python sequences. A NumPy array becomes a JAX array,
    which has 32 bits unless x64 is enabled.
    """,
    invalid=(
        Example(
            """
            from functools import partial

            import jax
            from jax import lax


            @partial(jax.jit, static_argnames="k")
            def window(x, i, k):
                return x[i:i + k].mean()
            """,
            """
            from functools import partial

            import jax
            from jax import lax


            @partial(jax.jit, static_argnames="k")
            def window(x, i, k):
                return lax.dynamic_slice_in_dim(x, i, k).mean()
            """,
        ),
        Example(
            """
            import jax
            from jax import lax


            def crop(image, row, col):
                return image[row:row + 8, col:col + 8, 0]


            crops = jax.vmap(crop, in_axes=(None, 0, 0))
            """,
            """
            import jax
            from jax import lax


            def crop(image, row, col):
                return lax.dynamic_slice_in_dim(
                    lax.dynamic_slice_in_dim(image, row, 8), col, 8, axis=1
                )[:, :, 0]


            crops = jax.vmap(crop, in_axes=(None, 0, 0))
            """,
        ),
        Example(
            """
            import jax


            @jax.jit
            def newest(history, i):
                return history[..., i + 4:i:-1]
            """,
            """
            import jax


            @jax.jit
            def newest(history, i):
                return jax.lax.dynamic_slice_in_dim(history, i + 1, 4, axis=-1)[..., ::-1]
            """,
        ),
        Example(
            """
            import jax


            @jax.jit
            def window(x, i):
                return x[:, i:i + 3]
            """,
            """
            import jax


            @jax.jit
            def window(x, i):
                return x[:, jax.ds(i, 3)]
            """,
            style="ds",
        ),
        Example(
            """
            import jax
            from jax import lax


            @jax.jit
            def window(x, i):
                return lax.slice_in_dim(x, i, i + 3, axis=1)
            """,
            """
            import jax
            from jax import lax


            @jax.jit
            def window(x, i):
                return lax.dynamic_slice_in_dim(x, i, 3, axis=1)
            """,
        ),
    ),
    valid=(
        """
        import jax


        @jax.jit
        def halves(x):
            middle = x.shape[0] // 2
            return x[:middle], x[middle:]
        """,
        """
        def window(x, i, k):
            return x[i:i + k]
        """,
        """
        import jax


        @jax.jit
        def element(x, i):
            return x[i]
        """,
        """
        import jax
        from jax import lax


        @jax.jit
        def halves(x):
            middle = x.shape[0] // 2
            return lax.slice_in_dim(x, 0, middle), lax.slice(x, (middle,), (2 * middle,))
        """,
    ),
    references=(
        "[`jax.lax.dynamic_slice_in_dim`]"
        "(https://docs.jax.dev/en/latest/_autosummary/jax.lax.dynamic_slice_in_dim.html)",
        "[`jax.lax.dynamic_slice`]"
        "(https://docs.jax.dev/en/latest/_autosummary/jax.lax.dynamic_slice.html)",
    ),
)
