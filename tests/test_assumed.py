"""Functions that only users of a library trace: what `assume-traced` and annotations make traced, static, or neither.

The module under test is `program`.
"""

from pathlib import Path
from textwrap import dedent

import pytest
from flow_programs import HEADER, check
from programs import sites_of

from jaxslice_lint.jax_model.model import DEFAULT, Model
from jaxslice_lint.jax_model.taught import assumed
from jaxslice_lint.source.text import Source

LIBRARIES = """
import chex, jaxtyping, optax, typing, collections.abc
from chex import Array
from flax import struct
from jaxtyping import Float, Int, PyTree
from typing import Annotated, Any, Callable, Literal, Optional, Tuple, Union
"""


def assume(*entries: str) -> Model:
    return DEFAULT.extended(assumed=assumed(entries))


def test_a_function_that_nobody_calls_is_not_traced_unless_that_is_said() -> None:
    body = "def f(x: jax.Array, i: jax.Array):\n    return x[i : i + 3]\n"
    check(body)
    check(body, assume("other", "program.g", "programs"))
    check(body.replace("3]", "3]  # traced"), assume("program.f"))


@pytest.mark.parametrize(
    "annotation",
    [
        *("jax.Array", "jnp.ndarray", "chex.Array", "Array", "'Array'", "jaxtyping.Array"),
        *("Int[Array, 'n']", "Float[jax.Array, '...']", "chex.PRNGKey", "Annotated[Array, 'm']"),
        *("Union[jax.Array, jnp.ndarray]", "Union[Array, np.ndarray]", "jax.Array | np.ndarray"),
    ],
)
def test_an_array_is_traced(annotation: str) -> None:
    body = f"def f(x, i: {annotation}):\n    return x[i : i + 3]  # traced\n"
    check(LIBRARIES + dedent(body), assume("program"))


@pytest.mark.parametrize(
    "annotation", ["bool", "str", "tuple", "tuple[()]", "Callable[[int], int]", "Literal[1]"]
)
def test_what_no_transform_traces_is_static(annotation: str) -> None:
    body = f"def f(x: Array, i: {annotation}):\n    return x[i : i + 3]  # static\n"
    check(LIBRARIES + dedent(body), assume("program"))
    assert statuses(LIBRARIES + body) == {"static"}


@pytest.mark.parametrize(
    "annotation",
    [
        *("int", "float", "Any", "object", "'no type ('", "np.ndarray", "Optional[np.ndarray]"),
        *("chex.Numeric", "jax.typing.ArrayLike", "int | jax.Array", "Optional[int]", "list[int]"),
        *("Missing", "typing.TypeVar('T')", "PyTree[int]"),
    ],
)
def test_what_may_be_a_python_number_is_neither(annotation: str) -> None:
    body = f"def f(x: Array, i: {annotation}):\n    return x[i : i + 3]\n"
    check(LIBRARIES + dedent(body), assume("program"))
    assert statuses(LIBRARIES + body) == {"unknown"}


def test_a_parameter_without_annotation_is_neither() -> None:
    assert statuses("def f(x, i, n=3):\n    return x[i : i + n]\n") == {"unknown"}


def statuses(body: str) -> set[str]:
    """What is said of the starts of the slices in the module `program`, all of which is assumed to be traced."""
    sites = sites_of(Source(Path("program.py"), HEADER + body), assume("program"))
    return {element.start.status.value for site in sites for element in site.elements}


def test_a_named_parameter_is_traced_whatever_its_annotation_says() -> None:
    body = """
    def window(x, start: int, size: int):
        x[:size]
        return x[start : start + size]  # traced
    """
    check(body, assume("program.window(start)"))
    check(body, assume("program", "program.window(start)"))


def test_a_window_of_a_size_that_may_be_static_has_a_rewrite() -> None:
    body = "def f(x: jax.Array, i: jax.Array, n: int = 3):\n    return x[i : i + n]\n"
    (site,) = sites_of(Source(Path("program.py"), HEADER + body), assume("program"))
    assert site.elements[0].window is not None
    assert not site.cut_off


def test_the_trace_path_begins_at_the_function_and_says_who_traces_it() -> None:
    body = "def f(x: jax.Array, i: jax.Array):\n    return g(x, i)\ndef g(x, i):\n    return x[i : i + 3]\n"
    (site,) = sites_of(Source(Path("program.py"), HEADER + body), assume("program.f"))
    assert [step.note for step in site.trace_path] == [
        "`assume-traced` says that `f` is traced",
        "`f` calls `g`",
    ]
    assert site.trace_path[0].span.line == HEADER.count("\n") + 1


def test_a_tuple_of_arrays_is_traced_and_one_of_numbers_is_a_shape() -> None:
    body = """
    def f(x: Array, pair: Tuple[Array, int], many: tuple[Array, ...], shape: tuple[int, ...]):
        i, n = pair
        x[i : i + 3]                # traced
        x[n : n + 3]
        x[many[0] : many[1]]        # traced
        return x[shape[0] : shape[0] + 3]  # static
    """
    check(LIBRARIES + dedent(body), assume("program"))


def test_two_items_of_a_dict_of_arrays_are_not_one_value() -> None:
    body = """
    def f(x: Array, at: dict[str, Array]):
        return x[at["from"] : at["to"]]  # traced
    """
    check(LIBRARIES + dedent(body), assume("program"))
    source = Source(Path("program.py"), HEADER + LIBRARIES + dedent(body))
    (site,) = sites_of(source, assume("program"))
    assert site.elements[0].window is None


