"""What a path has passed decides later tests: of their parts, kept in variables, in helpers; and what leads elsewhere.

The programs with `jitted` were run with many static arguments: lines marked `# traced` raise with some, those marked
`# static` with none. Of those marked `# silent` the tool can't be sure.
"""

from pathlib import Path

import pytest
from flow_programs import check, jitted
from programs import findings_of

from jaxslice_lint.source.text import Source

CHOICE = "start = i if k > 3 and k % 2 else 0\n"
SAID = {
    "the parts of a conjunction": """
if k > 3:
    if k % 2:
        y = x[start:start + 1]  # traced
    else:
        y = x[start:start + 2]  # static
""",
    "the conjunction in another order": """
if k % 2 and x.ndim and k > 3:
    y = x[start:start + 1]  # traced
else:
    y = x[start:start + 2]  # static
""",
    "more than the condition of the path": """
if k > 3 and k % 2 and k < 90:
    y = x[start:start + 1]  # traced
""",
    "its opposite": """
if not (k > 3 and k % 2):
    y = x[start:start + 2]  # static
elif k != 90:
    y = x[start:start + 1]  # silent
y = x[start:start + 3]  # traced
""",
    "a variable that keeps a test": """
many = k > 3 and k % 2 and len(x.shape) == 1
if many:
    y = x[start:start + 1]  # traced
odd = not k % 2
if odd:
    y = x[start:start + 2]  # static
""",
    "a test that the path only hints at": """
if k > 3:
    y = x[start:start + 1]  # traced
if k > 4:
    y = x[start:start + 2]  # silent
k = k - 2
if k > 3 and k % 2:
    y = x[start:start + 3]  # silent
""",
    "a loop below a test": """
if k > 3:
    for _ in range(2):
        if not k % 2:
            y = x[start:start + 2]  # static
        y = [x[start:start + 1] for _ in range(2) if k % 2]  # silent
y = x[start:start + 4]  # traced
""",
}


@pytest.mark.parametrize("body", SAID.values(), ids=SAID)
def test_a_path_decides_the_parts_of_its_condition(body: str) -> None:
    check(jitted(CHOICE + body))


def test_a_disjunction_that_is_false_decides_its_parts_and_a_true_one_does_not() -> None:
    check(
        jitted("""
start = 0 if k < 3 or k % 2 else i
if k < 3:
    y = x[start:start + 1]  # static
elif k % 2:
    y = x[start:start + 2]  # static
else:
    y = x[start:start + 3]  # traced
start = i if k < 3 or k % 2 else 0
if k < 3:
    y = x[start:start + 4]  # traced
if k % 2:
    y = x[start:start + 5]  # traced
if k % 2 == 0:
    y = x[start:start + 6]  # traced
if k % 3 == 0:
    y = x[start:start + 7]  # silent
""")
    )


@pytest.mark.parametrize(
    ("helper", "call"),
    [
        ("def window(x, start, k):", "window(x, start, k)"),
        ("def window(x, at, k):\n    start = at", "window(x, start, k)"),
        (
            "def window(k, **given):\n    x, start = given['x'], given['at']",
            "window(k, x=x, at=start)",
        ),
    ],
)
def test_a_helper_that_is_told_the_same_asks_the_same(helper: str, call: str) -> None:
    before = f"""
{helper}
    if k > 3:
        if k % 2:
            return x[start:start + 1]  # traced
        return x[start:start + 2]  # static
    return x
"""
    check(jitted(f"{CHOICE}y = {call}\nreturn y", before=before))


def test_a_helper_that_is_told_something_else_may_go_another_way() -> None:
    check(
        jitted(
            CHOICE + "y = window(x, start, k - 4)\ny = other(x, start, k)\nreturn y",
            before="""
def window(x, start, k):
    if k > 3 and k % 2:
        return x[start:start + 1]  # silent
    return x
def other(x, start, n):
    if n > 3 and n % 2:
        return x[start:start + 2]  # silent
    return x
""",
        )
    )


def test_inner_functions_read_what_decides_around_them() -> None:
    check(
        jitted(
            CHOICE
            + """
def body(total, row):
    if not (k % 2 and k > 3):
        return total, x[start:start + 2]  # static
    return total, x[start:start + 1]  # traced
return lax.scan(body, 0.0, jnp.arange(3))
"""
        )
    )


def test_layers_ask_once_more_what_their_callers_have_asked() -> None:
    check("""
    import flax.linen as nn

    class Attention(nn.Module):
        causal: bool = False

        def __call__(self, mask, x, fresh=False):
            at = (
                self.variables["cache"]["index"]
                if self.has_variable("cache", "key") and self.causal
                else 0
            )
            if self.causal:
                mask = nn.make_causal_mask(mask)
                if self.has_variable("cache", "key"):
                    mask = mask[:1, :1, at : at + x.shape[1]]  # traced
                else:
                    mask = mask[:1, :2, at : at + x.shape[1]]  # static
            return self.bias(mask, at, x.shape[1], fresh)

        def bias(self, mask, at, length, fresh):
            is_filled = self.causal and self.has_variable("cache", "key") and not fresh
            if is_filled:
                mask = mask[:1, :8, at : at + length]  # traced
            if self.causal or fresh:
                mask = mask[:1, :9, at : at + length]  # traced
            if fresh:
                mask = mask[:1, :7, at : at + length]  # silent
            return mask
    """)


HEAD = "from functools import partial\n\nimport jax\nimport jax.numpy as jnp\nfrom jax import lax\n\n\n"
WINDOWS = {
    "a start of one path alone": ("return x[start:start + 3]", False),
    "below the condition of the path": ("return x[start:start + 3] if k > 3 else x", True),
    "below a stricter condition": (
        "if k > 3 and k < 90:\n        return x[start:start + 3]\n    return x",
        True,
    ),
    "below a condition of its own": (
        "if k < 9:\n        x = x[start:start + 3]\n    return x[start:start + 2]",
        False,
    ),
    "where the other path has returned": (
        "if not k > 3:\n        return x\n    return x[start:start + 3]",
        True,
    ),
}


@pytest.mark.parametrize(("body", "is_safe"), WINDOWS.values(), ids=WINDOWS)
def test_a_fix_is_safe_where_only_the_path_with_the_tracer_leads(body: str, is_safe: bool) -> None:
    """On the other path the slice is cut off at the end of `x`, where the rewrite raises."""
    program = (
        f'{HEAD}@partial(jax.jit, static_argnames="k")\ndef f(x, i, k):\n'
        f"    start = i if k > 3 else 0\n    {body}\n"
    )
    found = findings_of(Source(Path("program.py"), program))
    assert found
    assert all(one.fix is not None and one.fix.safe is is_safe for one in found)


def test_a_fix_is_unsafe_where_the_other_path_may_lead_to_the_slice() -> None:
    program = (
        f'{HEAD}@partial(jax.jit, static_argnames="k")\ndef f(x, i, k):\n'
        "    start = i if k > 3 and k % 2 else 0\n"
        "    if k > 3:\n        return x[start:start + 3]\n    return x\n"
    )
    [found] = findings_of(Source(Path("program.py"), program))
    assert found.fix is not None
    assert not found.fix.safe
