"""Slices that are traced through imports: what a module means by a name, and what it must not be taken for."""

import pytest
from module_programs import check

HELPER = """
def window(x, start, size):
    return x[start : start + size]  # traced
"""
CALLER = """
import functools, jax
{0}

@functools.partial(jax.jit, static_argnums=2)
def step(x, i, k):
    return {1}(x, i, k)
"""


def program(layout: str, statement: str, spelled: str, caller: str = "main.py") -> str:
    """A helper at `layout`, and a jitted function that imports it and calls it as `spelled`."""
    inits = "".join(f"## {path}\n" for path in layout.split()[1:])
    return (
        f"## {layout.split()[0]}\n{HELPER}\n{inits}## {caller}\n{CALLER.format(statement, spelled)}"
    )


@pytest.mark.parametrize(
    ("layout", "statement", "spelled"),
    [
        ("ops.py", "import ops", "ops.window"),
        ("ops.py", "import ops as o", "o.window"),
        ("ops.py", "from ops import window", "window"),
        ("ops.py", "from ops import window as w", "w"),
        ("ops.py", "from ops import (\n    window,  # cut\n)", "window"),
        ("ops.py", "from ops import *", "window"),
        ("pkg/ops.py pkg/__init__.py", "import pkg.ops", "pkg.ops.window"),
        ("pkg/ops.py pkg/__init__.py", "import pkg.ops as o", "o.window"),
        ("pkg/ops.py pkg/__init__.py", "from pkg import ops", "ops.window"),
        ("pkg/ops.py pkg/__init__.py", "from pkg.ops import window", "window"),
        ("pkg/ops.py", "from pkg.ops import window", "window"),
        ("pkg/sub/ops.py pkg/__init__.py pkg/sub/__init__.py", "import pkg.sub.ops", "pkg.sub.ops.window"),
        ("src/pkg/ops.py src/pkg/__init__.py", "from pkg.ops import window", "window"),
        ("src/pkg/ops.py", "from pkg.ops import window", "window"),
        ("ops.py", "try:\n    from ops import window\nexcept ImportError:\n    window = None", "window"),
        ("ops.py", "from typing import TYPE_CHECKING\nif TYPE_CHECKING: from ops import window", "window"),
        ("ops.py", "import importlib\nops = importlib.import_module('ops')", "ops.window"),
    ],
)  # fmt: skip
def test_an_absolute_import_is_followed(layout: str, statement: str, spelled: str) -> None:
    check(program(layout, statement, spelled))


@pytest.mark.parametrize(
    ("statement", "spelled"),
    [
        ("from .ops import window", "window"),
        ("from . import ops", "ops.window"),
        ("from ..pkg.ops import window", "window"),
        ("from .ops import *", "window"),
    ],
)
def test_a_relative_import_is_followed(statement: str, spelled: str) -> None:
    layout = "top/pkg/ops.py top/__init__.py top/pkg/__init__.py"
    check(program(layout, statement, spelled, caller="top/pkg/main.py"))


def test_a_module_of_a_package_imports_the_module_of_the_project_and_not_its_sibling() -> None:
    check("""
## ops.py
def window(x, start, size):
    return x[start : start + size]  # traced
## pkg/__init__.py
## pkg/ops.py
def window(x, start, size):
    return x[: size]
## pkg/main.py
import jax
import ops

@jax.jit
def step(x, i):
    return ops.window(x, i, 2)
""")


def test_a_script_imports_its_siblings_before_the_modules_of_the_project() -> None:
    check("""
## ops.py
def window(x, start, size):
    return x[: size]
## scripts/ops.py
def window(x, start, size):
    return x[start : start + size]  # traced
## scripts/main.py
import jax
from ops import window
jax.jit(window, static_argnums=2)
""")


def test_a_package_hands_on_what_its_modules_define() -> None:
    check("""
## pkg/__init__.py
from .inner import window as cut, head
from .inner.ops import *
__all__ = ["cut"]
## pkg/inner/__init__.py
from pkg.inner.ops import window, head
## pkg/inner/ops.py
def window(x, start):
    return x[start : start + 2]  # traced
def head(x, n):
    return x[: n]
## main.py
import jax, pkg
jax.jit(pkg.cut)
""")


def test_modules_that_import_each_other_in_a_circle() -> None:
    check("""
## a.py
import jax
import b
from b import take

def size(x):
    return 3

@jax.jit
def f(x, i):
    return take(x, i) + b.take(x, i)
## b.py
from a import size
import a

def take(x, i):
    return x[i : i + size(x)] + x[i : i + a.size(x)]  # traced
""")


def test_names_imported_in_a_circle_from_each_other_are_unknown() -> None:
    check("""
## a.py
import jax
from b import size

@jax.jit
def f(x):
    return x[: size(x)]
## b.py
from a import size
""")


def test_a_name_is_imported_inside_a_function() -> None:
    check("""
## ops.py
def window(x, start):
    return x[start : start + 2]  # traced
## main.py
import jax

def f(x, i):
    from ops import window
    return window(x, i)

jax.vmap(f, in_axes=(None, 0))
""")


