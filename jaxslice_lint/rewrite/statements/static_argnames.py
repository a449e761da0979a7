"""`static_argnames` for parameters of jitted functions: decorators and calls with one more option."""

import ast
from collections.abc import Sequence
from pathlib import Path

from jaxslice_lint.facts.what_if import WhatIf
from jaxslice_lint.rewrite.statements.changing import taken_functions
from jaxslice_lint.rewrite.text.edit import Edit, Fix, NoRewriteError
from jaxslice_lint.rewrite.text.names import Names
from jaxslice_lint.source.nodes import span_of
from jaxslice_lint.source.text import Source, Span

_NAMES, _NUMBERS = "static_argnames", "static_argnums"


def static_fix(what_if: WhatIf, source: Source) -> Fix | str:
    """The fix that makes the parameters static, or why it cannot be written."""
    others = [step.path for step in what_if if step.path != source.path]
    if others:
        return f"the function that could have a static argument is jitted in {others[0]}"
    names = Names(source)
    edits: dict[Edit, None] = {}
    imports: dict[Edit, None] = {}
    options: dict[str, None] = {}
    try:
        for step, parameters in sorted(what_if.items(), key=lambda item: item[0].span):
            new, more, option = _edits(step.span, sorted(parameters), source, names)
            edits.update(dict.fromkeys(new))
            imports.update(dict.fromkeys(more))
            options[option] = None
    except NoRewriteError as refusal:
        return str(refusal)
    listed = sorted(parameter for names in what_if.values() for parameter in names)
    quoted = " and ".join(f"`{name}`" for name in dict.fromkeys(listed))
    return Fix(
        f"Make {quoted} static with {' and '.join(options)}: one compilation per value",
        (*edits, *imports),
        safe=False,
        caution=f"the function is compiled anew for each value of {quoted},"
        " and callers must pass Python integers",
    )


def _edits(
    span: Span, parameters: Sequence[str], source: Source, names: Names
) -> tuple[list[Edit], list[Edit], str]:
    """The edits of one decorator or call, the imports that they need, and the option that they write."""
    start = source.offset(span.line, span.column)
    end = source.offset(span.end_line, span.end_column)
    text = source.segment(span)
    node = ast.parse(f"({text}\n)", mode="eval").body
    if not isinstance(node, ast.Call):
        partial = names.spell("functools", "partial", span)
        new = f"{partial.text}({text}, {_NAMES}={_tuple(parameters)})"
        return [Edit(start, end, new)], [*partial.edits], f"`{_NAMES}`"
    given = {keyword.arg: keyword.value for keyword in node.keywords}
    edits: list[Edit] = []
    if _NUMBERS in given:
        numbers = _positions(parameters, span, source)
        edits += [_extended(given[_NUMBERS], numbers, text, start)] if numbers else []
        # JAX infers the names from the numbers, but not where both are given.
        if _NAMES not in given and len(numbers) == len(parameters):
            return edits, [], f"`{_NUMBERS}`"
    if _NAMES in given:
        edits.append(_extended(given[_NAMES], parameters, text, start))
    else:
        edits.append(Edit(end - 1, end, f"{_separator(text)}{_NAMES}={_tuple(parameters)})"))
    return edits, [], f"`{_NAMES}`"


def _extended(value: ast.expr, more: Sequence[object], text: str, start: int) -> Edit:
    """The edit that adds to the literal of an option; `text`, a call, starts at the offset `start` of the file."""
    try:
        listed = ast.literal_eval(value)
    except ValueError:
        raise NoRewriteError("what is static already is no literal") from None
    known = [listed] if isinstance(listed, str | int) else list(listed)
    # `value` was parsed in parentheses, which take one character.
    inner = Source(Path(), f"({text}\n)")
    span = span_of(inner, value)
    first = start + inner.offset(span.line, span.column) - 1
    last = start + inner.offset(span.end_line, span.end_column) - 1
    return Edit(first, last, _tuple([*known, *(one for one in more if one not in known)]))


def _positions(parameters: Sequence[str], span: Span, source: Source) -> list[int]:
    """The positions of parameters of the function that a decorator or call at `span` takes."""
    decorated = taken_functions(ast.parse(source.text), source, span)
    if len(decorated) != 1:
        raise NoRewriteError(f"`{_NUMBERS}` would have to give its position, too")
    spec = decorated[0].args
    listed = [argument.arg for argument in (*spec.posonlyargs, *spec.args)]
    return [listed.index(name) for name in parameters if name in listed]


def _separator(call: str) -> str:
    head = call[:-1].rstrip()
    if "#" in head.rpartition("\n")[2] and "\n" in call:
        raise NoRewriteError("a comment stands behind its last argument")
    return "" if head.endswith("(") else " " if head.endswith(",") else ", "


def _tuple(items: Sequence[object]) -> str:
    listed = ", ".join(f'"{item}"' if isinstance(item, str) else str(item) for item in items)
    return f"({listed},)" if len(items) == 1 else f"({listed})"
