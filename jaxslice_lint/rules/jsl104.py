"""JSL104: an update whose size is traced."""

from jaxslice_lint.facts.site import Site
from jaxslice_lint.rewrite.text.edit import Fix
from jaxslice_lint.rules.file import Access, File
from jaxslice_lint.rules.rule import Check, Example, Rule
from jaxslice_lint.rules.wording import slice_message, traced_bounds


def breaks(site: Site, file: File) -> bool:
    """An update of a traced number of elements."""
    is_resized = site.has_traced_size and not site.has_traced_step
    return is_resized and file.access(site) is Access.UPDATE


def message(site: Site, file: File) -> str:
    """Which bounds are traced, and why."""
    return slice_message(site, file, traced_bounds, ", so that its size is traced")


def fix(site: Site, file: File) -> Fix:
    """An update of the whole array, under a mask."""
    from jaxslice_lint.rewrite.masks.fix import mask

    file.rewritable(site)  # raises if it is not
    return mask(site, file.sites, file.tree, file.names)


RULE = Rule(
    code="JSL104",
    name="traced-update-size",
    summary="A slice whose size is traced is updated",
    check=Check(Site, breaks, message, fix),
    remedy="update the whole array under a mask, `jnp.where(mask, x.at[:].set(v), x)`",
    is_cured_by_static_size=True,
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
    The rewrite updates the whole array and keeps, by a mask, the elements that are not in the slice.
    It gives the same values, shape and dtype as the update gives outside of `jit`: `x.at[:]` casts the
    new value to the dtype of `x`, which `jnp.where(mask, v, x)` does not; that is written only where
    the dtype is known to be the same. Bounds and axes are as for a read (JSL103).

    The new value may be a scalar, broadcast against the slice without an axis of its own there, or be
    made from slices with the same bounds. The fix is unsafe where that, or that two arrays have the
    same shape, has to be assumed, and where nobody takes the result (JSL302). There is none where the
    array is not a name that may be repeated, or the new value has a traced size of its own.

    It touches all elements: where the size is static, `lax.dynamic_update_slice` (JSL102) does less.
    As for a read, there may be a fix with `static_argnames` if there is none with a mask.
    """,
    invalid=(
        Example(
            """
            import jax
            import jax.numpy as jnp


            @jax.jit
            def clear(x, n):
                return x.at[:n].set(0)
            """,
            """
            import jax
            import jax.numpy as jnp


            @jax.jit
            def clear(x, n):
                return jnp.where(
                    jax.lax.broadcasted_iota(int, x.shape, 0) - jnp.where(n < 0, x.shape[0], 0) < n,
                    x.at[:].set(0),
                    x,
                )
            """,
        ),
        Example(
            """
            import jax
            import jax.numpy as jnp


            @jax.jit
            def halve_tail(x, i):
                x = x.reshape(-1)
                return x.at[i:].set(x[i:] / 2)
            """,
            """
            import jax
            import jax.numpy as jnp


            @jax.jit
            def halve_tail(x, i):
                x = x.reshape(-1)
                return jnp.where(
                    jnp.arange(x.shape[0]) - jnp.where(i < 0, x.shape[0], 0) >= i,
                    x.at[:].set(x / 2),
                    x,
                )
            """,
        ),
        Example(
            """
            import jax
            import jax.numpy as jnp


            @jax.jit
            def pack(x, flags):
                count = flags.sum()
                return jnp.zeros(8).at[:count].set(jnp.sort(x)[:count][::-1])
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
