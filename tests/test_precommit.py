"""The hooks as a user of pre-commit meets them: a real `pre-commit run` in a scratch git repository.

pre-commit would install the hooks from an index. The manifest is run as it is, except that `language` becomes `system`,
so that the installed command is used and the tests need no network.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from command_line import BAD, FIXED

yaml = pytest.importorskip("yaml")

MANIFEST = Path(__file__).parent.parent / ".pre-commit-hooks.yaml"


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with a staged bad file, whose pre-commit configuration holds the hooks of the manifest."""
    hooks = [{**hook, "language": "system"} for hook in yaml.safe_load(MANIFEST.read_text())]
    config = {"repos": [{"repo": "local", "hooks": hooks}]}
    (tmp_path / ".pre-commit-config.yaml").write_text(yaml.safe_dump(config))
    (tmp_path / "bad.py").write_text(BAD)
    (tmp_path / "notes.txt").write_text("x[i : i + 3]\n")
    for command in (["git", "init", "--quiet"], ["git", "add", "."]):
        subprocess.run(command, cwd=tmp_path, check=True)
    return tmp_path


def run_hook(repository: Path, hook: str) -> subprocess.CompletedProcess[str]:
    """`pre-commit run`, finding the command that is installed beside this Python."""
    scripts = Path(sys.executable).parent
    environment = {
        **os.environ,
        "PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}",
        "PRE_COMMIT_HOME": str(repository / ".git" / "pre-commit"),
        "PRE_COMMIT_COLOR": "never",
    }
    command = [sys.executable, "-m", "pre_commit", "run", hook]
    return subprocess.run(
        command, cwd=repository, env=environment, capture_output=True, text=True, check=False
    )


def test_the_manifest_is_valid() -> None:
    command = [sys.executable, "-m", "pre_commit", "validate-manifest", str(MANIFEST)]
    assert subprocess.run(command, check=False).returncode == 0


def test_both_hooks_are_installed_from_the_package_and_run_in_one_process() -> None:
    hooks = yaml.safe_load(MANIFEST.read_text())
    assert [hook["id"] for hook in hooks] == ["jaxslice-lint", "jaxslice-lint-fix"]
    assert all(hook["language"] == "python" and hook["require_serial"] for hook in hooks)


def test_the_check_hook_blocks_a_bad_file_and_leaves_it_alone(repository: Path) -> None:
    done = run_hook(repository, "jaxslice-lint")
    assert done.returncode == 1
    assert "JSL101" in done.stdout
    assert (repository / "bad.py").read_text() == BAD


def test_the_fix_hook_rewrites_a_bad_file_and_passes_the_second_time(repository: Path) -> None:
    assert run_hook(repository, "jaxslice-lint-fix").returncode == 1
    assert (repository / "bad.py").read_text() == FIXED
    subprocess.run(["git", "add", "bad.py"], cwd=repository, check=True)
    for hook in ("jaxslice-lint-fix", "jaxslice-lint"):
        assert run_hook(repository, hook).returncode == 0


def test_a_hook_respects_exclusions_although_pre_commit_names_the_files(repository: Path) -> None:
    (repository / "pyproject.toml").write_text(
        '[tool.jaxslice-lint]\nextend-exclude = ["bad.py"]\n'
    )
    assert run_hook(repository, "jaxslice-lint").returncode == 0
