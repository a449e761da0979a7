"""How traced and static values flow through a program, as JAX was seen to trace it.

The programs that end were run under JAX, but for one with invalid `static_argnums`: the lines marked `# traced` raise
there for their slice, no other line does.
"""

import pytest
from flow_programs import check, jitted


@pytest.mark.parametrize(
    "test",
    [
        "isinstance(i, jax.core.Tracer)",
        "isinstance(i, jax.Array)",
        "not isinstance(i, (int, np.integer))",
        "type(i) is not int",
        "type(i) not in (int, np.int32)",
        "not jax.core.is_concrete(i)",
        'hasattr(i, "aval")',
        "not np.isscalar(i)",
    ],
)
def test_a_branch_for_numbers_alone_is_not_reported(test: str) -> None:
    check(jitted(f"if {test}:\n    return lax.dynamic_slice_in_dim(x, i, 2)\nreturn x[i:i + 2]"))


def test_the_answer_to_whether_it_is_a_tracer_may_be_kept_in_a_variable() -> None:
    body = (
        "dynamic = isinstance(i, jax.core.Tracer)\nif not dynamic:\n    return x[i:i + 2]\nreturn x"
    )
    check(jitted(body))


@pytest.mark.parametrize("convert", ["int(i)", "operator.index(i)", "i.item()"])
@pytest.mark.parametrize("error", ["TypeError", "Exception", "(ValueError, TypeError)"])
def test_what_follows_a_failed_conversion_in_a_try_is_not_reached(convert: str, error: str) -> None:
    check(jitted(f"try:\n    s = {convert}\nexcept {error}:\n    return x\nreturn x[s:s + 2]"))


def test_a_helper_that_asks_by_conversion_whether_a_value_is_static_is_understood() -> None:
    before = """
    def is_static(value):
        try:
            int(value)
            return True
        except jax.errors.JAXTypeError:
            return False
    """
    check(jitted("if is_static(i):\n    return x[i:i + 2]\nreturn x", before=before))


def test_a_conversion_that_nobody_handles_changes_nothing() -> None:
    check(jitted("s = abs(i)\nreturn x[s:s + 2]  # traced"))


def test_a_walrus_in_a_condition_binds_where_the_condition_holds() -> None:
    check(
        jitted(
            "if (b := k + 1) > 0 and (a := i) is not None:\n    x[b:b + 2]  # static\n    x[a:a + 2]  # traced"
        )
    )


def test_recursion_with_a_known_depth_is_followed_to_its_end() -> None:
    before = """
    def walk(a, b, n):
        if n == 0:
            return a, b
        return walk(a + 1, b + 1, n - 1)
    """
    check(jitted("a, b = walk(i, k, 3)\nx[a:a + 2]  # traced\nx[b:b + 2]  # static", before=before))


def test_reduce_over_known_items_is_followed_item_by_item() -> None:
    check(jitted("s = functools.reduce(operator.add, [1, i], k)\nx[s:s + 2]  # traced"))
    check(jitted("x[round(i):round(i) + 2]  # traced\nx[round(2.6):]  # static"))
    check(jitted("x[pow(i, 2):pow(i, 2) + 2]  # traced\nx[pow(x.ndim, 2):]  # static"))


def test_a_context_manager_of_the_project_gives_what_enter_returns() -> None:
    before = """
    class At:
        def __init__(self, s): self.s = s
        def __enter__(self): return self.s
        def __exit__(self, *error): return None
    """
    check(
        jitted(
            "with At(i) as a, At(k) as b:\n    x[a:a + 2]  # traced\n    x[b:b + 2]  # static",
            before=before,
        )
    )


def test_integers_under_grad_stay_concrete() -> None:
    check("""
    def loss(x, k):
        s = jnp.argmax(x)
        return x[k:k + 2].sum() + x[s:s + 1].sum()  # static
    jax.grad(loss)(jnp.ones(9), 2)
    """)


def test_an_inner_jit_makes_a_static_integer_traced() -> None:
    check("""
    @jax.jit
    def inner(x, k):
        return x[k:k + 2]  # traced
    def outer(x, k):
        return inner(x, k) + x[k:k + 2]  # static
    jax.jit(outer, static_argnums=1)(jnp.ones(9), 2)
    """)


