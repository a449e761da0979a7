"""JSL302: an update whose result is lost."""

from jaxslice_lint.facts.misuse import Misuse, MisuseKind
from jaxslice_lint.rewrite.text.edit import Fix
from jaxslice_lint.rules.file import File
from jaxslice_lint.rules.rule import Check, Example, Rule
from jaxslice_lint.rules.wording import quoted


def breaks(misuse: Misuse, _file: File) -> bool:
    """An update that is a statement."""
    return misuse.kind is MisuseKind.DISCARD


def message(misuse: Misuse, file: File) -> str:
    """That the update changes nothing."""
    text = quoted(misuse, file)
    return f"the result of `{text}` is lost: `.at[…].{misuse.name}` returns a new array, and changes none"


def fix(misuse: Misuse, file: File) -> Fix:
    """The result is assigned to what was to be updated."""
    from jaxslice_lint.rewrite.statements.stores import discarded

    return discarded(misuse, file.place(misuse))


RULE = Rule(
    code="JSL302",
    name="discarded-update",
    summary="The result of an update is lost",
    check=Check(Misuse, breaks, message, fix),
    remedy="bind the result to a name: `x = x.at[i].set(v)`",
    what_it_does="""
    Finds updates of a JAX array that are statements, `x.at[i].set(v)`.
    """,
    why_bad="""
    JAX arrays never change. `x.at[i].set(v)` returns a new array with the update in it, and leaves
    `x` as it was. As a statement it does nothing, and JAX does not complain: the program runs, and
    gives wrong results.
    """,
    fix_safety="""
    The rewrite assigns the result to the name, or the attribute, that was to be updated. It is
    unsafe, since the program does something else from then on. There is no rewrite where that
    assignment would be lost as well, because nothing reads the name afterwards; where it would make
    a name of an enclosing function or of the module a local one; and where the attribute may belong
    to an immutable object, or would keep a tracer after the trace.
    """,
    invalid=(
        Example(
            """
            import jax


            @jax.jit
            def clear(x, i):
                x.at[i].set(0)
                return x
            """,
            """
            import jax


            @jax.jit
            def clear(x, i):
                x = x.at[i].set(0)
                return x
            """,
        ),
        Example(
            """
            import jax


            def clear(x, i):
                x.at[i].set(0)


            clear(jax.numpy.ones(3), 0)
            """,
        ),
    ),
    valid=(
        """
        import jax


        @jax.jit
        def clear(x, i):
            x = x.at[i].set(0)
            x.at[i].get()
            return x
        """,
    ),
    references=(
        "[`jax.numpy.ndarray.at`]"
        "(https://docs.jax.dev/en/latest/_autosummary/jax.numpy.ndarray.at.html)",
    ),
)
