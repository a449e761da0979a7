"""JSL202: an update of another rank or dtype given to `lax.dynamic_update_slice`."""

from jaxslice_lint.facts.misuse import Misuse, MisuseKind
from jaxslice_lint.facts.site import Operand
from jaxslice_lint.rewrite.text.edit import Fix
from jaxslice_lint.rules.file import File
from jaxslice_lint.rules.rule import Check, Example, Rule


def breaks(misuse: Misuse, _file: File) -> bool:
    """A call of `lax.dynamic_update_slice` with an update that does not fit."""
    return misuse.kind is MisuseKind.UPDATE


def message(misuse: Misuse, _file: File) -> str:
    """What about the update does not fit: its axes, or else its dtype."""
    array, value = misuse.operand, misuse.value or misuse.operand
    if value.ndim is not None and array.ndim is not None and value.ndim != array.ndim:
        what = f"{_axes(value)} for an array with {_axes(array)}"
    elif array.ndim is None and value.ndim == 0:
        what = f"{_axes(value)} for an array"
    else:
        return (
            f"`{misuse.name}` is given an update of dtype {value.dtype} for an array of dtype"
            f" {array.dtype}: it does not convert, and JAX raises TypeError"
        )
    return f"`{misuse.name}` is given an update with {what}: it does not broadcast, and JAX raises TypeError"


def fix(misuse: Misuse, file: File) -> Fix:
    """The call with an update that fits."""
    from jaxslice_lint.rewrite.statements.window_updates import fitted

    return fitted(misuse, file.place(misuse), file.names)


def _axes(operand: Operand) -> str:
    match operand.ndim:
        case 0:
            return "no axis"
        case 1:
            return "one axis"
    return f"{operand.ndim} axes"


RULE = Rule(
    code="JSL202",
    name="update-not-broadcast",
    summary="`lax.dynamic_update_slice` is given an update of another rank or dtype than its array",
    check=Check(Misuse, breaks, message, fix),
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
