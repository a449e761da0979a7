"""`static_argnames` for parameters of jitted functions: decorators and calls with one more option."""

import ast
from collections.abc import Sequence

from jaxslice_lint.rewrite.edit import Edit, Fix, NoRewriteError
from jaxslice_lint.rewrite.names import Names
from jaxslice_lint.source.text import Source, Span
from jaxslice_lint.tracing.hypotheses import Hypothesis

_OPTION = "static_argnames"


def static_fix(hypothesis: Hypothesis, source: Source) -> Fix | str:
    """The fix that makes the parameters static, or why it cannot be written."""
    others = [step.path for step in hypothesis if step.path != source.path]
    if others:
        return f"the function that could have a static argument is jitted in {others[0]}"
    names = Names(source)
    edits: dict[Edit, None] = {}
    imports: dict[Edit, None] = {}
    try:
        for step, parameters in sorted(hypothesis.items(), key=lambda item: item[0].span):
            edit, more = _edit(step.span, sorted(parameters), source, names)
            edits[edit] = None
            imports.update(dict.fromkeys(more))
    except NoRewriteError as refusal:
        return str(refusal)
    listed = sorted(parameter for names in hypothesis.values() for parameter in names)
    quoted = " and ".join(f"`{name}`" for name in dict.fromkeys(listed))
    return Fix(
        f"Make {quoted} static with `static_argnames`: one compilation per value",
        (*edits, *imports),
        safe=False,
        caution=f"the function is compiled anew for each value of {quoted},"
        " and callers must pass Python integers",
    )


def _edit(
    span: Span, parameters: Sequence[str], source: Source, names: Names
) -> tuple[Edit, Sequence[Edit]]:
    """The edit of one decorator or call, and the imports that it needs."""
    start = source.offset(span.line, span.column)
    end = source.offset(span.end_line, span.end_column)
    text = source.segment(span)
    node = ast.parse(f"({text}\n)", mode="eval").body
    if not isinstance(node, ast.Call):
        partial = names.spell("functools", "partial", span)
        new = f"{partial.text}({text}, {_OPTION}={_tuple(parameters)})"
        return Edit(start, end, new), [partial.edit] if partial.edit else []
    given = next((keyword for keyword in node.keywords if keyword.arg == _OPTION), None)
    if given is None:
        return Edit(end - 1, end, f"{_separator(text)}{_OPTION}={_tuple(parameters)})"), []
    try:
        listed = ast.literal_eval(given.value)
    except ValueError:
        raise NoRewriteError(f"its `{_OPTION}` is no literal") from None
    known = [listed] if isinstance(listed, str) else list(listed)
    inner = Source(source.path, f"({text}\n)")
    value = inner.span(
        given.value.lineno,
        given.value.col_offset,
        given.value.end_lineno or given.value.lineno,
        given.value.end_col_offset or 0,
    )
    # The text was put in parentheses, which takes one character.
    first = start + inner.offset(value.line, value.column) - 1
    last = start + inner.offset(value.end_line, value.end_column) - 1
    return Edit(first, last, _tuple([*known, *(p for p in parameters if p not in known)])), []


def _separator(call: str) -> str:
    head = call[:-1].rstrip()
    if "#" in head.rpartition("\n")[2] and "\n" in call:
        raise NoRewriteError("a comment stands behind its last argument")
    return "" if head.endswith("(") else " " if head.endswith(",") else ", "


def _tuple(names: Sequence[str]) -> str:
    listed = ", ".join(f'"{name}"' for name in names)
    return f"({listed},)" if len(names) == 1 else f"({listed})"
