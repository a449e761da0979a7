"""Folders and files of a project that are called like a library: an import of that name means the library."""

from pathlib import Path

import pytest
from command_line import BAD, lint
from module_programs import check, files_of, traced_lines

from jaxslice_lint.jax_model.model import DEFAULT, LIBRARIES
from jaxslice_lint.jax_model.schema import Assumed
from jaxslice_lint.source.project import Project
from jaxslice_lint.tracing import trace_project


@pytest.mark.parametrize("folder", ["server/jax", "jax", "src/jax", "docker/images/jax"])
def test_a_folder_without_init_never_stands_for_the_library(folder: str) -> None:
    check(f"""
## {folder}/backend.py
## server/layers.py
import jax

@jax.jit
def rows(x, i):
    return x[i : i + 2]  # traced
## server/main.py
import layers
""")


def test_a_folder_beside_the_script_never_stands_for_the_library() -> None:
    check("""
## scripts/jax/numpy.py
def argmax(x):
    return 0
## scripts/numpy/notes.py
## scripts/train.py
import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

@jax.jit
def best(x, start):
    k = np.minimum(x.shape[0], 8)
    return x[jnp.argmax(x) :] + x[k:]  # traced

def total(x):
    return lax.fori_loop(0, 3, lambda i, t: t + x[i : i + 2], 0.0)  # traced
""")


def test_a_folder_of_tests_never_stands_for_the_library() -> None:
    check("""
## tests/flax/shared.py
WIDTH = 4
## tests/flax/test_linen.py
from flax import linen as nn

class Crop(nn.Module):
    @nn.compact
    def __call__(self, x):
        i = self.param("i", nn.initializers.zeros, ())
        return x[i : i + 2]  # traced
## model.py
import flax.linen as nn

class Head(nn.Module):
    @nn.compact
    def __call__(self, x):
        n = self.param("n", nn.initializers.zeros, ())
        return x[:n]  # traced
""")


def test_a_folder_beneath_src_never_stands_for_the_library() -> None:
    files = files_of("""
## src/optax/notes.py
## src/training.py
import optax

def shift(params: optax.Params, n):
    return params["steps"][params["i"] :]  # traced
""")
    project = Project(files, roots=[Path("/project")], libraries=LIBRARIES)
    traced = trace_project(project, DEFAULT.extended(assumed=[Assumed("training")]))
    assert {name for name, _ in traced_lines(traced, files)} == {"training.py"}


def test_a_module_called_like_a_library_never_stands_for_it() -> None:
    check("""
## benchmarks/jax.py
import jax

@jax.jit
def window(x, i):
    return x[i : i + 2]  # traced
## benchmarks/run.py
import jax

@jax.jit
def head(x, n):
    return x[:n]  # traced
## tool.py
import jax

@jax.jit
def tail(x, n):
    return x[n:]  # traced
""")


def test_what_stands_in_such_a_folder_is_imported_from_beside_it() -> None:
    check("""
## server/jax/backend.py
def window(x, start):
    return x[start : start + 2]  # traced
## server/jax/numpy.py
def argmax(x, start):
    return x[start:]  # traced
## server/jax/layers.py
import jax
from . import numpy
from .backend import window

@jax.jit
def rows(x, i):
    return window(x, i) + numpy.argmax(x, i)
## server/__init__.py
""")


def test_a_package_of_that_name_is_the_library_itself() -> None:
    check("""
## flax/__init__.py
## flax/core/__init__.py
from .windows import window_of_ours
## flax/core/windows.py
def window_of_ours(x, start):
    return x[start : start + 2]  # traced
## examples/main.py
import jax
from flax.core import window_of_ours

@jax.jit
def rows(x, i):
    return window_of_ours(x, i)
""")


@pytest.mark.parametrize("name", ["program.py", "jax/program.py", "jax/numpy/program.py"])
def test_standard_input_beside_or_in_such_a_folder(tmp_path: Path, name: str) -> None:
    for folder in ("jax", "jax/numpy", "flax"):
        (tmp_path / folder).mkdir(exist_ok=True)
        (tmp_path / folder / "notes.py").touch()
    (tmp_path / "pyproject.toml").touch()
    done = lint(tmp_path, "--output-format", "concise", "--stdin-filename", name, "-", stdin=BAD)
    assert f"{name}:7:12: JSL101" in done.stdout


def test_the_top_of_a_project_may_import_from_itself(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").touch()
    (tmp_path / "cuts.py").write_text("def cut(x, i):\n    return x[i:i + 2]\n", "utf-8")
    main = "import jax\nfrom . import cuts\n\ncut = jax.jit(lambda x, i: cuts.cut(x, i))\n"
    (tmp_path / "main.py").write_text(main, "utf-8")
    done = lint(tmp_path, "--output-format", "concise")
    assert "cuts.py:2:12: JSL101" in done.stdout
    assert not done.stderr


def test_what_a_private_function_of_a_library_gives_is_not_known() -> None:
    check("""
    from jax._src.scipy.sparse.linalg import _shapes
    from jax.numpy import _sizes_of

    @jax.jit
    def head(b, x):
        return x[: _shapes(b)[0]], x[: _sizes_of(b)]  # static
    """)
