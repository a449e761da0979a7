"""Parts of a file that readers are spared: what is left keeps its place, and says the same."""

import ast
from pathlib import Path

import pytest

from jaxslice_lint.source.errors import in_words, with_traceback
from jaxslice_lint.source.narrowed import narrowed
from jaxslice_lint.source.parse import parse
from jaxslice_lint.source.text import Source, Span


def of(text: str) -> Source:
    return Source(Path("program.py"), text)


def place_of(text: str, part: str) -> Span:
    source, start = of(text), text.index(part)
    return Span(*source.location(start), *source.location(start + len(part)))


BLOCKS = '''\
# a comment stays
import jax; x = 1; y = 2

@first
@ second(
    1)
def other(a):
    return a

class C:
    z = 3
    @third
    def method(self, x, i):
        """A docstring
        of two lines."""
        if x:
            return HERE
        elif i:
            return 2
        else:
            pass
        try:
            a = 1 ; b = 2  # c
        except ValueError:
            return x
        finally:
            d = [
                1,
            ]
match x:
    case 1:
        a
    case _:
        t = (
            5)
'''


def test_only_what_is_wanted_is_left_and_it_keeps_its_place() -> None:
    left = narrowed(of(BLOCKS), ast.parse(BLOCKS), [place_of(BLOCKS, "HERE")])
    ast.parse(left.text)
    assert [*map(len, left.text.splitlines())] == [*map(len, BLOCKS.splitlines())]
    for kept in ("HERE", "# a comment", "class C:", "@third", "def method(self, x, i):", "if x:"):
        assert left.text.index(kept) == BLOCKS.index(kept)
    for gone in ("elif", "import", "second", "docstring", "ValueError", "z =", "match", "t ="):
        assert gone not in left.text


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_and_wide_characters_keep_their_places(end: str) -> None:
    lines = ["é = 'ü' ; b = '''", "ä'''; x[i:j]  # ö", "def f():", "\treturn '€'", ""]
    text = end.join(lines)
    left = narrowed(of(text), ast.parse(text), [place_of(text, "x[i:j]")])
    ast.parse(left.text)
    assert len(left.text) == len(text)
    assert left.text.index("x[i:j]") == text.index("x[i:j]")
    assert "€" not in left.text


@pytest.mark.parametrize("table", ["[{}]", "({})", "{{{}}}", "{{'k': [{}]}}", "f([{}])"])
def test_a_table_of_numbers_is_cut_short(table: str) -> None:
    numbers = ", ".join(f"-{number}.5" for number in range(20_000))
    tree = parse(of(f"T = {table.format(numbers)}\n"))
    assert isinstance(tree, ast.Module)
    assert sum(1 for _ in ast.walk(tree)) < 10_000


@pytest.mark.parametrize("item", ["'name{}'", "name{}", "[name{}]", "{{**name{}}}"])
def test_what_may_mention_a_function_is_kept(item: str) -> None:
    items = ", ".join(item.format(number) for number in range(10_000))
    tree = parse(of(f"T = [{items}]\n"))
    assert isinstance(tree, ast.Module)
    assert "name9999" in ast.unparse(tree)


class _EndlessError(Exception):
    def __str__(self) -> str:
        return str(self)


class _BrokenError(Exception):
    def __str__(self) -> str:
        raise MemoryError


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (KeyError("a"), "KeyError: 'a'"),
        (ValueError("one\ntwo"), "ValueError: one"),
        (ValueError(), "ValueError"),
        (_EndlessError(), "_EndlessError"),
        (_BrokenError(), "_BrokenError"),
    ],
)
def test_any_exception_is_told_in_one_line(error: Exception, words: str) -> None:
    assert in_words(error) == words
    assert with_traceback(error) == words


def test_what_an_exception_says_is_not_the_whole_file() -> None:
    assert len(in_words(ValueError("x" * 10_000_000))) < 1_000
