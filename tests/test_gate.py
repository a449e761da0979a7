"""The last look at code before the child process runs it, whoever wrote it: what `expressions.py` would never write."""

import ast

import pytest

from jaxslice_lint.verify import gate
from jaxslice_lint.verify.verdict import NotRunnableError

_MODULES = {"jnp": "jax.numpy", "np": "numpy", "operator": "operator", "os": "os"}
_HELPERS = frozenset({"_take"})
_AROUND = "{k: v for k, v in locals().items() if k in _stored}"


def check(code: str) -> None:
    gate.check(ast.parse(code), _MODULES, _HELPERS)


@pytest.mark.parametrize(
    "code",
    [
        "jnp.sin(x)",
        "np.add.reduce(x)",
        "[jnp.sin(y) for y in x if y]",
        "(lambda y: y + 1)(x)",
        "_take(x, 0)",
        f"(x, {_AROUND})",
        "x.at[0].set(1)",
    ],
)
def test_code_that_computes_passes(code: str) -> None:
    check(f"_outputs = ['x']\n_stored = []\ndef fragment(x):\n    return {code}\n")


@pytest.mark.parametrize(
    "code",
    [
        # What is called is something else than a function that is named.
        *("x[0](1)", "max(x)(1)", "[len][0](x)", "(len or max)(x)", "{'a': len}['a'](x)"),
        # All variables at once, in another way than at the end.
        *("locals()", "locals", "{k: v for k, v in locals().items()}"),
        *(_AROUND.replace("_stored", "x"), "[0 for locals in [1]]"),
        # Ways to other names.
        *("os.system(x)", "os", "np", "np.lib", "np.add.at(x, 0, 1)", "jnp.sin.__wrapped__"),
        *("operator.attrgetter('a')", "operator.call(x)", "operator", "np.ndarray.dump(x, 'a')"),
        *("x.__class__", "x.dump", "x.tofile('a')", "x.ctypes", "''.format(x)", "f'{x}'"),
        *("eval('x')", "exec('x')", "open('x')", "type(x)", "vars(x)", "__builtins__"),
        # Names that stand for something else.
        *("(_take := x)", "[0 for _take in x]", "lambda jnp: x", "(np := x)"),
        # What is no computation.
        *("(yield x)", "[y async for y in x]", "x if (await x) else x"),
    ],
)
def test_code_that_could_do_more_does_not_pass(code: str) -> None:
    is_async = "async" in code or "await" in code
    with pytest.raises(NotRunnableError):
        check(f"{'async ' * is_async}def fragment(x):\n    return {code}\n")


@pytest.mark.parametrize(
    "code",
    [
        "def fragment(x, y=len([])):\n    return x",
        "def fragment(x, *, y=len([])):\n    return x",
        "@len\ndef fragment(x):\n    return x",
        "def fragment(x):\n    @len\n    def g(y):\n        return y\n    return g(x)",
        "_outputs = len([])\ndef fragment(x):\n    return x",
        "len([])\ndef fragment(x):\n    return x",
        "import os\ndef fragment(x):\n    return x",
        "def fragment(x):\n    import os\n    return x",
        "def fragment(x):\n    global y\n    return x",
        "def fragment(x):\n    x.shape = 3\n    return x",
        "def fragment(x):\n    del x\n    return 1",
        "def fragment(x):\n    with x:\n        return x",
        "class fragment:\n    pass",
        "def fragment(x: open('a')):\n    return x",
    ],
)
def test_a_program_that_is_more_than_a_function_does_not_pass(code: str) -> None:
    with pytest.raises(NotRunnableError):
        check(code)
