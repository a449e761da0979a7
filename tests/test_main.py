"""`python -m jaxslice_lint` runs nothing of the folder that it is started in, as the console script does not."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from command_line import BAD, FIXED

import jaxslice_lint

_PACKAGE = Path(jaxslice_lint.__file__).parent
_EVIL = "from pathlib import Path\nPath('ran.txt').write_text(__name__)\nraise SystemExit(7)\n"
#: What the tool imports, and what its users' programs do. (What Python itself needs to start with `-m`, it has
#: imported before the tool is asked.)
_NAMES = (
    *("jax", "numpy", "flax", "click", "libcst", "rich", "pathspec", "tomli", "yaml"),
    *("ast", "tokenize", "json", "difflib", "dataclasses", "tempfile", "tomllib", "subprocess"),
    *("string", "random", "queue", "typing", "copy", "cProfile", "fixtures", "sitecustomize"),
)


def _run(
    folder: Path, *arguments: str, flags: tuple[str, ...] = (), **environment: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *flags, "-m", "jaxslice_lint", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(_PACKAGE.parent), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def _folder_of_traps(folder: Path) -> Path:
    for name in _NAMES:
        (folder / f"{name}.py").write_text(_EVIL, encoding="utf-8")
    (folder / "train.py").write_text(BAD, encoding="utf-8")
    return folder


@pytest.mark.parametrize("output_format", ["full", "concise", "json"])
def test_modules_of_the_working_folder_are_not_imported(tmp_path: Path, output_format: str) -> None:
    done = _run(_folder_of_traps(tmp_path), "--output-format", output_format, "train.py")
    assert (done.returncode, done.stderr) == (1, "")
    assert "JSL101" in done.stdout
    assert not (tmp_path / "ran.txt").exists()


def test_nor_are_they_by_a_fix(tmp_path: Path) -> None:
    done = _run(_folder_of_traps(tmp_path), "--fix", "train.py")
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "train.py").read_text(encoding="utf-8") == FIXED
    assert not (tmp_path / "ran.txt").exists()


def test_the_package_itself_may_lie_in_the_working_folder(tmp_path: Path) -> None:
    (tmp_path / "jaxslice_lint").symlink_to(_PACKAGE)
    done = _run(_folder_of_traps(tmp_path), "--fix", "train.py", PYTHONPATH="")
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "train.py").read_text(encoding="utf-8") == FIXED
    assert not (tmp_path / "ran.txt").exists()


def test_an_empty_entry_of_the_path_is_the_working_folder_as_well(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(BAD, encoding="utf-8")
    (tmp_path / "click.py").write_text(_EVIL, encoding="utf-8")
    packages = str(_PACKAGE.parent)
    for path in (f":{packages}", f"{packages}:", f"{packages}::{packages}"):
        assert _run(tmp_path, "train.py", PYTHONPATH=path).returncode == 1


def test_a_path_of_the_user_is_kept_where_python_adds_none(tmp_path: Path) -> None:
    """With `-P` the first place is not the working folder, although it may be the same one."""
    if sys.version_info < (3, 11):
        pytest.skip("Python 3.10 has no -P")
    (tmp_path / "train.py").write_text(BAD, encoding="utf-8")
    packages = tmp_path / "packages"
    packages.mkdir()
    (packages / "jaxslice_lint").symlink_to(_PACKAGE)
    (packages / "click.py").write_text(_EVIL, encoding="utf-8")
    for flags, more in ((("-P",), {}), ((), {"PYTHONSAFEPATH": "1"})):
        done = _run(packages, "../train.py", flags=flags, PYTHONPATH=str(packages), **more)
        assert done.returncode == 7, "what the user put on the path is imported"
