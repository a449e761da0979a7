"""JSL902: a file that does not parse."""

from typing import TYPE_CHECKING

from jaxslice_lint.rules.finding import Finding
from jaxslice_lint.rules.rule import Example, Rule
from jaxslice_lint.source.text import Source, Span

if TYPE_CHECKING:
    from jaxslice_lint.source.parse import ParseError


def finding(source: Source, error: "ParseError") -> Finding:
    """The finding on a file that does not parse, at the character that stopped the parser."""
    end = min(error.column + 1, len(source.line(error.line)) + 1)
    span = Span(error.line, error.column, error.line, max(end, error.column))
    message = f"Syntax error: {error.message}"
    no_fix = "the file does not parse"
    return Finding(RULE.code, RULE.name, message, source.path, span, no_fix=no_fix)


RULE = Rule(
    code="JSL902",
    name="syntax-error",
    summary="The file does not parse",
    what_it_does="""
    Reports a file that the running Python cannot parse, with the line and column of the error. The
    other files are checked all the same.
    """,
    why_bad="""
    Nothing in the file can be checked. If it uses syntax newer than the Python that runs the tool, the
    rest of it is checked, but not rewritten, and what f-strings hold may be lost: install the tool in the
    project's own environment.
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
