"""JSL901: a suppression that suppresses nothing."""

from jaxslice_lint.rules.rule import Example, Rule

RULE = Rule(
    code="JSL901",
    name="unused-suppression",
    summary="A suppression suppresses nothing",
    what_it_does="""
    Finds comments that silence rules of this tool, `# noqa: JSL101` and `# jaxslice:
    ignore[JSL101]`, on lines where these rules find nothing.
    """,
    why_bad="""
    The comment claims a problem that is not there, and would hide one that comes later.
    """,
    fix_safety="""
    The fix removes the codes that suppress nothing, and the comment with its last code. Codes of
    other tools and other comments on the line stay.
    """,
    invalid=(
        Example(
            """
            import jax


            @jax.jit
            def head(x):
                return x[:4]  # noqa: JSL101
            """,
            """
            import jax


            @jax.jit
            def head(x):
                return x[:4]
            """,
        ),
    ),
    valid=(
        """
        import jax


        @jax.jit
        def window(x, i):
            return x[i:i + 4]  # noqa: JSL101
        """,
    ),
    references=("[`noqa` comments](https://docs.astral.sh/ruff/linter/#error-suppression)",),
)
