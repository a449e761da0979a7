"""Misuses of arrays: what makes one certain, what leaves it in doubt, and what their rewrites may not do."""

from collections.abc import Callable
from typing import Any

import jax.numpy as jnp
import masked
import numpy as np
import pytest
from misused import codes, fixed, found, refusal
from programs import HEADER

JITTED = "@jax.jit\ndef f(x, i, y):\n"


@pytest.mark.parametrize(
    "body",
    [
        "    x[i] = y\n    return x",
        "    x[i, :] = y\n    return x",
        "    x[0] = x.mean()\n",
        "    x[0] = (x - y)[1]\n",
        "    x[:2] = y\n    return x.shape, x",
    ],
)
def test_an_argument_that_is_used_as_an_array_is_one(body: str) -> None:
    assert codes(JITTED + body) == ["JSL303"]


@pytest.mark.parametrize(
    "body",
    [
        "    x[0] = y\n    return x",
        "    x[0:2] = y\n    return x",
        "    x[y.shape] = y\n    return x",
        "    x['a'] = y\n    return x",
        "    x[0] = x.copy()\n    return x",
        "    x[i] = y\n",
        "    x[i] = x.shape[0]\n",
        "    x[...] = x.mean()\n    return x",
    ],
)
def test_an_argument_may_be_a_list_a_dict_or_a_ref(body: str) -> None:
    assert codes(JITTED + body) == []


def test_an_argument_annotated_as_an_array_is_one() -> None:
    program = "@jax.jit\ndef f(x: {}):\n    x[0] = 1\n    return x\n"
    assert codes(program.format("jax.Array")) == ["JSL303"]
    assert codes(program.format("jnp.ndarray | jax.Array")) == ["JSL303"]
    assert codes(program.format("list[jax.Array]")) == []


def test_a_call_that_passes_an_array_is_proof() -> None:
    program = "@jax.jit\ndef f(x):\n    x[0] = 1\n    return x\n"
    assert codes(program + "f(jnp.zeros(3))\n") == ["JSL303"]
    assert codes(program + "f([1.0])\n") == []
    assert codes(program + "f(jnp.zeros(3)), f([1.0])\n") == []


@pytest.mark.parametrize(
    "made",
    [
        "np.zeros(3)",
        "[jnp.zeros(3)]",
        "{0: jnp.zeros(3)}",
        "jnp.split(jnp.zeros(3), 3)",
        "jnp.meshgrid(jnp.zeros(3), jnp.zeros(3))",
        "lax.stop_gradient(whatever)",
        "jax.device_put(whatever)",
        "jax.device_get(jnp.zeros(3))",
        "jax.tree.leaves(whatever)",
        "jax.new_ref(jnp.zeros(3))",
        "np.zeros(3) if whatever else jnp.zeros(3)",
        "whatever(jnp.zeros(3))",
        "whatever.astype(jnp.float32)",
        "abs(whatever) + 1",
        "whatever.copy().T",
        "(np.arange(3) >= 1).astype(np.float32)",
        "(np.arange(3) < whatever).astype(np.float32)",
        "(whatever < 1).astype(float)",
        "(np.arange(3) == [1, 2, 3]).copy()",
        "(~(np.arange(3) == 1)).copy()",
        "np.arange(3) * (np.arange(3) != 1)",
    ],
)
def test_what_is_not_certainly_an_array_may_be_assigned_to(made: str) -> None:
    assert (
        codes(f"import numpy as np\nfrom elsewhere import whatever\nx = {made}\nx[0] = 1\n") == []
    )


@pytest.mark.parametrize(
    "guard",
    [
        "try:\n    x[0] = 1\nexcept TypeError:\n    pass\n",
        "with pytest.raises(TypeError):\n    x[0] = 1\n",
        "if False:\n    x[0] = 1\n",
    ],
)
def test_a_store_whose_error_is_expected_is_no_finding(guard: str) -> None:
    assert codes("import pytest\nx = jnp.zeros(3)\n" + guard) == []


