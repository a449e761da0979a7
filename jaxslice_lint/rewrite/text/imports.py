"""Where an import is added: where ruff and isort put it, so that a sorted file stays sorted.

A run of imports has groups between blank lines: one for the standard library, one for what is installed. In a group
come those of modules first, then those of names; names of one module stand in one statement.
"""

import ast
import sys
from collections.abc import Sequence
from itertools import pairwise, takewhile

from jaxslice_lint.rewrite.text.edit import Edit
from jaxslice_lint.source.text import Source

_Import = ast.Import | ast.ImportFrom
_Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
#: The order of edits at one place: what parts a new group from what is above, imports, what parts it from the rest.
_ABOVE, _OF_MODULE, _OF_NAME, _BELOW = range(4)


def added(source: Source, body: list[ast.stmt], statement: str, limit: int) -> tuple[Edit, ...]:
    """The edits that add an import to a module; names are not added to a line that would be longer than `limit`."""
    [new] = ast.parse(statement).body
    assert isinstance(new, _Import)
    run = _run(body, _root(new))
    group = _group(_groups(source, run), new)
    if group is None:
        return _as_group(source, body, run, statement, new)
    merged = [edit for one in group if (edit := _merged(source, one, new, limit))]
    if merged:
        return (merged[0],)
    content, rank = f"{statement}\n", _rank(new)
    keys = [_key(one) for one in group]
    is_simple = keys == sorted(keys) and not any(_shares_line(one, body) for one in group)
    behind = [one for one in group if _key(one) > _key(new)] if is_simple else []
    if behind:
        at = _start(source, behind[0], body)
        return (Edit(at, at, content, rank),)
    like = [one for one in group if _root(one) == _root(new)]
    last = group[-1] if is_simple or not like else like[-1]
    return (_behind(source, _last_line(last, body), statement, rank),)


def imports_jax(statement: ast.stmt) -> bool:
    """Whether a statement imports JAX, or something of it."""
    return isinstance(statement, _Import) and "jax" in _roots(statement)


def _run(body: list[ast.stmt], root: str) -> list[_Import]:
    """The imports in a row among which one of `root` belongs: those around the last one of it that stands above all
    functions and classes, else the first ones there."""
    top = [*takewhile(lambda one: not isinstance(one, _Definition), body)]
    places = [at for at, one in enumerate(top) if isinstance(one, _Import)]
    like = [at for at, one in enumerate(top) if isinstance(one, _Import) and root in _roots(one)]
    if not places:
        return []
    first = like[-1] if like else places[0]
    while first and isinstance(body[first - 1], _Import):
        first -= 1
    run: list[_Import] = []
    for statement in body[first:]:
        if not isinstance(statement, _Import):
            break
        run.append(statement)
    return run


def _groups(source: Source, run: Sequence[_Import]) -> list[list[_Import]]:
    """The imports of a run, parted where blank lines part them."""
    groups = [[*run[:1]]] if run else []
    for above, below in pairwise(run):
        lines = range((above.end_lineno or above.lineno) + 1, below.lineno)
        if all(source.line(number).strip() for number in lines):
            groups[-1].append(below)
        else:
            groups.append([below])
    return groups


def _group(groups: Sequence[list[_Import]], new: _Import) -> list[_Import] | None:
    """The group that an import belongs to: that of its package, else that of others that come from where it does."""
    like = [group for group in groups if any(_root(new) in _roots(one) for one in group)]
    same = [group for group in groups if any(_section(one) == _section(new) for one in group)]
    return next(iter([*reversed(like), *same]), None)


def _as_group(
    source: Source, body: list[ast.stmt], run: Sequence[_Import], statement: str, new: _Import
) -> tuple[Edit, ...]:
    """The edits that add an import as a group of its own."""
    above: list[ast.stmt] = [one for one in run if _section(one) < _section(new)]
    if not run:
        above = [one for one in body[:1] if _is_docstring(one, body)]
    blank = "\n"
    if above:
        number = _last_line(above[-1], body)
        edit = _behind(source, number, statement, _rank(new))
        parting = [Edit(edit.start, edit.start, blank, _ABOVE)]
        is_parted = number >= len(source.line_starts) or not source.line(number + 1).strip()
    else:
        first = next(iter([*run, *body]), None)
        at = 0 if first is None else _start(source, first, body)
        edit = Edit(at, at, statement + blank, _rank(new))
        parting, is_parted = [], first is None
    below = next((one for one in body if source.offset(one.lineno, 1) >= edit.start), None)
    if not is_parted:
        count = 2 if isinstance(below, _Definition) else 1
        parting.append(Edit(edit.start, edit.start, blank * count, _BELOW))
    return (*parting, edit)


def _merged(source: Source, old: _Import, new: _Import, limit: int) -> Edit | None:
    """The edit that adds a name to an import of names of the same module; None if it is none, or has no room for it."""
    match old, new:
        case ast.ImportFrom(names=names, level=0), ast.ImportFrom(names=[ast.alias(name, None)]):
            if old.module != new.module or any(one.asname or one.name == "*" for one in names):
                return None
        case _:
            return None
    text = source.segment(source.span(old.lineno, old.col_offset, *_end(old)))
    if "\\" in text:
        return None
    behind = next((one for one in names if _name_key(one.name) > _name_key(name)), None)
    last = names[-1]
    if all(_has_own_line(source, one) for one in names):
        return _on_own_line(source, behind, last, name)
    is_one_line = old.end_lineno == old.lineno
    if is_one_line and len(source.line(old.lineno)) + len(f", {name}") > limit:
        return None if "(" in text else _broken(source, old, name)
    if behind is not None:
        at = _offset(source, behind.lineno, behind.col_offset)
        return Edit(at, at, f"{name}, ")
    at = _offset(source, *_end(last))
    return Edit(at, at, f", {name}")


