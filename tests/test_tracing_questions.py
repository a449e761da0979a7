"""Conditions, and other questions for the value of a tracer: JAX raises there, and not at the slice behind them."""

from pathlib import Path

import pytest
from flow_programs import check, jitted
from programs import HEADER, findings_of, sites_of

from jaxslice_lint.source.text import Source


def test_a_bound_that_needs_the_value_of_a_tracer_is_as_wrong_as_one_that_is_a_tracer() -> None:
    check(
        jitted(
            """
y = x[:int(i)]  # traced
n = i.item()
for j in range(n):
    x[:j]  # silent
x[i:]  # silent
return x[:n]  # traced
"""
        )
    )


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ("n = min(x.shape[0], i)\n    return x[:n]", "TracerBoolConversionError at line 3"),
        ("return x[int(i):]", "ConcretizationTypeError at line 3"),
        ("n = max(1, i) + 2\n    return x[:n * 2]", "TracerBoolConversionError at line 3"),
        ("n = x.sum().item()\n    return x[:n]", "ConcretizationTypeError at line 3"),
    ],
)
def test_a_bound_of_which_a_value_is_asked_is_blamed_on_what_asks(body: str, error: str) -> None:
    program = f"{HEADER}@jax.jit\ndef f(x, i):\n    {body}\n"
    [site] = sites_of(Source(Path("program.py"), program))
    line = HEADER.count("\n") + 3
    assert site.error.startswith(error.replace("line 3", f"line {line}"))


def test_a_slice_that_jax_does_not_come_to_is_not_rewritten() -> None:
    program = f"{HEADER}@jax.jit\ndef f(x):\n    n = int(x.argmax())\n    return x[:n].sum()\n"
    [finding] = findings_of(Source(Path("program.py"), program))
    assert finding.fix is None
    assert finding.no_fix.startswith("JAX raises ConcretizationTypeError at line ")


@pytest.mark.parametrize(
    "condition",
    [
        *("(x == 0).all()", "i > 2", "not i > 2", "i > 2 and k > 1", "bool(i > 2)", "0 < i < 3"),
        *("i", "not i", "bool(i)", "i or k > 1", "not i and k > 1", "not (i and k)"),
    ],
)
def test_a_condition_on_a_tracer_ends_the_trace(condition: str) -> None:
    check(
        jitted(f"""
if {condition}:
    return x[i:]  # silent
return x[:i]  # silent
""")
    )
    check(
        jitted(f"""
y = 1 if {condition} else 2
return x[:i]  # silent
""")
    )
    check(
        jitted(f"""
assert {condition}
return x[:i]  # silent
""")
    )
    check(
        jitted(f"""
while {condition}:
    return x[i:]  # silent
""")
    )


@pytest.mark.parametrize(
    "body",
    [
        "return not i or x[i:]  # silent",
        "return bool(i) and x[i:]  # silent",
        "a = i if i else 3\nreturn x[a:]  # silent",
        "a = bool(i)\nreturn x[i:]  # silent",
        "return (lambda: x[i:i + 2] if i else x)()  # silent",
        "def ask(q):\n    return bool(q) or x[q:]  # silent\nask(i)\nreturn x[i:]  # silent",
    ],
)
def test_who_asks_a_bound_for_its_truth_ends_the_trace(body: str) -> None:
    check(jitted(body))


@pytest.mark.parametrize("test", ["options", "not options", "bool(options)", "x.ndim"])
def test_what_may_be_a_container_has_a_truth(test: str) -> None:
    check(f"""
@jax.jit
def f(x, i, options):
    if {test}:
        return x[i:]  # traced
    return x[:i]  # traced
""")


def test_what_asks_for_a_value_on_one_path_leaves_the_others() -> None:
    check(
        jitted("""
if k > 2:
    n = int(i)
    x[i:]  # silent
y = x[i:]  # traced
return y
""")
    )
    check("""
def asked(n):
    return int(n)

def asked_on_a_path(n, k):
    if k > 3:
        return int(n)
    return 0

@functools.partial(jax.jit, static_argnames="k")
def f(x, i, k):
    asked_on_a_path(i, k)
    y = x[i:]  # traced
    asked(i)
    return y, x[:i]  # silent
""")


def test_an_assertion_that_fails_ends_the_path() -> None:
    check(
        jitted(
            """
if k > 3:
    assert False, "not yet"
    y = x[i:]  # silent
return x[i:i + k]  # traced
"""
        )
    )


def test_a_helper_that_asks_on_one_path_leaves_what_it_is_passed() -> None:
    check("""
def ask(n, k):
    if k > 3:
        return bool(n)
    return False

@functools.partial(jax.jit, static_argnames="k")
def f(x, i, k):
    ask(i, k)
    return x[:i]  # traced
""")


def test_the_body_of_a_loop_that_asks_for_a_value_may_not_run() -> None:
    check(
        jitted("""
for _ in range(k):
    n = int(i)
return x[i:]  # traced
""")
    )


def test_who_asks_what_is_a_tracer_on_one_path_leaves_the_other() -> None:
    check("""
@functools.partial(jax.jit, static_argnames="k")
def f(x, i, k):
    n = x.argmax() if k > 3 else 2
    if n:
        pass
    return x[i:]  # traced
""")


def test_one_of_two_functions_that_may_be_a_body_leaves_the_trace_going() -> None:
    check("""
@functools.partial(jax.jit, static_argnames="k")
def f(x, i, k):
    def asks(carry, _):
        return carry + int(carry), None
    def plain(carry, _):
        return carry, None
    body = asks if k > 3 else plain
    jax.lax.scan(body, i, x)
    return x[i:]  # traced
""")
