"""Two integers that may differ never pass for one, however they were made: a size from them would be wrong."""

from pathlib import Path

import pytest
from programs import HEADER, only_slice, sites_of

from jaxslice_lint.facts.site import Window
from jaxslice_lint.facts.status import Status
from jaxslice_lint.source.text import Source

TWO_PARTS = """
def parts(a):
    yield a
    a = a + 4
    yield a
"""

COUNTER = """
class Counter:
    def __init__(self, n):
        self.n = n

    @property
    def count(self):
        self.n = self.n + 3
        return self.n

    def __getitem__(self, key):
        return self.count
"""

SIZES = """
class Sizes:
    w = 3

    def __init__(self, lo=0):
        self.lo = lo
        self.n = 3

SHARED = Sizes()
LISTED = [3]

def end_of(s):
    return s + SHARED.n + Sizes.w + LISTED[0]

def nested_end_of(held, s):
    return s + held[0].n
"""

HELPERS = """
def grow(held, k):
    if k > 2:
        held["a"][1] += 2

def take(x, a, b):
    return x[a:b]
"""


def test_a_bound_reassigned_after_the_other_was_made_from_it_has_no_static_size() -> None:
    element = only_slice("""
@jax.jit
def f(x, i):
    start = i - 2
    stop = start + 5
    start = jnp.maximum(start, 0)
    return x[start:stop]
""")
    assert element.size.status is Status.TRACED
    assert element.window is None


def test_a_size_that_differs_between_calls_is_not_written_as_either() -> None:
    element = only_slice("""
def take(x, begin, end):
    return x[begin:end]

@jax.jit
def f(x, i):
    return take(x, i, i + 4), take(x, i, i + 5)
""")
    assert element.size.status is Status.STATIC
    assert element.window is None


def test_two_draws_of_the_same_function_are_not_the_same_integer() -> None:
    element = only_slice("""
def draw(key):
    return jax.random.randint(key, (), 0, 5)

@jax.jit
def f(x, key):
    low = draw(key)
    high = draw(key)
    return x[low:high]
""")
    assert element.size.status is Status.TRACED


def test_rounds_of_a_loop_are_not_the_same_integer() -> None:
    element = only_slice("""
@jax.jit
def f(x, key):
    low = high = 0
    for _ in range(3):
        low = high
        high = jax.random.randint(key, (), 0, 5)
    return x[low:high]
""")
    assert element.size.status is Status.TRACED


def test_a_slice_object_whose_start_was_reassigned_has_no_window() -> None:
    element = only_slice("""
@jax.jit
def f(x, i):
    where = slice(i, i + 3)
    i = i + 1
    return x[where]
""")
    assert element.window is None


def test_bounds_with_calls_that_may_have_effects_have_no_window() -> None:
    element = only_slice("""
def counter():
    global calls
    calls += 1
    return calls

@jax.jit
def f(x, i):
    return x[i + counter():i + counter() + 3]
""")
    assert element.window is None


def test_arguments_of_nested_functions_are_not_the_same_integer() -> None:
    element = only_slice("""
def make(start):
    def body(stop, x):
        return x[start:stop]
    return body

@jax.jit
def f(x, i, j):
    return make(i)(j, x)
""")
    assert element.size.status is Status.TRACED


def test_attributes_of_two_objects_are_not_the_same_integer() -> None:
    element = only_slice("""
class Cursor:
    def move(self, position):
        self.position = position

@jax.jit
def f(x, i, j):
    first, second = Cursor(), Cursor()
    first.move(i)
    second.move(j)
    return x[first.position:second.position]
""")
    assert element.size.status is Status.TRACED