@pytest.mark.parametrize(
    "annotation", ["chex.ArrayTree", "PyTree", "PyTree[Array]", "optax.Params"]
)
def test_the_leaves_of_a_tree_of_arrays_are_traced(annotation: str) -> None:
    body = f'def f(x: Array, tree: {annotation}):\n    return x[tree["i"] :][:3]  # traced\n'
    check(LIBRARIES + dedent(body), assume("program"))


def test_an_optional_array_is_none_or_traced() -> None:
    body = """
    def f(x: Array, i: Optional[Array] = None, j: Array = None):
        if j is None:
            return x
        x[j : j + 3]      # traced
        if i is not None:
            x[i : i + 3]  # traced
        return x[i:]
    """
    check(LIBRARIES + dedent(body), assume("program"))


def test_fields_of_a_pytree_are_what_their_annotations_say() -> None:
    body = """
    @struct.dataclass
    class State:
        pos: jax.Array
        time: int
        window: tuple = struct.field(pytree_node=False)
    class Carry(NamedTuple):
        state: State
        parent: "Carry"
        done: bool
    def f(x, state: State, carry: Carry):
        x[state.time : state.time + 3]
        x[: state.window[0]]           # static
        x[state.pos : state.pos + 3]   # traced
        x[carry.state.pos :][:3]       # traced
        x[: carry.parent.state.pos]
        return x[: carry.done]         # static
    """
    check(LIBRARIES + dedent(body), assume("program"))


def test_all_data_of_a_named_pytree_is_traced() -> None:
    body = """
    @struct.dataclass
    class State:
        time: int
        width: int = struct.field(pytree_node=False)
    def f(x, state: State):
        x[: state.width]                       # static
        return x[state.time : state.time + 3]  # traced
    """
    check(LIBRARIES + dedent(body), assume("program.f(state)"))


def test_a_class_stands_for_its_methods_and_self_is_not_traced() -> None:
    body = """
    class Env:
        def __init__(self, table: jax.Array, first: jax.Array):
            self.width = 3
            self.table = table[first : first + 3]
        def step(self, x: jax.Array, i: jax.Array):
            x[: self.width]                # static
            self.last = i
            return x[i : i + self.width]   # traced
        def other(self, x: jax.Array):
            return x[self.last :][:3]
        @staticmethod
        def helper(x: jax.Array, i: jax.Array):
            return x[i : i + 3]            # traced
        @classmethod
        def make(cls, x: jax.Array, i: jax.Array):
            return x[i : i + 3]            # traced
    """
    check(body, assume("program.Env"))


def test_one_method_may_be_named_with_its_parameters() -> None:
    body = """
    class Env:
        def step(self, x, i: int):
            return x[i : i + 3]  # traced
        def reset(self, x, i: int):
            return x[i : i + 3]
    """
    check(body, assume("program.Env.step(i)"))


def test_a_constructor_is_traced_only_if_its_parameters_are_named() -> None:
    body = """
    class Table:
        def __init__(self, x: jax.Array, n: jax.Array):
            self.x = x[:n]
    """
    check(body, assume("program"))
    check(body.replace("[:n]", "[:n]  # traced"), assume("program.Table.__init__(n)"))


def test_a_helper_made_inside_a_function_is_reached_through_it_alone() -> None:
    body = """
    def f(x: jax.Array, i: jax.Array):
        def inner(x: jax.Array, j: jax.Array):
            return x[j : j + 3]  # static
        return inner(x, 2)
    """
    check(body, assume("program"))


def test_a_jitted_function_keeps_its_static_parameters() -> None:
    body = """
    @functools.partial(jax.jit, static_argnames="k")
    def f(x: jax.Array, i: int, k: jax.Array):
        x[:k]                # static
        return x[i : i + 3]  # traced
    f(jnp.ones(9), 1, 2)
    """
    check(body, assume("program"))


def test_a_function_with_derivative_rules_is_traced() -> None:
    body = """
    @functools.partial(jax.custom_vjp, nondiff_argnums=(2,))
    def f(x: jax.Array, i: jax.Array, width: int):
        return x[i : i + width]  # traced
    """
    check(body, assume("program"))


def test_a_function_that_the_program_calls_outside_a_trace_is_assumed_too() -> None:
    body = (
        "def f(x: jax.Array, i: jax.Array):\n    return x[i : i + 3]  # traced\nf(jnp.ones(9), 4)\n"
    )
    check(body, assume("program"))
    (site,) = sites_of(Source(Path("program.py"), HEADER + body), assume("program"))
    assert site.cut_off


def test_a_file_without_jax_is_looked_at_if_its_functions_are_assumed() -> None:
    text = "def f(x, i: int):\n    return x[i : i + 3]\n"
    (site,) = sites_of(Source(Path("program.py"), text), assume("program.f(i)"))
    assert site.elements[0].is_traced
    (site,) = sites_of(Source(Path("program.py"), text))
    assert not site.elements[0].is_traced


def test_a_jax_operation_on_static_values_gives_a_tracer() -> None:
    body = "def f(x, n: bool):\n    i = jnp.asarray(n) + 1\n    return x[i : i + 3]  # traced\n"
    check(body, assume("program"))


def test_a_constructor_is_not_traced_for_the_parameters_of_another_method() -> None:
    check(
        """
        class Table:
            def __init__(self, x: jax.Array, n: jax.Array):
                self.x = x[:n]
            def window(self, at):
                return self.x[at:]  # traced
        """,
        assume("program.Table(at)"),
    )