@pytest.mark.parametrize(
    ("value", "argument"),
    [
        ("(a + b) * 2, b", "((a + b) * 2, b)"),
        ("(a), (b)", "((a), (b))"),
        ("*(a, b),", "(*(a, b),)"),
        ("(a, b)", "(a, b)"),
    ],
)
def test_a_tuple_is_one_argument_of_the_update(value: str, argument: str) -> None:
    program = "def f(a, b):\n    x = jnp.zeros((4, 2))\n    x[0] = {}\n    return x\n"
    text = fixed(program.format(value))
    assert text == program.format(value).replace(f"x[0] = {value}", f"x = x.at[0].set({argument})")
    scope: dict[str, Any] = {}
    exec(HEADER + text, scope)
    assert scope["f"](1.0, 2.0).shape == (4, 2)


def test_an_attribute_that_a_base_class_may_wrap_is_left_alone() -> None:
    program = """
{}
class Cell({}):
    def __init__(self):
        self.x = jnp.zeros(3)
    def step(self):
        self.x[0] = 1.0
        self.x.at[1].set(1.0)
        return self.x
Cell().step()
"""
    assert codes(program.format("", "")) == ["JSL303", "JSL302"]
    assert codes(program.format("from brainpy import Base", "Base")) == []


@pytest.mark.parametrize(
    ("statement", "rewritten"),
    [
        ("x[0], y = 1, 2", None),
        ("x[0] = y[0] = 1", None),
        ("x[0] = 1, 2", "x = x.at[0].set((1, 2))"),
        ("x[0] = [1, 2]", "x = x.at[0].set([1, 2])"),
        ("x[(0)] = (1)", "x = x.at[(0)].set((1))"),
        ("x [0] = 1  # here", "x = x.at [0].set(1)  # here"),
        ("x[0] //= y + 1", "x = x.at[0].set(x[0] // (y + 1))"),
        ("x[int(y)] //= 2", None),
        ("x[0] = (z := 1)", None),
        ("x[0] = \\\n    1", "x = x.at[0].set(1)"),
        ("x[0] = lambda: 1", "x = x.at[0].set(lambda: 1)"),
    ],
)
def test_a_store_is_rewritten_as_it_is_written(statement: str, rewritten: str | None) -> None:
    head = "x, y = jnp.zeros(3), whatever\n"
    if rewritten is None:
        assert refusal(head + statement + "\n")
    else:
        assert fixed(head + statement + "\n") == head + rewritten + "\n"


def test_a_store_is_not_rewritten_where_nobody_would_see_it() -> None:
    local = "def f():\n    x = jnp.zeros(3)\n    x[0] = 1\n"
    assert "nothing reads" in refusal(local)
    assert fixed(local + "    return x\n").endswith("    x = x.at[0].set(1)\n    return x\n")
    in_loop = "def f():\n    x = jnp.zeros(3)\n    for i in range(3):\n        print(x)\n        x[0] = 1\n"
    assert fixed(in_loop).endswith("        x = x.at[0].set(1)\n")


@pytest.mark.parametrize("declaration", ["", "    global x\n"])
def test_a_name_of_the_module_is_not_made_local(declaration: str) -> None:
    program = "x = jnp.zeros(3)\ndef f():\n" + declaration + "    {}\n    return x\n"
    assert "enclosing scope" in refusal(program.format("x[0] = 1"))
    assert "enclosing scope" in refusal(program.format("x.at[0].set(1)"))


@pytest.mark.parametrize("binding", ["y = x", "x = y = jnp.zeros(3)", "x = table[0]", "x = state"])
def test_a_store_to_what_may_have_another_name_is_unsafe(binding: str) -> None:
    head = "state = x = jnp.zeros(3)\ntable = jnp.zeros((2, 3))\n"
    [finding] = found(head.replace("state = x", "state") + "x = state + 1\n" + "x[0] = 1\n")
    assert finding.fix is not None
    assert finding.fix.safe
    [finding] = found(head + binding + "\nx[0] = 1\n")
    assert finding.fix is not None
    assert not finding.fix.safe


