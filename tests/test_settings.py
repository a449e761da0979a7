"""Configuration: where it is found, how its layers combine, and what is refused."""

from pathlib import Path

import pytest

from jaxslice_lint.jax_model.model import DEFAULT
from jaxslice_lint.jax_model.schema import Assumed, Caller, Wrapper
from jaxslice_lint.settings import ConfigError, load

KNOWN = ["JSL101", "JSL102", "JSL103", "JSL901", "JSL902"]


def configured(folder: Path, table: str) -> Path:
    (folder / "pyproject.toml").write_text(f"[tool.jaxslice-lint]\n{table}\n")
    return folder


def test_every_rule_is_on_without_configuration(tmp_path: Path) -> None:
    settings = load(tmp_path, {}, KNOWN)
    assert settings.codes == set(KNOWN)
    assert (settings.fix, settings.fix_style, settings.output_format) == (False, "lax", "full")


def test_the_nearest_table_is_used_and_files_without_one_are_passed_over(tmp_path: Path) -> None:
    configured(tmp_path, 'fix-style = "ds"')
    (tmp_path / "pkg").mkdir()
    (tmp_path / "pkg" / "pyproject.toml").write_text("[project]\nname = 'x'\n")
    settings = load(tmp_path / "pkg", {}, KNOWN)
    assert settings.fix_style == "ds"
    assert settings.root == tmp_path


def test_a_line_length_of_our_own_table_is_read(tmp_path: Path) -> None:
    configured(tmp_path, "line-length = 100")
    assert load(tmp_path, {}, KNOWN).line_length == 100


def test_isolated_ignores_files(tmp_path: Path) -> None:
    configured(tmp_path, 'fix-style = "ds"')
    assert load(tmp_path, {}, KNOWN, isolated=True).fix_style == "lax"


def test_a_named_file_replaces_the_nearest(tmp_path: Path) -> None:
    configured(tmp_path, "fix = true")
    (tmp_path / "other.toml").write_text('output-format = "json"\n')
    settings = load(tmp_path, {}, KNOWN, config=[str(tmp_path / "other.toml")])
    assert (settings.fix, settings.output_format) == (False, "json")


def test_a_pair_beats_the_file_and_a_flag_beats_the_pair(tmp_path: Path) -> None:
    configured(tmp_path, 'output-format = "json"\nfix = true')
    config = ['output-format = "concise"', "fix = false"]
    assert load(tmp_path, {}, KNOWN, config=config).output_format == "concise"
    settings = load(tmp_path, {"output-format": "full"}, KNOWN, config=config)
    assert (settings.output_format, settings.fix) == ("full", False)


def test_exclusions_add_up(tmp_path: Path) -> None:
    configured(tmp_path, 'exclude = ["old"]\nextend-exclude = ["gen"]')
    settings = load(tmp_path, {"extend-exclude": ["tmp"]}, KNOWN)
    assert (settings.exclude, settings.extend_exclude) == (("old",), ("gen", "tmp"))


@pytest.mark.parametrize(
    ("table", "flags", "enabled"),
    [
        ('select = ["JSL101"]', {}, {"JSL101"}),
        ('select = ["JSL1"]\nignore = ["JSL103"]', {}, {"JSL101", "JSL102"}),
        ('select = ["JSL101"]\nignore = ["JSL1"]', {}, {"JSL101"}),
        ('select = ["ALL"]\nignore = ["JSL9"]', {}, {"JSL101", "JSL102", "JSL103"}),
        ('select = ["JSL101"]\nextend-select = ["JSL901"]', {}, {"JSL101", "JSL901"}),
        ('select = ["JSL1"]', {"ignore": ["JSL101"]}, {"JSL102", "JSL103"}),
        ('ignore = ["JSL101"]', {"select": ["JSL101"]}, {"JSL101"}),
        ('select = ["JSL101"]', {"extend-select": ["JSL902"]}, {"JSL101", "JSL902"}),
        ('ignore = ["ALL"]', {}, set()),
    ],
)
def test_selectors_combine_as_in_ruff(
    tmp_path: Path, table: str, flags: dict[str, list[str]], enabled: set[str]
) -> None:
    assert load(configured(tmp_path, table), flags, KNOWN).codes == enabled


