"""JSL301: a method that `x.at[…]` does not have."""

from jaxslice_lint.facts.misuse import Misuse, MisuseKind
from jaxslice_lint.rewrite.text.edit import Fix
from jaxslice_lint.rules.file import File
from jaxslice_lint.rules.rule import Check, Example, Rule


def breaks(misuse: Misuse, _file: File) -> bool:
    """A call of another method than those of `.at[…]`."""
    return misuse.kind is MisuseKind.METHOD


def message(misuse: Misuse, _file: File) -> str:
    """Which method it is."""
    return f"`.at[…]` has no method `{misuse.name}`: JAX raises AttributeError"


def fix(misuse: Misuse, file: File) -> Fix:
    """The method that is plainly meant."""
    from jaxslice_lint.jax_model.arrays import MEANT_AT_METHODS
    from jaxslice_lint.rewrite.statements.stores import renamed

    return renamed(file.place(misuse), MEANT_AT_METHODS.get(misuse.name))


RULE = Rule(
    code="JSL301",
    name="unknown-at-method",
    summary="A method is called that `x.at[…]` does not have",
    check=Check(Misuse, breaks, message, fix),
    remedy="use one of `set`, `add`, `subtract`, `multiply`, `divide`, `power`, `min`, `max`, `apply`, `get`",
    what_it_does="""
    Finds calls such as `x.at[i].set_value(v)` where `x` is a JAX array.
    """,
    why_bad="""
    What `x.at[…]` gives has the methods `set`, `add`, `subtract`, `multiply` (`mul`), `divide`,
    `power`, `min`, `max`, `apply` and `get`. For any other JAX raises `AttributeError`.
    """,
    fix_safety="""
    The rewrite writes the method that is plainly meant, such as `set` for `set_value`, `assign` or
    `put`, and `subtract` for `sub`. It is safe: today the call fails. Where no method of `.at[…]`
    does what the name says, there is no rewrite.
    """,
    invalid=(
        Example(
            """
            import jax


            @jax.jit
            def write(x, i, value):
                return x.at[i].set_value(value)
            """,
            """
            import jax


            @jax.jit
            def write(x, i, value):
                return x.at[i].set(value)
            """,
        ),
        Example(
            """
            import jax.numpy as jnp

            x = jnp.arange(4.0).at[:2].sub(1.0)
            """,
            """
            import jax.numpy as jnp

            x = jnp.arange(4.0).at[:2].subtract(1.0)
            """,
        ),
        Example(
            """
            import jax.numpy as jnp

            x = jnp.zeros((4, 4)).at[0].normalize()
            """,
        ),
    ),
    valid=(
        """
        import jax


        @jax.jit
        def write(x, i, value):
            x = x.at[i].mul(value).at[i].apply(jax.numpy.sin)
            return x.at[i].get(mode="fill")
        """,
    ),
    references=(
        "[`jax.numpy.ndarray.at`]"
        "(https://docs.jax.dev/en/latest/_autosummary/jax.numpy.ndarray.at.html)",
    ),
)
