"""JSL103: a read whose size is traced."""

from jaxslice_lint.facts.site import Site
from jaxslice_lint.rewrite.text.edit import Fix
from jaxslice_lint.rules.file import Access, File
from jaxslice_lint.rules.rule import Check, Example, Rule
from jaxslice_lint.rules.wording import slice_message, traced_bounds


def breaks(site: Site, file: File) -> bool:
    """A read of a traced number of elements."""
    is_resized = site.has_traced_size and not site.has_traced_step
    return is_resized and file.access(site) is Access.READ


def message(site: Site, file: File) -> str:
    """Which bounds are traced, and why."""
    return slice_message(site, file, traced_bounds, ", so that its size is traced")


def fix(site: Site, file: File) -> Fix:
    """The whole array, with a mask for what takes the slice."""
    from jaxslice_lint.rewrite.masks.fix import mask

    file.rewritable(site)  # raises if it is not
    return mask(site, file.sites, file.tree, file.names)


RULE = Rule(
    code="JSL103",
    name="traced-slice-size",
    summary="A slice whose size is traced is read",
    check=Check(Site, breaks, message, fix),
    remedy=(
        "keep the whole array and mask it (`where=` of a reduction, or `jnp.where`);"
        " pad ragged segments to one size"
    ),
    is_cured_by_static_size=True,
    what_it_does="""
    Finds reads such as `x[:n]` or `x[i:j]` in traced functions where not only the position, but the
    number of elements depends on a traced value; calls of `lax.slice_in_dim` and `lax.slice` too.
    """,
    why_bad="""
    Every array in a compiled function has one shape, known while JAX traces. The result of such a
    slice has none, so JAX raises `IndexError` when the function is first traced, and
    `lax.dynamic_slice` does not help: its size must be static too.

    There are three ways out. A *mask* keeps the whole array and says which elements count; reductions
    take it as `where=`, and products as zeros. A *static size* compiles the function once for each
    value, and callers must pass a Python integer: `partial(jax.jit, static_argnames="n")`. *Padding*
    brings segments of different lengths to one length, with a mask for what is filling.

    Often the size would be static if JAX were not asked for it: `jnp` makes a tracer of static values
    where `np`, `len` or plain Python would not; a jitted helper makes one of its static result; and an
    `int` field of a pytree is one if it is not declared static. Then the help says so.
    """,
    fix_safety="""
    Where everything that is done with the slice can be told which elements count, the rewrite keeps
    the whole array and tells it: reductions (`sum`, `mean`, `max`, `any`, `logsumexp`, norms,
    `argmax`, …), `softmax`, and products that sum over the sliced axis (`@`, `dot`, `einsum`,
    `tensordot`, …). On the way there it may go through operations on each element, local variables, other
    indices (`part[:, None]`, `part[::-1]`, `part[..., 0]`), transpositions, running sums and `sort` of
    what an array begins with, and be joined along another axis. Several axes may be sliced. It gives
    the same values, shape and dtype as the slice gives outside of `jit`; sums of floats may differ in
    the last digits, since the elements that do not count are added as zeros. It does the work for the
    whole array.

    The mask is exact for all bounds below 2**31 of any integer dtype, as they count outside of `jit`:
    from the end where they are negative, and also beyond either end. (A `-n` of a `uint32` is beyond:
    where a bound is seen to have that dtype, there is no fix.) Where it is known that a bound is not
    negative (the index of a loop, a position or a count, a length, `%`, `jnp.maximum(i, 0)`, elements of
    `jnp.arange(n)`), the mask is as short as `idx < n`; elsewhere it counts the index from the same end as
    the bound, `idx - jnp.where(n < 0, x.shape[0], 0) < n`, since `n + x.shape[0]` would wrap around in an `int8`.
    Of `max`, `min` and the position of either, the slice must not be empty, as outside of `jit`.

    The mask stands on the sliced axis, whatever the number of axes: `jnp.arange(x.shape[0]) < n` where
    that is known to be right, else `lax.broadcasted_iota(int, x.shape, 0) < n`, which is right for any.
    Where neither will do, an array has as many axes as the calls in the project show. A mask that is
    needed several times is bound to a name, `valid`. Slices that meet element by element have a mask each
    if their arrays may differ in length, since one of length 1 would be broadcast. Those that a product
    sums over have one, and JAX raises if the arrays differ. Where it is not known that the sliced axis is
    the one that `@` or `dot` sums over, which of more axes is one of a batch, the fix is unsafe. A reversed
    slice that meets another one is rolled to its elements.

    What does not count is zero on both sides of a product, so that garbage, even NaN, does not get through.

    A mask must be right for every way in which the program reaches the slice: there is no fix if in one
    of them a bound is `None`, the index is another one, or what is sliced is no JAX array. Nor is there
    one if JAX asks for the value of the bound before (`min(n, 3)`, `int(n)`), and raises there. Slices of
    arrays that are known to differ in length get none where they meet: outside of `jit` they may work. The
    slices of one expression are masked together or not at all.

    The gradient is that of the slice where the elements that are left out are finite: behind a
    derivative that is NaN or infinite for one of them it is NaN, since that is multiplied by 0. A
    start of fewer than 32 bits that is used as a number is widened where its dtype is known.

    The fix is unsafe where something has to be assumed, which it says: that two arrays are equally
    long along the slice, that something has one or two axes, or none along the slice, or that it
    holds no booleans. It is unsafe behind functions whose derivative may be infinite (`sqrt`, `log`, a
    division by the slice, a norm or `std` of what is left out, …), since a gradient is NaN there if an
    element that does not count is at such a point; and for an extreme or its position where the dtype is
    not known, since a gradient is divided otherwise among equal elements.

    If there is no mask, and the size comes from arguments of a jitted function, the fix makes them
    static. It is unsafe: the function is compiled once for each value, and callers must pass Python
    integers. It is offered only if tracing with static arguments shows that it cures the finding, and
    that no call in the project passes a tracer or an array. It is not offered for an argument that is
    another one at each call: where something is written at that position, the next one is returned, or a
    loop calls the function with it.
    """,
    invalid=(
        Example(
            """
            import jax
            import jax.numpy as jnp


            @jax.jit
            def total(x, n):
                return x[:n].sum()
            """,
            """
            import jax
            import jax.numpy as jnp


            @jax.jit
            def total(x, n):
                return x.sum(
                    where=jax.lax.broadcasted_iota(int, x.shape, 0)
                    - jnp.where(n < 0, x.shape[0], 0)
                    < n
                )
            """,
        ),
        Example(
            """
            import jax
            import jax.numpy as jnp


            @jax.jit
            def moving_mean(x):
                steps, channels = x.shape

                def at(t):
                    window = x[jnp.maximum(t - 2, 0):t + 1]
                    return window.mean(axis=0)

                return jax.vmap(at)(jnp.arange(steps))
            """,
            """
            import jax
            import jax.numpy as jnp


            @jax.jit
            def moving_mean(x):
                steps, channels = x.shape

                def at(t):
                    window = x
                    return window.mean(
                        axis=0,
                        where=(jnp.arange(x.shape[0])[:, None] >= jnp.maximum(t - 2, 0))
                        & (jnp.arange(x.shape[0])[:, None] < t + 1),
                    )

                return jax.vmap(at)(jnp.arange(steps))
            """,
        ),
        Example(
            """
            import jax


            @jax.jit
            def head(x, n):
                return x[:n]
            """,
            """
            from functools import partial

            import jax


            @partial(jax.jit, static_argnames=("n",))
            def head(x, n):
                return x[:n]
            """,
        ),
        Example(
            """
            import jax


            @jax.jit
            def segment(values, offsets, i):
                return values[offsets[i]:offsets[i + 1]]
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