def test_a_package_that_loads_its_names_lazily() -> None:
    check("""
## pkg/__init__.py
import importlib
_PLACES = {"window": "ops"}

def __getattr__(name):
    return getattr(importlib.import_module(f".{_PLACES[name]}", __name__), name)
## pkg/ops.py
def window(x, start):
    return x[start : start + 2]  # traced
## main.py
import jax, pkg
jax.jit(pkg.window)
""")


def test_a_body_is_handed_to_a_loop_of_another_module() -> None:
    check("""
## loops.py
from jax import lax

def repeat(body, count, x):
    return lax.fori_loop(0, count, body, x)
## main.py
from loops import repeat

def smooth(i, x):
    return x.at[i : i + 2].set(x[i : i + 2].mean())  # traced

def run(x):
    return repeat(smooth, 4, x)
""")


def test_an_instance_made_in_one_module_is_traced_in_another() -> None:
    check("""
## model.py
class Model:
    def __init__(self, width, offset):
        self.width, self.offset = width, offset

    def __call__(self, x, start):
        y = x[self.offset : self.width]
        return y + x[start : start + self.width]  # traced
## train.py
import jax
from model import Model

model = Model(3, 1)
step = jax.jit(lambda x, i: model(x, i))
""")


def test_an_override_in_another_module_is_reached_from_the_jitted_method_of_its_base() -> None:
    check("""
## base.py
import jax
from functools import partial

class Environment:
    @partial(jax.jit, static_argnums=0)
    def step(self, state, action):
        return self.step_env(state, action)

    def step_env(self, state, action):
        raise NotImplementedError
## maze.py
from base import Environment

class Maze(Environment):
    width = 5

    def step_env(self, state, action):
        return state[: self.width] + state[action : action + self.width]  # traced
""")


def test_a_name_of_another_module_is_not_taken_for_that_of_the_project() -> None:
    check("""
## host.py
def window(x, start):
    return x[start : start + 2]
## device.py
def window(x, start):
    return x[start : start + 2]  # traced
## main.py
import jax, host, device

@jax.jit
def f(x, i):
    return device.window(x, i)

def g(x):
    return host.window(x, 3)
""")


def test_a_module_of_the_project_does_not_hide_one_of_the_standard_library() -> None:
    check("""
## pkg/__init__.py
## pkg/math.py
def floor(n):
    import jax.numpy as jnp
    return jnp.floor(n)
## pkg/main.py
import jax, math

@jax.jit
def f(x):
    return x[: math.floor(3.5)]
""")


def test_a_folder_named_like_a_library_does_not_hide_it() -> None:
    check("""
## jax/notes.py
## main.py
import jax

@jax.jit
def f(x, i):
    return x[i : i + 2]  # traced
""")


def test_what_is_static_in_every_call_from_other_modules_is_not_found() -> None:
    check("""
## ops.py
def head(x, n):
    return x[: n]
## main.py
import jax
from functools import partial
from ops import head
from config import WIDTH

@partial(jax.jit, static_argnames="k")
def f(x, k):
    return head(x, k) + head(x, x.shape[0] // 2) + head(x, WIDTH)
## config.py
WIDTH = 8
""")


def test_the_tables_answer_for_a_library_whose_source_is_analysed() -> None:
    check("""
## equinox/__init__.py
from ._jit import filter_jit
## equinox/_jit.py
import jax
def filter_jit(fun):
    return jax.jit(fun)
## main.py
import equinox as eqx

@eqx.filter_jit
def f(x, n: int):
    return x[: n]

f(1.0, 3)
""")


def test_a_base_class_that_knows_none_of_its_subclasses_reaches_their_overrides() -> None:
    check("""
        ## base.py
        from functools import partial
        import jax

        class Env:
            def step_env(self, state, action):
                raise NotImplementedError

            @partial(jax.jit, static_argnums=0)
            def step(self, state, action):
                return self.step_env(state, action)

        ## grid.py
        import jax.numpy as jnp
        from base import Env

        x = jnp.arange(9)

        class Grid(Env):
            def __init__(self, k):
                self.k = k

            def step_env(self, state, action):
                start = x[: self.k]
                return x[action : action + self.k]  # traced

        class Eager(Env):
            def step(self, state, action):
                return self.step_env(state, action)

            def step_env(self, state, action):
                return x[action : action + 2]
    """)


def test_a_function_of_a_longer_module_is_jitted_by_a_shorter_one() -> None:
    padding = "\n" * 40
    check(f"""
## ops.py
{padding}
def window(x, start):
    return x[start : start + 2]  # traced
## main.py
import jax
from ops import window

@jax.jit
def f(x):
    step = jax.jit(window)
    return x
""")


@pytest.mark.parametrize(
    "statement", ["from pkg import ops", "from pkg import ops as ops", "from . import ops"]
)
def test_a_package_may_import_its_module_from_itself(statement: str) -> None:
    text = program("pkg/ops.py", "from pkg import ops", "ops.window")
    check(f"{text}\n## pkg/__init__.py\n{statement}\n")
