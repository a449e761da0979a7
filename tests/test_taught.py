"""What a project teaches the tool about wrappers and functions of its own, and what that makes traced or static."""

import pytest
from flow_programs import check

from jaxslice_lint.jax_model.model import DEFAULT, Model
from jaxslice_lint.jax_model.taught import static_functions, transforms


def taught(**rows: object) -> Model:
    """The model in which `mylib.NAME` is what `rows` say of NAME."""
    return DEFAULT.extended(transforms({f"mylib.{name}": row for name, row in rows.items()}))


WINDOW = """
def window(x, i, k):
    x[:k]                 # {k}
    return x[i : i + 3]   # {i}
"""


def program(body: str, *, i: str, k: str) -> str:
    return "import mylib\nfrom mylib import jit\n" + WINDOW.format(i=i, k=k) + body


def test_nothing_is_known_of_a_wrapper_that_is_not_taught() -> None:
    body = "import mylib\n@mylib.jit\ndef f(x, i):\n    return x[i : i + 3]\n"
    check(body)


@pytest.mark.parametrize("name", ["jit", "mylib.jit"])
def test_a_wrapper_is_called_like_the_api_it_is_said_to_be(name: str) -> None:
    body = f"fast = {name}(window, static_argnames='k')\nfast(jnp.ones(9), 1, 2)\n"
    check(program(body, i="traced", k="static"), taught(jit="jax.jit"))


def test_a_wrapper_may_be_like_one_that_calls_its_function_at_once() -> None:
    body = """
    import mylib
    def total(x, steps):
        def body(carry, i):
            return carry + x[i : i + 2].sum(), None  # traced
        return mylib.loop(body, 0.0, steps)[0]
    """
    check(body, taught(loop="jax.lax.scan"))


def test_a_name_in_the_module_under_another_alias_is_the_same_wrapper() -> None:
    body = "import mylib as ml\n@ml.jit\ndef f(x, i):\n    return x[i : i + 3]  # traced\n"
    check(body, taught(jit="jax.jit"))


def test_a_table_means_jit_with_its_own_options() -> None:
    body = "mylib.jit(window, static_argnums=2)\n"
    check(program(body, i="traced", k="static"), taught(jit={}))


@pytest.mark.parametrize("static", [["k"], [2], [-1], ["k", 0]])
def test_a_wrapper_may_make_parameters_static_by_itself(static: list[object]) -> None:
    body = "@mylib.jit\ndef f(x, i, k):\n    x[:k]  # static\n    return x[i : i + 3]  # traced\n"
    check("import mylib\n" + body, taught(jit={"static": static}))


def test_the_function_may_be_another_argument_than_the_first() -> None:
    body = "mylib.step('adam', window, 9)\n"
    check(program(body, i="traced", k="traced"), taught(step={"function": 1}))


def test_the_function_may_be_passed_by_keyword() -> None:
    row = {"function": "fun", "static": ["k"]}
    check(program("mylib.step(lr=0.1, fun=window)\n", i="traced", k="static"), taught(step=row))
    check(program("mylib.step(window)\n", i="traced", k="static"), taught(step=row))


def test_what_stands_before_the_function_may_make_a_decorator() -> None:
    body = """
    import mylib
    @mylib.step("adam")
    def f(x, i):
        return x[i : i + 3]  # traced
    """
    check(body, taught(step={"function": 1}))


@pytest.mark.parametrize(
    ("row", "call"),
    [
        ({"static-argnums": "frozen"}, "mylib.step(window, frozen=(2,))"),
        ({"static-argnames": "frozen"}, "mylib.step(window, frozen='k')"),
        ({"static-argnames": 1}, "mylib.step(window, ['k'])"),
        ({"static-argnums": 0, "function": 1}, "mylib.step(2, window)"),
    ],
)
def test_static_parameters_may_be_named_in_other_options(row: object, call: str) -> None:
    check(program(f"{call}\n", i="traced", k="static"), taught(step=row))


def test_options_that_cannot_be_read_make_nothing_traced() -> None:
    body = "import sys\nmylib.step(window, frozen=sys.argv[1])\n"
    check(program(body, i="-", k="-"), taught(step={"static-argnames": "frozen"}))


def test_a_decorated_method_keeps_its_static_parameters() -> None:
    body = """
    import mylib
    class Net:
        @mylib.jit
        def head(self, x, i, k):
            x[:k]                # static
            return x[i : i + 3]  # traced
    """
    check(body, taught(jit={"static": ["self", "k"]}))


def test_a_result_that_is_said_to_be_static_is_so_whatever_is_passed() -> None:
    body = """
    import mylib
    @jax.jit
    def f(x, i):
        n = mylib.lanes(i)
        m = mylib.size(x)
        return x[n : n + 4], x[m : m + 4], x[i : i + 4]  # traced
    """
    model = DEFAULT.extended(static_functions=static_functions(["mylib.lanes", "mylib.size"]))
    check(body, model)
    check(body.replace(", x[i : i + 4]  # traced", "  # static"), model)


def test_an_array_of_the_users_own_jit_is_a_tracer_for_the_next_function() -> None:
    body = """
    import mylib
    first = mylib.jit(lambda x: x.argmax())
    @mylib.jit
    def f(x):
        i = first(x)
        return x[i : i + 4]  # traced
    """
    check(body, taught(jit="jax.jit"))
