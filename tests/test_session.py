"""A session in memory says at each moment what a new run of the same texts says."""

import ast
from pathlib import Path

import pytest

from jaxslice_lint.cache import cache, memory
from jaxslice_lint.engine import Session
from jaxslice_lint.rules import RULES
from jaxslice_lint.run import run_paths
from jaxslice_lint.settings import load
from jaxslice_lint.source import project
from jaxslice_lint.source.disk import FileError
from jaxslice_lint.source.parse import ParseError, parse
from jaxslice_lint.source.text import Source

pytestmark = pytest.mark.usefixtures("folder")

_HELPER = "def window(x, i):\n    return x[i : i + 3]\n"
_CALLER = "import jax\nfrom helper import window\n\nstep = jax.jit(window)\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "pyproject.toml").write_text("")
    (tmp_path / "helper.py").write_text(_HELPER)
    (tmp_path / "caller.py").write_text(_CALLER)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(cache, "_MANY_FILES", 0)
    return tmp_path


def _session() -> Session:
    return Session(load(Path(), {}, {rule.code for rule in RULES}))


def _fresh(name: str) -> list[object]:
    settings = load(Path(), {}, {rule.code for rule in RULES})
    return [*run_paths([Path(name)], settings, fix=False).findings]


def test_an_edit_changes_the_findings_of_its_file_and_of_others() -> None:
    session = _session()
    assert [*session.findings(Path("helper.py"))] == _fresh("helper.py") != []
    session.update(Path("caller.py"), _CALLER.replace("jax.jit(window)", "window"))
    assert session.findings(Path("helper.py")) == ()
    session.update(Path("caller.py"), _CALLER)
    session.update(Path("helper.py"), f"\n\n{_HELPER}")
    assert [one.span.line for one in session.findings(Path("helper.py"))] == [4]
    assert session.findings(Path("caller.py")) == ()


def test_a_closed_file_is_what_is_on_the_disk(folder: Path) -> None:
    session = _session()
    session.update(Path("helper.py"), "")
    assert session.findings(Path("helper.py")) == ()
    (folder / "helper.py").write_text(f"\n{_HELPER}")
    session.update(Path("helper.py"))
    assert [*session.findings(folder / "helper.py")] == _fresh("helper.py") != []


def test_files_that_appear_and_vanish_are_seen(folder: Path) -> None:
    session = _session()
    session.update(Path("caller.py"), "import jax\n")
    assert session.findings(Path("helper.py")) == ()
    new = folder / "another.py"
    new.write_text(_CALLER)
    session.update(new)
    assert len(session.findings(Path("helper.py"))) == 1
    new.unlink()
    session.update(new)
    assert session.findings(Path("helper.py")) == ()
    with pytest.raises(FileError):
        session.findings(new)


def test_a_text_that_a_run_would_not_read_is_looked_at_when_it_is_asked_for(folder: Path) -> None:
    (folder / "caller.py").unlink()
    (folder / "pyproject.toml").write_text('[tool.jaxslice-lint]\nextend-exclude = ["left.py"]\n')
    (folder / "left.py").write_text(_CALLER)
    session = _session()
    for name in ("draft.py", "left.py"):
        session.update(Path(name), f"{_CALLER}x = window(step, step)[step:2]\n")
        assert session.findings(Path(name)) == ()
    assert [*session.findings(Path("helper.py"))] == _fresh("helper.py") == []
    (folder / "draft.py").write_text(_CALLER)
    session.update(Path("draft.py"))
    assert [*session.findings(Path("helper.py"))] == _fresh("helper.py") != []


def test_each_project_has_its_own_answers(folder: Path) -> None:
    inner = folder / "inner"
    inner.mkdir()
    (inner / "pyproject.toml").write_text("")
    (inner / "ops.py").write_text(_HELPER)
    (folder / "caller.py").write_text(_CALLER.replace("helper", "inner.ops"))
    session = _session()
    for _ in range(2):
        for name in ("inner/ops.py", "caller.py", "helper.py"):
            assert [*session.findings(Path(name))] == _fresh(name)


def test_newer_syntax_is_forgotten_with_its_text(folder: Path) -> None:
    (folder / "helper.py").write_text(f"import jax\n{_HELPER}step = jax.jit(window)\n")
    text, session = (folder / "helper.py").read_text(), _session()
    session.update(Path("helper.py"), f"type Row = int\n\n\n{text}")
    session.outcome(Path("helper.py"))
    session.update(Path("helper.py"), text)
    outcome = session.outcome(Path("helper.py"))
    assert [*outcome.findings] == _fresh("helper.py") and not outcome.failures
    assert not outcome.read_in_part


def test_what_is_unchanged_is_not_parsed_again(monkeypatch: pytest.MonkeyPatch) -> None:
    parsed: list[Path] = []

    def noted(source: Source) -> ast.Module | ParseError:
        parsed.append(source.path)
        return parse(source)

    monkeypatch.setattr(project, "parse", noted)
    session = _session()
    session.findings(Path("helper.py"))
    assert {path.name for path in parsed} == {"helper.py", "caller.py"}
    parsed.clear()
    session.update(Path("helper.py"), f"\n{_HELPER}")
    assert len(session.findings(Path("helper.py"))) == 1
    assert parsed == [Path("helper.py")]


def test_a_mark_of_the_encoding_is_no_text(folder: Path) -> None:
    (folder / "helper.py").write_text(f"\ufeff{_HELPER}")
    session = _session()
    session.update(Path("helper.py"), f"\ufeff{_HELPER}")
    assert [*session.findings(Path("helper.py"))] == _fresh("helper.py") != []


def test_what_is_asked_again_is_not_traced_again() -> None:
    session = _session()
    assert session.outcome(Path("helper.py")).spent
    again = session.outcome(Path("helper.py"))
    assert not again.spent and len(again.findings) == 1
    session.update(Path("caller.py"), f"{_CALLER}\n")
    session.update(Path("caller.py"), _CALLER)
    assert not session.outcome(Path("helper.py")).spent


def test_a_session_keeps_what_was_asked_last(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "_MOST_ENTRIES", 2)
    store = memory.Memory()
    assert store.is_empty
    for name in ("a", "b"):
        store.write(name, b"text")
    store.touch("a")
    store.write("c", b"text")
    assert [name for name in "abc" if store.read(name)] == ["a", "c"]
    store.discard("c")
    assert store.read("c") is None and not store.is_empty