def _has_own_line(source: Source, alias: ast.alias) -> bool:
    """Whether nothing but a comma and a comment stands on the line of a name."""
    code = source.line(alias.lineno).partition("#")[0].strip()
    return code.removesuffix(",").rstrip() == alias.name


def _on_own_line(source: Source, behind: ast.alias | None, last: ast.alias, name: str) -> Edit:
    """The edit that adds a name to names of which each has a line of its own."""
    line = source.line((behind or last).lineno)
    indent = line[: len(line) - len(line.lstrip())]
    if behind is not None:
        at = source.offset(behind.lineno, 1)
        return Edit(at, at, f"{indent}{name},\n")
    at = _offset(source, *_end(last))
    rest = line[at - source.offset(last.lineno, 1) :]
    if rest.lstrip().startswith(","):
        at = source.offset(last.lineno + 1, 1)
        return Edit(at, at, f"{indent}{name},\n")
    return Edit(at, at + len(rest), f",{rest}\n{indent}{name}")


def _broken(source: Source, old: ast.ImportFrom, name: str) -> Edit:
    """The edit that gives each name a line of its own."""
    names = sorted([*(one.name for one in old.names), name], key=_name_key)
    lines = ["(", *(f"    {one}," for one in names), ")"]
    first, last = old.names[0], old.names[-1]
    start = _offset(source, first.lineno, first.col_offset)
    return Edit(start, _offset(source, *_end(last)), "\n".join(lines))


def _key(statement: _Import) -> tuple[bool, str, bool, str]:
    """Where an import stands among others of its group."""
    first = statement.names[0]
    if isinstance(statement, ast.Import):
        return False, first.name.lower(), False, ""
    name = first.name.lower() if first.asname else ""
    return True, _module(statement).lower(), bool(first.asname), name


def _name_key(name: str) -> tuple[int, str, str]:
    """Where a name stands among others: constants come first, then classes."""
    kind = 0 if len(name) > 1 and name.isupper() else 1 if name[:1].isupper() else 2
    return kind, name.lower(), name


def _rank(statement: _Import) -> int:
    return _OF_MODULE if isinstance(statement, ast.Import) else _OF_NAME


def _section(statement: _Import) -> int:
    """Python itself, its library, what is installed, and the program's own package by its dots."""
    root = _root(statement)
    if root == "__future__":
        return 0
    return 3 if not root else 1 if root in sys.stdlib_module_names else 2


def _root(statement: _Import) -> str:
    """The package that an import begins with; empty where it is the program's own."""
    return _roots(statement)[0]


def _roots(statement: _Import) -> list[str]:
    if isinstance(statement, ast.ImportFrom):
        return [_module(statement).partition(".")[0]]
    return [alias.name.partition(".")[0] for alias in statement.names]


def _module(statement: ast.ImportFrom) -> str:
    return "." * statement.level + (statement.module or "")


def _is_docstring(statement: ast.stmt, body: list[ast.stmt]) -> bool:
    return (
        statement is body[0]
        and isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
    )


def _behind(source: Source, number: int, statement: str, rank: int) -> Edit:
    """The edit that adds a statement below a line."""
    lines = source.line_starts
    if number < len(lines):
        return Edit(lines[number], lines[number], f"{statement}\n", rank)
    end = len(source.text)
    return Edit(end, end, f"\n{statement}", rank)


def _start(source: Source, statement: ast.stmt, body: list[ast.stmt]) -> int:
    """Where a statement starts, with the comments that belong to it: not those that head the file."""
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    number = min([statement.lineno, *(decorator.lineno for decorator in decorators)])
    if statement is not body[0]:
        while source.line(number - 1).lstrip().startswith("#"):
            number -= 1
    return source.offset(number, 1)


def _shares_line(statement: ast.stmt, body: list[ast.stmt]) -> bool:
    """Whether semicolons join a statement to another one."""
    lines = range(statement.lineno, (statement.end_lineno or statement.lineno) + 1)
    others = [one for one in body if one is not statement]
    return any(one.lineno in lines or one.end_lineno in lines for one in others)


def _last_line(statement: ast.stmt, body: list[ast.stmt]) -> int:
    """The last line of `statement` and of what semicolons join to it."""
    line = statement.end_lineno or statement.lineno
    for following in body[body.index(statement) + 1 :]:
        if following.lineno > line:
            break
        line = following.end_lineno or line
    return line


def _end(node: ast.stmt | ast.alias) -> tuple[int, int]:
    return node.end_lineno or node.lineno, node.end_col_offset or 0


def _offset(source: Source, line: int, column: int) -> int:
    """The place of a node in the text, whose columns count bytes."""
    return source.offset(*source.span(line, column, line, column).start)