def test_rules_are_ignored_by_file(tmp_path: Path) -> None:
    table = '[tool.jaxslice-lint.per-file-ignores]\n"tests/*" = ["JSL1"]\n"gen.py" = ["ALL"]'
    settings = load(configured(tmp_path, table), {}, KNOWN)
    assert settings.enabled(tmp_path / "tests" / "a.py") == {"JSL901", "JSL902"}
    assert settings.enabled(tmp_path / "pkg" / "gen.py") == set()
    assert settings.enabled(tmp_path / "pkg" / "a.py") == set(KNOWN)


@pytest.mark.parametrize(
    "text",
    [
        '[tool."jaxslice-lint"]\nfix = true\n',
        "[tool]\njaxslice-lint.fix = true\n",
        "tool = {jaxslice-lint = {fix = true}}\n",
    ],
)
def test_the_table_is_found_however_toml_lets_it_be_written(tmp_path: Path, text: str) -> None:
    (tmp_path / "pyproject.toml").write_text(text)
    assert load(tmp_path, {}, KNOWN).fix


def test_a_project_that_only_depends_on_the_tool_is_passed_over(tmp_path: Path) -> None:
    configured(tmp_path, "fix = true")
    (tmp_path / "pkg").mkdir()
    (tmp_path / "pkg" / "pyproject.toml").write_text('tool = 1\ndev = ["jaxslice-lint"]\n')
    assert load(tmp_path / "pkg", {}, KNOWN).fix


