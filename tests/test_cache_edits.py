"""Random edits of a small project: what the cache and a session say is what a run without them says, at each step."""

import random
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from jaxslice_lint.cache import Cache, Folder, cache
from jaxslice_lint.engine import Session
from jaxslice_lint.report.outcome import Outcome
from jaxslice_lint.rules import RULES
from jaxslice_lint.run import run_paths
from jaxslice_lint.settings import Settings, load

_SEQUENCES, _STEPS, _PARTS = 500, 4, 10
_HELPERS = (
    "def window(x, i, k):\n    return x[i : i + {0}]\n",
    "def window(x, i, k):\n    return x[k : k + {0}]\n",
    "def window(x, i, k):\n    n = {0}\n    return x[i : i + n] + x[:k]\n",
    "from {1} import window as other\n\n\ndef window(x, i, k):\n    return other(x, k, i)\n",
    "def window(x, i, k):\n    return x\n",
)
_CALLERS = (
    "import jax\nfrom {1} import window\n\nstep = jax.jit(window, static_argnums={0})\n",
    "import jax\nimport {1}\n\n\n@jax.jit\ndef step(x, i):\n    return {1}.window(x, i, {0})\n",
    "from {1} import window\n\n\ndef plain(x):\n    return window(x, {0}, 1)\n",
    "import jax\nfrom {1} import *\n\n\n@jax.jit\ndef step(x, i):\n    return window(x, {0}, i)\n",
)
_NAMES = ("first", "second", "third")
_SETTINGS: tuple[dict[str, object], ...] = (
    {},
    {"ignore": ["JSL101"]},
    {"line-length": 40},
    {"static-functions": ["first.window"]},
)


@dataclass
class _Edits:
    """A project, and what is done to it step by step."""

    dice: random.Random
    settings: Settings = field(default_factory=Settings)

    def step(self) -> Path | None:
        """Do one thing; the file that it was done to, if it was a file."""
        name = self.dice.choice(_NAMES)
        file, package = Path(f"{name}.py"), Path(name, "__init__.py")
        match self.dice.randrange(8):
            case 0:
                file.unlink(missing_ok=True)
            case 1 if not package.exists():
                package.parent.mkdir()
                package.write_text(self._text())
                return package
            case 1:
                package.unlink()
                package.parent.rmdir()
                return package
            case 2:
                self.settings = _settings(self.dice.choice(_SETTINGS))
                return None
            case 3 if file.exists():
                file.write_text(f"{file.read_text()}# noqa\n")
            case _:
                file.write_text(self._text())
        return file

    def _text(self) -> str:
        kind = self.dice.choice((_HELPERS, _CALLERS))
        return self.dice.choice(kind).format(self.dice.randrange(1, 3), self.dice.choice(_NAMES))


def _settings(flags: dict[str, object]) -> Settings:
    return load(Path(), flags, {rule.code for rule in RULES})


def _told(outcome: Outcome) -> list[object]:
    return [*outcome.findings, *outcome.failures, *outcome.given_up, *outcome.read_in_part]


@pytest.mark.parametrize("part", range(_PARTS))
def test_findings_are_the_same_warm_and_cold(
    part: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache, "_MANY_FILES", 0)
    for number in range(part, _SEQUENCES, _PARTS):
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / "pyproject.toml").write_text("")
        monkeypatch.chdir(folder)
        edits = _Edits(random.Random(number), _settings({}))
        session = Session(edits.settings)
        for _ in range(_STEPS):
            before, changed = edits.settings, edits.step()
            if edits.settings is not before:
                session = Session(edits.settings)
            elif changed is not None:
                session.update(changed)
            _compare(edits.settings, session, edits.dice)


def _compare(settings: Settings, session: Session, dice: random.Random) -> None:
    store = Cache(Folder(Path(".jaxslice_cache")))
    there = sorted(Path().rglob("*.py"))
    given = dice.choice([[Path()], *([path] for path in there)])
    cold = run_paths(given, settings, fix=False)
    for _ in range(2):  # found, and looked up
        assert _told(run_paths(given, settings, fix=False, cache=store)) == _told(cold)
    assert not store.warnings
    if given != [Path()]:
        assert [*session.findings(given[0])] == [*cold.findings]
