"""Files in newer syntax than the running Python's: what they define is known, but nothing in them is rewritten."""

import ast
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from jaxslice_lint.report.explain import explanations
from jaxslice_lint.report.outcome import Outcome
from jaxslice_lint.report.summary import summary
from jaxslice_lint.rules import RULES
from jaxslice_lint.run import run_sources
from jaxslice_lint.settings import Settings
from jaxslice_lint.source.newer import readable
from jaxslice_lint.source.parse import ParseError, parse
from jaxslice_lint.source.text import Source

_NEWER = [
    "def first[T: int](items: list[T]) -> T: return items[i:j]\n",
    "def first[\n    T,\n    *Ts, **P\n](items): return items[i:j]\n",
    "class Box[T = dict[str, int]](Base):\n    at = x[i:j]\n",
    "type Pair[A, B = str] = tuple[A, B]; y = x[i:j]\n",
    "type\tÜbung  =  int\ny = x[i:j]\n",
    "try:\n    pass\nexcept ValueError, lib.Other:\n    y = x[i:j]\n",
    "try:\n    pass\nexcept* (ValueError, TypeError) as e:\n    y = x[i:j]\n",
    'y = f"{d["ä"]!r:{w["b"]}}", x[i:j]\n',
    "y = f'{'a' if c else f'{'b'}'}', x[i:j]\n",
    'y = rf"""{\n    a["\\d"]  # why\n}""", x[i:j]\n',
    "y = f'{ab\n + é + c}', x[i:j]\n",
    't = t"{name} is {age!r}", x[i:j]\n',
]


@pytest.mark.parametrize("text", _NEWER)
def test_all_but_the_newer_syntax_stays_where_it_is(text: str) -> None:
    source = Source(Path("a.py"), text)
    left = readable(source)
    assert left is not None
    assert [len(line.encode()) for line in left.text.split("\n")] == [
        len(line.encode()) for line in text.split("\n")
    ]
    (subscript,) = (
        node
        for node in ast.walk(ast.parse(left.text))
        if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice)
    )
    assert ast.get_source_segment(text, subscript) in ("x[i:j]", "items[i:j]")


@pytest.mark.parametrize(
    "text", ["def f[T](x:\n    pass\n", "type X = \n", "y = f'{x[}'\n", "print 'hello'\n"]
)
def test_what_is_wrong_in_any_python_is_not_read(text: str) -> None:
    assert readable(Source(Path("a.py"), text)) is None


def test_a_name_of_a_type_is_not_lost() -> None:
    left = readable(Source(Path("a.py"), "type Index = Array[int]\nclass A[T](B): ...\n"))
    assert left is not None
    alias, cls = ast.parse(left.text).body
    assert isinstance(alias, ast.Assign) and ast.unparse(alias) == "Index = Array[int]"
    assert isinstance(cls, ast.ClassDef) and ast.unparse(cls.bases[0]) == "B"


_LIBRARY = """\
from jax import lax


def offset(i):
    try:
        pass
    except ValueError, TypeError:
        raise
    return i * 4


def window(x, i):
    return x[i:i + 2]


def careful(x, i):
    try:
        return x[i:i + 3]
    except IndexError, TypeError:
        return lax.dynamic_slice_in_dim(x, i, 3)
"""
_MAIN = """\
import jax
from library import careful, offset, window


@jax.jit
def f(x, i):
    at = offset(i)
    return x[at:at + 4], window(x, i), careful(x, i)
"""
_OLDER = pytest.mark.skipif(sys.version_info >= (3, 14), reason="this Python knows the syntax")


@_OLDER
def test_what_such_a_file_defines_is_followed_and_its_own_slices_are_found() -> None:
    outcome = _run(_LIBRARY, fix=False)
    found = [(f.path.name, f.span.line, f.code, f.fix is not None) for f in outcome.findings]
    assert found == [
        ("main.py", 8, "JSL101", True),
        ("library.py", 7, "JSL902", False),
        ("library.py", 13, "JSL101", False),
    ]
    assert "does not parse the file" in outcome.findings[-1].no_fix


@_OLDER
def test_such_a_file_is_not_rewritten_and_the_others_are() -> None:
    outcome = _run(_LIBRARY, fix=True)
    changed = {file.original.path.name: file.changed for file in outcome.files}
    assert changed == {"main.py": True, "library.py": False}
    assert not outcome.failures


@_OLDER
def test_a_report_says_what_was_read_in_part() -> None:
    outcome = _run(_LIBRARY, fix=False)
    text = summary(outcome, fixed=False, unsafe=False)
    assert "Read in part, without newer syntax: 1 file (`-v` says why).\n" in text
    assert "library.py: multiple exception types must be parenthesized" in explanations(outcome)


def test_a_report_says_nothing_of_files_that_were_read_whole() -> None:
    outcome = _run(_LIBRARY.replace("ValueError, TypeError", "ValueError"), fix=False)
    outcome = replace(outcome, read_in_part=())
    assert "Read in part" not in summary(outcome, fixed=False, unsafe=False)


@_OLDER
def test_comments_silence_findings_there_as_anywhere() -> None:
    text = _LIBRARY.replace("x[i:i + 2]", "x[i:i + 2]  # noqa: JSL101")
    assert [f.code for f in _run(text, fix=False).findings] == ["JSL101", "JSL902"]


@pytest.mark.parametrize("text", ["x = f'{\n  a\n}'\n", 'x = f"{a["b"]}"\n', "x = f'{f'{1}'}'\n"])
def test_an_f_string_that_is_newer_is_told_from_one_that_is_wrong(text: str) -> None:
    tree = parse(Source(Path("a.py"), text))
    assert isinstance(tree, ast.Module) or tree.is_newer
    wrong = parse(Source(Path("a.py"), "x = 'a\n"))
    assert isinstance(wrong, ParseError) and not wrong.is_newer


def _run(library: str, *, fix: bool) -> Outcome:
    folder = Path("/nowhere")
    sources = [Source(folder / "main.py", _MAIN), Source(folder / "library.py", library)]
    return run_sources(sources, Settings(frozenset(rule.code for rule in RULES)), fix=fix)
