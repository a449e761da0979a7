"""JSL901: a suppression that suppresses nothing."""

import re
from typing import TYPE_CHECKING

from jaxslice_lint.rewrite.text.edit import Edit, Fix
from jaxslice_lint.rules.finding import Finding
from jaxslice_lint.rules.rule import Example, Rule
from jaxslice_lint.source.text import Source, Span

if TYPE_CHECKING:
    from jaxslice_lint.source.noqa import Suppression


def finding(source: Source, one: "Suppression", idle: tuple[str, ...]) -> Finding:
    """The finding on a suppression whose codes `idle` suppress nothing; all of it does if it names no code."""
    named = " or ".join(f"`{code}`" for code in idle) or "finding"
    where = "in this file" if one.kind == "file-ignore" else "here"
    message = f"Unused suppression: no {named} {where}"
    fix = Fix("Remove unused suppression", (_removal(source, one, idle),), safe=True)
    return Finding(RULE.code, RULE.name, message, source.path, one.span, fix=fix)


def _removal(source: Source, one: "Suppression", idle: tuple[str, ...]) -> Edit:
    """Takes out the idle codes; if none is left, the directive; if nothing else is in the comment, the comment."""
    start, end = _offsets(source, one.span)
    comment_start, comment_end = _offsets(source, one.comment)
    before, after = source.text[comment_start:start], source.text[end:comment_end]
    if set(one.codes) - set(idle):
        return _fewer_codes(source, one, idle)
    if after.strip() and not after.lstrip().startswith("#"):
        return Edit(start, end, "#")  # words of the user's own follow: they stay a comment
    if before.strip():
        return Edit(comment_start + len(before.rstrip()), end, "")
    if after.strip():
        return Edit(start, comment_end - len(after.lstrip()), "")
    return _whole_comment(source, one)


def _fewer_codes(source: Source, one: "Suppression", idle: tuple[str, ...]) -> Edit:
    assert one.code_list is not None
    start, end = _offsets(source, one.code_list)
    kept: list[str] = []
    for match in re.finditer(r"([\s,]*)(\w+)", source.text[start:end]):
        if match[2].upper() not in idle:
            kept += [match[1] if kept else "", match[2]]
    return Edit(start, end, "".join(kept))


def _whole_comment(source: Source, one: "Suppression") -> Edit:
    start, end = _offsets(source, one.comment)
    code = source.line(one.comment.line)[: one.comment.column - 1]
    if code.strip():
        return Edit(start - len(code) + len(code.rstrip()), end, "")
    following = source.line_starts[one.comment.line : one.comment.line + 1]
    return Edit(start - len(code), following[0] if following else end, "")


def _offsets(source: Source, span: Span) -> tuple[int, int]:
    return source.offset(span.line, span.column), source.offset(span.end_line, span.end_column)


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
