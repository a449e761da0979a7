"""Makes a failing program small: what can go without the failure going is taken out."""

import ast
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from fuzz.judge import judge
from fuzz.program import Program
from fuzz.tool import Tool


def shrunk(program: Program, kind: str, tool: Tool) -> Program:
    """A smaller program that fails in this way and in no new one; no statement of it can be left out."""
    known = {failure.kind for failure in judge(program, tool).failures}
    before = None
    while program != before:
        before = program
        for name, text in program.files.items():
            if text.strip() or name == program.script:
                program = _without_statements(program, name, kind, known, tool)
            else:
                rest = {other: program.files[other] for other in program.files if other != name}
                program = replace(program, files=rest)
    return program


def _without_statements(
    program: Program, name: str, kind: str, known: set[str], tool: Tool
) -> Program:
    """The program with fewer statements in one file, each tried once, the large ones first."""
    position = 0
    while position < len(statements := _statements(program.files[name])):
        text = _without(program.files[name], statements[position])
        position += 1
        if text is None:
            continue
        files = {**program.files, name: text}
        if not _uncalled(files) <= _uncalled(program.files):
            continue
        smaller = replace(program, files=files)
        kinds = {failure.kind for failure in judge(smaller, tool).failures}
        if kind in kinds and kinds <= known:
            program = smaller
            position -= 1
    return program


def _statements(text: str) -> list[ast.stmt]:
    """What can be left out. Nothing in a `while`, which might not end then."""
    tree = ast.parse(text)
    kept = {id(one) for loop in ast.walk(tree) if isinstance(loop, ast.While) for one in loop.body}
    found = [one for one in ast.walk(tree) if isinstance(one, ast.stmt) and id(one) not in kept]
    return sorted(found, key=lambda one: _first(one) - (one.end_lineno or 0))


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
