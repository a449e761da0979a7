"""Rewrites run before they are written: right ones pass, wrong ones are caught, functions of the user are not run."""

import ast
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from programs import HEADER, sites_of

from jaxslice_lint.facts.site import Window
from jaxslice_lint.rewrite import Edit, Fix
from jaxslice_lint.rules.engine import check
from jaxslice_lint.source.text import Source
from jaxslice_lint.verify import gate
from jaxslice_lint.verify.child import trial
from jaxslice_lint.verify.process import Child, interpreter
from jaxslice_lint.verify.requests import Question, by_place
from jaxslice_lint.verify.verdict import NotRunnableError, Verdict
from jaxslice_lint.verify.verifier import Verifier

Change = Callable[[str], str]


@pytest.fixture(scope="module")
def verifier() -> Iterator[Verifier]:
    """One child process for all tests that do not bring it down."""
    with Child(interpreter("")) as child:
        yield Verifier(child)


def verdict(
    verifier: Verifier, program: str, change: Change = str, *, style: str = "lax", finding: int = 0
) -> Verdict:
    """The verdict on the rewrite of a finding of a program, changed before it is run."""
    source = Source(Path("program.py"), HEADER + program)
    sites = sites_of(source)
    fix = check(source, sites, style)[finding].fix
    assert fix is not None
    content = change(fix.edits[0].content)
    assert change is str or content != fix.edits[0].content, content
    changed = replace(fix, edits=(replace(fix.edits[0], content=content), *fix.edits[1:]))
    [result] = verifier.verdicts(source, [changed], sites)
    return result


def function(body: str, parameters: str = "x, i, j, v") -> str:
    return f"@jax.jit\ndef f({parameters}):\n    {body}\n"


def swap(old: str, new: str) -> Change:
    return lambda text: text.replace(old, new)


INTEGERS = function("return x.astype(jnp.int32)[i:i + 3]")
R1 = function("return x[i:i + 3]")
ROWS = function("return x[:, i:i + 3]")
SLICE_IN_DIM = function("return lax.slice_in_dim(x, i, i + 3, axis=1)")
SLICE = function("return lax.slice(x, (i, 1), (i + 6, 3), (2, 1))")
REST = function("return x[2, i:i + 3]")
STEPS = function("return x[i:i + 6:2]")
REVERSED = function("return x[i + 3:i:-1]")
NARROW = function("k = i.astype(jnp.int8)\n    return x[k:k + 3]")
BEFORE = function("return x[i - 3:i]")
R2 = function("y = jnp.zeros((8, 9))\n    return y[i:i + 2, j:j + 3]")
U1 = function("return x.at[i:i + 3].set(v)")
U1_FROM_ZERO = function("k = jnp.abs(i)\n    return x.at[k:k + 3].set(v)")
U1_ROWS = function("return x.at[:, i:i + 3].add(v)")
U1_STEPS = function("return x.at[i:i + 6:2].multiply(v)")
U2 = function("return x.at[i:i + 2, j:j + 2].set(v)")
U1_FILLED = function("y, v = jnp.zeros((8, 3)), jnp.ones((2, 3))\n    return y.at[i:i + 2].set(v)")
U1_CAST = function(
    "y, v = jnp.zeros(8, jnp.int32), jnp.ones(2) * 1.5\n    return y.at[i:i + 2].set(v)"
)
U1_SUM = function("y, v = jnp.zeros((8, 3)), jnp.arange(3.0)\n    return y.at[i:i + 2].add(v)")
U1_ONE = function("return x.at[i:i + 1].set(7)")
U2_FILLED = function(
    "y, v = jnp.zeros((8, 9)), jnp.ones((2, 3))\n    return y.at[i:i + 2, j:j + 3].set(v)"
)
U2_COLUMN = function("y = jnp.zeros((8, 9))\n    return y.at[i:i + 2, 0].add(v)")


@pytest.mark.parametrize(
    "program",
    [
        *(R1, ROWS, SLICE_IN_DIM, SLICE, REST, STEPS, REVERSED, NARROW, BEFORE, R2),
        *(U1, U1_ROWS, U1_STEPS, U2, U2_COLUMN),
        *(U1_FILLED, U1_CAST, U1_SUM, U1_ONE, U2_FILLED),
    ],
)
def test_what_the_templates_write_is_verified(verifier: Verifier, program: str) -> None:
    found = verdict(verifier, program)
    assert found == Verdict("", f"JAX {verifier.child.jax}")


@pytest.mark.parametrize("program", [R1, ROWS, R2, U1, U1_FROM_ZERO, U2])
def test_style_ds_is_verified(verifier: Verifier, program: str) -> None:
    assert verdict(verifier, program, style="ds") == Verdict("", f"JAX {verifier.child.jax}")


