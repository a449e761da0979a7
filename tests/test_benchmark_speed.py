"""The benchmark of speed: which files it changes, what it adds to them, and that a run that stopped is not counted."""

import ast
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "benchmarks"))

from speed.imports import Chosen, chosen
from speed.process import Row, StoppedError, Used, measured, middle
from speed.projects import Project, change
from speed.report import Measured, ratio_table
from speed.rows import PARSE


def project(folder: Path, **texts: str) -> list[Path]:
    """The files of a project; two underscores in a name stand for a slash."""
    for name, text in texts.items():
        file = folder / f"{name.replace('__', '/')}.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    (folder / "package" / "__init__.py").write_text("from package import middle\n")
    return sorted(folder.rglob("*.py"))


def test_the_leaf_is_imported_by_nobody_and_the_core_by_most(tmp_path: Path) -> None:
    files = project(
        tmp_path,
        package__core="def f(x): return x",
        package__middle="from . import core",
        package__sub__end="from ..middle import (  # names\n    f as g,\n    core,\n)\nfrom ..core import f",
        package__leaf="import package.core as c, sys\nc.f(x[i:j])",
        package__namesake__core="from package.core import f",
        package__other="from package.namesake import core",
    )
    found = chosen(files, tmp_path)
    assert found.core == tmp_path / "package" / "core.py"
    assert found.leaf.stem in {"leaf", "other", "end"}
    assert found.sliced == tmp_path / "package" / "leaf.py"


def test_a_change_keeps_the_file_a_program(tmp_path: Path) -> None:
    file = tmp_path / "program.py"
    file.write_text("def f():\n    return 1")
    change(file)
    change(file)
    first, *added = ast.parse(file.read_text()).body
    assert ast.unparse(first) == "def f():\n    return 1"
    assert len({one.name for one in added if isinstance(one, ast.FunctionDef)}) == 2


def test_each_run_is_prepared_and_may_tell_its_time_itself(tmp_path: Path) -> None:
    prepared: list[int] = []

    def prepare() -> None:
        prepared.append(1)

    row = Row("", [sys.executable, "-c", "print(2.5, 1.5)"], prepare, tells=True)
    used = middle(measured(row, tmp_path, 3))
    assert (used.wall, used.cpu, len(prepared)) == (2.5, 1.5, 3)


def test_a_row_that_one_project_lacks_is_left_blank_there() -> None:
    files = Chosen(Path(), Path(), Path())
    both = [Project(name, Path(), (), 1, files) for name in ("a", "b")]
    parse, run = Used(1, 0.5, 1), Used(9, 2, 1)
    table = ratio_table(
        [Measured(both[0], {PARSE: parse, "run": run}), Measured(both[1], {PARSE: parse})]
    )
    assert table.splitlines()[-1] == "| run | 4 | – | 4 |"


@pytest.mark.parametrize(
    "code", ["exit('no such option')", "exit(7)", "import sys; print('Usage:', file=sys.stderr)"]
)
def test_a_run_that_stopped_is_not_counted(code: str, tmp_path: Path) -> None:
    row = Row("", [sys.executable, "-c", code], good=(0,))
    with pytest.raises(StoppedError):
        measured(row, tmp_path, 1)
