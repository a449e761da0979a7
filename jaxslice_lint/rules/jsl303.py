"""JSL303: an assignment to elements of a JAX array."""

from jaxslice_lint.facts.misuse import Misuse, MisuseKind
from jaxslice_lint.rewrite.text.edit import Fix
from jaxslice_lint.rules.file import File
from jaxslice_lint.rules.rule import Check, Example, Rule
from jaxslice_lint.rules.wording import quoted


def breaks(misuse: Misuse, _file: File) -> bool:
    """An assignment to elements of an array."""
    return misuse.kind is MisuseKind.STORE


def message(misuse: Misuse, file: File) -> str:
    """What is assigned to."""
    text = quoted(misuse, file)
    return f"`{text}` is assigned to, but JAX arrays are immutable: JAX raises TypeError"


def fix(misuse: Misuse, file: File) -> Fix:
    """The updated array gets the name of the old one."""
    from jaxslice_lint.rewrite.statements.stores import store

    place, site = file.place(misuse), file.sites.get(misuse.span)
    return store(misuse, place, site, lambda: file.tree, file.names, file.style)


RULE = Rule(
    code="JSL303",
    name="in-place-update",
    summary="Elements of a JAX array are assigned to",
    check=Check(Misuse, breaks, message, fix),
    remedy="make an updated array: `x = x.at[i].set(v)`",
    what_it_does="""
    Finds assignments such as `x[i] = v`, `x[:2] += v` where `x` is a JAX array.
    """,
    why_bad="""
    JAX arrays never change: JAX raises `TypeError`. `x.at[i].set(v)` makes a new array with the
    update in it, and inside `jit` XLA does so in place where it can.
    """,
    fix_safety="""
    The rewrite binds the updated array to the same name. A slice with a traced start is updated as
    for JSL102, and the same is said there of starts out of range.

    The fix is unsafe if the array may have another name, as after `y = x`: NumPy would change both.
    It is unsafe for `x[index] += v` if `index` may be an array, since repeated elements are changed
    once in NumPy and each time by `.at[…].add`; and for `/=` and `**=` if the array is not known to
    hold floats.

    There is no rewrite where nothing reads the name afterwards: a function that was to change its
    argument has to return it. There is none where the name belongs to an enclosing function or to
    the module, or the attribute to an object that may be immutable, or would keep a tracer after the trace.
    """,
    invalid=(
        Example(
            """
            import jax
            import jax.numpy as jnp


            @jax.jit
            def histogram(values):
                counts = jnp.zeros(8)
                for value in range(8):
                    counts[value] = (values == value).sum()
                return counts
            """,
            """
            import jax
            import jax.numpy as jnp


            @jax.jit
            def histogram(values):
                counts = jnp.zeros(8)
                for value in range(8):
                    counts = counts.at[value].set((values == value).sum())
                return counts
            """,
        ),
        Example(
            """
            import jax
            from jax import lax


            @jax.jit
            def shift(x, i):
                x[i:i + 4] -= x.mean()
                return x
            """,
            """
            import jax
            from jax import lax


            @jax.jit
            def shift(x, i):
                x = lax.dynamic_update_slice_in_dim(
                    x, lax.dynamic_slice_in_dim(x, i, 4).at[:].subtract(x.mean()), i, axis=0
                )
                return x
            """,
        ),
        Example(
            """
            import jax.numpy as jnp

            table = jnp.zeros(8)


            def put(i, value):
                table[i] = value
            """,
        ),
    ),
    valid=(
        """
        import jax
        import numpy as np


        @jax.jit
        def f(x, parts: dict):
            table = np.zeros(3)
            table[0] = 1.0
            rows = [x, x]
            rows[0] = x.at[0].set(1.0)
            parts["x"] = x
            parts[0] = x
            return rows, table, parts
        """,
    ),
    references=(
        "[JAX sharp bits: in-place updates]"
        "(https://docs.jax.dev/en/latest/notebooks/Common_Gotchas_in_JAX.html)",
    ),
)
