"""Patterns of `.gitignore` mean what they mean to Git, and match in linear time, whatever stands in them."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jaxslice_lint.source.patterns import Patterns

NAMES = ("a", "b", "ab", "abc", "a.b", "a b", "-", "]", "[", "!", "#", "*", "1", "a-c", "aa")
PIECES = (
    *("a", "b", "*", "?", "[ab]", "[!a]", "[^b]", "[a-c]", "[z-a]", "[!z-a]", "\\*", "\\ ", "[]a]"),
    *("[[:alpha:]]", "[[:digit:]b]", "[a-]", "[-a]", "[\\]]", "[", "\\", "]", " ", "!", "#", "-"),
    *(".", "[.-a]", "[[:nobody:]]", "\\a", "[", "[!"),
)
LINES = st.builds(
    lambda start, names, end: start + "/".join(names) + end,
    st.sampled_from(["", "", "/", "!", "**/", "!/"]),
    st.lists(
        st.one_of(
            st.just("**"), st.lists(st.sampled_from(PIECES), min_size=1, max_size=3).map("".join)
        ),
        min_size=1,
        max_size=3,
    ),
    st.sampled_from(["", "", "/", "/**", "  ", "/*"]),
)


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Files and folders with all kinds of names, two levels deep."""
    root = tmp_path_factory.mktemp("repository")
    subprocess.run(["git", "init", "-q", root], check=True)
    for number, name in enumerate(NAMES):
        (root / name).mkdir()
        for other in NAMES[number % 3 :: 3]:
            (root / name / other).touch()
        (root / f"{name}.py").touch()
    return root


@pytest.mark.skipif(shutil.which("git") is None, reason="Git is the judge")
@settings(max_examples=60, deadline=None)
@given(lines=st.lists(LINES, min_size=1, max_size=3))
def test_git_ignores_the_same(repository: Path, lines: list[str]) -> None:
    lines = [line for line in lines if not _begins_within_a_name(line)]
    (repository / ".gitignore").write_text("\n".join(lines) + "\n", newline="")
    paths = [
        path.relative_to(repository).as_posix()
        for path in repository.rglob("*")
        if ".git" not in path.parts
    ]
    asked = "".join(f"{path}\0" for path in paths)
    done = subprocess.run(
        ["git", "-C", repository, "check-ignore", "--no-index", "-z", "--stdin"],
        input=os.fsencode(asked),
        capture_output=True,
        check=False,
    )
    ignored = {*os.fsdecode(done.stdout).split("\0")} - {""}
    patterns = Patterns(lines)
    assert {path for path in paths if _is_ignored(patterns, path, repository)} == ignored


def _begins_within_a_name(line: str) -> bool:
    """Git takes the `**` of `a**/b` for one that stands alone, since it leaves out what comes before it."""
    before, stars, _ = line.removeprefix("!").partition("**/")
    return bool(stars) and not before.endswith("/") and bool(before)


def _is_ignored(patterns: Patterns, path: str, root: Path) -> bool:
    """As a walk from the top comes to it: what is in an ignored folder is never looked at."""
    names = path.split("/")
    above = ("/".join(names[:end]) for end in range(1, len(names)))
    return any(patterns.verdict(one, True) for one in above) or bool(
        patterns.verdict(path, (root / path).is_dir())
    )


@pytest.mark.parametrize(
    ("lines", "path", "is_dir", "verdict"),
    [
        (["build"], "src/build", True, True),
        (["/build"], "src/build", True, None),
        (["build/"], "build", False, None),
        (["*.py", "!keep.py"], "a/keep.py", False, False),
        (["a/**/b"], "a/b", False, True),
        (["a/**"], "a", True, None),
        (["# a", "\\#a"], "#a", False, True),
        (["trailing\\ "], "trailing ", False, True),
        (["x.py\r"], "x.py", False, True),
        (["[[:upper:]]*.py"], "Model.py", False, True),
        (["[a/b]c"], "ac", False, True),
        (["***/c"], "a/b/c", False, True),
    ],
)
def test_a_line_means_what_the_manual_says(
    lines: list[str], path: str, is_dir: bool, verdict: bool | None
) -> None:
    assert Patterns(lines).verdict(path, is_dir) is verdict


@pytest.mark.parametrize(
    "line", ["", "!", "\\", "a\\", "[", "[!", "[a", "/", "[[:nobody:]]", "//", "!/", "[]"]
)
def test_what_git_can_make_nothing_of_matches_nothing(line: str) -> None:
    for name in ("a", "!", "\\", "[", "[!", "a/b", "[]", "a\\"):
        assert Patterns([line]).verdict(name, False) is None


@pytest.mark.parametrize(
    "line",
    [
        "*a" * 30 + "b",
        "**/" * 60 + "b",
        "*[ab]?" * 30 + "1",
        "a/**/" * 30 + "b",
        "*" * 200 + "b",
        "*a*[!b]" * 20 + "\\b",
    ],
)
def test_no_pattern_makes_a_run_wait(line: str) -> None:
    # One that tries all ways would not be ready in a lifetime.
    assert Patterns([line]).verdict("/".join(["a" * 250] * 60), False) is None