def test_a_store_to_what_a_loop_takes_from_a_list_is_unsafe() -> None:
    [finding] = found("x = jnp.zeros(3)\nfor row in [x, x]:\n    row[0] = 1\n    print(row)\n")
    assert finding.fix is not None
    assert "another name" in finding.fix.caution


@pytest.mark.parametrize("operator", ["/=", "**="])
def test_an_operation_that_may_change_the_dtype_is_unsafe(operator: str) -> None:
    program = f"x = jnp.zeros(3, jnp.{{}}) + 1\nx[0] {operator} 2\n"
    [finding] = found(program.format("float32"))
    assert finding.fix is not None
    assert finding.fix.safe
    [finding] = found(program.format("int32"))
    assert finding.fix is not None
    assert "dtype" in finding.fix.caution


def test_an_update_that_lacks_two_axes_has_no_fix() -> None:
    call = "lax.dynamic_update_slice(x, jnp.ones(4), (i, 0, 0))"
    program = f"@jax.jit\ndef f(i):\n    x = jnp.zeros((2, 3, 4))\n    return {call}\n"
    assert "which axes the update lacks" in refusal(program)


def test_adding_at_an_array_of_indices_is_unsafe() -> None:
    program = "x, k = jnp.zeros(3), {}\nx[k] += 1\n"
    scalars, others = ("2", "jnp.argmax(x)"), ("jnp.array([0, 0])", "jnp.argmax(x, axis=0)")
    for index, safe in [(one, one in scalars) for one in (*scalars, *others)]:
        [finding] = found(program.format(index))
        assert finding.fix is not None
        assert finding.fix.safe is safe


def test_no_tracer_is_left_in_an_attribute() -> None:
    program = """
class Buffer:
    def __init__(self):
        self.x = jnp.zeros(3)
    @partial(jax.jit, static_argnums=0)
    def put(self, v):
        self.x[0] = v
        return self.x
Buffer().put(1.0)
"""
    assert "keep a tracer" in refusal(program)


def test_a_lost_update_of_an_immutable_object_is_not_assigned() -> None:
    program = """
from typing import NamedTuple
class State(NamedTuple):
    x: jax.Array
def step(state):
    state.x.at[0].set(1.0)
    return state
step(State(jnp.zeros(3)))
"""
    assert "immutable" in refusal(program)


@pytest.mark.parametrize("index", ["i:i + 2", "i:i + 1", ":i", "i:"])
def test_an_update_of_a_traced_slice_whose_result_is_lost_is_not_made_silent(index: str) -> None:
    lost = f"{masked.JIT}def f(x, i):\n    x.at[{index}].set(0)\n    return x\n"
    file = masked.fixed(lost)
    assert file.source.text == lost
    [sliced, discarded] = file.findings
    assert discarded.code == "JSL302"
    assert sliced.fix is not None and "the result of the update is lost" in sliced.fix.caution
    kept = masked.function(lost, unsafe=True)
    x = jnp.arange(4.0)
    stop = {"i:i + 2": 3, "i:i + 1": 2, ":i": 1, "i:": 4}[index]
    start = 0 if index == ":i" else 1
    np.testing.assert_array_equal(kept(x, 1), x.at[start:stop].set(0))


def test_an_update_of_a_traced_slice_whose_result_is_taken_is_safe() -> None:
    for statement in ("x = x.at[i:i + 2].set(0)", "f(x.at[i:i + 2].set(0), i)"):
        program = f"{masked.JIT}def f(x, i):\n    {statement}\n    return x\n"
        assert not masked.fixed(program).findings


def test_a_method_of_a_library_on_a_tree_is_not_missing() -> None:
    assert codes(JITTED + "    return x.at[i].freeze()\n") == []
    assert codes(JITTED + "    return x.at[i].set_value(y)\n") == ["JSL301"]
    assert "not clear" in refusal("x = jnp.zeros(3)\ny = x.at[0].freeze()\n")
    assert "not clear" in refusal("x = jnp.zeros(3)\ny = x.at[0].put(1, 2)\n")