@pytest.mark.parametrize(
    ("program", "change"),
    [
        (R1, swap("i, 3", "i, 4")),
        (R1, swap("i, 3", "i + 1, 3")),
        (R1, swap("i, 3", "jnp.maximum(i, 0), 3")),
        (INTEGERS, lambda text: f"{text}.astype(jnp.int16)"),
        (ROWS, swap("axis=1", "axis=0")),
        (ROWS, swap("axis=1", "axis=-1")),
        (SLICE_IN_DIM, swap("i, 3", "i, 4")),
        (SLICE_IN_DIM, swap("axis=1", "axis=0")),
        (SLICE, swap("(5, 2)", "(6, 2)")),
        (SLICE, swap("[i, 1]", "[i, 0]")),
        (SLICE, swap("[::2]", "")),
        (REST, swap("[2]", "")),
        (REST, swap("[2]", "[:, 2]")),
        (STEPS, swap("i, 5", "i, 6")),
        (STEPS, swap("[::2]", "")),
        (REVERSED, swap("i + 1", "i")),
        (REVERSED, swap("[::-1]", "")),
        (NARROW, swap("jnp.asarray(k, dtype=int)", "k")),
        (BEFORE, swap("i - 3", "i")),
        (
            R2,
            swap("lax.dynamic_slice(y, jnp.array([i, j]", "lax.dynamic_slice(y, jnp.array([j, i]"),
        ),
        (R2, swap("(2, 3)", "(3, 2)")),
        (U1, lambda _: "lax.dynamic_update_slice_in_dim(x, v, i, axis=0)"),
        (U1_ROWS, swap("(x, i, 3", "(x, i + 1, 3")),
        (U1, swap(".set(v), i", ".set(v), i + 1")),
        (U1, swap(".set(", ".add(")),
        (U1, lambda _: "x.at[i + jnp.arange(2)].set(v)"),
        (U1_ROWS, swap("axis=1", "axis=0")),
        (U1_STEPS, swap("(x, i, 5)", "(x, i, 6)")),
        (U1_STEPS, swap(".at[::2]", ".at[1::2]")),
        (U2, swap("[i, j,", "[j, i,")),
        (U1_FILLED, swap(", v,", ", v[:1],")),
        (U1_FILLED, swap(", i,", ", i + 1,")),
        (U1_CAST, swap("v.astype", "(v + 1).astype")),
        (U1_SUM, swap(" + v", " - v")),
        (U1_ONE, swap("[i]", "[i + 1]")),
        (U2_FILLED, swap("[i, j]", "[j, i]")),
        (U2_COLUMN, swap("[i, 0]", "[i, 1]")),
    ],
)
def test_a_wrong_template_is_found_to_be_different(
    verifier: Verifier, program: str, change: Change
) -> None:
    found = verdict(verifier, program, change)
    assert found.refusal.startswith(f"the rewrite is not the same with {found.by} for ")


@pytest.mark.parametrize(
    ("program", "change"),
    [
        (R1, swap("3)", "4)")),
        (ROWS, swap("jax.ds(i, 3)", "jax.ds(i + 1, 3)")),
        (U1_FROM_ZERO, swap("jax.ds(k, 3)", "jax.ds(k, 2)")),
    ],
)
def test_a_wrong_template_of_style_ds_is_found_to_be_different(
    verifier: Verifier, program: str, change: Change
) -> None:
    assert "not the same" in verdict(verifier, program, change, style="ds").refusal


def test_a_difference_is_reported_with_the_inputs_that_show_it(verifier: Verifier) -> None:
    refusal = verdict(verifier, R1, swap("i, 3", "i, 4")).refusal
    inputs = refusal.partition(" for ")[2]
    assert inputs.startswith("x: float32[")
    assert ", i = " in inputs
    assert inputs.endswith("after") or "raises" in inputs


def test_a_difference_that_the_function_around_it_does_not_show_is_one(verifier: Verifier) -> None:
    program = function("return x[i:i + 3].sum() * 0")
    assert "not the same" in verdict(verifier, program, swap("i, 3", "i + 1, 3")).refusal


MASKS = (
    "return x[:i].sum()",
    "return x[:, i:j].max(axis=1)",
    "return jnp.mean(x[i:], axis=0)",
    "return x.at[:i].set(0)",
    "head = x[:i]\n    return head.sum()",
    "return jnp.sum(x[:i] * x[:i])",
)


@pytest.mark.parametrize("body", MASKS)
def test_masks_are_verified(verifier: Verifier, body: str) -> None:
    program = "@jax.jit\ndef f(x, i, j):\n    x = x.astype(jnp.float32).reshape(6, 6)\n    " + body
    found = verdict(verifier, program + "\n")
    assert found == Verdict("", f"JAX {verifier.child.jax}")