def test_a_concrete_array_is_a_bound_until_it_is_computed_with() -> None:
    check("""
    n = jnp.array(2)
    @jax.jit
    def f(x):
        a = x[n:]  # static
        x[n + 1:]  # traced
        return a.sum()
    f(jnp.ones(9))
    """)


def test_an_unmapped_argument_of_vmap_stays_static() -> None:
    check("""
    def read(x, i, k):
        x[k:k + 2]  # static
        return x[i:i + 2]  # traced
    jax.vmap(read, in_axes=(0, 0, None))(jnp.ones((3, 9)), jnp.arange(3), 2)
    """)


def test_an_unmapped_argument_of_pmap_is_a_tracer_all_the_same() -> None:
    check("""
    def read(x, k):
        return x[k:k + 2]  # traced
    jax.pmap(read, in_axes=(0, None))(jnp.ones((1, 9)), 2)
    """)


def test_an_item_of_a_starred_argument_may_be_the_static_one() -> None:
    check("""
    @functools.partial(jax.jit, static_argnums=1)
    def head(x, k):
        return x[:k]  # static
    def heads(arguments):
        return head(*arguments)
    """)


def test_what_options_hold_is_not_the_default() -> None:
    check("""
    import json
    OPTIONS = json.loads("{}")
    def head(x, n=3):
        if n == 3:
            return x[:n]  # static
        return x[:x.argmax()]  # traced
    @jax.jit
    def f(x):
        return head(x, **OPTIONS)
    """)


def test_a_case_whose_guard_may_be_false_leaves_the_others() -> None:
    check("""
    @functools.partial(jax.jit, static_argnames="k")
    def f(x, i, k):
        match k:
            case n if n > 3:
                return x[:n]  # static
            case _:
                return x[:i]  # traced
    """)


def test_the_static_half_of_a_carry_stays_static_in_a_closure_alone() -> None:
    check("""
    def run(x, k):
        def body(carry, _):
            (total, w), i = carry
            total += x[k:k + 2].sum()  # static
            total += x[w:w + 2].sum()  # traced
            return ((total, w), i + 1), None
        return lax.scan(body, ((0.0, k), 0), None, length=3)
    run(jnp.ones(9), 2)
    """)


def test_a_callback_sees_numbers() -> None:
    check("""
    @jax.jit
    def f(x, i):
        def show(x, i):
            x[i:i + 2]  # static
        jax.debug.callback(show, x, i)
        return x[i:i + 2]  # traced
    f(jnp.ones(9), 2)
    """)


def test_a_decorator_of_the_project_hands_its_arguments_on() -> None:
    before = """
    def bound(f):
        @functools.wraps(f)
        def wrapper(x, i, k):
            return f(x, a=i, b=k)
        return wrapper
    @bound
    def read(x, a, b):
        x[b:b + 2]  # static
        return x[a:a + 2]  # traced
    """
    check(jitted("return read(x, i, k)", before=before))


def test_a_static_argument_counted_from_the_end_is_static() -> None:
    check("""
    f = jax.jit(lambda x, k: x[k:k + 2], static_argnums=-1)  # static
    f(jnp.ones(9), 2)
    """)


def test_numbers_of_static_arguments_that_jax_refuses_are_ignored() -> None:
    check("""
    f = jax.jit(lambda x, i: x[i:i + 2], static_argnums=(-7, 9))  # traced
    f(jnp.ones(9), 2)
    """)


@pytest.mark.parametrize(
    "growth",
    ["t = t + t", "t = (t, t)", "t = {0: t, 1: t}", "t = double(t)", "t = (*t, *t)"],
)
def test_a_structure_that_doubles_sixty_times_ends(growth: str) -> None:
    body = "t = (i,)\n" + f"{growth}\n" * 60 + "return x[i:i + 2]  # traced"
    check(jitted(body, before="def double(t):\n    return (t, t)\n"))


def test_a_chain_of_functions_that_each_call_the_next_one_twice_ends() -> None:
    chain = "".join(
        f"def f{n}(x, i):\n    return f{n + 1}(x, i + 1) + f{n + 1}(x, i * 2)\n" for n in range(20)
    )
    check(chain + "def f20(x, i):\n    return x[i:i + 2]  # traced\njax.jit(f0)\n")