@pytest.mark.parametrize(
    ("before", "body"),
    [
        pytest.param(TWO_PARTS, "s, e = parts(i); return x[s:e]", id="parts of an iterable"),
        pytest.param(COUNTER, "c = Counter(i); return x[c.count:c.count + 4]", id="property"),
        pytest.param(COUNTER, "c = Counter(i); return x[c[0]:c[0] + 4]", id="getitem"),
        pytest.param(
            "", "e = i + 3; t = (e := i + 9) if k > 2 else 0; return x[i:e]", id="walrus on a path"
        ),
        pytest.param(
            "",
            "a = b = c = d = g = i + 3\n"
            "    for _ in range(9):\n"
            "        y = x[i:a]; a = b; b = c; c = d; d = g; g = i + 7\n"
            "    return y",
            id="a value moved on through many rounds",
        ),
        pytest.param(
            "",
            "w = k + 1; e = i + w\n"
            "    def g():\n"
            "        return x[i:e]\n"
            "    y = g(); w = 2; return y, g()",
            id="a closure called after its variable was bound again",
        ),
        pytest.param(
            "",
            "s = slice(i, i + 3)\n"
            "    def g():\n"
            "        return x[s]\n"
            "    y = g(); i = i + 4; return y, g()",
            id="a slice object in a closure",
        ),
        pytest.param(
            "",
            "e = i + 3\n"
            "    try:\n"
            "        e = i + 6; int('z'); e = i + 3\n"
            "    except ValueError:\n"
            "        pass\n"
            "    return x[i:e]",
            id="an interrupted try",
        ),
        pytest.param(
            "", "q = [i, i + 1, i + 4]; del q[0]; return x[q[0]:q[1]]", id="deleted item"
        ),
        pytest.param(
            "",
            "q = [i, i + 3]\n"
            "    def g():\n"
            "        return q\n"
            "    p = g(); p = g(); p[1] = i + 5; return x[q[0]:q[1]]",
            id="a list that a closure returned",
        ),
        pytest.param(
            HELPERS,
            "q = [i, i + 3]; grow({'a': q}, k); return x[i:q[1]]",
            id="a list that a helper changed inside a dict",
        ),
        pytest.param(
            SIZES,
            "o = Sizes(i); e = o.lo + 3; setattr(o, 'lo', i - 2); return x[o.lo:e]",
            id="setattr",
        ),
        pytest.param(
            SIZES, "Sizes.w = 5; e = i + Sizes.w; return x[i:e]", id="class attribute"
        ),
        pytest.param(
            SIZES,
            "a = end_of(i); SHARED.n = 6; b = end_of(i); return x[a:b]",
            id="an object that functions share",
        ),
        pytest.param(
            SIZES,
            "a = end_of(i); LISTED[0] = 6; b = end_of(i); return x[a:b]",
            id="a list that functions share",
        ),
        pytest.param(
            SIZES,
            "o = Sizes(); a = nested_end_of([o], i); o.n = 6\n"
            "    b = nested_end_of([o], i); return x[a:b]",
            id="an object inside an argument",
        ),
        pytest.param(
            HELPERS,
            "y = 0\n" + "".join(f"    y += take(x, i + {n}, i + {n + 3})\n" for n in range(28))
            + "".join(f"    y += take(x, i * {n}, i * {n} + {n})\n" for n in range(28))
            + "    return y",
            id="more kinds of calls than are traced",
        ),
        pytest.param("", "return x[i:i - k]", id="a size that is negative"),
        pytest.param(
            "",
            "t = x.mean(); a = jnp.int32(t); b = jnp.int32(t + 2); return x[a:b]",
            id="fractions that are cut off towards zero",
        ),
        pytest.param(
            "",
            "t = x.mean(); a = t.astype(int); b = (t + 2).astype(int); return x[a:b]",
            id="fractions that `astype` cuts off",
        ),
    ],
)  # fmt: skip
def test_integers_that_may_differ_make_no_window(before: str, body: str) -> None:
    sites = sites_of(
        Source(
            Path("program.py"),
            f'{HEADER}{before}\n@partial(jax.jit, static_argnames="k")\ndef f(x, i, k):\n    {body}\n',
        )
    )
    traced = [e for site in sites for e in site.elements if e.is_traced]
    assert traced
    assert [element.window for element in traced] == [None] * len(traced)


def test_a_variable_bound_on_some_paths_only_does_not_name_a_size() -> None:
    element = only_slice("""
@partial(jax.jit, static_argnames="k")
def f(x, i, k):
    n = x.shape[0] // 2
    e = i + n
    if k:
        m = n
    n = 3
    return x[i:e]
""")
    assert element.window == Window("i", "((x.shape[0]) // (2))")


def test_a_generator_that_is_kept_reads_its_variables_when_it_runs() -> None:
    element = only_slice("""
@jax.jit
def f(x, i):
    stop = i + 3
    windows = (x[i:stop] for _ in range(2))
    stop = i + 5
    return sum(window.sum() for window in windows)
""")
    assert element.window is None


@pytest.mark.parametrize("opened", ["state.__dict__", "vars(state)"])
def test_an_object_whose_dict_was_taken_is_no_longer_known(opened: str) -> None:
    sites = sites_of(
        Source(
            Path("program.py"),
            HEADER
            + f"""
class State:
    def __init__(self, start):
        self.start = start

@jax.jit
def f(x, i):
    state = State(i)
    stop = state.start + 3
    {opened}["start"] = 1
    return x[state.start:stop]
""",
        )
    )
    assert [e.window for site in sites for e in site.elements] == [None]


def test_a_list_that_comes_up_twice_in_a_loop_has_no_known_items() -> None:
    element = only_slice("""
@jax.jit
def f(x, i):
    sizes = [3]
    for held in [sizes, sizes]:
        held[0] = held[0] + 1
    stop = i + sizes[0]
    return x[i:stop]
""")
    assert element.window is None
