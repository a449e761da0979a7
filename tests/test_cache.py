"""An answer from the cache is the one that a run without it would give, whatever has changed in between."""

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

import jaxslice_lint
from jaxslice_lint import tracing
from jaxslice_lint.cache import Cache, Folder, cache
from jaxslice_lint.jax_model.model import Model
from jaxslice_lint.report.outcome import Outcome
from jaxslice_lint.rules import RULES
from jaxslice_lint.run import project_of, run_paths
from jaxslice_lint.settings import Settings, load
from jaxslice_lint.source.disk import read
from jaxslice_lint.source.project import Project
from jaxslice_lint.tracing import ProjectTrace, trace_project

pytestmark = pytest.mark.usefixtures("project")

_WINDOWS = """\
def window(x, i):
    return x[i : i + 3]


def head(x, n):
    return x[:n]
"""
_MODEL = """\
import jax
from windows import window


@jax.jit
def model(x, i):
    return window(x, i).sum()
"""
_NOTES = """\
import re


def words(text):
    return text.lower()
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project of three files, of which every answer is worth keeping."""
    for name, text in (("windows", _WINDOWS), ("model", _MODEL), ("notes", _NOTES)):
        (tmp_path / f"{name}.py").write_text(text)
    (tmp_path / "pyproject.toml").write_text("[tool.ruff]\nline-length = 88\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(cache, "_MANY_FILES", 0)
    return tmp_path


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> list[Project]:
    """The projects that were traced."""
    traced: list[Project] = []

    def trace(project: Project, *arguments: Model) -> ProjectTrace:
        traced.append(project)
        return trace_project(project, *arguments)

    monkeypatch.setattr(tracing, "trace_project", trace)
    return traced


def _settings(**changes: object) -> Settings:
    return load(Path(), changes, {rule.code for rule in RULES})


def _run(*paths: str, settings: Settings | None = None, fix: bool = False) -> Outcome:
    store = Cache(Folder(Path(".jaxslice_cache")))
    return run_paths(
        [Path(path) for path in paths or (".",)], settings or _settings(), fix=fix, cache=store
    )


def _cold(*paths: str, settings: Settings | None = None) -> Outcome:
    return run_paths([Path(path) for path in paths or (".",)], settings or _settings(), fix=False)


def _told(outcome: Outcome) -> list[str]:
    return [f"{one.path}:{one.span}: {one.message} {one.fix}" for one in outcome.findings]


def test_what_is_unchanged_is_not_traced_again(runs: list[Project]) -> None:
    first, second = _run(), _run()
    assert len(runs) == 1
    assert _told(second) == _told(first) == _told(_cold()) != []
    assert second.findings == first.findings


def test_other_files_are_another_question(runs: list[Project]) -> None:
    for paths in ((), ("model.py",), ("model.py", "windows.py"), ("windows.py",)):
        assert _told(_run(*paths)) == _told(_run(*paths))
    assert len(runs) == 4
    assert _run("windows.py", "model.py").findings
    assert len(runs) == 4  # their order does not matter


def test_a_file_may_have_another_answer_alone_than_with_others(project: Path) -> None:
    (project / "util.py").write_text("def pick(x, n):\n    return n\n")
    for number in range(40):
        items = ", ".join(["x"] * number)
        (project / f"m{number:02}.py").write_text(
            "import jax\nfrom util import pick\n\n\n@jax.jit\ndef g(x, n):\n"
            f"    k = pick([{items}], n)\n    return x[k : k + 3]\n"
        )
    whole = _told(_run())
    assert whole == _told(_run()) == _told(_cold())
    alone = _told(_run("m39.py"))
    assert alone == _told(_cold("m39.py")) != []
    assert not set(alone) <= set(whole)  # all ways that are told apart were used up before


def _write(name: str, text: str) -> Callable[[Path], object]:
    return lambda folder: (folder / name).write_text(text)


_CHANGES: dict[str, Callable[[Path], object]] = {
    "the file": _write("windows.py", _WINDOWS.replace("i : i + 3", "2 : 5")),
    "who calls it": _write("model.py", _MODEL.replace("window(x, i)", "window(x, 2)")),
    "a new caller": _write(
        "more.py",
        "import jax\nfrom windows import head\n\n\n@jax.jit\ndef more(x, n):\n    return head(x, n)\n",
    ),
    "a comment": _write("windows.py", _WINDOWS.replace("+ 3]", "+ 3]  # noqa: JSL101")),
    "a file that takes the place of a module": lambda folder: (
        (folder / "windows").mkdir(),
        (folder / "windows" / "__init__.py").write_text("def window(x, i):\n    return x\n"),
    ),
    "a file that is gone": lambda folder: (folder / "model.py").unlink(),
    "an import that somebody else makes": _write(
        "notes.py",
        "import jax\nfrom windows import head\n\nstep = jax.jit(head)\n",
    ),
    "the length of lines": _write("pyproject.toml", "[tool.ruff]\nline-length = 40\n"),
    "an excluded file": _write(".gitignore", "model.py\n"),
}


@pytest.mark.parametrize("what", _CHANGES)
@pytest.mark.parametrize("given", [".", "windows.py"])
def test_each_kind_of_change_is_seen(
    project: Path, runs: list[Project], given: str, what: str
) -> None:
    before = _run(given)
    _CHANGES[what](project)
    after = _run(given)
    assert len(runs) == 2
    assert _told(after) == _told(_cold(given))
    assert _told(after) != _told(before)
    _run(given)
    assert len(runs) == 3  # the cold one


def test_a_change_of_what_a_trace_does_not_read_costs_nothing(
    project: Path, runs: list[Project]
) -> None:
    before = _run("windows.py", "model.py")
    (project / "notes.py").write_text(_NOTES.replace("words", "names"))
    assert _run("windows.py", "model.py").findings == before.findings
    assert len(runs) == 1
    # Who mentions a function may hand it on to others.
    (project / "notes.py").write_text(f"{_NOTES}\n\nwords.uses = window\n")
    _run("windows.py", "model.py")
    assert len(runs) == 2


def test_a_given_file_is_looked_at_for_comments_as_well(project: Path) -> None:
    assert not _run("notes.py").findings
    (project / "notes.py").write_text(_NOTES.replace("lower()", "lower()  # noqa: JSL101"))
    assert [one.code for one in _run("notes.py").findings] == ["JSL901"]


def test_settings_are_part_of_the_question(runs: list[Project]) -> None:
    _run()
    for count, settings in enumerate(
        (
            _settings(ignore=["JSL101"]),
            _settings(**{"fix-style": "ds"}),
            _settings(**{"static-functions": ["model.model"]}),
        )
    ):
        outcome = _run(settings=settings)
        assert len(runs) == 2 + 2 * count
        assert _told(outcome) == _told(_cold(settings=settings))


def test_what_is_done_with_findings_is_no_part_of_the_question(runs: list[Project]) -> None:
    _run()
    _run(settings=_settings(**{"output-format": "json", "unsafe-fixes": True}))
    assert len(runs) == 1


@pytest.mark.parametrize("what", ["version", "python", "files"])
def test_another_tool_or_python_gives_its_own_answer(
    project: Path, runs: list[Project], monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    _run()
    match what:
        case "version":
            monkeypatch.setattr(jaxslice_lint, "__version__", "99")
        case "python":
            monkeypatch.setattr(sys, "version", "4.0")
        case _:
            monkeypatch.setattr(jaxslice_lint, "__file__", str(project / "windows.py"))
    _run()
    assert len(runs) == 2


def test_fixes_come_from_a_run_and_never_from_the_cache(runs: list[Project]) -> None:
    _run()
    _run("notes.py")
    runs.clear()
    fixed = _run(fix=True)
    assert runs
    assert "dynamic_slice" in next(file.source.text for file in fixed.files if file.changed)
    runs.clear()
    _run("notes.py", fix=True)
    assert not runs  # there is nothing to fix


def test_a_failure_is_not_kept(project: Path) -> None:
    read_one = project_of([read(Path("windows.py"))], _settings())
    store = Cache(Folder(Path(".jaxslice_cache")))
    store.keep(read_one, _settings(), replace(_cold(), failures=("it failed",)))
    assert not (project / ".jaxslice_cache").exists()


def test_a_small_run_leaves_no_folder_behind(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache, "_MANY_FILES", 20)
    _run()
    assert not (project / ".jaxslice_cache").exists()
