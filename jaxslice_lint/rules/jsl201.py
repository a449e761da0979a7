"""JSL201: `lax.dynamic_slice` with a traced size."""

from jaxslice_lint.facts.misuse import Misuse, MisuseKind
from jaxslice_lint.rewrite.text.edit import Fix, NoRewriteError
from jaxslice_lint.rules.file import File
from jaxslice_lint.rules.rule import Check, Example, Rule
from jaxslice_lint.rules.wording import described


def breaks(misuse: Misuse, _file: File) -> bool:
    """A call of `lax.dynamic_slice` with a traced size."""
    return misuse.kind is MisuseKind.SIZE and "dynamic_slice" in misuse.name


def message(misuse: Misuse, _file: File) -> str:
    """Which sizes are traced, and why."""
    sizes = " and ".join(dict.fromkeys(described("size", size) for size in misuse.sizes))
    in_dim = misuse.name.endswith("_in_dim")
    error = "TracerIntegerConversionError" if in_dim else "TypeError"
    return f"`{misuse.name}` has {sizes}: JAX raises {error} when this is traced"


def fix(_misuse: Misuse, _file: File) -> Fix:
    """There is none: which way out is right depends on what the program does with the window."""
    raise NoRewriteError("no array of a compiled function has a traced size")


RULE = Rule(
    code="JSL201",
    name="traced-slice-sizes",
    summary="`lax.dynamic_slice` is given a traced size",
    check=Check(Misuse, breaks, message, fix),
    remedy=(
        "make the size static with `static_argnames` (one compilation per value),"
        " or take a window of the largest size and mask it"
    ),
    is_cured_by_static_size=True,
    what_it_does="""
    Finds calls of `lax.dynamic_slice` and `lax.dynamic_slice_in_dim` whose size is traced.
    """,
    why_bad="""
    *Dynamic* means that the position may be traced. The size is part of the shape of the result,
    which JAX needs while it traces: it raises `TypeError` (`dynamic_slice`) or
    `TracerIntegerConversionError` (`dynamic_slice_in_dim`).

    Make the size a static argument, at the cost of one compilation per value, and have callers pass
    a Python integer. Where there are many sizes, take a window of the largest one, and mask what is
    too much with `where=` or `jnp.where`.
    """,
    fix_safety="""
    If the size comes from arguments of jitted functions, the fix makes them static. It is unsafe: the
    functions are compiled once for each value, and callers must pass Python integers. It is offered
    only if tracing with static arguments shows that it cures the finding, and that no call in the
    project passes a tracer or an array. Otherwise there is none: which way is right depends on what the
    program does with the window.
    """,
    invalid=(
        Example(
            """
            import jax
            from jax import lax


            @jax.jit
            def window(x, start, size):
                return lax.dynamic_slice_in_dim(x, start, size)
            """,
            """
            from functools import partial

            import jax
            from jax import lax


            @partial(jax.jit, static_argnames=("size",))
            def window(x, start, size):
                return lax.dynamic_slice_in_dim(x, start, size)
            """,
        ),
        Example(
            """
            import jax
            from jax import lax


            @jax.jit
            def crop(image, heights, row, col):
                return lax.dynamic_slice(image, (row, col), (heights[row], 8))
            """,
        ),
    ),
    valid=(
        """
        import jax
        from jax import lax


        @jax.jit
        def half(x, start):
            size = x.shape[0] // 2
            return lax.dynamic_slice(x, (start,), (size,)), lax.dynamic_slice_in_dim(x, start, size)
        """,
    ),
    references=(
        "[`jax.lax.dynamic_slice`]"
        "(https://docs.jax.dev/en/latest/_autosummary/jax.lax.dynamic_slice.html)",
        "[Just-in-time compilation: static arguments]"
        "(https://docs.jax.dev/en/latest/jit-compilation.html)",
    ),
)