def test_functions_that_call_each_other_without_end_end() -> None:
    check("""
    def a(x, i, n): return b(x, i, n - 1) + c(x, i, n)
    def b(x, i, n): return a(x, i, n - 1) + c(x, i + 1, n)
    def c(x, i, n): return a(x, i, n) + b(x, i, n) + x[i:i + 2]  # traced
    jax.jit(a)
    """)


def test_an_index_of_unknown_length_holds_the_slices_that_were_put_into_it() -> None:
    check(
        jitted(
            "index = [slice(None)] * x.ndim\nindex[0] = slice(i, i + 2)\nx[tuple(index)]  # traced"
        )
    )


def test_an_operand_passed_by_keyword_is_traced_in_the_branches() -> None:
    check(
        jitted(
            "lax.cond(True, lambda o: x[o:o + 2],  # traced\n"
            "         lambda o: x[:2], operand=i)\n"
            "lax.cond(True, lambda o: x[k:k + 2],  # static\n"
            "         lambda o: x[:2], operand=None)"
        )
    )


def test_python_numbers_that_a_forward_rule_saves_are_static_in_the_backward_rule() -> None:
    check("""
    @jax.custom_vjp
    def scaled(x, start):
        return x[:3].sum() + start

    def forward(x, start):
        return scaled(x, start), (x, x.shape[0] // 2, start)

    def backward(saved, g):
        x, half, start = saved
        kept = x[:half]  # static
        moved = x[start : start + 2]  # traced
        return kept * g + moved * g, None

    scaled.defvjp(forward, backward)

    @jax.jit
    def loss(x, start):
        return jax.grad(scaled)(x, start)
    """)


def test_eval_shape_leaves_the_static_parameters_of_a_jitted_function_static() -> None:
    check("""
    @functools.partial(jax.jit, static_argnames="k")
    def head(x, k):
        return x[:k]  # static

    @jax.jit
    def f(x):
        whole = jax.eval_shape(lambda y, n: y[:n], x, 3)  # traced
        return jax.eval_shape(head, x, k=3)
    """)


def test_outside_of_a_trace_there_are_no_tracers() -> None:
    check("""
    class Box:
        size = 3

    box = Box()

    @jax.jit
    def keep(n):
        box.size = n
        return n

    def f(x, n):
        keep(n)
        return x[:box.size]  # silent
    """)


def test_the_sole_branch_of_a_switch_is_called_with_numbers() -> None:
    check("""
## main.py
import jax.numpy as jnp
from jax import lax

def head(x, n):
    return x[:n].sum()

def tail(x, n):
    return x[n:].sum()  # traced

def main(x):
    return lax.switch(0, [head], x, 2) + lax.switch(1, [tail, tail], x, 2)
""")


def test_a_test_for_tracers_makes_all_below_it_unsure() -> None:
    check(
        jitted("""
is_tracer = isinstance(i, jax.core.Tracer)
if not is_tracer:
    if k > 3:
        return x[i:]  # silent
return x
""")
    )


def test_a_comprehension_with_a_condition_may_leave_out_items() -> None:
    check(
        jitted("""
ends = [n for n, is_taken in ((i, k > 3), (k, True)) if is_taken]
return x[:ends[0]]  # silent
""")
    )


def test_where_one_of_two_conditions_holds_the_other_may_not() -> None:
    check(
        jitted("""
low = i if k > 3 else None
high = i if k > 4 else None
if low is None or high is None:
    if low is not None:
        return x[low:]  # traced
return x
""")
    )


def test_an_argument_may_be_a_tuple() -> None:
    check("""
    @jax.jit
    def f(x, span):
        if isinstance(span, tuple):
            return x[span[0]:]  # traced
        return x
    """)


def test_a_concrete_array_at_a_traced_index_is_traced_outside_of_jit_too() -> None:
    check("""
    ENDS = jnp.arange(9)
    jax.vmap(lambda i: jnp.ones(9)[:ENDS[i]])(jnp.arange(3))  # traced
    """)
