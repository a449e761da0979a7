"""JSL105: a slice whose step is traced."""

from collections.abc import Mapping

from jaxslice_lint.facts.site import Bound, Element, Site
from jaxslice_lint.facts.status import Status
from jaxslice_lint.rewrite.text.edit import Fix, NoRewriteError
from jaxslice_lint.rules.file import Access, File
from jaxslice_lint.rules.rule import Check, Example, Rule
from jaxslice_lint.rules.wording import slice_message, traced_bounds


def breaks(site: Site, file: File) -> bool:
    """A read or an update with a traced step."""
    return site.has_traced_step and file.access(site) is not Access.OTHER


def message(site: Site, file: File) -> str:
    """That the step is traced, and why."""
    return slice_message(site, file, _step)


def fix(_site: Site, _file: File) -> Fix:
    """There is none: JAX has no such slice."""
    raise NoRewriteError("`lax.dynamic_slice` has no traced step")


def _step(element: Element) -> Mapping[str, Bound]:
    """The step alone, where that is traced; of the other slices in the index, all traced bounds."""
    is_step = element.step.status is Status.TRACED
    return {"step": element.step} if is_step else traced_bounds(element)


RULE = Rule(
    code="JSL105",
    name="traced-slice-step",
    summary="A slice has a traced step",
    check=Check(Site, breaks, message, fix),
    remedy=(
        "make the step static with `static_argnames` (one compilation per value),"
        " or index with `start + step * jnp.arange(size)`"
    ),
    is_cured_by_static_size=True,
    what_it_does="""
    Finds slices such as `x[::s]` and `x.at[::s].set(v)` in traced functions whose step is traced.
    """,
    why_bad="""
    The step decides how many elements the slice has, so JAX raises `IndexError` when the function
    is first traced. Neither `lax.dynamic_slice` nor `jax.ds` takes a traced step.
    """,
    fix_safety="""
    If the step comes from an argument of a jitted function, the fix makes it static. It is unsafe: the
    function is compiled once for each value, and callers must pass Python integers.

    Otherwise there is no rewrite. Where the number of elements is static, an array of indices,
    `x[start + step * jnp.arange(size)]`, reads the same elements, as a gather. It counts negative
    indices from the end element by element, and clamps those beyond it.
    """,
    invalid=(
        Example(
            """
            import jax


            @jax.jit
            def thin(chain, every):
                return chain[::every].mean()
            """,
            """
            from functools import partial

            import jax


            @partial(jax.jit, static_argnames=("every",))
            def thin(chain, every):
                return chain[::every].mean()
            """,
        ),
        Example(
            """
            import jax


            @jax.jit
            def thin(chain, lags):
                return chain[::lags.max()].mean()
            """,
        ),
    ),
    valid=(
        """
        import jax


        @jax.jit
        def thin(chain):
            return chain[::10].mean()
        """,
    ),
    references=(
        "[Just-in-time compilation: static arguments]"
        "(https://docs.jax.dev/en/latest/jit-compilation.html)",
    ),
)
