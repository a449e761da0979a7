"""Makes a failing program small: what can go without the failure going is taken out."""

import ast
import re
from collections import Counter
from collections.abc import Iterator, Mapping

from fuzz.judge import judge
from fuzz.program import Program
from fuzz.tool import Tool


def shrunk(program: Program, kind: str, tool: Tool) -> Program:
    """A smaller program that fails in this way and in no new one; no statement of it can be left out."""
    known = {failure.kind for failure in judge(program, tool).failures}
    found = True
    while found:
        found = False
        for smaller in _smaller(program):
            kinds = {failure.kind for failure in judge(smaller, tool).failures}
            if kind in kinds and kinds <= known:
                program, found = smaller, True
                break
    return program


def _smaller(program: Program) -> Iterator[Program]:
    """The program without one of its statements, the large ones first."""
    for name, text in program.files.items():
        tree = ast.parse(text)
        nodes = [node for node in ast.walk(tree) if isinstance(node, ast.stmt)]
        for node in sorted(nodes, key=lambda one: _first(one) - (one.end_lineno or 0)):
            smaller = _without(text, node)
            if smaller is not None:
                files = {**program.files, name: smaller}
                if _uncalled(files) <= _uncalled(program.files):
                    yield Program(program.seed, files, program.parts)
    for name in list(program.files)[:-1]:
        if not program.files[name].strip():
            left = {other: text for other, text in program.files.items() if other != name}
            yield Program(program.seed, left, program.parts)


def _uncalled(files: Mapping[str, str]) -> set[str]:
    """Functions that nobody calls: what JAX would do in them is not seen."""
    text = "\n".join(files.values())
    words = Counter(re.findall(r"\w+", text))
    return {name for name in re.findall(r"\b(?:def|class) (\w+)", text) if words[name] < 2}


def _first(node: ast.stmt) -> int:
    """The first line of a statement, with its decorators."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return min([node.lineno, *(one.lineno for one in node.decorator_list)])
    return node.lineno


def _without(text: str, node: ast.stmt) -> str | None:
    """The text without the lines of a statement; None if what is left does not parse."""
    lines = text.splitlines()
    end = node.end_lineno or node.lineno
    del lines[_first(node) - 1 : end]
    smaller = "\n".join(lines) + "\n"
    try:
        ast.parse(smaller)
    except SyntaxError:
        return None
    while "\n\n\n\n" in smaller:
        smaller = smaller.replace("\n\n\n\n", "\n\n\n")
    return smaller
