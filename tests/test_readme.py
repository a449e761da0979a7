"""The front page says what is true: its example, its table of rules and its defaults are those of the tool."""

import re
from dataclasses import replace
from pathlib import Path

from command_line import lint

from jaxslice_lint.jax_model.schema import Wrapper
from jaxslice_lint.rules import RULES
from jaxslice_lint.settings import load

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
CODES = [rule.code for rule in RULES]


def test_the_report_that_is_shown_is_the_one_that_is_printed() -> None:
    done = lint(ROOT, "examples/")
    assert done.returncode == 1
    assert f"```\n{done.stdout}```\n" in README


def test_the_table_of_rules_is_complete_and_says_which_have_a_rewrite() -> None:
    rows = re.findall(r"^\| (JSL\d+) \| .* \| (.*)\|$", README, re.MULTILINE)
    assert {code: bool(rewrite) for code, rewrite in rows} == {
        rule.code: rule.has_rewrite for rule in RULES
    }


def test_the_configuration_that_is_shown_holds_the_defaults(tmp_path: Path) -> None:
    block, _ = _configurations()
    (tmp_path / "pyproject.toml").write_text(block)
    shown = load(tmp_path, {}, CODES)
    assert replace(shown, root=Path()) == replace(
        load(tmp_path, {}, CODES, isolated=True), root=Path()
    )


def test_the_rows_that_are_shown_teach_what_is_said_of_them(tmp_path: Path) -> None:
    _, block = _configurations()
    (tmp_path / "pyproject.toml").write_text(block)
    model = load(tmp_path, {}, CODES).model
    assert model.is_static("mylib.utils.num_devices")
    assert model.assumption("mylib.ops.fft.shift")
    step = model.assumption("mylib.env.Env.step")
    assert step
    assert step.traced == {"state", "action"}
    row = model.transform("mylib.compile_step")
    assert isinstance(row, Wrapper)
    assert (row.position, row.static) == (1, ("config", "train"))


def _configurations() -> list[str]:
    return re.findall(r"```toml\n(.*?)```", README, re.DOTALL)