@pytest.mark.parametrize(
    "update",
    [
        "jnp.zeros((1,))",
        "jnp.zeros(3, x.dtype)",
        "jnp.full(3, 0)",
        "jnp.zeros(3, dtype=kind)",
        "x / 2",
        "y",
        "x * True",
    ],
)
def test_an_update_that_may_fit_is_no_finding(update: str) -> None:
    head = "kind = whatever\n@jax.jit\ndef f(i, y):\n    x = jnp.zeros(8)\n"
    program = f"{head}    return lax.dynamic_update_slice(x, {update}, (i,))\n"
    expected = ["JSL202"] if update == "jnp.full(3, 0)" else []
    assert codes(program) == expected


def test_a_float_of_unknown_width_may_be_the_one_of_the_array() -> None:
    head = "@jax.jit\ndef f(i, y):\n    x = jnp.zeros(8, jnp.float32)\n"
    call = "lax.dynamic_update_slice(x, y.astype(float), (i,))"
    assert codes(f"{head}    return {call}\n") == []


def test_a_size_is_traced_only_in_a_direct_call() -> None:
    program = "def g(x, i, k):\n    return {}\njax.jit(g{})\n"
    call = "lax.dynamic_slice(x, (i,), (k,))"
    assert codes(program.format(call, "")) == ["JSL201"]
    assert codes(program.format(call, ", static_argnames='k'")) == []
    mapped = "jax.vmap(lax.dynamic_slice, in_axes=(0, 0, None))(x, (i,), (2,))"
    assert codes(program.format(mapped, "")) == []


def test_a_size_that_is_passed_by_name_is_traced_too() -> None:
    program = "@jax.jit\ndef f(x, i, k):\n    return lax.dynamic_slice_in_dim(x, i, slice_size=k)\n"
    assert codes(program) == ["JSL201"]


@pytest.mark.parametrize(
    "call", ["lax.dynamic_slice(x, (i,), (k,))", "lax.dynamic_slice_in_dim(x, i, k)"]
)
def test_a_traced_size_raises_what_its_message_says(call: str) -> None:
    program = f"@jax.jit\ndef f(x, i, k):\n    return {call}\n"
    names: dict[str, Callable[..., object]] = {}
    exec(HEADER + program, names)
    with pytest.raises(Exception) as caught:
        names["f"](np.ones(4), 1, 2)
    [finding] = found(program)
    assert f"JAX raises {type(caught.value).__name__} when" in finding.message


def test_each_traced_size_is_named_with_its_reason() -> None:
    [finding] = found(
        "@jax.jit\ndef f(x, h, w):\n    return lax.dynamic_slice(x, (0, 0), (h, w))\n"
    )
    assert len(finding.marks) == 2
    assert "traced size `h` (`h` is an argument of `f` under `jax.jit`)" in finding.message
    assert "traced size `w`" in finding.message
    assert [step.note for step in finding.trace_path] == ["`jax.jit` traces `f`"]


def test_an_index_that_is_an_array_in_one_call_may_repeat_elements() -> None:
    [finding] = found(
        "def put(x, i):\n    x[i] += 1\n    return x\n"
        "@jax.jit\ndef f():\n    x = jnp.zeros(3)\n"
        "    return put(x, 0) + put(x, jnp.array([0, 0]))\n"
    )
    assert finding.fix is not None
    assert "twice" in finding.fix.caution


def test_a_store_where_no_tracer_may_come_is_no_finding() -> None:
    program = (
        "def f(n):\n    is_tracer = isinstance(n, jax.core.Tracer)\n    y = jnp.zeros(3)\n"
        "    if not is_tracer:\n        y[0] = n\n    return y\n"
    )
    assert codes(f"@jax.jit\n{program}") == []
