"""The command of the fuzzer: what it counts, shows, keeps, and makes small."""

import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "benchmarks"))

import fuzz.run
from fuzz.judge import CRASH, judge
from fuzz.program import Program
from fuzz.shrink import shrunk
from fuzz.tool import Mode, Report, Tool

TRACED = """import jax
import jax.numpy as jnp


@jax.jit
def window(x, i):
    return x[i:i + 2].sum()


print(window(jnp.arange(9.0), 3))
"""


def finds_nothing(files: Mapping[str, str], _: Mode) -> Report:
    return Report(files, (), 0, ())


def crashes_at_windows(files: Mapping[str, str], _: Mode) -> Report:
    failures = ["internal error"] if "x[i:i + 2]" in "".join(files.values()) else []
    return Report(files, (), 0, tuple(failures))


def test_a_failing_program_is_made_small() -> None:
    text = TRACED.replace("print", "other = jnp.ones(3)\nprint(other)\nprint")
    small = shrunk(Program(0, {"cuts.py": "", "train.py": text}), CRASH, crashes_at_windows)
    assert list(small.files) == ["train.py"]
    assert "x[i:i + 2]" in small.files["train.py"]
    assert "other" not in small.files["train.py"]


@pytest.mark.parametrize(("tool", "status"), [(finds_nothing, 0), (crashes_at_windows, 1)])
def test_the_command_counts_shows_and_keeps(
    tool: Tool,
    status: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    program = Program(7, {"train.py": TRACED})
    monkeypatch.setattr(
        fuzz.run, "campaign", lambda seeds, _: (judge(program, tool) for _ in seeds)
    )
    monkeypatch.setattr(sys, "argv", ["run.py", "--programs", "1", "--keep", str(tmp_path)])
    with pytest.raises(SystemExit) as ended:
        fuzz.run.main()
    shown = capsys.readouterr().out
    assert ended.value.code == status
    assert "| programs | 1 |" in shown
    assert f"| crash | {status} |" in shown
    assert ("## Seed 7: crash" in shown) == bool(status)
    assert [path.name for path in tmp_path.iterdir()] == ["crash_7"] * status