def test_an_error_has_the_line_of_our_table_and_not_of_another_tools(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(
        '[tool.ruff]\nselect = ["E"]\n[tool.jaxslice-lint]\nselect = ["E"]\n'
    )
    with pytest.raises(ConfigError, match=r"pyproject.toml:4: `select`"):
        load(tmp_path, {}, KNOWN)


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ("selct = []", ":2: unknown key `selct` (did you mean `select`?)"),
        ("select = 'ALL'", ":2: `select` must be a list of strings"),
        ("\nignore = [1]", ":3: `ignore` must be a list of strings"),
        ('select = ["JSL7"]', ":2: `select`: unknown rule selector `JSL7`"),
        ('select = [""]', ":2: `select`: unknown rule selector ``"),
        ("fix = 'yes'", ":2: `fix` must be true or false"),
        ('fix-style = "np"', ':2: `fix-style` must be one of "lax", "ds"'),
        ("line-length = 0", ":2: `line-length` must be a number from 1 to 320"),
        ("line-length = true", ":2: `line-length` must be a number from 1 to 320"),
        ("fix-style = []", ':2: `fix-style` must be one of "lax", "ds"'),
        ("per-file-ignores = []", ":2: `per-file-ignores` must be a table"),
        ('per-file-ignores = {"a.py" = "JSL1"}', ":2: `a.py` in `per-file-ignores` must be a list"),
        ("codes = []", ":2: unknown key `codes`"),
        ("transforms = 'jax.jit'", ":2: `transforms` must be a table of dotted paths"),
        (
            'transforms = {"a.jit" = "jax.jitt"}',
            ":2: `transforms`: `a.jit`: `jax.jitt` is no transform that is known",
        ),
        (
            '[tool.jaxslice-lint.transforms]\n"a.jit" = "jax.jit"\n"a.b" = 1',
            ":4: `transforms`: `a.b` must be the path of a transform, or a table",
        ),
        (
            '[tool.jaxslice-lint.transforms]\na.jit = "jax.jit"',
            ':3: `transforms`: `a` must be a dotted path in quotes, such as "mylib.jit"',
        ),
        (
            'transforms = {"a.b" = {fun = 1}}',
            "`a.b`: unknown key `fun` (known are `function`, `static`, `static-argnums`, `static-argnames`)",
        ),
        ('transforms = {"a.b" = {function = -1}}', "`function` must be the name of an argument"),
        ('transforms = {"a.b" = {function = true}}', "`function` must be the name of an argument"),
        (
            'transforms = {"a.b" = {static-argnums = "a b"}}',
            "`static-argnums` must be the name of an argument, or its position, counted from 0",
        ),
        (
            'transforms = {"a.b" = {static = "k"}}',
            "`a.b`: `static` must be a list of parameters, by name or number",
        ),
        (
            'transforms = {"a.b" = {function = 1, static-argnums = 1}}',
            "`a.b`: one argument cannot be two things",
        ),
        ("static-functions = 'a.b'", ":2: `static-functions` must be a list of strings"),
        ('static-functions = ["len"]', ":2: `static-functions`: `len` must be a dotted path"),
        (
            'assume-traced = [\n  "a.ops",\n  "a.ops.*",\n]',
            ":4: `assume-traced`: `a.ops.*` must be a path such as",
        ),
        ('assume-traced = ["a.f()"]', ":2: `assume-traced`: `a.f()` must be a path such as"),
        ('assume-traced = ["a.f(1)"]', ":2: `assume-traced`: `a.f(1)` must be a path such as"),
        ('assume-traced = ["a.f(x"]', ":2: `assume-traced`: `a.f(x` must be a path such as"),
        ('assume-traced = ["a..f"]', ":2: `assume-traced`: `a..f` must be a path such as"),
        ("fix = ", "not valid TOML"),
    ],
)
def test_what_cannot_be_used_is_refused_with_file_and_line(
    tmp_path: Path, table: str, message: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        load(configured(tmp_path, table), {}, KNOWN)
    assert str(caught.value).startswith(str(tmp_path / "pyproject.toml"))
    assert message in str(caught.value)


def test_what_a_project_teaches_becomes_rows_of_its_model(tmp_path: Path) -> None:
    table = """
        static-functions = ["mylib.utils.lanes"]
        assume-traced = ["mylib.ops", "mylib.env.Env.step(state, action)"]
        [tool.jaxslice-lint.transforms]
        "mylib.scan" = "jax.lax.scan"
        "mylib.step" = {function = 1, static = ["config", 2]}
    """
    model = load(configured(tmp_path, table), {}, KNOWN).model
    scan, step = model.transform("mylib.scan"), model.transform("mylib.step")
    assert isinstance(scan, Caller)
    assert scan.options[:3] == ("f", "init", "xs")
    assert isinstance(step, Wrapper)
    assert (step.position, step.static) == (1, ("config", 2))
    assert model.is_static("mylib.utils.lanes")
    assert model.assumption("mylib.ops.fft.shift") == Assumed("mylib.ops.fft.shift")
    assumption = model.assumption("mylib.env.Env.step")
    assert assumption is not None
    assert assumption.traced == {"state", "action"}
    assert model.assumption("mylib.env.Env.reset") is None
    assert model.assumption("mylib.opsy") is None


def test_a_pair_teaches_as_well(tmp_path: Path) -> None:
    config = ['transforms."mylib.jit" = "jax.jit"', 'assume-traced = ["ops"]']
    model = load(tmp_path, {}, KNOWN, config=config).model
    assert model.transform("mylib.jit") is not None
    assert model.assumption("ops.window") is not None


def test_a_pair_may_be_longer_than_the_name_of_a_file(tmp_path: Path) -> None:
    names = [f"mylib.operations.number_{number}" for number in range(20)]
    model = load(tmp_path, {}, KNOWN, config=[f"assume-traced = {names}"]).model
    assert model.assumption(names[-1]) is not None


def test_nothing_taught_is_the_model_of_everybody(tmp_path: Path) -> None:
    model = load(tmp_path, {}, KNOWN).model
    assert model.transforms == DEFAULT.transforms
    assert model.static_functions == DEFAULT.static_functions


def test_isolated_and_a_file_exclude_each_other(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="exclude each other"):
        load(tmp_path, {}, KNOWN, config=["x.toml"], isolated=True)