@pytest.mark.parametrize(
    ("body", "change"),
    [
        (MASKS[0], swap("<", "<=")),
        (MASKS[1], swap("axis=1", "axis=0")),
        (MASKS[1], swap("initial=-jnp.inf", "initial=0.0")),
        (MASKS[2], swap(">=", ">")),
        (MASKS[3], swap(" 0, x", " 1, x")),
        (MASKS[5], swap("<", "<=")),
    ],
)
def test_a_wrong_mask_is_found_to_be_different(
    verifier: Verifier, body: str, change: Change
) -> None:
    program = "@jax.jit\ndef f(x, i, j):\n    x = x.astype(jnp.float32).reshape(6, 6)\n    " + body
    assert "not the same" in verdict(verifier, program + "\n", change).refusal


@pytest.mark.parametrize(
    "program",
    [
        function("lo, hi = i, i + 3\n    return x[lo:hi]"),
        function("where = slice(i, i + 3)\n    return x[where, 0]"),
        function("return x[i * 2:(i + 1) * 2].mean()"),
        function("return x.at[i:i + 2].add(v[j])"),
        function("return [x[i + d:i + d + 2] for d in range(3)]"),
        function("return x[j, i:i + 2, [1, 2]]"),
        function("keep = jnp.ones(6) > 0\n    return x[keep, i:i + 2]"),
        function("return jnp.zeros(9, x.dtype).at[i:i + 4].set(v)"),
    ],
)
def test_what_stands_around_a_slice_is_understood(verifier: Verifier, program: str) -> None:
    assert verdict(verifier, program).refusal == ""


def test_attributes_and_calls_of_the_user_become_values(verifier: Verifier) -> None:
    program = (
        "def load(path):\n    raise RuntimeError('executed')\n\n\n"
        "class Ring:\n    def __init__(self, data):\n        self.data, self.width = data, 3\n\n"
        "    @partial(jax.jit, static_argnums=0)\n    def write(self, x, i):\n"
        "        return x.at[i:i + 3].set(load('weights') * self.width)\n"
    )
    assert verdict(verifier, program).refusal == ""


def test_functions_of_the_user_are_never_executed(verifier: Verifier, tmp_path: Path) -> None:
    trace = tmp_path / "executed"
    program = (
        f"def touch(v):\n    open({str(trace)!r}, 'w').close()\n    return v\n\n\n"
        f"open({str(trace)!r} + '-import', 'w').close()\n"
        + function("return x.at[i:i + 3].set(touch(jnp.save(v, 'out')))")
    )
    assert verdict(verifier, program).refusal == ""
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "writing",
    [
        "jnp.save({path!r}, 3)",
        "numpy.savetxt({path!r}, numpy.zeros(3))",
        # Whatever a name of NumPy holds, what that has is not on the list.
        "numpy.ndarray.dump(numpy.zeros(3), {path!r})",
        "numpy.ndarray.tofile(numpy.zeros(3), {path!r})",
        "numpy.lib.npyio.save({path!r}, 3)",
        "numpy._pytesttester.os.system('touch {path}')",
        "system('touch {path}')",
        "numpy._globals.enum.bltns.open({path!r}, 'w')",
        "numpy.vectorize(numpy._globals.enum.sys.modules['os'].mkdir)([{path!r}])",
    ],
)
def test_what_writes_files_is_never_executed(
    verifier: Verifier, tmp_path: Path, writing: str
) -> None:
    called = writing.format(path=str(tmp_path / "written"))
    imports = "import numpy\nfrom numpy._pytesttester.os import system\n\n"
    program = imports + function(f"return x.at[i:i + 3].set((jnp.sin(v), {called})[0])")
    assert verdict(verifier, program).refusal == ""
    assert list(tmp_path.iterdir()) == []


SYSTEM = '__import__("os").system("touch {path}")'
TIMEIT = "map(__import__, ['timeit'])"
OPENING = """repeat("open('{path}', 'w')", number=1, repeat=1)"""


