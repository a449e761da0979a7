"""JSL902: a file that does not parse."""

from jaxslice_lint.rules.rule import Example, Rule

RULE = Rule(
    code="JSL902",
    name="syntax-error",
    summary="The file does not parse",
    what_it_does="""
    Reports a file that the running Python cannot parse, with the line and column of the error. The
    other files are checked all the same.
    """,
    why_bad="""
    Nothing in the file can be checked. If it uses syntax newer than the Python that runs the tool,
    install the tool in the project's own environment.
    """,
    fix_safety="""
    There is no fix.
    """,
    invalid=(
        Example(
            """
            def window(x, i:
                return x[i:i + 4]
            """,
            instead="""
            def window(x, i):
                return x[i:i + 4]
            """,
        ),
    ),
    valid=(
        """
        def window(x, i):
            return x[i:i + 4]
        """,
    ),
    references=("[The Python language reference](https://docs.python.org/3/reference/)",),
)
