"""One reading of annotations for all who ask: for the fields of an argument, for what only users trace, for what could
be static, and for what is an array."""

from pathlib import Path

import pytest
from flow_programs import check
from programs import HEADER, findings_of

from jaxslice_lint.jax_model.model import DEFAULT
from jaxslice_lint.jax_model.taught import assumed
from jaxslice_lint.rules import Finding
from jaxslice_lint.source.text import Source

NAMES = """
import typing as ty
import chex, flax, numpy
from typing import Annotated, Literal, Optional, Tuple, Union
from jax import Array
from jaxtyping import Float, Int, PyTree
import numpy as np
from jax import Array as t
"""
ARRAYS = [
    *("Array", "jax.Array", "'Array'", "jnp.ndarray", "chex.PRNGKey", "np.ndarray", "t"),
    *("Float[Array, 'n']", "'Float[Array, \"n\"]'", "Annotated[Array, 'of numbers']"),
    *("'Array | None'", "Optional[Array]", "ty.Optional[Array]", "ty.Union[None, Array]"),
    *("jax.Array | np.ndarray | None", "Optional[Float[Array, 'n'] | Int[Array, 'n']]"),
]
NUMBERS = [
    *("int", "bool", "'int'", "Annotated[int, 'positive']", "Annotated['int | None', 1]"),
    *("Optional[int]", "ty.Optional[int]", "ty.Union[int, None]", "int | None", "'Optional[int]'"),
]
OTHERS = [
    *("float", "str", "Literal[1]", "list[int]", "Tuple[int, int]", "PyTree", "Missing", "'no ('"),
    *("int | str", "Optional[list[int]]", "ty.Optional['float']"),
]


def found(program: str) -> list[Finding]:
    return findings_of(Source(Path("program.py"), HEADER + NAMES + program))


def refused(annotation: str) -> str:
    """Why the parameter of a traced size with this annotation cannot be static; empty if it can."""
    program = f"@jax.jit\ndef f(x, n: {annotation}):\n    return jnp.sort(x[:n])\n"
    [finding] = found(program)
    return finding.no_fix


@pytest.mark.parametrize("annotation", NUMBERS)
def test_what_may_be_a_number_may_be_static(annotation: str) -> None:
    assert refused(annotation) == ""


@pytest.mark.parametrize("annotation", [*ARRAYS, *OTHERS, "int | Array"])
def test_what_is_no_number_is_not_made_static(annotation: str) -> None:
    assert "its annotation says that it is no number" in refused(annotation)


STORE = "@jax.jit\ndef f(x: {}):\n    x[0] = 1\n    return x\n"


@pytest.mark.parametrize("annotation", ARRAYS)
def test_what_is_an_array_takes_no_assignment(annotation: str) -> None:
    assert [one.code for one in found(STORE.format(annotation))] == ["JSL303"]


@pytest.mark.parametrize(
    "annotation", [*NUMBERS, *OTHERS, "Array | list[Array]", "list[Array]", "None"]
)
def test_what_may_be_a_container_may_take_an_assignment(annotation: str) -> None:
    assert found(STORE.format(annotation)) == []


def test_a_class_that_is_called_like_an_array_is_none() -> None:
    program = "class Array:\n    def __setitem__(self, key, value): ...\n"
    assert found(program + STORE.format("Array")) == []
    assert refused("chex.Array") != ""


@pytest.mark.parametrize("annotation", [one for one in ARRAYS if one != "np.ndarray"])
def test_an_array_that_only_users_pass_is_traced(annotation: str) -> None:
    """`None` has no elements: what is sliced by it is an array."""
    body = f"def f(x, i: {annotation}):\n    if i is not None:\n        x[i : i + 3]  # traced\n"
    check(NAMES + body, DEFAULT.extended(assumed=assumed(["program"])))


@pytest.mark.parametrize(
    "annotation",
    [
        *("np.ndarray | None | Array", "Union[Array, Union[np.ndarray, None]]"),
        *("Union[Array, Float[np.ndarray, 'n']]", "Annotated[np.ndarray, 'n'] | Array"),
    ],
)
def test_an_array_of_the_host_is_one_more_array_among_others(annotation: str) -> None:
    test_an_array_that_only_users_pass_is_traced(annotation)


def test_a_tree_may_name_its_structure() -> None:
    body = 'def f(x, at: {}):\n    return x[at["i"] :][:3]{}\n'
    model = DEFAULT.extended(assumed=assumed(["program"]))
    check(NAMES + body.format("PyTree[Array, 'T']", "  # traced"), model)
    check(NAMES + body.format("PyTree[int, 'T']", ""), model)


@pytest.mark.parametrize(
    "annotation",
    [
        *("S", "'S'", "'S | None'", "Annotated[S, 'state']", "Annotated['S', 1]"),
        *("ty.Optional[S]", "Union[S, None]", "Optional[Annotated[S, 1]]"),
    ],
)
def test_an_object_has_the_fields_of_its_class(annotation: str) -> None:
    body = f"""
@flax.struct.dataclass
class S:
    pos: Float[Array, ""]
    n: Annotated[int, "static"] = flax.struct.field(pytree_node=False)
@jax.jit
def f(x, s: {annotation}):
    x[: s.n]                   # static
    return x[s.pos : s.pos + 2]  # traced
"""
    check(NAMES + body)


@pytest.mark.parametrize("annotation", ["Float[Array, 'n']", "Array | None", "ty.Optional[int]"])
def test_what_has_no_fields_keeps_what_is_known_of_it(annotation: str) -> None:
    check(NAMES + f"@jax.jit\ndef f(x, i: {annotation}):\n    return x[i : i + 2]  # traced\n")
