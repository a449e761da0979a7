"""Files that trace objects of a base class: they reach the methods of classes in files that they never import."""

import pytest
from module_programs import check

BASE = """
## base.py
import abc
from typing import Generic, TypeVar
T = TypeVar("T")
class Env(abc.ABC, Generic[T]):
    @abc.abstractmethod
    def step(self, x, i): ...

## middle.py
from base import Env as Environment
class Timed(Environment): pass

## run.py
import jax
from base import Env
def rollout(env: Env, x, i):
    return jax.jit(env.step)(x, i)
"""


@pytest.mark.parametrize(
    ("imported", "base"),
    [
        ("from base import Env", "Env"),
        ("from base import Env", "Env[int]"),
        ("from base import (\n    Env as E,\n)", "object, E"),
        ("import base", "base.Env"),
        ("from middle import Timed", "Timed"),
        ("import middle", "middle.Timed"),
    ],
)
def test_a_method_is_traced_through_its_base_class(imported: str, base: str) -> None:
    check(
        f"""{BASE}
## maze.py
import jax.numpy as jnp
{imported}
class Maze({base}):
    def step(self, x, i):
        return jnp.sin(x)[i:i + 2]  # traced
"""
    )