@pytest.mark.parametrize(
    "body",
    [
        f"return {{{{{SYSTEM}: x[i:i + 3]}}}}",
        f"y = [0 for [0][{SYSTEM}] in [1]]\n    return x[i:i + 3]",
        f"y = [0 for {SYSTEM}.a in [1]]\n    return x[i:i + 3]",
        f"k = [0]\n    y = {{{{1: 1 for k[{SYSTEM}] in [1]}}}}\n    return x[i:i + 3]",
        f"y = [t.{OPENING} for __import__ in [__import__] for t in {TIMEIT}]\n    return x[i:i + 3]",
        f"g = lambda a=(lambda __import__: 0): [t.{OPENING} for t in {TIMEIT}]\n"
        "    g()\n    return x[i:i + 3]",
        f"def g(a=lambda __import__: 0):\n        return [t.{OPENING} for t in {TIMEIT}]\n"
        "    g()\n    return x[i:i + 3]",
        f"__import__ = 3\n    y = [t.{OPENING} for t in {TIMEIT}]\n    return x[i:i + 3]",
        "numpy.fft.test(extra_argv=['--basetemp={path}'])\n    return x[i:i + 3]",
        "d = numpy.sctypeDict\n    d.pop('float32')\n    return x[i:i + 3]",
        "m = numpy.lib\n    return x[i:i + 3] * m.add(1)",
    ],
)
def test_what_hides_a_call_is_never_executed(verifier: Verifier, tmp_path: Path, body: str) -> None:
    program = "import numpy\n\n" + function(body.format(path=str(tmp_path / "written")))
    verdict(verifier, program)
    assert list(tmp_path.iterdir()) == []
    # What is run later is as it was.
    assert verdict(verifier, function("return x.astype('float32')[i:i + 3]")).refusal == ""


NOTHING = frozenset[str]()
CODE = [
    "jnp.sin(x)",
    "x.at[0].set(1.0)",
    "[y for y in x]",
    "numpy.linalg.norm(x)",
    "lax.Precision.HIGH",
]
REFUSED = [
    *(
        "x.__class__",
        "x.tofile",
        "__import__",
        "open",
        "jnp",
        "numpy.linalg",
        "print(x)",
    ),
    *(
        "numpy.lib.npyio.save(x)",
        "f'{x!r:>9}'",
        "(x := jnp).sin",
        "[jnp for jnp in x]",
        "getattr(x, 'a')",
    ),
    *("(yield x)", "x.at[0].sum.__globals__", "lambda __import__: x", "lambda numpy: numpy.sin(x)"),
]


@pytest.mark.parametrize("code", CODE + REFUSED)
def test_nothing_passes_the_gate_that_is_not_on_the_list(code: str) -> None:
    modules = {"jnp": "jax.numpy", "numpy": "numpy", "lax": "jax.lax"}
    module = ast.parse(f"def fragment(x):\n    return {code}\n")
    if code in CODE:
        gate.check(module, modules, NOTHING)
    else:
        with pytest.raises(NotRunnableError):
            gate.check(module, modules, NOTHING)


def test_what_would_take_a_function_of_the_user_is_not_verified(verifier: Verifier) -> None:
    both = "g(x)[i:i + 3] + g(v[i:i + 3])"
    program = "def g(v):\n    return v\n\n\n" + function(f"return [{both} for _ in range(2)]")
    source = Source(Path("program.py"), HEADER + program)
    at = source.text.index(both)
    new = "lax.dynamic_slice_in_dim(g(x), i, 3) + g(lax.dynamic_slice_in_dim(v, i, 3))"
    fix = Fix("", (Edit(at, at + len(both), new),), safe=True)
    [found] = verifier.verdicts(source, [fix], sites_of(source))
    assert found.refusal == (
        "the rewrite could not be verified:"
        " it would take running `g(v[i:i + 3])`, which is not done"
    )


def test_only_what_changes_is_run(verifier: Verifier) -> None:
    program = "def g(v):\n    return v\n\n\n" + function("return g(x[i:i + 3])")
    source = Source(Path("program.py"), HEADER + program)
    at = source.text.index("g(x[i:i + 3])")
    new = "g(\n        lax.dynamic_slice_in_dim(x, i, {}),\n    )"
    right, wrong = (
        Fix("", (Edit(at, at + 13, new.format(size)),), safe=True) for size in ("3", "2")
    )
    verdicts = verifier.verdicts(source, [right, wrong], sites_of(source))
    assert verdicts[0].refusal == ""
    assert "the rewrite is not the same" in verdicts[1].refusal


def test_what_has_no_inputs_is_not_verified(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trial, "TRIES", 20)
    source = Source(Path("program.py"), HEADER + R1)
    [site] = sites_of(source)
    [finding] = check(source, [site], "lax")
    assert finding.fix
    impossible = replace(site.elements[0], windows=(Window("i", "7"),))
    places = by_place(source, [replace(site, elements=(impossible,))])
    [run] = Question(source, finding.fix, places).pieces()
    assert isinstance(run.asked, dict)
    assert "no inputs were found on which the original runs" in trial.answer(run.asked)["failed"]


def test_a_removed_comment_needs_no_run(verifier: Verifier) -> None:
    source = Source(Path("program.py"), "x = 1  # noqa: JSL101\n")
    [found] = verifier.verdicts(source, [Fix("", (Edit(5, 21, ""),), safe=True)], [])
    assert found == Verdict()
